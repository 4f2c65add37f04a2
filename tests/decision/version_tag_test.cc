// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "decision/version_tag.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

TEST(VersionTagTest, CountsTheNumbersThatATagStartsWith) {
  const struct {
    const char* tag;
    int want;
  } kCases[] = {
      {"alpine", 0},
      {"", 0},
      {"v", 0},
      {"V1.2.3", 0},
      {"vv1.2", 0},
      {"-1.2.3", 0},
      {".1.2.3", 0},
      {"1", 1},
      {"v1", 1},
      {"1.x", 1},
      {"1..2", 1},
      {"1-2.3", 1},
      {"1_2_3", 1},
      {"16.1", 2},
      {"1.27.", 2},
      {"1.27.x", 2},
      {"1.27-alpine", 2},
      {"1.27.3", 3},
      {"v1.27.3", 3},
      {"1.27.3-alpine", 3},
      {"3.12.0rc1", 3},
      {"1.27.3.", 3},
      {"0.0.0", 3},
      {"1.2.3.4", 4},
      {"10.20.30.40.50", 5},
      {"1.2.3_4.5.6", 3},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.tag);
    int components = 0;
    while (IsVersionTag(c.tag, components + 1)) ++components;
    EXPECT_EQ(components, c.want);
  }
}

// No tag here starts with as many numbers as are asked for.
TEST(VersionTagTest, KnowsADateWhenItSeesOne) {
  const struct {
    const char* tag;
    bool want;
  } kCases[] = {
      {"20240110", true},
      {"nightly-20240110", true},
      {"20240110-slim", true},
      {"bookworm_20240110_slim", true},
      {"202401101200", true},
      {"20240110120000", true},
      {"20240110T1200Z", true},
      {"20240110T1200", true},
      {"20240110.1", true},
      {"20240229", true},
      {"2024-01-10", true},
      {"2024_01_10", true},
      {"main-2024-01-10", true},
      {"main-2024-01-10-slim", true},
      {"2024-01-10T1200Z", true},
      {"2024-01-10_rc", true},
      {"RELEASE.2024-01-11T07-46-16Z", true},
      {"2024.01.10", true},
      {"main_2024.01.10", true},
      {"main-2024.01.10-slim", true},
      {"rel.2024.01.10", false},
      {"x20240110", false},
      {"20240110x", false},
      {"20240110.", false},
      {"20240110.x", false},
      {"20240110T", false},
      {"20240110TZ", false},
      {"20240110Z", false},
      {"20240110T12x", false},
      {"20240110.1Z", false},
      {"2024011", false},
      {"20241310", false},
      {"20240010", false},
      {"20240100", false},
      {"20240132", false},
      {"12345678", false},
      {"19990110", false},
      {"21000110", false},
      {"2024-01", false},
      {"2024-1-10", false},
      {"2024-01-1", false},
      {"2024-01-1x", false},
      {"2024-1x-10", false},
      {"2024-13-10", false},
      {"2024-01-32", false},
      {"2024-01_10", false},
      {"2024-01.10", false},
      {"2024-01-100", false},
      {"2024-01-10x", false},
      {"x2024-01-10", false},
      {"12024-01-10", false},
      {"2024x01x10", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.tag);
    EXPECT_EQ(IsVersionTag(c.tag, 9), c.want);
  }
}

TEST(VersionTagTest, KnowsACommitIdWhenItSeesOne) {
  const std::string digits64 = absl::StrCat("a1", std::string(62, '0'));
  const struct {
    std::string tag;
    bool want;
  } kCases[] = {
      {"3f2a9c1", true},       {"3F2A9C1", true},
      {"main-3f2a9c1", true},  {"sha-9f86d081884c7d65", true},
      {"3f2a9c1_amd64", true}, {digits64, true},
      {digits64 + "0", false}, {"3f2a9c", false},
      {"deadbeef", false},     {"1234567", false},
      {"3f2a9g1", false},      {"main.3f2a9c1", false},
      {"main3f2a9c1", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.tag);
    EXPECT_EQ(IsVersionTag(c.tag, 3), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
