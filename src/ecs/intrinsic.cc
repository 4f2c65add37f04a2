// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ecs/intrinsic.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace pinwarden::ecs_internal {
namespace {

constexpr absl::string_view kNotWellFormed =
    "it has a function that is not well formed";
constexpr absl::string_view kTooMuch = "it is too much to work out";

StackValue Text(std::string text) {
  StackValue value;
  value.text = std::move(text);
  return value;
}

StackValue Unknown(absl::string_view why) {
  StackValue value;
  value.unknown = std::string(why);
  return value;
}

StackValue Missing(absl::string_view name) {
  StackValue value;
  value.missing.push_back(Plainly(name));
  return value;
}

// Lets `to` be as unknown as `from` is.
void Spoil(const StackValue& from, StackValue* to) {
  for (const std::string& name : from.missing) {
    if (!absl::c_linear_search(to->missing, name)) to->missing.push_back(name);
  }
  if (to->unknown.empty()) to->unknown = from.unknown;
  if (to->undecided.empty()) to->undecided = from.undecided;
}

// Adds what has to be a text to another.
void Append(const StackValue& more, StackValue* to) {
  Spoil(more, to);
  if (more.is_list || more.is_absent) {
    Spoil(Unknown(kNotWellFormed), to);
  } else if (to->text.size() + more.text.size() > kMaxStackTextBytes) {
    Spoil(Unknown("it comes to more than 4096 bytes"), to);
  } else {
    to->text += more.text;
  }
}

}  // namespace

std::optional<Function> FunctionOf(const SourceNode& node) {
  absl::string_view name = node.tag();
  if (absl::ConsumePrefix(&name, "!") && !name.empty() &&
      !absl::StartsWith(name, "!")) {
    return Function{name, &node};
  }
  if (node.entries().size() != 1) return std::nullopt;
  name = node.entries()[0].key;
  if (!absl::ConsumePrefix(&name, "Fn::") && name != "Ref") return std::nullopt;
  return Function{name, &node.entries()[0].value};
}

std::string StackValue::WhyNot() const {
  if (!unknown.empty()) return unknown;
  if (!undecided.empty()) return "it depends on too many conditions";
  const std::string names = absl::StrJoin(missing, ", ");
  if (missing.size() == 1) {
    return absl::StrCat(names, " is not known; give it with --parameter ",
                        names, "=VALUE");
  }
  return absl::StrCat(names,
                      " are not known; give each with --parameter NAME=VALUE");
}

StackEvaluator::StackEvaluator(const SourceNode& document,
                               const Variables& parameters)
    : document_(document), given_(parameters) {
  for (const SourceEntry& entry : document.Find("Parameters").entries()) {
    declared_[entry.key] = &entry.value;
  }
}

StackValue StackEvaluator::Evaluate(const SourceNode& node,
                                    const Assumptions& assumptions) {
  assumptions_ = &assumptions;
  StackValue value = ValueOf(node);
  if (value.ok() && (value.is_list || absl::StrContains(value.text, "{{"))) {
    // "{{resolve:ssm:name}}", or what is no image.
    value.unknown = value.is_list
                        ? std::string(kNotWellFormed)
                        : "it is read from another service when deployed";
  }
  return value;
}

const SourceNode& StackEvaluator::Find(const SourceNode& node,
                                       absl::string_view key) {
  static const SourceNode kNothing;
  const size_t work = node.entries().size();
  if (work >= work_left_) work_left_ = 0;
  if (work_left_ == 0) return kNothing;
  work_left_ -= work;
  return node.Find(key);
}

StackValue StackEvaluator::ValueOf(const SourceNode& node) {
  if (work_left_ == 0) return Unknown(kTooMuch);
  --work_left_;
  const std::optional<Function> function = FunctionOf(node);
  if (function.has_value()) return Call(*function);
  if (node.IsSequence()) return List(node);
  if (!node.IsScalar()) return Unknown(kNotWellFormed);
  if (node.scalar().size() > kMaxStackTextBytes) return Unknown(kTooMuch);
  work_left_ -= std::min(work_left_, node.scalar().size());
  return Text(std::string(node.scalar()));
}

