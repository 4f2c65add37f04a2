// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The rules of the Compose specification, and what Compose itself makes of the
// texts that it leaves open.
#include "pinwarden/interpolation.h"

#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using testing::IsOk;
using testing::StatusIs;

// SET is set, EMPTY is set to nothing, HALF was made of a variable that was
// not set; the rest is not set.
std::optional<VariableValue> Variables(absl::string_view name) {
  static const std::map<std::string, VariableValue, std::less<>> kVariables = {
      {"SET", {"value", ""}},        {"EMPTY", {"", ""}},
      {"TAG", {"1.27.3", ""}},       {"set", {"lower", ""}},
      {"_A1", {"under", ""}},        {"DOLLAR", {"$SET", ""}},
      {"BRACES", {"a}b{c", ""}},     {"HALF", {"left-", "RIGHT"}},
      {"NOTHING", {"", "ELSEWHERE"}}};
  const auto it = kVariables.find(name);
  if (it == kVariables.end()) return std::nullopt;
  return it->second;
}

// The text, and after "|" the variable that was not set.
std::string Filled(absl::string_view text) {
  const auto result = Interpolate(text, Variables);
  if (!result.ok()) return std::string(result.status().message());
  if (result->unset.empty()) return result->text;
  return absl::StrCat(result->text, "|", result->unset);
}

struct Case {
  const char* text;
  const char* want;
};

template <size_t n>
void Check(const Case (&cases)[n]) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Filled(c.text), c.want);
  }
}

TEST(InterpolateTest, FillsInVariables) {
  const Case kCases[] = {
      {"", ""},
      {"nginx:1.27.3", "nginx:1.27.3"},
      {"$SET", "value"},
      {"${SET}", "value"},
      {"a${SET}b", "avalueb"},
      {"$SET$SET", "valuevalue"},
      {"${SET}${SET}", "valuevalue"},
      {"$SET-b", "value-b"},
      {"$SET.b", "value.b"},
      {"$SET:b", "value:b"},
      {"$SET/b", "value/b"},
      {"$SET}", "value}"},
      {"$SET b", "value b"},
      {"nginx:$TAG", "nginx:1.27.3"},
      {"nginx:${TAG}-alpine", "nginx:1.27.3-alpine"},
      {"$set", "lower"},
      {"$_A1", "under"},
      {"${_A1}", "under"},
      {"$EMPTY", ""},
      {"a${EMPTY}b", "ab"},
      {"{$SET}", "{value}"},
      {"{{SET}}", "{{SET}}"},
      {"a\n$SET\n", "a\nvalue\n"},
  };
  Check(kCases);
}

TEST(InterpolateTest, TellsTheFirstVariableThatIsNotSet) {
  const Case kCases[] = {
      {"$UNSET", "|UNSET"},
      {"${UNSET}", "|UNSET"},
      {"nginx:$UNSET", "nginx:|UNSET"},
      {"nginx:${UNSET}-alpine", "nginx:-alpine|UNSET"},
      {"$SETX", "|SETX"},
      {"$SET1", "|SET1"},
      {"$SET_", "|SET_"},
      {"$Set", "|Set"},
      {"$UNSET$OTHER", "|UNSET"},
      {"$SET$OTHER$UNSET", "value|OTHER"},
      {"${EMPTY:-$UNSET}", "|UNSET"},
      {"${SET:+$UNSET}", "|UNSET"},
  };
  Check(kCases);
}

TEST(InterpolateTest, TellsWhatAValueWasMadeOfThatIsNotSet) {
  const Case kCases[] = {
      {"$HALF", "left-|RIGHT"},
      {"${HALF}", "left-|RIGHT"},
      {"${HALF:-word}", "left-|RIGHT"},
      {"${HALF?word}", "left-|RIGHT"},
      {"${NOTHING:-word}", "word|ELSEWHERE"},
      {"${NOTHING:+word}", "|ELSEWHERE"},
      {"${NOTHING+word}", "word|ELSEWHERE"},
      {"${UNSET:-$HALF}", "left-|RIGHT"},
  };
  Check(kCases);
}

