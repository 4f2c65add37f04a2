// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/socket_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxSocketPathBytes = sizeof(sockaddr_un::sun_path) - 1;
constexpr absl::string_view kDirectoryTemplate = "/.swXXXXXX";
constexpr absl::string_view kBindName = "/s";

absl::Status ErrnoFor(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", Quote(path)));
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string LockPath(const std::string& path) {
  return absl::StrCat(path, ".lock");
}

absl::Status CheckLength(const std::string& path) {
  const std::string directory = DirectoryOf(path);
  const size_t while_binding =
      directory.size() + kDirectoryTemplate.size() + kBindName.size();
  if (path.size() <= kMaxSocketPathBytes &&
      while_binding <= kMaxSocketPathBytes) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the path of socket ", Quote(path), " is too long: at most ",
      kMaxSocketPathBytes, " bytes, and ",
      kMaxSocketPathBytes - kDirectoryTemplate.size() - kBindName.size(),
      " for its directory"));
}

absl::Status CheckDirectory(const std::string& path) {
  const std::string directory = DirectoryOf(path);
  struct stat info;
  if (stat(directory.c_str(), &info) != 0) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("no directory for socket ", Quote(path),
                            "; make it (systemd: RuntimeDirectory=)"));
  }
  if (S_ISDIR(info.st_mode)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(Quote(directory), " is not a directory"));
}

absl::Status ServedAlready(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("another process serves on ", Quote(path)));
}

// Whoever holds the lock may remove its file before letting go of it.
absl::StatusOr<UniqueFd> TakeLock(const std::string& path) {
  const std::string lock_path = LockPath(path);
  while (true) {
    UniqueFd fd(open(lock_path.c_str(),
                     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd.valid()) return ErrnoFor("cannot create", lock_path);
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return ServedAlready(path);
      return ErrnoFor("cannot lock", lock_path);
    }
    struct stat info;
    if (fstat(fd.get(), &info) != 0) return ErrnoFor("cannot stat", lock_path);
    if (info.st_nlink > 0) return fd;
  }
}

// 0, or errno. Never waits.
int TryConnect(const std::string& path) {
  const UniqueFd fd(
      socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return errno;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, kMaxSocketPathBytes);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    return errno;
  }
  return 0;
}

// OK when nothing is there, or a socket that nobody listens on, or whose
// listener is to be replaced.
absl::Status CheckFree(const std::string& path, SocketFile::Other other) {
  struct stat info;
  if (lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return absl::OkStatus();
    return ErrnoFor("cannot stat", path);
  }
  if (!S_ISSOCK(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(
        Quote(path), " is not a socket; it is left alone, remove it by hand"));
  }
  if (other == SocketFile::Other::kReplace) return absl::OkStatus();
  const int error = TryConnect(path);
  if (error == ECONNREFUSED || error == ENOENT) return absl::OkStatus();
  return ServedAlready(path);
}

}  // namespace

SocketFile::SocketFile(std::string path, UniqueFd lock)
    : path_(std::move(path)), lock_(std::move(lock)) {}

absl::StatusOr<std::unique_ptr<SocketFile>> SocketFile::Prepare(
    const std::string& path, Other other) {
  PW_RETURN_IF_ERROR(CheckLength(path));
  PW_RETURN_IF_ERROR(CheckDirectory(path));
  PW_ASSIGN_OR_RETURN(UniqueFd lock, TakeLock(path));
  std::unique_ptr<SocketFile> file(new SocketFile(path, std::move(lock)));
  PW_RETURN_IF_ERROR(CheckFree(path, other));
  std::string directory = absl::StrCat(DirectoryOf(path), kDirectoryTemplate);
  if (mkdtemp(directory.data()) == nullptr) {
    return ErrnoFor("cannot create", directory);
  }
  file->directory_ = directory;
  file->bind_path_ = absl::StrCat(directory, kBindName);
  return file;
}

SocketFile::~SocketFile() {
  Remove();
  LetGo();
}

void SocketFile::LetGo() {
  if (!lock_.valid()) return;
  unlink(LockPath(path_).c_str());
  lock_.reset();
}

absl::StatusOr<bool> SocketFile::Publish(std::optional<gid_t> group) {
  const char* const bound = bind_path_.c_str();
  if (chmod(bound, 0600) != 0) return ErrnoFor("cannot chmod", bind_path_);
  struct stat info;
  if (lstat(bound, &info) != 0) return ErrnoFor("cannot stat", bind_path_);
  // What runs in the group makes its files for the group, and may then be
  // forbidden to change that, as by our unit.
  const bool shared =
      group.has_value() && (info.st_gid == *group ||
                            lchown(bound, static_cast<uid_t>(-1), *group) == 0);
  if (shared && chmod(bound, 0660) != 0) {
    return ErrnoFor("cannot chmod", bind_path_);
  }
  if (rename(bound, path_.c_str()) != 0) {
    return ErrnoFor("cannot put a socket at", path_);
  }
  published_ = true;
  device_ = info.st_dev;
  inode_ = info.st_ino;
  rmdir(directory_.c_str());
  directory_.clear();
  return shared;
}

void SocketFile::Remove() {
  struct stat info;
  if (published_ && lstat(path_.c_str(), &info) == 0 &&
      info.st_dev == device_ && info.st_ino == inode_) {
    unlink(path_.c_str());
  }
  published_ = false;
  if (!directory_.empty()) {
    unlink(bind_path_.c_str());
    rmdir(directory_.c_str());
    directory_.clear();
  }
}

}  // namespace pinwarden
