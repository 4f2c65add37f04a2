// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/decision_log.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DecisionPtr Make(const std::string& pod, const std::string& id,
                 v1::Outcome outcome = v1::OUTCOME_REJECTED) {
  auto decision = std::make_shared<v1::Decision>();
  decision->set_namespace_("web");
  decision->set_pod(pod);
  decision->set_container("app");
  decision->set_container_id(id);
  decision->set_image("nginx");
  decision->set_outcome(outcome);
  return decision;
}

class DecisionLogTest : public ::testing::Test {
 protected:
  DecisionLog Log(LogDecisions which = LogDecisions::kAll) {
    return DecisionLog(
        which,
        [this](const v1::Decision& decision, uint64_t repeats) {
          lines_.push_back(absl::StrCat(decision.container_id(), "+", repeats));
        },
        [this] { return now_; });
  }

  std::vector<std::string> Lines() { return std::move(lines_); }

  absl::Duration now_ = absl::Hours(1);
  std::vector<std::string> lines_;
};

TEST_F(DecisionLogTest, LogsEqualDecisionsOnceAMinuteWithTheirNumber) {
  DecisionLog log = Log();
  for (int i = 0; i < 13; ++i) {  // as the kubelet asks
    log.Note(Make("a", absl::StrCat(i)));
    now_ += absl::Seconds(10);
  }
  EXPECT_THAT(Lines(), ElementsAre("0+0", "6+5", "12+5"));
  EXPECT_EQ(log.folded(), 10u);
}

TEST_F(DecisionLogTest, TellsWhatWasFoldedWhenNothingMoreComes) {
  DecisionLog log = Log();
  for (int i = 0; i < 4; ++i) log.Note(Make("a", absl::StrCat(i)));
  log.Tick();
  EXPECT_THAT(Lines(), ElementsAre("0+0"));
  now_ += DecisionLog::kInterval;
  log.Tick();
  // The third one after the first, and the two between them.
  EXPECT_THAT(Lines(), ElementsAre("3+2"));
  log.Note(Make("a", "4"));  // within a minute of that line
  EXPECT_THAT(Lines(), IsEmpty());
  now_ += DecisionLog::kInterval;
  log.Tick();
  EXPECT_THAT(Lines(), ElementsAre("4+0"));
  now_ += DecisionLog::kInterval;
  log.Tick();
  EXPECT_THAT(Lines(), IsEmpty());
  log.Note(Make("a", "5"));
  EXPECT_THAT(Lines(), ElementsAre("5+0"));
}

TEST_F(DecisionLogTest, FoldsOnlyWhatIsEqual) {
  DecisionLog log = Log();
  log.Note(Make("a", "1"));
  log.Note(Make("b", "2"));
  log.Note(Make("a", "3", v1::OUTCOME_WOULD_REJECT));
  const auto changed = [&](auto change) {
    auto decision = std::make_shared<v1::Decision>(*Make("a", "4"));
    change(decision.get());
    log.Note(decision);
  };
  changed([](v1::Decision* d) { d->set_image("nginx:1"); });
  changed([](v1::Decision* d) { d->set_container("b"); });
  changed([](v1::Decision* d) { d->set_namespace_("shop"); });
  changed([](v1::Decision* d) { d->set_rule("r"); });
  changed([](v1::Decision* d) { d->set_mode(v1::MODE_ENFORCE); });
  changed([](v1::Decision* d) { d->set_reason(v1::REASON_NO_TAG); });
  changed([](v1::Decision* d) { d->set_policy_generation(2); });
  changed([](v1::Decision* d) { d->set_break_glass(true); });
  changed([](v1::Decision* d) { d->set_trigger(v1::TRIGGER_SYNCHRONIZE); });
  // Fields that run into one another.
  changed([](v1::Decision* d) {
    d->set_namespace_("we");
    d->set_pod("ba");
  });
  EXPECT_EQ(Lines().size(), 13u);
  EXPECT_EQ(log.folded(), 0u);
}

TEST_F(DecisionLogTest, KeepsToWhatTheSettingsWant) {
  {
    DecisionLog log = Log(LogDecisions::kRefused);
    log.Note(Make("a", "1", v1::OUTCOME_ALLOWED));
    log.Note(Make("a", "2", v1::OUTCOME_EXEMPTED));
    log.Note(Make("a", "3", v1::OUTCOME_WOULD_REJECT));
    log.Note(Make("a", "4", v1::OUTCOME_SLIPPED_ALLOWED));
  }
  EXPECT_THAT(Lines(), ElementsAre("3+0", "4+0"));
  Log(LogDecisions::kNone).Note(Make("a", "1"));
  EXPECT_THAT(Lines(), IsEmpty());
}

TEST_F(DecisionLogTest, KeepsABoundedNumberAndLosesNoCount) {
  DecisionLog log = Log();
  log.Note(Make("first", "0"));
  log.Note(Make("first", "1"));
  for (size_t i = 1; i < DecisionLog::kMaxKept; ++i) {
    log.Note(Make(absl::StrCat("pod-", i), "x"));
  }
  EXPECT_EQ(Lines().size(), DecisionLog::kMaxKept);
  log.Note(Make("one-more", "y"));
  EXPECT_THAT(Lines(), ElementsAre("y+0", "1+0"));
}

TEST_F(DecisionLogTest, TellsTheRestAtItsEnd) {
  {
    DecisionLog log = Log();
    log.Note(Make("a", "1"));
    log.Note(Make("a", "2"));
    log.Note(Make("a", "3"));
  }
  EXPECT_THAT(Lines(), ElementsAre("1+0", "3+1"));
}

}  // namespace
}  // namespace pinwarden
