// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_POLICY_LOADER_H_
#define PINWARDEN_POLICY_LOADER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pinwarden/policy.h"
#include "pinwarden/problem.h"
#include "pinwarden/yaml.h"

namespace pinwarden {

// The parts of LoadPolicy(), one file each. They report to a ProblemLog and
// return what they could read; it is used only when nothing was reported.

// One text of those that a policy is loaded from: its own first.
struct PolicyPart {
  absl::string_view name;
  absl::string_view text;
};
using PolicyParts = absl::Span<const PolicyPart>;

inline constexpr size_t kMaxNameBytes = 256;
inline constexpr size_t kMaxReasonBytes = 1024;
inline constexpr size_t kMaxOwnerBytes = 256;
inline constexpr size_t kMaxTagPatternBytes = 512;
inline constexpr size_t kMaxTagPatterns = 256;  // different ones
inline constexpr size_t kMaxRulesAndExemptions = 100'000;
inline constexpr size_t kMaxCustomResources = 1000;
inline constexpr size_t kMaxCustomResourcePaths = 100;  // of either kind

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

// The value of `include`.
std::vector<IncludePattern> LoadIncludes(const YamlNode& node, ProblemLog* log);

// The same, and whether all is there that it names. `unread` tells what could
// not be read.
void CheckIncludes(const YamlNode& node, const PolicyParts& parts,
                   const std::vector<Problem>& unread, ProblemLog* log);

// `default_mode` is the policy's.
std::vector<Rule> LoadRules(const YamlNode& node, Mode default_mode,
                            const PolicyParts& parts, ProblemLog* log);

// The value of `custom_resources`.
std::vector<CustomResource> LoadCustomResources(const YamlNode& node,
                                                ProblemLog* log);

// Reads the names of rules or exemptions, and reports those that occur twice,
// also in different files.
class Names {
 public:
  // `what` is "rule", say.
  Names(absl::string_view what, const PolicyParts& parts, ProblemLog* log)
      : what_(what), parts_(parts), log_(log) {}

  // "" when it cannot be used.
  std::string Read(const YamlNode& node);

 private:
  struct Place {
    size_t file;
    int line;
  };

  const absl::string_view what_;
  const PolicyParts parts_;
  ProblemLog* const log_;
  // The texts that it is read from need not last as long.
  absl::flat_hash_map<std::string, Place> places_;
};

// Reads the exemptions of one file after another.
class ExemptionLoader {
 public:
  ExemptionLoader(const PolicyParts& parts, absl::Time now, ProblemLog* log)
      : now_(now), log_(log), names_("exemption", parts, log) {}

  // `node` is the value of `exemptions` in the file that `log` is at.
  void Load(const YamlNode& node);

  std::vector<Exemption> Take() && { return std::move(exemptions_); }

 private:
  Exemption LoadOne(const YamlNode& node);

  const absl::Time now_;
  ProblemLog* const log_;
  Names names_;
  std::vector<Exemption> exemptions_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_POLICY_LOADER_H_
