// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "lint_output/words.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "pinwarden/problem.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxShownBytes = 4096;

bool WouldBeRefused(const Finding& finding) {
  return finding.kind == FindingKind::kRefused && finding.outcome != "rejected";
}

// "40 images"
std::string Counted(size_t count, absl::string_view one) {
  return absl::StrCat(count, " ", one, count == 1 ? "" : "s");
}

void AppendCount(size_t count, absl::string_view words,
                 std::vector<std::string>* parts) {
  if (count > 0) parts->push_back(absl::StrCat(count, " ", words));
}

// "a/./b/../c" -> {"a", "c"}; more ".." than there are parts are dropped.
std::vector<absl::string_view> PartsOf(absl::string_view path) {
  std::vector<absl::string_view> parts;
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  return parts;
}

}  // namespace

bool IsShown(const Finding& finding, const LintOutputOptions& options) {
  return finding.state == FindingState::kNew || options.show_suppressed;
}

bool IsError(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::kRefused:
      return !WouldBeRefused(finding);
    case FindingKind::kUnreadable:
      return true;
    case FindingKind::kNotJudged:
    case FindingKind::kBadSuppression:
      return false;
  }
  return true;
}

absl::string_view LevelName(const Finding& finding) {
  return IsError(finding) ? "error" : "warning";
}

absl::string_view KindName(FindingKind kind) {
  switch (kind) {
    case FindingKind::kRefused:
      return "refused";
    case FindingKind::kNotJudged:
      return "not_judged";
    case FindingKind::kUnreadable:
      return "unreadable";
    case FindingKind::kBadSuppression:
      return "bad_suppression";
  }
  return "";
}

absl::string_view StateName(FindingState state) {
  switch (state) {
    case FindingState::kNew:
      return "new";
    case FindingState::kBaseline:
      return "baseline";
    case FindingState::kSuppressed:
      return "suppressed";
  }
  return "";
}

absl::string_view OutcomeWords(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::kRefused:
      return WouldBeRefused(finding) ? "would be refused" : "refused";
    case FindingKind::kNotJudged:
      return "not judged";
    case FindingKind::kUnreadable:
      return "unreadable";
    case FindingKind::kBadSuppression:
      return "bad suppression";
  }
  return "";
}

std::string StateWords(const Finding& finding) {
  switch (finding.state) {
    case FindingState::kNew:
      return "";
    case FindingState::kBaseline:
      return "in the baseline";
    case FindingState::kSuppressed:
      return absl::StrCat("suppressed: ",
                          ShownText(finding.suppressed_because));
  }
  return "";
}

std::string FullText(const Finding& finding, absl::string_view separator) {
  std::string text = ShownText(finding.message);
  if (!finding.where.empty()) {
    absl::StrAppend(&text, separator, "in ", ShownText(finding.where));
  }
  if (!absl::StrContains(finding.message, finding.suggestion)) {
    absl::StrAppend(&text, separator,
                    "instead: ", ShownText(finding.suggestion));
  }
  return text;
}

std::string ShownText(absl::string_view text) {
  if (IsPrintable(text)) return std::string(text);
  const std::string quoted = Quote(text, kMaxShownBytes);
  return quoted.substr(1, quoted.size() - 2);
}

std::string ShownFile(absl::string_view name) {
  // A line that starts with a colon may be a command to GitHub Actions.
  return absl::StrCat(absl::StartsWith(name, ":") ? "./" : "", ShownText(name));
}

std::string SummaryLine(const LintResult& result,
                        const LintOutputOptions& options) {
  const LintSummary& summary = result.summary;
  size_t observed = 0;
  for (const Finding& finding : result.findings) {
    if (finding.state == FindingState::kNew && WouldBeRefused(finding)) {
      ++observed;
    }
  }
  std::vector<std::string> parts;
  AppendCount(summary.refused - std::min(observed, summary.refused), "refused",
              &parts);
  AppendCount(observed, "would be refused", &parts);
  AppendCount(summary.not_judged, "not judged", &parts);
  AppendCount(summary.unreadable, "unreadable", &parts);
  AppendCount(
      summary.bad_suppressions,
      summary.bad_suppressions == 1 ? "bad suppression" : "bad suppressions",
      &parts);
  std::string line =
      parts.empty() ? "nothing to report" : absl::StrJoin(parts, ", ");
  absl::StrAppend(&line, " in ", Counted(summary.files, "file"), ", ",
                  Counted(summary.images, "image"));
  std::vector<std::string> rest;
  AppendCount(summary.baseline, "in the baseline", &rest);
  AppendCount(summary.suppressed, "suppressed", &rest);
  if (!rest.empty()) absl::StrAppend(&line, "; ", absl::StrJoin(rest, ", "));
  if (options.fixed > 0) {
    absl::StrAppend(&line, "; ", Counted(options.fixed, "finding"),
                    " of the baseline no longer there: write it anew");
  }
  return line;
}

RepositoryPath PathInRepository(absl::string_view file,
                                const LintOutputOptions& options) {
  const bool absolute = absl::StartsWith(file, "/");
  if (options.source_root.empty() || (!absolute && options.directory.empty())) {
    if (absolute)
      return {absl::StrCat("/", absl::StrJoin(PartsOf(file), "/")), true};
    while (absl::StartsWith(file, "./")) file.remove_prefix(2);
    return {std::string(file), false};
  }
  const std::string full =
      absolute ? std::string(file) : absl::StrCat(options.directory, "/", file);
  const std::vector<absl::string_view> root = PartsOf(options.source_root);
  const std::vector<absl::string_view> parts = PartsOf(full);
  if (parts.size() <= root.size() ||
      !std::equal(root.begin(), root.end(), parts.begin())) {
    return {absl::StrCat("/", absl::StrJoin(parts, "/")), true};
  }
  return {absl::StrJoin(parts.begin() + static_cast<ptrdiff_t>(root.size()),
                        parts.end(), "/"),
          false};
}

}  // namespace pinwarden
