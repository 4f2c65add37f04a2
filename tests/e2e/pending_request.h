// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_PENDING_REQUEST_H_
#define PINWARDEN_TESTS_E2E_PENDING_REQUEST_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace pinwarden::e2e {

// Waits until a stopped process has something to read on its connection to
// `socket`: a request that it has not seen. Needs root, and keeps nothing of
// the connection open.
absl::Status AwaitPendingRequest(pid_t pid, const std::string& socket);

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_PENDING_REQUEST_H_
