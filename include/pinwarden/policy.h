// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_POLICY_H_
#define PINWARDEN_POLICY_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/glob.h"
#include "pinwarden/image_pattern.h"
#include "pinwarden/match.h"
#include "pinwarden/policy_source.h"
#include "pinwarden/problem.h"

namespace re2 {
class RE2;
}

namespace pinwarden {

enum class Mode { kObserve, kEnforce };
enum class PinLevel { kNone, kTag, kVersion, kDigest };  // in rising order
enum class Unidentified { kReject, kAllow };
// What counts where the runtime shows one of several names of an image: that
// name; every name it has, the strictest; or that name, but refusing nothing.
enum class Ambiguous { kJudge, kStrict, kObserve };
// What happens to a container that was created while nobody judged, and that a
// rule which enforces would have refused.
enum class OnSlip { kRecord, kStop };

absl::string_view ModeName(Mode mode);                 // "observe", "enforce"
absl::string_view PinLevelName(PinLevel level);        // "none", "tag", ...
absl::string_view AmbiguousName(Ambiguous ambiguous);  // "judge", ...
absl::string_view OnSlipName(OnSlip on_slip);          // "record", "stop"

inline constexpr int kDefaultVersionComponents = 3;

struct Rule {
  std::string name;
  Position at;  // of its entry in the list
  Match match;
  std::vector<ImagePattern> registries;  // empty: any
  PinLevel require = PinLevel::kTag;
  int version_components = kDefaultVersionComponents;  // 1 to 9
  std::shared_ptr<const re2::RE2> tag_pattern;         // null: any tag
  Mode mode = Mode::kObserve;  // the rule's own, or the policy's
};

struct Exemption {
  std::string name;
  Position at;
  Match match;
  std::string reason;
  std::string owner;
  absl::Time expires;        // it holds before this instant
  std::string expires_text;  // as written
  size_t included = 0;       // in which file: Policy::FileOf() tells
};

// Where the images are in the objects of one kind that Kubernetes does not have
// itself: for `pinwarden lint`. The daemon has no use for it.
//
//   kind: Rollout, group: argoproj.io, pods: [spec.template]
//   kind: Task, group: tekton.dev, images: ["spec.steps[*].image"]
struct CustomResource {
  std::string group;  // of apiVersion, without the version
  std::string kind;
  // Paths from the object's root: keys with "." between them, "[*]" after a key
  // for every item of its list, "*" for every key. A key that holds one of
  // these characters stands in double quotes.
  std::vector<std::string> images;  // of texts, each the name of an image
  std::vector<std::string> pods;    // of what has a `spec` with containers
};

// A policy that loaded without an error: what its file says, and those that it
// includes, with every default filled in. Immutable, so it is shared between
// threads without a lock.
class Policy {
 public:
  // A file that the policy includes.
  struct Included {
    std::string name;  // for messages: "exemptions.d/billing.yaml"
    size_t bytes = 0;

    bool operator==(const Included&) const = default;
  };

  struct Fields {
    std::string file;    // base name, for messages: "policy.yaml"
    std::string sha256;  // of all texts in order, 64 lower-case hex digits
    std::vector<Included> included;  // by name
    Mode mode = Mode::kObserve;
    Unidentified unidentified = Unidentified::kReject;
    Ambiguous ambiguous = Ambiguous::kJudge;
    OnSlip on_slip = OnSlip::kRecord;
    std::vector<Glob> floating_tags;
    std::vector<Exemption> exemptions;
    std::vector<Rule> rules;  // the last one matches everything
    std::vector<CustomResource> custom_resources;  // for lint
  };

  explicit Policy(Fields fields);
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  const std::string& file() const { return fields_.file; }
  const std::string& sha256() const { return fields_.sha256; }
  const std::vector<Included>& included() const { return fields_.included; }
  Mode mode() const { return fields_.mode; }
  Unidentified unidentified() const { return fields_.unidentified; }
  Ambiguous ambiguous() const { return fields_.ambiguous; }
  OnSlip on_slip() const { return fields_.on_slip; }
  const std::vector<Exemption>& exemptions() const {
    return fields_.exemptions;
  }
  const std::vector<Rule>& rules() const { return fields_.rules; }
  const std::vector<CustomResource>& custom_resources() const {
    return fields_.custom_resources;
  }

  // The file that an exemption of this policy stands in: file(), or one of
  // those that are included.
  const std::string& FileOf(const Exemption& exemption) const {
    return exemption.included == 0
               ? fields_.file
               : fields_.included[exemption.included - 1].name;
  }

  // Whether both came from the same texts under the same names.
  bool SameSource(const Policy& other) const {
    return sha256() == other.sha256() && file() == other.file() &&
           included() == other.included();
  }

  bool IsFloating(absl::string_view tag) const;

  // Indexes into rules() and exemptions().
  const MatchIndex& rule_index() const { return rule_index_; }
  const MatchIndex& exemption_index() const { return exemption_index_; }
  // Over the rules that name no images: what a malformed or unidentified image
  // takes its mode from. The n-th entry stands for
  // rules()[nameless_rules()[n]].
  const MatchIndex& nameless_rule_index() const { return nameless_rule_index_; }
  const std::vector<size_t>& nameless_rules() const { return nameless_rules_; }

 private:
  const Fields fields_;
  MatchIndex rule_index_;
  MatchIndex exemption_index_;
  std::vector<size_t> nameless_rules_;
  MatchIndex nameless_rule_index_;
};

struct PolicyLoad {
  std::shared_ptr<const Policy> policy;  // null when `problems` has an error
  std::vector<Problem> problems;  // all of them, in order of file and position
};

// Compiles a policy; docs/policy.md describes it. Loading one takes two steps:
// PolicyIncludes() of its text says which other files there are to read, and
// this takes them all; ReadPolicy(), in policy_files.h, does both for files on
// disk. `now` tells which exemptions have expired, which is a warning. Nothing
// is half-loaded. Thread-safe.
PolicyLoad LoadPolicy(const PolicySource& source, absl::Time now);

// The same of one text, as if nothing stood where it includes files from.
// `file` is its base name, used in verdict messages.
PolicyLoad LoadPolicy(absl::string_view text, absl::string_view file,
                      absl::Time now);

// How long before it ends an exemption is said to expire.
inline constexpr absl::Duration kExpiresSoon = absl::Hours(14 * 24);

// The exemptions that hold and expire soon, the first to end first.
std::vector<const Exemption*> ExpiringExemptions(const Policy& policy,
                                                 absl::Time now);

}  // namespace pinwarden

#endif  // PINWARDEN_POLICY_H_
