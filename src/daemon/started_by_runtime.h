// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_STARTED_BY_RUNTIME_H_
#define PINWARDEN_SRC_DAEMON_STARTED_BY_RUNTIME_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/nri_plugin.h"

namespace pinwarden {

// The value of an environment variable, or null.
using GetEnv = std::function<const char*(const char*)>;

// How we are to register: as ourselves; or, when the runtime started us, under
// the name and index in NRI_PLUGIN_NAME and NRI_PLUGIN_IDX, over the connected
// socket whose descriptor NRI_PLUGIN_SOCKET gives (3), which is ours from here.
//
// kInvalidArgument: one of these is not what a runtime sets.
absl::StatusOr<NriOptions> NriOptionsFromEnvironment(const GetEnv& get_env);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_STARTED_BY_RUNTIME_H_
