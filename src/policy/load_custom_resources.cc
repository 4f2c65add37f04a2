// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/node_path.h"
#include "pinwarden/quote.h"
#include "policy/loader.h"
#include "policy/read.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kKey = "custom_resources";
constexpr absl::string_view kKeys[] = {"group", "kind", "images", "pods"};
constexpr absl::string_view kRequired[] = {"group", "kind"};
constexpr size_t kMaxGroupBytes = 253;
constexpr size_t kMaxKindBytes = 63;
constexpr size_t kMaxShownBytes = 80;

std::string ReadGroup(const YamlNode& node, ProblemLog* log) {
  const auto group = ReadText(node, "group", kMaxGroupBytes, log);
  if (!group) return "";
  const size_t slash = group->find('/');
  if (slash == absl::string_view::npos) return std::string(*group);
  log->Error(node.at(), absl::StrCat("\"group\" stands without a version: ",
                                     Quote(group->substr(0, slash))));
  return "";
}

std::vector<std::string> ReadPaths(const YamlNode& node, absl::string_view key,
                                   ProblemLog* log) {
  std::vector<std::string> paths;
  ReadList(node, key, EmptyList::kIsAnError, kMaxCustomResourcePaths, log,
           [&](const YamlNode& item) {
             const auto text = ReadText(item, key, kMaxNodePathBytes, log);
             if (!text) return;
             const auto path = ParseNodePath(*text);
             if (path.ok()) return paths.push_back(std::string(*text));
             log->Error(item.at(),
                        absl::StrCat("bad path ", Quote(*text, kMaxShownBytes),
                                     ": ", path.status().message(),
                                     "; write it as spec.steps[*].image"));
           });
  return paths;
}

CustomResource LoadOne(const YamlNode& node, ProblemLog* log) {
  CustomResource resource;
  const MappingReader reader(node, "a custom resource", kKeys, kRequired, log);
  if (const YamlNode* group = reader.Get("group")) {
    resource.group = ReadGroup(*group, log);
  }
  if (const YamlNode* kind = reader.Get("kind")) {
    resource.kind =
        std::string(ReadText(*kind, "kind", kMaxKindBytes, log).value_or(""));
  }
  const YamlNode* const images = reader.Get("images");
  const YamlNode* const pods = reader.Get("pods");
  if (images != nullptr) resource.images = ReadPaths(*images, "images", log);
  if (pods != nullptr) resource.pods = ReadPaths(*pods, "pods", log);
  if (reader.clean() && images == nullptr && pods == nullptr) {
    log->Error(node.at(),
               "a custom resource needs one of the keys images and pods: the "
               "paths to what names an image, or to what is like a pod");
  }
  return resource;
}

}  // namespace

std::vector<CustomResource> LoadCustomResources(const YamlNode& node,
                                                ProblemLog* log) {
  std::vector<CustomResource> resources;
  absl::flat_hash_map<std::string, int> lines;  // of each kind there is
  ReadList(node, kKey, EmptyList::kIsFine, kMaxCustomResources, log,
           [&](const YamlNode& item) {
             CustomResource resource = LoadOne(item, log);
             if (resource.group.empty() || resource.kind.empty()) return;
             const auto [first, added] =
                 lines.emplace(absl::StrCat(resource.group, "/", resource.kind),
                               item.at().line);
             if (added) return resources.push_back(std::move(resource));
             log->Error(item.at(),
                        absl::StrCat("kind ", Quote(resource.kind),
                                     " of group ", Quote(resource.group),
                                     " is already on line ", first->second));
           });
  return resources;
}

}  // namespace pinwarden
