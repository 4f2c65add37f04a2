// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Files of others, as YAML and as JSON: every value is where it says, problems
// are inside the text, and there are never more than the bounds allow.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "pinwarden/source_tree.h"
#include "source/dump.h"

namespace pinwarden {
namespace {

size_t CountNodes(const SourceNode& node, int depth) {
  if (depth > kMaxSourceDepth) std::abort();
  size_t nodes = 1;
  for (const SourceNode& item : node.items()) {
    nodes += CountNodes(item, depth + 1);
  }
  for (const SourceEntry& entry : node.entries()) {
    nodes += CountNodes(entry.value, depth + 1);
  }
  return nodes;
}

void Check(const SourceTree& tree, absl::string_view text) {
  size_t nodes = 0;
  for (const SourceNode& document : tree.documents) {
    if (!RangesHold(document, text)) std::abort();
    nodes += CountNodes(document, 0);
  }
  if (nodes > kMaxSourceNodes) std::abort();
  if (tree.problems.size() > 101) std::abort();
  for (const SourceProblem& problem : tree.problems) {
    if (problem.at.begin > problem.at.end || problem.at.end > text.size() ||
        problem.message.empty()) {
      std::abort();
    }
  }
  const LineIndex lines(text);
  const Position end = lines.At(text.size());
  if (end.line != lines.lines() || end.column < 1) std::abort();
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  pinwarden::Check(pinwarden::ParseYamlSource(text), text);
  pinwarden::Check(pinwarden::ParseJsonSource(text), text);
  return 0;
}
