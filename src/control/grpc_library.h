// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_GRPC_LIBRARY_H_
#define PINWARDEN_SRC_CONTROL_GRPC_LIBRARY_H_

namespace pinwarden {

// Keeps gRPC's threads until the process ends. To be called before gRPC is
// used. Without it gRPC ends them with its last object, and that takes ten
// seconds when a write had to wait for its peer shortly before: a daemon that
// stops, or a command that is done, would hang for so long.
void KeepGrpcRunning();

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_GRPC_LIBRARY_H_
