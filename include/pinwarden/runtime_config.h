// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_RUNTIME_CONFIG_H_
#define PINWARDEN_RUNTIME_CONFIG_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinwarden/host_files.h"
#include "pinwarden/runtime_info.h"

namespace pinwarden {

inline constexpr char kContainerdConfig[] = "/etc/containerd/config.toml";
inline constexpr char kCrioConfig[] = "/etc/crio/crio.conf";

inline constexpr size_t kMaxConfigFiles = 256;
inline constexpr size_t kMaxAllConfigBytes = 8 << 20;

// A value of a runtime's configuration and where it was set last.
template <typename T>
struct Setting {
  std::optional<T>
      value;       // none: nobody set it, so the runtime's default holds
  std::string at;  // "FILE:LINE", fit for a terminal

  T ValueOr(T otherwise) const { return value.value_or(std::move(otherwise)); }
};

// Something that should be in the table of NRI's validator and stands where the
// runtime does not look for it.
struct Misplaced {
  std::string table;  // as a person would write it, fit for a terminal
  std::string at;
};

// What of a runtime's configuration decides whether pinwarden is asked, and
// what happens while it is away: all files merged as the runtime merges them.
struct RuntimeConfig {
  RuntimeKind kind = RuntimeKind::kContainerd;  // or kCrio
  std::string main_file;
  bool main_exists = false;
  std::vector<std::string> files;  // that were read, in the runtime's order
  int format = 0;  // containerd's `version`; 0: none of the files has one
  // What keeps the runtime from starting with these files, each with its place.
  std::vector<std::string> errors;

  std::vector<Setting<std::string>> imports;  // of the main file, as written
  Setting<bool> nri_plugin_disabled;  // by `disabled_plugins`; true or unset
  Setting<bool> cri_plugin_disabled;
  Setting<bool> disable;  // NRI; CRI-O's `enable_nri`, turned round
  Setting<bool> disable_connections;
  Setting<std::string> socket_path;
  Setting<std::string> plugin_path;
  Setting<std::string> plugin_config_path;
  Setting<absl::Duration> registration_timeout;
  Setting<absl::Duration> request_timeout;
  Setting<bool> validator;  // enabled
  Setting<std::vector<std::string>> required_plugins;
  Setting<std::string> toleration;   // an annotation's key
  std::vector<Misplaced> misplaced;  // lists of plugins with ours in them
};

// Reads the configuration of the runtime `runtime`, whose version tells how it
// merges files; of one whose version is not known, as recent ones do. Never
// fails: what is wrong is in `errors`, and only what could be read is told.
//
// containerd: `path` and what it imports. CRI-O: `path`, then every file below
// `path` + ".d", in lexical order.
RuntimeConfig ReadContainerdConfig(const HostFiles& files,
                                   const std::string& path,
                                   const RuntimeInfo& runtime);
RuntimeConfig ReadCrioConfig(const HostFiles& files, const std::string& path);

// True for containerd 1.7, where a plugin's table in one file replaces that of
// the files before it, whole. Later ones merge tables key by key.
bool ReplacesTables(const RuntimeInfo& runtime);

// Whether `name` in `required_plugins` means us.
bool NamesPinwarden(const std::string& name);
bool RequiresPinwarden(const RuntimeConfig& config);

}  // namespace pinwarden

#endif  // PINWARDEN_RUNTIME_CONFIG_H_
