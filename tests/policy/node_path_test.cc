// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/node_path.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using testing::StatusIs;

// Keys in "<>", so that it shows where each ends.
std::string Show(const NodePath& path) {
  std::string out;
  for (const PathStep& step : path) {
    switch (step.kind) {
      case PathStep::Kind::kKey:
        absl::StrAppend(&out, "<", step.key, ">");
        break;
      case PathStep::Kind::kEveryKey:
        absl::StrAppend(&out, "*");
        break;
      case PathStep::Kind::kEveryItem:
        absl::StrAppend(&out, "[*]");
        break;
    }
  }
  return out;
}

TEST(ParseNodePathTest, TakesAPathApart) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"spec", "<spec>"},
      {"spec.template", "<spec><template>"},
      {"spec.steps[*].image", "<spec><steps>[*]<image>"},
      {"spec.steps[*][*].image", "<spec><steps>[*][*]<image>"},
      {"*", "*"},
      {"*[*]", "*[*]"},
      {"spec.*.image", "<spec>*<image>"},
      {"a.\"b.c/[*]\".d", "<a><b.c/[*]><d>"},
      {"\"a\"[*]", "<a>[*]"},
      {"a-b/c_d", "<a-b/c_d>"},
      {"\xC3\xA9", "<\xC3\xA9>"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto path = ParseNodePath(c.text);
    EXPECT_EQ(path.ok() ? Show(*path) : path.status().ToString(), c.want);
  }
}

TEST(ParseNodePathTest, NamesTheByteItRefuses) {
  const struct {
    std::string text;
    const char* want;
  } kCases[] = {
      {"", "expected a key at byte 0"},
      {".a", "expected a key at byte 0"},
      {"a.", "expected a key at byte 2"},
      {"a..b", "expected a key at byte 2"},
      {"[*]", "expected a key at byte 0"},
      {"a[0]", "expected \".\" or \"[*]\" at byte 1"},
      {"a[*]b", "expected \".\" or \"[*]\" at byte 4"},
      {"a*", "expected \".\" or \"[*]\" at byte 1"},
      {"*a", "expected \".\" or \"[*]\" at byte 1"},
      {"a b", "expected \".\" or \"[*]\" at byte 1"},
      {"a]", "expected \".\" or \"[*]\" at byte 1"},
      {"a.\"b", "a quote without end at byte 2"},
      {"\"\"", "an empty key at byte 0"},
      {"\"a\"b", "expected \".\" or \"[*]\" at byte 3"},
      {"a\nb", "not one line of printable text"},
      {std::string(257, 'a'), "longer than 256 bytes"},
      {"a[*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*]"
       "[*][*][*][*][*][*][*][*][*]",
       "more than 32 steps at byte 97"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(ParseNodePath(c.text),
                StatusIs(absl::StatusCode::kInvalidArgument, c.want));
  }
}

}  // namespace
}  // namespace pinwarden
