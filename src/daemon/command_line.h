// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_COMMAND_LINE_H_
#define PINWARDEN_SRC_DAEMON_COMMAND_LINE_H_

#include <iosfwd>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pinwarden/settings.h"

namespace pinwarden {

// What the flags of one start say.
struct CommandLine {
  std::string settings_path = kDefaultSettingsPath;
  bool settings_named = false;  // by --settings, so the file has to be there
  // Setting key and value, in the order of SettingKeys(); each was checked.
  std::vector<std::pair<std::string, std::string>> overrides;
  bool check = false;
};

// Reads pinwardend's flags. The alternative is an exit code: 0 after --help or
// --version (printed to `out`), kExitBadUsage after a bad flag (told on `err`).
std::variant<CommandLine, int> ParseCommandLine(int argc,
                                                const char* const* argv,
                                                std::ostream& out,
                                                std::ostream& err);

// The settings that hold: defaults, then the file, then the flags. False when
// they cannot be used; every problem is told on `err`. A file that is missing
// at its default path is no problem.
bool ReadSettings(const CommandLine& line, std::ostream& err,
                  Settings* settings);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_COMMAND_LINE_H_
