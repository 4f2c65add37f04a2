// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/nri_plugin.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "nri/backoff.h"
#include "nri/connection.h"
#include "nri/socket_watch.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/unix_socket.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxErrorBytes = 512;

constexpr absl::Duration kFirstPause = absl::Milliseconds(10);
constexpr absl::Duration kLongestPause = absl::Seconds(1);

// For a runtime that answers too slowly to register us: each try costs it, and
// every pod of the host, a Synchronize.
constexpr absl::Duration kFirstRespite = absl::Seconds(1);
constexpr absl::Duration kLongestRespite = absl::Seconds(30);

absl::Status PrepareInherited(int fd) {
  int type = 0;
  socklen_t size = sizeof(type);
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
      type != SOCK_STREAM) {
    return absl::InvalidArgumentError(
        absl::StrCat("descriptor ", fd, " is not a stream socket"));
  }
  const int flags = fcntl(fd, F_GETFL);
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
      fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
    return absl::ErrnoToStatus(errno, "cannot set up the inherited socket");
  }
  return absl::OkStatus();
}

std::string ErrorText(const absl::Status& status) {
  return ToValidUtf8(status.message(), kMaxErrorBytes);
}

}  // namespace

NriPlugin::NriPlugin(NriOptions options, NriHandler& handler)
    : options_(std::move(options)), handler_(handler) {}

NriStats NriPlugin::Stats() const {
  MutexLock lock(mu_);
  return stats_;
}

void NriPlugin::Update(absl::FunctionRef<void(NriStats&)> change) {
  MutexLock lock(mu_);
  change(stats_);
}

absl::Status NriPlugin::Run(const StopEvent& stop) {
  if (options_.inherited.valid()) {
    PW_RETURN_IF_ERROR(PrepareInherited(options_.inherited.get()));
    return Converse(std::move(options_.inherited), stop).why;
  }
  using Clock = std::chrono::steady_clock;
  SocketWatch watch(options_.socket_path);
  Backoff pauses(kFirstPause, kLongestPause);
  Backoff respites(kFirstRespite, kLongestRespite);
  while (!stop.IsSet()) {
    absl::Duration pause;
    watch.Arm();  // before the try, so that no socket appears unseen after it
    absl::StatusOr<UniqueFd> socket = ConnectUnix(options_.socket_path);
    if (!socket.ok()) {
      NoteUnreachable(socket.status());
      pause = pauses.Next();
    } else {
      watch.Disarm();
      const Clock::time_point start = Clock::now();
      const Ended ended = Converse(*std::move(socket), stop);
      watch.Arm();
      if (ended.registered) {
        pauses.Reset();
        respites.Reset();
      }
      if (absl::IsDeadlineExceeded(ended.why)) {
        pause = respites.Next();
      } else if (!ended.registered ||
                 absl::FromChrono(Clock::now() - start) < kLongestPause) {
        pause = pauses.Next();
      }
    }
    if (watch.Wait(stop, pause, options_.heartbeat)) {
      pauses.Reset();
      respites.Reset();
    }
  }
  return absl::OkStatus();
}

// Talks NRI on one connection until that ends. OK if `stop` ended it.
NriPlugin::Ended NriPlugin::Converse(UniqueFd socket, const StopEvent& stop) {
  NriConnection connection(
      std::move(socket),
      {.name = options_.name,
       .index = options_.index,
       .registration_timeout = options_.registration_timeout,
       .ask_validate = !validate_refused_,
       .heartbeat = options_.heartbeat},
      handler_,
      [this](absl::FunctionRef<void(NriStats&)> change) { Update(change); },
      [this] { handler_.StateChanged(Stats()); });
  Update([](NriStats& stats) {
    stats.connected = true;
    ++stats.connections;
  });
  handler_.StateChanged(Stats());

  const Ended ended = {connection.Run(stop), connection.registered()};
  if (connection.refused_validate()) validate_refused_ = true;
  if (ended.registered) validate_refused_ = false;
  NoteEnd(ended.why);
  return ended;
}

void NriPlugin::NoteEnd(const absl::Status& why) {
  Update([&why](NriStats& stats) {
    stats.connected = false;
    stats.registered = false;
    stats.registered_since = absl::InfinitePast();
    stats.events = NriEvents::kNone;
    if (absl::IsDataLoss(why)) ++stats.protocol_errors;
    if (!why.ok()) stats.last_error = ErrorText(why);
  });
  handler_.StateChanged(Stats());
}

void NriPlugin::NoteUnreachable(const absl::Status& why) {
  bool news = false;
  Update([&](NriStats& stats) {
    news = stats.last_error != ErrorText(why);
    stats.last_error = ErrorText(why);
  });
  if (news) handler_.StateChanged(Stats());
}

}  // namespace pinwarden
