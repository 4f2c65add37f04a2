// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/dockerfile.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "dockerfile/directives.h"
#include "dockerfile/finder.h"
#include "dockerfile/logical_line.h"
#include "dockerfile/words.h"

namespace pinwarden {
namespace {

using dockerfile_internal::Finder;
using dockerfile_internal::LineReader;
using dockerfile_internal::LogicalLine;
using dockerfile_internal::NextWord;
using dockerfile_internal::Span;

constexpr int kMaxLinesLookedAt = 100;

// ARGs, and then a FROM.
bool BeginsAsDockerfile(absl::string_view text) {
  LineReader reader(text, dockerfile_internal::ReadDirectives(text).escape);
  LogicalLine line;
  for (int i = 0; i < kMaxLinesLookedAt && reader.Next(&line); ++i) {
    const Span word = NextWord(line.text(), 0);
    const absl::string_view keyword =
        line.text().substr(word.begin, word.end - word.begin);
    if (absl::EqualsIgnoreCase(keyword, "from")) return true;
    if (!absl::EqualsIgnoreCase(keyword, "arg") && !word.empty()) return false;
  }
  return false;
}

bool TakePrefix(absl::string_view prefix, absl::string_view* name) {
  if (!absl::StartsWithIgnoreCase(*name, prefix)) return false;
  name->remove_prefix(prefix.size());
  return true;
}

}  // namespace

bool LooksLikeDockerfile(absl::string_view path, absl::string_view text) {
  absl::string_view name = path.substr(path.rfind('/') + 1);
  if (name == "-") return BeginsAsDockerfile(text);
  if (absl::EndsWithIgnoreCase(name, ".dockerfile") ||
      absl::EndsWithIgnoreCase(name, ".containerfile")) {
    return true;
  }
  if (!TakePrefix("dockerfile", &name) && !TakePrefix("containerfile", &name)) {
    return false;
  }
  if (name.empty()) return true;
  // What is not sent to the builder of Dockerfile stands beside it.
  if (name[0] == '.') return !absl::EndsWithIgnoreCase(name, ".dockerignore");
  return (name[0] == '-' || name[0] == '_') && BeginsAsDockerfile(text);
}

ImageSearch FindDockerfileImages(const SourceText& source,
                                 const SearchOptions& options) {
  if (source.text.size() > kMaxSourceBytes) {
    ImageSearch result;
    result.problems.push_back({0, {{}, "the file is larger than 8 MiB"}});
    return result;
  }
  return Finder(source.text, options).Run();
}

}  // namespace pinwarden
