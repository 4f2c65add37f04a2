// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What a rule or an exemption looks for: namespaces, images, registries, labels
// and tags.
#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "pinwarden/reference.h"
#include "policy/loader.h"
#include "policy/read.h"
#include "re2/re2.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxGlobBytes = 253;
constexpr size_t kMaxLabelBytes = 317;  // prefix "/" name, as Kubernetes has it
constexpr size_t kMaxLabels = 64;
constexpr size_t kMaxShownBytes = 80;
constexpr int64_t kMaxTagPatternMemory = 256 << 10;

constexpr absl::string_view kFloatingTags[] = {
    "latest", "stable", "edge",     "nightly", "main",
    "master", "dev",    "*-latest", "latest-*"};

// Namespaces and tags are made of the same characters.
std::optional<Glob> ReadGlob(const YamlNode& node, absl::string_view key,
                             absl::string_view what, size_t max_bytes,
                             Glob::Case letters, ProblemLog* log) {
  const auto text = ReadText(node, key, max_bytes, log);
  if (!text) return std::nullopt;
  for (char c : *text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        absl::StrContains("-._*", c))
      continue;
    log->Error(
        node.at(),
        absl::StrCat("bad ", what, " pattern ", Quote(*text, kMaxShownBytes),
                     ": ", Quote(absl::string_view(&c, 1)),
                     " cannot be in it; \"*\" is the only wildcard"));
    return std::nullopt;
  }
  return Glob(*text, letters);
}

void LoadLabel(const YamlEntry& entry, Match* match, ProblemLog* log) {
  if (entry.key.empty() || entry.key.size() > kMaxLabelBytes ||
      !IsPrintable(entry.key)) {
    return log->Error(
        entry.key_at,
        absl::StrCat("bad label key ", Quote(entry.key, kMaxShownBytes)));
  }
  const YamlNode& value = entry.value;
  if (value.kind() != YamlNode::Kind::kScalar) {
    const bool null = value.kind() == YamlNode::Kind::kNull;
    return log->Error(
        value.at(),
        absl::StrCat("the value of label ", Quote(entry.key, kMaxShownBytes),
                     " must be a string, not ", KindName(value.kind()),
                     null ? "; write \"\" for an empty value" : ""));
  }
  if (value.scalar().size() > kMaxLabelBytes || !IsPrintable(value.scalar())) {
    return log->Error(value.at(),
                      absl::StrCat("bad label value ",
                                   Quote(value.scalar(), kMaxShownBytes)));
  }
  if (absl::StrContains(value.scalar(), '*')) {
    return log->Error(value.at(),
                      absl::StrCat("labels are compared as they stand: \"*\" "
                                   "is no wildcard in ",
                                   Quote(value.scalar(), kMaxShownBytes)));
  }
  match->labels.emplace_back(entry.key, value.scalar());
}

void LoadLabels(const YamlNode& node, Match* match, ProblemLog* log) {
  if (node.kind() != YamlNode::Kind::kMapping) {
    return log->Error(node.at(),
                      absl::StrCat("\"labels\" must be a mapping such as "
                                   "{tier: prod}, not ",
                                   KindName(node.kind())));
  }
  if (node.entries().empty() || node.entries().size() > kMaxLabels) {
    return log->Error(
        node.at(), node.entries().empty()
                       ? "\"labels\" is empty; leave the key out to ask for "
                         "nothing"
                       : absl::StrCat("\"labels\" has more than ", kMaxLabels,
                                      " entries"));
  }
  match->labels.reserve(node.entries().size());
  for (const YamlEntry& entry : node.entries()) LoadLabel(entry, match, log);
}

}  // namespace

std::vector<Glob> DefaultFloatingTags() {
  std::vector<Glob> globs;
  for (absl::string_view tag : kFloatingTags) {
    globs.emplace_back(tag, Glob::Case::kIgnore);
  }
  return globs;
}

