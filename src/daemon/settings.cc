// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/settings.h"

#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxPathBytes = 4095;  // PATH_MAX, less its final NUL
constexpr size_t kMaxSocketPathBytes = sizeof(sockaddr_un{}.sun_path) - 1;
constexpr size_t kMaxGroupBytes = 32;
constexpr size_t kMaxFileNameBytes = 200;  // SQLite and we add to it

constexpr absl::string_view kLevelNames[] = {"debug", "info", "warning",
                                             "error"};
constexpr absl::string_view kFormatNames[] = {"text", "json"};
constexpr absl::string_view kDecisionsNames[] = {"all", "refused", "none"};

absl::Status CheckPath(absl::string_view value, size_t max_bytes) {
  if (value.size() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("path longer than ", max_bytes, " bytes"));
  }
  if (!absl::StartsWith(value, "/")) {
    return absl::InvalidArgumentError(
        absl::StrCat("not an absolute path: ", Quote(value, 128)));
  }
  if (absl::StrContains(value, absl::string_view("\0", 1))) {
    return absl::InvalidArgumentError("path with a NUL byte");
  }
  return absl::OkStatus();
}

// A name, which is below the state directory, or a path of its own.
absl::Status CheckLedger(absl::string_view value) {
  if (absl::StrContains(value, '/')) return CheckPath(value, kMaxPathBytes);
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '"';
  });
  if (plain && value != "." && value != ".." &&
      value.size() <= kMaxFileNameBytes) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "neither an absolute path nor a file's name: ", Quote(value, 128)));
}

absl::Status SetNumber(absl::string_view value, int least, int most, int* out) {
  int number = 0;
  if (!absl::SimpleAtoi(value, &number) || number < least || number > most) {
    return absl::InvalidArgumentError(absl::StrCat("not a whole number from ",
                                                   least, " to ", most, ": ",
                                                   Quote(value, 128)));
  }
  *out = number;
  return absl::OkStatus();
}

absl::Status CheckGroup(absl::string_view value) {
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != ':' && c != '/';
  });
  if (value.size() <= kMaxGroupBytes && plain) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("not a group's name: ", Quote(value, 128)));
}

// Sets an enum whose values have `names`, in its order.
template <typename Enum>
absl::Status SetByName(absl::string_view value,
                       absl::Span<const absl::string_view> names, Enum* out) {
  const auto found = std::find(names.begin(), names.end(), value);
  if (found == names.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown value ", Quote(value, 128), DidYouMean(value, names),
        " (one of ", absl::StrJoin(names, ", "), ")"));
  }
  *out = static_cast<Enum>(found - names.begin());
  return absl::OkStatus();
}

// One row for each setting, which says how it is read and written.
struct Field {
  enum class Kind {
    kPath,
    kSocket,
    kSocketOrNone,
    kGroup,
    kLedger,
    kDays,
    kMegabytes,
    kLevel,
    kFormat,
    kDecisions
  };
  Kind kind;
  std::string Settings::*text = nullptr;  // of those that are text
};

constexpr absl::string_view kKeys[] = {
    "policy",     "nri_socket",   "control_socket",   "read_socket",
    "read_group", "cri_socket",   "state_directory",  "judged_file",
    "ledger",     "ledger_days",  "ledger_megabytes", "log_level",
    "log_format", "log_decisions"};
constexpr Field kFields[] = {
    {Field::Kind::kPath, &Settings::policy},
    {Field::Kind::kSocket, &Settings::nri_socket},
    {Field::Kind::kSocket, &Settings::control_socket},
    {Field::Kind::kSocket, &Settings::read_socket},
    {Field::Kind::kGroup, &Settings::read_group},
    {Field::Kind::kSocketOrNone, &Settings::cri_socket},
    {Field::Kind::kPath, &Settings::state_directory},
    {Field::Kind::kPath, &Settings::judged_file},
    {Field::Kind::kLedger, &Settings::ledger},
    {Field::Kind::kDays},
    {Field::Kind::kMegabytes},
    {Field::Kind::kLevel},
    {Field::Kind::kFormat},
    {Field::Kind::kDecisions},
};
static_assert(std::size(kKeys) == std::size(kFields));

const Field* FieldOf(absl::string_view key) {
  const auto* found = std::find(std::begin(kKeys), std::end(kKeys), key);
  return found == std::end(kKeys) ? nullptr : &kFields[found - kKeys];
}

