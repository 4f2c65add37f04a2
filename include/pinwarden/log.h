// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LOG_H_
#define PINWARDEN_LOG_H_

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/settings.h"
#include "pinwarden/v1/decision.pb.h"

namespace pinwarden {

// The daemon's log: one event, one line on `fd`, as key=value text or JSON,
// written by a thread of its own (spdlog, asynchronous):
//
//   ts=2026-08-01T10:00:00.123Z level=info event=started version=0.1.0
//
// A full queue drops its oldest line and counts it: whoever logs never waits
// for a terminal or a pipe that takes nothing. Thread-safe between StartLog()
// and StopLog(); before and after, lines go nowhere.
inline constexpr size_t kLogQueueLines = 512;
void StartLog(LogLevel level, LogFormat format, int fd = STDERR_FILENO);

// Writes out what is queued for at most `patience`, then ends the thread, or
// leaves it behind when it is stuck. No other thread may be in Log().
void StopLog(absl::Duration patience = absl::Seconds(1));

using LogFields =
    std::initializer_list<std::pair<absl::string_view, std::string>>;

// level=info event=<event> key=value ...; values are quoted where they have to
// be, and escaped and cut.
void Log(LogLevel level, absl::string_view event, LogFields fields = {});

// A decision's line: a warning when refused or would-be refused, else info; a
// container that was there already and may stay is worth a debug line.
//
// For a thread that may wait a little, which the deciding one may not: while
// the queue is nearly full this waits for the writer as long as that gets on.
// `repeats`, unless 0, is how many equal ones came before it without a line.
void LogDecision(const v1::Decision& decision, uint64_t repeats);

// Lines that were dropped or could not be written.
uint64_t DroppedLogLines();

}  // namespace pinwarden

#endif  // PINWARDEN_LOG_H_
