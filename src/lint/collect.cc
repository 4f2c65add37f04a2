// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sha2.h>
#include <sys/types.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/lint.h"

namespace pinwarden {
namespace {

std::string Sha256Hex(absl::string_view text) {
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, reinterpret_cast<const u_int8_t*>(text.data()),
               text.size());
  char hex[SHA256_DIGEST_STRING_LENGTH];
  SHA256End(&context, hex);
  return hex;
}

auto Place(const Finding& f) {
  return std::tie(f.file, f.line, f.column, f.end_line, f.end_column, f.image,
                  f.kind, f.message);
}

// What a finding is about, wherever in its file that stands.
std::string Subject(const Finding& f) {
  return absl::StrCat(static_cast<int>(f.kind), "\n", f.file, "\n", f.image,
                      "\n", f.where, "\n",
                      f.kind == FindingKind::kUnreadable ? f.message : "");
}

void SetFingerprints(std::vector<Finding>* findings) {
  absl::flat_hash_map<std::string, size_t> seen;
  for (Finding& finding : *findings) {
    std::string subject = Subject(finding);
    const size_t nth = seen[subject]++;
    finding.fingerprint = Sha256Hex(absl::StrCat(subject, "\n", nth));
  }
}

}  // namespace

Finding UnreadableFile(absl::string_view path, absl::string_view why) {
  Finding finding;
  finding.kind = FindingKind::kUnreadable;
  finding.file = std::string(path);
  finding.outcome = "not_judged";
  finding.reason = "unreadable";
  finding.message = std::string(why);
  return finding;
}

void CountFindings(LintResult* result) {
  LintSummary& summary = result->summary;
  const LintSummary counted = {summary.files, summary.images};
  summary = counted;
  for (const Finding& finding : result->findings) {
    if (finding.state == FindingState::kBaseline) {
      ++summary.baseline;
    } else if (finding.state == FindingState::kSuppressed) {
      ++summary.suppressed;
    } else if (finding.kind == FindingKind::kRefused) {
      ++summary.refused;
    } else if (finding.kind == FindingKind::kNotJudged) {
      ++summary.not_judged;
    } else if (finding.kind == FindingKind::kUnreadable) {
      ++summary.unreadable;
    } else {
      ++summary.bad_suppressions;
    }
  }
}

LintResult CollectFindings(absl::Span<FileLint> files,
                           std::vector<Finding> unreadable) {
  LintResult result;
  result.findings = std::move(unreadable);
  // Files that belong together bring what they share several times.
  absl::flat_hash_set<std::tuple<std::string, int, int, std::string>> judged;
  for (FileLint& file : files) {
    if (file.format) ++result.summary.files;
    for (const JudgedUse& use : file.uses) {
      if (!use.use.not_judged.empty()) continue;
      const Finding& f = use.finding;
      judged.emplace(f.file, f.line, f.column, f.image);
    }
    std::move(file.findings.begin(), file.findings.end(),
              std::back_inserter(result.findings));
    file.findings.clear();
  }
  result.summary.images = judged.size();
  std::sort(
      result.findings.begin(), result.findings.end(),
      [](const Finding& a, const Finding& b) { return Place(a) < Place(b); });
  result.findings.erase(
      std::unique(result.findings.begin(), result.findings.end(),
                  [](const Finding& a, const Finding& b) {
                    return Place(a) == Place(b);
                  }),
      result.findings.end());
  SetFingerprints(&result.findings);
  CountFindings(&result);
  return result;
}

}  // namespace pinwarden
