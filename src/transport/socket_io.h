// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_TRANSPORT_SOCKET_IO_H_
#define PINWARDEN_SRC_TRANSPORT_SOCKET_IO_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pinwarden/stop_event.h"

namespace pinwarden {

// What a trunk does to its socket. Each takes kUnavailable for "the other end
// is gone or the socket is broken", and never raises SIGPIPE.

enum class SocketEvent { kReadable, kWritable };

// Waits until `event` or an error is there to be seen on `fd`. `stop` may be
// null. kCancelled: `stop` is set. kDeadlineExceeded: not within `timeout`.
absl::Status WaitFor(int fd, SocketEvent event, const StopEvent* stop,
                     absl::Duration timeout);

// Reads what is there now, at most buffer.size() bytes; 0 if nothing is.
absl::StatusOr<size_t> ReadSome(int fd, absl::Span<char> buffer);

// Writes all of `bytes`, waiting as WaitFor() does where the other end reads
// too slowly. `max_stall` bounds each wait in which it takes no byte at all.
absl::Status WriteAll(int fd, absl::string_view bytes, const StopEvent* stop,
                      absl::Duration max_stall);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_TRANSPORT_SOCKET_IO_H_
