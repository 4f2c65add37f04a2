// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/dotenv.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

// HOST_TAG is set outside of the file.
std::optional<VariableValue> Environment(absl::string_view name) {
  if (name == "HOST_TAG") return VariableValue{"host", ""};
  return std::nullopt;
}

// "NAME=[value]" of each, with "|" and the variable that was not set, and the
// problem with its bytes.
std::string Read(absl::string_view text) {
  const Dotenv dotenv = ParseDotenv(text, Environment);
  std::string all;
  for (const auto& [name, value] : dotenv.values) {
    absl::StrAppend(&all, all.empty() ? "" : " ", name, "=[", value.text, "]",
                    value.unset.empty() ? "" : "|", value.unset);
  }
  for (const SourceProblem& problem : dotenv.problems) {
    absl::StrAppend(&all, all.empty() ? "" : " ", "!", problem.at.begin, "-",
                    problem.at.end, " ",
                    problem.message.substr(0, problem.message.rfind(": ")));
  }
  return all;
}

struct Case {
  const char* text;
  const char* want;
};

template <size_t n>
void Check(const Case (&cases)[n]) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Read(c.text), c.want);
  }
}

TEST(ParseDotenvTest, ReadsNamesAndValues) {
  const Case kCases[] = {
      {"", ""},
      {"\n\n", ""},
      {"A=1", "A=[1]"},
      {"A=1\n", "A=[1]"},
      {"A=1\nB=2\n", "A=[1] B=[2]"},
      {"A=1\r\nB=2\r\n", "A=[1] B=[2]"},
      {"\xEF\xBB\xBF"
       "A=1\n",
       "A=[1]"},
      {"  A=1\n\tB=2\n", "A=[1] B=[2]"},
      {"A = 1", "A=[1]"},
      {"A=  1  ", "A=[1]"},
      {"A=two words", "A=[two words]"},
      {"A=", "A=[]"},
      {"A=\nB=1", "A=[] B=[1]"},
      {"A=a=b=", "A=[a=b=]"},
      {"A: 1", "A=[1]"},
      {"A=1:b", "A=[1:b]"},
      {"A=1\nA=2", "A=[2]"},
      {"A.B=1\nC-D=2\nE[0]=3", "A.B=[1] C-D=[2] E[0]=[3]"},
      {"A=a\\nb", "A=[a\\nb]"},
      {"A=a\"b\"", "A=[a\"b\"]"},
      {"A=it's", "A=[it's]"},
  };
  Check(kCases);
}

TEST(ParseDotenvTest, TakesCommentsAway) {
  const Case kCases[] = {
      {"# A=1", ""},
      {"  # A=1\nB=2", "B=[2]"},
      {"A=1 # one", "A=[1]"},
      {"A=1   # one\nB=2", "A=[1] B=[2]"},
      {"A=1#one", "A=[1#one]"},
      {"A=#one", "A=[#one]"},
      {"A= # one", "A=[# one]"},
      {"A=1\t# one", "A=[1\t# one]"},
      {"A='1' # one", "A=[1]"},
      {"A=\"1\" # one\nB=2", "A=[1] B=[2]"},
      {"A=\"1 # one\"", "A=[1 # one]"},
      {"A='1 # one'", "A=[1 # one]"},
  };
  Check(kCases);
}

TEST(ParseDotenvTest, ReadsExportedNames) {
  const Case kCases[] = {
      {"export A=1", "A=[1]"},
      {"export\tA=1", "A=[1]"},
      {"  export  A=1\nB=2", "A=[1] B=[2]"},
      {"exportA=1", "exportA=[1]"},
      {"export_A=1", "export_A=[1]"},
      {"export=1", "export=[1]"},
      {"export HOST_TAG", "HOST_TAG=[host]"},
  };
  Check(kCases);
}

TEST(ParseDotenvTest, TakesSingleQuotedValuesAsTheyAre) {
  const Case kCases[] = {
      {"A='1'", "A=[1]"},
      {"A=''", "A=[]"},
      {"A=' 1 '", "A=[ 1 ]"},
      {"A='$HOST_TAG ${B}'", "A=[$HOST_TAG ${B}]"},
      {"A='a\\nb'", "A=[a\\nb]"},
      {"A='it\\'s'", "A=[it's]"},
      {"A='a\\\\'", "A=[a\\\\]"},
      {"A='a\nb'\nC=1", "A=[a\nb] C=[1]"},
      {"A='say \"x\"'", "A=[say \"x\"]"},
  };
  Check(kCases);
}

