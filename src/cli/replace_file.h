// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_REPLACE_FILE_H_
#define PINWARDEN_CLI_REPLACE_FILE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// Replaces the file that `path` leads to so that a reader, or a crash, sees the
// old or the new one whole, with its owner, group and mode as they are. Makes
// it, with mode 0644, and its directory where they are not there.
//
// kAborted: `was` is given, and the file is not like that any more. It is looked
// at last, right before it is replaced.
absl::Status ReplaceKeepingOwner(
    const std::string& path, absl::string_view contents,
    std::optional<absl::string_view> was = std::nullopt);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_REPLACE_FILE_H_
