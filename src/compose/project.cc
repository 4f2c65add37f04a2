// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// In the order of Compose: the services that a document includes, each from a
// project of its own, then its own ones, each after what it extends, are merged
// into those of the documents before it.
#include "compose/project.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compose/layout.h"
#include "compose/paths.h"
#include "pinwarden/compose.h"

namespace pinwarden::compose_internal {
namespace {

// Things looked at in one search: far more than there is in any project, and
// not so many that files which multiply themselves take long.
constexpr size_t kMaxWork = 1'000'000;
// Of text with variables, that are as much as one thing.
constexpr size_t kWorkBytes = 256;

// Where a service says what it extends.
FilePlace ExtendsOf(const Place& service) {
  return {service.file, service.node.Find("extends").at()};
}

}  // namespace

bool Projects::Spend(size_t work, const Place& place) {
  work_ += work;
  if (work_ <= kMaxWork) return true;
  files_.Problem(place.at(),
                 "the project is too large: images from here on are not "
                 "judged");
  return false;
}

std::optional<std::string> Projects::TextOf(const Place& place,
                                            absl::string_view what) {
  if (!place.node.IsScalar()) {
    files_.Problem(place.at(), absl::StrCat(what, " is not text"));
    return std::nullopt;
  }
  work_ += place.node.scalar().size() / kWorkBytes;
  absl::StatusOr<Interpolation> filled = place.scope->Fill(place.node.scalar());
  if (filled.ok() && filled->unset.empty()) return std::move(filled->text);
  files_.Problem(place.at(),
                 absl::StrCat(what, " is not known: ",
                              filled.ok() ? NotSet(filled->unset)
                                          : CannotFill(filled.status())));
  return std::nullopt;
}

std::optional<size_t> Projects::Read(const std::string& path,
                                     const Place& named_by) {
  const absl::StatusOr<size_t> file = files_.ReadCompose(path);
  if (file.ok()) return *file;
  files_.Problem(named_by.at(),
                 absl::StrCat("images of ", Plainly(path),
                              " are not judged, it cannot be read: ",
                              Plainly(file.status().message())));
  return std::nullopt;
}

void Projects::Add(const std::vector<size_t>& numbers, Scope* scope,
                   const std::string& directory) {
  AddUses(Load(numbers, scope, directory));
}

void Projects::SetProjectName(const Place& name, Scope* scope) const {
  if (!name.node.IsScalar()) return;
  const auto text = scope->Fill(name.node.scalar());
  if (text.ok() && text->unset.empty()) {
    scope->SetDefault("COMPOSE_PROJECT_NAME", text->text);
  }
}

Model Projects::Load(const std::vector<size_t>& numbers, Scope* scope,
                     const std::string& directory) {
  Model model;
  including_.push_back(numbers.front());
  for (const size_t number : numbers) {
    for (const SourceNode& document : files_.tree(number).documents) {
      SetProjectName({document.Find("name"), number, scope}, scope);
      const Place include{document.Find("include"), number, scope};
      const Model included = Include(include, directory);
      for (const auto& [name, service] : included) {
        if (!Spend(MergeService(service, &model[name]), include)) break;
      }
      MergeDocument({document, number, scope}, directory, &included, &model);
    }
  }
  including_.pop_back();
  return model;
}

void Projects::AddUses(const Model& model) {
  std::map<size_t, Model::const_iterator> in_order;
  for (auto it = model.begin(); it != model.end(); ++it) {
    in_order.emplace(it->second.order, it);
  }
  for (const auto& [order, it] : in_order) {
    uses_.AddService(it->first, it->second);
  }
}

void Projects::MergeDocument(const Place& document,
                             const std::string& directory,
                             const Model* included, Model* model) {
  const SourceNode services = ServicesOf(document.node);
  const Place place{services, document.file, document.scope};
  const bool reset = services.tag() == "!reset";
  if (model != nullptr && (reset || services.tag() == "!override")) {
    model->clear();
  }
  if (services.kind() == SourceNode::Kind::kNull || reset) return;
  if (!services.IsMapping()) {
    files_.Problem(place.at(), "services are not a mapping of names");
    return;
  }
  if (!Spend(1 + services.entries().size(), place)) return;
  auto layer = std::make_unique<Layer>();
  layer->file = document.file;
  layer->scope = document.scope;
  layer->directory = directory;
  layer->included = included;
  for (const SourceEntry& entry : services.entries()) {
    layer->services[entry.key] = entry.value;
  }
  Layer& kept = *layer;
  layers_.push_back(std::move(layer));
  if (model != nullptr) MergeLayer(kept, services, model);
  kept.included = nullptr;  // is not kept
}

void Projects::MergeLayer(const Layer& layer, const SourceNode& services,
                          Model* model) {
  for (const SourceEntry& entry : services.entries()) {
    const absl::string_view name = entry.key;
    const SourceNode& node = layer.services.at(name);
    if (node.at() != entry.value.at()) continue;  // given again further on
    const Place place{node, layer.file, layer.scope};
    if (node.tag() == "!reset" || node.tag() == "!override") model->erase(name);
    if (node.tag() == "!reset" || node.kind() == SourceNode::Kind::kNull) {
      continue;
    }
    const std::vector<Step> chain = Chain(layer, name);
    ComposeService& service = (*model)[name];
    if (service.order == 0) service.order = ++services_;
    for (auto step = chain.rbegin(); step != chain.rend(); ++step) {
      const size_t work = step->included != nullptr
                              ? MergeService(*step->included, &service)
                              : MergeService(step->service, &service);
      if (!Spend(work, place)) return;
    }
  }
}

std::vector<Projects::Step> Projects::Chain(const Layer& layer,
                                            absl::string_view name) {
  std::vector<Step> chain;
  std::optional<Step> next =
      Step{{layer.services.at(name), layer.file, layer.scope}, &layer, name};
  while (next.has_value()) {
    const auto same = [&next](const Step& step) {
      return step.name == next->name && step.layer->file == next->layer->file &&
             step.service.at().at == next->service.at().at;
    };
    if (std::any_of(chain.begin(), chain.end(), same)) {
      files_.Problem(ExtendsOf(chain.back().service),
                     absl::StrCat("service ", Plainly(name),
                                  " extends itself in the end"));
      break;
    }
    if (chain.size() == kMaxComposeExtends) {
      files_.Problem(ExtendsOf(chain.back().service),
                     absl::StrCat("more than ", kMaxComposeExtends,
                                  " services extend each other"));
      break;
    }
    chain.push_back(*next);
    if (next->included != nullptr) break;
    next = BaseOf(*next);
  }
  return chain;
}

std::optional<Projects::Step> Projects::BaseOf(const Step& step) {
  const Place& place = step.service;
  if (!place.node.IsMapping()) {
    if (place.node.kind() != SourceNode::Kind::kNull) {
      files_.Problem(place.at(), absl::StrCat("service ", Plainly(step.name),
                                              " is not a mapping"));
    }
    return std::nullopt;
  }
  const SourceNode& extends = place.node.Find("extends");
  if (extends.kind() == SourceNode::Kind::kNull || extends.tag() == "!reset") {
    return std::nullopt;
  }
  const bool mapping = extends.IsMapping();
  const Place named{mapping ? extends.Find("service") : extends, place.file,
                    place.scope};
  if (!named.node.IsScalar()) {
    files_.Problem({place.file, extends.at()},
                   "\"extends\" does not name a service");
    return std::nullopt;
  }
  const auto service = TextOf(named, "the service that this one extends");
  if (!service.has_value()) return std::nullopt;
  std::string file;
  if (mapping && extends.Find("file").kind() != SourceNode::Kind::kNull) {
    const auto text = TextOf({extends.Find("file"), place.file, place.scope},
                             "the file that this service extends");
    if (!text.has_value()) return std::nullopt;
    file = *text;
  }
  return FindBase(step, named, file, *service);
}

const std::vector<const Layer*>* Projects::LayersOf(const Step& step,
                                                    const Place& named,
                                                    absl::string_view file) {
  if (IsRemote(file)) {
    files_.Problem(named.at(), absl::StrCat(Plainly(file),
                                            " is not on this host: what this "
                                            "service extends is not judged"));
    return nullptr;
  }
  const std::string path = PathFrom(step.layer->directory, file);
  const std::optional<size_t> number = Read(path, named);
  if (!number.has_value()) return nullptr;
  const auto [known, fresh] =
      extended_.try_emplace({*number, step.layer->scope});
  if (!fresh) return &known->second;
  const size_t before = layers_.size();
  for (const SourceNode& document : files_.tree(*number).documents) {
    MergeDocument({document, *number, step.layer->scope}, DirectoryOf(path),
                  nullptr, nullptr);
  }
  for (size_t i = layers_.size(); i > before; --i) {
    known->second.push_back(layers_[i - 1].get());
  }
  return &known->second;
}

std::optional<Projects::Step> Projects::FindBase(const Step& step,
                                                 const Place& named,
                                                 absl::string_view file,
                                                 absl::string_view service) {
  const std::vector<const Layer*> own = {step.layer};
  const std::vector<const Layer*>* layers =
      file.empty() ? &own : LayersOf(step, named, file);
  if (layers == nullptr) return std::nullopt;
  for (const Layer* layer : *layers) {
    const auto found = layer->services.find(service);
    if (found != layer->services.end()) {
      return Step{
          {found->second, layer->file, layer->scope}, layer, found->first};
    }
  }
  const Model* included = file.empty() ? step.layer->included : nullptr;
  if (included != nullptr) {
    const auto found = included->find(service);
    if (found != included->end()) {
      return Step{step.service, step.layer, found->first, &found->second};
    }
  }
  files_.Problem(
      named.at(),
      absl::StrCat("there is no service ", Plainly(service), " in ",
                   Plainly(file.empty() ? files_.path(named.file) : file),
                   ", which service ", Plainly(step.name), " extends"));
  return std::nullopt;
}

}  // namespace pinwarden::compose_internal
