// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/gate.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctor/show.h"

namespace pinwarden {
namespace {

constexpr RuntimeVersion kContainerdWithNri = {1, 7, 0};
constexpr RuntimeVersion kCrioWithNri = {1, 26, 0};
constexpr RuntimeVersion kContainerdHasNriOn = {2, 0, 0};
constexpr RuntimeVersion kCrioHasNriOn = {1, 30, 0};

constexpr char kNameIt[] =
    "start the runtime, or name it: --runtime \"containerd 2.2.1\"";
constexpr char kNewer[] =
    "a newer runtime; until then pinwarden judges what slips by as soon as it "
    "is back, and stops it under \"on_slip: stop\"";

Gate Mendable(WhenAway when_away, std::string because, std::string fix) {
  return {when_away, std::move(because), true, std::move(fix)};
}

Gate Given(WhenAway when_away, std::string because, std::string fix) {
  return {when_away, std::move(because), false, std::move(fix)};
}

// Of a runtime that has no means to refuse.
Gate JudgeOld(const DoctorFacts& facts) {
  std::string because = RuntimeText(facts) + " cannot require a plugin";
  switch (facts.runtime.kind) {
    case RuntimeKind::kContainerd:
      absl::StrAppend(&because, " (2.2.0 and later can)");
      break;
    case RuntimeKind::kCrio:
      absl::StrAppend(&because, " (1.34.0 and later can)");
      break;
    case RuntimeKind::kOther:
      break;
  }
  return Given(WhenAway::kCreated, std::move(because), kNewer);
}

// Of a runtime that can refuse, whose files can be read and are in force.
Gate JudgeValidator(const RuntimeConfig& config) {
  const NriKeys keys = KeysOf(config.kind);
  const bool on = config.validator.ValueOr(false);
  const std::vector<std::string> names = config.required_plugins.ValueOr({});
  const auto misspelt = std::find_if(names.begin(), names.end(), IsMisspelt);
  if (on && misspelt != names.end()) {
    return {WhenAway::kRefused,
            absl::StrCat(Quote(*misspelt),
                         ", which is nobody's name, is "
                         "required (",
                         config.required_plugins.at,
                         "), so they are refused in any case"),
            false, ""};
  }
  if (!RequiresPinwarden(config)) {
    return Mendable(
        WhenAway::kCreated,
        absl::StrCat(keys.required_plugins, " in ", keys.validator_table,
                     " does not name pinwarden",
                     on && !names.empty()
                         ? ", only others, which are taken to be there"
                         : ""),
        kDropInFix);
  }
  if (!on) {
    return Mendable(WhenAway::kCreated,
                    absl::StrCat("the validator that would miss it is off: no ",
                                 keys.validator, " in ", keys.validator_table),
                    kDropInFix);
  }
  if (!config.toleration.ValueOr("").empty()) {
    return Mendable(
        WhenAway::kCreated,
        absl::StrCat("a pod's author can ask for it with the annotation ",
                     Show(*config.toleration.value), " (", config.toleration.at,
                     ")"),
        kDropInFix);
  }
  return {WhenAway::kRefused,
          absl::StrCat("the runtime's validator requires pinwarden (",
                       config.required_plugins.at, ")"),
          false, ""};
}

}  // namespace

NriKeys KeysOf(RuntimeKind kind) {
  switch (kind) {
    case RuntimeKind::kCrio:
      return {"[crio.nri]",
              "[crio.nri.default_validator]",
              "enable_nri = false",
              "enable_nri = true",
              "nri_enable_default_validator = true",
              "nri_validator_required_plugins",
              "nri_validator_tolerate_missing_plugins_annotation"};
    case RuntimeKind::kContainerd:
    case RuntimeKind::kOther:
      break;
  }
  return {R"([plugins."io.containerd.nri.v1.nri"])",
          R"([plugins."io.containerd.nri.v1.nri".default_validator])",
          "disable = true",
          "disable = false",
          "enable = true",
          "required_plugins",
          "tolerate_missing_plugins_annotation"};
}

std::string RuntimeText(const DoctorFacts& facts) {
  const RuntimeInfo& runtime = facts.runtime;
  switch (runtime.kind) {
    case RuntimeKind::kContainerd:
      return absl::StrCat("containerd ", runtime.version.empty()
                                             ? "of a version that nobody knows"
                                             : Show(runtime.version));
    case RuntimeKind::kCrio:
    case RuntimeKind::kOther:
      break;
  }
  if (runtime.name.empty()) return "a runtime that nobody knows";
  return absl::StrCat(Show(runtime.name), " ", Show(runtime.version));
}

std::string RuntimeUnit(const DoctorFacts& facts) {
  const RuntimeKind kind =
      facts.config ? facts.config->kind : facts.runtime.kind;
  switch (kind) {
    case RuntimeKind::kContainerd:
      return "containerd";
    case RuntimeKind::kCrio:
      return "crio";
    case RuntimeKind::kOther:
      break;
  }
  return "the runtime";
}

bool HasNri(const RuntimeInfo& runtime) {
  if (!runtime.parsed) return true;
  switch (runtime.kind) {
    case RuntimeKind::kContainerd:
      return *runtime.parsed >= kContainerdWithNri;
    case RuntimeKind::kCrio:
      return *runtime.parsed >= kCrioWithNri;
    case RuntimeKind::kOther:
      break;
  }
  return true;
}

std::optional<bool> NriIsOff(const DoctorFacts& facts) {
  if (!facts.config) return std::nullopt;
  const RuntimeConfig& config = *facts.config;
  if (config.nri_plugin_disabled.value) return true;
  if (config.disable.value) return config.disable.value;
  if (!facts.runtime.parsed) return std::nullopt;
  return *facts.runtime.parsed < (config.kind == RuntimeKind::kCrio
                                      ? kCrioHasNriOn
                                      : kContainerdHasNriOn);
}

bool IsMisspelt(const std::string& name) {
  return !NamesPinwarden(name) &&
         absl::StrContains(absl::AsciiStrToLower(name), "pinwarden");
}

bool RestartIsDue(const DoctorFacts& facts) {
  return facts.runtime_started != absl::InfinitePast() &&
         facts.config_modified > facts.runtime_started;
}

bool Enforces(const DoctorFacts& facts) {
  if (facts.policy != nullptr) {
    const std::vector<Rule>& rules = facts.policy->rules();
    return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) {
      return rule.mode == Mode::kEnforce;
    });
  }
  return !facts.status || facts.status->policy().mode() != v1::MODE_OBSERVE;
}

