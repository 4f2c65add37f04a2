// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_LAST_GOOD_H_
#define PINWARDEN_SRC_DAEMON_LAST_GOOD_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/policy_source.h"

namespace pinwarden {

// One file that keeps a policy with all that it includes. A policy of one text
// is kept as it is; one of several starts with a list of them:
//
//   # pinwarden: a policy of 2 files; their bytes follow
//   # 312 policy.yaml
//   # 141 exemptions.d/billing.yaml
//   version: 1
//   ...

// What keeps `source`.
std::string PackLastGood(const PolicySource& source);

// What `bytes` keep; the policy's own file is called `name`.
//
// kDataLoss: a list that does not fit what follows it.
absl::StatusOr<PolicySource> UnpackLastGood(absl::string_view bytes,
                                            absl::string_view name);

// The bytes of the file at `path`, which must be owned by root or by us and not
// be writable by others; and what they keep.
absl::StatusOr<std::string> ReadLastGoodBytes(const std::string& path);
absl::StatusOr<PolicySource> ReadLastGood(const std::string& path,
                                          absl::string_view name);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_LAST_GOOD_H_