TEST(InterpolateTest, TakesTheDefaultWhereOneIsNeeded) {
  const Case kCases[] = {
      {"${UNSET:-word}", "word"},
      {"${EMPTY:-word}", "word"},
      {"${SET:-word}", "value"},
      {"${UNSET-word}", "word"},
      {"${EMPTY-word}", ""},
      {"${SET-word}", "value"},
      {"${UNSET:-}", ""},
      {"${UNSET-}", ""},
      {"${EMPTY:-}", ""},
      {"a${UNSET:-b}c", "abc"},
      {"${UNSET:-two words}", "two words"},
      {"${UNSET:- word }", " word "},
      {"${UNSET:-a:-b}", "a:-b"},
      {"${UNSET--}", "-"},
      {"${UNSET:--}", "-"},
      {"${UNSET-:-x}", ":-x"},
      {"${UNSET:-a?b+c}", "a?b+c"},
      {"${UNSET-a?b}", "a?b"},
      {"${UNSET:-reg.example.com:5000/a/b:1@sha256:0}",
       "reg.example.com:5000/a/b:1@sha256:0"},
      {"${UNSET:-'quoted'}", "'quoted'"},
      {"${UNSET:-\"quoted\"}", "\"quoted\""},
      {"${UNSET:-a\\}b}", "a\\b}"},
      {"${UNSET:-a}b}", "ab}"},
      {"${UNSET:-a}${SET}", "avalue"},
      {"${UNSET:-a} ${EMPTY:-b}", "a b"},
  };
  Check(kCases);
}

TEST(InterpolateTest, TakesTheAlternativeWhereThereIsAValue) {
  const Case kCases[] = {
      {"${SET:+word}", "word"},
      {"${EMPTY:+word}", ""},
      {"${UNSET:+word}", ""},
      {"${SET+word}", "word"},
      {"${EMPTY+word}", "word"},
      {"${UNSET+word}", ""},
      {"${SET:+}", ""},
      {"${SET+}", ""},
      {"a${SET:+-b}c", "a-bc"},
      {"a${UNSET:+-b}c", "ac"},
      {"${SET+a:+b}", "a:+b"},
      {"${SET:+a:?b:-c}", "a:?b:-c"},
      {"${SET+$TAG}", "1.27.3"},
      {"${EMPTY+${TAG}}", "1.27.3"},
      {"${UNSET+$UNSET}", ""},
      {"${EMPTY:+$UNSET}", ""},
      {"${SET+a ${SET:+b}}", "a b"},
  };
  Check(kCases);
}

TEST(InterpolateTest, NestsWordsAndLooksOnlyAtThoseThatCount) {
  const Case kCases[] = {
      {"${UNSET:-$SET}", "value"},
      {"${UNSET:-${SET}}", "value"},
      {"${UNSET-${SET} ${SET}}", "value value"},
      {"${UNSET:-${OTHER:-word}}", "word"},
      {"${UNSET:-${OTHER-${THIRD-deep}}}", "deep"},
      {"${UNSET:-${EMPTY:-${SET:+yes}}}", "yes"},
      {"${UNSET:-a${SET}b}c", "avaluebc"},
      {"${UNSET:-{}}", "{}"},
      {"${UNSET:-{a}}", "{a}"},
      {"${SET:-{a}}", "value"},
      {"${UNSET:-a{b}", "a{b"},
      {"${SET:-$UNSET}", "value"},
      {"${SET:-${UNSET}}", "value"},
      {"${SET:-${UNSET:?no}}", "value"},
      {"${SET:-${}}", "value"},
      {"${SET:-${1}}", "value"},
      {"${UNSET:+${}}", ""},
      {"${SET:-${UNSET}", "value"},
  };
  Check(kCases);
}

TEST(InterpolateTest, ReadsValuesOnce) {
  const Case kCases[] = {
      {"$DOLLAR", "$SET"},
      {"${DOLLAR:-x}", "$SET"},
      {"${UNSET:-$DOLLAR}", "$SET"},
      {"$BRACES", "a}b{c"},
      {"${UNSET:-${BRACES}}", "a}b{c"},
  };
  Check(kCases);
}

TEST(InterpolateTest, LeavesDollarSignsThatNameNothing) {
  const Case kCases[] = {
      {"$$", "$"},
      {"$$SET", "$SET"},
      {"$${SET}", "${SET}"},
      {"$$$SET", "$value"},
      {"$$$$SET", "$$SET"},
      {"$$$${SET}", "$${SET}"},
      {"a$$b", "a$b"},
      {"${UNSET:-$$SET}", "$SET"},
      {"${UNSET:-$${SET}}", "${SET}"},
      {"${UNSET:-$$}", "$"},
      {"$", "$"},
      {"a$", "a$"},
      {"$ ", "$ "},
      {"$}", "$}"},
      {"$1", "$1"},
      {"$1SET", "$1SET"},
      {"$-", "$-"},
      {"$(SET)", "$(SET)"},
      {"$:SET", "$:SET"},
      {"a $ b", "a $ b"},
      {"^x$", "^x$"},
      {"$\xC3\xA9", "$\xC3\xA9"},
  };
  Check(kCases);
}

