// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   pattern := *( part "/" ) name
//   part    := name without "*"
//   name    := 1*( printable, but none of "/ ? [ ] { } \" ), not "." or ".."
#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pinwarden/policy_source.h"
#include "pinwarden/quote.h"
#include "pinwarden/yaml.h"
#include "policy/loader.h"
#include "policy/read.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kKey = "include";
constexpr absl::string_view kNoWildcards = "?[]{}\\";

absl::Status CheckParts(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  for (const absl::string_view& part : parts) {
    if (part == "..") {
      return absl::InvalidArgumentError(
          "\"..\" leads out of the policy's directory");
    }
    if (part.empty() || part == ".") {
      return absl::InvalidArgumentError(
          "every part between slashes has to be a name");
    }
    if (&part != &parts.back() && absl::StrContains(part, '*')) {
      return absl::InvalidArgumentError(
          "\"*\" can stand only after the last slash");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPattern(absl::string_view text) {
  if (text.empty() || text.size() > kMaxIncludePatternBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("it must have 1 to ", kMaxIncludePatternBytes, " bytes"));
  }
  if (absl::StartsWith(text, "/")) {
    return absl::InvalidArgumentError(
        "it has to start in the policy's own directory, without a \"/\"");
  }
  if (!IsPrintable(text)) {
    return absl::InvalidArgumentError("it must be printable");
  }
  const size_t wildcard = text.find_first_of(kNoWildcards);
  if (wildcard != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(text.substr(wildcard, 1)),
                     " cannot be in it; \"*\" is the only wildcard"));
  }
  return CheckParts(text);
}

bool IsLiteralPath(const IncludePattern& pattern, const PolicyParts& parts) {
  return std::any_of(parts.begin() + 1, parts.end(), [&](const PolicyPart& p) {
    return p.name == pattern.text();
  });
}

}  // namespace

IncludePattern::IncludePattern(absl::string_view text, size_t directory_bytes,
                               Position at)
    : text_(text),
      directory_bytes_(directory_bytes),
      name_(text.substr(directory_bytes == 0 ? 0 : directory_bytes + 1)),
      at_(at) {}

absl::StatusOr<IncludePattern> IncludePattern::Parse(absl::string_view text,
                                                     Position at) {
  const absl::Status status = CheckPattern(text);
  if (!status.ok()) return status;
  const size_t slash = text.rfind('/');
  return IncludePattern(text, slash == absl::string_view::npos ? 0 : slash, at);
}

absl::string_view IncludePattern::directory() const {
  return absl::string_view(text_).substr(0, directory_bytes_);
}

bool IncludePattern::MatchesName(absl::string_view name) const {
  if (name_.literal()) return name == name_.pattern();
  // What an editor keeps beside a file is no file of its own.
  const bool hidden = absl::StartsWith(name, ".");
  return (!hidden || absl::StartsWith(name_.pattern(), ".")) &&
         name_.Matches(name);
}

bool IncludePattern::Matches(absl::string_view path) const {
  const size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) {
    return directory_bytes_ == 0 && MatchesName(path);
  }
  return path.substr(0, slash) == directory() &&
         MatchesName(path.substr(slash + 1));
}

std::vector<IncludePattern> LoadIncludes(const YamlNode& node,
                                         ProblemLog* log) {
  std::vector<IncludePattern> patterns;
  ReadList(
      node, kKey, EmptyList::kIsFine, kMaxIncludePatterns, log,
      [&](const YamlNode& item) {
        const auto text = ReadText(item, kKey, kMaxIncludePatternBytes, log);
        if (!text) return;
        auto pattern = IncludePattern::Parse(*text, item.at());
        if (pattern.ok()) return patterns.push_back(*std::move(pattern));
        log->Error(item.at(), absl::StrCat("cannot include ", Quote(*text, 80),
                                           ": ", pattern.status().message()));
      });
  return patterns;
}

void CheckIncludes(const YamlNode& node, const PolicyParts& parts,
                   const std::vector<Problem>& unread, ProblemLog* log) {
  for (const IncludePattern& pattern : LoadIncludes(node, log)) {
    const auto about_it = [&pattern](const Problem& problem) {
      return problem.at.line == pattern.at().line &&
             problem.at.column == pattern.at().column;
    };
    if (!pattern.literal() || IsLiteralPath(pattern, parts) ||
        std::any_of(unread.begin(), unread.end(), about_it)) {
      continue;
    }
    log->Error(pattern.at(),
               absl::StrCat("there is no file ", Quote(pattern.text(), 80),
                            "; only a pattern with \"*\" may match nothing"));
  }
  size_t bytes = 0;
  for (const PolicyPart& part : parts) bytes += part.text.size();
  if (parts.size() > 1 && bytes > kMaxYamlBytes) {
    log->Error(node.at(),
               absl::StrCat("the policy and what it includes have ", bytes,
                            " bytes; at most ", kMaxYamlBytes, " are read"));
  }
  if (parts.size() - 1 > kMaxIncludedFiles) {
    log->Error(node.at(), absl::StrCat("more than ", kMaxIncludedFiles,
                                       " files are included"));
  }
}

std::vector<IncludePattern> PolicyIncludes(absl::string_view text) {
  // Nearly every policy is done here.
  if (!absl::StrContains(text, kKey)) return {};
  const YamlDocument document = ParseYaml(text);
  if (!document.complete) return {};
  const YamlNode* const node = document.root.Find(kKey);
  if (node == nullptr) return {};
  ProblemLog ignored;
  return LoadIncludes(*node, &ignored);
}

}  // namespace pinwarden
