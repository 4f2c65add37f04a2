// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "dockerfile/shell_pattern.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace pinwarden::dockerfile_internal {
namespace {

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

}  // namespace

std::optional<ShellPattern> ShellPattern::Parse(absl::string_view pattern,
                                                bool from_end) {
  if (!IsAscii(pattern)) return std::nullopt;
  ShellPattern result;
  result.from_end_ = from_end;
  for (size_t i = 0; i < pattern.size(); ++i) {
    int token = static_cast<unsigned char>(pattern[i]);
    if (token == '*') token = kAnyRun;
    if (token == '?') token = kAnyByte;
    if (token == '\\') {
      if (++i == pattern.size()) return std::nullopt;
      if (!absl::StrContains("*?\\}/", pattern[i])) return std::nullopt;
      token = static_cast<unsigned char>(pattern[i]);
    }
    result.tokens_.push_back(token);
  }
  if (from_end) std::reverse(result.tokens_.begin(), result.tokens_.end());
  return result;
}

// Keeps, for each token in turn, the set of sizes that those before it match.
std::optional<size_t> ShellPattern::MatchStart(absl::string_view value,
                                               bool longest) const {
  std::vector<bool> ends(value.size() + 1);
  ends[0] = true;
  for (const int token : tokens_) {
    if (token == kAnyRun) {
      const auto first = std::find(ends.begin(), ends.end(), true);
      std::fill(first, ends.end(), true);
      continue;
    }
    for (size_t i = value.size(); i > 0; --i) {
      const bool fits = token == kAnyByte ||
                        token == static_cast<unsigned char>(value[i - 1]);
      ends[i] = ends[i - 1] && fits;
    }
    ends[0] = false;
  }
  for (size_t i = 0; i <= value.size(); ++i) {
    const size_t size = longest ? value.size() - i : i;
    if (ends[size]) return size;
  }
  return std::nullopt;
}

std::optional<std::string> ShellPattern::WithoutStart(
    absl::string_view value, bool longest, WorkBudget* budget) const {
  if (!IsAscii(value) ||
      !budget->Spend((value.size() + 1) * (tokens_.size() + 1))) {
    return std::nullopt;
  }
  std::string text(value);
  if (from_end_) std::reverse(text.begin(), text.end());
  text.erase(0, MatchStart(text, longest).value_or(0));
  if (from_end_) std::reverse(text.begin(), text.end());
  return text;
}

std::optional<std::string> ShellPattern::Replace(absl::string_view value,
                                                 absl::string_view to, bool all,
                                                 WorkBudget* budget) const {
  if (!IsAscii(value)) return std::nullopt;
  std::string text;
  bool looks = true;
  if (value.empty() && MatchStart(value, true).has_value()) {
    return std::string(to);
  }
  while (!value.empty()) {
    std::optional<size_t> match;
    if (looks) {
      const size_t work = (value.size() + 1) * (tokens_.size() + 1);
      if (!budget->Spend(work + to.size())) return std::nullopt;
      match = MatchStart(value, /*longest=*/true);
      if (match.has_value()) looks = all;
    }
    if (match.has_value()) {
      text.append(to.data(), to.size());
    } else {
      text.push_back(value[0]);
    }
    value.remove_prefix(std::max<size_t>(match.value_or(1), 1));
  }
  if (text.size() > kMaxValueBytes) return std::nullopt;
  return text;
}

}  // namespace pinwarden::dockerfile_internal
