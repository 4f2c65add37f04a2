// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "compose/service.h"

namespace pinwarden::compose_internal {
namespace {

// Whether what came before `node` at its place counts no more.
bool Forgets(const SourceNode& node) {
  return node.tag() == "!reset" || node.tag() == "!override";
}

// Whether `node` says anything itself.
bool Speaks(const SourceNode& node) {
  return node.kind() != SourceNode::Kind::kNull && node.tag() != "!reset";
}

Place At(const Place& from, const SourceNode& node) {
  return {node, from.file, from.scope};
}

void MergeField(const Place& from, const SourceNode& node,
                std::optional<Place>* field) {
  if (Forgets(node)) field->reset();
  if (Speaks(node)) *field = At(from, node);
}

// A mapping of names, or a list of "name=value".
size_t MergeNamed(const Place& from, const SourceNode& node,
                  ComposeService::NamedPlaces* named) {
  if (Forgets(node)) named->clear();
  if (!Speaks(node)) return 0;
  for (const SourceEntry& entry : node.entries()) {
    if (entry.value.tag() == "!reset") {
      named->erase(entry.key);
    } else {
      (*named)[entry.key] = {At(from, entry.value), 0};
    }
  }
  for (const SourceNode& item : node.items()) {
    const absl::string_view text = item.scalar();
    const size_t equals = text.find('=');
    (*named)[text.substr(0, equals)] = {
        At(from, item),
        equals == absl::string_view::npos ? equals : equals + 1};
  }
  return node.entries().size() + node.items().size();
}

size_t MergeBuild(const Place& from, const SourceNode& node,
                  ComposeService* service) {
  if (Forgets(node)) {
    service->built = false;
    service->dockerfile_inline.reset();
    service->args.clear();
    service->contexts.clear();
  }
  if (!Speaks(node)) return 0;
  service->built = true;
  for (const SourceEntry& entry : node.entries()) {
    if (entry.key != "dockerfile_inline") continue;
    MergeField(from, entry.value, &service->dockerfile_inline);
    service->dockerfile_key = entry.key_at;
  }
  return MergeNamed(from, node.Find("args"), &service->args) +
         MergeNamed(from, node.Find("additional_contexts"), &service->contexts);
}

// Only those in long form can be images. A volume is known by its target.
size_t MergeVolumes(const Place& from, const SourceNode& node,
                    ComposeService* service) {
  if (Forgets(node)) service->volumes.clear();
  if (!Speaks(node)) return 0;
  for (const SourceNode& item : node.items()) {
    if (!item.IsMapping()) continue;
    auto& volume = service->volumes[item.Find("target").scalar()];
    MergeField(from, item.Find("type"), &volume.type);
    MergeField(from, item.Find("source"), &volume.source);
  }
  return node.items().size();
}

size_t MergeHooks(const Place& from, const SourceNode& node,
                  ComposeService* service) {
  if (Forgets(node)) service->hooks.clear();
  if (!Speaks(node)) return 0;
  for (const SourceNode& item : node.items()) {
    const SourceNode& image = item.Find("image");
    if (Speaks(image)) service->hooks.push_back(At(from, image));
  }
  return node.items().size();
}

}  // namespace

size_t MergeService(const Place& written, ComposeService* service) {
  const SourceNode& node = written.node;
  MergeField(written, node.Find("image"), &service->image);
  MergeField(written, node.Find("pull_policy"), &service->pull_policy);
  size_t work = 1 + node.entries().size();
  work += MergeBuild(written, node.Find("build"), service);
  work += MergeVolumes(written, node.Find("volumes"), service);
  for (const absl::string_view hook : {"pre_start", "post_start", "pre_stop"}) {
    work += MergeHooks(written, node.Find(hook), service);
  }
  return work;
}

size_t MergeService(const ComposeService& whole, ComposeService* service) {
  const size_t order = service->order;
  if (order == 0) {
    *service = whole;
  } else {
    if (whole.image.has_value()) service->image = whole.image;
    if (whole.pull_policy.has_value()) {
      service->pull_policy = whole.pull_policy;
    }
    service->built = service->built || whole.built;
    if (whole.dockerfile_inline.has_value()) {
      service->dockerfile_inline = whole.dockerfile_inline;
      service->dockerfile_key = whole.dockerfile_key;
    }
    for (const auto& [name, arg] : whole.args) service->args[name] = arg;
    for (const auto& [name, context] : whole.contexts) {
      service->contexts[name] = context;
    }
    for (const auto& [target, volume] : whole.volumes) {
      service->volumes[target] = volume;
    }
    service->hooks.insert(service->hooks.end(), whole.hooks.begin(),
                          whole.hooks.end());
  }
  return 1 + whole.args.size() + whole.contexts.size() + whole.volumes.size() +
         whole.hooks.size();
}

}  // namespace pinwarden::compose_internal
