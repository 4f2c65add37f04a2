// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Findings whose texts are any bytes: each format comes out with as many
// findings as went in, and nothing in a text ends a line, a value or an element.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "pinwarden/lint_output.h"
#include "pinwarden/problem.h"

namespace pinwarden {
namespace {

using nlohmann::json;

void Check(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", property);
  std::abort();
}

// A line of `text` a field; the first byte of each says what it is.
std::vector<Finding> FindingsOf(absl::string_view text) {
  std::vector<Finding> findings(1);
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (line.empty()) {
      findings.emplace_back();
      continue;
    }
    Finding& finding = findings.back();
    std::string* const fields[] = {
        &finding.file,    &finding.image,      &finding.outcome,
        &finding.reason,  &finding.rule,       &finding.message,
        &finding.where,   &finding.suggestion, &finding.suppressed_because,
        &finding.outcome, &finding.file,       &finding.message};
    const auto which = static_cast<unsigned char>(line[0]);
    *fields[which % std::size(fields)] = std::string(line.substr(1));
    finding.kind = static_cast<FindingKind>(which / 16 % 4);
    finding.state = static_cast<FindingState>(which / 64 % 3);
    finding.line = which / 2;
    finding.column = which;
  }
  return findings;
}

size_t CountOf(absl::string_view text, absl::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

void CheckLines(const std::string& text, size_t commands) {
  size_t found = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    Check(IsPrintable(line), "a line can be printed");
    if (absl::StartsWith(line, "::")) ++found;
  }
  Check(found == commands, "there is a command for each finding and no other");
}

void CheckXml(const std::string& text, absl::string_view element,
              size_t count) {
  for (const char c : text) {
    Check(c == '\n' || static_cast<unsigned char>(c) >= 0x20,
          "there is no control character in XML");
  }
  Check(CountOf(text, element) == count, "each finding has its element");
  Check(CountOf(text, "<") == CountOf(text, ">"), "each bracket is closed");
}

void CheckFormats(const LintResult& result) {
  LintOutputOptions options;
  options.show_suppressed = true;
  options.source_root = "/repo";
  options.directory = "/repo/sub";
  const size_t count = result.findings.size();
  const auto format = [&](LintOutput output) {
    return FormatLint(result, output, options);
  };
  CheckLines(format(LintOutput::kText), 0);
  CheckLines(format(LintOutput::kGithub), count);
  const json plain = json::parse(format(LintOutput::kJson));
  Check(plain["findings"].size() == count, "JSON has all findings");
  const json sarif = json::parse(format(LintOutput::kSarif));
  Check(sarif["runs"][0]["results"].size() == count, "SARIF has them");
  CheckXml(format(LintOutput::kCheckstyle), "<error ", count);
  CheckXml(format(LintOutput::kJunit), "<testcase ", count);
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pinwarden::LintResult result;
  result.findings = pinwarden::FindingsOf(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  pinwarden::CheckFormats(result);
  return 0;
}
