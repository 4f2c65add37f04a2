// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/break_glass.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "daemon/files.h"
#include "gmock/gmock.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::StatusIs;

v1::BreakGlassRequest Request(absl::Duration duration,
                              const std::string& name_space = "") {
  v1::BreakGlassRequest request;
  request.set_duration_seconds(absl::ToInt64Seconds(duration));
  request.set_reason("OPS-7: the registry has moved");
  request.set_namespace_(name_space);
  request.set_who("alice (login uid 1000)");
  return request;
}

class BreakGlassTest : public ::testing::Test {
 protected:
  // A daemon that has just been started.
  std::unique_ptr<BreakGlass> Start() {
    auto lever = std::make_unique<BreakGlass>(
        path_, BreakGlass::Clocks{[this] { return wall_; },
                                  [this] { return boot_; }, boot_id_});
    lever->Restore();
    return lever;
  }

  void Pass(absl::Duration time) {
    wall_ += time;
    boot_ += time;
  }

  void Reboot(absl::Duration away) {
    wall_ += away;
    boot_ = absl::Seconds(20);
    boot_id_ += "'";
  }

  const testing::TempDir dir_;
  const std::string path_ = dir_ / kBreakGlassName;
  absl::Time wall_ = absl::FromUnixSeconds(1'800'000'000);
  absl::Duration boot_ = absl::Hours(100);
  std::string boot_id_ = "f00d";
};

TEST_F(BreakGlassTest, IsNotInForceByItself) {
  const auto lever = Start();
  EXPECT_FALSE(lever->Covers("web"));
  EXPECT_FALSE(lever->GetStatus().active());
  EXPECT_THAT(lever->End("root"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(BreakGlassTest, LetsInUntilItsTimeIsUp) {
  const auto lever = Start();
  const auto begun = lever->Begin(Request(absl::Minutes(30)));
  ASSERT_THAT(begun, IsOk());
  EXPECT_TRUE(begun->active());
  EXPECT_EQ(begun->remaining_seconds(), 1800);
  EXPECT_EQ(begun->until().seconds(), 1'800'001'800);
  EXPECT_EQ(begun->who(), "alice (login uid 1000)");
  EXPECT_THAT(begun->problem(), IsEmpty());
  Pass(absl::Minutes(30) - absl::Seconds(1));
  EXPECT_TRUE(lever->Covers("web"));
  lever->Tick();
  EXPECT_TRUE(std::filesystem::exists(path_));
  Pass(absl::Seconds(1));
  EXPECT_FALSE(lever->Covers("web"));
  EXPECT_FALSE(lever->GetStatus().active());
  lever->Tick();
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(lever->GetStatus().reason(), "OPS-7: the registry has moved");
}

TEST_F(BreakGlassTest, CoversTheNamespacesThatMatch) {
  const auto lever = Start();
  ASSERT_THAT(lever->Begin(Request(absl::Minutes(1), "shop-*")), IsOk());
  EXPECT_TRUE(lever->Covers("shop-eu"));
  EXPECT_FALSE(lever->Covers("bank"));
  EXPECT_FALSE(lever->Covers(""));
  // Another use takes its place.
  ASSERT_THAT(lever->Begin(Request(absl::Minutes(1), "bank")), IsOk());
  EXPECT_FALSE(lever->Covers("shop-eu"));
  EXPECT_TRUE(lever->Covers("bank"));
}

TEST_F(BreakGlassTest, CanBeEnded) {
  const auto lever = Start();
  ASSERT_THAT(lever->Begin(Request(absl::Hours(24))), IsOk());
  const auto ended = lever->End("bob");
  ASSERT_THAT(ended, IsOk());
  EXPECT_FALSE(ended->active());
  EXPECT_FALSE(lever->Covers("web"));
  EXPECT_FALSE(Start()->Covers("web"));
}

TEST_F(BreakGlassTest, OutlivesARestart) {
  ASSERT_THAT(Start()->Begin(Request(absl::Minutes(30), "web")), IsOk());
  struct stat file = {};
  ASSERT_EQ(stat(path_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  Pass(absl::Minutes(10));
  const auto lever = Start();
  EXPECT_TRUE(lever->Covers("web"));
  EXPECT_FALSE(lever->Covers("shop"));
  EXPECT_EQ(lever->GetStatus().remaining_seconds(), 1200);
  EXPECT_EQ(lever->GetStatus().since().seconds(), 1'800'000'000);
  Pass(absl::Minutes(20));
  EXPECT_FALSE(lever->Covers("web"));
  EXPECT_FALSE(Start()->Covers("web"));
}

TEST_F(BreakGlassTest, EndsInTimeHoweverTheClockIsSet) {
  for (const absl::Duration step :
       {-absl::Hours(5000), -absl::Minutes(5), absl::Hours(5000)}) {
    SCOPED_TRACE(absl::FormatDuration(step));
    auto lever = Start();
    ASSERT_THAT(lever->Begin(Request(absl::Minutes(30))), IsOk());
    wall_ += step;
    EXPECT_EQ(lever->GetStatus().remaining_seconds(), 1800);
    Pass(absl::Minutes(29));
    EXPECT_TRUE(lever->Covers("web"));
    lever = Start();  // also in another process
    EXPECT_TRUE(lever->Covers("web"));
    Pass(absl::Minutes(1));
    EXPECT_FALSE(lever->Covers("web"));
    EXPECT_FALSE(Start()->Covers("web"));
  }
}

TEST_F(BreakGlassTest, OutlivesAReboot) {
  ASSERT_THAT(Start()->Begin(Request(absl::Minutes(30))), IsOk());
  Pass(absl::Minutes(10));
  Reboot(absl::Minutes(2));
  const auto lever = Start();
  EXPECT_TRUE(lever->Covers("web"));
  EXPECT_EQ(lever->GetStatus().remaining_seconds(), 18 * 60);
  Reboot(absl::Minutes(18));
  EXPECT_FALSE(Start()->Covers("web"));
}

TEST_F(BreakGlassTest, EndsWhereTheClockWasSetBackWhileTheHostWasDown) {
  ASSERT_THAT(Start()->Begin(Request(absl::Minutes(30))), IsOk());
  Reboot(-absl::Seconds(1));
  EXPECT_FALSE(Start()->Covers("web"));
}

TEST_F(BreakGlassTest, IsInForceThoughItCannotBeKept) {
  std::filesystem::create_directory(path_);
  const auto lever = Start();
  const auto begun = lever->Begin(Request(absl::Minutes(30)));
  ASSERT_THAT(begun, IsOk());
  EXPECT_THAT(begun->problem(), HasSubstr(kBreakGlassName));
  EXPECT_TRUE(lever->Covers("web"));
  // Nor can what is kept be taken away.
  const auto ended = lever->End("root");
  ASSERT_THAT(ended, IsOk());
  EXPECT_THAT(ended->problem(), HasSubstr("a restart would take it up again"));
  EXPECT_FALSE(lever->Covers("web"));
}

TEST_F(BreakGlassTest, RefusesWhatCannotBeMeant) {
  const auto lever = Start();
  v1::BreakGlassRequest no_reason = Request(absl::Minutes(5));
  no_reason.set_reason("  ");
  v1::BreakGlassRequest two_lines = Request(absl::Minutes(5));
  two_lines.set_reason("one\ntwo");
  v1::BreakGlassRequest long_reason = Request(absl::Minutes(5));
  long_reason.set_reason(std::string(kMaxBreakGlassReasonBytes + 1, 'x'));
  v1::BreakGlassRequest nobody = Request(absl::Minutes(5));
  nobody.set_who("");
  v1::BreakGlassRequest hostile = Request(absl::Minutes(5));
  hostile.set_who("\x1b[2Jroot");
  v1::BreakGlassRequest bad_bytes = Request(absl::Minutes(5));
  bad_bytes.set_namespace_(std::string(129, '*'));
  for (const v1::BreakGlassRequest& request :
       {Request(absl::Seconds(59)), Request(absl::Hours(24) + absl::Seconds(1)),
        Request(-absl::Hours(1)), no_reason, two_lines, long_reason, nobody,
        hostile, bad_bytes}) {
    EXPECT_THAT(lever->Begin(request),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << request.ShortDebugString();
  }
  EXPECT_FALSE(lever->Covers("web"));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(BreakGlassTest, TakesNoFileThatIsNotItsOwn) {
  ASSERT_THAT(Start()->Begin(Request(absl::Minutes(30))), IsOk());
  const std::string kept = testing::ReadWhole(path_);
  ASSERT_TRUE(Start()->Covers("web"));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = kept;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"),
        kept.substr(0, kept.size() / 2), with("\"version\":1", "\"version\":2"),
        with("1800,", "180000000,"), with("1800,", "\"1800\","),
        with("\"reason\":\"OPS-7", "\"reason\":\"\\nOPS-7"),
        with("\"who\"", "\"whom\"")}) {
    testing::ReplaceFile(path_, text);
    chmod(path_.c_str(), 0600);
    EXPECT_FALSE(Start()->Covers("web")) << text;
  }
  // It says for longer than it was asked for.
  testing::ReplaceFile(path_, with("\"until_seconds_since_boot\":",
                                   "\"until_seconds_since_boot\":9"));
  chmod(path_.c_str(), 0600);
  EXPECT_EQ(Start()->GetStatus().remaining_seconds(), 1800);
  testing::ReplaceFile(path_, kept);
  chmod(path_.c_str(), 0666);
  EXPECT_FALSE(Start()->Covers("web"));
}

}  // namespace
}  // namespace pinwarden
