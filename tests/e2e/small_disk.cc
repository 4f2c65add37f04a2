// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/small_disk.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden::e2e {
namespace {

constexpr char kFiller[] = "/filler";

}  // namespace

absl::StatusOr<std::unique_ptr<SmallDisk>> SmallDisk::Mount(std::string path,
                                                            size_t bytes) {
  if (mkdir(path.c_str(), 0755) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("mkdir ", path));
  }
  const std::string options = absl::StrCat("mode=0755,size=", bytes);
  if (mount("tmpfs", path.c_str(), "tmpfs", MS_NODEV | MS_NOSUID | MS_NOEXEC,
            options.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("mount ", path));
  }
  return std::unique_ptr<SmallDisk>(new SmallDisk(std::move(path)));
}

SmallDisk::~SmallDisk() { umount2(path_.c_str(), MNT_DETACH); }

absl::Status SmallDisk::Fill() {
  const UniqueFd file(open((path_ + kFiller).c_str(),
                           O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file.valid()) return absl::ErrnoToStatus(errno, "open the filler");
  const std::string block(4096, 'x');
  while (write(file.get(), block.data(), block.size()) > 0) {
  }
  if (errno != ENOSPC) return absl::ErrnoToStatus(errno, "fill the disk");
  return absl::OkStatus();
}

absl::Status SmallDisk::Free() {
  if (unlink((path_ + kFiller).c_str()) != 0) {
    return absl::ErrnoToStatus(errno, "remove the filler");
  }
  return absl::OkStatus();
}

absl::Status SmallDisk::Clear() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path_, error)) {
    std::filesystem::remove_all(entry.path(), error);
    if (error) break;
  }
  if (error) return absl::InternalError(error.message());
  return absl::OkStatus();
}

}  // namespace pinwarden::e2e
