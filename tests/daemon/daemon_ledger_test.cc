// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The ledger of a pinwardend that judges for a fake runtime.
#include <signal.h>
#include <sys/stat.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/daemon_fixture.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class DaemonLedgerTest : public DaemonTest {
 protected:
  static constexpr char kObserveTag[] =
      "version: 1\nmode: observe\nrules:\n  - name: default\n"
      "    require: tag\n";

  // The first status for which `condition` holds.
  v1::LedgerStatus Await(
      const std::function<bool(const v1::LedgerStatus&)>& condition) {
    while (true) {
      const auto status = Status();  // none until the API is up
      if (status.ok() && condition(status->ledger())) return status->ledger();
      std::this_thread::yield();
    }
  }

  absl::StatusOr<std::vector<v1::LedgerRow>> Rows() {
    std::vector<v1::LedgerRow> rows;
    const absl::Status status =
        ControlClient(control_socket_)
            .ReadLedger({}, [&](const v1::ReadLedgerResponse& part) {
              if (part.has_header()) header_ = part.header();
              rows.insert(rows.end(), part.rows().begin(), part.rows().end());
              return true;
            });
    if (!status.ok()) return status;
    return rows;
  }

  v1::LedgerHeader header_;
};

TEST_F(DaemonLedgerTest, KeepsWhatWasDecidedAndTellsIt) {
  const auto daemon = Serving(kObserveTag);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Ask("nginx"), 0u);
  EXPECT_EQ(Ask("nginx:1.27"), 0u);
  const v1::LedgerStatus status =
      Await([](const v1::LedgerStatus& l) { return l.written() == 4; });
  EXPECT_EQ(status.path(), state_ + "/ledger.db");
  EXPECT_EQ(status.rows(), 2u);
  EXPECT_EQ(status.dropped(), 0u);
  EXPECT_EQ(status.problem(), "");
  EXPECT_TRUE(status.has_oldest());
  struct stat info = {};
  ASSERT_EQ(stat(state_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700u);

  const auto rows = Rows();
  ASSERT_THAT(rows, IsOk());
  ASSERT_THAT(*rows, SizeIs(2));
  const v1::LedgerRow& row =
      rows->at(0).image() == "nginx" ? rows->at(0) : rows->at(1);
  EXPECT_EQ(row.count(), 3u);
  EXPECT_EQ(row.outcome(), v1::OUTCOME_WOULD_REJECT);
  EXPECT_EQ(row.workload_kind(), "Pod");
  EXPECT_NE(row.workload(), "");
  EXPECT_EQ(row.node(), header_.node());
  EXPECT_EQ(row.policy_sha256(), header_.policy_sha256());
  EXPECT_EQ(header_.mode(), v1::MODE_OBSERVE);
}

TEST_F(DaemonLedgerTest, GoesOnAfterARestart) {
  for (int run = 0; run < 2; ++run) {
    const auto daemon = Serving(kObserveTag);
    EXPECT_EQ(Ask("nginx"), 0u);
    daemon->Signal(SIGTERM);
    EXPECT_EQ(daemon->AwaitExit(), 0);
  }
  const auto daemon = Serving(kObserveTag);
  Await([](const v1::LedgerStatus& l) { return l.rows() == 1; });
  const auto rows = Rows();
  ASSERT_THAT(rows, IsOk());
  ASSERT_THAT(*rows, SizeIs(1));
  EXPECT_EQ(rows->at(0).count(), 2u);
}

TEST_F(DaemonLedgerTest, KeepsNoneWhereNoneIsWanted) {
  WriteFile(policy_, kObserveTag);
  const auto daemon = Spawn({"--ledger", ""});
  connection_ = runtime_.Accept();
  ASSERT_TRUE(connection_->Establish("containerd", "v2.1.0").has_value());
  ASSERT_FALSE(daemon->Await("control_listening").is_null());
  EXPECT_EQ(Ask("nginx"), 0u);
  EXPECT_EQ(Status()->ledger().path(), "");
  EXPECT_THAT(Rows(), StatusIs(absl::StatusCode::kFailedPrecondition,
                               HasSubstr("keeps no ledger")));
  EXPECT_NE(access((state_ + "/ledger.db").c_str(), F_OK), 0);
}

TEST_F(DaemonLedgerTest, JudgesWhereNothingCanBeKept) {
  WriteFile(policy_, kEnforceTag);
  WriteFile(dir_ / "file", "");
  const auto daemon = Spawn({"--ledger", dir_ / "file/ledger.db"});
  connection_ = runtime_.Accept();
  ASSERT_TRUE(connection_->Establish("containerd", "v2.1.0").has_value());
  const nlohmann::json line = daemon->Await("ledger_problem");
  ASSERT_FALSE(line.is_null());
  EXPECT_EQ(Ask("nginx"), kRefused);
  EXPECT_EQ(Ask("nginx:1.27"), 0u);
  const v1::LedgerStatus status =
      Await([](const v1::LedgerStatus& l) { return !l.problem().empty(); });
  EXPECT_EQ(status.problem(), line["reason"]);
  EXPECT_EQ(status.written(), 0u);
}

TEST_F(DaemonLedgerTest, SetsAsideABrokenFileAndSaysWhere) {
  ASSERT_EQ(mkdir(state_.c_str(), 0700), 0);
  WriteFile(state_ + "/ledger.db", std::string(9000, 'x'));
  const auto daemon = Serving(kObserveTag);
  EXPECT_EQ(Ask("nginx"), 0u);
  const v1::LedgerStatus status =
      Await([](const v1::LedgerStatus& l) { return l.written() == 1; });
  EXPECT_THAT(status.set_aside(), HasSubstr("/ledger.db.corrupt-2"));
  EXPECT_EQ(access(status.set_aside().c_str(), F_OK), 0);
  EXPECT_THAT(*Rows(), SizeIs(1));
}

}  // namespace
}  // namespace pinwarden::testing
