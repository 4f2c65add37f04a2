// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "compose/paths.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace pinwarden::compose_internal {

absl::string_view NameOf(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

std::string DirectoryOf(absl::string_view path) {
  const absl::string_view name = NameOf(path);
  path.remove_suffix(name.size());
  if (path.size() > 1) path.remove_suffix(1);  // but for that of "/"
  return std::string(path);
}

std::string PathFrom(absl::string_view directory, absl::string_view path) {
  const bool absolute = absl::StartsWith(path, "/");
  const std::string whole = absolute || directory.empty()
                                ? std::string(path)
                                : absl::StrCat(directory, "/", path);
  const bool rooted = absl::StartsWith(whole, "/");
  std::vector<absl::string_view> parts;
  for (const absl::string_view part : absl::StrSplit(whole, '/')) {
    if (part.empty() || part == ".") continue;
    const bool back = part == ".." && !parts.empty() && parts.back() != "..";
    if (back) {
      parts.pop_back();
    } else if (part != ".." || !rooted) {
      parts.push_back(part);
    }
  }
  return absl::StrCat(rooted ? "/" : "", absl::StrJoin(parts, "/"));
}

bool IsRemote(absl::string_view path) {
  return absl::StrContains(path, "://") || absl::StartsWith(path, "git@") ||
         absl::StartsWith(path, "github.com/");
}

}  // namespace pinwarden::compose_internal
