// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// E. Myers, "An O(ND) difference algorithm and its variations", 1986: the
// greedy one, which finds for d = 0, 1, ... the furthest that d added or
// removed lines lead to on each diagonal x - y.
#include "text_diff/edit_script.h"

#include <algorithm>

namespace pinwarden {
namespace {

using Lines = absl::Span<const absl::string_view>;

// x on each diagonal, from -d to d, for each d that was tried.
class Reach {
 public:
  Reach(Lines before, Lines after) : before_(before), after_(after) {}

  // Goes on until all lines are reached; false if that takes too many.
  bool Run() {
    for (int d = 0; d <= kMaxFewest; ++d) {
      furthest_.emplace_back(2 * static_cast<size_t>(d) + 1);
      for (int k = -d; k <= d; k += 2) {
        const int x = Slide(Start(d, k), k);
        At(d, k) = x;
        if (x == Size(before_) && x - k == Size(after_)) return true;
      }
    }
    return false;
  }

  // The way back from the end, as changes of one line each, the last first.
  std::vector<Change> Back() const {
    std::vector<Change> changes;
    int k = Size(before_) - Size(after_);
    for (int d = static_cast<int>(furthest_.size()) - 1; d > 0; --d) {
      const bool added = Adds(d, k);
      k += added ? 1 : -1;
      const auto x = static_cast<size_t>(At(d - 1, k));
      const size_t y = static_cast<size_t>(At(d - 1, k) - k);
      changes.push_back(added ? Change{x, x, y, y + 1}
                              : Change{x, x + 1, y, y});
    }
    return changes;
  }

 private:
  static int Size(Lines lines) { return static_cast<int>(lines.size()); }

  int& At(int d, int k) {
    return furthest_[static_cast<size_t>(d)][static_cast<size_t>(k + d)];
  }
  int At(int d, int k) const {
    return furthest_[static_cast<size_t>(d)][static_cast<size_t>(k + d)];
  }

  // Whether the last of d steps, which leads to diagonal k, adds a line.
  bool Adds(int d, int k) const {
    return k == -d || (k != d && At(d - 1, k - 1) < At(d - 1, k + 1));
  }

  int Start(int d, int k) const {
    if (d == 0) return 0;
    return Adds(d, k) ? At(d - 1, k + 1) : At(d - 1, k - 1) + 1;
  }

  int Slide(int x, int k) const {
    while (x < Size(before_) && x - k < Size(after_) && x - k >= 0 &&
           before_[static_cast<size_t>(x)] ==
               after_[static_cast<size_t>(x - k)]) {
      ++x;
    }
    return x;
  }

  const Lines before_;
  const Lines after_;
  std::vector<std::vector<int>> furthest_;
};

// Line by line where there are as many, else all at once.
std::vector<Change> FindRoughly(Lines before, Lines after) {
  if (before.size() != after.size()) {
    return {{0, before.size(), 0, after.size()}};
  }
  std::vector<Change> changes;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] != after[i]) changes.push_back({i, i + 1, i, i + 1});
  }
  return changes;
}

// Neighbours as one, all moved by the lines that both texts start with.
std::vector<Change> Joined(const std::vector<Change>& parts, size_t same) {
  std::vector<Change> changes;
  for (Change part : parts) {
    part.old_begin += same;
    part.old_end += same;
    part.new_begin += same;
    part.new_end += same;
    if (!changes.empty() && changes.back().old_end == part.old_begin &&
        changes.back().new_end == part.new_begin) {
      changes.back().old_end = part.old_end;
      changes.back().new_end = part.new_end;
    } else {
      changes.push_back(part);
    }
  }
  return changes;
}

}  // namespace

std::vector<Change> FindChanges(Lines before, Lines after) {
  const size_t shorter = std::min(before.size(), after.size());
  size_t same = 0;  // lines at the start
  while (same < shorter && before[same] == after[same]) ++same;
  size_t tail = 0;  // and at the end
  while (tail < shorter - same &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  before = before.subspan(same, before.size() - tail - same);
  after = after.subspan(same, after.size() - tail - same);
  if (before.empty() && after.empty()) return {};
  Reach reach(before, after);
  if (before.empty() || after.empty() || !reach.Run()) {
    return Joined(FindRoughly(before, after), same);
  }
  std::vector<Change> changes = reach.Back();
  std::reverse(changes.begin(), changes.end());
  return Joined(changes, same);
}

}  // namespace pinwarden
