// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/read.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxShownBytes = 80;
constexpr absl::string_view kMatchKeys[] = {"namespaces", "images", "labels"};

void WrongKind(const YamlNode& node, absl::string_view key,
               absl::string_view want, ProblemLog* log) {
  if (node.kind() == YamlNode::Kind::kNull) {
    return log->Error(node.at(), absl::StrCat(Quote(key),
                                              " has no value; it "
                                              "must be ",
                                              want));
  }
  log->Error(node.at(), absl::StrCat(Quote(key), " must be ", want, ", not ",
                                     KindName(node.kind())));
}

std::string UnknownKeyHint(absl::string_view key,
                           absl::Span<const absl::string_view> known) {
  const std::string close = DidYouMean(key, known);
  if (!close.empty()) return close;
  const bool has_match =
      std::find(known.begin(), known.end(), "match") != known.end();
  for (absl::string_view inner : kMatchKeys) {
    if (has_match && (key == inner || absl::StrCat(key, "s") == inner)) {
      return absl::StrCat("; ", Quote(inner), " belongs under \"match\"");
    }
  }
  return absl::StrCat("; known here: ", absl::StrJoin(known, ", "));
}

}  // namespace

MappingReader::MappingReader(
    const YamlNode& node, absl::string_view what,
    absl::Span<const absl::string_view> known,
    absl::Span<const absl::string_view> required, ProblemLog* log,
    absl::string_view elsewhere,
    absl::Span<const absl::string_view> known_elsewhere)
    : node_(node) {
  const size_t errors = log->errors();
  if (node.kind() != YamlNode::Kind::kMapping) {
    clean_ = false;
    log->Error(node.at(),
               absl::StrCat(what, " must be a mapping with the keys ",
                            absl::StrJoin(known, ", "), ", not ",
                            KindName(node.kind())));
    return;
  }
  for (const YamlEntry& entry : node.entries()) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) {
      continue;
    }
    const std::string key = Quote(entry.key, kMaxShownBytes);
    if (std::find(known_elsewhere.begin(), known_elsewhere.end(), entry.key) !=
        known_elsewhere.end()) {
      log->Error(entry.key_at,
                 absl::StrCat(key, " belongs in ", elsewhere,
                              "; known here: ", absl::StrJoin(known, ", ")));
      continue;
    }
    log->Error(entry.key_at, absl::StrCat("unknown key ", key,
                                          UnknownKeyHint(entry.key, known)));
  }
  std::vector<std::string> missing;
  for (absl::string_view key : required) {
    if (Get(key) == nullptr) missing.push_back(Quote(key));
  }
  if (!missing.empty()) {
    log->Error(node.at(), absl::StrCat(what,
                                       missing.size() == 1 ? " lacks the key "
                                                           : " lacks the keys ",
                                       absl::StrJoin(missing, ", ")));
  }
  clean_ = log->errors() == errors;
}

std::optional<absl::string_view> ReadText(const YamlNode& node,
                                          absl::string_view key,
                                          size_t max_bytes, ProblemLog* log) {
  if (node.kind() != YamlNode::Kind::kScalar) {
    WrongKind(node, key, "a string", log);
    return std::nullopt;
  }
  const absl::string_view text = node.scalar();
  if (text.find_first_not_of(" \t") == absl::string_view::npos) {
    log->Error(node.at(), absl::StrCat(Quote(key), " must not be blank"));
    return std::nullopt;
  }
  if (text.size() > max_bytes) {
    log->Error(node.at(),
               absl::StrCat(Quote(key), " has ", text.size(),
                            " bytes; at most ", max_bytes, " are allowed"));
    return std::nullopt;
  }
  if (!IsPrintable(text)) {
    log->Error(node.at(),
               absl::StrCat(Quote(key),
                            " must be one line without control characters: ",
                            Quote(text, kMaxShownBytes)));
    return std::nullopt;
  }
  return text;
}

std::optional<int> ReadNumber(const YamlNode& node, absl::string_view key,
                              int low, int high, ProblemLog* log) {
  if (node.kind() != YamlNode::Kind::kScalar) {
    WrongKind(node, key, "a number", log);
    return std::nullopt;
  }
  const absl::string_view text = node.scalar();
  int number = 0;
  // SimpleAtoi() takes blanks, signs and leading zeros too.
  const bool plain =
      absl::SimpleAtoi(text, &number) && absl::StrCat(number) == text;
  if (node.quoted() && plain) {
    log->Error(node.at(), absl::StrCat(Quote(key), " must be a number: write ",
                                       key, ": ", number, " without quotes"));
    return std::nullopt;
  }
  if (!plain || number < low || number > high) {
    log->Error(node.at(),
               absl::StrCat(Quote(key), " must be a number from ", low, " to ",
                            high, ", not ", Quote(text, kMaxShownBytes)));
    return std::nullopt;
  }
  return number;
}

std::optional<size_t> ReadWord(const YamlNode& node, absl::string_view key,
                               absl::string_view what,
                               absl::Span<const absl::string_view> words,
                               ProblemLog* log) {
  const std::string choice =
      absl::StrCat("one of ", absl::StrJoin(words, ", "));
  if (node.kind() != YamlNode::Kind::kScalar) {
    WrongKind(node, key, choice, log);
    return std::nullopt;
  }
  const auto found = std::find(words.begin(), words.end(), node.scalar());
  if (found != words.end()) {
    return static_cast<size_t>(found - words.begin());
  }
  std::string hint = DidYouMean(node.scalar(), words);
  if (hint.empty()) hint = absl::StrCat("; write ", choice);
  log->Error(node.at(),
             absl::StrCat("unknown ", what, " ",
                          Quote(node.scalar(), kMaxShownBytes), hint));
  return std::nullopt;
}

bool ReadList(const YamlNode& node, absl::string_view key, EmptyList empty,
              size_t max_entries, ProblemLog* log,
              absl::FunctionRef<void(const YamlNode&)> each) {
  if (node.kind() == YamlNode::Kind::kScalar) {
    log->Error(node.at(),
               absl::StrCat(Quote(key), " must be a list, also of one: [",
                            Quote(node.scalar(), kMaxShownBytes), "]"));
    return false;
  }
  if (node.kind() != YamlNode::Kind::kSequence) {
    WrongKind(node, key, "a list", log);
    return false;
  }
  if (node.items().empty() && empty == EmptyList::kIsAnError) {
    log->Error(node.at(), absl::StrCat(Quote(key),
                                       " is empty; leave the key "
                                       "out to ask for nothing"));
    return false;
  }
  if (node.items().size() > max_entries) {
    log->Error(node.at(),
               absl::StrCat(Quote(key), " has ", node.items().size(),
                            " entries; at most ", max_entries, " are allowed"));
    return false;
  }
  for (const YamlNode& item : node.items()) each(item);
  return true;
}

}  // namespace pinwarden
