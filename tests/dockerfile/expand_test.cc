// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "dockerfile/expand.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "dockerfile/found.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using dockerfile_internal::Expand;
using dockerfile_internal::Expansion;
using dockerfile_internal::Variable;
using dockerfile_internal::WorkBudget;
using testing::Found;

// Knows x as "a.b-c/d", e as "", u as not set, p as of the platform.
Variable Find(absl::string_view name) {
  if (name == "x") return {Variable::State::kKnown, "a.b-c.b"};
  if (name == "e") return {Variable::State::kKnown, ""};
  if (name == "p") return {Variable::State::kUnknown, "p unknown"};
  return {Variable::State::kUnset, absl::StrCat(name, " unset")};
}

std::string Filled(absl::string_view word, char escape = '\\') {
  WorkBudget budget;
  const Expansion result = Expand(word, escape, Find, &budget);
  return result.unknown.empty() ? result.text
                                : absl::StrCat("?", result.unknown);
}

struct Case {
  const char* word;
  const char* want;
};

template <size_t n>
void ExpectFilled(const Case (&cases)[n]) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.word);
    EXPECT_EQ(Filled(c.word), c.want);
  }
}

TEST(ExpandTest, FillsInVariables) {
  ExpectFilled({
      {"$x", "a.b-c.b"},
      {"${x}", "a.b-c.b"},
      {"1$x:2", "1a.b-c.b:2"},
      {"$e", ""},
      {"$x$e${x}", "a.b-c.ba.b-c.b"},
      {"$xy", "?xy unset"},
      {"$u", "?u unset"},
      {"${u}", "?u unset"},
      {"$p", "?p unknown"},
      {"$1x", "?1 unset"},
      {"$", "$"},
      {"$.", "$."},
      {"$$", "?$ unset"},
      {"$@", "?@ unset"},
  });
}

TEST(ExpandTest, TakesDefaults) {
  ExpectFilled({
      {"${x:-d}", "a.b-c.b"},
      {"${x-d}", "a.b-c.b"},
      {"${e:-d}", "d"},
      {"${e-d}", ""},
      {"${u:-d}", "d"},
      {"${u-d}", "d"},
      {"${u:-}", ""},
      {"${p:-d}", "?p unknown"},
      {"${u:-${e:-d}}", "d"},
      {"${u:-$x}", "a.b-c.b"},
      {"${x:-$u}", "a.b-c.b"},
      {"${u:-$v}", "?v unset"},
      {"${u:-\"a}b\"}", "a}b"},
      {"${u:-a\\}b}", "a}b"},
      {"${u:-a b}", "a b"},
  });
}

TEST(ExpandTest, TakesAlternatives) {
  ExpectFilled({
      {"${x:+d}", "d"},
      {"${x+d}", "d"},
      {"${e:+d}", ""},
      {"${e+d}", "d"},
      {"${u:+d}", ""},
      {"${u+d}", ""},
      {"${p:+d}", "?p unknown"},
      {"${u+$v}", ""},
      {"${x+$v}", "?v unset"},
  });
}

TEST(ExpandTest, DemandsValues) {
  ExpectFilled({
      {"${x:?no}", "a.b-c.b"},
      {"${x?no}", "a.b-c.b"},
      {"${e?no}", ""},
      {"${e:?no}", "?e must not be empty"},
      {"${u:?no}", "?u unset"},
      {"${u?}", "?u unset"},
  });
}

TEST(ExpandTest, TakesStartsAndEndsOff) {
  ExpectFilled({
      {"${x#a.}", "b-c.b"},
      {"${x#*.}", "b-c.b"},
      {"${x##*.}", "b"},
      {"${x#b}", "a.b-c.b"},
      {"${x%.*}", "a.b-c"},
      {"${x%%.*}", "a"},
      {"${x%.b}", "a.b-c"},
      {"${x%a}", "a.b-c.b"},
      {"${x#?}", ".b-c.b"},
      {"${x##*}", ""},
      {"${x#*}", "a.b-c.b"},
      {"${x%%?b}", "a.b-c"},
      {"${x#}", "a.b-c.b"},
      {"${x##*.b}", ""},
      {"${x#*.b}", "-c.b"},
      {"${u#a}", "?u unset"},
      {"${e#a}", ""},
      {"${x#$x}", ""},
      {"${x#\\*}", "a.b-c.b"},
      {"${x#$u}", "?u unset"},
      {"${x#a\\x}", "?it has a pattern that is not valid"},
      {"${x#\xC3\xA9}", "?it has a pattern that is not valid"},
  });
}

TEST(ExpandTest, Replaces) {
  ExpectFilled({
      {"${x/b/z}", "a.z-c.b"},
      {"${x//b/z}", "a.z-c.z"},
      {"${x/./}", "ab-c.b"},
      {"${x//./}", "ab-cb"},
      {"${x/.*/-z}", "a-z"},
      {"${x//?./z}", "zb-zb"},
      {"${x/q/z}", "a.b-c.b"},
      {"${x/*/z}", "z"},
      {"${e/*/z}", "z"},
      {"${e/a/z}", ""},
      {"${u/a/b}", "?u unset"},
      {"${x/b/$x}", "a.a.b-c.b-c.b"},
      {"${x//b}", "?it has a variable that is not well formed"},
      {"${x///z}", "?it has a pattern that is not valid"},
      {"${x/b/\\$1}", "?it has a pattern that is not valid"},
  });
}

