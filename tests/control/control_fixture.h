// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_CONTROL_CONTROL_FIXTURE_H_
#define PINWARDEN_TESTS_CONTROL_CONTROL_FIXTURE_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "pinwarden/broadcast.h"
#include "pinwarden/control_server.h"
#include "pinwarden/engine.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {

// One rule, "default" at line 24: it asks for a tag and enforces.
std::shared_ptr<const Policy> TagPolicy();

DecisionPtr MakeDecisionOf(absl::string_view pod, absl::string_view name_space,
                           v1::Outcome outcome);

// The permission bits of `path`.
int ModeOf(const std::string& path);

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& socket);

// Sends `request` to `method` as it is and waits for the answer.
grpc::Status RawCall(const std::string& socket, const std::string& method,
                     absl::string_view request, std::string* response);

// A server on real sockets with a real engine.
class ControlServerTest : public ::testing::Test {
 protected:
  ControlServerTest();

  absl::StatusOr<std::unique_ptr<ControlServer>> StartAnother();

  TempDir directory_;
  ControlOptions options_;
  Engine engine_;
  Broadcast decisions_;
  ControlHooks hooks_;
  std::unique_ptr<ControlServer> server_;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_CONTROL_CONTROL_FIXTURE_H_
