// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_NODE_PATH_H_
#define PINWARDEN_NODE_PATH_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

inline constexpr size_t kMaxNodePathBytes = 256;
inline constexpr size_t kMaxNodePathSteps = 32;

// One step of a path through an object, from a node to some of those in it.
struct PathStep {
  enum class Kind {
    kKey,        // the value of `key`, of a mapping
    kEveryKey,   // the value of every key
    kEveryItem,  // of a list
  };

  Kind kind = Kind::kKey;
  std::string key;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};

using NodePath = std::vector<PathStep>;

// Parses a path of CustomResource (policy.h).
//
//   spec.template                     two keys
//   spec.steps[*].image               every item of the list spec.steps
//   spec.steps[*][*].inline           lists in lists
//   spec.tiers.*.image                every value of the mapping spec.tiers
//   spec."example.com/image"          a key with "." in it
//
// kInvalidArgument: not a path; the message gives the byte offset and does not
// repeat `text`.
absl::StatusOr<NodePath> ParseNodePath(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_NODE_PATH_H_
