// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/runtime_process.h"

#include <string>

#include "gtest/gtest.h"

namespace pinwarden {
namespace {

TEST(ConfigArgumentTest, FindsTheFileOnACommandLine) {
  using namespace std::string_literals;
  const struct {
    std::string line;
    const char* want;
  } kCases[] = {
      {"/usr/bin/containerd\0"s, ""},
      {"/usr/bin/containerd\0--config\0/etc/c.toml\0"s, "/etc/c.toml"},
      {"containerd\0-c\0/etc/c.toml\0-l\0debug\0"s, "/etc/c.toml"},
      {"containerd\0--config=/etc/c.toml\0"s, "/etc/c.toml"},
      {"containerd\0-c\0c.toml\0"s, ""},
      {"containerd\0--config"s, ""},
      {"crio\0--config\0/etc/crio.conf\0"s, "/etc/crio.conf"},
      {"/lib/systemd/systemd\0--config\0/etc/c.toml\0"s, ""},
      {""s, ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.line);
    EXPECT_EQ(ConfigArgument(c.line), c.want);
  }
}

TEST(RunningConfigTest, IsEmptyWhereNobodyListens) {
  EXPECT_EQ(RunningConfig("/nonexistent/containerd.sock"), "");
}

}  // namespace
}  // namespace pinwarden
