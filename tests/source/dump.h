// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_SOURCE_DUMP_H_
#define PINWARDEN_TESTS_SOURCE_DUMP_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// A node on one line: {a: "1", b: [~]}. After each scalar that does not stand
// in the text as it is: "?".
inline std::string Dump(const SourceNode& node) {
  std::string out = node.tag().empty() ? "" : absl::StrCat(node.tag(), " ");
  const char* separator = "";
  switch (node.kind()) {
    case SourceNode::Kind::kNull:
      return out + "~";
    case SourceNode::Kind::kScalar:
      return absl::StrCat(out, "\"", node.scalar(), "\"",
                          node.literal() ? "" : "?");
    case SourceNode::Kind::kSequence:
      out += "[";
      for (const SourceNode& item : node.items()) {
        absl::StrAppend(&out, separator, Dump(item));
        separator = ", ";
      }
      return out + "]";
    case SourceNode::Kind::kMapping:
      out += "{";
      for (const SourceEntry& entry : node.entries()) {
        absl::StrAppend(&out, separator, entry.key, ": ", Dump(entry.value));
        separator = ", ";
      }
      return out + "}";
  }
  return out;
}

// Documents with " --- " between them, then problems as "!offset: message".
inline std::string Dump(const SourceTree& tree) {
  std::string out;
  for (const SourceNode& document : tree.documents) {
    absl::StrAppend(&out, out.empty() ? "" : " --- ", Dump(document));
  }
  for (const SourceProblem& problem : tree.problems) {
    absl::StrAppend(&out, out.empty() ? "" : " ", "!", problem.at.begin, ": ",
                    problem.message);
  }
  return out;
}

// Whether every range of `node` is inside `text`, and each literal scalar is
// where it says.
inline bool RangesHold(const SourceNode& node, absl::string_view text) {
  const TextRange at = node.at();
  if (at.begin > at.end || at.end > text.size()) return false;
  if (node.literal() &&
      text.substr(at.begin, at.end - at.begin) != node.scalar()) {
    return false;
  }
  for (const SourceNode& item : node.items()) {
    if (!RangesHold(item, text)) return false;
  }
  for (const SourceEntry& entry : node.entries()) {
    if (entry.key_at.end > text.size() || !RangesHold(entry.value, text)) {
      return false;
    }
  }
  return true;
}

}  // namespace pinwarden

#endif  // PINWARDEN_TESTS_SOURCE_DUMP_H_
