// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "compose/layout.h"
#include "compose/paths.h"
#include "pinwarden/compose.h"

namespace pinwarden {
namespace {

using compose_internal::IsTopKey;
using compose_internal::ServicesOf;

enum class Name { kNo, kMaybe, kYes };

// "compose.yaml" and "docker-compose.yml" are Compose files whatever is in
// them; "compose.prod.yaml", "docker-compose-test.yml" and "web.compose.yml"
// may be.
Name Judge(absl::string_view path) {
  absl::string_view name = compose_internal::NameOf(path);
  if (!absl::ConsumeSuffix(&name, ".yaml") &&
      !absl::ConsumeSuffix(&name, ".yml") &&
      !absl::ConsumeSuffix(&name, ".json")) {
    return Name::kNo;
  }
  if (name == "compose" || name == "docker-compose") return Name::kYes;
  for (const absl::string_view word : {"docker-compose", "compose"}) {
    for (const absl::string_view mark : {".", "-", "_"}) {
      if ((absl::StartsWith(name, word) &&
           absl::StartsWith(name.substr(word.size()), mark)) ||
          (absl::EndsWith(name, word) &&
           absl::EndsWith(name.substr(0, name.size() - word.size()), mark))) {
        return Name::kMaybe;
      }
    }
  }
  return Name::kNo;
}

bool Has(const SourceNode& mapping, absl::string_view key) {
  return mapping.Find(key).kind() != SourceNode::Kind::kNull;
}

// A mapping of names, one of which is given what only services of Compose have.
bool AreServices(const SourceNode& services) {
  for (const SourceEntry& entry : services.entries()) {
    if (entry.value.Find("image").IsScalar() || Has(entry.value, "build") ||
        Has(entry.value, "extends") || Has(entry.value, "provider")) {
      return true;
    }
  }
  return false;
}

bool IsCompose(const SourceNode& document, Name name) {
  if (!document.IsMapping()) return false;
  if (Has(document, "apiVersion") && Has(document, "kind")) return false;
  const SourceNode& services = document.Find("services");
  const bool only_ours =
      std::all_of(document.entries().begin(), document.entries().end(),
                  [](const SourceEntry& entry) { return IsTopKey(entry.key); });
  if (name == Name::kNo) return only_ours && AreServices(services);
  return services.IsMapping() || only_ours || ServicesOf(document).IsMapping();
}

}  // namespace

bool LooksLikeCompose(absl::string_view path, const SourceTree& tree) {
  const Name name = Judge(path);
  if (tree.documents.empty()) return name == Name::kYes;
  return std::any_of(
      tree.documents.begin(), tree.documents.end(),
      [name](const SourceNode& document) { return IsCompose(document, name); });
}

}  // namespace pinwarden
