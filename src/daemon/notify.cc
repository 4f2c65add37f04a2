// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/notify.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace pinwarden {
namespace {

// For a manager with a full queue: it must not miss that we are ready.
constexpr time_t kMaxSendSeconds = 1;

// The address that `socket` names, or "".
std::string AddressOf(const std::string& socket) {
  if (socket.size() < 2 || socket.size() >= sizeof(sockaddr_un::sun_path) ||
      (socket[0] != '/' && socket[0] != '@')) {
    return "";
  }
  std::string address = socket;
  if (address[0] == '@') address[0] = '\0';
  return address;
}

// A line of its own: a line break would start another assignment.
std::string Line(absl::string_view name, absl::string_view value) {
  return absl::StrCat(name, "=", absl::StrReplaceAll(value, {{"\n", " "}}));
}

// Passes `descriptor` along.
void Attach(int descriptor, char* control, size_t size, msghdr* message) {
  message->msg_control = control;
  message->msg_controllen = size;
  cmsghdr* const header = CMSG_FIRSTHDR(message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(descriptor));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof(descriptor));
}

}  // namespace

Notifier::Notifier(const std::string& socket) : address_(AddressOf(socket)) {
  if (address_.empty()) return;
  fd_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval limit = {.tv_sec = kMaxSendSeconds, .tv_usec = 0};
  setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

void Notifier::Ready(absl::string_view status) {
  Send(absl::StrCat("READY=1\n", Line("STATUS", status)));
}

void Notifier::Status(absl::string_view status) {
  Send(Line("STATUS", status));
}

void Notifier::Stopping() { Send("STOPPING=1"); }

void Notifier::FeedWatchdog() { Send("WATCHDOG=1"); }

void Notifier::MainPid(pid_t pid) { Send(absl::StrCat("MAINPID=", pid)); }

bool Notifier::Barrier(absl::Duration limit) {
  int ends[2];
  if (!enabled() || pipe2(ends, O_CLOEXEC) != 0) return false;
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  if (!Send("BARRIER=1", writing.get())) return false;
  writing.reset();
  // The manager closes its copy when it comes to this message.
  pollfd closed = {reading.get(), 0, 0};
  return poll(&closed, 1, static_cast<int>(absl::ToInt64Milliseconds(limit))) ==
         1;
}

bool Notifier::Send(absl::string_view text, int descriptor) {
  if (!enabled()) return false;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  address_.copy(address.sun_path, sizeof(address.sun_path) - 1);
  iovec bytes = {const_cast<char*>(text.data()), text.size()};
  msghdr message = {};
  message.msg_name = &address;
  // An abstract name ends where the address does, a path with a NUL.
  message.msg_namelen =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size() +
                             (address_[0] == '\0' ? 0 : 1));
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (descriptor >= 0) {
    Attach(descriptor, control, sizeof(control), &message);
  }
  ssize_t sent = -1;
  do {
    sent = sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

}  // namespace pinwarden
