// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes either are a baseline, and findings with its entries' fingerprints
// are then all in it and written to one with the same entries, or an error that
// names a line of the text.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "pinwarden/baseline.h"
#include "pinwarden/problem.h"

namespace pinwarden {
namespace {

void Check(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", property);
  std::abort();
}

// A finding for each entry that is there once.
LintResult FindingsOf(const Baseline& baseline) {
  LintResult result;
  std::set<std::string> seen;
  for (const BaselineEntry& entry : baseline.entries) {
    Check(entry.fingerprint.size() == 64, "a fingerprint has 64 digits");
    if (!seen.insert(entry.fingerprint).second) continue;
    Finding finding;
    finding.fingerprint = entry.fingerprint;
    finding.file = entry.file;
    finding.where = entry.where;
    finding.image = entry.image;
    finding.reason = entry.reason;
    result.findings.push_back(finding);
  }
  return result;
}

bool IsLess(const BaselineEntry& a, const BaselineEntry& b) {
  return a.fingerprint < b.fingerprint;
}

void CheckBaseline(const Baseline& baseline) {
  LintResult result = FindingsOf(baseline);
  Check(ApplyBaseline(baseline, &result).empty(), "no entry is gone");
  Check(result.summary.baseline == result.findings.size(),
        "all findings are in the baseline");
  const auto text = WriteBaseline(result);
  if (!text.ok()) return;  // escapes have made it too long
  auto again = ParseBaseline(*text);
  Check(again.ok(), "what is written can be read");
  std::sort(again->entries.begin(), again->entries.end(), IsLess);
  LintResult anew = FindingsOf(*again);
  std::sort(result.findings.begin(), result.findings.end(),
            [](const Finding& a, const Finding& b) {
              return a.fingerprint < b.fingerprint;
            });
  Check(anew.findings.size() == result.findings.size(),
        "what is written has as many entries");
  for (size_t i = 0; i < anew.findings.size(); ++i) {
    Check(anew.findings[i].image == result.findings[i].image &&
              anew.findings[i].file == result.findings[i].file,
          "what is written has the same entries");
  }
  Check(WriteBaseline(anew).value_or("") == *text, "it is written alike");
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto baseline = pinwarden::ParseBaseline(text);
  if (baseline.ok()) {
    pinwarden::CheckBaseline(*baseline);
    return 0;
  }
  pinwarden::Check(absl::StartsWith(baseline.status().message(), "line "),
                   "an error names a line");
  pinwarden::Check(pinwarden::IsPrintable(baseline.status().message()),
                   "an error is one printable line");
  return 0;
}
