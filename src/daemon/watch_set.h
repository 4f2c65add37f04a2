// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_WATCH_SET_H_
#define PINWARDEN_SRC_DAEMON_WATCH_SET_H_

#include <map>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// inotify watches on every directory that a path goes through, symlinks
// followed one by one, and on the file at its end. Of a directory only the
// entry that the path takes counts, so a busy one costs little.
class WatchSet {
 public:
  // Watches nothing yet, and nothing ever where the system has no inotify
  // instance left.
  WatchSet();

  // Watches what `path` goes through now, as far as it exists. Each directory
  // is watched before it is looked into, so no change falls between. False when
  // some of it cannot be watched.
  bool Follow(const std::string& path);

  // Takes the events that have come; true when one of them is about the path.
  bool Drain();

  // Readable when Drain() has something to take; -1 without inotify.
  int fd() const { return fd_.get(); }

 private:
  // What counts in each watched directory; a file's set is empty.
  using Names = std::map<int /* watch */, std::set<std::string>>;

  bool WatchEntry(const std::string& directory, const std::string& name,
                  Names* names);
  bool WatchFile(const std::string& file, Names* names);
  bool Walk(const std::string& path, Names* names);
  bool Concerns(int watch, absl::string_view name) const;

  UniqueFd fd_;
  Names names_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_WATCH_SET_H_
