// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/grpc_library.h"

#include <grpc/grpc.h>

#include <mutex>

namespace pinwarden {

void KeepGrpcRunning() {
  static std::once_flag once;
  std::call_once(once, grpc_init);
}

}  // namespace pinwarden
