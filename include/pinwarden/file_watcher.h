// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_FILE_WATCHER_H_
#define PINWARDEN_FILE_WATCHER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "pinwarden/stop_event.h"

namespace pinwarden {

// Notices when what `path` leads to changes: written in place, replaced by
// rename, given another owner or mode, or reached through a symlink that was
// swapped anywhere along the path, as Kubernetes does with a ConfigMap. A path
// that does not exist, or no longer, is watched for too.
class FileWatcher {
 public:
  // Changes count from here on, also those made before Run(). `path` is
  // absolute.
  FileWatcher(std::string path, std::function<void()> changed);

  // Calls `changed` after each burst of changes (50 ms without one, 500 ms at
  // most), on this thread, until `stop`; then returns OK. Where inotify cannot
  // be had, or not for all of the path, it looks every two seconds instead.
  absl::Status Run(const StopEvent& stop);

 private:
  const std::string path_;
  const std::function<void()> changed_;
  std::string seen_;  // what the path led to when it was last looked at
};

}  // namespace pinwarden

#endif  // PINWARDEN_FILE_WATCHER_H_
