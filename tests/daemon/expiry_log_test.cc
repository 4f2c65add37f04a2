// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/expiry_log.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

absl::Time Noon() { return absl::FromUnixSeconds(1780315200); }  // 2026-06-01

// In force from `generation` on: one exemption for each date.
PolicyInForce Expiring(uint64_t generation,
                       std::initializer_list<const char*> dates) {
  std::string text = "version: 1\nmode: enforce\nexemptions:\n";
  for (const char* date : dates) {
    absl::StrAppend(
        &text, "  - {name: until-", date,
        ", match: {images: [a]}, reason: r, owner: o, expires: ", date, "}\n");
  }
  absl::StrAppend(&text, "rules:\n  - name: default\n");
  return {LoadPolicy(text, "policy.yaml", Noon()).policy, generation};
}

std::string Due(ExpiryLog& log, const PolicyInForce& current, absl::Time now) {
  std::string due;
  for (const ExpiryLog::Notice& notice : log.Due(current, now)) {
    absl::StrAppend(&due, notice.expired ? "expired " : "",
                    notice.exemption->name, " ", notice.days, "; ");
  }
  return due;
}

TEST(ExpiryLogTest, TellsWhatExpiresWithinFourteenDaysTheFirstFirst) {
  ExpiryLog log;
  const auto current =
      Expiring(1, {"2026-06-14", "2026-06-03", "2026-06-15", "2026-05-31"});
  ASSERT_NE(current.policy, nullptr);
  EXPECT_EQ(Due(log, current, Noon()),
            "until-2026-06-03 2; until-2026-06-14 13; ");
}

TEST(ExpiryLogTest, SaysSoOnceADay) {
  ExpiryLog log;
  const auto current = Expiring(1, {"2026-06-10"});
  EXPECT_EQ(Due(log, current, Noon()), "until-2026-06-10 9; ");
  EXPECT_EQ(Due(log, current, Noon() + absl::Seconds(1)), "");
  EXPECT_EQ(Due(log, current, Noon() + kDay - absl::Seconds(1)), "");
  EXPECT_EQ(Due(log, current, Noon() + kDay), "until-2026-06-10 8; ");
  EXPECT_EQ(Due(log, current, Noon() + kDay + absl::Seconds(1)), "");
}

TEST(ExpiryLogTest, SaysSoOfEachPolicyThatComesIntoForce) {
  ExpiryLog log;
  EXPECT_EQ(Due(log, Expiring(1, {"2026-06-10"}), Noon()),
            "until-2026-06-10 9; ");
  EXPECT_EQ(Due(log, Expiring(2, {"2026-06-11"}), Noon() + absl::Seconds(1)),
            "until-2026-06-11 10; ");
}

TEST(ExpiryLogTest, TellsThatOneHasExpiredWhenItDoes) {
  ExpiryLog log;
  const auto current = Expiring(1, {"2026-06-01", "2026-06-20"});
  EXPECT_EQ(Due(log, current, Noon()), "until-2026-06-01 0; ");
  EXPECT_EQ(Due(log, current, Noon() + absl::Hours(11)), "");
  EXPECT_EQ(Due(log, current, Noon() + absl::Hours(12)),
            "expired until-2026-06-01 0; ");
  EXPECT_EQ(Due(log, current, Noon() + absl::Hours(13)), "");
}

TEST(ExpiryLogTest, IsNotSilencedByAClockThatIsSetBack) {
  ExpiryLog log;
  const auto current = Expiring(1, {"2026-06-10"});
  Due(log, current, Noon() + 3 * kDay);
  EXPECT_EQ(Due(log, current, Noon()), "until-2026-06-10 9; ");
}

}  // namespace
}  // namespace pinwarden
