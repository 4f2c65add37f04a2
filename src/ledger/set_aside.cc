// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ledger/set_aside.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr char kMark[] = ".corrupt-";
constexpr char kLog[] = "-wal";

// All but the newest: their names are in order of time.
void RemoveOld(const std::string& path) {
  const std::filesystem::path file(path);
  const std::string prefix = absl::StrCat(file.filename().string(), kMark);
  std::vector<std::string> found;
  std::error_code error;
  for (std::filesystem::directory_iterator it(file.parent_path(), error), end;
       !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (absl::StartsWith(name, prefix) && !absl::EndsWith(name, kLog)) {
      found.push_back(it->path().string());
    }
  }
  std::sort(found.begin(), found.end());
  if (found.size() <= kKeptCorrupt) return;
  found.resize(found.size() - kKeptCorrupt);
  for (const std::string& old : found) {
    unlink(old.c_str());
    unlink(absl::StrCat(old, kLog).c_str());
  }
}

}  // namespace

absl::StatusOr<std::string> SetAside(const std::string& path, absl::Time now) {
  const std::string aside = absl::StrCat(
      path, kMark,
      absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone()));
  if (std::rename(path.c_str(), aside.c_str()) != 0) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("cannot set aside ", Quote(path)));
  }
  // Without its log the file may lack its end; without the file the log would
  // be taken for the next one's.
  const std::string log = absl::StrCat(path, kLog);
  if (std::rename(log.c_str(), absl::StrCat(aside, kLog).c_str()) != 0) {
    unlink(log.c_str());
  }
  unlink(absl::StrCat(path, "-shm").c_str());
  RemoveOld(path);
  return aside;
}

}  // namespace pinwarden
