// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/run_cli.h"

#include <sstream>

#include "gtest/gtest.h"
#include "pinwarden/cli.h"

namespace pinwarden::testing {

std::vector<nlohmann::json> CliRun::JsonLines() const {
  std::vector<nlohmann::json> lines;
  std::istringstream in(out);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(nlohmann::json::parse(line, nullptr, false));
    EXPECT_FALSE(lines.back().is_discarded()) << "not JSON: " << line;
  }
  return lines;
}

CliRun RunCliWith(const std::vector<std::string>& args,
                  const std::string& stdin_text) {
  std::istringstream in(stdin_text);
  std::ostringstream out;
  std::ostringstream err;
  CliRun run;
  run.exit = RunCli(args, {in, out, err});
  run.out = out.str();
  run.err = err.str();
  return run;
}

}  // namespace pinwarden::testing
