// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "dockerfile/heredoc.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pinwarden::dockerfile_internal {
namespace {

TEST(HeredocsOfTest, FindsTheNamesThatEndThem) {
  const struct {
    const char* instruction;
    const char* want;  // "-" before those that strip tabs
  } kCases[] = {
      {"RUN ls", ""},
      {"RUN <<EOF", "EOF "},
      {"RUN <<-EOF", "-EOF "},
      {"RUN << EOF", "EOF "},
      {"RUN <<- EOF", ""},
      {"RUN 3<<EOF", "EOF "},
      {"RUN x3<<EOF", ""},
      {"RUN <<EOF cat", "EOF "},
      {"RUN <<A <<B", "A B "},
      {"RUN <<'E F'", "E F "},
      {"RUN <<\"E\"OF", "EOF "},
      {"RUN <<E\\ F", "E F "},
      {"RUN <<''", ""},
      {"RUN <<", ""},
      {"RUN <<A<<B", ""},
      {"RUN <<<A", ""},
      {"RUN cat<<A", ""},
      {"RUN \"<<A\"", ""},
      {"RUN '<<A'", ""},
      {"RUN \\<<A", ""},
      {"RUN <<A 'b", ""},
      {"RUN <<A \"$", ""},
      {"RUN <<A ${b", ""},
      {"RUN <<A ${#b}", ""},
      {"RUN <<A ${b:-c}", "A "},
      {"RUN <<A \"${b:-c}\" $(d)", "A "},
      {"RUN <<$A", ""},
      {"RUN <<'$A'", "$A "},
      {"RUN <<A ${\xC2\xA0}", ""},
      {"RUN <<A \xC2\xA0", "A "},
      {"RUN <<\vA", ""},
      {"RUN echo $((1<<2))", ""},
      {"RUN [\"a\", \"<<A\"]", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.instruction);
    std::string found;
    for (const Heredoc& heredoc : HeredocsOf(c.instruction)) {
      absl::StrAppend(&found, heredoc.strips_tabs ? "-" : "", heredoc.name,
                      " ");
    }
    EXPECT_EQ(found, c.want);
  }
}

}  // namespace
}  // namespace pinwarden::dockerfile_internal
