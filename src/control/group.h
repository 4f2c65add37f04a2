// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_GROUP_H_
#define PINWARDEN_SRC_CONTROL_GROUP_H_

#include <sys/types.h>

#include <optional>

#include "absl/strings/string_view.h"

namespace pinwarden {

// The number of the group called `name` in `group_file`, the text of
// /etc/group. Not getgrnam(): in a static program it loads the host's name
// service modules, which may be of another glibc.
std::optional<gid_t> FindGroup(absl::string_view group_file,
                               absl::string_view name);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_GROUP_H_
