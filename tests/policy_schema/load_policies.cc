// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// load_policies FILE...: what the loader says of each, one line of JSON a file:
// the messages of its errors. For tests/policy_schema/schema_test.py.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "absl/time/time.h"
#include "pinwarden/file.h"
#include "pinwarden/policy.h"

int main(int argc, char** argv) {
  using nlohmann::json;
  for (int i = 1; i < argc; ++i) {
    const auto text = pinwarden::ReadFile(argv[i], size_t{1} << 20);
    if (!text.ok()) {
      std::fprintf(stderr, "%s\n", text.status().ToString().c_str());
      return 1;
    }
    const pinwarden::PolicyLoad load = pinwarden::LoadPolicy(
        *text, "policy.yaml", absl::FromUnixSeconds(1780272000));
    json errors = json::array();
    for (const pinwarden::Problem& problem : load.problems) {
      if (problem.severity == pinwarden::Severity::kError) {
        errors.push_back(problem.message);
      }
    }
    std::printf("%s\n", errors.dump().c_str());
  }
  return 0;
}
