// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LOCK_FILE_H_
#define PINWARDEN_LOCK_FILE_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/problem.h"
#include "pinwarden/reference.h"

namespace pinwarden {

inline constexpr size_t kMaxLockBytes = 8 << 20;
inline constexpr size_t kMaxLockEntries = 50'000;

// Which digest each tag stood for when somebody looked: what `pinwarden fix`
// pins images with.
//
//   pinwarden-lock 1
//   # Looked at on build-7.
//   docker.io/library/nginx:1.27.3 sha256:<64 hex>
//
// The first line names the version of the format. Then come the comments, and
// then the entries: the normal form of a reference with a tag and without a
// digest, blanks, its digest. Empty lines do not count.
struct LockFile {
  std::string comments;  // whole lines, "#" and all, or empty ones
  std::map<std::string, std::string, std::less<>>
      digests;  // by the normal form

  // The digest of what `reference` names, which has a tag and no digest.
  std::optional<absl::string_view> Find(const Reference& reference) const;

  // As text, sorted. That is read as an equal LockFile.
  std::string ToString() const;

  friend bool operator==(const LockFile&, const LockFile&) = default;
};

struct LockFileLoad {
  std::optional<LockFile> file;   // none where there is any problem
  std::vector<Problem> problems;  // each with its line
};

// Takes any bytes, in bounded time and memory. Lines may end with "\r\n". Image
// names that are not in normal form, names given twice and comments between
// entries are errors, too.
LockFileLoad ParseLockFile(absl::string_view text);

// Whether `digest` is one that a reference can carry: "sha256:<64 hex>", ...
bool IsDigest(absl::string_view digest);

}  // namespace pinwarden

#endif  // PINWARDEN_LOCK_FILE_H_
