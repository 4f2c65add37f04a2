// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/fault_fixture.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "e2e/wait.h"
#include "gmock/gmock.h"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kPolicy[] = R"(version: 1
mode: enforce
on_slip: record
rules:
  - name: default
    require: version
)";
constexpr char kPinned[] = "demo:1.2.3";
constexpr char kFloating[] = "demo:latest";
constexpr char kOurWords[] = "refused by rule \"default\"";

constexpr size_t kMaxLogBytes = 64 << 20;

std::string ReadLog(const Daemon& daemon) {
  return ReadFile(daemon.log_path(), kMaxLogBytes).value_or("");
}

// The value of `key` in a log line that is plain there, or "".
absl::string_view ValueOf(absl::string_view line, absl::string_view key) {
  const std::string start = absl::StrCat(" ", key, "=");
  const size_t at = line.find(start);
  if (at == absl::string_view::npos) return "";
  line.remove_prefix(at + start.size());
  return line.substr(0, line.find(' '));
}

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

// When the file was last bound, linked or changed.
absl::Time ChangeTime(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return absl::InfiniteFuture();
  return absl::TimeFromTimespec(info.st_ctim);
}

// What libfaketime leaves behind of a process that was killed.
void RemoveClockOf(pid_t pid) {
  unlink(absl::StrCat("/dev/shm/faketime_shm_", pid).c_str());
  unlink(absl::StrCat("/dev/shm/sem.faketime_sem_", pid).c_str());
}

std::string List(std::vector<std::string> items) {
  std::sort(items.begin(), items.end());
  return items.empty() ? "nothing" : absl::StrJoin(items, ", ");
}

}  // namespace

std::string FaultHostName(const ::testing::TestParamInfo<const char*>& info) {
  return absl::StrReplaceAll(info.param, {{".", "_"}});
}

void FaultMatrixTest::SetUp() {
  std::string pattern = ::testing::TempDir() + "pinwarden-e2e.XXXXXX";
  ASSERT_NE(mkdtemp(pattern.data()), nullptr) << pattern;
  directory_ = pattern;
  policy_path_ = directory_ + "/policy.yaml";
  if (absl::string_view(GetParam()) == "validating") {
    host_ = LaunchValidatingHost(directory_);
  } else {
    absl::StatusOr<std::unique_ptr<FaultHost>> host =
        LaunchContainerdHost(GetParam(), directory_);
    ASSERT_THAT(host, IsOk());
    host_ = *std::move(host);
  }
  ASSERT_NO_FATAL_FAILURE(WritePolicy("the first"));
  daemon_ =
      std::make_unique<Daemon>(directory_, host_->nri_socket(), policy_path_);
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  ASSERT_THAT(daemon_->AwaitRegistered(), IsOk());
  ASSERT_NO_FATAL_FAILURE(CreateJudged());
}

void FaultMatrixTest::TearDown() {
  if (HasFailure() && daemon_ != nullptr) std::cout << ReadLog(*daemon_);
  daemon_.reset();
  for (const pid_t pid : pids_) RemoveClockOf(pid);
  host_.reset();
  disk_.reset();
  if (directory_.empty()) return;
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
  EXPECT_FALSE(error) << error.message();
}

void FaultMatrixTest::WritePolicy(absl::string_view comment) {
  ASSERT_THAT(
      WriteFileAtomically(policy_path_,
                          absl::StrCat("# ", comment, "\n", kPolicy), 0644),
      IsOk());
}

v1::GetStatusResponse FaultMatrixTest::Status() {
  const absl::StatusOr<v1::GetStatusResponse> status = daemon_->GetStatus();
  EXPECT_THAT(status, IsOk());
  return status.value_or(v1::GetStatusResponse());
}

void FaultMatrixTest::Begin(const std::string& fault) {
  fault_ = fault;
  before_ = Status();
  first_unjudged_ = absl::InfiniteFuture();
  log_bytes_before_ = ReadLog(*daemon_).size();
  ran_.clear();
  refused_.clear();
  slipped_.clear();
  CountFromNow();
}

absl::StatusOr<std::string> FaultMatrixTest::Create(const std::string& image) {
  const std::string name = absl::StrCat("app-", names_++);
  absl::StatusOr<std::string> created = host_->Create(name, image);
  (created.ok() ? ran_ : refused_).push_back(image);
  if (created.ok()) name_of_[*created] = name;
  return created;
}

