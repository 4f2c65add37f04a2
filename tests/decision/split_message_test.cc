// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "gtest/gtest.h"
#include "pinwarden/verdict.h"

namespace pinwarden {
namespace {

TEST(SplitVerdictMessageTest, TellsWhyFromWhatToDo) {
  const struct {
    const char* message;
    const char* why;
    const char* advice;
  } kCases[] = {
      {"pinwarden: image \"nginx\" refused by rule \"d\" (policy.yaml:2): no "
       "tag means \"latest\", which changes without notice; pin it: "
       "nginx:<version>",
       "no tag means \"latest\", which changes without notice",
       "pin it: nginx:<version>"},
      {"pinwarden: image \"n@sha256:1\" allowed by rule \"d\" (p.yaml:2): its "
       "digest names one image that cannot change",
       "its digest names one image that cannot change", ""},
      // What is in quotes is from outside, and no end of anything.
      {"pinwarden: image \"a\\\"): b\" refused by rule \"x): y\" (p.yaml:2): "
       "not an image reference: bad; write it as name:<version>",
       "not an image reference: bad", "write it as name:<version>"},
      {"pinwarden: image \"n:1\" refused by rule \"d\" (p.yaml:2): tag \"1\" "
       "does not match \"a; b\"; use a tag that does: n:<tag>",
       "tag \"1\" does not match \"a; b\"", "use a tag that does: n:<tag>"},
      {"something else; altogether", "something else; altogether", ""},
      {"", "", ""},
      {"\"", "\"", ""},
      {"\\", "\\", ""},
      {"): ", "", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.message);
    const VerdictText text = SplitVerdictMessage(c.message);
    EXPECT_EQ(std::string(text.why) + "|" + std::string(text.advice),
              std::string(c.why) + "|" + c.advice);
  }
}

}  // namespace
}  // namespace pinwarden
