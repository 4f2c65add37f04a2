// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Patterns as git reads them, https://git-scm.com/docs/gitignore, and where
// that is silent as git does. A text is matched by following all the ways
// through a pattern's tokens at once, so that no pattern is slow.
#include "source_files/gitignore.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "source_files/byte_set.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr absl::string_view kSpecial = "*?[\\";
constexpr size_t kNone = absl::string_view::npos;

// Spaces at the end do not count, unless there is a "\" before them.
absl::string_view WithoutTrailingSpaces(absl::string_view line) {
  size_t end = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
      end = std::min(i + 1, line.size());
    } else if (line[i] != ' ') {
      end = i + 1;
    }
  }
  return line.substr(0, end);
}

absl::string_view BaseOf(absl::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

IgnorePattern::IgnorePattern(absl::string_view line) {
  absl::string_view pattern = line;
  negated_ = absl::StartsWith(pattern, "!");
  if (negated_) pattern.remove_prefix(1);
  directories_only_ = absl::EndsWith(pattern, "/");
  if (directories_only_) pattern.remove_suffix(1);
  name_only_ = pattern.find('/') == kNone;
  if (absl::StartsWith(pattern, "/")) pattern.remove_prefix(1);
  if (name_only_ && absl::StartsWith(pattern, "*") &&
      pattern.find_first_of(kSpecial, 1) == kNone) {
    suffix_ = true;
    literal_ = std::string(pattern.substr(1));
    return;
  }
  const size_t special = pattern.find_first_of(kSpecial);
  literal_ = std::string(pattern.substr(0, special));
  if (special != kNone) Compile(pattern.substr(special));
}

void IgnorePattern::Compile(absl::string_view pattern) {
  using Kind = Token::Kind;
  for (size_t at = 0; at < pattern.size();) {
    switch (pattern[at]) {
      case '*':
        at = CompileStars(pattern, at);
        continue;
      case '?':
        tokens_.push_back({Kind::kAnyByte});
        ++at;
        continue;
      case '[': {
        std::bitset<256> set;
        const size_t end = ReadByteSet(pattern, at, &set);
        if (end == kNone) {
          tokens_.push_back({Kind::kNever});
          return;
        }
        tokens_.push_back({Kind::kSet, static_cast<uint16_t>(sets_.size())});
        sets_.push_back(set);
        at = end;
        continue;
      }
      case '\\':
        if (++at == pattern.size()) {
          tokens_.push_back({Kind::kNever});
          return;
        }
        break;
      default:
        break;
    }
    tokens_.push_back({Kind::kByte, static_cast<unsigned char>(pattern[at])});
    ++at;
  }
}

// "**" is more than "*" only where it is all that stands between slashes, or
// where the part of the pattern with wildcards starts.
size_t IgnorePattern::CompileStars(absl::string_view pattern, size_t at) {
  const bool starts = at == 0 || pattern[at - 1] == '/';
  size_t end = pattern.find_first_not_of('*', at);
  if (end == kNone) end = pattern.size();
  const absl::string_view rest = pattern.substr(end);
  const bool whole =
      rest.empty() || rest[0] == '/' || absl::StartsWith(rest, "\\/");
  if (end - at < 2 || !starts || !whole) {
    tokens_.push_back({Token::Kind::kName});
    return end;
  }
  if (!absl::StartsWith(rest, "/")) {
    tokens_.push_back({Token::Kind::kAnything});
    return end;
  }
  tokens_.push_back({Token::Kind::kDirectories});
  return end + 1;
}

bool IgnorePattern::Takes(const Token& token, char byte) const {
  switch (token.kind) {
    case Token::Kind::kByte:
      return static_cast<unsigned char>(byte) == token.value;
    case Token::Kind::kSet:
      return sets_[token.value].test(static_cast<unsigned char>(byte));
    case Token::Kind::kAnyByte:
    case Token::Kind::kName:
      return byte != '/';
    case Token::Kind::kAnything:
    case Token::Kind::kDirectories:
      return true;
    case Token::Kind::kNever:
      return false;
  }
  return false;
}

bool IgnorePattern::MatchesTokens(absl::string_view text) const {
  using Kind = Token::Kind;
  const size_t count = tokens_.size();
  std::vector<char> now(count + 1), next(count + 1);
  // Being at a token that may stand for nothing is being behind it, too.
  const auto enter = [&](std::vector<char>& states, size_t state) {
    states[state] = 1;
    while (state < count && (tokens_[state].kind == Kind::kName ||
                             tokens_[state].kind == Kind::kAnything ||
                             tokens_[state].kind == Kind::kDirectories)) {
      states[++state] = 1;
    }
  };
  enter(now, 0);
  for (const char byte : text) {
    bool alive = false;
    std::fill(next.begin(), next.end(), 0);
    for (size_t state = 0; state < count; ++state) {
      if (now[state] == 0 || !Takes(tokens_[state], byte)) continue;
      alive = true;
      const Kind kind = tokens_[state].kind;
      if (kind == Kind::kDirectories) {
        next[state] = 1;  // but not behind it: only "/" ends it
        if (byte == '/') enter(next, state + 1);
      } else {
        const bool stays = kind == Kind::kName || kind == Kind::kAnything;
        enter(next, stays ? state : state + 1);
      }
    }
    if (!alive) return false;
    std::swap(now, next);
  }
  return now[count] != 0;
}

bool IgnorePattern::Matches(absl::string_view path, bool is_directory) const {
  if (directories_only_ && !is_directory) return false;
  const absl::string_view text = name_only_ ? BaseOf(path) : path;
  if (suffix_) return absl::EndsWith(text, literal_);
  if (tokens_.empty()) return text == literal_;
  return absl::StartsWith(text, literal_) &&
         MatchesTokens(text.substr(literal_.size()));
}

GitIgnore::GitIgnore(absl::string_view text) {
  if (absl::StartsWith(text, kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    absl::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (absl::EndsWith(line, "\r")) line.remove_suffix(1);
    line = line.substr(0, line.find('\0'));
    if (absl::StartsWith(line, "#")) continue;
    line = WithoutTrailingSpaces(line);
    if (line.empty()) continue;
    if (line.size() > kMaxIgnorePatternBytes ||
        patterns_.size() == kMaxIgnorePatterns) {
      cut_ = true;
      continue;
    }
    patterns_.emplace_back(line);
  }
}

GitIgnore::Answer GitIgnore::Ask(absl::string_view path,
                                 bool is_directory) const {
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend();
       ++pattern) {
    if (pattern->Matches(path, is_directory)) {
      return pattern->negated() ? Answer::kKept : Answer::kIgnored;
    }
  }
  return Answer::kNothing;
}

}  // namespace pinwarden
