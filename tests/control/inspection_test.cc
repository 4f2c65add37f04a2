// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "absl/time/clock.h"
#include "control/control_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/control_client.h"
#include "pinwarden/v1/control.grpc.pb.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(30);

using CheckTest = ControlServerTest;

v1::CheckRequest Asking(std::initializer_list<absl::string_view> images) {
  v1::CheckRequest request;
  for (absl::string_view image : images) request.add_images(std::string(image));
  request.set_namespace_("shop");
  return request;
}

TEST_F(CheckTest, JudgesEachImageInOrderWithThePolicyInForce) {
  engine_.Install(TagPolicy());
  const absl::Time before = absl::Now();
  const auto got =
      ControlClient(options_.read_socket)
          .Check(Asking({"nginx", "nginx:1.27.0", "nginx:"}), kPatience);
  ASSERT_THAT(got, IsOk());
  const struct {
    const char* image;
    v1::Outcome outcome;
    v1::Reason reason;
  } kWant[] = {
      {"nginx", v1::OUTCOME_REJECTED, v1::REASON_NO_TAG},
      {"nginx:1.27.0", v1::OUTCOME_ALLOWED, v1::REASON_PINNED},
      {"nginx:", v1::OUTCOME_REJECTED, v1::REASON_MALFORMED_REFERENCE},
  };
  ASSERT_EQ(got->decisions_size(), 3);
  for (int i = 0; i < 3; ++i) {
    SCOPED_TRACE(kWant[i].image);
    const v1::Decision& decision = got->decisions(i);
    EXPECT_EQ(decision.image(), kWant[i].image);
    EXPECT_EQ(decision.outcome(), kWant[i].outcome);
    EXPECT_EQ(decision.reason(), kWant[i].reason);
    EXPECT_EQ(decision.confidence(), v1::CONFIDENCE_EXACT);
    EXPECT_EQ(decision.trigger(), v1::TRIGGER_UNSPECIFIED);
    EXPECT_EQ(decision.namespace_(), "shop");
    EXPECT_EQ(decision.policy_generation(), 2u);
    EXPECT_GE(decision.time().seconds(), absl::ToUnixSeconds(before));
  }
}

TEST_F(CheckTest, RecordsNothing) {
  const auto reader = decisions_.Subscribe(nullptr, nullptr);
  ASSERT_THAT(
      ControlClient(options_.control_socket).Check(Asking({"a"}), kPatience),
      IsOk());
  EXPECT_FALSE(reader->TryNext().has_value());
}

TEST_F(CheckTest, JudgesHostileTextAsTheNodeWould) {
  const auto got =
      ControlClient(options_.control_socket)
          .Check(Asking({"", absl::string_view("a\0b", 3), "\x1b[2J"}),
                 kPatience);
  ASSERT_THAT(got, IsOk());
  ASSERT_EQ(got->decisions_size(), 3);
  for (const v1::Decision& decision : got->decisions()) {
    EXPECT_EQ(decision.reason(), v1::REASON_MALFORMED_REFERENCE);
  }
}

TEST_F(CheckTest, AnswersTheLargestRequestWhole) {
  v1::CheckRequest request;
  request.set_namespace_(std::string(253, 'n'));
  while (request.images_size() < 1000) {
    request.add_images(std::string(1000, 'a'));
  }
  const auto got =
      ControlClient(options_.read_socket).Check(request, kPatience);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->decisions_size(), 1000);
}

TEST_F(CheckTest, RefusesWhatIsOutOfBounds) {
  const struct {
    v1::CheckRequest request;
    absl::StatusCode code;
    const char* message;
  } kCases[] = {
      {Asking({}), absl::StatusCode::kInvalidArgument, "images: none given"},
      {Asking({std::string(4097, 'a')}), absl::StatusCode::kInvalidArgument,
       "images[0]: 4097 bytes"},
      {Asking({std::string(1 << 20, 'a')}),
       absl::StatusCode::kResourceExhausted, "larger than max"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.message);
    EXPECT_THAT(ControlClient(options_.read_socket).Check(c.request, kPatience),
                StatusIs(c.code, HasSubstr(c.message)));
  }
}

TEST_F(CheckTest, RefusesBytesThatAreNoRequest) {
  const struct {
    const char* what;
    std::string bytes;
  } kCases[] = {
      {"invalid UTF-8", "\x0a\x01\xff"},
      {"length past the end", "\x0a\x7f"},
      {"a group that never ends", "\x0b"},
      {"noise", std::string(64, '\xff')},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    std::string response;
    EXPECT_FALSE(RawCall(options_.read_socket, "/pinwarden.v1.Inspection/Check",
                         c.bytes, &response)
                     .ok());
  }
  EXPECT_THAT(ControlClient(options_.read_socket).GetStatus(kPatience), IsOk());
}

TEST_F(CheckTest, RefusesCompressedRequests) {
  const auto service = v1::Inspection::NewStub(ChannelTo(options_.read_socket));
  grpc::ClientContext context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::CheckResponse response;
  EXPECT_EQ(
      service->Check(&context, Asking({std::string(4000, 'a')}), &response)
          .error_code(),
      grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace pinwarden::testing
