// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TRUNK_H_
#define PINWARDEN_TRUNK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/heartbeat.h"
#include "pinwarden/mux.h"
#include "pinwarden/stop_event.h"
#include "pinwarden/ttrpc.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// One unary call that the peer makes. Views into the trunk's buffers, valid
// until the server returns.
struct IncomingCall {
  absl::string_view service;  // "nri.pkg.api.v1alpha1.Plugin"
  absl::string_view method;   // "CreateContainer"
  absl::string_view payload;  // serialised request message
};

// Its answer: the serialised response message, or an error, whose code and
// message the peer gets as a ttRPC status.
using CallResult = absl::StatusOr<std::string>;

// How long a peer may take no byte of what we write. Well over the 2 s in
// which a runtime wants its answer: it has given us up by then.
inline constexpr absl::Duration kMaxWriteStall = absl::Seconds(10);

// The message of a status is cut to this, and made valid UTF-8, both ways.
inline constexpr size_t kMaxStatusMessageBytes = 1024;

// Both directions of NRI over one socket: we serve ttRPC calls on one mux
// connection and make calls on the other. All on the thread that runs Run():
// calls are served one at a time, in order, each answered before the next is
// looked at.
//
// A call that cannot be served is answered with an error wherever its frame can
// be told from the next, because a runtime refuses the container that it asked
// about on an error, but lets it run when the connection ends. docs/wire.md
// lists what is done about each kind of bad input.
class Trunk {
 public:
  struct Connections {
    uint32_t serve;  // where the peer calls us
    uint32_t call;   // where we call the peer
  };
  using Server = std::function<CallResult(const IncomingCall&)>;
  using Done = std::function<void(CallResult)>;

  // `socket` is a connected stream socket.
  Trunk(UniqueFd socket, Connections connections, Server server,
        absl::Duration max_write_stall = kMaxWriteStall);
  ~Trunk();

  // Sends a call; `done` is called from Run() with its answer, unless the trunk
  // ends first: the response message, the peer's error, or kDataLoss or
  // kResourceExhausted for an answer that cannot be read. `done` may be empty.
  // May be called before Run() or from within it, by the server or a `done`.
  //
  // kResourceExhausted: longer than kMaxSentTtrpcDataBytes, and not sent. Any
  // other error is that of the trunk, which Run() returns too.
  absl::Status Call(absl::string_view service, absl::string_view method,
                    absl::string_view payload, Done done);

  // Reads and serves until one of:
  //   OK                  `stop` was set; calls that had arrived are answered
  //   kUnavailable        the peer closed the socket (EOF, EPIPE, ECONNRESET)
  //   kDataLoss           bytes that no peer sends; says which byte
  //   kDeadlineExceeded   the peer took no bytes for `max_write_stall`
  // Once it has returned, the trunk is of no further use. Unless null,
  // `heartbeat` beats between requests, and while none comes.
  absl::Status Run(const StopEvent& stop, Heartbeat* heartbeat = nullptr);

 private:
  struct Scratch;  // buffers and messages, reused from call to call

  absl::Status AwaitBytes(Heartbeat* heartbeat) const;
  absl::Status ServeArrived();
  absl::Status Feed(absl::string_view bytes);
  absl::Status HandleServed(const TtrpcMessage& message);
  absl::Status HandleAnswer(const TtrpcMessage& message);
  CallResult Serve(const TtrpcMessage& message);
  CallResult ParseAnswer(const TtrpcMessage& message);
  absl::Status Reply(uint32_t connection, uint32_t stream, CallResult result);
  absl::Status Send(uint32_t connection, uint32_t stream, TtrpcType type);

  const UniqueFd socket_;
  const Connections connections_;
  const Server server_;
  const absl::Duration max_write_stall_;
  const StopEvent* stop_ = nullptr;  // Run()'s

  MuxDecoder mux_;
  TtrpcDecoder served_;
  TtrpcDecoder answers_;
  uint32_t last_served_stream_ = 0;

  uint32_t next_stream_ = 1;  // odd, rising
  absl::flat_hash_map<uint32_t, Done> waiting_;

  // Of the first write that failed, perhaps half done: nothing may follow it.
  absl::Status broken_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_TRUNK_H_
