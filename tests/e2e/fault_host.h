// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_FAULT_HOST_H_
#define PINWARDEN_TESTS_E2E_FAULT_HOST_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pinwarden::e2e {

// The runtime of one host of the fault matrix, with two images: demo:1.2.3 and
// demo:latest, each of its own.
class FaultHost {
 public:
  virtual ~FaultHost() = default;

  // "containerd 1.7.24"
  virtual std::string name() const = 0;

  // Whether it refuses containers that nobody judges.
  virtual bool fails_closed() const = 0;

  virtual std::string nri_socket() const = 0;

  // Has a container of this name run. Its id, or why it was refused.
  virtual absl::StatusOr<std::string> Create(const std::string& name,
                                             const std::string& image) = 0;

  virtual bool IsRunning(const std::string& id) = 0;

  // Returns when containers can be created again. The old ones run on.
  virtual absl::Status Restart() = 0;
};

// A real containerd of `line`, all of whose files are in `directory`.
absl::StatusOr<std::unique_ptr<FaultHost>> LaunchContainerdHost(
    const std::string& line, const std::string& directory);

// One that asks through Validate and has required_plugins = ["pinwarden"], so
// it fails closed: what containerd 2.2 does, which no Debian has. It is made
// of tests/testing/fake_runtime.h.
std::unique_ptr<FaultHost> LaunchValidatingHost(const std::string& directory);

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_FAULT_HOST_H_
