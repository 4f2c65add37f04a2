// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_NRI_LOG_H_
#define PINWARDEN_SRC_DAEMON_NRI_LOG_H_

#include <string>

#include "pinwarden/nri_plugin.h"
#include "pinwarden/slip_tracker.h"

namespace pinwarden {

// Turns states of the NRI connection into log lines, one for each step:
// nri_connected, nri_registered, nri_cut_off (or nri_disconnected when we are
// stopping), nri_unreachable. A runtime that hangs up again and again for one
// reason is told once; the repetitions are debug lines. One thread at a time.
class NriLog {
 public:
  void Note(const NriStats& now, bool stopping);

 private:
  void NoteEnd(const NriStats& now, bool stopping);

  bool connected_ = false;
  bool registered_ = false;
  std::string told_;  // why we were cut off before, not registered since
};

// One line about a time in which nobody judged.
void LogGap(const Gap& gap);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_NRI_LOG_H_
