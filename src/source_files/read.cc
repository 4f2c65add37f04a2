// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "source_files/read.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/source_files.h"
#include "pinwarden/source_tree.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {
namespace {

constexpr size_t kBinaryProbeBytes = 8 << 10;

absl::Status TooLarge(size_t bytes, size_t max_bytes) {
  return absl::ResourceExhaustedError(absl::StrCat(
      "has ", bytes, " bytes, and at most ", max_bytes, " are read"));
}

absl::Status CheckKind(const struct stat& info, size_t max_bytes) {
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "is ", KindOfFile(info.st_mode), ", and only regular files are read"));
  }
  const auto bytes = static_cast<size_t>(info.st_size);
  return bytes > max_bytes ? TooLarge(bytes, max_bytes) : absl::OkStatus();
}

}  // namespace

absl::string_view KindOfFile(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "no regular file";
}

absl::StatusOr<std::string> ReadRegularFile(const std::string& path,
                                            size_t max_bytes) {
  // Looked at before it is opened, because opening a device can do things, and
  // again after that, because it may have become one.
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    return absl::ErrnoToStatus(errno, "cannot be read");
  }
  absl::Status kind = CheckKind(info, max_bytes);
  if (!kind.ok()) return kind;
  const UniqueFd fd(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid() || fstat(fd.get(), &info) != 0) {
    return absl::ErrnoToStatus(errno, "cannot be read");
  }
  kind = CheckKind(info, max_bytes);
  if (!kind.ok()) return kind;
  // One byte more than it should have tells that it has grown meanwhile.
  std::string text(static_cast<size_t>(info.st_size) + 1, '\0');
  size_t size = 0;
  while (true) {
    if (size == text.size()) {
      if (size > max_bytes) return TooLarge(size, max_bytes);
      text.resize(std::min(2 * size, max_bytes + 1));
    }
    const ssize_t n = read(fd.get(), &text[size], text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return absl::ErrnoToStatus(errno, "cannot be read");
    if (n == 0) break;
    size += static_cast<size_t>(n);
  }
  text.resize(size);
  return text;
}

absl::StatusOr<std::string> ReadSourceFile(const std::string& path) {
  absl::StatusOr<std::string> text = ReadRegularFile(path, kMaxSourceBytes);
  if (!text.ok()) return text;
  const absl::string_view start =
      absl::string_view(*text).substr(0, kBinaryProbeBytes);
  if (start.find('\0') != absl::string_view::npos) {
    return absl::InvalidArgumentError("is a binary file");
  }
  return text;
}

}  // namespace pinwarden
