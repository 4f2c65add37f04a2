// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_NRI_SOCKET_WATCH_H_
#define PINWARDEN_SRC_NRI_SOCKET_WATCH_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/heartbeat.h"
#include "pinwarden/stop_event.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// Tells when a path may have come to be: watches every directory on the way to
// it that is there, following symbolic links, for the next name on that way to
// appear, and for the directory itself to go.
//
// A hint only: a mount, a link to a missing target or a full watch table is not
// noticed. Callers try again after a while whatever this says.
class SocketWatch {
 public:
  explicit SocketWatch(std::string path);

  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  // Watches the directories that are there now. Cheap when nothing has changed.
  // What appears from here on is told by Wait().
  void Arm();

  // Watches nothing, so that no events pile up; forgets those that did.
  void Disarm();

  // Waits until something appears (true), `timeout` passes or `stop` is set.
  // Unless null, `heartbeat` beats meanwhile.
  bool Wait(const StopEvent& stop, absl::Duration timeout,
            Heartbeat* heartbeat = nullptr);

 private:
  struct Watch {
    int id;
    absl::string_view name;  // of path_, awaited in that directory
  };

  bool TakeEvents();
  bool Matters(int id, uint32_t mask, absl::string_view name) const;

  const std::string path_;
  const UniqueFd inotify_;  // invalid if the host has none to spare
  std::vector<Watch> watches_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_NRI_SOCKET_WATCH_H_