StackValue StackEvaluator::Call(const Function& function) {
  const SourceNode& operand = *function.operand;
  if (function.name == "Ref") return Ref(operand.scalar());
  if (function.name == "Sub") return Sub(operand);
  if (function.name == "Join") return Join(operand);
  if (function.name == "Split") return Split(operand);
  if (function.name == "Select") return Select(operand);
  if (function.name == "FindInMap") return FindInMap(operand);
  if (function.name == "If") return If(operand);
  return Unknown(absl::StrCat("what Fn::", Plainly(function.name),
                              " gives is known to the stack only"));
}

StackValue StackEvaluator::Ref(absl::string_view name) {
  if (name == "AWS::NoValue") {
    StackValue none;
    none.is_absent = true;
    return none;
  }
  const auto declared = declared_.find(name);
  if (declared != declared_.end()) return Parameter(name, *declared->second);
  if (absl::StartsWith(name, "AWS::")) {
    const auto given = given_.find(name);
    return given == given_.end() ? Missing(name) : Text(given->second);
  }
  return Unknown(absl::StrCat(
      Plainly(name), Find(document_.Find("Resources"), name).IsMapping()
                         ? " is a resource, which is known to the stack only"
                         : " is not declared under Parameters"));
}

StackValue StackEvaluator::Parameter(absl::string_view name,
                                     const SourceNode& declared) {
  const absl::string_view type = Find(declared, "Type").scalar();
  absl::string_view text;
  const auto given = given_.find(name);
  if (given != given_.end()) {
    text = given->second;
  } else {
    // The default of one that is read from the Parameter Store is its key.
    const SourceNode& standard = Find(declared, "Default");
    if (!standard.IsScalar() ||
        absl::StartsWith(type, "AWS::SSM::Parameter::Value")) {
      return Missing(name);
    }
    text = standard.scalar();
  }
  if (text.size() > kMaxStackTextBytes) return Unknown(kTooMuch);
  work_left_ -= std::min(work_left_, text.size());
  if (!absl::StrContains(type, "List<") && type != "CommaDelimitedList") {
    return Text(std::string(text));
  }
  StackValue value;
  value.is_list = true;
  for (const absl::string_view item : absl::StrSplit(text, ',')) {
    value.list.emplace_back(absl::StripAsciiWhitespace(item));
  }
  if (value.list.size() > kMaxStackListItems) return Unknown(kTooMuch);
  return value;
}

// "text ${Name} ${Resource.Attribute} ${!Literal}", or that and its own names.
StackValue StackEvaluator::Sub(const SourceNode& operand) {
  static const SourceNode kNone;
  const bool has_names = operand.items().size() == 2;
  const SourceNode& pattern = has_names ? operand.items()[0] : operand;
  const SourceNode& names = has_names ? operand.items()[1] : kNone;
  absl::string_view rest = pattern.scalar();
  if (!pattern.IsScalar()) return Unknown(kNotWellFormed);
  if (rest.size() > kMaxStackTextBytes) return Unknown(kTooMuch);
  StackValue value;
  while (!rest.empty()) {
    const size_t begin = std::min(rest.find("${"), rest.size());
    const size_t end = rest.find('}', begin);
    if (end == absl::string_view::npos) break;
    Append(Text(std::string(rest.substr(0, begin))), &value);
    absl::string_view name = rest.substr(begin + 2, end - begin - 2);
    rest.remove_prefix(end + 1);
    if (absl::ConsumePrefix(&name, "!")) {
      Append(Text(absl::StrCat("${", name, "}")), &value);
      continue;
    }
    name = absl::StripAsciiWhitespace(name);
    const SourceNode& own = Find(names, name);
    if (own.kind() != SourceNode::Kind::kNull) {
      Append(ValueOf(own), &value);
    } else if (absl::StrContains(name, '.') && declared_.count(name) == 0) {
      Append(
          Unknown(absl::StrCat(Plainly(name), " is known to the stack only")),
          &value);
    } else {
      Append(Ref(name), &value);
    }
  }
  Append(Text(std::string(rest)), &value);
  return value;
}

