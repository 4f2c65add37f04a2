// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CRI_ANSWER_H_
#define PINWARDEN_SRC_CRI_ANSWER_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cri.pb.h"
#include "pinwarden/cri.h"

namespace pinwarden {

// kInvalidArgument: not what can be asked for: empty, over kMaxCriNameBytes, or
// not UTF-8. The message says `what` it is.
absl::Status CheckName(absl::string_view what, absl::string_view name);

// kResourceExhausted: it has too many names, or too long ones.
absl::StatusOr<std::optional<CriImage>> ReadImage(
    const runtime::v1::ImageStatusResponse& answer);

CriVersion ReadVersion(const runtime::v1::VersionResponse& answer);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CRI_ANSWER_H_
