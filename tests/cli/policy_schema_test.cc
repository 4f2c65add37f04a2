// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// tests/policy_schema has what the schema says.
#include <nlohmann/json.hpp>
#include <string>

#include "cli/run_cli.h"
#include "gtest/gtest.h"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

TEST(CliPolicySchemaTest, PrintsTheSchemaThatIsInstalled) {
  const CliRun run = RunCliWith({"policy", "schema"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_EQ(run.err, "");
  const auto installed =
      ReadFile(PINWARDEN_TESTDATA "/../../packaging/policy.schema.json",
               size_t{1} << 20);
  ASSERT_THAT(installed, IsOk());
  EXPECT_EQ(run.out, *installed);
  EXPECT_EQ(nlohmann::json::parse(run.out)["title"], "pinwarden policy");
}

}  // namespace
}  // namespace pinwarden::testing
