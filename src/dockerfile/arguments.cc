// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "dockerfile/arguments.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "dockerfile/words.h"

namespace pinwarden::dockerfile_internal {
namespace {

// What the builder sets by itself, to what it builds for and on.
constexpr absl::string_view kOfThePlatform[] = {
    "TARGETPLATFORM", "TARGETOS",    "TARGETOSVERSION", "TARGETARCH",
    "TARGETVARIANT",  "TARGETSTAGE", "BUILDPLATFORM",   "BUILDOS",
    "BUILDOSVERSION", "BUILDARCH",   "BUILDVARIANT",
};

bool IsOfThePlatform(absl::string_view name) {
  return absl::c_linear_search(kOfThePlatform, name);
}

std::string HowToGive(absl::string_view name) {
  return absl::StrCat("; give it with --build-arg ", Plainly(name), "=VALUE");
}

}  // namespace

Arguments::Arguments(const Variables& given, char escape)
    : given_(given),
      escape_(escape),
      lookup_([this](absl::string_view name) { return Find(name); }) {}

void Arguments::Declare(absl::string_view words) {
  for (size_t begin = 0; begin < words.size();) {
    const Span word = NextQuotedWord(words, begin, escape_);
    DeclareOne(words.substr(word.begin, word.end - word.begin));
    begin = word.end;
  }
}

void Arguments::DeclareOne(absl::string_view word) {
  const size_t equals = std::min(word.find('='), word.size());
  const absl::string_view name = word.substr(0, equals);
  if (name.empty()) return;
  const auto given = given_.find(name);
  if (given != given_.end()) {
    known_[std::string(name)] = {Variable::State::kKnown, given->second};
    return;
  }
  if (equals == word.size()) {  // one that has a value keeps it
    if (IsOfThePlatform(name)) return;
    known_.try_emplace(std::string(name),
                       Variable{Variable::State::kUnset,
                                absl::StrCat(Plainly(name), " has no default",
                                             HowToGive(name))});
    return;
  }
  Expansion value = Fill(word.substr(equals + 1));
  known_[std::string(name)] =
      value.unknown.empty()
          ? Variable{Variable::State::kKnown, std::move(value.text)}
          : Variable{Variable::State::kUnknown, std::move(value.unknown)};
}

Expansion Arguments::Fill(absl::string_view word) {
  return Expand(word, escape_, lookup_, &budget_);
}

Variable Arguments::Find(absl::string_view name) const {
  const auto found = known_.find(name);
  if (found != known_.end()) return found->second;
  if (!IsOfThePlatform(name)) {
    return {Variable::State::kUnset,
            absl::StrCat(Plainly(name),
                         " is not declared by an ARG before the first FROM")};
  }
  const auto given = given_.find(name);
  if (given != given_.end()) return {Variable::State::kKnown, given->second};
  return {
      Variable::State::kUnknown,
      absl::StrCat(Plainly(name), " depends on the platform", HowToGive(name))};
}

}  // namespace pinwarden::dockerfile_internal
