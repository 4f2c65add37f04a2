// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_DECISION_WATCH_H_
#define PINWARDEN_TESTS_E2E_DECISION_WATCH_H_

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "pinwarden/v1/control.grpc.pb.h"

namespace pinwarden::e2e {

// Collects the decisions that a daemon streams. Waits for a daemon that is only
// starting: the stream is open before anything is judged if this is made first.
class DecisionWatch {
 public:
  explicit DecisionWatch(const std::string& control_socket);
  ~DecisionWatch();

  DecisionWatch(const DecisionWatch&) = delete;
  DecisionWatch& operator=(const DecisionWatch&) = delete;

  // The first decision so far, or to come, for which `condition` holds.
  // kNotFound after `kPatience`, with all that came.
  absl::StatusOr<v1::Decision> Find(
      const std::function<bool(const v1::Decision&)>& condition);

  // The decision about the container of this name in the pod of this name.
  absl::StatusOr<v1::Decision> FindPod(const std::string& pod);

 private:
  void Read();

  grpc::ClientContext context_;
  std::unique_ptr<v1::Inspection::Stub> stub_;
  std::mutex mu_;
  std::condition_variable changed_;
  std::vector<v1::Decision> decisions_;  // guarded by mu_
  std::thread thread_;
};

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_DECISION_WATCH_H_
