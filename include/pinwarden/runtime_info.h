// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_RUNTIME_INFO_H_
#define PINWARDEN_RUNTIME_INFO_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden {

enum class RuntimeKind { kContainerd, kCrio, kOther };

struct RuntimeVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;

  friend auto operator<=>(const RuntimeVersion&,
                          const RuntimeVersion&) = default;
};

// What of the runtime's name and version is kept and shown.
inline constexpr size_t kMaxRuntimeTextBytes = 256;

// Who is at the other end, from what it says of itself in Configure.
//
//   name, version                      kind         parsed
//   "containerd", "v2.2.7"             kContainerd  2.2.7
//   "containerd", "2.3.0+unknown"      kContainerd  2.3.0
//   "containerd", "2.2.0~ds1"          kContainerd  2.2.0
//   "containerd", "2.2.0-rc.1"         kContainerd  2.2.0, a pre-release
//   "v2", "2.0.2"                      kContainerd  2.0.2 (its name up
//   to 2.0.3) "cri-o", "1.34.1"                  kCrio        1.34.1 "docker",
//   "29.2.0"                 kOther       29.2.0 "containerd", "(devel)"
//   kContainerd  nothing
struct RuntimeInfo {
  RuntimeKind kind = RuntimeKind::kOther;
  std::optional<RuntimeVersion> parsed;
  bool prerelease = false;  // older than the release that `parsed` names
  std::string name;         // as sent, valid UTF-8, cut to kMaxRuntimeTextBytes
  std::string version;      // the same
};

RuntimeInfo IdentifyRuntime(absl::string_view name, absl::string_view version);

// Whether this runtime knows ValidateContainerAdjustment: containerd >= 2.2.0,
// CRI-O >= 1.34, Docker >= 29.2. False where the version is not known, and for
// pre-releases of those versions (an unknown event bit ends the connection).
bool SupportsValidate(const RuntimeInfo& runtime);

}  // namespace pinwarden

#endif  // PINWARDEN_RUNTIME_INFO_H_
