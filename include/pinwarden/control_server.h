// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CONTROL_SERVER_H_
#define PINWARDEN_CONTROL_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/broadcast.h"
#include "pinwarden/engine.h"
#include "pinwarden/ledger_reader.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

struct ControlOptions {
  std::string control_socket;  // mode 0600: Inspection and Administration
  std::string read_socket;     // mode 0660, group read_group: Inspection
  std::string read_group;      // empty, or a group this host lacks: mode 0600
  bool replace = false;        // one that serves there and has let go
};

using HandoverDone =
    std::function<void(const absl::StatusOr<v1::HandoverResponse>&)>;

// What only the daemon knows. Called from gRPC's threads, several at once.
struct ControlHooks {
  std::function<v1::GetStatusResponse()> status;
  std::function<v1::ReloadResponse()> reload;
  // Must not wait: `done` is called once, by any thread, and before the server
  // goes. Null: a server that cannot hand over.
  std::function<void(HandoverDone done)> handover = nullptr;
  // Null: a server without that lever.
  std::function<absl::StatusOr<v1::BreakGlassStatus>(
      const v1::BreakGlassRequest&)>
      break_glass = nullptr;
  std::function<absl::StatusOr<v1::BreakGlassStatus>(
      const v1::EndBreakGlassRequest&)>
      end_break_glass = nullptr;
  // Null: there is no ledger. What is opened has to live on without the server.
  std::function<absl::StatusOr<std::unique_ptr<LedgerReader>>(LedgerQuery)>
      read_ledger = nullptr;
  std::function<v1::LedgerHeader()> ledger_header = nullptr;  // with that one
};

// The node-local gRPC API on its two Unix sockets, with the standard health
// service (which says SERVING while `registered`) and reflection.
class ControlServer {
 public:
  // `engine` and `decisions` must outlive the server.
  //
  // kFailedPrecondition: another process serves on that socket, and has not
  // let go. A socket file that nobody listens on is replaced. Otherwise as the
  // system says, naming the path.
  static absl::StatusOr<std::unique_ptr<ControlServer>> Start(
      const ControlOptions& options, const Engine& engine, Broadcast& decisions,
      ControlHooks hooks);

  // Ends streams with UNAVAILABLE and a reason, then the servers; removes the
  // socket files.
  ~ControlServer();

  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // Lets another process put its sockets in the place of these, which are
  // served until then: so there is no moment in which nobody answers.
  void LetGo();

  // Ends the streams, and those still to come, with UNAVAILABLE and `why`, of
  // which clients can tell that whoever answers now goes on (IsHandedOver()).
  void HandOverStreams(absl::string_view why);

  // What the health service answers, under "" and the services' names.
  void SetHealthy(bool healthy);

  // True when the group was found, and the read socket is open to it.
  bool read_group_applied() const;

 private:
  class Impl;
  explicit ControlServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_CONTROL_SERVER_H_