TEST(ParseDotenvTest, ReadsEscapesInDoubleQuotes) {
  const Case kCases[] = {
      {"A=\"1\"", "A=[1]"},
      {"A=\"\"", "A=[]"},
      {"A=\" 1 \"", "A=[ 1 ]"},
      {"A=\"it's\"", "A=[it's]"},
      {"A=\"a\\nb\"", "A=[a\nb]"},
      {"A=\"a\\tb\\rc\"", "A=[a\tb\rc]"},
      {"A=\"a\\\\b\"", "A=[a\\b]"},
      {"A=\"a\\\"b\"", "A=[a\"b]"},
      {"A=\"a\\zb\"", "A=[a\\zb]"},
      {"A=\"\\0101\"", "A=[A]"},
      {"A=\"\\0351\"", "A=[\xC3\xA9]"},
      {"A=\"\\01\"", "A=[\\1]"},
      {"A=\"\\0\"", "A=[\\]"},
      {"A=\"\\0777\"", "A=[\\777]"},
      {"A=\"\\0189\"", "A=[\\189]"},
      {"A=\"first\nsecond\"\nB=1", "A=[first\nsecond] B=[1]"},
      {"A=\"\\$HOST_TAG\"", "A=[$HOST_TAG]"},
      {"A=\"\\${HOST_TAG}\"", "A=[${HOST_TAG}]"},
      {"A=\"\\\\$HOST_TAG\"", "A=[\\host]"},
      {"A=\"1\"B=2", "A=[1] B=[2]"},
      {"A=\"1\" B=2", "A=[1] B=[2]"},
  };
  Check(kCases);
}

TEST(ParseDotenvTest, FillsInVariables) {
  const Case kCases[] = {
      {"A=1\nB=$A", "A=[1] B=[1]"},
      {"A=1\nB=${A}.2", "A=[1] B=[1.2]"},
      {"A=1\nB=\"$A\"", "A=[1] B=[1]"},
      {"A=1\nB=$$A", "A=[1] B=[$A]"},
      {"A=$HOST_TAG", "A=[host]"},
      {"HOST_TAG=file\nA=$HOST_TAG", "A=[host] HOST_TAG=[file]"},
      {"A=${B:-word}", "A=[word]"},
      {"A=${B-}", "A=[]"},
      {"A=${HOST_TAG:+word}", "A=[word]"},
      {"A=pa$1word", "A=[pa$1word]"},
      {"A=1\nA=${A}2", "A=[12]"},
  };
  Check(kCases);
}

TEST(ParseDotenvTest, RemembersWhatAValueLacks) {
  const Case kCases[] = {
      {"A=$B", "A=[]|B"},
      {"A=1-$B", "A=[1-]|B"},
      {"B=$A\nA=1", "A=[1] B=[]|A"},
      {"A=1$X\nB=2$A", "A=[1]|X B=[21]|X"},
      {"A=\"${B}\"", "A=[]|B"},
  };
  Check(kCases);
}

TEST(ParseDotenvTest, TakesNamesWithoutValueFromOutside) {
  const Case kCases[] = {
      {"HOST_TAG", "HOST_TAG=[host]"},
      {"HOST_TAG\nA=1", "A=[1] HOST_TAG=[host]"},
      {"NOWHERE\nA=1", "A=[1]"},
      {"NOWHERE", ""},
      {"HOST_TAG  \r\nA=1\r\n", "A=[1] HOST_TAG=[host]"},
      {"A=1\nexport\nB=2", "A=[1] B=[2]"},
  };
  Check(kCases);
}

TEST(ParseDotenvTest, NamesTheLineItStopsAt) {
  const Case kCases[] = {
      {"A=1\nlol$wut\nB=2",
       "A=[1] !4-11 a variable's name has a bad character"},
      {"A B=1", "!0-5 a variable's name has a space"},
      {"A=1\r\nB C=2\r\n", "A=[1] !5-10 a variable's name has a space"},
      {"A=\"1\nB=2", "!0-4 a quoted value does not end"},
      {"A='1", "!0-4 a quoted value does not end"},
      {"A='1\\'", "!0-6 a quoted value does not end"},
      {"A=\"1\\", "!0-5 a quoted value does not end"},
      {"A=1\nB=${\nC=3",
       "A=[1] !4-8 a value cannot be read: no variable's name after \"${\" at "
       "byte 2"},
      {"A=${B:?}", "!0-8 a value cannot be read: B is not set"},
      {"A='1\n2'\n\nB!=1",
       "A=[1\n2] !9-13 a variable's name has a bad "
       "character"},
  };
  Check(kCases);
}

TEST(ParseDotenvTest, BoundsTheFileAndItsValues) {
  EXPECT_EQ(ParseDotenv(std::string(kMaxDotenvBytes + 1, '\n'), Environment)
                .problems.size(),
            1U);
  const std::string large(kMaxInterpolatedBytes / 2, 'x');
  std::string text = absl::StrCat("A=", large, "\n");
  while (text.size() < kMaxDotenvBytes) absl::StrAppend(&text, "B=$A$A\n");
  const Dotenv dotenv = ParseDotenv(
      absl::string_view(text).substr(0, kMaxDotenvBytes), Environment);
  ASSERT_EQ(dotenv.problems.size(), 1U);
  EXPECT_EQ(dotenv.values.size(), 2U);
}

}  // namespace
}  // namespace pinwarden
