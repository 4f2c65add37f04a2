// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_UNIX_SOCKET_H_
#define PINWARDEN_UNIX_SOCKET_H_

#include <string>

#include "absl/status/statusor.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// Connects to the Unix stream socket at `path`. The descriptor is non-blocking
// and close-on-exec.
//
// kNotFound: no socket there. kUnavailable: nobody listens, or the listener's
// queue is full. kPermissionDenied. kInvalidArgument: `path` is longer than the
// 107 bytes that a socket address holds, empty, or has a NUL in it.
// kResourceExhausted: the process has no descriptors left.
absl::StatusOr<UniqueFd> ConnectUnix(const std::string& path);

}  // namespace pinwarden

#endif  // PINWARDEN_UNIX_SOCKET_H_
