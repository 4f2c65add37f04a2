// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "doctor/gate.h"
#include "doctor/show.h"
#include "pinwarden/doctor.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr char kFirstLine[] = "# Written by `pinwarden doctor --fix`.";
constexpr char kContainerdName[] = "99-pinwarden.toml";
constexpr char kContainerdDirectory[] = "/etc/containerd/conf.d";
constexpr char kCrioName[] = "99-pinwarden.conf";

// string := '"' ... '"'
std::string TomlString(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", absl::string_view(&c, 1));
    } else if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppendFormat(&quoted, "\\u%04x", byte);
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

std::string TomlStrings(const std::vector<std::string>& texts) {
  return absl::StrCat("[",
                      absl::StrJoin(texts, ", ",
                                    [](std::string* out, const auto& text) {
                                      out->append(TomlString(text));
                                    }),
                      "]");
}

// What of a configuration a file can mend.
struct Needs {
  bool nri = false;
  bool connections = false;
  bool validator = false;

  bool any() const { return nri || connections || validator; }
};

Needs NeedsOf(const DoctorFacts& facts) {
  const RuntimeConfig& config = *facts.config;
  Needs needs;
  needs.nri = NriIsOff(facts).value_or(false);
  needs.connections = config.disable_connections.ValueOr(false);
  needs.validator =
      SupportsValidate(facts.runtime) &&
      !(config.validator.ValueOr(false) && RequiresPinwarden(config) &&
        config.toleration.ValueOr("").empty());
  return needs;
}

class Planner {
 public:
  Planner(const DoctorFacts& facts, const HostFiles& files)
      : facts_(facts), files_(files), config_(*facts.config) {}

  absl::StatusOr<std::optional<DropIn>> Run() {
    needs_ = NeedsOf(facts_);
    if (!needs_.any()) return std::nullopt;
    // containerd adds up what its files disable; none can take back.
    if (config_.nri_plugin_disabled.value) {
      return absl::FailedPreconditionError(
          absl::StrCat("disabled_plugins at ", config_.nri_plugin_disabled.at,
                       " switches NRI off, and no other file can switch it on "
                       "again; take it out there"));
    }
    PW_RETURN_IF_ERROR(Locate());
    PW_RETURN_IF_ERROR(CheckOurs());
    Write();
    Verify();
    plan_.steps.push_back(RestartFix(facts_));
    return plan_;
  }

 private:
  bool is_crio() const { return config_.kind == RuntimeKind::kCrio; }

  bool replaces_tables() const {
    return !is_crio() && ReplacesTables(facts_.runtime);
  }

  absl::Status Locate() {
    if (is_crio()) {
      plan_.path = absl::StrCat(config_.main_file, ".d/", kCrioName);
      return absl::OkStatus();
    }
    if (replaces_tables() && config_.main_exists && config_.format < 2) {
      return absl::FailedPreconditionError(
          absl::StrCat(Show(config_.main_file),
                       " is of version 1 of the format, which a drop-in of "
                       "version 2 would turn into something else; see: "
                       "containerd config migrate"));
    }
    plan_.path = absl::StrCat(ImportedDirectory(), "/", kContainerdName);
    return absl::OkStatus();
  }

  // The first directory from which the main file imports all of some kind.
  std::string ImportedDirectory() const {
    for (const Setting<std::string>& import : config_.imports) {
      const std::string pattern =
          CleanPath(absl::StartsWith(*import.value, "/")
                        ? *import.value
                        : absl::StrCat(DirectoryOf(config_.main_file), "/",
                                       *import.value));
      std::string directory = DirectoryOf(pattern);
      const std::string name = pattern.substr(pattern.rfind('/') + 1);
      if (absl::StrContains(name, '*') &&
          directory.find_first_of("*?[\\") == std::string::npos &&
          fnmatch(name.c_str(), kContainerdName, 0) == 0) {
        return directory;
      }
    }
    return kContainerdDirectory;
  }

