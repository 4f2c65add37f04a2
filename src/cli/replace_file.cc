// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "pinwarden/file.h"
#include "pinwarden/policy_files.h"
#include "pinwarden/quote.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {
namespace {

absl::Status Failed(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", Quote(path)));
}

absl::Status WriteAll(int fd, absl::string_view contents,
                      const std::string& path) {
  while (!contents.empty()) {
    const ssize_t n = write(fd, contents.data(), contents.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed("cannot write", path);
    contents.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

// Gives the new file what the old one has.
absl::Status KeepAttributes(int fd, const struct stat* old,
                            const std::string& path) {
  if (old != nullptr && fchown(fd, old->st_uid, old->st_gid) != 0) {
    return Failed("cannot keep the owner of", path);
  }
  const mode_t mode = old == nullptr ? 0644 : old->st_mode & 07777;
  return fchmod(fd, mode) == 0 ? absl::OkStatus()
                               : Failed("cannot keep the mode of", path);
}

absl::Status CheckUnchanged(const std::string& path, absl::string_view was) {
  const auto now = ReadFile(path, was.size());
  if (now.ok() && *now == was) return absl::OkStatus();
  return absl::AbortedError(
      absl::StrCat(Quote(path),
                   " was changed meanwhile by somebody else, and "
                   "is left like that"));
}

}  // namespace

absl::Status ReplaceKeepingOwner(const std::string& path,
                                 absl::string_view contents,
                                 std::optional<absl::string_view> was) {
  const std::string directory(DirectoryPrefix(path));
  if (!directory.empty() && mkdir(directory.c_str(), 0755) != 0 &&
      errno != EEXIST) {
    return Failed("cannot make", directory);
  }
  struct stat info;
  const bool exists = stat(path.c_str(), &info) == 0;
  std::string real = path;
  if (exists) {
    std::error_code error;
    real = std::filesystem::canonical(path, error).string();
    if (error) return absl::ErrnoToStatus(error.value(), Quote(path));
  }
  // Hidden, so that no pattern of the policy includes it meanwhile.
  std::string temporary =
      absl::StrCat(DirectoryPrefix(real), ".", BaseName(real), ".XXXXXX");
  const UniqueFd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.valid()) return Failed("cannot create a file beside", real);
  absl::Status status = WriteAll(fd.get(), contents, temporary);
  if (status.ok()) {
    status = KeepAttributes(fd.get(), exists ? &info : nullptr, real);
  }
  if (status.ok() && fsync(fd.get()) != 0) {
    status = Failed("cannot sync", temporary);
  }
  if (status.ok() && was) status = CheckUnchanged(real, *was);
  if (status.ok() && rename(temporary.c_str(), real.c_str()) != 0) {
    status = Failed("cannot rename to", real);
  }
  if (!status.ok()) unlink(temporary.c_str());
  return status;
}

}  // namespace pinwarden
