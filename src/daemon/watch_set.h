// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_WATCH_SET_H_
#define PINWARDEN_SRC_DAEMON_WATCH_SET_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/policy_source.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// inotify watches on every directory that some paths go through, symlinks
// followed one by one, and on the files at their ends. Of a directory only the
// entries that the paths take count, so a busy one costs little.
class WatchSet {
 public:
  // Watches nothing yet, and nothing ever where the system has no inotify
  // instance left.
  WatchSet();

  // Watches what `path` goes through now, as far as it exists, and what all of
  // `patterns` do, which are absolute and may have a "*" in the last part, as
  // IncludePattern has it. Each directory is watched before it is looked into,
  // so no change falls between. False when some of it cannot be watched.
  bool Follow(const std::string& path,
              const std::vector<std::string>& patterns = {});

  // Takes the events that have come; true when one of them is about the paths.
  bool Drain();

  // Readable when Drain() has something to take; -1 without inotify.
  int fd() const { return fd_.get(); }

 private:
  // What counts in a watched directory; nothing in a file.
  struct Wanted {
    std::set<std::string> names;
    std::vector<IncludePattern> patterns;
  };
  using Watches = std::map<int, Wanted>;

  // The entry of `watch`, or null where nothing can be watched yet.
  Wanted* Watch(const std::string& path, uint32_t events, Watches* watches);
  // Goes on from `directory`, a path without symlinks, by `rest`, whose first
  // part is at the back. Returns where that leads, or "" if nowhere.
  std::string Walk(std::string directory, std::vector<std::string> rest,
                   Watches* watches);
  void FollowFile(std::string directory, std::vector<std::string> rest,
                  Watches* watches);
  void FollowPattern(const std::string& path, Watches* watches);
  bool Concerns(int watch, absl::string_view name) const;

  UniqueFd fd_;
  Watches watches_;
  bool complete_ = true;  // whether Follow() could watch all so far
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_WATCH_SET_H_
