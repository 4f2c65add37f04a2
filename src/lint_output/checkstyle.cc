// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What Checkstyle writes, and many CI systems read: a <file> for each, with its
// <error>s.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lint_output/words.h"
#include "lint_output/xml_text.h"

namespace pinwarden {
namespace {

void WriteError(const Finding& finding, XmlText& xml) {
  const bool is_new = finding.state == FindingState::kNew;
  xml.Begin("error");
  // Readers want a line, also of what is about a whole file.
  xml.Count("line", static_cast<size_t>(std::max(finding.line, 1)));
  if (finding.column > 0) {
    xml.Count("column", static_cast<size_t>(finding.column));
  }
  xml.Attribute("severity", is_new ? LevelName(finding) : "info");
  std::string message = FullText(finding, "; ");
  if (!is_new) absl::StrAppend(&message, "; ", StateWords(finding));
  xml.Attribute("message", message);
  xml.Attribute("source", absl::StrCat("pinwarden.", finding.reason));
  xml.End();
}

}  // namespace

std::string LintCheckstyle(const LintResult& result,
                           const LintOutputOptions& options) {
  XmlText xml;
  xml.Begin("checkstyle");
  xml.Attribute("version", "4.3");
  const std::string* file = nullptr;  // that is open
  for (const Finding& finding : result.findings) {
    if (!IsShown(finding, options)) continue;
    if (file == nullptr || *file != finding.file) {
      if (file != nullptr) xml.End();
      file = &finding.file;
      xml.Begin("file");
      xml.Attribute("name", *file);
    }
    WriteError(finding, xml);
  }
  if (file != nullptr) xml.End();
  xml.End();
  return std::move(xml).Take();
}

}  // namespace pinwarden
