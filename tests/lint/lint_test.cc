// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace pinwarden {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr char kPod[] =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
    "spec:\n  containers:\n  - name: app\n    image: nginx\n";

const Policy& TestPolicy() {
  static const PolicyLoad load = LoadPolicy(
      "version: 1\nmode: enforce\nrules:\n- {name: all, require: version}\n",
      "policy.yaml", absl::UnixEpoch());
  return *load.policy;
}

FileLint Lint(const std::string& path, absl::string_view text) {
  LintOptions options;
  options.now = absl::FromUnixSeconds(1'800'000'000);  // January 2027
  return LintFile(TestPolicy(), {path, text}, options);
}

// The findings as "line:column reason state".
std::vector<std::string> Found(const FileLint& lint) {
  std::vector<std::string> found;
  for (const Finding& f : lint.findings) {
    found.push_back(absl::StrCat(
        f.line, ":", f.column, " ", f.reason,
        f.state == FindingState::kSuppressed ? " suppressed" : ""));
  }
  return found;
}

TEST(LintFileTest, SaysWhereWhatAndWhy) {
  const FileLint lint = Lint("web.yaml", kPod);
  ASSERT_THAT(lint.findings, SizeIs(1));
  const Finding& f = lint.findings[0];
  EXPECT_EQ(absl::StrCat(f.file, ":", f.line, ":", f.column, "-", f.end_line,
                         ":", f.end_column),
            "web.yaml:7:12-7:17");
  EXPECT_EQ(absl::StrCat(f.image, " ", f.outcome, " ", f.reason, " ", f.rule),
            "nginx rejected no_tag all");
  EXPECT_EQ(f.message,
            "pinwarden: image \"nginx\" refused by rule \"all\" "
            "(policy.yaml:4): no tag means \"latest\", which changes without "
            "notice; pin it: nginx:<version> or nginx@sha256:<digest>");
  EXPECT_EQ(f.suggestion, "nginx:<version> or nginx@sha256:<digest>");
}

TEST(LintFileTest, LeavesWhatItsAuthorGivesAReasonFor) {
  const std::string above =
      "# pinwarden: ignore OPS-1 until 2027-06-30\n    image: nginx";
  const struct {
    const char* name;
    std::string image;
    std::vector<std::string> want;
  } kCases[] = {
      {"beside",
       "image: nginx # pinwarden: ignore OPS-1 until 2027-06-30",
       {"7:12 no_tag suppressed"}},
      {"above", above, {"8:12 no_tag suppressed"}},
      {"ended",
       "image: nginx # pinwarden: ignore OPS-1 until 2026-06-30",
       {"7:20 bad_suppression", "7:12 no_tag"}},
      {"no reason",
       "image: nginx # pinwarden: ignore until 2027-06-30",
       {"7:20 bad_suppression", "7:12 no_tag"}},
      {"pinned", "image: nginx:1.2.3 # pinwarden: ignore x", {}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    std::string text = kPod;
    text.replace(text.find("image: nginx"), 12, c.image);
    EXPECT_EQ(Found(Lint("web.yaml", text)), c.want);
  }
}

TEST(LintFileTest, TakesNoTextOfJsonForAComment) {
  const std::string text =
      "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": "
      "{\"containers\": [{\"image\": \"nginx\", \"workingDir\": "
      "\"/ # pinwarden: ignore x until 2027-06-30\"}]}}";
  EXPECT_THAT(Found(Lint("pod.json", text)), ElementsAre("1:72 no_tag"));
  EXPECT_THAT(Found(Lint("pod.yaml", text)), ElementsAre("1:72 no_tag"));
}

TEST(LintFileTest, HonoursTheAnnotation) {
  std::string text = kPod;
  text.replace(text.find("name: web"), 9,
               "name: web, annotations: {pinwarden/ignore: \"OPS-1 until "
               "2027-06-30\"}");
  EXPECT_THAT(Found(Lint("web.yaml", text)),
              ElementsAre("7:12 no_tag suppressed"));
}

TEST(LintFileTest, NeverPassesOverWhatItCannotRead) {
  const struct {
    const char* path;
    const char* text;
    std::vector<std::string> want;
  } kCases[] = {
      {"a.yaml", "image: [\n", {"2:1 unreadable"}},
      {"a.yaml", "picture: [\n", {}},  // names no image, whatever it is
      {"a.json", "{\"image\": ", {"1:11 unreadable"}},
      {"a.yaml", "", {}},
      {"a.yaml",
       "\x7F"
       "ELF image",
       {"1:1 unreadable"}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Found(Lint(c.path, c.text)), c.want);
  }
}

TEST(LintFileTest, GoesOnAfterADocumentThatDoesNotParse) {
  const std::string text = absl::StrCat("a: [\n---\n", kPod);
  EXPECT_THAT(Found(Lint("web.yaml", text)),
              ElementsAre("2:1 unreadable", "9:12 no_tag"));
}

TEST(CollectFindingsTest, GivesEachFindingAFingerprintThatOutlivesItsLine) {
  const auto fingerprints = [](const std::string& text) {
    std::vector<FileLint> files = {Lint("a.yaml", text)};
    std::set<std::string> all;
    for (const Finding& f :
         CollectFindings(absl::MakeSpan(files), {}).findings) {
      all.insert(f.fingerprint);
    }
    return all;
  };
  const std::string twice =
      absl::StrCat(kPod, "  - name: app\n    image: nginx\n");
  EXPECT_THAT(fingerprints(twice), SizeIs(2));
  EXPECT_EQ(fingerprints(twice), fingerprints(absl::StrCat("# x\n\n", twice)));
  EXPECT_THAT(fingerprints(twice), testing::IsSupersetOf(fingerprints(kPod)));
}

TEST(CollectFindingsTest, CountsAndSortsAndShowsWhatTwoFilesShareOnce) {
  std::vector<FileLint> files;
  files.push_back(Lint("b.yaml", kPod));
  files.push_back(Lint("a.yaml", kPod));
  files.push_back(Lint("a.yaml", kPod));
  files.push_back(Lint("notes.yaml", "x: 1\n"));
  const LintResult result = CollectFindings(absl::MakeSpan(files),
                                            {UnreadableFile("c.yaml", "gone")});
  std::vector<std::string> names;
  for (const Finding& f : result.findings) names.push_back(f.file);
  EXPECT_THAT(names, ElementsAre("a.yaml", "b.yaml", "c.yaml"));
  EXPECT_EQ(result.summary.images, 2u);
  EXPECT_EQ(result.summary.refused, 2u);
  EXPECT_EQ(result.summary.unreadable, 1u);
}

TEST(FileFormatTest, NamesRoundTrip) {
  for (const std::string& name : FileFormatNames()) {
    SCOPED_TRACE(name);
    const auto format = ParseFileFormat(name);
    ASSERT_TRUE(format.has_value());
    EXPECT_EQ(FileFormatName(*format), name);
  }
  EXPECT_EQ(ParseFileFormat("docker"), std::nullopt);
}

}  // namespace
}  // namespace pinwarden
