// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/daemon_paths.h"

#include "absl/strings/str_cat.h"
#include "doctor/show.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxBytes = 64 << 10;

void Take(const YamlNode& root, absl::string_view key, std::string& out) {
  const YamlNode* value = root.Find(key);
  if (value != nullptr && value->kind() == YamlNode::Kind::kScalar) {
    out = std::string(value->scalar());
  }
}

}  // namespace

DaemonPaths ReadDaemonPaths(const HostFiles& files, const std::string& path) {
  DaemonPaths paths;
  const absl::StatusOr<std::string> text = files.Read(path, kMaxBytes);
  if (!text.ok()) {
    if (!absl::IsNotFound(text.status())) {
      paths.problem = std::string(text.status().message());
    }
    return paths;
  }
  const YamlDocument document = ParseYaml(*text);
  if (HasErrors(document.problems)) {
    const Problem& first = document.problems.front();
    paths.problem = absl::StrCat(Show(path), ":", first.at.line, ":",
                                 first.at.column, ": ", first.message);
    return paths;
  }
  if (document.root.kind() != YamlNode::Kind::kMapping) return paths;
  Take(document.root, "policy", paths.policy);
  Take(document.root, "nri_socket", paths.nri_socket);
  Take(document.root, "cri_socket", paths.cri_socket);
  Take(document.root, "read_socket", paths.read_socket);
  Take(document.root, "state_directory", paths.state_directory);
  Take(document.root, "judged_file", paths.judged_file);
  return paths;
}

}  // namespace pinwarden
