// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_WATCH_METADATA_H_
#define PINWARDEN_SRC_CONTROL_WATCH_METADATA_H_

namespace pinwarden {

// In the initial metadata of a WatchDecisions call that was taken.
inline constexpr char kSubscribedKey[] = "pinwarden-subscribed";

// The details of the status with which it ends at a handover.
inline constexpr char kHandedOverDetails[] = "pinwarden-handed-over";

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_WATCH_METADATA_H_
