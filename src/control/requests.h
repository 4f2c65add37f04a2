// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_REQUESTS_H_
#define PINWARDEN_SRC_CONTROL_REQUESTS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinwarden/broadcast.h"
#include "pinwarden/ledger_reader.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

inline constexpr size_t kMaxRequestBytes = 1 << 20;
inline constexpr size_t kMaxCheckedImages = 1000;
inline constexpr size_t kMaxCheckedImageBytes = 4096;
inline constexpr size_t kMaxCheckedNamespaceBytes = 253;
inline constexpr size_t kMaxCheckedLabels = 256;
inline constexpr size_t kMaxCheckedLabelBytes = 512;  // a key, or a value
// Bounds on what one reader can make the publisher of decisions compute.
inline constexpr size_t kMaxFilterValues = 32;
inline constexpr size_t kMaxFilterPatternBytes = 128;

// kInvalidArgument: names the field and the bound, as in
// "images[3]: 5000 bytes, at most 4096".
absl::Status ValidateCheck(const v1::CheckRequest& request);

// The filter that `request` asks for, or kInvalidArgument as above.
absl::StatusOr<Subscription::Filter> MakeFilter(
    const v1::WatchDecisionsRequest& request);

absl::StatusOr<LedgerQuery> MakeLedgerQuery(
    const v1::ReadLedgerRequest& request);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_REQUESTS_H_
