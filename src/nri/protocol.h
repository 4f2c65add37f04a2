// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_NRI_PROTOCOL_H_
#define PINWARDEN_SRC_NRI_PROTOCOL_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// NRI's fixed names and numbers. docs/wire.md describes the messages.
namespace pinwarden {

inline constexpr absl::string_view kPluginService =
    "nri.pkg.api.v1alpha1.Plugin";
inline constexpr absl::string_view kRuntimeService =
    "nri.pkg.api.v1alpha1.Runtime";

// The mux connections: on which the runtime calls us, and we call it.
inline constexpr uint32_t kPluginConnection = 1;
inline constexpr uint32_t kRuntimeConnection = 2;

// Bits of the event mask: 1 << (event number - 1). A mask of 0 means all
// events.
inline constexpr int32_t kCreateContainerBit = 1 << 3;
inline constexpr int32_t kRemoveContainerBit = 1 << 10;
inline constexpr int32_t kValidateAdjustmentBit = 1 << 13;

// A runtime's limit for one request when Configure does not tell.
inline constexpr absl::Duration kDefaultRequestTimeout = absl::Seconds(2);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_NRI_PROTOCOL_H_
