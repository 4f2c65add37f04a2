// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "compose/project_files.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pinwarden/compose.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {
namespace {

std::string PathOf(const ImageSearch& search, size_t file,
                   const std::string& main) {
  return file == 0 ? main : search.others.at(file - 1).path;
}

std::string Describe(const ImageSearch& search, const ImageUse& use) {
  const std::string& where = use.where;
  return absl::StrCat(use.file == 0 ? "" : search.others.at(use.file - 1).path,
                      use.file == 0 ? "" : ": ", use.image, " (",
                      absl::StripPrefix(where, "service "), ")",
                      use.literal ? "" : " ~",
                      use.not_judged.empty() ? "" : " !", use.not_judged);
}

}  // namespace

ImageSearch ProjectFiles::Search() const {
  SearchOptions with_read = options;
  with_read.read =
      [this](const std::string& path) -> absl::StatusOr<std::string> {
    const auto it = files.find(path);
    if (it == files.end()) return absl::NotFoundError("no such file");
    if (it->second == "<denied>") return absl::PermissionDeniedError("denied");
    return it->second;
  };
  const std::string& text = files.at(main);
  const SourceTree tree = ParseYamlSource(text);
  return FindComposeImages({main, text}, tree, with_read);
}

std::vector<std::string> ProjectFiles::Found() const {
  const ImageSearch search = Search();
  std::vector<std::string> found;
  for (const ImageUse& use : search.uses) {
    found.push_back(Describe(search, use));
  }
  for (const auto& problem : search.problems) {
    found.push_back(absl::StrCat(PathOf(search, problem.file, main), ": ",
                                 problem.problem.message));
  }
  return found;
}

std::vector<std::string> FoundIn(absl::string_view text) {
  ProjectFiles project;
  project.files["compose.yaml"] = std::string(text);
  return project.Found();
}

}  // namespace pinwarden
