// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_ECS_INTRINSIC_H_
#define PINWARDEN_SRC_ECS_INTRINSIC_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"

namespace pinwarden::ecs_internal {

// The longest text, and the longest list, that is worked out.
inline constexpr size_t kMaxStackTextBytes = 4096;
inline constexpr size_t kMaxStackListItems = 1000;

// A function of CloudFormation: `!Sub text` or `{"Fn::Sub": text}`.
struct Function {
  absl::string_view name;               // "Sub"
  const SourceNode* operand = nullptr;  // its own tag means nothing
};
std::optional<Function> FunctionOf(const SourceNode& node);

// Which of the template's conditions are taken to hold.
using Assumptions = std::map<std::string, bool, std::less<>>;

// What a node comes to.
struct StackValue {
  bool is_list = false;
  bool is_absent = false;  // AWS::NoValue
  std::string text;
  std::vector<std::string> list;
  // Where it is not known: names that a value can be given for, or else why.
  std::vector<std::string> missing;
  std::string unknown;
  // The condition that it depends on and that nothing is assumed of.
  std::string undecided;

  bool ok() const {
    return missing.empty() && unknown.empty() && undecided.empty();
  }
  // Why it is not known, as one line.
  std::string WhyNot() const;
};

// Works out the functions of one template. `document`, `parameters` and what
// they point to outlive it.
class StackEvaluator {
 public:
  StackEvaluator(const SourceNode& document, const Variables& parameters);

  StackValue Evaluate(const SourceNode& node, const Assumptions& assumptions);

 private:
  // A value of one function; `operand` is what it is given.
  StackValue Call(const Function& function);
  StackValue Ref(absl::string_view name);
  StackValue Sub(const SourceNode& operand);
  StackValue Join(const SourceNode& operand);
  StackValue Split(const SourceNode& operand);
  StackValue Select(const SourceNode& operand);
  StackValue FindInMap(const SourceNode& operand);
  StackValue If(const SourceNode& operand);
  StackValue ValueOf(const SourceNode& node);
  StackValue List(const SourceNode& node);
  StackValue Parameter(absl::string_view name, const SourceNode& declared);

  // Like node.Find(key), and kept count of.
  const SourceNode& Find(const SourceNode& node, absl::string_view key);

  const SourceNode& document_;
  const Variables& given_;
  std::map<absl::string_view, const SourceNode*> declared_;  // parameters
  const Assumptions* assumptions_ = nullptr;
  size_t work_left_ = 20'000'000;  // entries compared and bytes written
};

}  // namespace pinwarden::ecs_internal

#endif  // PINWARDEN_SRC_ECS_INTRINSIC_H_