TEST(ExpandTest, TakesQuotesOut) {
  ExpectFilled({
      {"'a$x'", "a$x"},
      {"\"a$x\"", "aa.b-c.b"},
      {"\"a\\$x\"", "a$x"},
      {"\"a\\\"b\"", "a\"b"},
      {"\"a\\b\"", "a\\b"},
      {"a\\b", "ab"},
      {"\\$x", "$x"},
      {"a\\", "a"},
      {"'a\\'", "a\\"},
      {"\"'\"", "'"},
      {"''", ""},
      {"'a", "?it has a quote without end"},
      {"\"a", "?it has a quote without end"},
  });
}

TEST(ExpandTest, TheEscapeCharacterIsAsTold) {
  EXPECT_EQ(Filled("`$x", '`'), "$x");
  EXPECT_EQ(Filled("\\a", '`'), "\\a");
}

TEST(ExpandTest, RefusesWhatIsNotWellFormed) {
  for (const char* word :
       {"${", "${}", "${x", "${:}", "${{x}}", "${x:}", "${x:", "${x-", "${x!}",
        "${x:=d}", "${x=d}", "${x:/a/b}", "${x-${u-}", "${.}"}) {
    SCOPED_TRACE(word);
    EXPECT_EQ(Filled(word), "?it has a variable that is not well formed");
  }
}

TEST(ExpandTest, BoundsHowDeepVariablesNest) {
  std::string word;
  for (int i = 0; i < 100'000; ++i) word += "${u:-";
  EXPECT_EQ(Filled(word), "?its variables are nested too deeply");
}

TEST(ExpandTest, BoundsTheSizeOfAValue) {
  EXPECT_EQ(Filled(std::string(4096, 'a')), std::string(4096, 'a'));
  EXPECT_EQ(Filled(std::string(4097, 'a')),
            "?it comes to more than 4096 bytes");
}

TEST(ArgumentsTest, FromKnowsWhatStandsBeforeTheFirst) {
  const Case kCases[] = {
      {"ARG T=1\nFROM a:$T", "a:1@a:$T"},
      {"ARG T=\"1\"\nFROM a:$T", "a:1@a:$T"},
      {"ARG I=a:1\nFROM $I", "a:1@$I"},
      {"ARG A=1 B=$A.2\nFROM a:$B", "a:1.2@a:$B"},
      {"arg T=1\nARG T\nFROM a:$T", "a:1@a:$T"},
      {"ARG T=1\nARG T=2\nFROM a:$T", "a:2@a:$T"},
      {"ARG T=1\nFROM a\nARG T=2\nFROM a:$T", "a@=, a:1@a:$T"},
      {"ARG T=\nFROM a$T", "a@a$T"},
      {"ARG T=1 \\\n U=2\nFROM a:$T.$U", "a:1.2@a:$T.$U"},
      {"ARG 'T=1 2'\nFROM a:$T",
       "?T is not declared by an ARG before the first FROM@a:$T"},
      {"ARG T=\"1 2\"\nFROM a:$T", "a:1 2@a:$T"},
      {"ARG =1\nFROM a", "a@="},
      {"ARG\nFROM a", "a@="},
      {"ARG T\nFROM a:$T",
       "?T has no default; give it with --build-arg T=VALUE@a:$T"},
      {"ARG T\nFROM a:${T:-1}", "a:1@a:${T:-1}"},
      {"ARG T\nARG U=x$T\nFROM a:${U:-1}",
       "?T has no default; give it with --build-arg T=VALUE@a:${U:-1}"},
      {"FROM a:$T", "?T is not declared by an ARG before the first FROM@a:$T"},
      {"FROM a:$TARGETARCH",
       "?TARGETARCH depends on the platform; give it with --build-arg "
       "TARGETARCH=VALUE@a:$TARGETARCH"},
      {"ARG TARGETARCH\nFROM a:${TARGETARCH:-x}",
       "?TARGETARCH depends on the platform; give it with --build-arg "
       "TARGETARCH=VALUE@a:${TARGETARCH:-x}"},
      {"ARG TARGETARCH=arm64\nFROM a:$TARGETARCH", "a:arm64@a:$TARGETARCH"},
      {"FROM --platform=$TARGETPLATFORM a", "a@="},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.word);
    EXPECT_EQ(Found(c.word), c.want);
  }
}

TEST(ArgumentsTest, WhatIsGivenWinsWhereItIsDeclared) {
  const Variables given = {{"T", "9"}, {"BUILDARCH", "arm64"}};
  const Case kCases[] = {
      {"ARG T=1\nFROM a:$T", "a:9@a:$T"},
      {"ARG T\nFROM a:$T", "a:9@a:$T"},
      {"FROM a:$T", "?T is not declared by an ARG before the first FROM@a:$T"},
      {"FROM a:$BUILDARCH", "a:arm64@a:$BUILDARCH"},
      {"ARG BUILDARCH=x\nFROM a:$BUILDARCH", "a:arm64@a:$BUILDARCH"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.word);
    EXPECT_EQ(Found(c.word, given), c.want);
  }
}

TEST(ArgumentsTest, BoundsWhatAFileMakesUsDo) {
  std::string text = "ARG A=" + std::string(4000, 'a') + "\n";
  for (int i = 0; i < 100'000; ++i) text += "ARG B=${A##*b*c*d*}\n";
  text += "FROM a:$B\n";
  EXPECT_EQ(Found(text), "?the file has too many variables to work out@a:$B");
}

}  // namespace
}  // namespace pinwarden
