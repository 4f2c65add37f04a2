// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/policy_files.h"
#include "pinwarden/quote.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {
namespace {

// Of a directory that holds files of policies, and nothing much else.
constexpr size_t kMaxNames = 100'000;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

absl::Status CheckTrust(const struct stat& info, const std::string& path) {
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the directory ", Quote(path), " belongs to user ",
                     info.st_uid, ", who could change what is in it; run: ",
                     "chown root: ", Quote(path)));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the directory ", Quote(path),
        " can be written by others; run: chmod go-w ", Quote(path)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ListDirectory(const std::string& path,
                                                       FileTrust trust) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("cannot open ", Quote(path)));
  }
  struct stat info;
  if (fstat(fd.get(), &info) != 0) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("cannot stat ", Quote(path)));
  }
  if (trust == FileTrust::kOwnedByUs) {
    const absl::Status status = CheckTrust(info, path);
    if (!status.ok()) return status;
  }
  const std::unique_ptr<DIR, CloseDirectory> directory(fdopendir(fd.get()));
  if (directory == nullptr) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("cannot read ", Quote(path)));
  }
  static_cast<void>(fd.release());
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* const entry = readdir(directory.get());
    if (entry == nullptr) break;
    const absl::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (names.size() == kMaxNames) {
      return absl::ResourceExhaustedError(
          absl::StrCat(Quote(path), " holds more than ", kMaxNames, " files"));
    }
    names.emplace_back(name);
  }
  if (errno != 0) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("cannot read ", Quote(path)));
  }
  return names;
}

}  // namespace

PolicyFileAccess LocalPolicyFiles(FileTrust trust) {
  return {[trust](const std::string& path, size_t max_bytes) {
            return ReadFile(path, max_bytes, trust);
          },
          [trust](const std::string& directory) {
            return ListDirectory(directory, trust);
          }};
}

}  // namespace pinwarden
