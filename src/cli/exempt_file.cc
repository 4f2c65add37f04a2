// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/exempt_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/policy_files.h"
#include "pinwarden/quote.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {
namespace {

constexpr char kUsualInclude[] = "exemptions.d/*.yaml";

absl::Status NotIncluded(const std::string& policy_path, absl::string_view name,
                         absl::string_view pattern, bool includes) {
  return absl::InvalidArgumentError(absl::StrCat(
      Quote(policy_path), " does not include ",
      name.empty() ? "any file" : Quote(name),
      includes ? "; add to the list in it:\n\n    include: [..., "
               : "; add this line to it, and try again:\n\n    include: [",
      pattern, "]\n"));
}

// `wanted` as the policy would call it; "" where it is not below its directory.
std::string RelativeToPolicy(const std::string& policy_path,
                             const std::string& wanted) {
  namespace fs = std::filesystem;
  fs::path path(wanted);
  std::error_code error;
  if (path.is_absolute()) {
    const fs::path directory = fs::absolute(policy_path, error).parent_path();
    if (error) return "";
    path = path.lexically_normal().lexically_relative(
        directory.lexically_normal());
  }
  std::string name = path.lexically_normal().string();
  return name == "." || name == ".." || absl::StartsWith(name, "../") ? ""
                                                                      : name;
}

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

}  // namespace

absl::StatusOr<std::string> ExemptionFileName(const std::string& policy_path,
                                              const PolicySource& policy,
                                              const std::string& wanted,
                                              const std::string& stem) {
  const std::vector<IncludePattern> patterns =
      PolicyIncludes(policy.files[0].text);
  if (wanted.empty()) {
    if (patterns.empty()) {
      return NotIncluded(policy_path, "", kUsualInclude, false);
    }
    std::string name = patterns[0].text();
    const size_t star = name.find('*');
    if (star != std::string::npos) name.replace(star, 1, stem);
    name.erase(std::remove(name.begin(), name.end(), '*'), name.end());
    return name;
  }
  const std::string name = RelativeToPolicy(policy_path, wanted);
  if (name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(wanted), " is not below the directory of ",
                     Quote(policy_path), ", so it cannot be included"));
  }
  for (const IncludePattern& pattern : patterns) {
    if (pattern.Matches(name)) return name;
  }
  const std::string directory(DirectoryPrefix(name));
  return NotIncluded(policy_path, name,
                     directory.empty() ? name : directory + "*.yaml",
                     !patterns.empty());
}

PolicySource WithFile(const PolicySource& policy, const std::string& name,
                      const std::string& text) {
  PolicySource with = policy;
  const auto at =
      std::lower_bound(with.files.begin() + 1, with.files.end(), name,
                       [](const PolicyText& file, const std::string& n) {
                         return file.name < n;
                       });
  if (at != with.files.end() && at->name == name) {
    at->text = text;
  } else {
    with.files.insert(at, {name, text});
  }
  return with;
}

absl::Status ReplaceKeepingOwner(const std::string& path,
                                 absl::string_view contents) {
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
  if (status.ok() && rename(temporary.c_str(), real.c_str()) != 0) {
    status = Failed("cannot rename to", real);
  }
  if (!status.ok()) unlink(temporary.c_str());
  return status;
}

}  // namespace pinwarden
