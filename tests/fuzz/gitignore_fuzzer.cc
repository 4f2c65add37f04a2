// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes are patterns, up to the first NUL, and a path after it. The answer
// is that of the last pattern alone that has one.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "source_files/gitignore.h"

namespace pinwarden {
namespace {

void Check(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", property);
  std::abort();
}

void CheckPath(absl::string_view patterns, absl::string_view path,
               bool directory) {
  using Answer = GitIgnore::Answer;
  const GitIgnore all(patterns);
  const Answer answer = all.Ask(path, directory);
  Check(all.Ask(path, directory) == answer, "an answer stays the same");
  const std::string text(patterns);
  Check(GitIgnore(text + "\n#comment").Ask(path, directory) == answer,
        "a comment changes nothing");
  // A byte order mark is one at the start only.
  if (all.cut() || text[0] == '\xEF') return;
  Check(GitIgnore(text + "\n!**").Ask(path, directory) == Answer::kKept,
        "the last pattern decides");
  const Answer after = GitIgnore("**\n" + text).Ask(path, directory);
  Check(after == (answer == Answer::kNothing ? Answer::kIgnored : answer),
        "an earlier one decides only where no later one does");
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLongest = 4096;
  const absl::string_view input(reinterpret_cast<const char*>(data),
                                size < kLongest ? size : kLongest);
  const size_t nul = input.find('\0');
  if (nul == absl::string_view::npos || nul + 1 == input.size()) return 0;
  for (const bool directory : {false, true}) {
    pinwarden::CheckPath(input.substr(0, nul), input.substr(nul + 1),
                         directory);
  }
  return 0;
}
