// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Task definitions, CloudFormation templates and Terraform plans, as JSON and
// as YAML. Whatever the text: every use and problem stands inside of it, a
// literal one is what stands there, and what people are told is fit for one
// line of a terminal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "pinwarden/ecs.h"
#include "pinwarden/problem.h"

namespace {

using pinwarden::ImageSearch;
using pinwarden::ImageUse;
using pinwarden::SourceTree;
using pinwarden::TextRange;

void Require(bool holds) {
  if (!holds) std::abort();
}

bool IsIn(TextRange at, absl::string_view text) {
  return at.begin <= at.end && at.end <= text.size();
}

void Check(const ImageSearch& found, absl::string_view text) {
  for (const ImageUse& use : found.uses) {
    Require(use.file == 0 && IsIn(use.at, text));
    Require(
        !use.literal ||
        (use.not_judged.empty() &&
         text.substr(use.at.begin, use.at.end - use.at.begin) == use.image));
    Require(pinwarden::IsPrintable(use.where));
    Require(pinwarden::IsPrintable(use.not_judged));
  }
  for (const auto& [file, problem] : found.problems) {
    Require(file == 0 && IsIn(problem.at, text));
    Require(pinwarden::IsPrintable(problem.message));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  pinwarden::SearchOptions options;
  options.parameters = {{"Tag", "1.2.3"}, {"AWS::Region", "eu-west-1"}};
  for (const bool json : {true, false}) {
    const SourceTree tree = json ? pinwarden::ParseJsonSource(text)
                                 : pinwarden::ParseYamlSource(text);
    // None of the three depends on what the text looks like.
    pinwarden::LooksLikeEcs("x", tree);
    pinwarden::LooksLikeCloudFormation("x", tree);
    pinwarden::LooksLikeTerraformPlan("x", tree);
    Check(pinwarden::FindEcsImages({"x", text}, tree, options), text);
    Check(pinwarden::FindCloudFormationImages({"x", text}, tree, options),
          text);
    Check(pinwarden::FindTerraformImages({"x", text}, tree, options), text);
  }
  return 0;
}
