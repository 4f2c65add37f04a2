// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_NRI_CONNECTION_H_
#define PINWARDEN_SRC_NRI_CONNECTION_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "nri/session.h"
#include "nri/socket_deadline.h"
#include "pinwarden/heartbeat.h"
#include "pinwarden/stop_event.h"
#include "pinwarden/trunk.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// One connection to a runtime, from RegisterPlugin to its end: a session, the
// socket that it talks through, and the time it has to get registered.
class NriConnection {
 public:
  struct Options {
    std::string name;
    std::string index;
    absl::Duration registration_timeout;
    bool ask_validate = true;
    Heartbeat* heartbeat = nullptr;
  };

  // `registered` is called once the runtime will ask about every container.
  NriConnection(UniqueFd socket, Options options, NriHandler& handler,
                NriSession::UpdateStats update,
                std::function<void()> registered);

  NriConnection(const NriConnection&) = delete;
  NriConnection& operator=(const NriConnection&) = delete;

  // Returns OK once `stop` is set. Otherwise says why the connection ended:
  // as Trunk::Run() does, or
  //   kDeadlineExceeded    the runtime was too slow to register us
  //   kFailedPrecondition  it refused to
  //   and what NriSession::broken() says
  absl::Status Run(const StopEvent& stop);

  // Whether `registered` was called.
  bool registered() const { return registered_; }

  // After Run(): whether the runtime hung up because of an event that it does
  // not know.
  bool refused_validate() const { return refused_validate_; }

 private:
  CallResult Serve(const IncomingCall& call);
  absl::Status Register();
  absl::Status WhyEnded(const absl::Status& status, bool in_time);

  const Options options_;
  const std::function<void()> on_registered_;
  const int fd_;  // owned by trunk_
  NriSession session_;
  Trunk trunk_;
  SocketDeadline deadline_;  // after trunk_: gone before that closes the socket
  absl::Status refusal_;
  bool registered_ = false;
  bool refused_validate_ = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_NRI_CONNECTION_H_
