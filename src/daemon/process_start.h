// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_PROCESS_START_H_
#define PINWARDEN_SRC_DAEMON_PROCESS_START_H_

#include <sys/types.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/started_by_runtime.h"
#include "pinwarden/daemon.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// How this process was started, from its arguments and from what a service
// manager (NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID) and a daemon that hands
// over (PINWARDEN_TAKE_OVER) set. `self` is our process id.
//
// What a service manager sets and we cannot use is as if it were not set.
// kInvalidArgument: PINWARDEN_TAKE_OVER is not what a daemon sets.
absl::StatusOr<ProcessStart> ReadProcessStart(int argc, const char* const* argv,
                                              const GetEnv& get_env,
                                              pid_t self);

// Goes on as a process of its own, which tells its id to the daemon that hands
// over; the one that it started ends. So our parent is who takes care of
// orphans: the service manager, which then takes us for its own. To be called
// before there are threads; nothing without a predecessor.
absl::Status LeavePredecessor(UniqueFd* predecessor);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_PROCESS_START_H_
