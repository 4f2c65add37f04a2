// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/handover_channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

// In the order of HandoverWord.
constexpr absl::string_view kWords[] = {
    "started", "loaded", "registered", "failed", "main", "left", "serving"};

HandoverMessage Parse(absl::string_view datagram) {
  const size_t space = datagram.find(' ');
  const absl::string_view word = datagram.substr(0, space);
  HandoverMessage message;
  const auto* const known =
      std::find(std::begin(kWords), std::end(kWords), word);
  if (known != std::end(kWords)) {
    message.word = static_cast<HandoverWord>(known - std::begin(kWords));
  }
  if (space != absl::string_view::npos) {
    message.text =
        ToValidUtf8(datagram.substr(space + 1), kMaxHandoverTextBytes);
  }
  return message;
}

// For poll(); negative once `deadline` has passed is for the caller to see.
int MillisecondsUntil(std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  return static_cast<int>(std::max<int64_t>(
      0, std::chrono::ceil<milliseconds>(deadline -
                                         std::chrono::steady_clock::now())
             .count()));
}

}  // namespace

absl::StatusOr<std::pair<HandoverChannel, HandoverChannel>>
HandoverChannel::Pair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "cannot make a pair of sockets");
  }
  return std::pair(HandoverChannel(UniqueFd(ends[0])),
                   HandoverChannel(UniqueFd(ends[1])));
}

pid_t HandoverChannel::PeerPid() const {
  ucred peer = {};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return -1;
  }
  return peer.pid;
}

bool HandoverChannel::Send(HandoverWord word, absl::string_view text) {
  if (!valid() || word == HandoverWord::kUnknown) return false;
  std::string datagram(kWords[static_cast<size_t>(word)]);
  if (!text.empty()) {
    absl::StrAppend(&datagram, " ", ToValidUtf8(text, kMaxHandoverTextBytes));
  }
  return send(fd_.get(), datagram.data(), datagram.size(),
              MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

absl::StatusOr<HandoverMessage> HandoverChannel::Receive(absl::Duration limit) {
  const auto deadline =
      std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(limit);
  while (true) {
    pollfd ready = {fd_.get(), POLLIN, 0};
    const int n = poll(&ready, 1, MillisecondsUntil(deadline));
    if (n == 0) return absl::DeadlineExceededError("nothing was told");
    if (n < 0 && errno == EINTR) continue;
    char datagram[kMaxHandoverTextBytes + 64];
    const ssize_t size =
        recv(fd_.get(), datagram, sizeof(datagram), MSG_DONTWAIT);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (size <= 0) return absl::UnavailableError("the other end is gone");
    return Parse({datagram, static_cast<size_t>(size)});
  }
}

}  // namespace pinwarden
