// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ecs/intrinsic.h"
#include "ecs/resource_paths.h"
#include "ecs/use_sink.h"
#include "pinwarden/ecs.h"

namespace pinwarden {
namespace ecs_internal {
namespace {

// Of conditions that one image depends on; each doubles what it may be.
constexpr size_t kMaxAssumptions = 6;

// Goes through one template.
class TemplateFinder {
 public:
  TemplateFinder(const SourceNode& document, const SearchOptions& options,
                 EcsUses* sink)
      : evaluator_(document, options.parameters), sink_(*sink) {}

  // `resources` is a mapping of names to resources.
  void FindIn(const SourceNode& resources) {
    for (const SourceEntry& entry : resources.entries()) {
      if (absl::StartsWith(entry.key, "Fn::ForEach")) {
        // [name, values, {names: resources}]
        if (entry.value.items().size() == 3) FindIn(entry.value.items()[2]);
        continue;
      }
      const absl::string_view type = entry.value.Find("Type").scalar();
      for (const ResourcePath& path : CloudFormationPaths()) {
        if (path.type != type) continue;
        Walk(entry.value.Find("Properties"), path.path,
             absl::StrCat("resource ", Plainly(entry.key)), /*is_item=*/false);
      }
    }
  }

 private:
  // Follows `path`, and both branches of each Fn::If on the way. `is_item`: the
  // node is one of a list, and may have a name.
  void Walk(const SourceNode& node, absl::string_view path, std::string where,
            bool is_item) {
    const auto function = FunctionOf(node);
    if (function.has_value() && function->name == "If" &&
        function->operand->items().size() == 3) {
      Branch(*function->operand, path, where, is_item);
      return;
    }
    if (path.empty() || function.has_value()) {
      AddImage(node, where, /*is_image=*/path.empty());
      return;
    }
    const std::string name = is_item ? NameIn(node.Find("Name")) : "";
    if (!name.empty()) absl::StrAppend(&where, ", container ", name);
    const absl::string_view key = TakeKey(&path);
    if (key != "[]") {
      Walk(node.Find(key), path, std::move(where), /*is_item=*/false);
      return;
    }
    for (const SourceNode& item : node.items()) {
      Walk(item, path, where, /*is_item=*/true);
    }
  }

  void Branch(const SourceNode& operand, absl::string_view path,
              const std::string& where, bool is_item) {
    const std::string condition(operand.items()[0].scalar());
    const auto assumed = assumptions_.find(condition);
    if (assumed != assumptions_.end()) {
      Walk(operand.items()[assumed->second ? 1 : 2], path, where, is_item);
      return;
    }
    if (assumptions_.size() >= kMaxAssumptions) {
      sink_.AddNotJudged(operand.at(), "!If", where,
                         "it depends on too many conditions");
      return;
    }
    for (const bool holds : {true, false}) {
      assumptions_[condition] = holds;
      Walk(operand.items()[holds ? 1 : 2], path, where, is_item);
    }
    assumptions_.erase(condition);
  }

  // `node` is an image, or else a function that gives what has some.
  void AddImage(const SourceNode& node, const std::string& where,
                bool is_image) {
    if (node.kind() == SourceNode::Kind::kNull) return;
    StackValue value = evaluator_.Evaluate(node, assumptions_);
    if (!value.undecided.empty() && assumptions_.size() < kMaxAssumptions) {
      const std::string condition = value.undecided;
      for (const bool holds : {true, false}) {
        assumptions_[condition] = holds;
        AddImage(node, where, is_image);
      }
      assumptions_.erase(condition);
    } else if (!value.ok()) {
      sink_.AddNotJudged(PlaceOf(node), node.tag(), where, value.WhyNot());
    } else if (!value.is_absent && !is_image) {
      sink_.AddNotJudged(PlaceOf(node), node.tag(), where,
                         "the images in it are known to the stack only");
    } else if (!value.is_absent) {
      sink_.Add(std::move(value.text), PlaceOf(node), where);
    }
  }

  // Of "Fn::Sub" with nothing but a text, that text.
  static TextRange PlaceOf(const SourceNode& node) {
    const auto function = FunctionOf(node);
    if (function.has_value() && function->name == "Sub" &&
        function->operand->IsScalar()) {
      return function->operand->at();
    }
    return node.at();
  }

  StackEvaluator evaluator_;
  Assumptions assumptions_;
  EcsUses& sink_;
};

bool IsTemplate(const SourceNode& document) {
  if (document.Find("AWSTemplateFormatVersion").IsScalar()) return true;
  for (const SourceEntry& entry : document.Find("Resources").entries()) {
    const absl::string_view type = entry.value.Find("Type").scalar();
    if (absl::StartsWith(type, "AWS::")) return true;
  }
  return false;
}

}  // namespace
}  // namespace ecs_internal

bool LooksLikeCloudFormation(absl::string_view path, const SourceTree& tree) {
  static_cast<void>(path);
  for (const SourceNode& document : tree.documents) {
    if (ecs_internal::IsTemplate(document)) return true;
  }
  return false;
}

ImageSearch FindCloudFormationImages(const SourceText& source,
                                     const SourceTree& tree,
                                     const SearchOptions& options) {
  ecs_internal::EcsUses sink(source.text);
  for (const SourceNode& document : tree.documents) {
    ecs_internal::TemplateFinder(document, options, &sink)
        .FindIn(document.Find("Resources"));
  }
  return std::move(sink).Take();
}

}  // namespace pinwarden
