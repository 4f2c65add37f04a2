// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_COMPOSE_SCOPE_H_
#define PINWARDEN_COMPOSE_SCOPE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "compose/files.h"
#include "pinwarden/dotenv.h"
#include "pinwarden/image_use.h"
#include "pinwarden/interpolation.h"
#include "pinwarden/source_tree.h"

namespace pinwarden::compose_internal {

// The variables that the files of one project see: those of the environment
// come first; for what a project includes, those of that project; then those
// of its own files of variables.
class Scope {
 public:
  explicit Scope(const Variables& environment) : environment_(&environment) {}
  explicit Scope(const Scope* including) : including_(including) {}

  std::optional<VariableValue> Find(absl::string_view name) const;
  absl::StatusOr<Interpolation> Fill(absl::string_view text) const;

  // Reads a file of variables over those that were read before. `named_by` is
  // where it is asked for, null for ".env", which may be missing.
  void ReadFile(const std::string& path, const FilePlace* named_by,
                Files* files);
  // Unless it is set.
  void SetDefault(absl::string_view name, std::string text);

 private:
  const Variables* environment_ = nullptr;
  const Scope* including_ = nullptr;
  std::map<std::string, Dotenv::Value, std::less<>> own_;
};

// A node, and what is needed to understand it.
struct Place {
  SourceNode node;
  size_t file = 0;
  const Scope* scope = nullptr;

  FilePlace at() const { return {file, node.at()}; }
};

// What is told of a variable that is needed and not set.
std::string NotSet(absl::string_view variable);
// What is told of an error of Interpolate().
std::string CannotFill(const absl::Status& status);

}  // namespace pinwarden::compose_internal

#endif  // PINWARDEN_COMPOSE_SCOPE_H_
