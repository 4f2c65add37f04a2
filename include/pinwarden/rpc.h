// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_RPC_H_
#define PINWARDEN_RPC_H_

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// What all users of gRPC in a process share. Thread-safe.

// Keeps gRPC's threads until the process ends. To be called before gRPC is
// used. Without it gRPC ends them with its last object, and that takes ten
// seconds when a write had to wait for its peer shortly before: a daemon that
// stops, or a command that is done, would hang for so long.
//
// From then on gRPC and Protocol Buffers write nothing to stderr, which is a log
// or a person's, but why they abort the process.
void KeepGrpcRunning();

// What they would have written there as errors goes to `log`, on the thread
// where it happened; to nobody, as at first, if that is null. Peers can have
// their say in it: it is to be quoted. `log` must not call gRPC or this. When
// this returns, the one set before is not running.
void SetGrpcErrorLog(std::function<void(absl::string_view message)> log);

// A channel over one connection to the Unix socket at `path`, made here and
// now: so we know at once and exactly why there is none, no path needs escaping
// as a URI, and no resolver, proxy, service config or backoff has a say. It
// does not connect again: once calls fail with UNAVAILABLE, make another.
//
// Its peer sees the authority "localhost" (servers in Go refuse a path there),
// may answer with `max_response_bytes` a message at most, and not compressed:
// a small message that unpacks to a large one is not read.
//
// Errors of the connection are those of ConnectUnix(), in unix_socket.h.
absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectChannel(
    const std::string& path, int max_response_bytes);

}  // namespace pinwarden

#endif  // PINWARDEN_RPC_H_
