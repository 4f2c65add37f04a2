// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_HOST_FILES_H_
#define PINWARDEN_HOST_FILES_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pinwarden {

// What is known of a file without opening it.
struct FileFacts {
  bool exists = false;
  std::string error;  // why nothing is known; empty if `exists`
  mode_t mode = 0;    // with the bits that tell the kind of file
  uid_t uid = 0;
  gid_t gid = 0;
  absl::Time modified = absl::InfinitePast();
};

// Who besides root may open a socket, going by modes and owners, its own and
// those of the directories above it.
struct Openers {
  bool owner = false;  // one that is not root
  bool group = false;  // one that is not root's
  bool others = false;
  uid_t uid = 0;
  gid_t gid = 0;
};

struct DiskFacts {
  bool known = false;
  bool read_only = false;
  uint64_t free_bytes = 0;  // for those who are not root
  uint64_t free_files = 0;
};

// The files of a host, as far as the doctor looks at them: below `root`, so
// that a test, or a host's disk mounted elsewhere, can be looked at. Paths are
// those that the host itself would use.
class HostFiles {
 public:
  explicit HostFiles(std::string root = "") : root_(std::move(root)) {}

  // From now on `path` is a file that holds `contents`, for all but Disk() and
  // WhoMayOpen(): what if?
  void Pretend(const std::string& path, std::string contents);

  // As ReadFile(), in file.h; the message names `path`.
  absl::StatusOr<std::string> Read(const std::string& path,
                                   size_t max_bytes) const;

  // The names in a directory, sorted, without "." and "..". kNotFound.
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) const;

  // The paths that match, sorted within each directory. As in containerd, "*"
  // does not cross "/", matches a leading dot, and what cannot be read does not
  // match. kResourceExhausted: over kMaxMatches of them.
  static constexpr size_t kMaxMatches = 1024;
  absl::StatusOr<std::vector<std::string>> Glob(
      const std::string& pattern) const;

  // Follows symbolic links.
  FileFacts Stat(const std::string& path) const;
  DiskFacts Disk(const std::string& path) const;
  Openers WhoMayOpen(const std::string& socket) const;

  // Makes the directory, if its parent is there, and replaces the file.
  absl::Status Write(const std::string& path, absl::string_view contents) const;

  // Where the host's `path` really is. Of this very host if `root` is empty.
  std::string Real(const std::string& path) const { return root_ + path; }
  bool is_this_host() const { return root_.empty(); }

 private:
  std::string root_;
  std::map<std::string, std::string> pretended_;
};

// The directory of an absolute path: "/etc" of "/etc/a", "/" of "/a".
std::string DirectoryOf(absl::string_view path);

// Without "." and ".." and repeated slashes, by the text alone.
std::string CleanPath(absl::string_view path);

}  // namespace pinwarden

#endif  // PINWARDEN_HOST_FILES_H_
