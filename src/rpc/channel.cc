// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <grpcpp/channel.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

#include "pinwarden/rpc.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/unique_fd.h"
#include "pinwarden/unix_socket.h"

namespace pinwarden {
namespace {

constexpr char kAuthority[] = "localhost";
constexpr int kIdentityOnly = 1 << GRPC_COMPRESS_NONE;

grpc::ChannelArguments Arguments(int max_response_bytes) {
  grpc::ChannelArguments arguments;
  arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, kAuthority);
  arguments.SetMaxReceiveMessageSize(max_response_bytes);
  arguments.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET,
                   kIdentityOnly);
  arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  // Else windows, and with them what a peer can make us hold, grow.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
  arguments.SetInt(GRPC_ARG_MAX_CHANNEL_TRACE_EVENT_MEMORY_PER_NODE, 0);
  return arguments;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectChannel(
    const std::string& path, int max_response_bytes) {
  PW_ASSIGN_OR_RETURN(UniqueFd fd, ConnectUnix(path));
  KeepGrpcRunning();
  return grpc::CreateCustomInsecureChannelFromFd(kAuthority, fd.release(),
                                                 Arguments(max_response_bytes));
}

}  // namespace pinwarden
