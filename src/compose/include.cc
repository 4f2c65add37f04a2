// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What a Compose file includes: projects of their own, each with a directory
// and variables of its own, whose services it then has, too.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compose/paths.h"
#include "compose/project.h"
#include "pinwarden/compose.h"

namespace pinwarden::compose_internal {

Model Projects::Include(const Place& include, const std::string& directory) {
  Model all;
  for (const SourceNode& entry : include.node.items()) {
    const Place place{entry, include.file, include.scope};
    if (++includes_ > kMaxComposeFiles) {
      files_.Problem(place.at(), absl::StrCat("more than ", kMaxComposeFiles,
                                              " files are included: the rest "
                                              "is not judged"));
      break;
    }
    for (auto& [name, service] : IncludeEntry(place, directory)) {
      const auto [known, fresh] = all.try_emplace(name, service);
      // Two included files have it. Compose may refuse that, or merge them.
      if (!fresh) uses_.AddService(name, service);
    }
  }
  return all;
}

Model Projects::IncludeEntry(const Place& entry, const std::string& directory) {
  std::string project;
  const std::vector<size_t> numbers = ReadIncluded(entry, directory, &project);
  if (numbers.empty()) return {};
  return Load(numbers, IncludedScope(entry, directory, project), project);
}

std::vector<size_t> Projects::ReadIncluded(const Place& entry,
                                           const std::string& directory,
                                           std::string* project) {
  const SourceNode named =
      entry.node.IsMapping() ? entry.node.Find("path") : entry.node;
  std::vector<SourceNode> paths(named.items().begin(), named.items().end());
  if (named.IsScalar()) paths.push_back(named);
  if (paths.empty()) {
    files_.Problem(entry.at(), "\"include\" without a path");
    return {};
  }
  std::vector<size_t> numbers;
  for (const SourceNode& node : paths) {
    const Place place{node, entry.file, entry.scope};
    const auto text = TextOf(place, "the path of an included file");
    if (!text.has_value()) return {};
    if (IsRemote(*text)) {
      files_.Problem(place.at(), absl::StrCat(Plainly(*text),
                                              " is not on this host: its "
                                              "images are not judged"));
      return {};
    }
    const std::string path = PathFrom(directory, *text);
    if (numbers.empty()) *project = DirectoryOf(path);
    const std::optional<size_t> number = Read(path, place);
    if (!number.has_value()) return {};
    if (std::find(including_.begin(), including_.end(), *number) !=
        including_.end()) {
      files_.Problem(place.at(), absl::StrCat(Plainly(path),
                                              " includes itself in the end"));
      return {};
    }
    numbers.push_back(*number);
  }
  const Place set{entry.node.Find("project_directory"), entry.file,
                  entry.scope};
  if (set.node.kind() == SourceNode::Kind::kNull) return numbers;
  const auto text = TextOf(set, "the project directory");
  if (!text.has_value()) return {};
  if (!text->empty()) *project = PathFrom(directory, *text);
  return numbers;
}

Scope* Projects::IncludedScope(const Place& entry, const std::string& directory,
                               const std::string& project) {
  scopes_.push_back(std::make_unique<Scope>(entry.scope));
  Scope* scope = scopes_.back().get();
  const SourceNode& named = entry.node.Find("env_file");
  std::vector<SourceNode> paths(named.items().begin(), named.items().end());
  if (named.IsScalar()) paths.push_back(named);
  for (const SourceNode& node : paths) {
    const Place place{node, entry.file, entry.scope};
    const auto text = TextOf(place, "the path of a file of variables");
    if (!text.has_value() || *text == "/dev/null") continue;
    const FilePlace at = place.at();
    scope->ReadFile(PathFrom(directory, *text), &at, &files_);
  }
  if (paths.empty()) {
    scope->ReadFile(PathFrom(project, ".env"), nullptr, &files_);
  }
  return scope;
}

}  // namespace pinwarden::compose_internal
