// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest/gtest.h"
#include "pinwarden/text_diff.h"

namespace pinwarden {
namespace {

TEST(UnifiedDiffTest, ShowsWhatChangesAsPatchTakesIt) {
  const struct {
    const char* before;
    const char* after;
    const char* want;
  } kCases[] = {
      {"a\n", "a\n", ""},
      {"", "", ""},
      {"", "a\nb\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n"},
      {"a\n", "", "--- a/f\n+++ b/f\n@@ -1,1 +0,0 @@\n-a\n"},
      {"1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\nx\n",
       "--- a/f\n+++ b/f\n@@ -3,3 +3,4 @@\n 3\n 4\n 5\n+x\n"},
      {"1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n6\n7\n8\n",
       "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
      // No line end at the end: of both, of the first, of the second.
      {"1", "1\nx\n",
       "--- a/f\n+++ b/f\n@@ -1,1 +1,2 @@\n-1\n\\ No newline at end of file\n"
       "+1\n+x\n"},
      {"1\n2", "x\n2",
       "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-1\n+x\n 2\n"
       "\\ No newline at end of file\n"},
      {"1\n2\n", "1\n2",
       "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n 1\n-2\n+2\n"
       "\\ No newline at end of file\n"},
      // A carriage return is part of its line.
      {"a\r\nb\r\n", "a\r\nc\r\n",
       "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
      {"a\r\n", "a\n", "--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-a\r\n+a\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_EQ(UnifiedDiff(c.before, c.after, "f"), c.want);
  }
}

TEST(UnifiedDiffTest, JoinsHunksOnlyWhoseContextTouches) {
  // Six equal lines between the first two changes, seven before the third.
  EXPECT_EQ(
      UnifiedDiff("A\n1\n2\n3\n4\n5\n6\nB\n1\n2\n3\n4\n5\n6\n7\nC\n",
                  "a\n1\n2\n3\n4\n5\n6\nb\n1\n2\n3\n4\n5\n6\n7\nc\n", "f"),
      "--- a/f\n+++ b/f\n@@ -1,11 +1,11 @@\n-A\n+a\n 1\n 2\n 3\n 4\n 5\n"
      " 6\n-B\n+b\n 1\n 2\n 3\n"
      "@@ -13,4 +13,4 @@\n 5\n 6\n 7\n-C\n+c\n");
}

TEST(UnifiedDiffTest, KeepsOddNamesOnOneLine) {
  const struct {
    const char* name;
    const char* want;
  } kCases[] = {
      {"deploy/web.yaml", "--- a/deploy/web.yaml\n+++ b/deploy/web.yaml\n"},
      {"/etc/web.yaml", "--- a/etc/web.yaml\n+++ b/etc/web.yaml\n"},
      {"a b.yaml", "--- a/a b.yaml\t\n+++ b/a b.yaml\t\n"},
      {"a\nb\".yaml",
       "--- \"a/a\\012b\\042.yaml\"\n+++ \"b/a\\012b\\042.yaml\"\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_EQ(UnifiedDiff("1\n", "2\n", c.name),
              std::string(c.want) + "@@ -1,1 +1,1 @@\n-1\n+2\n");
  }
}

}  // namespace
}  // namespace pinwarden
