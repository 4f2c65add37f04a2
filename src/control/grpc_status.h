// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_GRPC_STATUS_H_
#define PINWARDEN_SRC_CONTROL_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace pinwarden {

// The two number their codes alike.
inline grpc::Status ToGrpcStatus(const absl::Status& status) {
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      std::string(status.message()));
}

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_GRPC_STATUS_H_
