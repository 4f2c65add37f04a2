// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/compose.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "compose/files.h"
#include "compose/paths.h"
#include "compose/project.h"
#include "compose/scope.h"
#include "compose/uses.h"

namespace pinwarden {
namespace {

using compose_internal::DirectoryOf;
using compose_internal::FilePlace;
using compose_internal::Files;
using compose_internal::NameOf;
using compose_internal::PathFrom;
using compose_internal::Projects;
using compose_internal::Scope;
using compose_internal::Uses;

// The names that Compose looks for when it is given none, and the overrides
// that it takes with any of them: the first of these that is there.
constexpr absl::string_view kDefaultNames[] = {
    "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"};
constexpr absl::string_view kDefaultOverrides[] = {
    "compose.override.yml", "compose.override.yaml",
    "docker-compose.override.yml", "docker-compose.override.yaml"};

void ReadVariables(const SourceText& source, const SearchOptions& options,
                   Scope* scope, Files* files) {
  const FilePlace top;
  for (const std::string& path : options.env_files) {
    scope->ReadFile(PathFrom("", path), &top, files);
  }
  if (options.env_files.empty()) {
    scope->ReadFile(PathFrom(DirectoryOf(source.path), ".env"), nullptr, files);
  }
}

// Adds the number of the override at `path`. False if it is not there.
bool ReadOverride(const std::string& path, bool optional, Files* files,
                  std::vector<size_t>* numbers) {
  const absl::StatusOr<size_t> number = files->ReadCompose(path);
  if (number.ok()) {
    if (*number != 0) numbers->push_back(*number);
    return true;
  }
  if (optional && (absl::IsNotFound(number.status()) ||
                   absl::IsUnavailable(number.status()))) {
    return false;
  }
  files->Problem({}, absl::StrCat("the override file ", Plainly(path),
                                  " is left out, it cannot be read: ",
                                  Plainly(number.status().message())));
  return true;
}

// The files of the project, each one overriding those before it.
std::vector<size_t> ReadProject(const SourceText& source,
                                const SearchOptions& options, Files* files) {
  std::vector<size_t> numbers = {0};
  if (options.overrides) {
    for (const std::string& path : *options.overrides) {
      ReadOverride(PathFrom("", path), false, files, &numbers);
    }
    return numbers;
  }
  const absl::string_view* end = std::end(kDefaultNames);
  if (std::find(std::begin(kDefaultNames), end, NameOf(source.path)) == end) {
    return numbers;
  }
  for (const absl::string_view name : kDefaultOverrides) {
    const std::string path = PathFrom(DirectoryOf(source.path), name);
    if (ReadOverride(path, true, files, &numbers)) break;
  }
  return numbers;
}

}  // namespace

ImageSearch FindComposeImages(const SourceText& source, const SourceTree& tree,
                              const SearchOptions& options) {
  Files files(source, tree, options);
  Uses uses(&files, options);
  Scope scope(options.environment);
  Projects projects(&files, &uses);
  ReadVariables(source, options, &scope, &files);
  projects.Add(ReadProject(source, options, &files), &scope,
               DirectoryOf(source.path));
  return std::move(files).Finish(std::move(uses).Take());
}

}  // namespace pinwarden
