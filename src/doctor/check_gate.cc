// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "doctor/checks.h"
#include "doctor/gate.h"
#include "doctor/show.h"

namespace pinwarden {
namespace {

constexpr char kNoConfig[] = "see runtime_config";
// With CreateContainer alone, the runtime lets in the container it was asking
// about when the connection broke; the next ones are missed.
bool LetsOneIn(const DoctorFacts& facts) {
  if (!facts.status || !facts.status->nri().registered()) return false;
  const auto& events = facts.status->nri().events();
  return std::find(events.begin(), events.end(),
                   "ValidateContainerAdjustment") == events.end();
}

DoctorFinding Misspelt(const RuntimeConfig& config, const std::string& name) {
  return Fail("required_plugins",
              absl::StrCat(Quote(name), " (", config.required_plugins.at,
                           ") is the name of no plugin, so every container is "
                           "refused, always"),
              "write \"pinwarden\" there");
}

// Of a runtime that heeds the list, or may do so.
DoctorFinding Required(const DoctorFacts& facts, const RuntimeConfig& config) {
  const NriKeys keys = KeysOf(config.kind);
  const std::string where = absl::StrCat(" (", config.required_plugins.at, ")");
  if (RequiresPinwarden(config) && config.validator.ValueOr(false)) {
    return Ok("required_plugins", absl::StrCat("names pinwarden", where,
                                               ", and the validator is on (",
                                               config.validator.at, ")"));
  }
  if (RequiresPinwarden(config)) {
    return Fail("required_plugins",
                absl::StrCat("names pinwarden", where,
                             ", but the validator that heeds it is off"),
                absl::StrCat(keys.validator, " in ", keys.validator_table));
  }
  const std::string evidence =
      config.required_plugins.value
          ? absl::StrCat("does not name pinwarden", where)
          : absl::StrCat("is not set in ", keys.validator_table);
  return Enforces(facts)
             ? Fail("required_plugins", evidence, kDropInFix)
             : Warn("required_plugins",
                    evidence + "; no rule enforces yet, so nothing is lost",
                    std::string("before a rule enforces: ") + kDropInFix);
}

}  // namespace

DoctorFinding CheckGate(const DoctorFacts& facts) {
  const Gate gate = JudgeGate(facts);
  const std::string evidence = absl::StrCat(
      "if pinwarden dies now, containers are: ", NameOf(gate.when_away),
      ", because ", gate.because);
  switch (gate.when_away) {
    case WhenAway::kRefused:
      if (LetsOneIn(facts)) {
        return Warn("if_pinwarden_dies",
                    evidence +
                        "; but the one that it dies on is created, as "
                        "it is asked through CreateContainer",
                    "systemctl restart pinwardend, so that it asks for "
                    "ValidateContainerAdjustment");
      }
      return Ok("if_pinwarden_dies", evidence);
    case WhenAway::kCreated:
    case WhenAway::kUnknown:
      break;
  }
  return gate.mendable && Enforces(facts)
             ? Fail("if_pinwarden_dies", evidence, gate.fix)
             : Warn("if_pinwarden_dies", evidence, gate.fix);
}

DoctorFinding CheckRequiredPlugins(const DoctorFacts& facts) {
  if (!facts.config) {
    return Warn("required_plugins", "no configuration was read", kNoConfig);
  }
  const RuntimeConfig& config = *facts.config;
  const NriKeys keys = KeysOf(config.kind);
  const bool heeds = SupportsValidate(facts.runtime);
  if (!config.misplaced.empty() && !RequiresPinwarden(config)) {
    const Misplaced& wrong = config.misplaced.front();
    return Fail("required_plugins",
                absl::StrCat("pinwarden is named in ", wrong.table, " (",
                             wrong.at, "), where no runtime looks for it"),
                heeds ? absl::StrCat("name it in ", keys.validator_table,
                                     ", or: ", kDropInFix)
                      : "take it out: this runtime has no such list");
  }
  if (facts.runtime.parsed && !heeds) {
    const std::string old = RuntimeText(facts) + " has no such list";
    return RequiresPinwarden(config)
               ? Warn("required_plugins",
                      absl::StrCat("names pinwarden (",
                                   config.required_plugins.at,
                                   "), to no effect: ", old),
                      "none but a newer runtime")
               : Ok("required_plugins", old);
  }
  const auto names = config.required_plugins.ValueOr({});
  const auto misspelt = std::find_if(names.begin(), names.end(), IsMisspelt);
  if (misspelt != names.end() && config.validator.ValueOr(false)) {
    return Misspelt(config, *misspelt);
  }
  return Required(facts, config);
}

DoctorFinding CheckToleration(const DoctorFacts& facts) {
  if (!facts.config || facts.config->toleration.ValueOr("").empty()) {
    return Ok("toleration", "no annotation lets a pod do without plugins");
  }
  const RuntimeConfig& config = *facts.config;
  const NriKeys keys = KeysOf(config.kind);
  if (facts.runtime.parsed && !SupportsValidate(facts.runtime)) {
    return Ok("toleration",
              absl::StrCat("set (", config.toleration.at, "), to no effect: ",
                           RuntimeText(facts), " has no such setting"));
  }
  return Fail("toleration",
              absl::StrCat("any pod with the annotation ",
                           Show(*config.toleration.value),
                           " does without pinwarden while it is away"),
              absl::StrCat("take ", keys.toleration, " out of ",
                           config.toleration.at, ", or: ", kDropInFix));
}

}  // namespace pinwarden
