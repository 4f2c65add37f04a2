// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a manifest, in YAML and in JSON, under every name that makes a
// difference. Each use stands in the text, a literal one just so, and all of it
// stays within its limits.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "pinwarden/kubernetes.h"
#include "pinwarden/problem.h"

namespace pinwarden {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckSearch(const ImageSearch& search, absl::string_view text) {
  Require(search.uses.size() <= kMaxImageUses + 1);  // a template is one more
  Require(search.others.empty());
  size_t last = 0;
  for (const ImageUse& use : search.uses) {
    Require(use.file == 0 && use.kind == UseKind::kImage);
    Require(use.at.begin <= use.at.end && use.at.end <= text.size());
    Require(use.at.begin >= last);
    last = use.at.begin;
    Require(!use.literal ||
            text.substr(use.at.begin, use.at.end - use.at.begin) == use.image);
    Require(!use.where.empty() && IsPrintable(use.where));
    Require(use.not_judged.empty() || IsPrintable(use.not_judged));
  }
  for (const auto& [file, problem] : search.problems) {
    Require(file == 0 && problem.at.begin <= problem.at.end);
    Require(problem.at.end <= text.size());
    Require(IsPrintable(problem.message));
  }
}

void CheckTree(const SourceTree& tree, absl::string_view text) {
  static const auto& resources = *new std::vector<CustomResource>{
      {"a", "A", {"spec.*.image", "x[*][*]", "*"}, {"*.*", "spec"}}};
  SearchOptions options;
  options.custom_resources = resources;
  for (const char* const path : {"a.yaml", "b/kustomization.yaml"}) {
    const SourceText source = {path, text};
    LooksLikeKubernetes(path, tree);
    CheckSearch(FindKubernetesImages(source, tree, options), text);
    CheckSearch(FindHelmTemplateImages(source, tree, options), text);
  }
  LooksLikeHelmTemplate("a.yaml", text);
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  pinwarden::CheckTree(pinwarden::ParseYamlSource(text), text);
  pinwarden::CheckTree(pinwarden::ParseJsonSource(text), text);
  return 0;
}
