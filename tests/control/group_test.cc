// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/group.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::Eq;
using ::testing::Optional;

constexpr char kFile[] =
    "root:x:0:\n"
    "broken\n"
    "pinwarden:x:994:alice,bob\n"
    "nobodys:x:4294967295:\n"
    "negative:x:-1:\n"
    "twice:x:oops:\n"
    "twice:x:12:\n"
    "last:x:7";

TEST(FindGroupTest, FindsTheNumberOfAName) {
  const struct {
    const char* name;
    gid_t want;
  } kCases[] = {{"root", 0}, {"pinwarden", 994}, {"twice", 12}, {"last", 7}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(FindGroup(kFile, c.name), Optional(c.want));
  }
}

TEST(FindGroupTest, FindsNothingWhereThereIsNoUsableNumber) {
  for (const char* name :
       {"", "pin", "alice", "broken", "nobodys", "negative", "pinwarden:x"}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(FindGroup(kFile, name), Eq(std::nullopt));
  }
}

}  // namespace
}  // namespace pinwarden
