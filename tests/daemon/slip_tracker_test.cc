// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/slip_tracker.h"

#include <filesystem>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::TempDir;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// One pinwardend after the other on one host.
class SlipTrackerTest : public ::testing::Test {
 protected:
  struct Process {
    Process(const std::string& path, const std::string& marker)
        : journal(path, marker), slips(journal) {}
    JudgedJournal journal;
    SlipTracker slips;
  };

  std::unique_ptr<Process> Start() {
    return std::make_unique<Process>(path_, marker_);
  }

  // A host on which containers were judged before, "known" the last of them.
  void JudgeSome() {
    auto process = Start();
    process->slips.Existing("there on the first day");
    process->slips.Registered(kNow);
    EXPECT_THAT(process->journal.MarkHost(), IsOk());
    process->slips.Judged("known");
  }

  void Boot() {
    std::filesystem::remove(path_);
    EXPECT_THAT(WriteFileAtomically(marker_, "another boot's id\n", 0600),
                IsOk());
  }

  TempDir directory_;
  const std::string path_ = directory_ / "judged";
  const std::string marker_ = directory_ / "marker";
};

TEST_F(SlipTrackerTest, BlamesNobodyOnTheFirstDay) {
  const auto process = Start();
  EXPECT_FALSE(process->slips.Existing("a"));
  EXPECT_FALSE(process->slips.Registered(kNow).has_value());
  EXPECT_EQ(process->slips.GetStats().gaps, 0u);
}

TEST_F(SlipTrackerTest, FindsWhatCameWhileThePluginWasCutOff) {
  const auto process = Start();
  process->slips.Existing("a");
  process->slips.Registered(kNow);
  process->slips.Judged("b");

  EXPECT_FALSE(process->slips.Existing("a"));
  EXPECT_FALSE(process->slips.Existing("b"));
  EXPECT_TRUE(process->slips.Existing("c"));
  process->slips.CountSlipped(true);
  EXPECT_TRUE(process->slips.Existing("d"));
  process->slips.CountSlipped(false);
  const std::optional<Gap> gap = process->slips.Registered(kNow);
  ASSERT_TRUE(gap.has_value());
  EXPECT_EQ(gap->cause, GapCause::kCutOff);
  EXPECT_EQ(gap->slipped_violations, 1u);
  EXPECT_EQ(gap->slipped_allowed, 1u);
  EXPECT_EQ(gap->until, kNow);
  EXPECT_GE(gap->length, absl::ZeroDuration());
  EXPECT_LT(gap->length, absl::Hours(1));

  // Named once: the next time they are known.
  EXPECT_FALSE(process->slips.Existing("c"));
  EXPECT_EQ(process->slips.Registered(kNow)->slipped_violations, 0u);
  const SlipTracker::Stats stats = process->slips.GetStats();
  EXPECT_EQ(stats.gaps, 2u);
  EXPECT_EQ(stats.slipped_violations, 1u);
  EXPECT_EQ(stats.slipped_allowed, 1u);
}

TEST_F(SlipTrackerTest, FindsWhatCameBetweenTwoProcesses) {
  JudgeSome();
  const auto process = Start();
  EXPECT_FALSE(process->slips.Existing("known"));
  EXPECT_FALSE(process->slips.Existing("there on the first day"));
  EXPECT_TRUE(process->slips.Existing("new"));
  const std::optional<Gap> gap = process->slips.Registered(kNow);
  ASSERT_TRUE(gap.has_value());
  EXPECT_EQ(gap->cause, GapCause::kRestart);
}

TEST_F(SlipTrackerTest, FindsWhatCameFirstAfterABoot) {
  JudgeSome();
  Boot();
  const auto process = Start();
  EXPECT_TRUE(process->slips.Existing("known"));
  EXPECT_EQ(process->slips.Registered(kNow)->cause, GapCause::kBoot);
  // Nothing is left of that in a later gap.
  EXPECT_FALSE(process->slips.Existing("known"));
}

// A guess would have containers stopped that were let in.
TEST_F(SlipTrackerTest, BlamesNobodyWhereItDoesNotKnow) {
  JudgeSome();
  std::filesystem::remove(path_);
  const auto process = Start();
  EXPECT_FALSE(process->slips.Existing("known"));
  EXPECT_FALSE(process->slips.Existing("new"));
  const std::optional<Gap> gap = process->slips.Registered(kNow);
  EXPECT_EQ(gap->cause, GapCause::kUnknown);

  // Cut off after more containers than the journal holds.
  for (size_t i = 0; i <= 2 * JudgedJournal::kCapacity; ++i) {
    process->slips.Judged(std::to_string(i));
  }
  EXPECT_FALSE(process->slips.Existing("0"));
  EXPECT_FALSE(process->slips.Existing("new"));
}

TEST_F(SlipTrackerTest, SeesNoGapInAHandover) {
  const auto old_one = Start();
  old_one->slips.Existing("a");
  old_one->slips.Registered(kNow);
  const auto new_one = Start();
  old_one->slips.Judged("b");
  EXPECT_FALSE(new_one->slips.Existing("a"));
  EXPECT_FALSE(new_one->slips.Existing("b"));
  EXPECT_FALSE(new_one->slips.Registered(kNow).has_value());
}

TEST_F(SlipTrackerTest, NamesCauses) {
  const struct {
    GapCause cause;
    const char* name;
  } kCases[] = {
      {GapCause::kRestart, "restart"},
      {GapCause::kCutOff, "cut_off"},
      {GapCause::kBoot, "boot"},
      {GapCause::kUnknown, "unknown"},
  };
  for (const auto& c : kCases) EXPECT_EQ(GapCauseName(c.cause), c.name);
}

}  // namespace
}  // namespace pinwarden
