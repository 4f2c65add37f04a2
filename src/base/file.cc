// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {
namespace {

absl::Status ErrnoFor(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", Quote(path)));
}

absl::Status CheckTrust(const struct stat& info, const std::string& path) {
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(Quote(path), " is not a regular file"));
  }
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return absl::FailedPreconditionError(
        absl::StrCat(Quote(path), " belongs to user ", info.st_uid,
                     ", who could change it; run: chown root: ", Quote(path)));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(Quote(path), " can be written by others; run: chmod go-w ",
                     Quote(path)));
  }
  return absl::OkStatus();
}

absl::Status WriteAll(int fd, absl::string_view contents,
                      const std::string& path) {
  while (!contents.empty()) {
    const ssize_t n = write(fd, contents.data(), contents.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoFor("cannot write", path);
    contents.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes,
                                     FileTrust trust) {
  // O_NONBLOCK: a FIFO in the file's place must not hang the reader.
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return ErrnoFor("cannot open", path);
  struct stat info;
  if (fstat(fd.get(), &info) != 0) return ErrnoFor("cannot stat", path);
  if (trust == FileTrust::kOwnedByUs) {
    PW_RETURN_IF_ERROR(CheckTrust(info, path));
  } else if (S_ISFIFO(info.st_mode) && fcntl(fd.get(), F_SETFL, 0) != 0) {
    // A FIFO that has a writer is waited for: `--policy <(render)` names one.
    return ErrnoFor("cannot set up", path);
  }
  std::string contents;
  char buffer[64 << 10];
  while (true) {
    // One byte over the bound tells a file of that size from a larger one.
    const size_t wanted =
        std::min(sizeof(buffer) - 1, max_bytes - contents.size()) + 1;
    const ssize_t n = read(fd.get(), buffer, wanted);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoFor("cannot read", path);
    if (n == 0) return contents;
    if (contents.size() + static_cast<size_t>(n) > max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(Quote(path), " is larger than ", max_bytes, " bytes"));
    }
    contents.append(buffer, static_cast<size_t>(n));
  }
}

absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view contents, mode_t mode) {
  // A name of its own: a second writer must not get hold of this one's file.
  std::string temporary = absl::StrCat(path, ".XXXXXX");
  UniqueFd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.valid()) return ErrnoFor("cannot create a file beside", path);
  absl::Status status = WriteAll(fd.get(), contents, temporary);
  if (status.ok() && fchmod(fd.get(), mode) != 0) {
    status = ErrnoFor("cannot set the mode of", temporary);
  }
  if (status.ok() && fsync(fd.get()) != 0) {
    status = ErrnoFor("cannot sync", temporary);
  }
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoFor("cannot rename to", path);
  }
  if (!status.ok()) unlink(temporary.c_str());
  return status;
}

}  // namespace pinwarden