void FaultMatrixTest::CreateJudged() {
  SCOPED_TRACE(fault_);
  const absl::StatusOr<std::string> pinned = Create(kPinned);
  ASSERT_THAT(pinned, IsOk());
  judged_.push_back(*pinned);
  const absl::StatusOr<std::string> floating = Create(kFloating);
  ASSERT_THAT(floating, Not(IsOk()));
  EXPECT_THAT(std::string(floating.status().message()), HasSubstr(kOurWords));
}

void FaultMatrixTest::CreateUnjudged(const std::string& image) {
  SCOPED_TRACE(absl::StrCat(fault_, ", ", image));
  first_unjudged_ = std::min(first_unjudged_, absl::Now());
  const absl::StatusOr<std::string> created = Create(image);
  if (host_->fails_closed()) {
    ASSERT_THAT(created, Not(IsOk()));
    EXPECT_THAT(std::string(created.status().message()),
                Not(HasSubstr(kOurWords)));
    return;
  }
  ASSERT_THAT(created, IsOk());
  EXPECT_TRUE(host_->IsRunning(*created));
  slipped_[*created] =
      image == kFloating ? "slipped_violation" : "slipped_allowed";
}

void FaultMatrixTest::CreateFloating() {
  const absl::StatusOr<std::string> created = Create(kFloating);
  if (created.ok()) slipped_[*created] = "slipped_violation";
}

void FaultMatrixTest::RestartRuntime() {
  ASSERT_THAT(host_->Restart(), IsOk());
  counted_from_ = ChangeTime(host_->nri_socket());
}

void FaultMatrixTest::StopWhereItStands() {
  ASSERT_THAT(daemon_->Signal(SIGSTOP), IsOk());
  siginfo_t info = {};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(daemon_->pid()), &info, WSTOPPED),
            0);
}

void FaultMatrixTest::RestartDaemon() {
  CountFromNow();
  StartDaemon();
}

void FaultMatrixTest::StartDaemon() {
  ASSERT_THAT(daemon_->Start(), IsOk());
  pids_.push_back(daemon_->pid());
}

void FaultMatrixTest::StartAnew() {
  ASSERT_THAT(daemon_->Stop(), IsOk());
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  ASSERT_THAT(daemon_->AwaitRegistered(), IsOk());
  ASSERT_NO_FATAL_FAILURE(CreateJudged());
}

void FaultMatrixTest::MoveToSmallDisk() {
  constexpr size_t kBytes = 1 << 20;  // twice what is needed
  absl::StatusOr<std::unique_ptr<SmallDisk>> disk =
      SmallDisk::Mount(directory_ + "/disk", kBytes);
  ASSERT_THAT(disk, IsOk());
  disk_ = *std::move(disk);
  daemon_->SetFlags({"--state-directory", disk_->path() + "/state",
                     "--judged-file", disk_->path() + "/judged"});
  ASSERT_NO_FATAL_FAILURE(StartAnew());
}

void FaultMatrixTest::MoveToClock(const std::string& path) {
  daemon_->SetEnvironment({"LD_PRELOAD=/usr/$LIB/faketime/libfaketimeMT.so.1",
                           "FAKETIME_TIMESTAMP_FILE=" + path,
                           "FAKETIME_NO_CACHE=1",
                           "FAKETIME_DONT_FAKE_MONOTONIC=1"});
  ASSERT_NO_FATAL_FAILURE(StartAnew());
}

std::vector<std::string> FaultMatrixTest::LogOfCell() const {
  return absl::StrSplit(ReadLog(*daemon_).substr(log_bytes_before_), '\n');
}

// id -> outcome
std::map<std::string, std::string> FaultMatrixTest::SlippedInLog() const {
  std::map<std::string, std::string> slipped;
  for (const absl::string_view line : LogOfCell()) {
    const absl::string_view outcome = ValueOf(line, "outcome");
    if (!absl::StartsWith(outcome, "slipped_")) continue;
    EXPECT_EQ(ValueOf(line, "trigger"), "synchronize") << line;
    slipped[std::string(ValueOf(line, "container_id"))] = std::string(outcome);
  }
  return slipped;
}

bool FaultMatrixTest::IsFoundInLog(const std::string& id,
                                   const std::string& outcome) const {
  const std::vector<std::string> log = LogOfCell();
  return std::any_of(log.begin(), log.end(), [&](absl::string_view line) {
    return ValueOf(line, "trigger") == "synchronize" &&
           ValueOf(line, "container") == name_of_.at(id) &&
           ValueOf(line, "outcome") == outcome;
  });
}

