// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/daemon_paths.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;

constexpr char kPath[] = "/etc/pinwarden/pinwardend.yaml";

TEST(DaemonPathsTest, AreTheDefaultsWithoutAFile) {
  const DaemonPaths paths = ReadDaemonPaths(HostFiles("/nonexistent"), kPath);
  EXPECT_EQ(paths.policy, "/etc/pinwarden/policy.yaml");
  EXPECT_EQ(paths.problem, "");
}

TEST(DaemonPathsTest, AreWhatTheFileSays) {
  HostFiles files("/nonexistent");
  files.Pretend(kPath,
                "version: 1\npolicy: /p.yaml\ncri_socket: \"\"\n"
                "judged_file: /run/x/judged\n");
  const DaemonPaths paths = ReadDaemonPaths(files, kPath);
  EXPECT_EQ(paths.policy, "/p.yaml");
  EXPECT_EQ(paths.cri_socket, "");
  EXPECT_EQ(paths.judged_file, "/run/x/judged");
  EXPECT_EQ(paths.read_socket, "/run/pinwarden/read.sock");
}

TEST(DaemonPathsTest, SayWhereTheFileIsBroken) {
  HostFiles files("/nonexistent");
  files.Pretend(kPath, "version: 1\npolicy: [\n");
  EXPECT_THAT(ReadDaemonPaths(files, kPath).problem,
              HasSubstr("pinwardend.yaml:"));
}

}  // namespace
}  // namespace pinwarden
