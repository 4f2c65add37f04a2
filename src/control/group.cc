// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/group.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace pinwarden {

// line := name ":" password ":" number ":" members
std::optional<gid_t> FindGroup(absl::string_view group_file,
                               absl::string_view name) {
  if (name.empty()) return std::nullopt;
  for (absl::string_view line : absl::StrSplit(group_file, '\n')) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ':');
    if (fields.size() < 3 || fields[0] != name) continue;
    uint32_t number = 0;
    // The largest number means "no change" to chown().
    if (absl::SimpleAtoi(fields[2], &number) &&
        number != std::numeric_limits<uint32_t>::max()) {
      return number;
    }
  }
  return std::nullopt;
}

}  // namespace pinwarden
