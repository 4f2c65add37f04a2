// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "lint_output/samples.h"

#include <algorithm>
#include <utility>

#include "pinwarden/lint.h"
#include "pinwarden/quote.h"

namespace pinwarden::testing {

std::string Fingerprint(char digit) { return std::string(64, digit); }

Finding Refused() {
  Finding finding;
  finding.file = "deploy/web.yaml";
  finding.line = finding.end_line = 14;
  finding.column = 18;
  finding.end_column = 23;
  finding.image = "nginx";
  finding.outcome = "rejected";
  finding.reason = "no_tag";
  finding.rule = "default";
  finding.message =
      "pinwarden: image \"nginx\" refused by rule \"default\" "
      "(policy.yaml:24): no tag means \"latest\", which changes without "
      "notice; pin it: nginx:<version> or nginx@sha256:<digest>";
  finding.suggestion = "nginx:<version> or nginx@sha256:<digest>";
  finding.where = "Deployment web, container app";
  finding.fingerprint = Fingerprint('1');
  return finding;
}

Finding WouldBeRefused() {
  Finding finding = Refused();
  finding.line = finding.end_line = 20;
  finding.image = "redis:stable";
  finding.outcome = "would_reject";
  finding.reason = "floating_tag";
  finding.message =
      "pinwarden: image \"redis:stable\" would be refused by rule \"default\" "
      "(policy.yaml:24): tag \"stable\" changes without notice";
  finding.suggestion = "redis:<version> or redis@sha256:<digest>";
  finding.where = "Deployment web, container cache";
  finding.fingerprint = Fingerprint('2');
  return finding;
}

Finding NotJudged() {
  Finding finding = Refused();
  finding.kind = FindingKind::kNotJudged;
  finding.file = "compose.yaml";
  finding.line = finding.end_line = 3;
  finding.image = "nginx:${TAG}";
  finding.outcome = finding.reason = "not_judged";
  finding.rule = finding.suggestion = "";
  finding.message = "TAG is not set; give it with --env-file or in .env";
  finding.where = "service web";
  finding.fingerprint = Fingerprint('3');
  return finding;
}

Finding Unreadable() {
  Finding finding = UnreadableFile("big.yaml", "more than 8388608 bytes");
  finding.fingerprint = Fingerprint('4');
  return finding;
}

Finding BadSuppression() {
  Finding finding = Refused();
  finding.kind = FindingKind::kBadSuppression;
  finding.file = "Dockerfile";
  finding.line = finding.end_line = 1;
  finding.image = finding.rule = finding.where = "";
  finding.outcome = finding.reason = "bad_suppression";
  finding.message = "this ignores nothing: it has no date";
  finding.suggestion = "# pinwarden: ignore <reason> until <date>";
  finding.fingerprint = Fingerprint('5');
  return finding;
}

Finding InBaseline() {
  Finding finding = Refused();
  finding.file = "old.yaml";
  finding.state = FindingState::kBaseline;
  finding.fingerprint = Fingerprint('6');
  return finding;
}

Finding Suppressed() {
  Finding finding = Refused();
  finding.file = "suppressed.yaml";
  finding.state = FindingState::kSuppressed;
  finding.suppressed_because = "OPS-123, until 2027-01-31";
  finding.fingerprint = Fingerprint('7');
  return finding;
}

Finding Hostile() {
  static constexpr char kText[] =
      "::error::x]]>&<a b='c'>\"\\\x1b[2J\0\x01\x7f\xff\xc3\xed\xa0\x80"
      "\xef\xbf\xbe\xef\xbf\xbf\xe2\x80\xa8\xe2\x80\xae\r\n\t\n::add-mask::y"
      "\n##[error]z%0A,[l](http://e.example){0}{{1}}";
  const std::string text(kText, sizeof(kText) - 1);
  Finding finding = Refused();
  finding.file = text;
  finding.image = text;
  finding.rule = text;
  finding.message = text;
  finding.suggestion = text;
  finding.where = text;
  finding.suppressed_because = text;
  finding.fingerprint = Fingerprint('8');
  return finding;
}

LintResult ResultOf(std::vector<Finding> findings) {
  LintResult result;
  result.findings = std::move(findings);
  result.summary.files = 12;
  result.summary.images = 40;
  CountFindings(&result);
  return result;
}

LintResult Everything() {
  return ResultOf({Hostile(), BadSuppression(), Unreadable(), NotJudged(),
                   Refused(), WouldBeRefused(), InBaseline(), Suppressed()});
}

LintOutputOptions Options() {
  LintOutputOptions options;
  options.has_baseline = true;
  options.source_root = "/repo";
  options.directory = "/repo/sub";
  options.now = absl::FromUnixSeconds(1780272000);  // 2026-06-01
  return options;
}

bool IsCleanText(absl::string_view text) {
  return ToValidUtf8(text, text.size() * 3) == text &&
         std::all_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte == '\n' || (byte >= 0x20 && byte != 0x7f);
         });
}

}  // namespace pinwarden::testing
