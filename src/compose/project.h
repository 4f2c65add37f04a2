// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_COMPOSE_PROJECT_H_
#define PINWARDEN_COMPOSE_PROJECT_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "compose/files.h"
#include "compose/scope.h"
#include "compose/service.h"
#include "compose/uses.h"

namespace pinwarden::compose_internal {

using Model = std::map<absl::string_view, ComposeService>;

// The services of one document.
struct Layer {
  size_t file = 0;
  const Scope* scope = nullptr;
  std::string directory;  // that "extends" takes its files from
  std::map<absl::string_view, SourceNode> services;
  const Model* included = nullptr;  // that they may extend, too
};

// Merges Compose files into the services that are run.
class Projects {
 public:
  Projects(Files* files, Uses* uses) : files_(*files), uses_(*uses) {}

  // Adds the images of the project whose files, each one overriding those
  // before it, are `numbers`, and of all that it includes.
  void Add(const std::vector<size_t>& numbers, Scope* scope,
           const std::string& directory);

 private:
  struct Step {
    Place service;
    const Layer* layer;
    absl::string_view name;
    const ComposeService* included = nullptr;  // this one, and not `service`
  };

  Model Load(const std::vector<size_t>& numbers, Scope* scope,
             const std::string& directory);
  void AddUses(const Model& model);
  // Merges the services of `document` into `model`, or, where that is null,
  // keeps them as a layer to extend.
  void MergeDocument(const Place& document, const std::string& directory,
                     const Model* included, Model* model);
  void MergeLayer(const Layer& layer, const SourceNode& services, Model* model);
  // `name` of `layer`, then what it extends.
  std::vector<Step> Chain(const Layer& layer, absl::string_view name);
  // What `step` extends: nothing, or nothing that could be found.
  std::optional<Step> BaseOf(const Step& step);
  std::optional<Step> FindBase(const Step& step, const Place& named,
                               absl::string_view file,
                               absl::string_view service);
  // The layers of another file, the last one first.
  const std::vector<const Layer*>* LayersOf(const Step& step,
                                            const Place& named,
                                            absl::string_view file);

  void SetProjectName(const Place& name, Scope* scope) const;
  // All that the entries of `include` bring.
  Model Include(const Place& include, const std::string& directory);
  Model IncludeEntry(const Place& entry, const std::string& directory);
  // The files that an entry names; none, and a problem, if one is not there.
  std::vector<size_t> ReadIncluded(const Place& entry,
                                   const std::string& directory,
                                   std::string* project);
  // The variables that they see.
  Scope* IncludedScope(const Place& entry, const std::string& directory,
                       const std::string& project);
  // The text of a node with its variables, or nothing and a problem.
  std::optional<std::string> TextOf(const Place& place, absl::string_view what);
  // A Compose file, or nothing and a problem at `named_by`.
  std::optional<size_t> Read(const std::string& path, const Place& named_by);
  bool Spend(size_t work, const Place& place);

  Files& files_;
  Uses& uses_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::vector<std::unique_ptr<Layer>> layers_;
  std::map<std::pair<size_t, const Scope*>, std::vector<const Layer*>>
      extended_;
  std::vector<size_t> including_;  // first files of the projects we are in
  size_t includes_ = 0;
  size_t services_ = 0;
  size_t work_ = 0;
};

}  // namespace pinwarden::compose_internal

#endif  // PINWARDEN_COMPOSE_PROJECT_H_
