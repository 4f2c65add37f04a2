// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The trunk as a server: what the peer asks, and what it is answered.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "transport/trunk_fixture.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::kTtrpcData;
using ::pinwarden::testing::kTtrpcRequest;
using ::pinwarden::testing::kTtrpcResponse;
using ::pinwarden::testing::MuxFrame;
using ::pinwarden::testing::MuxHeader;
using ::pinwarden::testing::RequestEnvelope;
using ::pinwarden::testing::ResponseEnvelope;
using ::pinwarden::testing::StatusIs;
using ::pinwarden::testing::TtrpcHeader;
using ::pinwarden::testing::TtrpcMessageBytes;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::SizeIs;

using TrunkServeTest = TrunkTest;

std::string Repeated(absl::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) absl::StrAppend(&out, text);
  return out;
}

TEST_F(TrunkServeTest, GivesTheServerWhatThePeerAsked) {
  std::string service, method, payload;
  EXPECT_THAT(Exchange(testing::CallBytes(1, 1, "nri.Plugin", "Configure",
                                          absl::string_view("\0\xff", 2)),
                       [&](const IncomingCall& call) -> CallResult {
                         service = std::string(call.service);
                         method = std::string(call.method);
                         payload = std::string(call.payload);
                         return "answer";
                       }),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(service, "nri.Plugin");
  EXPECT_EQ(method, "Configure");
  EXPECT_EQ(payload, std::string("\0\xff", 2));
  EXPECT_THAT(answers_, ElementsAre(IsAnswer(1, 1, "answer")));
}

TEST_F(TrunkServeTest, AnswersAThousandCallsInOrder) {
  std::string bytes;
  for (uint32_t i = 0; i < 1000; ++i) {
    absl::StrAppend(&bytes, CallOn1(2 * i + 1, absl::StrCat("call ", i)));
  }
  Exchange(bytes, Echo()).IgnoreError();
  ASSERT_THAT(answers_, SizeIs(1000));
  for (uint32_t i = 0; i < 1000; ++i) {
    EXPECT_THAT(answers_[i], IsAnswer(1, 2 * i + 1, absl::StrCat("call ", i)));
  }
}

class TrunkSizesTest : public TrunkTest,
                       public ::testing::WithParamInterface<size_t> {};

TEST_P(TrunkSizesTest, AnswersInFramesThatThePeerCanRead) {
  const std::string answer(GetParam(), 'a');
  Exchange(CallOn1(1, "") + CallOn1(3, ""), [&](const IncomingCall&) {
    return CallResult(answer);
  }).IgnoreError();
  EXPECT_THAT(answers_,
              ElementsAre(IsAnswer(1, 1, answer), IsAnswer(1, 3, answer)));
  EXPECT_THAT(reader_.frame_payload_sizes(), Each(Le(4096)));
}

INSTANTIATE_TEST_SUITE_P(Sizes, TrunkSizesTest,
                         ::testing::Values(0, 1, 4082, 4083, 4084, 4096, 8192,
                                           65'536, 500'000));

class TrunkLargeRequestTest : public TrunkTest,
                              public ::testing::WithParamInterface<size_t> {};

TEST_P(TrunkLargeRequestTest, ReadsARequestAsOneFrameAndAsMany) {
  const std::string payload(GetParam(), 'p');
  const std::string first = TtrpcMessageBytes(
      1, kTtrpcRequest, RequestEnvelope("svc", "Size", payload));
  const std::string second = TtrpcMessageBytes(
      3, kTtrpcRequest, RequestEnvelope("svc", "Size", payload));
  // As nri writes it: what fits its buffer, then the rest at once.
  std::string bytes = MuxFrame(1, first) +
                      MuxFrame(1, absl::string_view(second).substr(0, 4096));
  if (second.size() > 4096)
    absl::StrAppend(&bytes, MuxFrame(1, second.substr(4096)));
  Exchange(bytes, [&](const IncomingCall& call) -> CallResult {
    return absl::StrCat(call.payload.size(), call.payload == payload);
  }).IgnoreError();
  const std::string want = absl::StrCat(payload.size(), true);
  EXPECT_THAT(answers_,
              ElementsAre(IsAnswer(1, 1, want), IsAnswer(1, 3, want)));
}

INSTANTIATE_TEST_SUITE_P(Sizes, TrunkLargeRequestTest,
                         ::testing::Values(1, 4000, 4096, 65'536, 196'005,
                                           4 << 20, 15 << 20));

TEST_F(TrunkServeTest, AnswersErrorsWithTheirGrpcCode) {
  std::string bytes;
  for (uint32_t code = 1; code <= 16; ++code) {
    absl::StrAppend(&bytes, CallOn1(2 * code + 1, ""));
  }
  int code = 0;
  Exchange(bytes, [&](const IncomingCall&) -> CallResult {
    ++code;
    return absl::Status(static_cast<absl::StatusCode>(code),
                        absl::StrCat("error ", code));
  }).IgnoreError();
  ASSERT_THAT(answers_, SizeIs(16));
  for (int i = 1; i <= 16; ++i) {
    EXPECT_THAT(answers_[static_cast<size_t>(i - 1)],
                IsError(1, 2 * i + 1, i, absl::StrCat("error ", i)));
  }
}

TEST_F(TrunkServeTest, CutsErrorMessagesAndMakesThemUtf8) {
  const struct {
    std::string message;
    std::string want;
  } kCases[] = {
      {"", ""},
      {std::string(1024, 'x'), std::string(1024, 'x')},
      {std::string(5'000'000, 'x'), std::string(1024, 'x')},
      {"a\xff"
       "b",
       "a\xEF\xBF\xBD"
       "b"},
      // 341 characters of 3 bytes make 1023: the next does not fit.
      {Repeated("\xE2\x82\xAC", 400), Repeated("\xE2\x82\xAC", 341)},
  };
  std::string bytes;
  for (uint32_t i = 0; i < std::size(kCases); ++i) {
    absl::StrAppend(&bytes, CallOn1(2 * i + 1, ""));
  }
  size_t next = 0;
  Exchange(bytes, [&](const IncomingCall&) -> CallResult {
    return absl::PermissionDeniedError(kCases[next++].message);
  }).IgnoreError();
  ASSERT_THAT(answers_, SizeIs(std::size(kCases)));
  for (size_t i = 0; i < std::size(kCases); ++i) {
    SCOPED_TRACE(i);
    EXPECT_THAT(answers_[i], IsError(1, 2 * i + 1, 7, kCases[i].want));
  }
}

TEST_F(TrunkServeTest, AnswersAnErrorInPlaceOfAnAnswerThatIsTooLong) {
  Exchange(CallOn1(1, "") + CallOn1(3, "x"),
           [&](const IncomingCall& call) -> CallResult {
             return std::string(call.payload.empty() ? 600'000 : 1, 'a');
           })
      .IgnoreError();
  EXPECT_THAT(answers_,
              ElementsAre(IsError(1, 1, 8, "an answer of 600004 bytes"),
                          IsAnswer(1, 3, "a")));
}

// A runtime refuses the container on an error and lets it run when the
// connection ends: so each of these is answered, and the trunk goes on.
TEST_F(TrunkServeTest, AnswersRequestsThatItCannotServe) {
  const uint32_t over = kMaxTtrpcDataBytes + 1;
  const std::string good = RequestEnvelope("svc", "Echo", "bad");
  const auto request = [&](uint32_t stream, absl::string_view data,
                           uint8_t flags = 0) {
    return MuxFrame(1, TtrpcMessageBytes(stream, kTtrpcRequest, data, flags));
  };
  const struct {
    const char* name;
    std::string bytes;
    uint32_t stream;
    int code;
    const char* want;
  } kCases[] = {
      {"stream 0", request(0, good), 0, 3,
       "the stream id of a call must be odd"},
      {"even stream", request(2, good), 2, 3,
       "the stream id of a call must be odd"},
      {"last even stream", request(0xfffffffe, good), 0xfffffffe, 3,
       "the stream id of a call must be odd"},
      {"stream of the call before", request(5, good), 5, 3,
       "the stream ids of calls must rise"},
      {"stream below the call before", request(3, good), 3, 3,
       "the stream ids of calls must rise"},
      {"remote-closed flag", request(7, good, 1), 7, 12,
       "streaming calls are not served"},
      {"all flags", request(7, good, 0xff), 7, 12,
       "streaming calls are not served"},
      {"cut envelope", request(7, good.substr(0, good.size() - 1)), 7, 3,
       "the ttRPC request does not parse"},
      {"garbage", request(7, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), 7,
       3, "the ttRPC request does not parse"},
      {"service that is not UTF-8",
       request(7, RequestEnvelope("\xff", "Echo", "")), 7, 3,
       "the ttRPC request does not parse"},
      {"too long",
       MuxFrame(1, TtrpcHeader(over, 7, kTtrpcRequest) +
                       std::string(over - 10, 'x')) +
           MuxFrame(1, std::string(10, 'x')),
       7, 8, "request longer than 16777216 bytes"},
      {"on the connection where we call",
       MuxFrame(2, TtrpcMessageBytes(7, kTtrpcRequest, good)), 7, 12,
       "no calls are served on this connection"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    Open();
    EXPECT_THAT(
        Exchange(CallOn1(5, "before") + c.bytes + CallOn1(9, "after"), Echo()),
        StatusIs(absl::StatusCode::kUnavailable));
    const int connection = c.bytes[3];
    EXPECT_THAT(answers_,
                ElementsAre(IsAnswer(1, 5, "before"),
                            IsError(connection, c.stream, c.code, c.want),
                            IsAnswer(1, 9, "after")));
    EXPECT_THAT(called_, ElementsAre("before", "after"));
  }
}

TEST_F(TrunkServeTest, ServesARequestWithoutFields) {
  std::string service = "unset";
  Exchange(MuxFrame(1, TtrpcMessageBytes(1, kTtrpcRequest, "")),
           [&](const IncomingCall& call) -> CallResult {
             service = std::string(call.service);
             return absl::UnimplementedError("unknown service");
           })
      .IgnoreError();
  EXPECT_EQ(service, "");
  EXPECT_THAT(answers_, ElementsAre(IsError(1, 1, 12, "unknown service")));
}

TEST_F(TrunkServeTest, KeepsNothingOfTheRequestBefore) {
  Exchange(CallOn1(1, "first") +
               MuxFrame(1, TtrpcMessageBytes(3, kTtrpcRequest, "")) +
               CallOn1(5, "third"),
           Echo())
      .IgnoreError();
  EXPECT_THAT(called_, ElementsAre("first", "", "third"));
}

TEST_F(TrunkServeTest, ReadsPastWhatAsksForNothing) {
  const std::string envelope = ResponseEnvelope("x");
  const std::string ignored =
      MuxFrame(1, TtrpcMessageBytes(7, kTtrpcData, "stray")) +
      MuxFrame(1, TtrpcMessageBytes(0, kTtrpcData, "", 0xff)) +
      MuxFrame(1, TtrpcMessageBytes(7, kTtrpcResponse, envelope)) +
      MuxFrame(2, TtrpcMessageBytes(7, kTtrpcData, "stray")) +
      MuxFrame(2, TtrpcMessageBytes(7, kTtrpcResponse, envelope)) +
      MuxFrame(3, CallOn1(7, "on a connection that is not open")) +
      MuxFrame(0xffffffff, std::string(100'000, '\xff')) + MuxFrame(1, "") +
      MuxFrame(2, "") + MuxFrame(9, "");
  EXPECT_THAT(
      Exchange(CallOn1(5, "before") + ignored + CallOn1(9, "after"), Echo()),
      StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(answers_,
              ElementsAre(IsAnswer(1, 5, "before"), IsAnswer(1, 9, "after")));
}

// Where the next frame starts can no longer be told.
TEST_F(TrunkServeTest, EndsAtBytesThatNoPeerSends) {
  const struct {
    std::string bytes;
    const char* want;
  } kCases[] = {
      {MuxHeader(0, 4), "frame of reserved connection 0 at byte 37"},
      {MuxHeader(1, 16'777'227), "frame of 16777227 bytes at byte 41"},
      {MuxFrame(1, TtrpcHeader(0, 7, 4)),
       "ttRPC message of unknown type 4 at byte 37 of its connection"},
      {MuxFrame(2, TtrpcHeader(0, 7, 0)),
       "ttRPC message of unknown type 0 at byte 8 of its connection"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    Open();
    EXPECT_THAT(
        Exchange(CallOn1(5, "before") + c.bytes + CallOn1(9, "after"), Echo()),
        StatusIs(absl::StatusCode::kDataLoss, c.want));
    EXPECT_THAT(answers_, ElementsAre(IsAnswer(1, 5, "before")));
  }
}

// Each packet is one read of ours, and each write of ours is one packet.
class TrunkPacketTest : public TrunkTest {
 protected:
  TrunkPacketTest() : TrunkTest(SOCK_SEQPACKET) {}
};

TEST_F(TrunkPacketTest, WritesAnAnswerAtOnce) {
  testing::WriteBytes(theirs_.get(), CallOn1(1, std::string(4000, 'x')));
  shutdown(theirs_.get(), SHUT_WR);
  Trunk trunk(std::move(ours_), kConnections, Echo());
  trunk.Run(stop_).IgnoreError();
  EXPECT_EQ(ReadAnswers(), 1u);
  EXPECT_THAT(answers_, ElementsAre(IsAnswer(1, 1, std::string(4000, 'x'))));
}

TEST_F(TrunkPacketTest, ServesTheSameWhereverTheBytesAreCut) {
  const std::string bytes = CallOn1(1, "first") + CallOn1(3, "");
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    SCOPED_TRACE(cut);
    Open();
    testing::WriteBytes(theirs_.get(), bytes.substr(0, cut));
    testing::WriteBytes(theirs_.get(), bytes.substr(cut));
    shutdown(theirs_.get(), SHUT_WR);
    Trunk trunk(std::move(ours_), kConnections, Echo());
    EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kUnavailable));
    ReadAnswers();
    EXPECT_THAT(answers_,
                ElementsAre(IsAnswer(1, 1, "first"), IsAnswer(1, 3, "")));
  }
}

TEST_F(TrunkPacketTest, ServesByteByByte) {
  for (const char c : CallOn1(1, "first") + CallOn1(3, "second")) {
    testing::WriteBytes(theirs_.get(), absl::string_view(&c, 1));
  }
  shutdown(theirs_.get(), SHUT_WR);
  Trunk trunk(std::move(ours_), kConnections, Echo());
  EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kUnavailable));
  ReadAnswers();
  EXPECT_THAT(answers_,
              ElementsAre(IsAnswer(1, 1, "first"), IsAnswer(1, 3, "second")));
}

TEST_F(TrunkPacketTest, ReadsOnWhereAMessageIsCutBetweenFrames) {
  const std::string call = TtrpcMessageBytes(
      1, kTtrpcRequest, RequestEnvelope("svc", "Echo", "asked"));
  for (size_t cut = 1; cut < call.size(); ++cut) {
    SCOPED_TRACE(cut);
    Open();
    for (const uint32_t connection : {1u, 2u}) {
      for (const std::string& part : {call.substr(0, cut), call.substr(cut)}) {
        testing::WriteBytes(theirs_.get(), MuxFrame(connection, part));
      }
    }
    shutdown(theirs_.get(), SHUT_WR);
    Trunk trunk(std::move(ours_), kConnections, Echo());
    trunk.Run(stop_).IgnoreError();
    ReadAnswers();
    EXPECT_THAT(answers_, ElementsAre(IsAnswer(1, 1, "asked"),
                                      IsError(2, 1, 12,
                                              "no calls are served on this "
                                              "connection")));
  }
}

TEST_F(TrunkServeTest, EndsCleanlyWhereverThePeerCloses) {
  const std::string bytes = CallOn1(1, "whole");
  for (size_t size = 0; size <= bytes.size(); ++size) {
    SCOPED_TRACE(size);
    Open();
    testing::WriteBytes(theirs_.get(), bytes.substr(0, size));
    theirs_.reset();
    Trunk trunk(std::move(ours_), kConnections, Echo());
    EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_THAT(called_, SizeIs(size == bytes.size() ? 1 : 0));
  }
}

}  // namespace
}  // namespace pinwarden
