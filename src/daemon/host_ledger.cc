// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/host_ledger.h"

#include <limits.h>
#include <unistd.h>

#include <utility>

#include "daemon/process.h"
#include "pinwarden/log.h"
#include "pinwarden/quote.h"
#include "pinwarden/record.h"
#include "pinwarden/version.h"
#include "pinwarden/workload_owner.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxTextBytes = 4096;

std::string HostName() {
  char name[HOST_NAME_MAX + 1] = {};
  if (gethostname(name, sizeof(name) - 1) != 0) return "";
  return ToValidUtf8(name, sizeof(name));
}

void LogProblem(const std::string& problem) {
  if (problem.empty()) {
    Log(LogLevel::kInfo, "ledger_works");
    return;
  }
  Log(LogLevel::kError, "ledger_problem",
      {{"reason", problem},
       {"hint",
        "judging goes on; decisions wait in memory, up to a bound, where they "
        "can be kept later"}});
}

LedgerOptions OptionsOf(const Settings& settings, const std::string& node) {
  LedgerOptions options;
  options.path = LedgerPath(settings);
  options.node = node;
  options.days = settings.ledger_days;
  options.megabytes = settings.ledger_megabytes;
  options.problem_changed = &LogProblem;
  return options;
}

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

}  // namespace

HostLedger::HostLedger(const Settings& settings)
    : node_(HostName()), path_(LedgerPath(settings)) {
  if (path_.empty()) return;
  // That there is none is the ledger's to tell.
  EnsureDirectory(DirectoryOf(path_), 0700).IgnoreError();
  ledger_ = std::make_unique<Ledger>(OptionsOf(settings, node_));
}

void HostLedger::Complete(v1::Decision* decision) const {
  CompleteOwner(node_, decision);
}

void HostLedger::Record(const DecisionPtr& decision) {
  if (ledger_ != nullptr) ledger_->Record(decision);
}

absl::StatusOr<std::unique_ptr<LedgerReader>> HostLedger::Read(
    LedgerQuery query) const {
  if (ledger_ == nullptr) {
    return absl::FailedPreconditionError(
        "this daemon keeps no ledger: its setting ledger is empty");
  }
  return LedgerReader::Open(path_, std::move(query));
}

v1::LedgerHeader HostLedger::Header(const Policy& in_force) const {
  v1::LedgerHeader header;
  header.set_node(node_);
  header.set_version(std::string(Version()));
  header.set_policy_sha256(in_force.sha256());
  header.set_mode(ToProto(in_force.mode()));
  if (ledger_ != nullptr) {
    const absl::Time oldest = ledger_->GetStats().oldest;
    if (oldest != absl::InfiniteFuture()) {
      SetTime(oldest, header.mutable_oldest());
    }
  }
  return header;
}

v1::LedgerStatus HostLedger::Status() const {
  v1::LedgerStatus status;
  if (ledger_ == nullptr) return status;
  const Ledger::Stats stats = ledger_->GetStats();
  status.set_path(ToValidUtf8(path_, kMaxTextBytes));
  status.set_rows(stats.rows);
  status.set_bytes(stats.bytes);
  status.set_written(stats.written);
  status.set_dropped(stats.dropped);
  status.set_problem(ToValidUtf8(stats.problem, kMaxTextBytes));
  status.set_set_aside(ToValidUtf8(stats.set_aside, kMaxTextBytes));
  if (stats.oldest != absl::InfiniteFuture()) {
    SetTime(stats.oldest, status.mutable_oldest());
  }
  return status;
}

}  // namespace pinwarden
