// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "compose/layout.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace pinwarden::compose_internal {
namespace {

constexpr absl::string_view kTopKeys[] = {"version",  "name",    "services",
                                          "networks", "volumes", "secrets",
                                          "configs",  "include", "models"};

bool IsService(const SourceNode& node) {
  return node.Find("image").IsScalar() ||
         node.Find("build").kind() != SourceNode::Kind::kNull;
}

}  // namespace

bool IsTopKey(absl::string_view key) {
  return absl::StartsWith(key, "x-") ||
         std::find(std::begin(kTopKeys), std::end(kTopKeys), key) !=
             std::end(kTopKeys);
}

SourceNode ServicesOf(const SourceNode& document) {
  bool version_1 = false;
  for (const SourceEntry& entry : document.entries()) {
    if (IsTopKey(entry.key)) return document.Find("services");
    version_1 = version_1 || IsService(entry.value);
  }
  return version_1 ? document : SourceNode();
}

}  // namespace pinwarden::compose_internal
