// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "pinwarden/kubernetes.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxActionBytes = 256;  // that are looked at

// What an action of Helm's has in it, and those of others that are written in
// "{{" do not.
constexpr absl::string_view kOfHelm[] = {
    ".Values",    ".Release.", ".Chart.",     ".Capabilities.",
    "include \"", "define \"", "template \"", "toYaml "};

// Kinds without a pod in them: many of a chart's templates are of these alone.
constexpr absl::string_view kWithoutImage[] = {
    "APIService",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "CustomResourceDefinition",
    "Endpoints",
    "EndpointSlice",
    "HorizontalPodAutoscaler",
    "Ingress",
    "IngressClass",
    "LimitRange",
    "MutatingWebhookConfiguration",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "PriorityClass",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "ServiceMonitor",
    "StorageClass",
    "ValidatingWebhookConfiguration",
};

// `action` starts after "{{".
bool IsHelmAction(absl::string_view action) {
  action = action.substr(0, action.find("}}"));
  return std::any_of(std::begin(kOfHelm), std::end(kOfHelm),
                     [action](absl::string_view word) {
                       return absl::StrContains(action, word);
                     });
}

bool IsInTemplates(absl::string_view path) {
  return absl::StartsWith(path, "templates/") ||
         absl::StrContains(path, "/templates/");
}

// Whether all that it says of kinds are kinds without an image.
bool HasNoImage(absl::string_view text) {
  bool any = false;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    absl::string_view line = text.substr(0, end);
    text.remove_prefix(end == absl::string_view::npos ? text.size() : end + 1);
    if (!absl::ConsumePrefix(&line, "kind:")) continue;
    const absl::string_view kind = absl::StripAsciiWhitespace(line);
    any = true;
    if (std::find(std::begin(kWithoutImage), std::end(kWithoutImage), kind) ==
        std::end(kWithoutImage)) {
      return false;
    }
  }
  return any;
}

// Its first action.
TextRange FirstAction(absl::string_view text) {
  const size_t begin = std::min(text.find("{{"), text.size());
  const absl::string_view action = text.substr(begin, kMaxActionBytes);
  const size_t end = action.find("}}");
  return {begin, std::min(text.size(), end == absl::string_view::npos
                                           ? begin + 2
                                           : begin + end + 2)};
}

}  // namespace

bool LooksLikeHelmTemplate(absl::string_view path, absl::string_view text) {
  size_t at = text.find("{{");
  if (at != absl::string_view::npos && IsInTemplates(path)) return true;
  for (; at != absl::string_view::npos; at = text.find("{{", at)) {
    at += 2;
    if (IsHelmAction(text.substr(at, kMaxActionBytes))) return true;
  }
  return false;
}

ImageSearch FindHelmTemplateImages(const SourceText& source,
                                   const SourceTree& tree,
                                   const SearchOptions& options) {
  ImageSearch search = FindKubernetesImages(source, tree, options);
  // Half of a template says nothing of what is wrong with the whole.
  search.problems.clear();
  if (tree.problems.empty() || HasNoImage(source.text)) return search;
  ImageUse use;
  use.at = FirstAction(source.text);
  use.where = "Helm template";
  use.not_judged =
      "this is a template of a Helm chart, and its images are known only once "
      "it is filled in; lint the output of `helm template`";
  const auto after = std::find_if(
      search.uses.begin(), search.uses.end(),
      [&use](const ImageUse& other) { return other.at.begin >= use.at.begin; });
  search.uses.insert(after, std::move(use));
  return search;
}

}  // namespace pinwarden
