// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/handover.h"

#include <unistd.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pinwarden/log.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

// Between two looks at whether to go on.
constexpr absl::Duration kSlice = absl::Milliseconds(50);

constexpr absl::Duration kEndTime = absl::Seconds(1);
constexpr size_t kMaxVersionBytes = 64;

absl::Status Stopping() {
  return absl::UnavailableError("pinwardend is stopping");
}

absl::Status Aborted(absl::string_view why) {
  return absl::AbortedError(
      absl::StrCat("the new pinwardend ", why,
                   "; the old one goes on judging. See the log of pinwardend"));
}

}  // namespace

Handover::Handover(Options options, Hooks hooks)
    : options_(std::move(options)), hooks_(std::move(hooks)) {}

void Handover::Start(HandoverDone done) {
  absl::Status refusal;
  {
    MutexLock lock(mu_);
    switch (state_) {
      case State::kIdle:
        if (thread_.joinable()) thread_.join();  // has done all but return
        state_ = State::kRunning;
        thread_ = std::thread([this, done = std::move(done)] { Run(done); });
        return;
      case State::kRunning:
      case State::kReady:
        refusal = absl::AlreadyExistsError("a handover is under way");
        break;
      case State::kCancelled:
        refusal = Stopping();
        break;
    }
  }
  done(refusal);
}

void Handover::Run(const HandoverDone& done) {
  std::unique_ptr<Successor> successor;
  const absl::StatusOr<v1::HandoverResponse> answer = Try(&successor);
  if (!answer.ok()) {
    successor.reset();  // it has ended before anybody is told
    Log(LogLevel::kError, "handover_failed",
        {{"reason", std::string(answer.status().message())}});
    // Whoever is told may ask again at once.
    Become(State::kIdle, nullptr);
    done(answer);
    return;
  }
  // Before the main thread hears of it, which will end the API.
  done(answer);
  Become(State::kReady, std::move(successor));
  hooks_.ready();
}

void Handover::Become(State state, std::unique_ptr<Successor> ready) {
  MutexLock lock(mu_);
  if (state_ != State::kRunning) return;  // cancelled
  state_ = state;
  ready_ = std::move(ready);
}

absl::StatusOr<v1::HandoverResponse> Handover::Try(
    std::unique_ptr<Successor>* result) {
  PW_RETURN_IF_ERROR(AwaitOwnTurn());
  absl::StatusOr<std::unique_ptr<Successor>> started =
      Successor::Start(options_.program, options_.argv);
  if (!started.ok()) {
    return absl::AbortedError(
        absl::StrCat(started.status().message(), "; the old one goes on"));
  }
  *result = *std::move(started);
  Successor& successor = **result;
  Log(LogLevel::kInfo, "handover_started", {{"program", options_.program}});
  PW_ASSIGN_OR_RETURN(const std::string version, AwaitJudging(successor));
  v1::HandoverResponse response;
  response.set_old_pid(static_cast<uint32_t>(getpid()));
  response.set_new_pid(static_cast<uint32_t>(successor.pid()));
  response.set_old_version(std::string(Version()));
  response.set_new_version(ToValidUtf8(version, kMaxVersionBytes));
  return response;
}

// Until the daemon before us has gone.
absl::Status Handover::AwaitOwnTurn() const {
  for (absl::Duration waited; hooks_.busy(); waited += kSlice) {
    if (waited >= options_.patience) {
      return absl::AlreadyExistsError("a handover is under way");
    }
    if (cancel_.WaitFor(kSlice)) return Stopping();
  }
  return absl::OkStatus();
}

// The version of the successor once it judges, or as much as we do.
absl::StatusOr<std::string> Handover::AwaitJudging(Successor& successor) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline =
      Clock::now() + absl::ToChronoNanoseconds(options_.limit);
  bool loaded = false;
  std::string version;
  while (Clock::now() < deadline) {
    if (cancel_.IsSet()) return Stopping();
    const absl::StatusOr<HandoverMessage> message =
        successor.channel().Receive(kSlice);
    if (absl::IsUnavailable(message.status())) {
      const std::string how = successor.HowEnded(kEndTime);
      return Aborted(
          absl::StrCat(how.empty() ? "went away" : how, " before it judged"));
    }
    const HandoverWord word =
        message.ok() ? message->word : HandoverWord::kUnknown;
    switch (word) {
      case HandoverWord::kStarted: {
        const absl::Status status = successor.Follow(message->text);
        if (!status.ok()) return Aborted(status.message());
        Log(LogLevel::kInfo, "successor_started",
            {{"pid", absl::StrCat(successor.pid())}});
        break;
      }
      case HandoverWord::kRegistered:
        return message->text;
      case HandoverWord::kFailed:
        return Aborted(absl::StrCat("cannot go on: ", message->text));
      case HandoverWord::kLoaded:
        loaded = true;
        version = message->text;
        break;
      case HandoverWord::kMain:
      case HandoverWord::kLeft:
      case HandoverWord::kServing:
      case HandoverWord::kUnknown:
        break;
    }
    if (loaded && !hooks_.registered()) return version;
  }
  return Aborted(absl::StrCat("did not register with the runtime within ",
                              absl::FormatDuration(options_.limit)));
}

std::unique_ptr<Successor> Handover::TakeReady() {
  MutexLock lock(mu_);
  return std::move(ready_);
}

void Handover::Reopen() {
  MutexLock lock(mu_);
  if (state_ == State::kReady) state_ = State::kIdle;
}

void Handover::Cancel() {
  cancel_.Set();
  std::thread thread;
  {
    MutexLock lock(mu_);
    state_ = State::kCancelled;
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
}

}  // namespace pinwarden
