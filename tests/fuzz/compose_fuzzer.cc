// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Whatever the files: every image and problem at a place in its file and fit
// for one line of a terminal, what can be rewritten is there as it is, what
// needs a variable that nobody set is not judged, and the same every time. A
// NUL ends the Compose file and starts its .env, another one a file that it may
// extend or include.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "pinwarden/compose.h"
#include "pinwarden/dotenv.h"
#include "pinwarden/problem.h"
#include "pinwarden/reference.h"

namespace {

using pinwarden::Dotenv;
using pinwarden::ImageSearch;
using pinwarden::ImageUse;
using pinwarden::TextRange;

constexpr size_t kMaxMessageBytes = 2048;

void Require(bool holds) {
  if (!holds) std::abort();
}

bool IsLine(absl::string_view text) {
  return text.size() <= kMaxMessageBytes && pinwarden::IsPrintable(text);
}

struct Project {
  std::string compose;
  std::string env;
  std::string other;
};

Project Split(absl::string_view data) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(data, absl::MaxSplits('\0', 2));
  Project project;
  project.compose = std::string(parts[0]);
  if (parts.size() > 1) project.env = std::string(parts[1]);
  if (parts.size() > 2) project.other = std::string(parts[2]);
  return project;
}

ImageSearch Search(const Project& project) {
  pinwarden::SearchOptions options;
  options.environment = {{"SET", "1.2.3"}, {"EMPTY", ""}};
  options.read =
      [&project](const std::string& path) -> absl::StatusOr<std::string> {
    if (path == ".env") return project.env;
    if (path == "other.yaml" && !project.other.empty()) return project.other;
    return absl::NotFoundError("no such file");
  };
  const pinwarden::SourceTree tree =
      pinwarden::ParseYamlSource(project.compose);
  (void)pinwarden::LooksLikeCompose("compose.yaml", tree);
  return pinwarden::FindComposeImages({"compose.yaml", project.compose}, tree,
                                      options);
}

absl::string_view TextOf(const Project& project, const ImageSearch& search,
                         size_t file) {
  Require(file <= search.others.size());
  return file == 0 ? absl::string_view(project.compose)
                   : absl::string_view(search.others[file - 1].text);
}

void RequirePlace(absl::string_view text, TextRange at) {
  Require(at.begin <= at.end && at.end <= text.size());
}

// The name of `$NAME` and `${NAME}`, "" of anything else.
absl::string_view VariableAlone(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "$")) return "";
  if (absl::ConsumePrefix(&text, "{") && !absl::ConsumeSuffix(&text, "}")) {
    return "";
  }
  const bool name = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
  });
  return name ? text : "";
}

void CheckUse(const Project& project, const ImageSearch& search,
              const Dotenv& dotenv, const ImageUse& use) {
  const absl::string_view text = TextOf(project, search, use.file);
  RequirePlace(text, use.at);
  Require(!use.where.empty() && IsLine(use.where) && IsLine(use.not_judged));
  const absl::string_view written =
      text.substr(use.at.begin, use.at.end - use.at.begin);
  Require(!use.literal || (written == use.image && use.not_judged.empty()));
  const absl::string_view name = VariableAlone(written);
  if (name.empty() || name == "SET" || name == "EMPTY" ||
      name == "COMPOSE_PROJECT_NAME") {
    return;
  }
  const auto value = dotenv.values.find(name);
  if (value == dotenv.values.end()) {
    Require(!use.not_judged.empty() ||
            absl::StrContains(project.compose, "include") ||
            absl::StrContains(project.other, "include"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Project project =
      Split(absl::string_view(reinterpret_cast<const char*>(data), size));
  const Dotenv dotenv = pinwarden::ParseDotenv(
      project.env, [](absl::string_view) { return std::nullopt; });
  for (const auto& problem : dotenv.problems) {
    RequirePlace(project.env, problem.at);
    Require(IsLine(problem.message));
  }
  const ImageSearch search = Search(project);
  Require(search.others.size() <= pinwarden::kMaxComposeFiles);
  for (const ImageUse& use : search.uses) {
    CheckUse(project, search, dotenv, use);
  }
  for (const auto& problem : search.problems) {
    RequirePlace(TextOf(project, search, problem.file), problem.problem.at);
    Require(IsLine(problem.problem.message));
  }
  const ImageSearch again = Search(project);
  Require(again.uses.size() == search.uses.size());
  Require(again.problems.size() == search.problems.size());
  for (size_t i = 0; i < search.uses.size(); ++i) {
    Require(again.uses[i].image == search.uses[i].image);
    Require(again.uses[i].where == search.uses[i].where);
  }
  return 0;
}