// A list, or what gives one.
StackValue StackEvaluator::List(const SourceNode& node) {
  const std::optional<Function> function = FunctionOf(node);
  if (function.has_value()) {
    StackValue value = Call(*function);
    if (value.ok() && !value.is_list) return Unknown(kNotWellFormed);
    return value;
  }
  if (!node.IsSequence()) return Unknown(kNotWellFormed);
  if (node.items().size() > kMaxStackListItems) return Unknown(kTooMuch);
  StackValue value;
  value.is_list = true;
  for (const SourceNode& item : node.items()) {
    StackValue one = ValueOf(item);
    Spoil(one, &value);
    if (one.is_list) return Unknown(kNotWellFormed);
    if (!one.is_absent) value.list.push_back(std::move(one.text));
  }
  return value;
}

// [delimiter, list]
StackValue StackEvaluator::Join(const SourceNode& operand) {
  if (operand.items().size() != 2) return Unknown(kNotWellFormed);
  const StackValue delimiter = ValueOf(operand.items()[0]);
  const StackValue list = List(operand.items()[1]);
  StackValue value;
  Spoil(delimiter, &value);
  Spoil(list, &value);
  for (size_t i = 0; i < list.list.size(); ++i) {
    if (i > 0) Append(Text(delimiter.text), &value);
    Append(Text(list.list[i]), &value);
  }
  return value;
}

// [delimiter, text]
StackValue StackEvaluator::Split(const SourceNode& operand) {
  if (operand.items().size() != 2) return Unknown(kNotWellFormed);
  const StackValue delimiter = ValueOf(operand.items()[0]);
  const StackValue text = ValueOf(operand.items()[1]);
  StackValue value;
  value.is_list = true;
  Spoil(delimiter, &value);
  Spoil(text, &value);
  if (value.ok() && delimiter.text.empty()) return Unknown(kNotWellFormed);
  if (value.ok()) value.list = absl::StrSplit(text.text, delimiter.text);
  if (value.list.size() > kMaxStackListItems) return Unknown(kTooMuch);
  return value;
}

// [index, list]
StackValue StackEvaluator::Select(const SourceNode& operand) {
  if (operand.items().size() != 2) return Unknown(kNotWellFormed);
  const StackValue index = ValueOf(operand.items()[0]);
  const StackValue list = List(operand.items()[1]);
  StackValue value;
  Spoil(index, &value);
  Spoil(list, &value);
  if (!value.ok()) return value;
  size_t i = 0;
  if (!absl::SimpleAtoi(index.text, &i) || i >= list.list.size()) {
    return Unknown(kNotWellFormed);
  }
  return Text(list.list[i]);
}

// [map, key, key], and {DefaultValue: ...} where there is no such key
StackValue StackEvaluator::FindInMap(const SourceNode& operand) {
  const absl::Span<const SourceNode> items = operand.items();
  if (items.size() != 3 && items.size() != 4) return Unknown(kNotWellFormed);
  StackValue keys = List(SourceNode(TextRange{}, items.subspan(0, 3)));
  if (!keys.ok()) return keys;
  if (keys.list.size() != 3) return Unknown(kNotWellFormed);
  const SourceNode* node = &document_.Find("Mappings");
  for (const std::string& key : keys.list) node = &Find(*node, key);
  if (node->kind() == SourceNode::Kind::kNull && items.size() == 4) {
    node = &items[3].Find("DefaultValue");
  }
  if (node->kind() == SourceNode::Kind::kNull) {
    return Unknown("Fn::FindInMap asks for a key that Mappings does not have");
  }
  return ValueOf(*node);
}

// [condition, then, else]
StackValue StackEvaluator::If(const SourceNode& operand) {
  const absl::Span<const SourceNode> items = operand.items();
  if (items.size() != 3) return Unknown(kNotWellFormed);
  const auto assumed = assumptions_->find(items[0].scalar());
  if (assumed != assumptions_->end()) {
    return ValueOf(items[assumed->second ? 1 : 2]);
  }
  StackValue value;
  value.undecided = std::string(items[0].scalar());
  return value;
}

}  // namespace pinwarden::ecs_internal