TEST(InterpolateTest, NamesTheByteItRefuses) {
  const Case kCases[] = {
      {"${", "no variable's name after \"${\" at byte 2"},
      {"${}", "no variable's name after \"${\" at byte 2"},
      {"${ }", "no variable's name after \"${\" at byte 2"},
      {"${ SET}", "no variable's name after \"${\" at byte 2"},
      {"${1}", "no variable's name after \"${\" at byte 2"},
      {"${:-word}", "no variable's name after \"${\" at byte 2"},
      {"${-word}", "no variable's name after \"${\" at byte 2"},
      {"${$SET}", "no variable's name after \"${\" at byte 2"},
      {"${#SET}", "no variable's name after \"${\" at byte 2"},
      {"a:${", "no variable's name after \"${\" at byte 4"},
      {"${SET", "unclosed \"${\" or unknown operator at byte 5"},
      {"${SET }", "unclosed \"${\" or unknown operator at byte 5"},
      {"${SET!}", "unclosed \"${\" or unknown operator at byte 5"},
      {"${SET/a/b}", "unclosed \"${\" or unknown operator at byte 5"},
      {"${SET%x}", "unclosed \"${\" or unknown operator at byte 5"},
      {"${SET=x}", "unclosed \"${\" or unknown operator at byte 5"},
      {"${SET.x}", "unclosed \"${\" or unknown operator at byte 5"},
      {"${SET:}", "unclosed \"${\" or unknown operator at byte 6"},
      {"${SET:=x}", "unclosed \"${\" or unknown operator at byte 6"},
      {"${SET:0:1}", "unclosed \"${\" or unknown operator at byte 6"},
      {"${SET\n}", "unclosed \"${\" or unknown operator at byte 5"},
      {"${UNSET:-word", "\"${\" without \"}\" at byte 0"},
      {"a${UNSET:-word", "\"${\" without \"}\" at byte 1"},
      {"${UNSET:-a\nb}", "\"${\" without \"}\" at byte 0"},
      {"${UNSET:-${}}", "no variable's name after \"${\" at byte 11"},
      {"${UNSET:-${SET}", "unclosed \"${\" or unknown operator at byte 14"},
      {"${UNSET:-ab${SET:}}", "unclosed \"${\" or unknown operator at byte 17"},
      {"${UNSET:?${}}", "no variable's name after \"${\" at byte 11"},
  };
  Check(kCases);
  EXPECT_THAT(Interpolate("${", Variables),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(InterpolateTest, StopsWhereARequiredVariableIsMissing) {
  const Case kCases[] = {
      {"${SET:?word}", "value"},
      {"${SET?word}", "value"},
      {"${EMPTY?word}", ""},
      {"${SET:?$UNSET}", "value"},
      {"${UNSET:?set the tag}", "UNSET is not set: \"set the tag\""},
      {"${UNSET?set the tag}", "UNSET is not set: \"set the tag\""},
      {"${EMPTY:?set the tag}", "EMPTY is empty: \"set the tag\""},
      {"${UNSET:?}", "UNSET is not set"},
      {"${UNSET?}", "UNSET is not set"},
      {"${EMPTY:?}", "EMPTY is empty"},
      {"${UNSET:?as $SET}", "UNSET is not set: \"as value\""},
      {"${UNSET?as ${SET}}", "UNSET is not set: \"as value\""},
      {"${UNSET?a-b:-c}", "UNSET is not set: \"a-b:-c\""},
      {"${UNSET:-${OTHER:?no}}", "OTHER is not set: \"no\""},
      {"${UNSET:?\x1b[2J}", "UNSET is not set: \"\\x1b[2J\""},
  };
  Check(kCases);
  EXPECT_THAT(Interpolate("${UNSET?}", Variables),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

std::string Nested(int depth) {
  std::string text = "x";
  for (int i = 0; i < depth; ++i) text = absl::StrCat("${UNSET:-", text, "}");
  return text;
}

TEST(InterpolateTest, RefusesWordsThatAreNestedTooDeeply) {
  EXPECT_EQ(Filled(Nested(kMaxInterpolationDepth)), "x");
  EXPECT_THAT(Interpolate(Nested(kMaxInterpolationDepth + 1), Variables),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(InterpolateTest, BoundsTheTextAndWhatItBecomes) {
  const std::string longest(kMaxInterpolatedBytes, 'x');
  EXPECT_EQ(Filled(longest), longest);
  EXPECT_THAT(Interpolate(longest + "x", Variables),
              StatusIs(absl::StatusCode::kResourceExhausted));
  const auto large = [&longest](absl::string_view) {
    return std::optional<VariableValue>({longest, ""});
  };
  EXPECT_THAT(Interpolate("$A", large), IsOk());
  EXPECT_THAT(Interpolate("$A$A", large),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace pinwarden
