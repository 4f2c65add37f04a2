// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_CLI_RUN_CLI_H_
#define PINWARDEN_TESTS_CLI_RUN_CLI_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace pinwarden::testing {

// What one run of `pinwarden ARGS...` gave.
struct CliRun {
  int exit = -1;
  std::string out;
  std::string err;

  // Each line of `out` as JSON; a line that is not JSON fails the test.
  std::vector<nlohmann::json> JsonLines() const;
};

CliRun RunCliWith(const std::vector<std::string>& args,
                  const std::string& stdin_text = "");

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_CLI_RUN_CLI_H_
