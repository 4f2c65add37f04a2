// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "absl/strings/match.h"
#include "pinwarden/source_files.h"

namespace pinwarden {

bool IsSourceName(absl::string_view path) {
  const absl::string_view name = path.substr(path.rfind('/') + 1);
  for (const absl::string_view start : {"Dockerfile", "Containerfile"}) {
    if (absl::StartsWith(name, start)) return true;
  }
  for (const absl::string_view end :
       {".yaml", ".yml", ".json", ".Dockerfile", ".dockerfile"}) {
    if (absl::EndsWith(name, end)) return true;
  }
  return false;
}

}  // namespace pinwarden
