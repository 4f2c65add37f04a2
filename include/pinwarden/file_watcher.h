// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_FILE_WATCHER_H_
#define PINWARDEN_FILE_WATCHER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pinwarden/stop_event.h"

namespace pinwarden {

class WatchSet;

// Notices when what `path` leads to changes: written in place, replaced by
// rename, given another owner or mode, or reached through a symlink that was
// swapped anywhere along the path, as Kubernetes does with a ConfigMap. A path
// that does not exist, or no longer, is watched for too. And the same of the
// files that this one names: they may come, go and be renamed.
class FileWatcher {
 public:
  // What else to watch, by what stands at the path: absolute, with a "*" in the
  // last part only, if any, as IncludePattern has it.
  using Others = std::function<std::vector<std::string>()>;

  // Changes count from here on, also those made before Run(). `path` is
  // absolute. `others` is asked whenever something has changed.
  FileWatcher(std::string path, std::function<void()> changed,
              Others others = nullptr);

  // Calls `changed` after each burst of changes (50 ms without one, 500 ms at
  // most), on this thread, until `stop`; then returns OK. Where inotify cannot
  // be had, or not for all of the paths, it looks every two seconds instead.
  absl::Status Run(const StopEvent& stop);

 private:
  // Watches all that there is to watch now; false where not all can be.
  bool Follow(WatchSet* watches);
  std::string Look() const;

  const std::string path_;
  const std::function<void()> changed_;
  const Others others_;
  std::vector<std::string> patterns_;  // what others_() said last
  std::string seen_;  // what the paths led to when they were last looked at
};

}  // namespace pinwarden

#endif  // PINWARDEN_FILE_WATCHER_H_
