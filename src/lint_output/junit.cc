// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A <testsuite> for each file, a <testcase> for each finding. There is no one
// schema: this keeps to what those of Ant and of Jenkins both take, so it has
// elements and attributes that only one of them asks for, and none that the
// other refuses. A report without a test is an error to some readers, so where
// nothing is found there is one that passes.
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "lint_output/words.h"
#include "lint_output/xml_text.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kTool = "pinwarden";
constexpr std::pair<absl::string_view, absl::string_view> kCounts[] = {
    {"failures", "failure"}, {"errors", "error"}, {"skipped", "skipped"}};

struct Suite {
  absl::string_view name;
  std::vector<const Finding*> findings;  // none: one test that passes

  size_t tests() const { return findings.empty() ? 1 : findings.size(); }
};

// How a test ended: the element that says so.
absl::string_view Ending(const Finding& finding) {
  if (finding.state != FindingState::kNew) return "skipped";
  return finding.kind == FindingKind::kRefused ? "failure" : "error";
}

size_t CountEnding(const Suite& suite, absl::string_view ending) {
  size_t count = 0;
  for (const Finding* finding : suite.findings) {
    if (Ending(*finding) == ending) ++count;
  }
  return count;
}

std::vector<Suite> SuitesOf(const LintResult& result,
                            const LintOutputOptions& options) {
  std::vector<Suite> suites;
  for (const Finding& finding : result.findings) {
    if (!IsShown(finding, options)) continue;
    if (suites.empty() || suites.back().name != finding.file) {
      suites.push_back({finding.file, {}});
    }
    suites.back().findings.push_back(&finding);
  }
  if (suites.empty()) suites.push_back({kTool, {}});
  return suites;
}

// Readers compare runs by it, so it holds no line number; GitLab ignores what
// has the same name as a test before it.
std::string TestName(const Finding& finding,
                     std::map<std::string, int, std::less<>>* used) {
  std::string name =
      finding.where.empty() ? std::string(finding.reason) : finding.where;
  if (!finding.image.empty()) absl::StrAppend(&name, ": ", finding.image);
  const int count = ++(*used)[name];
  if (count > 1) absl::StrAppend(&name, " (", count, ")");
  return name;
}

void WriteTest(const Finding& finding, absl::string_view name, XmlText& xml) {
  xml.Begin("testcase");
  xml.Attribute("name", name);
  xml.Attribute("classname", finding.file);
  xml.Attribute("time", "0");
  xml.Begin(Ending(finding));
  if (finding.state == FindingState::kNew) {
    xml.Attribute("message", finding.message);
    xml.Attribute("type", finding.reason);
    std::string place(finding.file);
    if (finding.line > 0) {
      absl::StrAppend(&place, ":", finding.line, ":", finding.column);
    }
    xml.Text(absl::StrCat(place, "\n", FullText(finding, "\n"), "\n"));
  }
  xml.End();
  xml.End();
}

void WriteSuite(const Suite& suite, size_t id, const LintOutputOptions& options,
                XmlText& xml) {
  xml.Begin("testsuite");
  xml.Attribute("name", suite.name);
  xml.Count("tests", suite.tests());
  for (const auto& [attribute, ending] : kCounts) {
    xml.Count(attribute, CountEnding(suite, ending));
  }
  xml.Attribute("time", "0");
  xml.Attribute("timestamp",
                absl::FormatTime("%Y-%m-%d%ET%H:%M:%S", options.now,
                                 absl::UTCTimeZone()));
  xml.Attribute("hostname", "localhost");
  xml.Attribute("package", kTool);
  xml.Count("id", id);
  xml.Empty("properties");
  std::map<std::string, int, std::less<>> used;
  for (const Finding* finding : suite.findings) {
    WriteTest(*finding, TestName(*finding, &used), xml);
  }
  if (suite.findings.empty()) {
    xml.Begin("testcase");
    xml.Attribute("name", "images are pinned as the policy asks");
    xml.Attribute("classname", kTool);
    xml.Attribute("time", "0");
    xml.End();
  }
  xml.Empty("system-out");
  xml.Empty("system-err");
  xml.End();
}

}  // namespace

std::string LintJunit(const LintResult& result,
                      const LintOutputOptions& options) {
  const std::vector<Suite> suites = SuitesOf(result, options);
  XmlText xml;
  xml.Begin("testsuites");
  for (size_t i = 0; i < suites.size(); ++i) {
    WriteSuite(suites[i], i, options, xml);
  }
  xml.End();
  return std::move(xml).Take();
}

}  // namespace pinwarden
