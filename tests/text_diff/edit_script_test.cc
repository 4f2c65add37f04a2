// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "text_diff/edit_script.h"

#include <random>
#include <string>

#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using Lines = std::vector<absl::string_view>;

// `before` with the changes made; a change that is out of order or out of
// bounds gives what no text is.
Lines Apply(const std::vector<Change>& changes, const Lines& before,
            const Lines& after) {
  Lines made;
  size_t at = 0;
  for (const Change& change : changes) {
    if (change.old_begin < at || change.old_end < change.old_begin ||
        change.old_end > before.size() || change.new_end > after.size() ||
        (change.old_begin == change.old_end &&
         change.new_begin == change.new_end)) {
      return {"not a change"};
    }
    for (; at < change.old_begin; ++at) made.push_back(before[at]);
    at = change.old_end;
    for (size_t i = change.new_begin; i < change.new_end; ++i) {
      made.push_back(after[i]);
    }
  }
  for (; at < before.size(); ++at) made.push_back(before[at]);
  return made;
}

size_t LinesOf(const std::vector<Change>& changes) {
  size_t lines = 0;
  for (const Change& change : changes) {
    lines += change.old_end - change.old_begin;
    lines += change.new_end - change.new_begin;
  }
  return lines;
}

// The fewest lines that can be taken out and put in, the slow way.
size_t Fewest(const Lines& a, const Lines& b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1,
                                        std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
      } else if (a[i - 1] == b[j - 1]) {
        cost[i][j] = cost[i - 1][j - 1];
      } else {
        cost[i][j] = 1 + std::min(cost[i - 1][j], cost[i][j - 1]);
      }
    }
  }
  return cost[a.size()][b.size()];
}

TEST(FindChangesTest, ChangesTheFewestLinesOfRandomTexts) {
  std::mt19937 random(5);
  constexpr absl::string_view kWords[] = {"a", "b", "c", "d"};
  for (int round = 0; round < 3000; ++round) {
    Lines before(random() % 12), after(random() % 12);
    for (Lines* lines : {&before, &after}) {
      for (absl::string_view& line : *lines) line = kWords[random() % 4];
    }
    SCOPED_TRACE(round);
    const std::vector<Change> changes = FindChanges(before, after);
    ASSERT_EQ(Apply(changes, before, after), after);
    ASSERT_EQ(LinesOf(changes), Fewest(before, after));
  }
}

TEST(FindChangesTest, FindsEachOfManyChangedLines) {
  std::vector<std::string> texts;
  for (int i = 0; i < 9000; ++i) texts.push_back(std::to_string(i));
  const Lines before(texts.begin(), texts.end());
  Lines after = before;
  for (size_t i = 0; i < after.size(); i += 3) after[i] = "changed";
  const std::vector<Change> changes = FindChanges(before, after);
  EXPECT_EQ(changes.size(), 3000u);
  EXPECT_EQ(Apply(changes, before, after), after);
}

TEST(FindChangesTest, TakesTextsWithNothingInCommon) {
  std::vector<std::string> texts;
  for (int i = 0; i < 9000; ++i) texts.push_back(std::to_string(i));
  const Lines before(texts.begin(), texts.begin() + 5000);
  const Lines after(texts.begin() + 5000, texts.end());
  const std::vector<Change> changes = FindChanges(before, after);
  EXPECT_EQ(changes.size(), 1u);
  EXPECT_EQ(Apply(changes, before, after), after);
}

}  // namespace
}  // namespace pinwarden
