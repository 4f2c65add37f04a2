// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_KUBERNETES_FIND_H_
#define PINWARDEN_TESTS_KUBERNETES_FIND_H_

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "pinwarden/kubernetes.h"
#include "testing/show_uses.h"

namespace pinwarden::testing {

// What is found in `text`, as ShowUses() has it.
inline std::string FindIn(absl::string_view text,
                          const std::string& path = "web.yaml",
                          const SearchOptions& options = {}) {
  const bool json = absl::EndsWith(path, ".json");
  const SourceTree tree = json ? ParseJsonSource(text) : ParseYamlSource(text);
  return ShowUses(FindKubernetesImages({path, text}, tree, options), text);
}

// One manifest, and what is found in it.
struct FindCase {
  const char* name;
  const char* text;
  const char* want;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_KUBERNETES_FIND_H_
