// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "nri/socket_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pinwarden {
namespace {

constexpr uint32_t kAppeared = IN_CREATE | IN_MOVED_TO;
// Of the watched directory itself, or of the queue: what is there must be
// looked at anew.
constexpr uint32_t kStale =
    IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_Q_OVERFLOW;

bool Watches(const auto& watches, int id) {
  return std::any_of(watches.begin(), watches.end(),
                     [id](const auto& watch) { return watch.id == id; });
}

}  // namespace

SocketWatch::SocketWatch(std::string path)
    : path_(std::move(path)),
      inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

void SocketWatch::Arm() {
  if (!inotify_.valid()) return;
  std::vector<Watch> found;
  std::string directory = absl::StartsWith(path_, "/") ? "/" : "./";
  for (const absl::string_view name :
       absl::StrSplit(path_, '/', absl::SkipEmpty())) {
    // The same directory always gives the same id.
    const int id = inotify_add_watch(
        inotify_.get(), directory.c_str(),
        kAppeared | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
    if (id < 0) break;
    found.push_back({id, name});
    absl::StrAppend(&directory, name, "/");
  }
  for (const Watch& old : watches_) {
    // Directories that were moved out of the way.
    if (!Watches(found, old.id)) inotify_rm_watch(inotify_.get(), old.id);
  }
  watches_ = std::move(found);
}

void SocketWatch::Disarm() {
  if (!inotify_.valid()) return;
  for (const Watch& watch : watches_) {
    inotify_rm_watch(inotify_.get(), watch.id);
  }
  watches_.clear();
  TakeEvents();
}

bool SocketWatch::Wait(const StopEvent& stop, absl::Duration timeout,
                       Heartbeat* heartbeat) {
  // Not the wall clock, which can be set.
  using Clock = std::chrono::steady_clock;
  const int64_t slice = heartbeat == nullptr
                            ? INT32_MAX
                            : absl::ToInt64Milliseconds(Heartbeat::kInterval);
  const Clock::time_point deadline =
      Clock::now() + absl::ToChronoNanoseconds(timeout);
  while (true) {
    const int64_t left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now())
            .count();
    // poll() passes over negative descriptors.
    pollfd ready[] = {{stop.fd(), POLLIN, 0}, {inotify_.get(), POLLIN, 0}};
    const int n = poll(ready, std::size(ready),
                       static_cast<int>(std::clamp<int64_t>(left, 0, slice)));
    if (heartbeat != nullptr) heartbeat->Beat();
    if (n < 0 && errno == EINTR) continue;
    if (n == 0 && left > slice) continue;
    if (n <= 0 || ready[0].revents != 0) return false;
    if (TakeEvents()) return true;
  }
}

// Reads all events that wait; true if one of them matters.
bool SocketWatch::TakeEvents() {
  alignas(inotify_event) char buffer[4096];
  bool matters = false;
  while (true) {
    const ssize_t n = read(inotify_.get(), buffer, sizeof(buffer));
    if (n <= 0) return matters;
    const auto size = static_cast<size_t>(n);
    for (size_t at = 0; at + sizeof(inotify_event) <= size;) {
      inotify_event event;
      std::memcpy(&event, buffer + at, sizeof(event));
      const char* name = buffer + at + sizeof(event);
      if (Matters(event.wd, event.mask,
                  absl::string_view(name, strnlen(name, event.len)))) {
        matters = true;
      }
      at += sizeof(event) + event.len;
    }
  }
}

bool SocketWatch::Matters(int id, uint32_t mask, absl::string_view name) const {
  if ((mask & IN_Q_OVERFLOW) != 0) return true;
  return std::any_of(watches_.begin(), watches_.end(), [&](const Watch& watch) {
    if (watch.id != id) return false;
    return (mask & kStale) != 0 ||
           ((mask & kAppeared) != 0 && watch.name == name);
  });
}

}  // namespace pinwarden
