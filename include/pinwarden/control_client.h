// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CONTROL_CLIENT_H_
#define PINWARDEN_CONTROL_CLIENT_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

inline constexpr char kDefaultControlSocket[] = "/run/pinwarden/control.sock";
inline constexpr char kDefaultReadSocket[] = "/run/pinwarden/read.sock";

// The daemon's API, for the CLI: one call a method, gRPC kept inside. Each call
// connects anew, so a client lives through restarts of the daemon.
//
// Errors: kUnavailable when no daemon answers on the socket or it goes away,
// kPermissionDenied when the socket may not be opened, kDeadlineExceeded,
// kUnimplemented for calls of Administration on the read socket, or where the
// daemon is too old to know the call, and what the daemon itself answers.
// Messages name the socket and say what to do. Thread-safe.
class ControlClient {
 public:
  explicit ControlClient(const std::string& socket_path);

  absl::StatusOr<v1::GetStatusResponse> GetStatus(absl::Duration timeout) const;
  absl::StatusOr<v1::CheckResponse> Check(const v1::CheckRequest& request,
                                          absl::Duration timeout) const;
  absl::StatusOr<v1::ReloadResponse> Reload(absl::Duration timeout) const;

  // Errors: those that control.proto names. When this returns, the new daemon
  // judges, but the old one may still answer for a moment.
  absl::StatusOr<v1::HandoverResponse> Handover(absl::Duration timeout) const;

  // Errors: those that control.proto names.
  absl::StatusOr<v1::BreakGlassStatus> BreakGlass(
      const v1::BreakGlassRequest& request, absl::Duration timeout) const;
  absl::StatusOr<v1::BreakGlassStatus> EndBreakGlass(
      const v1::EndBreakGlassRequest& request, absl::Duration timeout) const;

  // Calls `each` for every part of the ledger, on the calling thread, until it
  // returns false. Errors: those that control.proto names.
  absl::Status ReadLedger(
      const v1::ReadLedgerRequest& request,
      const std::function<bool(const v1::ReadLedgerResponse&)>& each,
      absl::Duration timeout = absl::Minutes(5)) const;

  // Calls `each` for every event until it returns false, `cancelled` returns
  // true (looked at a few times a second; may be null), or the stream ends (an
  // error). `subscribed`, unless null, is called once the daemon has answered:
  // every decision made after that comes to `each`. All on the calling thread.
  absl::Status Watch(
      const v1::WatchDecisionsRequest& request,
      const std::function<bool(const v1::WatchDecisionsResponse&)>& each,
      const std::function<bool()>& cancelled,
      const std::function<void()>& subscribed = nullptr) const;

 private:
  const std::string path_;
};

// Whether a Watch() ended because the daemon handed over to another one, which
// answers on the socket by then.
bool IsHandedOver(const absl::Status& status);

}  // namespace pinwarden

#endif  // PINWARDEN_CONTROL_CLIENT_H_
