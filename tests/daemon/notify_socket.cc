// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/notify_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace pinwarden::testing {
namespace {

constexpr int kPatienceMs = 30'000;

bool IsReadable(int fd, int timeout_ms) {
  pollfd ready = {fd, POLLIN, 0};
  return poll(&ready, 1, timeout_ms) == 1;
}

}  // namespace

NotifySocket::NotifySocket(const std::string& path)
    : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  size_t size = offsetof(sockaddr_un, sun_path) + path.size();
  if (path[0] == '@') {
    address.sun_path[0] = '\0';
  } else {
    ++size;
  }
  const int on = 1;
  if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address),
           static_cast<socklen_t>(size)) != 0 ||
      setsockopt(fd_.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) != 0) {
    std::abort();
  }
}

bool NotifySocket::HasMessage() const { return IsReadable(fd_.get(), 0); }

std::optional<NotifySocket::Message> NotifySocket::Next() {
  if (!IsReadable(fd_.get(), kPatienceMs)) return std::nullopt;
  char text[4096];
  alignas(cmsghdr) char
      control[CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(sizeof(int))] = {};
  iovec bytes = {text, sizeof(text)};
  msghdr header = {};
  header.msg_iov = &bytes;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof(control);
  const ssize_t size = recvmsg(fd_.get(), &header, MSG_CMSG_CLOEXEC);
  if (size < 0) return std::nullopt;
  Message message;
  message.text.assign(text, static_cast<size_t>(size));
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr;
       item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_type == SCM_CREDENTIALS) {
      ucred sender;
      std::memcpy(&sender, CMSG_DATA(item), sizeof(sender));
      message.sender = sender.pid;
    } else if (item->cmsg_type == SCM_RIGHTS) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(item), sizeof(descriptor));
      message.descriptor.reset(descriptor);
    }
  }
  return message;
}

std::optional<NotifySocket::Message> NotifySocket::Await(
    const std::string& part) {
  while (true) {
    std::optional<Message> message = Next();
    if (!message || message->text.find(part) != std::string::npos) {
      return message;
    }
  }
}

}  // namespace pinwarden::testing