// Adds what is wrong with one entry of the file, or sets its field.
void LoadEntry(const YamlEntry& entry, SettingsLoad* load) {
  const auto error = [load](Position at, std::string message) {
    load->problems.push_back({Severity::kError, at, std::move(message)});
  };
  const YamlNode& value = entry.value;
  if (entry.key != "version" && FieldOf(entry.key) == nullptr) {
    std::vector<absl::string_view> known(std::begin(kKeys), std::end(kKeys));
    known.push_back("version");
    error(entry.key_at,
          absl::StrCat("unknown key ", Quote(entry.key, 128),
                       entry.key == "log"
                           ? "; its settings are keys of their own: log_level, "
                             "log_format, log_decisions"
                           : DidYouMean(entry.key, known)));
  } else if (value.kind() != YamlNode::Kind::kScalar) {
    error(value.at(), absl::StrCat(entry.key, " must be a string, not ",
                                   KindName(value.kind())));
  } else if (entry.key == "version") {
    if (value.scalar() != "1" || value.quoted()) {
      error(value.at(), "version must be 1: no other is known");
    }
  } else {
    const absl::Status status =
        SetSetting(entry.key, value.scalar(), &load->settings);
    if (!status.ok()) error(value.at(), std::string(status.message()));
  }
}

}  // namespace

absl::Span<const absl::string_view> SettingKeys() { return kKeys; }

absl::Status SetSetting(absl::string_view key, absl::string_view value,
                        Settings* settings) {
  const Field* field = FieldOf(key);
  if (field == nullptr) {
    return absl::NotFoundError(absl::StrCat("no setting ", Quote(key, 128)));
  }
  switch (field->kind) {
    case Field::Kind::kPath:
      PW_RETURN_IF_ERROR(CheckPath(value, kMaxPathBytes));
      break;
    case Field::Kind::kSocketOrNone:
      if (value.empty()) break;
      PW_RETURN_IF_ERROR(CheckPath(value, kMaxSocketPathBytes));
      break;
    case Field::Kind::kSocket:
      PW_RETURN_IF_ERROR(CheckPath(value, kMaxSocketPathBytes));
      break;
    case Field::Kind::kGroup:
      PW_RETURN_IF_ERROR(CheckGroup(value));
      break;
    case Field::Kind::kLedger:
      PW_RETURN_IF_ERROR(CheckLedger(value));
      break;
    case Field::Kind::kDays:
      return SetNumber(value, 1, 365, &settings->ledger_days);
    case Field::Kind::kMegabytes:
      return SetNumber(value, 8, 1024, &settings->ledger_megabytes);
    case Field::Kind::kLevel:
      return SetByName(value, kLevelNames, &settings->log_level);
    case Field::Kind::kFormat:
      return SetByName(value, kFormatNames, &settings->log_format);
    case Field::Kind::kDecisions:
      return SetByName(value, kDecisionsNames, &settings->log_decisions);
  }
  settings->*field->text = std::string(value);
  return absl::OkStatus();
}

std::string GetSetting(const Settings& settings, absl::string_view key) {
  const Field* field = FieldOf(key);
  if (field == nullptr) return "";
  absl::string_view value;
  switch (field->kind) {
    case Field::Kind::kPath:
    case Field::Kind::kSocket:
    case Field::Kind::kSocketOrNone:
    case Field::Kind::kGroup:
    case Field::Kind::kLedger:
      value = settings.*field->text;
      break;
    case Field::Kind::kDays:
      return absl::StrCat(settings.ledger_days);
    case Field::Kind::kMegabytes:
      return absl::StrCat(settings.ledger_megabytes);
    case Field::Kind::kLevel:
      value = kLevelNames[static_cast<size_t>(settings.log_level)];
      break;
    case Field::Kind::kFormat:
      value = kFormatNames[static_cast<size_t>(settings.log_format)];
      break;
    case Field::Kind::kDecisions:
      value = kDecisionsNames[static_cast<size_t>(settings.log_decisions)];
      break;
  }
  return std::string(value);
}

std::string LedgerPath(const Settings& settings) {
  if (settings.ledger.empty() || settings.ledger[0] == '/') {
    return settings.ledger;
  }
  return absl::StrCat(settings.state_directory, "/", settings.ledger);
}

absl::Status CheckSettings(const Settings& settings) {
  if (settings.control_socket != settings.read_socket) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "control_socket and read_socket are the same path; the one is for root "
      "only, the other for a group");
}

SettingsLoad LoadSettings(absl::string_view text) {
  SettingsLoad load;
  YamlDocument document = ParseYaml(text);
  load.problems = std::move(document.problems);
  if (HasErrors(load.problems)) return load;

  const YamlNode& root = document.root;
  if (root.kind() != YamlNode::Kind::kMapping) {
    load.problems.push_back(
        {Severity::kError, root.at(),
         absl::StrCat("settings must be a mapping with \"version: 1\", not ",
                      KindName(root.kind()))});
    return load;
  }
  if (root.Find("version") == nullptr) {
    load.problems.push_back(
        {Severity::kError, root.at(), "\"version: 1\" is missing"});
  }
  for (const YamlEntry& entry : root.entries()) LoadEntry(entry, &load);
  const absl::Status status = CheckSettings(load.settings);
  if (!status.ok()) {
    const YamlNode* socket = root.Find("read_socket");
    if (socket == nullptr) socket = root.Find("control_socket");
    load.problems.push_back({Severity::kError,
                             socket == nullptr ? root.at() : socket->at(),
                             std::string(status.message())});
  }
  return load;
}

}  // namespace pinwarden
