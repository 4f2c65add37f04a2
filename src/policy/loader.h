// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_POLICY_LOADER_H_
#define PINWARDEN_POLICY_LOADER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/policy.h"
#include "pinwarden/problem.h"
#include "pinwarden/yaml.h"

namespace pinwarden {

// The parts of LoadPolicy(), one file each. They report to a ProblemLog and
// return what they could read; it is used only when nothing was reported.

inline constexpr size_t kMaxNameBytes = 256;
inline constexpr size_t kMaxReasonBytes = 1024;
inline constexpr size_t kMaxOwnerBytes = 256;
inline constexpr size_t kMaxTagPatternBytes = 512;
inline constexpr size_t kMaxTagPatterns = 256;  // different ones
inline constexpr size_t kMaxRulesAndExemptions = 100'000;

// Compiles tag patterns, each text once: rules share what they have in common.
class TagPatterns {
 public:
  std::shared_ptr<const re2::RE2> Compile(const YamlNode& node,
                                          ProblemLog* log);

 private:
  absl::flat_hash_map<std::string, std::shared_ptr<const re2::RE2>> compiled_;
};

std::vector<Glob> DefaultFloatingTags();
std::vector<Glob> LoadFloatingTags(const YamlNode& node, ProblemLog* log);

std::optional<Mode> ReadMode(const YamlNode& node, ProblemLog* log);

// A list of image or registry patterns.
std::vector<ImagePattern> LoadPatterns(const YamlNode& node,
                                       absl::string_view key,
                                       ImagePattern::Use use, ProblemLog* log);

// The value of `match`.
Match LoadMatch(const YamlNode& node, ProblemLog* log);

std::vector<Exemption> LoadExemptions(const YamlNode& node, absl::Time now,
                                      ProblemLog* log);

// `default_mode` is the policy's.
std::vector<Rule> LoadRules(const YamlNode& node, Mode default_mode,
                            ProblemLog* log);

// Reads the names of one list, and reports those that occur twice.
class Names {
 public:
  // `what` is "rule", say.
  Names(absl::string_view what, ProblemLog* log) : what_(what), log_(log) {}

  // "" when it cannot be used.
  std::string Read(const YamlNode& node);

 private:
  const absl::string_view what_;
  ProblemLog* const log_;
  absl::flat_hash_map<absl::string_view, int> lines_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_POLICY_LOADER_H_
