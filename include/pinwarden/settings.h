// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SETTINGS_H_
#define PINWARDEN_SETTINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pinwarden/problem.h"

namespace pinwarden {

inline constexpr char kDefaultSettingsPath[] = "/etc/pinwarden/pinwardend.yaml";
inline constexpr size_t kMaxSettingsBytes = 64 << 10;

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };
enum class LogDecisions { kAll, kRefused, kNone };  // kRefused: would-be too

// What pinwardend is told besides the policy: where things are. Each field is a
// key of the settings file and, with dashes, a flag, which wins.
struct Settings {
  std::string policy = "/etc/pinwarden/policy.yaml";
  std::string nri_socket = "/var/run/nri/nri.sock";
  std::string control_socket = "/run/pinwarden/control.sock";
  std::string read_socket = "/run/pinwarden/read.sock";
  std::string read_group = "pinwarden";  // or "": root only
  std::string cri_socket = "/run/containerd/containerd.sock";  // or "": none
  std::string state_directory = "/var/lib/pinwarden";
  std::string judged_file = "/run/pinwarden/judged";
  std::string ledger = "ledger.db";  // a path, or a name below that directory,
                                     // or "": none; see LedgerPath()
  int ledger_days = 30;              // 1 to 365
  int ledger_megabytes = 64;         // 8 to 1024
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  LogDecisions log_decisions = LogDecisions::kAll;
};

// The keys of the fields above, in their order: "policy", ... "log_decisions".
absl::Span<const absl::string_view> SettingKeys();

// Sets the field that `key` names. A flag and a line of the file are held to
// the same.
//
// kInvalidArgument: not a value of that setting; says which are. A path has to
//   be absolute, and a socket's at most 107 bytes.
// kNotFound: no such setting.
absl::Status SetSetting(absl::string_view key, absl::string_view value,
                        Settings* settings);

// The value as it stands in a settings file. `key` is one of SettingKeys().
std::string GetSetting(const Settings& settings, absl::string_view key);

// Where the ledger is to be; empty: nowhere.
std::string LedgerPath(const Settings& settings);

// What no setting shows by itself: the two sockets must not be one.
absl::Status CheckSettings(const Settings& settings);

struct SettingsLoad {
  Settings settings;  // meaningful when `problems` has no error
  std::vector<Problem> problems;
};

// Compiles the text of a settings file, which has to say `version: 1`. Unknown
// keys, wrong types and bad values are problems, all of them at once.
SettingsLoad LoadSettings(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_SETTINGS_H_
