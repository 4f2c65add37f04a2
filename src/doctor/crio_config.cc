// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "doctor/config_loader.h"
#include "doctor/config_value.h"
#include "doctor/setting_reader.h"
#include "pinwarden/runtime_config.h"

namespace pinwarden {
namespace {

constexpr int kMaxDirectories = 16;  // below each other

// Every file below `directory`, whatever its name, in lexical order.
void Walk(const HostFiles& files, const std::string& directory, int depth,
          ConfigLoader& loader, ConfigValue& merged) {
  const auto names = files.List(directory);
  if (!names.ok() || depth > kMaxDirectories) return;
  for (const std::string& name : *names) {
    if (loader.full()) return;
    const std::string path = absl::StrCat(directory, "/", name);
    if (S_ISDIR(files.Stat(path).mode)) {
      Walk(files, path, depth + 1, loader, merged);
    } else if (const auto file = loader.Load(path, "")) {
      MergeTables(*file, merged);
    }
  }
}

void ReadNri(SettingReader nri, RuntimeConfig& config) {
  Setting<bool> enable;
  nri.Read("enable_nri", enable);
  if (enable.value) config.disable = {!*enable.value, enable.at};
  nri.Read("nri_disable_connections", config.disable_connections);
  nri.Read("nri_listen", config.socket_path);
  nri.Read("nri_plugin_dir", config.plugin_path);
  nri.Read("nri_plugin_config_dir", config.plugin_config_path);
  nri.Read("nri_plugin_registration_timeout", config.registration_timeout);
  nri.Read("nri_plugin_request_timeout", config.request_timeout);
  SettingReader validator(nri.Table("default_validator"), false, config.errors);
  validator.Read("nri_enable_default_validator", config.validator);
  validator.Read("nri_validator_required_plugins", config.required_plugins);
  validator.Read("nri_validator_tolerate_missing_plugins_annotation",
                 config.toleration);
}

}  // namespace

RuntimeConfig ReadCrioConfig(const HostFiles& files, const std::string& path) {
  RuntimeConfig config;
  config.kind = RuntimeKind::kCrio;
  config.main_file = path;
  config.main_exists = files.Stat(path).exists;
  ConfigLoader loader(files, config);
  ConfigValue merged;
  if (config.main_exists) {
    if (auto file = loader.Load(path, "")) merged = *std::move(file);
  }
  Walk(files, path + ".d", 0, loader, merged);

  FindMisplaced(merged, {"crio", "nri", "default_validator"}, config.misplaced);
  SettingReader root(&merged, false, config.errors);
  SettingReader crio(root.Table("crio"), false, config.errors);
  ReadNri(SettingReader(crio.Table("nri"), false, config.errors), config);
  return config;
}

}  // namespace pinwarden
