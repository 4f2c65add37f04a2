// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctor/config_loader.h"
#include "doctor/config_value.h"
#include "doctor/setting_reader.h"
#include "doctor/show.h"
#include "pinwarden/quote.h"
#include "pinwarden/runtime_config.h"

// How containerd reads its configuration: the main file, then its imports, then
// theirs, each once. What was tried of it (docs/doctor.md says how):
//
//                            1.7                       2.0 and later
//   a plugin's table         the last file's, whole    merged key by key
//   keys whose case differs  are not known             count
//   without `version`        the table is [plugins.nri]  as in version 2
//   disabled_plugins         of all files              of all files
namespace pinwarden {
namespace {

constexpr char kNriPlugin[] = "io.containerd.nri.v1.nri";
constexpr RuntimeVersion kMergesKeys = {2, 0, 0};
constexpr RuntimeVersion kReadsFormat4 = {2, 2, 0};  // not before

struct Import {
  std::string path;
  std::string wanted_by;
};

class ContainerdReader {
 public:
  ContainerdReader(const HostFiles& files, const std::string& path,
                   const RuntimeInfo& runtime, RuntimeConfig& config)
      : files_(files),
        runtime_(runtime),
        old_(ReplacesTables(runtime)),
        config_(config),
        loader_(files, config) {
    pending_.push_back({path, ""});
  }

  void Run() {
    while (!pending_.empty() && !loader_.full()) {
      const Import next = std::move(pending_.front());
      pending_.pop_front();
      if (seen_.count(next.path) > 0) continue;
      seen_.insert(next.path);
      if (const auto file = loader_.Load(next.path, next.wanted_by)) {
        Take(next.path, *file);
      }
    }
    ReadPlugins();
  }

 private:
  // Puts one file over what was read before.
  void Take(const std::string& path, const ConfigValue& file) {
    FindMisplaced(file, {"plugins", kNriPlugin, "default_validator"},
                  config_.misplaced);
    SettingReader reader(&file, old_, config_.errors);
    const int format = TakeFormat(file);
    TakeImports(path, reader);
    TakeDisabled(reader, format);
    CheckRequired(reader);
    const ConfigValue* plugins = reader.Table("plugins");
    if (plugins == nullptr) return;
    if (!old_) return MergeTables(*plugins, plugins_);
    for (const auto& [name, table] : plugins->table) {
      plugins_.table[name] = table;
    }
  }

  int TakeFormat(const ConfigValue& file) {
    const ConfigValue* version = FindKey(file, "version", old_);
    if (version == nullptr) return 0;
    const auto format =
        static_cast<int>(std::clamp<int64_t>(version->integer, -1, 1000));
    const int newest = old_ ? 2
                       : runtime_.parsed && *runtime_.parsed < kReadsFormat4
                           ? 3
                           : 4;
    if (version->kind != ConfigValue::Kind::kInteger || format < 0 ||
        format > newest) {
      config_.errors.push_back(
          absl::StrCat(version->Place(), ":", version->column, ": containerd ",
                       runtime_.parsed ? Show(runtime_.version) : "",
                       " reads versions up to ", newest, " of this format"));
    }
    if (format > 0) config_.format = format;
    return format;
  }

  void TakeImports(const std::string& path, SettingReader& reader) {
    Setting<std::vector<std::string>> imports;
    reader.Read("imports", imports);
    for (const std::string& import : imports.ValueOr({})) {
      if (path == config_.main_file) {
        config_.imports.push_back({import, imports.at});
      }
      const std::string full =
          CleanPath(absl::StartsWith(import, "/")
                        ? import
                        : absl::StrCat(DirectoryOf(path), "/", import));
      if (!absl::StrContains(full, '*')) {
        pending_.push_back({full, imports.at});
        continue;
      }
      const auto matches = files_.Glob(full);
      if (!matches.ok()) {
        config_.errors.push_back(
            absl::StrCat(imports.at, ": ", matches.status().message()));
        continue;
      }
      for (const std::string& match : *matches) {
        pending_.push_back({match, imports.at});
      }
    }
  }

  void TakeDisabled(SettingReader& reader, int format) {
    Setting<std::vector<std::string>> disabled;
    reader.Read("disabled_plugins", disabled);
    for (const std::string& name : disabled.ValueOr({})) {
      if (format >= 2 && !absl::StrContains(name, '.')) {
        config_.errors.push_back(absl::StrCat(
            disabled.at, ": ", Quote(name), " is no plugin: containerd wants ",
            "whole names, such as ", kNriPlugin));
      }
      // Without a version, 1.7 goes by short names, of which 2.x knows some.
      if (name == kNriPlugin || (old_ && name == "nri")) {
        config_.nri_plugin_disabled = {true, disabled.at};
      }
      if (name == "io.containerd.grpc.v1.cri" ||
          name == "io.containerd.cri.v1.runtime" || name == "cri") {
        config_.cri_plugin_disabled = {true, disabled.at};
      }
    }
  }

  // containerd's own list of that name takes whole names too.
  void CheckRequired(SettingReader& reader) {
    Setting<std::vector<std::string>> required;
    reader.Read("required_plugins", required);
    for (const std::string& name : required.ValueOr({})) {
      if (absl::StrContains(name, '.')) continue;
      config_.errors.push_back(absl::StrCat(
          required.at, ": ", Quote(name), " in containerd's own ",
          "required_plugins, which is not NRI's, keeps it from starting"));
    }
  }

  void ReadPlugins() {
    SettingReader plugins(&plugins_, true, config_.errors);
    SettingReader nri(
        plugins.Table(old_ && config_.format < 2 ? "nri" : kNriPlugin), old_,
        config_.errors);
    nri.Read("disable", config_.disable);
    nri.Read("disable_connections", config_.disable_connections);
    nri.Read("socket_path", config_.socket_path);
    nri.Read("plugin_path", config_.plugin_path);
    nri.Read("plugin_config_path", config_.plugin_config_path);
    nri.Read("plugin_registration_timeout", config_.registration_timeout);
    nri.Read("plugin_request_timeout", config_.request_timeout);
    SettingReader validator(nri.Table("default_validator"), old_,
                            config_.errors);
    validator.Read("enable", config_.validator);
    validator.Read("required_plugins", config_.required_plugins);
    validator.Read("tolerate_missing_plugins_annotation", config_.toleration);
  }

  const HostFiles& files_;
  const RuntimeInfo& runtime_;
  const bool old_;
  RuntimeConfig& config_;
  ConfigLoader loader_;
  std::deque<Import> pending_;
  std::set<std::string> seen_;
  ConfigValue plugins_;
};

}  // namespace

RuntimeConfig ReadContainerdConfig(const HostFiles& files,
                                   const std::string& path,
                                   const RuntimeInfo& runtime) {
  RuntimeConfig config;
  config.main_file = path;
  config.main_exists = files.Stat(path).exists;
  if (config.main_exists) {
    ContainerdReader(files, path, runtime, config).Run();
  }
  return config;
}

bool ReplacesTables(const RuntimeInfo& runtime) {
  return runtime.parsed.has_value() && *runtime.parsed < kMergesKeys;
}

bool NamesPinwarden(const std::string& name) {
  return name == "pinwarden" || name == "10-pinwarden";
}

bool RequiresPinwarden(const RuntimeConfig& config) {
  const auto& required = config.required_plugins.value;
  return required.has_value() &&
         std::any_of(required->begin(), required->end(), NamesPinwarden);
}

}  // namespace pinwarden
