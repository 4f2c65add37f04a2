// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_HANDOVER_CHANNEL_H_
#define PINWARDEN_SRC_DAEMON_HANDOVER_CHANNEL_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// What two daemons say to each other while one hands over to the other, in
// this order. The two may be of different versions: neither may rely on a word
// that the first version of this did not have, and unknown words are passed
// over.
//
//   new: started 4711        its process id: see process_start.h
//   new: loaded 1.2.4        the policy is loaded, and it tries to register
//   new: registered 1.2.4    the runtime asks it about every container
//   new: failed REASON       it cannot, and ends
//   old: main                the new one is the service manager's main process
//   old: left                the old one does not judge any more, and lets the
//                            new one take the API's sockets
//   new: serving             the API answers
enum class HandoverWord {
  kStarted,
  kLoaded,
  kRegistered,
  kFailed,
  kMain,
  kLeft,
  kServing,
  kUnknown,
};

struct HandoverMessage {
  HandoverWord word = HandoverWord::kUnknown;
  std::string text;  // the version, or the reason
};

inline constexpr size_t kMaxHandoverTextBytes = 1024;

// One end of the socket pair between them.
class HandoverChannel {
 public:
  HandoverChannel() = default;
  explicit HandoverChannel(UniqueFd fd) : fd_(std::move(fd)) {}

  // Both ends, neither of which a child inherits by itself.
  static absl::StatusOr<std::pair<HandoverChannel, HandoverChannel>> Pair();

  bool valid() const { return fd_.valid(); }
  int fd() const {
    return fd_.get();
  }  // for poll(): readable when told, or end
  void Close() { fd_.reset(); }
  UniqueFd TakeFd() && { return std::move(fd_); }

  // The process that made the pair, as seen from the other end; -1 if unknown.
  pid_t PeerPid() const;

  // False if the other end is gone.
  bool Send(HandoverWord word, absl::string_view text = "");

  // What was told next, within `limit`. kDeadlineExceeded, or kUnavailable when
  // the other end is gone.
  absl::StatusOr<HandoverMessage> Receive(absl::Duration limit);

 private:
  UniqueFd fd_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_HANDOVER_CHANNEL_H_
