// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_FAULT_FIXTURE_H_
#define PINWARDEN_TESTS_E2E_FAULT_FIXTURE_H_

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "e2e/daemon.h"
#include "e2e/fault_host.h"
#include "e2e/small_disk.h"
#include "gtest/gtest.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden::e2e {

// The hosts of the fault matrix: a line of containerd, or the fake runtime that
// validates and requires us.
inline constexpr const char* kFaultHosts[] = {"1.7", "2.1", "validating"};
std::string FaultHostName(const ::testing::TestParamInfo<const char*>& info);

// A host with a registered pinwardend, and the cells of the matrix one after
// the other on it: what was judged or slipped in one must not slip in the next.
//
//   Begin("SIGKILL");
//   ... the fault ...
//   CreateUnjudged("demo:latest");   // and what is created meanwhile
//   RestartDaemon();                 // as a service manager does
//   ExpectBack("restart");
//
// Each prints its line of the matrix, which docs/failure-modes.md shows.
class FaultMatrixTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Starts a cell: the daemon judges, and containers that it judged run.
  void Begin(const std::string& fault);

  // While the daemon judges: a pinned container runs, a floating one is refused
  // in the policy's words, on every host.
  void CreateJudged();

  // While it does not: runs and slips by, or is refused by the runtime.
  void CreateUnjudged(const std::string& image);

  // One for which it cannot be known whether it comes before or after.
  void CreateFloating();

  void RestartRuntime();

  // SIGSTOP, and waits until no thread of it runs any more.
  void StopWhereItStands();

  // After Kill(); the time to judging again counts from here.
  void RestartDaemon();
  void CountFromNow() { counted_from_ = absl::Now(); }

  // Starts it anew with its state, which tells the judged containers from the
  // others, on a small disk of its own.
  void MoveToSmallDisk();

  // Starts it anew where its clock is what the file at this path says.
  void MoveToClock(const std::string& path);

  // SIGTERM, and starts it again, with what was set for it meanwhile.
  void StartAnew();

  // Waits until the daemon judges again after a gap of this cause, and expects
  // that just the containers that slipped by are recorded as such.
  void ExpectBack(const std::string& cause);

  // The same where it cannot know which slipped by: they are found as on the
  // first day, and the status says why.
  void ExpectBackUnknowing();

  // Expects that there was no gap, and that nothing slipped.
  void ExpectNoGap();

  v1::GetStatusResponse Status();
  void WritePolicy(absl::string_view comment);

  std::string directory_;
  std::string policy_path_;
  std::unique_ptr<FaultHost> host_;
  std::unique_ptr<Daemon> daemon_;
  std::unique_ptr<SmallDisk> disk_;
  absl::Duration clock_offset_;  // of the daemon's clock

 private:
  void StartDaemon();
  absl::StatusOr<std::string> Create(const std::string& image);
  std::vector<std::string> LogOfCell() const;
  std::map<std::string, std::string> SlippedInLog() const;
  bool IsFoundInLog(const std::string& id, const std::string& outcome) const;
  void ExpectSlipped(const v1::GetStatusResponse& status);
  std::vector<std::string> SlippedOutcomes() const;
  void PrintBack(const v1::GetStatusResponse& status,
                 const std::vector<std::string>& recorded);
  void Print(const std::vector<std::string>& recorded,
             const std::string& judging_again) const;

  int names_ = 0;
  std::vector<pid_t> pids_;                     // of all daemons so far
  std::map<std::string, std::string> name_of_;  // by the container's id
  std::vector<std::string> judged_;             // ids that run
  absl::Time counted_from_;

  // Of this cell.
  std::string fault_;
  v1::GetStatusResponse before_;
  absl::Time first_unjudged_;  // when it was created; InfiniteFuture: none
  size_t log_bytes_before_ = 0;
  std::vector<std::string> ran_;
  std::vector<std::string> refused_;
  std::map<std::string, std::string> slipped_;  // id -> outcome
};

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_FAULT_FIXTURE_H_