  absl::Status CheckOurs() const {
    const absl::StatusOr<std::string> there =
        files_.Read(plan_.path, kMaxOurBytes);
    if (absl::IsNotFound(there.status()) ||
        (there.ok() && absl::StartsWith(*there, kFirstLine))) {
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(
        absl::StrCat(Show(plan_.path), " is there and is not ours: ",
                     there.ok() ? "it does not start with our line"
                                : there.status().message()));
  }

  void Line(absl::string_view key, absl::string_view value) {
    absl::StrAppend(&plan_.contents, key, " = ", value, "\n");
  }

  void Keep(absl::string_view key, const Setting<std::string>& setting) {
    if (setting.value) Line(key, TomlString(*setting.value));
  }

  void Keep(absl::string_view key, const Setting<absl::Duration>& setting) {
    if (setting.value) {
      Line(key, TomlString(absl::FormatDuration(*setting.value)));
    }
  }

  void Write() {
    plan_.contents = absl::StrCat(
        kFirstLine, " Its keys win over those of files that\n",
        "# are read before it. Remove it to undo what it does, and restart ",
        RuntimeUnit(facts_), ".\n");
    is_crio() ? WriteCrio() : WriteContainerd();
  }

  void WriteContainerd() {
    if (config_.format > 0 || !config_.main_exists) {
      absl::StrAppend(&plan_.contents, "version = ", Format(), "\n");
    }
    const NriKeys keys = KeysOf(RuntimeKind::kContainerd);
    if (needs_.nri || needs_.connections) {
      if (replaces_tables()) {
        absl::StrAppend(&plan_.contents, "\n# containerd 1.7 takes this table ",
                        "whole, so all that was set in it\n",
                        "# elsewhere stands here once more.");
      }
      absl::StrAppend(&plan_.contents, "\n", keys.nri_table, "\n");
      if (needs_.nri) Line("disable", "false");
      if (needs_.connections) Line("disable_connections", "false");
      if (replaces_tables()) WriteRest();
    }
    if (needs_.validator) {
      Explain();
      absl::StrAppend(&plan_.contents, keys.validator_table, "\n");
      Line("enable", "true");
      Line(keys.required_plugins, TomlStrings(Required()));
      if (!config_.toleration.ValueOr("").empty())
        Line(keys.toleration, R"("")");
    }
  }

  void WriteRest() {
    if (!needs_.nri && config_.disable.value) Line("disable", "false");
    Keep("socket_path", config_.socket_path);
    Keep("plugin_path", config_.plugin_path);
    Keep("plugin_config_path", config_.plugin_config_path);
    Keep("plugin_registration_timeout", config_.registration_timeout);
    Keep("plugin_request_timeout", config_.request_timeout);
  }

  void WriteCrio() {
    const NriKeys keys = KeysOf(RuntimeKind::kCrio);
    if (needs_.nri || needs_.connections) {
      absl::StrAppend(&plan_.contents, "\n", keys.nri_table, "\n");
      if (needs_.nri) Line("enable_nri", "true");
      if (needs_.connections) Line("nri_disable_connections", "false");
    }
    if (needs_.validator) {
      Explain();
      absl::StrAppend(&plan_.contents, keys.validator_table, "\n");
      Line("nri_enable_default_validator", "true");
      Line(keys.required_plugins, TomlStrings(Required()));
      if (!config_.toleration.ValueOr("").empty())
        Line(keys.toleration, R"("")");
    }
  }

  void Explain() {
    absl::StrAppend(&plan_.contents,
                    "\n# No container is created while pinwarden is not ",
                    "connected, not even\n",
                    "# those of static pods, and in observe mode too.\n");
  }

  // A list replaces the one before, so those of others are kept.
  std::vector<std::string> Required() const {
    std::vector<std::string> names = config_.required_plugins.ValueOr({});
    names.erase(std::remove_if(names.begin(), names.end(), IsMisspelt),
                names.end());
    if (!RequiresPinwarden(config_)) names.emplace_back("pinwarden");
    return names;
  }

  // The main file's: recent versions refuse a drop-in of a higher one.
  int Format() const {
    if (config_.format > 0) return config_.format;
    return replaces_tables() ? 2 : 3;
  }

  // Reads all once more as if the file were there.
  void Verify() {
    HostFiles then = files_;
    then.Pretend(plan_.path, plan_.contents);
    DoctorFacts after = facts_;
    after.config = is_crio() ? ReadCrioConfig(then, config_.main_file)
                             : ReadContainerdConfig(then, config_.main_file,
                                                    facts_.runtime);
    const std::vector<std::string>& read = after.config->files;
    if (std::find(read.begin(), read.end(), plan_.path) == read.end()) {
      return plan_.steps.push_back(ImportStep());
    }
    const Needs left = NeedsOf(after);
    if (!left.any()) return;
    const RuntimeConfig& config = *after.config;
    const std::string& at =
        left.nri                           ? config.disable.at
        : left.connections                 ? config.disable_connections.at
        : !RequiresPinwarden(config)       ? config.required_plugins.at
        : !config.validator.ValueOr(false) ? config.validator.at
                                           : config.toleration.at;
    plan_.steps.push_back(
        absl::StrCat(at, " is read later and takes it back; mend it there"));
  }

  std::string ImportStep() const {
    const std::string pattern =
        TomlString(absl::StrCat(DirectoryOf(plan_.path), "/*.toml"));
    if (!config_.main_exists) {
      return absl::StrCat("make ", Show(config_.main_file),
                          " with the two lines: version = ", Format(),
                          "; imports = [", pattern, "]");
    }
    if (config_.imports.empty()) {
      return absl::StrCat("add to ", Show(config_.main_file),
                          ", above its first table: imports = [", pattern, "]");
    }
    return absl::StrCat("add to the imports at ", config_.imports.back().at,
                        ": ", pattern);
  }

  static constexpr size_t kMaxOurBytes = 64 << 10;

  const DoctorFacts& facts_;
  const HostFiles& files_;
  const RuntimeConfig& config_;
  Needs needs_;
  DropIn plan_;
};

}  // namespace

absl::StatusOr<std::optional<DropIn>> PlanDropIn(const DoctorFacts& facts,
                                                 const HostFiles& files) {
  if (!facts.config || !facts.runtime.parsed) {
    return absl::FailedPreconditionError(
        "which runtime this is, and of which version, is not known; start it, "
        "or name it: --runtime \"containerd 2.2.1\"");
  }
  if (!HasNri(facts.runtime)) {
    return absl::FailedPreconditionError(RuntimeText(facts) +
                                         " has no NRI; no file can help");
  }
  if (!facts.config->errors.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the configuration has to be mended first: ",
                     facts.config->errors.front()));
  }
  return Planner(facts, files).Run();
}

}  // namespace pinwarden
