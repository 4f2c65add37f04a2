// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_POLICY_READ_H_
#define PINWARDEN_POLICY_READ_H_

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pinwarden/problem.h"
#include "pinwarden/yaml.h"

namespace pinwarden {

// How the loader takes typed values from YAML nodes. Every function reports
// what is wrong, at its place, and returns nothing then. `key` names the value
// in messages.

inline constexpr size_t kMaxListEntries = 10'000;

// Reads the keys of one mapping.
class MappingReader {
 public:
  // `what` names the mapping in messages, such as "a rule". Reported here: keys
  // that are not among `known` (with a hint when they belong one level deeper,
  // under "match", or `elsewhere`, where those in `known_elsewhere` are known)
  // and the `required` ones that are not there.
  MappingReader(const YamlNode& node, absl::string_view what,
                absl::Span<const absl::string_view> known,
                absl::Span<const absl::string_view> required, ProblemLog* log,
                absl::string_view elsewhere = "",
                absl::Span<const absl::string_view> known_elsewhere = {});

  // A mapping with known keys only, and all that are required.
  bool clean() const { return clean_; }

  // The value of `key`, or null.
  const YamlNode* Get(absl::string_view key) const { return node_.Find(key); }

 private:
  const YamlNode& node_;
  bool clean_ = true;
};

// A text on one line, printable, not blank and of at most `max_bytes`.
std::optional<absl::string_view> ReadText(const YamlNode& node,
                                          absl::string_view key,
                                          size_t max_bytes, ProblemLog* log);

// A whole number between `low` and `high`, which has to be written without
// quotes.
std::optional<int> ReadNumber(const YamlNode& node, absl::string_view key,
                              int low, int high, ProblemLog* log);

// One of the words in `words`; returns which. `what` is "pin level", say.
std::optional<size_t> ReadWord(const YamlNode& node, absl::string_view key,
                               absl::string_view what,
                               absl::Span<const absl::string_view> words,
                               ProblemLog* log);

enum class EmptyList { kIsAnError, kIsFine };

// Calls `each` for every item of a list. False when it is no list, or has a
// size that is refused.
bool ReadList(const YamlNode& node, absl::string_view key, EmptyList empty,
              size_t max_entries, ProblemLog* log,
              absl::FunctionRef<void(const YamlNode&)> each);

}  // namespace pinwarden

#endif  // PINWARDEN_POLICY_READ_H_
