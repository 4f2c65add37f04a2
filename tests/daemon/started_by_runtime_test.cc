// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/started_by_runtime.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

absl::StatusOr<NriOptions> With(
    const std::map<std::string, std::string>& environment) {
  return NriOptionsFromEnvironment([&](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

TEST(NriOptionsFromEnvironmentTest, ConnectsByItselfWithoutOne) {
  const auto options = With({});
  ASSERT_THAT(options, IsOk());
  EXPECT_FALSE(options->inherited.valid());
  EXPECT_EQ(options->index + "-" + options->name, "10-pinwarden");
}

TEST(NriOptionsFromEnvironmentTest, TakesTheSocketNameAndIndexOfTheRuntime) {
  int fds[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  const UniqueFd other(fds[1]);
  const auto options = With({{"NRI_PLUGIN_SOCKET", absl::StrCat(fds[0])},
                             {"NRI_PLUGIN_NAME", "gate"},
                             {"NRI_PLUGIN_IDX", "07"}});
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->inherited.get(), fds[0]);
  EXPECT_EQ(options->index + "-" + options->name, "07-gate");
}

TEST(NriOptionsFromEnvironmentTest, RefusesWhatNoRuntimeSets) {
  int fds[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  const UniqueFd one(fds[0]);
  const UniqueFd other(fds[1]);
  const UniqueFd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::string socket = absl::StrCat(fds[0]);
  const struct {
    const char* what;
    std::map<std::string, std::string> environment;
    const char* want;
  } kCases[] = {
      {"no number", {{"NRI_PLUGIN_SOCKET", "x"}}, "NRI_PLUGIN_SOCKET"},
      {"standard error", {{"NRI_PLUGIN_SOCKET", "2"}}, "NRI_PLUGIN_SOCKET"},
      {"negative", {{"NRI_PLUGIN_SOCKET", "-1"}}, "NRI_PLUGIN_SOCKET"},
      {"not open", {{"NRI_PLUGIN_SOCKET", "999"}}, "NRI_PLUGIN_SOCKET"},
      {"a file",
       {{"NRI_PLUGIN_SOCKET", absl::StrCat(file.get())}},
       "NRI_PLUGIN_SOCKET"},
      {"bad name",
       {{"NRI_PLUGIN_SOCKET", socket}, {"NRI_PLUGIN_NAME", "a/b"}},
       "NRI_PLUGIN_NAME"},
      {"bad index",
       {{"NRI_PLUGIN_SOCKET", socket}, {"NRI_PLUGIN_IDX", "1"}},
       "NRI_PLUGIN_IDX"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_THAT(
        With(c.environment),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.want)));
  }
}

}  // namespace
}  // namespace pinwarden
