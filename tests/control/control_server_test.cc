// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/control_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "control/control_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/control_client.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr char kInspection[] = "pinwarden.v1.Inspection";
constexpr char kAdministration[] = "pinwarden.v1.Administration";

// grpc.health.v1: HealthCheckRequest{string service = 1}, and the answer's
// {ServingStatus status = 1} with 1 SERVING and 2 NOT_SERVING.
std::string Health(const std::string& socket, absl::string_view service) {
  std::string request;
  if (!service.empty()) {
    request = {'\x0a', static_cast<char>(service.size())};
    request.append(service.data(), service.size());
  }
  std::string response;
  const grpc::Status status =
      RawCall(socket, "/grpc.health.v1.Health/Check", request, &response);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return "unknown";
  if (!status.ok()) return status.error_message();
  if (response == "\x08\x01") return "serving";
  return response == "\x08\x02" ? "not serving" : "something else";
}

// grpc.reflection.v1alpha: asks for list_services = 7.
std::string ListServices(const std::string& socket) {
  std::string response;
  const grpc::Status status = RawCall(
      socket, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      "\x3a\x01*", &response);
  return status.ok() ? response : status.error_message();
}

// Of the group that the files we make belong to.
std::string OwnGroupName() {
  std::ifstream file("/etc/group");
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, ':');
    if (fields.size() > 2 && fields[2] == std::to_string(getegid())) {
      return fields[0];
    }
  }
  return "";
}

TEST_F(ControlServerTest, ServesStatusOnBothSockets) {
  for (const auto& socket : {options_.control_socket, options_.read_socket}) {
    SCOPED_TRACE(socket);
    const auto status = ControlClient(socket).GetStatus(kPatience);
    ASSERT_THAT(status, IsOk());
    EXPECT_EQ(status->version(), "1.2.3");
  }
}

TEST_F(ControlServerTest, ReloadsOnTheControlSocketOnly) {
  const auto reloaded =
      ControlClient(options_.control_socket).Reload(kPatience);
  ASSERT_THAT(reloaded, IsOk());
  EXPECT_EQ(reloaded->generation(), 8u);
  EXPECT_THAT(ControlClient(options_.read_socket).Reload(kPatience),
              StatusIs(absl::StatusCode::kUnimplemented,
                       HasSubstr("does not offer this call")));
}

TEST_F(ControlServerTest, HealthSaysWhetherItIsServing) {
  EXPECT_EQ(Health(options_.control_socket, ""), "not serving");
  server_->SetHealthy(true);
  EXPECT_EQ(Health(options_.control_socket, ""), "serving");
  EXPECT_EQ(Health(options_.control_socket, kInspection), "serving");
  EXPECT_EQ(Health(options_.control_socket, kAdministration), "serving");
  EXPECT_EQ(Health(options_.read_socket, ""), "serving");
  EXPECT_EQ(Health(options_.read_socket, kInspection), "serving");
  EXPECT_EQ(Health(options_.read_socket, kAdministration), "unknown");
  server_->SetHealthy(false);
  EXPECT_EQ(Health(options_.read_socket, ""), "not serving");
  EXPECT_EQ(Health(options_.control_socket, kInspection), "not serving");
}

TEST_F(ControlServerTest, ReflectionListsWhatEachSocketOffers) {
  EXPECT_THAT(ListServices(options_.control_socket),
              AllOf(HasSubstr(kInspection), HasSubstr(kAdministration)));
  EXPECT_THAT(ListServices(options_.read_socket),
              AllOf(HasSubstr(kInspection), Not(HasSubstr(kAdministration))));
}

TEST_F(ControlServerTest, SocketsAreOursAloneWithoutAGroup) {
  EXPECT_EQ(ModeOf(options_.control_socket), 0600);
  EXPECT_EQ(ModeOf(options_.read_socket), 0600);
  EXPECT_FALSE(server_->read_group_applied());
}

TEST_F(ControlServerTest, OpensTheReadSocketToItsGroup) {
  server_.reset();
  options_.read_group = OwnGroupName();
  ASSERT_NE(options_.read_group, "");
  const auto server = StartAnother();
  ASSERT_THAT(server, IsOk());
  EXPECT_TRUE((*server)->read_group_applied());
  EXPECT_EQ(ModeOf(options_.control_socket), 0600);
  EXPECT_EQ(ModeOf(options_.read_socket), 0660);
  struct stat info;
  ASSERT_EQ(stat(options_.read_socket.c_str(), &info), 0);
  EXPECT_EQ(info.st_gid, getegid());
}

TEST_F(ControlServerTest, ServesOnWithoutAGroupThatTheHostLacks) {
  server_.reset();
  options_.read_group = "no-such-group";
  const auto server = StartAnother();
  ASSERT_THAT(server, IsOk());
  EXPECT_FALSE((*server)->read_group_applied());
  EXPECT_EQ(ModeOf(options_.read_socket), 0600);
}

TEST_F(ControlServerTest, RefusesSocketsThatAnotherServes) {
  EXPECT_THAT(StartAnother(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                       HasSubstr("another process serves on")));
  EXPECT_THAT(ControlClient(options_.control_socket).GetStatus(kPatience),
              IsOk());
}

TEST_F(ControlServerTest, ServesBesideAnotherOnOtherSockets) {
  options_.control_socket = directory_ / "control2.sock";
  options_.read_socket = directory_ / "read2.sock";
  const auto second = StartAnother();
  ASSERT_THAT(second, IsOk());
  for (const char* name : {"control.sock", "control2.sock", "read.sock"}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(ControlClient(directory_ / name).GetStatus(kPatience), IsOk());
  }
}

TEST_F(ControlServerTest, LeavesNothingBehindAndCanStartAgain) {
  server_.reset();
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
  EXPECT_THAT(StartAnother(), IsOk());
}

TEST_F(ControlServerTest, LeavesNothingBehindWhenOneSocketCannotBe) {
  server_.reset();
  options_.read_socket = directory_ / "missing/read.sock";
  EXPECT_THAT(StartAnother(), StatusIs(absl::StatusCode::kNotFound,
                                       HasSubstr("missing/read.sock")));
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(ControlServerTest, ServesOnPathsThatAUriWouldEscape) {
  options_.control_socket = directory_ / "a b%20?#.sock";
  options_.read_socket = directory_ / "\xc3\xa9.sock";
  const auto server = StartAnother();
  ASSERT_THAT(server, IsOk());
  EXPECT_THAT(ControlClient(options_.control_socket).GetStatus(kPatience),
              IsOk());
  EXPECT_THAT(ControlClient(options_.read_socket).GetStatus(kPatience), IsOk());
}

}  // namespace
}  // namespace pinwarden::testing
