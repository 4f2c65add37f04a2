// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   path   := part *( "." part )
//   part   := ( "*" | bare | quoted ) *( "[*]" )
//   bare   := 1*( printable, but none of . [ ] * " and blank )
//   quoted := '"' 1*( printable, but no '"' ) '"'
#include "pinwarden/node_path.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/problem.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kEveryItem = "[*]";
constexpr absl::string_view kNotInKeys = ".[]*\" \t";

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<NodePath> Parse() {
    for (;;) {
      if (auto status = ParsePart(); !status.ok()) return status;
      if (steps_.size() > kMaxNodePathSteps) {
        return Bad(absl::StrCat("more than ", kMaxNodePathSteps, " steps"));
      }
      if (at_ == text_.size()) return std::move(steps_);
      if (text_[at_] != '.') return Bad("expected \".\" or \"[*]\"");
      ++at_;
    }
  }

 private:
  absl::Status Bad(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(what, " at byte ", at_));
  }

  absl::Status ParsePart() {
    const absl::string_view rest = text_.substr(at_);
    if (absl::StartsWith(rest, "*")) {
      steps_.push_back({PathStep::Kind::kEveryKey, ""});
      ++at_;
    } else if (absl::StartsWith(rest, "\"")) {
      const size_t end = rest.find('"', 1);
      if (end == absl::string_view::npos) return Bad("a quote without end");
      if (end == 1) return Bad("an empty key");
      AddKey(rest.substr(1, end - 1));
      at_ += end + 1;
    } else {
      const absl::string_view key =
          rest.substr(0, rest.find_first_of(kNotInKeys));
      if (key.empty()) return Bad("expected a key");
      AddKey(key);
      at_ += key.size();
    }
    while (absl::StartsWith(text_.substr(at_), kEveryItem)) {
      steps_.push_back({PathStep::Kind::kEveryItem, ""});
      at_ += kEveryItem.size();
    }
    return absl::OkStatus();
  }

  void AddKey(absl::string_view key) {
    steps_.push_back({PathStep::Kind::kKey, std::string(key)});
  }

  const absl::string_view text_;
  size_t at_ = 0;
  NodePath steps_;
};

}  // namespace

absl::StatusOr<NodePath> ParseNodePath(absl::string_view text) {
  if (text.size() > kMaxNodePathBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("longer than ", kMaxNodePathBytes, " bytes"));
  }
  if (!IsPrintable(text)) {
    return absl::InvalidArgumentError("not one line of printable text");
  }
  return Parser(text).Parse();
}

}  // namespace pinwarden
