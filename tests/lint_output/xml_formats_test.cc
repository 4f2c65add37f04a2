// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// JUnit and Checkstyle, whose structure tests/lint_output/validate looks at.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lint_output/samples.h"
#include "lint_output/xml_text.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Junit(std::vector<Finding> findings, bool show_suppressed = false) {
  LintOutputOptions options = Options();
  options.show_suppressed = show_suppressed;
  return FormatLint(ResultOf(std::move(findings)), LintOutput::kJunit, options);
}

std::string Checkstyle(std::vector<Finding> findings,
                       bool show_suppressed = false) {
  LintOutputOptions options = Options();
  options.show_suppressed = show_suppressed;
  return FormatLint(ResultOf(std::move(findings)), LintOutput::kCheckstyle,
                    options);
}

TEST(XmlEscapeTest, LeavesNothingThatXmlCannotHold) {
  const struct {
    std::string text;
    const char* want;
  } kCases[] = {
      {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;'"},
      {"]]>", "]]&gt;"},
      {"a\tb\nc\rd", "a&#9;b&#10;c&#13;d"},
      {std::string("a\0b\x1b", 4),
       "a\xEF\xBF\xBD"
       "b\xEF\xBF\xBD"},
      {"\xff", "\xEF\xBF\xBD"},
      {"\xEF\xBF\xBE|\xEF\xBF\xBF", "\xEF\xBF\xBD|\xEF\xBF\xBD"},
      {"\xed\xa0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xc3\xb6\xf0\x9f\x98\x80", "\xc3\xb6\xf0\x9f\x98\x80"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_EQ(XmlEscape(c.text), c.want);
  }
}

TEST(LintJunitTest, HasASuiteAFileAndATestAFinding) {
  EXPECT_EQ(Junit({NotJudged(), Refused()}),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="compose.yaml" tests="1" failures="0" errors="1" skipped="0" time="0" timestamp="2026-06-01T00:00:00" hostname="localhost" package="pinwarden" id="0">
    <properties/>
    <testcase name="service web: nginx:${TAG}" classname="compose.yaml" time="0">
      <error message="TAG is not set; give it with --env-file or in .env" type="not_judged">compose.yaml:3:18
TAG is not set; give it with --env-file or in .env
in service web
</error>
    </testcase>
    <system-out/>
    <system-err/>
  </testsuite>
  <testsuite name="deploy/web.yaml" tests="1" failures="1" errors="0" skipped="0" time="0" timestamp="2026-06-01T00:00:00" hostname="localhost" package="pinwarden" id="1">
    <properties/>
    <testcase name="Deployment web, container app: nginx" classname="deploy/web.yaml" time="0">
      <failure message="pinwarden: image &quot;nginx&quot; refused by rule &quot;default&quot; (policy.yaml:24): no tag means &quot;latest&quot;, which changes without notice; pin it: nginx:&lt;version&gt; or nginx@sha256:&lt;digest&gt;" type="no_tag">deploy/web.yaml:14:18
pinwarden: image &quot;nginx&quot; refused by rule &quot;default&quot; (policy.yaml:24): no tag means &quot;latest&quot;, which changes without notice; pin it: nginx:&lt;version&gt; or nginx@sha256:&lt;digest&gt;
in Deployment web, container app
</failure>
    </testcase>
    <system-out/>
    <system-err/>
  </testsuite>
</testsuites>
)");
}

TEST(LintJunitTest, HasATestThatPassesWhereNothingIsFound) {
  const std::string want =
      "<testcase name=\"images are pinned as the policy asks\" "
      "classname=\"pinwarden\" time=\"0\"/>";
  EXPECT_THAT(Junit({}), HasSubstr(want));
  EXPECT_THAT(Junit({InBaseline(), Suppressed()}), HasSubstr(want));
  EXPECT_THAT(Junit({Refused()}), Not(HasSubstr(want)));
}

TEST(LintJunitTest, NoTwoTestsOfAFileShareAName) {
  const std::string xml = Junit({Refused(), Refused(), WouldBeRefused()});
  EXPECT_THAT(xml, HasSubstr("\"Deployment web, container app: nginx\""));
  EXPECT_THAT(xml, HasSubstr("\"Deployment web, container app: nginx (2)\""));
  EXPECT_THAT(xml, HasSubstr("tests=\"3\" failures=\"3\""));
}

TEST(LintJunitTest, WhatIsSuppressedIsSkipped) {
  const std::string xml = Junit({InBaseline()}, true);
  EXPECT_THAT(xml, HasSubstr("failures=\"0\" errors=\"0\" skipped=\"1\""));
  EXPECT_THAT(xml, HasSubstr("<skipped/>"));
}

TEST(LintCheckstyleTest, HasAnElementAFileAndOneAFinding) {
  EXPECT_EQ(Checkstyle({Unreadable(), NotJudged(), WouldBeRefused()}),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
  <file name="big.yaml">
    <error line="1" severity="error" message="more than 8388608 bytes" source="pinwarden.unreadable"/>
  </file>
  <file name="compose.yaml">
    <error line="3" column="18" severity="warning" message="TAG is not set; give it with --env-file or in .env; in service web" source="pinwarden.not_judged"/>
  </file>
  <file name="deploy/web.yaml">
    <error line="20" column="18" severity="warning" message="pinwarden: image &quot;redis:stable&quot; would be refused by rule &quot;default&quot; (policy.yaml:24): tag &quot;stable&quot; changes without notice; in Deployment web, container cache; instead: redis:&lt;version&gt; or redis@sha256:&lt;digest&gt;" source="pinwarden.floating_tag"/>
  </file>
</checkstyle>
)");
}

TEST(LintCheckstyleTest, IsEmptyWhereNothingIsFound) {
  EXPECT_EQ(Checkstyle({Suppressed()}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<checkstyle version=\"4.3\"/>\n");
  EXPECT_THAT(Checkstyle({Suppressed()}, true), HasSubstr("severity=\"info\""));
}

TEST(LintXmlTest, HoldsNoControlCharactersWhateverTheTextsHold) {
  for (const std::string& xml : {Junit({Hostile()}), Checkstyle({Hostile()})}) {
    EXPECT_TRUE(IsCleanText(xml)) << xml;
  }
}

}  // namespace
}  // namespace pinwarden::testing
