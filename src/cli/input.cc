// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/input.h"

#include <algorithm>

#include "cli/command.h"
#include "pinwarden/file.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

// Reads up to '\n' or the end; false when there was nothing left to read.
bool ReadLine(std::istream& in, std::string* line) {
  line->clear();
  std::streambuf* bytes = in.rdbuf();
  bool any = false;
  while (true) {
    const int c = bytes->sbumpc();
    if (c == std::char_traits<char>::eof()) return any;
    any = true;
    if (c == '\n') return true;
    if (line->size() < kMaxLineBytes) line->push_back(static_cast<char>(c));
  }
}

}  // namespace

void ForEachItem(const std::vector<std::string>& arguments, std::istream& in,
                 const std::function<void(const std::string&)>& each) {
  for (const std::string& argument : arguments) {
    if (argument != "-") {
      each(argument);
      continue;
    }
    for (std::string line; ReadLine(in, &line);) each(line);
  }
}

bool ReadsStdin(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "-") != arguments.end();
}

std::shared_ptr<const Policy> LoadPolicyFile(const std::string& path,
                                             absl::Time now,
                                             CliContext& context) {
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxYamlBytes);
  if (!text.ok()) {
    context.streams.err << "pinwarden: " << std::string(text.status().message())
                        << "; name a policy file with --policy FILE\n";
    context.exit = kExitUsage;
    return nullptr;
  }
  PolicyLoad load = LoadPolicy(*text, BaseName(path), now);
  if (load.policy == nullptr) {
    context.streams.err << RenderProblems(load.problems, path, *text)
                        << "pinwarden: the policy has errors, so nothing was "
                           "judged\n";
    context.exit = kExitUsage;
  }
  return load.policy;
}

std::string BaseName(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

}  // namespace pinwarden
