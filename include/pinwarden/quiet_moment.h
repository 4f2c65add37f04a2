// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_QUIET_MOMENT_H_
#define PINWARDEN_QUIET_MOMENT_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace pinwarden {

// The name under which InQuietMoment() registers. Not that of the plugin: a
// runtime that requires the plugin must not take this for it.
inline constexpr char kQuietMomentPlugin[] = "pinwarden-leaving";

// Calls `action` at a moment in which the runtime asks no plugin anything, and
// in which plugins may leave without a trace: what hung up in `action` is never
// asked again, and every plugin that registered before this call is.
//
// It registers once more, for an event that needs no judgement, and acts while
// it is synchronised. A runtime registers one plugin after the other, and asks
// nobody while it synchronises one. Right after it, before anybody is asked, it
// forgets the plugins that hung up; at any other moment it would ask them once
// more, and refuse that container where they validate.
//
// `action` has to be done within the runtime's limit for requests, 2 s. It is
// called at most once, on this thread, and if this returns OK.
//
// kDeadlineExceeded: the runtime did not get to it within `limit`. Otherwise as
// ConnectUnix() says, or as the runtime refused or ended it.
absl::Status InQuietMoment(const std::string& socket_path, absl::Duration limit,
                           const std::function<void()>& action);

}  // namespace pinwarden

#endif  // PINWARDEN_QUIET_MOMENT_H_
