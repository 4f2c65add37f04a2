// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What kind of file it is: the one place that knows all of them. A format that
// is told by something that no other has comes before one that is not.
#include "lint/formats.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "pinwarden/compose.h"
#include "pinwarden/dockerfile.h"
#include "pinwarden/ecs.h"
#include "pinwarden/kubernetes.h"
#include "pinwarden/pipelines.h"

namespace pinwarden {
namespace {

struct NamedFormat {
  FileFormat format;
  absl::string_view name;
};

constexpr NamedFormat kNames[] = {
    {FileFormat::kKubernetes, "kubernetes"},
    {FileFormat::kHelmTemplate, "helm-template"},
    {FileFormat::kCompose, "compose"},
    {FileFormat::kDockerfile, "dockerfile"},
    {FileFormat::kEcs, "ecs"},
    {FileFormat::kCloudFormation, "cloudformation"},
    {FileFormat::kTerraform, "terraform"},
    {FileFormat::kGitHubActions, "github-actions"},
    {FileFormat::kGitLabCi, "gitlab-ci"},
};

bool IsJsonName(absl::string_view path) {
  return absl::EndsWithIgnoreCase(path, ".json");
}

// YAML takes most of JSON, but not all, and says less about what is wrong.
void ParseTree(const SourceText& source, OpenedFile* file) {
  const size_t first = source.text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool like_json =
      first != absl::string_view::npos &&
      (source.text[first] == '{' || source.text[first] == '[');
  if (IsJsonName(source.path) || like_json) {
    file->tree = ParseJsonSource(source.text);
    // JSON has no comments: a "#" in it stands in a text.
    file->comments = false;
    if (file->tree.problems.empty() || IsJsonName(source.path)) return;
  }
  file->tree = ParseYamlSource(source.text);
  file->comments = true;
  file->comments_on_line = true;
}

// The formats that have a tree, the surest to tell first: one that is known by
// a word of its own comes before those known by their names, and GitLab CI,
// whose jobs can have any key, last.
struct TreeFormat {
  FileFormat format;
  bool (*looks_like)(absl::string_view path, const SourceTree& tree);
  ImageSearch (*find)(const SourceText& source, const SourceTree& tree,
                      const SearchOptions& options);
};

constexpr TreeFormat kTreeFormats[] = {
    {FileFormat::kCloudFormation, LooksLikeCloudFormation,
     FindCloudFormationImages},
    {FileFormat::kTerraform, LooksLikeTerraformPlan, FindTerraformImages},
    {FileFormat::kEcs, LooksLikeEcs, FindEcsImages},
    {FileFormat::kKubernetes, LooksLikeKubernetes, FindKubernetesImages},
    {FileFormat::kGitHubActions, LooksLikeGitHubActions,
     FindGitHubActionsImages},
    {FileFormat::kCompose, LooksLikeCompose, FindComposeImages},
    {FileFormat::kGitLabCi, LooksLikeGitLabCi, FindGitLabCiImages},
};

std::optional<FileFormat> FormatOf(const SourceText& source,
                                   const SourceTree& tree) {
  for (const TreeFormat& entry : kTreeFormats) {
    if (entry.looks_like(source.path, tree)) return entry.format;
  }
  return std::nullopt;
}

}  // namespace

absl::string_view FileFormatName(FileFormat format) {
  for (const NamedFormat& named : kNames) {
    if (named.format == format) return named.name;
  }
  return "";
}

std::optional<FileFormat> ParseFileFormat(absl::string_view name) {
  for (const NamedFormat& named : kNames) {
    if (named.name == name) return named.format;
  }
  return std::nullopt;
}

std::vector<std::string> FileFormatNames() {
  std::vector<std::string> names;
  for (const NamedFormat& named : kNames) names.emplace_back(named.name);
  return names;
}

OpenedFile OpenSource(const SourceText& source,
                      std::optional<FileFormat> format) {
  OpenedFile file;
  file.format = format;
  if (!format && LooksLikeDockerfile(source.path, source.text)) {
    file.format = FileFormat::kDockerfile;
  }
  if (file.format == FileFormat::kDockerfile) return file;
  ParseTree(source, &file);
  if (!file.format) file.format = FormatOf(source, file.tree);
  // A template that is no YAML. One that is has templates in its texts only.
  const bool may_be_template =
      !format && (!file.format || file.format == FileFormat::kKubernetes);
  if (may_be_template && !file.tree.problems.empty() &&
      LooksLikeHelmTemplate(source.path, source.text)) {
    file.format = FileFormat::kHelmTemplate;
  }
  return file;
}

ImageSearch FindImages(FileFormat format, const SourceText& source,
                       const SourceTree& tree, const SearchOptions& options) {
  if (format == FileFormat::kDockerfile) {
    return FindDockerfileImages(source, options);
  }
  if (format == FileFormat::kHelmTemplate) {
    return FindHelmTemplateImages(source, tree, options);
  }
  for (const TreeFormat& entry : kTreeFormats) {
    if (entry.format == format) return entry.find(source, tree, options);
  }
  return {};
}

}  // namespace pinwarden
