// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Entries go to the end of the list, and all else stays byte for byte.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/exempt.h"
#include "pinwarden/policy.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

const std::vector<NewExemption> kOne = {{"web-nginx", "web",
                                         "docker.io/library/nginx", "OPS-1",
                                         "team-web", "2026-07-01"}};

constexpr char kEntry[] =
    "  - name: web-nginx\n"
    "    match: {namespaces: [web], images: [docker.io/library/nginx]}\n"
    "    reason: OPS-1\n"
    "    owner: team-web\n"
    "    expires: 2026-07-01\n";

// An entry of somebody else's, so that the texts below load.
#define OLD(indent, dash)                                                  \
  indent dash                                                              \
      "name: old\n" indent "  match: {images: [acme/old]} # keep\n" indent \
      "  reason: r\n" indent "  owner: o\n" indent "  expires: 2027-01-31\n"

TEST(AppendExemptionsTest, MakesAFileThatIsNotThere) {
  const auto text = AppendExemptions("", kOne);
  ASSERT_THAT(text, IsOk());
  EXPECT_EQ(*text, std::string("# Written by `pinwarden exempt`; yours to "
                               "edit.\nversion: 1\nexemptions:\n") +
                       kEntry);
}

TEST(AppendExemptionsTest, PutsEntriesAfterThoseThatAreThere) {
  const struct {
    const char* what;
    std::string before;
    std::string after;
  } kCases[] = {
      {"after the last one",
       "# ours\nversion: 1\nexemptions:\n" OLD("  ", "- "),
       std::string("# ours\nversion: 1\nexemptions:\n" OLD("  ", "- ")) +
           kEntry},
      {"after a comment at the end",
       "version: 1\nexemptions:\n" OLD("  ", "- ") "# the end\n",
       std::string("version: 1\nexemptions:\n" OLD("  ", "- ")) +
           "# the end\n" + kEntry},
      {"before another key and its comment",
       "exemptions:\n" OLD("  ", "- ") "\n# the format\nversion: 1\n",
       std::string("exemptions:\n" OLD("  ", "- ")) + kEntry +
           "\n# the format\nversion: 1\n"},
      {"where the key is missing", "version: 1\n# nothing yet\n",
       std::string("version: 1\n# nothing yet\nexemptions:\n") + kEntry},
      {"where the list is empty", "version: 1\nexemptions: []  # none\n",
       std::string("version: 1\nexemptions:  # none\n") + kEntry},
      {"where there are only comments", "# team web",
       std::string("# team web\nversion: 1\nexemptions:\n") + kEntry},
      {"without a line end at the end", "version: 1",
       std::string("version: 1\nexemptions:\n") + kEntry},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(AppendExemptions(c.before, kOne).value_or("refused"), c.after);
  }
}

TEST(AppendExemptionsTest, IndentsAsTheLastEntryIs) {
  const auto flush =
      AppendExemptions("version: 1\nexemptions:\n" OLD("", "- "), kOne);
  ASSERT_THAT(flush, IsOk());
  EXPECT_THAT(*flush, HasSubstr("\n- name: web-nginx\n  match: {name"));
  const auto wide = AppendExemptions(
      "version: 1\nexemptions:\n"
      "    -   name: old\n        reason: r\n\n"
      "    -   name: older\n        reason: r\n",
      kOne);
  ASSERT_THAT(wide, IsOk());
  EXPECT_THAT(*wide,
              HasSubstr("r\n\n    -   name: web-nginx\n        match: {"));
}

TEST(AppendExemptionsTest, EndsLinesAsTheFileDoes) {
  const auto text = AppendExemptions("version: 1\r\nexemptions: []\r\n", kOne);
  ASSERT_THAT(text, IsOk());
  EXPECT_THAT(*text, HasSubstr("exemptions:\r\n  - name: web-nginx\r\n"));
  EXPECT_FALSE(absl::StrContains(*text, "web-nginx\n"));
}

TEST(AppendExemptionsTest, WritesTextThatReadsBackAsItWas) {
  const char* const kTexts[] = {"plain text", "OPS-1: see \"there\" \\ #4",
                                "- dash",     "# no comment",
                                "yes",        "null",
                                "~",          "a: b",
                                "[x]",        "{y}",
                                "*a",         "&b",
                                "!c",         "'quoted'",
                                "100",        "\xC3\xBC ok",
                                "trailing:"};
  for (const char* text : kTexts) {
    SCOPED_TRACE(text);
    const auto written = AppendExemptions(
        "", {{"n", "web", "h:5000/a", text, text, "2026-07-01"}});
    ASSERT_THAT(written, IsOk());
    const PolicySource source = {
        {{"policy.yaml",
          "version: 1\nmode: observe\ninclude: [a.yaml]\nrules:\n"
          "  - name: default\n"},
         {"a.yaml", *written}},
        {}};
    const PolicyLoad load =
        LoadPolicy(source, absl::FromUnixSeconds(1780272000));
    ASSERT_NE(load.policy, nullptr) << *written;
    const Exemption& exemption = load.policy->exemptions()[0];
    EXPECT_EQ(exemption.reason + "|" + exemption.owner,
              std::string(text) + "|" + text);
  }
}

TEST(AppendExemptionsTest, RefusesWhatItCannotAddToSafely) {
  constexpr char kFolded[] =
      "exemptions:\n  - name: a\n    reason: >-\n      b\n      # c\n"
      "version: 1\n";
  const char* const kCases[] = {
      "{version: 1, exemptions: []}",
      "version: 1\nexemptions: [{name: a}]\n",
      "version: 1\nexemptions: {a: b}\n",
      "version: 1\nexemptions: none\n",
      "version: 1\nexemptions:\n  -\n    name: a\n",
      "version: 1\nexemptions: [\n",
      "- a\n",
      "version: 1\n...\n",
      kFolded,
  };
  for (const char* text : kCases) {
    SCOPED_TRACE(text);
    EXPECT_THAT(AppendExemptions(text, kOne),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("exemptions cannot be added to it: ")));
  }
}

TEST(AppendExemptionsTest, WithNothingToAddChangesNothing) {
  EXPECT_EQ(AppendExemptions("{not: [touched", {}).value_or("refused"),
            "{not: [touched");
}

}  // namespace
}  // namespace pinwarden