std::string RestartFix(const DoctorFacts& facts) {
  return absl::StrCat("systemctl restart ", RuntimeUnit(facts),
                      "; containers go on running");
}

Gate JudgeGate(const DoctorFacts& facts) {
  const RuntimeInfo& runtime = facts.runtime;
  if (runtime.name.empty()) {
    return Given(WhenAway::kUnknown, "nobody knows which runtime it is",
                 kNameIt);
  }
  if (!HasNri(runtime)) {
    return Given(WhenAway::kCreated, RuntimeText(facts) + " has no NRI",
                 "containerd 1.7 or later; 2.2 to have them refused");
  }
  const bool in_force =
      facts.config && facts.config->errors.empty() && !RestartIsDue(facts);
  if (in_force && NriIsOff(facts).value_or(false)) {
    return Mendable(WhenAway::kCreated,
                    "NRI is off, so pinwarden is not asked in any case",
                    kDropInFix);
  }
  if (runtime.parsed && !SupportsValidate(runtime)) return JudgeOld(facts);
  if (!runtime.parsed) {
    return Given(WhenAway::kUnknown, "nobody knows its version", kNameIt);
  }
  if (!facts.config) {
    return Given(WhenAway::kUnknown,
                 absl::StrCat("the configuration of ", RuntimeText(facts),
                              " is not one that is read here"),
                 "see whether its validator requires pinwarden");
  }
  if (!facts.config->errors.empty()) {
    return Mendable(WhenAway::kUnknown,
                    "its configuration cannot be used as it is",
                    "mend what runtime_config says");
  }
  if (!in_force) {
    return Mendable(WhenAway::kUnknown,
                    "its files were changed after it had started, so they do "
                    "not count yet",
                    RestartFix(facts));
  }
  return JudgeValidator(*facts.config);
}

}  // namespace pinwarden
