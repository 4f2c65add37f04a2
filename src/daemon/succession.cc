// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/succession.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "pinwarden/log.h"
#include "pinwarden/quiet_moment.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

// A runtime that takes longer to get to us has another trouble.
constexpr absl::Duration kQuietMomentLimit = absl::Seconds(10);

// For the runtime to notice that we have hung up. It tells nobody when it has.
constexpr absl::Duration kNoticeTime = absl::Milliseconds(50);

// For a process that has begun to die.
constexpr absl::Duration kDyingLimit = absl::Seconds(5);

constexpr absl::Duration kServingLimit = absl::Seconds(5);

// Where the kernel has no such handles there is nothing to wait for.
ProcessHandle ProcessOf(const HandoverChannel& predecessor) {
  if (!predecessor.valid()) return ProcessHandle();
  return ProcessHandle::Open(predecessor.PeerPid()).value_or(ProcessHandle());
}

}  // namespace

Succession::Succession(ProcessStart start, Options options, Duties duties)
    : options_(std::move(options)),
      duties_(std::move(duties)),
      service_(start.notify_socket, start.watchdog),
      predecessor_(std::move(start.predecessor)),
      predecessor_process_(ProcessOf(predecessor_)),
      busy_(predecessor_.valid()),
      handover_({.program = start.program, .argv = start.argv},
                {.registered = duties_.registered,
                 .busy = [this] { return busy_.load(); },
                 .ready = duties_.news}) {}

void Succession::TellLoaded() {
  predecessor_.Send(HandoverWord::kLoaded, Version());
}

void Succession::TellRegistered() {
  if (told_registered_) return;
  told_registered_ = predecessor_.Send(HandoverWord::kRegistered, Version());
}

void Succession::TellFailed(absl::string_view why) {
  predecessor_.Send(HandoverWord::kFailed, why);
}

void Succession::TellServing() { predecessor_.Send(HandoverWord::kServing); }

Succession::Heard Succession::Hear() {
  const absl::StatusOr<HandoverMessage> message =
      predecessor_.Receive(absl::ZeroDuration());
  if (absl::IsUnavailable(message.status())) {
    Log(turn_ ? LogLevel::kInfo : LogLevel::kWarning, "predecessor_gone",
        {{"handed_over", turn_ ? "true" : "false"}});
    // A process that dies closes its end of the channel before it closes
    // others, the API's sockets among them.
    if (!turn_) predecessor_process_.HasEnded(kDyingLimit);
    predecessor_.Close();
    busy_ = false;
    return Heard::kGone;
  }
  if (!message.ok()) return Heard::kNothing;
  switch (message->word) {
    case HandoverWord::kMain:
      return Heard::kMain;
    case HandoverWord::kLeft:
      turn_ = true;
      return Heard::kLeft;
    case HandoverWord::kStarted:
    case HandoverWord::kLoaded:
    case HandoverWord::kRegistered:
    case HandoverWord::kFailed:
    case HandoverWord::kServing:
    case HandoverWord::kUnknown:
      break;
  }
  return Heard::kNothing;
}

void Succession::Request(HandoverDone done) {
  if (options_.started_by_runtime) {
    done(absl::FailedPreconditionError(
        "the runtime started this pinwardend, and only it can start another: "
        "restart the runtime"));
    return;
  }
  handover_.Start(std::move(done));
}

bool Succession::HandOver() {
  successor_ = handover_.TakeReady();
  if (successor_ == nullptr) return false;
  const std::string pid = absl::StrCat(successor_->pid());
  service_.MakeMain(successor_->pid());
  const bool heard = successor_->channel().Send(HandoverWord::kMain);
  const std::string end = successor_->HowEnded(absl::ZeroDuration());
  if (!heard || !end.empty()) {
    Log(LogLevel::kError, "successor_lost",
        {{"pid", pid}, {"reason", end}, {"hint", "this one goes on"}});
    successor_.reset();
    service_.TakeBack();
    handover_.Reopen();
    return false;
  }
  // From here on it is the one, whatever becomes of us.
  successor_->LetGo();
  LeaveRuntime();
  duties_.let_go_of_sockets();
  successor_->channel().Send(HandoverWord::kLeft);
  AwaitServing(successor_->channel());
  duties_.end_streams(
      absl::StrCat("pinwardend has handed over to process ", pid));
  Log(LogLevel::kInfo, "handed_over", {{"pid", pid}});
  return true;
}

void Succession::LeaveRuntime() {
  absl::Status status;
  if (duties_.registered()) {
    status = InQuietMoment(options_.nri_socket, kQuietMomentLimit, [this] {
      duties_.leave_runtime();
      absl::SleepFor(kNoticeTime);
    });
  }
  if (!status.ok()) {
    Log(LogLevel::kWarning, "left_in_a_hurry",
        {{"reason", std::string(status.message())},
         {"hint", "a runtime that validates may refuse the next container"}});
  }
  duties_.leave_runtime();
}

void Succession::AwaitServing(HandoverChannel& channel) {
  absl::StatusOr<HandoverMessage> message;
  do {
    message = channel.Receive(kServingLimit);
  } while (message.ok() && message->word != HandoverWord::kServing);
  if (message.ok()) return;
  Log(LogLevel::kWarning, "successor_serves_not",
      {{"reason", std::string(message.status().message())}});
}

}  // namespace pinwarden
