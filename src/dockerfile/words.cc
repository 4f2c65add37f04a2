// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "dockerfile/words.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace pinwarden::dockerfile_internal {
namespace {

bool IsSpace(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c));
}

// BuildKit reads flags byte by byte, and takes these two for Latin-1 spaces.
bool EndsFlag(char c) { return IsSpace(c) || c == '\x85' || c == '\xA0'; }

// From `begin`, which is no space.
Flag ReadFlag(absl::string_view text, size_t begin) {
  Flag flag;
  char quote = '\0';
  size_t i = begin;
  for (; i < text.size(); ++i) {
    char c = text[i];
    if (quote == '\0' && EndsFlag(c)) break;
    if (quote != '\0' ? c == quote : c == '\'' || c == '"') {
      quote = quote == '\0' ? c : '\0';
      continue;
    }
    if (c == '\\') {
      if (i + 1 == text.size()) continue;
      c = text[++i];
    }
    flag.text.push_back(c);
    flag.at.push_back(static_cast<uint32_t>(i));
  }
  flag.span = {begin, i};
  return flag;
}

}  // namespace

Span NextWord(absl::string_view text, size_t begin) {
  while (begin < text.size() && IsSpace(text[begin])) ++begin;
  size_t end = begin;
  while (end < text.size() && !IsSpace(text[end])) ++end;
  return {begin, end};
}

Span NextQuotedWord(absl::string_view text, size_t begin, char escape) {
  while (begin < text.size() && IsSpace(text[begin])) ++begin;
  char quote = '\0';
  size_t end = begin;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (quote == '\0' && IsSpace(c)) break;
    if (c == escape && quote != '\'') {
      ++end;
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    }
  }
  return {begin, std::min(end, text.size())};
}

absl::string_view Flag::name() const {
  return absl::string_view(text).substr(
      2, std::min(text.find('='), text.size()) - 2);
}

bool Flag::has_value() const { return absl::StrContains(text, '='); }

Span Flag::value() const {
  if (!has_value()) return {};
  return {text.find('=') + 1, text.size()};
}

std::vector<Flag> ReadFlags(absl::string_view text, size_t begin,
                            size_t* rest) {
  std::vector<Flag> flags;
  while (true) {
    while (begin < text.size() && EndsFlag(text[begin])) ++begin;
    *rest = begin;
    if (!absl::StartsWith(text.substr(begin), "--")) return flags;
    Flag flag = ReadFlag(text, begin);
    begin = flag.span.end;
    if (flag.text == "--") {
      *rest = begin;
      return flags;
    }
    flags.push_back(std::move(flag));
  }
}

Mount ReadMount(const Flag& flag) {
  Mount mount;
  const Span all = flag.value();
  std::string field;
  std::vector<uint32_t> at;
  for (size_t i = all.begin; i < all.end; ++i) {
    field.clear();
    at.clear();
    bool quoted = flag.text[i] == '"';
    if (quoted) ++i;
    for (; i < all.end; ++i) {
      const char c = flag.text[i];
      if (!quoted && c == ',') break;
      if (quoted && c == '"') {
        quoted = i + 1 < all.end && flag.text[i + 1] == '"';
        if (!quoted) continue;
        ++i;  // a doubled one stands for itself
      }
      field.push_back(c);
      at.push_back(flag.at[i]);
    }
    if (absl::StartsWithIgnoreCase(field, "type=")) {
      mount.type = absl::AsciiStrToLower(field.substr(5));
    } else if (absl::StartsWithIgnoreCase(field, "from=")) {
      mount.from = field.substr(5);
      if (!mount.from.empty()) mount.from_at = {at[5], at.back() + size_t{1}};
    }
  }
  return mount;
}

}  // namespace pinwarden::dockerfile_internal
