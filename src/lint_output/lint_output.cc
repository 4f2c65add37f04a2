// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/lint_output.h"

#include "lint_output/words.h"

namespace pinwarden {
namespace {

constexpr LintOutput kOutputs[] = {
    LintOutput::kText,  LintOutput::kJson,   LintOutput::kSarif,
    LintOutput::kJunit, LintOutput::kGithub, LintOutput::kCheckstyle};

}  // namespace

absl::string_view LintOutputName(LintOutput output) {
  switch (output) {
    case LintOutput::kText:
      return "text";
    case LintOutput::kJson:
      return "json";
    case LintOutput::kSarif:
      return "sarif";
    case LintOutput::kJunit:
      return "junit";
    case LintOutput::kGithub:
      return "github";
    case LintOutput::kCheckstyle:
      return "checkstyle";
  }
  return "";
}

std::optional<LintOutput> ParseLintOutput(absl::string_view name) {
  for (const LintOutput output : kOutputs) {
    if (LintOutputName(output) == name) return output;
  }
  return std::nullopt;
}

std::vector<std::string> LintOutputNames() {
  std::vector<std::string> names;
  for (const LintOutput output : kOutputs) {
    names.emplace_back(LintOutputName(output));
  }
  return names;
}

std::string FormatLint(const LintResult& result, LintOutput output,
                       const LintOutputOptions& options) {
  switch (output) {
    case LintOutput::kText:
      return LintText(result, options);
    case LintOutput::kJson:
      return LintJson(result, options);
    case LintOutput::kSarif:
      return LintSarif(result, options);
    case LintOutput::kJunit:
      return LintJunit(result, options);
    case LintOutput::kGithub:
      return LintGithub(result, options);
    case LintOutput::kCheckstyle:
      return LintCheckstyle(result, options);
  }
  return "";
}

}  // namespace pinwarden
