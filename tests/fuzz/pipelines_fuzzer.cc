// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a workflow and as a GitLab pipeline. Each use stands in the
// text, a literal one just so, and no image is longer than what is written but
// by what variables put in.
#include <cstdint>
#include <cstdlib>

#include "pinwarden/pipelines.h"
#include "pinwarden/problem.h"
#include "pinwarden/reference.h"

namespace pinwarden {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckSearch(const ImageSearch& search, absl::string_view text) {
  Require(search.uses.size() <= kMaxImageUses);
  Require(search.others.empty() && search.problems.size() <= 1);
  size_t last = 0;
  for (const ImageUse& use : search.uses) {
    Require(use.file == 0 && use.ignore.empty() && use.labels.empty());
    Require(use.at.begin <= use.at.end && use.at.end <= text.size());
    Require(use.at.begin >= last);
    last = use.at.begin;
    Require(!use.literal ||
            text.substr(use.at.begin, use.at.end - use.at.begin) == use.image);
    Require(use.image.size() <= text.size() + 2 * kMaxReferenceBytes);
    Require(!use.where.empty() && IsPrintable(use.where));
    Require(use.not_judged.empty() || IsPrintable(use.not_judged));
  }
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pinwarden;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const SourceTree tree = ParseYamlSource(text);
  const SourceText source = {"a.yml", text};
  LooksLikeGitHubActions(source.path, tree);
  LooksLikeGitLabCi(source.path, tree);
  CheckSearch(FindGitHubActionsImages(source, tree, {}), text);
  CheckSearch(FindGitLabCiImages(source, tree, {}), text);
  return 0;
}
