// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Whatever the text: every use and problem stands inside of it, a literal one
// is what stands there, what people are told is fit for one line of a terminal,
// and the same text gives the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "pinwarden/dockerfile.h"
#include "pinwarden/problem.h"

namespace {

using pinwarden::ImageSearch;
using pinwarden::ImageUse;
using pinwarden::TextRange;

void Require(bool holds) {
  if (!holds) std::abort();
}

bool IsIn(TextRange at, absl::string_view text) {
  return at.begin <= at.end && at.end <= text.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  pinwarden::SearchOptions options;
  options.build_args = {{"TAG", "1.2.3"}, {"EMPTY", ""}};
  pinwarden::LooksLikeDockerfile("-", text);
  const ImageSearch found =
      pinwarden::FindDockerfileImages({"Dockerfile", text}, options);
  for (const ImageUse& use : found.uses) {
    Require(use.file == 0 && IsIn(use.at, text) && !use.at.empty());
    Require(
        !use.literal ||
        (use.not_judged.empty() &&
         text.substr(use.at.begin, use.at.end - use.at.begin) == use.image));
    Require(!use.where.empty() && pinwarden::IsPrintable(use.where));
    Require(pinwarden::IsPrintable(use.not_judged));
    Require(use.image != "scratch");
  }
  for (const auto& [file, problem] : found.problems) {
    Require(file == 0 && IsIn(problem.at, text));
    Require(!problem.message.empty());
    Require(pinwarden::IsPrintable(problem.message));
  }
  const ImageSearch again =
      pinwarden::FindDockerfileImages({"Dockerfile", text}, options);
  Require(again.uses.size() == found.uses.size());
  Require(again.problems.size() == found.problems.size());
  return 0;
}
