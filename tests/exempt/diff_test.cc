// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest/gtest.h"
#include "pinwarden/exempt.h"

namespace pinwarden {
namespace {

TEST(UnifiedDiffTest, ShowsWhatChangesAsPatchTakesIt) {
  const struct {
    const char* before;
    const char* after;
    const char* want;
  } kCases[] = {
      {"a\n", "a\n", ""},
      {"", "a\nb\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n"},
      {"1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\nx\n",
       "--- a/f\n+++ b/f\n@@ -3,3 +3,4 @@\n 3\n 4\n 5\n+x\n"},
      {"1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n6\n7\n8\n",
       "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
      {"1", "1\nx\n",
       "--- a/f\n+++ b/f\n@@ -1,1 +1,2 @@\n-1\n\\ No newline at end of file\n"
       "+1\n+x\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_EQ(UnifiedDiff(c.before, c.after, "f"), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