void FaultMatrixTest::ExpectBack(const std::string& cause) {
  SCOPED_TRACE(fault_);
  if (cause == "restart") before_.Clear();  // counts of a process that is gone
  // The gap is counted a moment after we are registered.
  const absl::StatusOr<v1::GetStatusResponse> status =
      daemon_->AwaitStatus([&](const v1::GetStatusResponse& s) {
        return s.nri().registered() &&
               s.nri().connections() > before_.nri().connections() &&
               s.judging().gaps() > before_.judging().gaps();
      });
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->judging().gaps(), before_.judging().gaps() + 1);
  EXPECT_EQ(status->judging().last_gap_cause(), cause);
  const double unjudged = status->judging().unjudged_seconds() -
                          before_.judging().unjudged_seconds();
  EXPECT_GT(unjudged, 0);
  // One that was stopped may give a sign of judging when it goes on, before it
  // hears that it was cut off.
  if (cause == "restart") {
    EXPECT_GE(unjudged, absl::ToDoubleSeconds(counted_from_ - first_unjudged_));
  }
  EXPECT_LT(unjudged, absl::ToDoubleSeconds(kPatience));
  ExpectSlipped(*status);
  PrintBack(*status, SlippedOutcomes());
}

void FaultMatrixTest::ExpectBackUnknowing() {
  SCOPED_TRACE(fault_);
  before_.Clear();
  const absl::StatusOr<v1::GetStatusResponse> status =
      daemon_->AwaitRegistered();
  ASSERT_THAT(status, IsOk());
  EXPECT_THAT(status->judging().problem(), Not(IsEmpty()));
  std::vector<std::string> recorded;
  for (const auto& [id, slipped] : std::exchange(slipped_, {})) {
    const std::string outcome =
        slipped == "slipped_violation" ? "would_reject" : "allowed";
    EXPECT_TRUE(WaitUntil([&, &id = id] { return IsFoundInLog(id, outcome); }))
        << id << " " << outcome;
    recorded.push_back(outcome);
  }
  ExpectSlipped(*status);
  PrintBack(*status, recorded);
}

void FaultMatrixTest::ExpectSlipped(const v1::GetStatusResponse& status) {
  const auto& judging = status.judging();
  EXPECT_EQ(judging.slipped_allowed() + judging.slipped_violations(),
            before_.judging().slipped_allowed() +
                before_.judging().slipped_violations() + slipped_.size());
  // The records are written a little later than they are made.
  WaitUntil([this] { return SlippedInLog().size() >= slipped_.size(); });
  EXPECT_EQ(SlippedInLog(), slipped_);
  for (const std::string& id : judged_) EXPECT_TRUE(host_->IsRunning(id)) << id;
}

std::vector<std::string> FaultMatrixTest::SlippedOutcomes() const {
  std::vector<std::string> outcomes;
  for (const auto& [id, outcome] : slipped_) outcomes.push_back(outcome);
  return outcomes;
}

void FaultMatrixTest::ExpectNoGap() {
  SCOPED_TRACE(fault_);
  const v1::GetStatusResponse status = Status();
  EXPECT_TRUE(status.nri().registered());
  EXPECT_EQ(status.nri().connections(), before_.nri().connections());
  EXPECT_EQ(status.judging().gaps(), before_.judging().gaps());
  EXPECT_EQ(status.judging().unjudged_seconds(),
            before_.judging().unjudged_seconds());
  ExpectSlipped(status);
  Print(SlippedOutcomes(), "throughout");
}

// And judges again it does.
void FaultMatrixTest::PrintBack(const v1::GetStatusResponse& status,
                                const std::vector<std::string>& recorded) {
  const absl::Time registered =
      ToTime(status.nri().registered_since()) - clock_offset_;
  Print(recorded,
        absl::StrCat(absl::ToInt64Milliseconds(registered - counted_from_),
                     " ms"));
  CreateJudged();
}

void FaultMatrixTest::Print(const std::vector<std::string>& recorded,
                            const std::string& judging_again) const {
  std::cout << absl::StrJoin(
                   {std::string("cell"), fault_, host_->name(), List(ran_),
                    List(refused_), List(recorded), judging_again},
                   " | ")
            << "\n";
}

}  // namespace pinwarden::e2e