std::vector<Glob> LoadFloatingTags(const YamlNode& node, ProblemLog* log) {
  std::vector<Glob> globs;
  const bool list =
      ReadList(node, "floating_tags", EmptyList::kIsFine, kMaxListEntries, log,
               [&globs, log](const YamlNode& item) {
                 auto glob = ReadGlob(item, "floating_tags", "tag",
                                      kMaxTagBytes, Glob::Case::kIgnore, log);
                 if (glob) globs.push_back(*std::move(glob));
               });
  const bool latest =
      std::any_of(globs.begin(), globs.end(),
                  [](const Glob& glob) { return glob.Matches("latest"); });
  if (list && !latest) {
    log->Warning(node.at(),
                 "\"latest\" is not among these, so it counts as pinned: this "
                 "list replaces the built-in one");
  }
  return globs;
}

std::vector<ImagePattern> LoadPatterns(const YamlNode& node,
                                       absl::string_view key,
                                       ImagePattern::Use use, ProblemLog* log) {
  std::vector<ImagePattern> patterns;
  patterns.reserve(std::min(node.items().size(), kMaxListEntries));
  const absl::string_view what =
      use == ImagePattern::Use::kImages ? "image" : "registry";
  ReadList(node, key, EmptyList::kIsAnError, kMaxListEntries, log,
           [&](const YamlNode& item) {
             const auto text = ReadText(item, key, kMaxReferenceBytes, log);
             if (!text) return;
             auto pattern = ImagePattern::Parse(*text, use);
             if (pattern.ok()) {
               patterns.push_back(*std::move(pattern));
             } else {
               log->Error(item.at(),
                          absl::StrCat("bad ", what, " pattern ",
                                       Quote(*text, kMaxShownBytes), ": ",
                                       pattern.status().message()));
             }
           });
  return patterns;
}

Match LoadMatch(const YamlNode& node, ProblemLog* log) {
  static constexpr absl::string_view kKeys[] = {"namespaces", "images",
                                                "labels"};
  Match match;
  const MappingReader reader(node, "\"match\"", kKeys, {}, log);
  if (const YamlNode* namespaces = reader.Get("namespaces")) {
    match.namespaces.reserve(
        std::min(namespaces->items().size(), kMaxListEntries));
    ReadList(*namespaces, "namespaces", EmptyList::kIsAnError, kMaxListEntries,
             log, [&match, log](const YamlNode& item) {
               auto glob = ReadGlob(item, "namespaces", "namespace",
                                    kMaxGlobBytes, Glob::Case::kSensitive, log);
               if (glob) match.namespaces.push_back(*std::move(glob));
             });
  }
  if (const YamlNode* images = reader.Get("images")) {
    match.images =
        LoadPatterns(*images, "images", ImagePattern::Use::kImages, log);
  }
  if (const YamlNode* labels = reader.Get("labels")) {
    LoadLabels(*labels, &match, log);
  }
  return match;
}

std::shared_ptr<const re2::RE2> TagPatterns::Compile(const YamlNode& node,
                                                     ProblemLog* log) {
  const auto text = ReadText(node, "tag_pattern", kMaxTagPatternBytes, log);
  if (!text) return nullptr;
  const auto known = compiled_.find(*text);
  if (known != compiled_.end()) return known->second;
  if (compiled_.size() >= kMaxTagPatterns) {
    log->Error(node.at(), absl::StrCat("more than ", kMaxTagPatterns,
                                       " different tag patterns"));
    return nullptr;
  }
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_never_capture(true);
  options.set_max_mem(kMaxTagPatternMemory);
  auto pattern = std::make_shared<const re2::RE2>(
      re2::StringPiece(text->data(), text->size()), options);
  if (!pattern->ok()) {
    log->Error(node.at(),
               absl::StrCat("bad tag_pattern: ", Quote(pattern->error(), 200),
                            "; it is a RE2 expression, which has no "
                            "look-around and no back-references"));
    return nullptr;
  }
  compiled_.emplace(*text, pattern);
  return pattern;
}

}  // namespace pinwarden
