// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CRI_CALLER_H_
#define PINWARDEN_SRC_CRI_CALLER_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cri.grpc.pb.h"
#include "pinwarden/mutex.h"

namespace pinwarden {

// Makes calls over one connection, which it makes when it is needed and
// replaces when the peer has gone. Thread-safe.
class Caller {
 public:
  struct Services {
    std::unique_ptr<runtime::v1::RuntimeService::Stub> runtime;
    std::unique_ptr<runtime::v1::ImageService::Stub> images;
  };
  // One call: a method of `services` with its request and response.
  using Method =
      std::function<grpc::Status(Services& services, grpc::ClientContext*)>;

  explicit Caller(std::string socket) : socket_(std::move(socket)) {}

  // `name` is of the method, for messages. It may be called twice: a connection
  // from before the runtime's last restart only shows when it is used. All that
  // is called here can be called again without harm.
  absl::Status Call(absl::string_view name, absl::Duration timeout,
                    const Method& method) ABSL_LOCKS_EXCLUDED(mu_);

  // Ends all calls, also those to come, with kCancelled.
  void Cancel() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Use {
    std::shared_ptr<Services> services;
    bool made = false;  // for this call
  };

  absl::StatusOr<Use> Connection() ABSL_LOCKS_EXCLUDED(mu_);
  void Forget(const std::shared_ptr<Services>& services)
      ABSL_LOCKS_EXCLUDED(mu_);
  grpc::Status Try(Services& services, absl::Time deadline,
                   const Method& method) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Explain(absl::string_view name, absl::Duration timeout,
                       const grpc::Status& status) const;

  const std::string socket_;
  Mutex mu_;
  std::shared_ptr<Services> services_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_set<grpc::ClientContext*> under_way_ ABSL_GUARDED_BY(mu_);
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CRI_CALLER_H_
