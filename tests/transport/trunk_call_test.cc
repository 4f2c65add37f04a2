// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The trunk as a client: what we ask, and what `done` is given.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "transport/trunk_fixture.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::AnswerBytes;
using ::pinwarden::testing::ErrorEnvelope;
using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::kTtrpcData;
using ::pinwarden::testing::kTtrpcRequest;
using ::pinwarden::testing::kTtrpcResponse;
using ::pinwarden::testing::MuxFrame;
using ::pinwarden::testing::ParseRequestEnvelope;
using ::pinwarden::testing::ResponseEnvelope;
using ::pinwarden::testing::StatusIs;
using ::pinwarden::testing::TtrpcHeader;
using ::pinwarden::testing::TtrpcMessageBytes;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::SizeIs;

MATCHER_P4(IsCall, stream, service, method, payload, "") {
  const auto request = ParseRequestEnvelope(arg.data);
  *result_listener << "connection " << arg.connection << " stream "
                   << arg.stream << " type " << int{arg.type};
  return request.has_value() && arg.connection == 2 &&
         arg.stream == static_cast<uint32_t>(stream) &&
         arg.type == kTtrpcRequest && arg.flags == 0 &&
         request->service == service && request->method == method &&
         request->payload == payload;
}

class TrunkCallTest : public TrunkTest {
 protected:
  // The peer sends `bytes` and closes. It has room for them before we read.
  void PeerSends(absl::string_view bytes) {
    ASSERT_TRUE(testing::WriteBytes(theirs_.get(), bytes));
    shutdown(theirs_.get(), SHUT_WR);
  }

  // Notes in log_ what a call was answered.
  Trunk::Done Log(const std::string& name) {
    return [this, name](const CallResult& result) {
      log_.push_back(absl::StrCat(
          name, ": ", result.ok() ? *result : result.status().ToString()));
    };
  }

  Trunk::Server LogServed() {
    return [this](const IncomingCall& call) -> CallResult {
      log_.push_back(absl::StrCat("served ", call.payload));
      return "";
    };
  }

  std::vector<std::string> log_;
};

TEST_F(TrunkCallTest, SendsACallAtOnceAndTakesItsAnswerFromRun) {
  Trunk trunk(std::move(ours_), kConnections, LogServed());
  EXPECT_THAT(trunk.Call("nri.Runtime", "RegisterPlugin", "me", Log("call")),
              IsOk());
  EXPECT_THAT(
      reader_.Read(theirs_.get()),
      ::testing::Optional(IsCall(1, "nri.Runtime", "RegisterPlugin", "me")));
  PeerSends(AnswerBytes(2, 1, ResponseEnvelope("welcome")));
  EXPECT_THAT(log_, SizeIs(0));
  EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(log_, ElementsAre("call: welcome"));
}

TEST_F(TrunkCallTest, ServesRequestsThatComeBeforeTheAnswer) {
  Trunk trunk(std::move(ours_), kConnections, LogServed());
  EXPECT_THAT(trunk.Call("svc", "M", "", Log("call")), IsOk());
  PeerSends(CallOn1(1, "a") + CallOn1(3, "b") +
            AnswerBytes(2, 1, ResponseEnvelope("late")) + CallOn1(5, "c"));
  trunk.Run(stop_).IgnoreError();
  EXPECT_THAT(log_,
              ElementsAre("served a", "served b", "call: late", "served c"));
}

TEST_F(TrunkCallTest, NumbersCallsWithRisingOddStreams) {
  Trunk trunk(std::move(ours_), kConnections, LogServed());
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(trunk.Call("svc", "M", "", Log("call")), IsOk());
  }
  ReadAnswers();
  EXPECT_THAT(answers_,
              ElementsAre(IsCall(1, "svc", "M", ""), IsCall(3, "svc", "M", ""),
                          IsCall(5, "svc", "M", "")));
}

TEST_F(TrunkCallTest, TakesAnswersInAnyOrder) {
  Trunk trunk(std::move(ours_), kConnections, LogServed());
  EXPECT_THAT(trunk.Call("svc", "M", "", Log("one")), IsOk());
  EXPECT_THAT(trunk.Call("svc", "M", "", Log("two")), IsOk());
  PeerSends(AnswerBytes(2, 3, ResponseEnvelope("second")) +
            AnswerBytes(2, 1, ResponseEnvelope("first")));
  trunk.Run(stop_).IgnoreError();
  EXPECT_THAT(log_, ElementsAre("two: second", "one: first"));
}

TEST_F(TrunkCallTest, CanCallWhileServing) {
  Trunk* trunk = nullptr;
  Trunk real(std::move(ours_), kConnections,
             [&](const IncomingCall& call) -> CallResult {
               EXPECT_THAT(trunk->Call("svc", "Back", "x", Log("back")),
                           IsOk());
               return std::string(call.payload);  // still there
             });
  trunk = &real;
  PeerSends(CallOn1(1, "asked") + AnswerBytes(2, 1, ResponseEnvelope("y")));
  real.Run(stop_).IgnoreError();
  EXPECT_THAT(log_, ElementsAre("back: y"));
  ReadAnswers();
  EXPECT_THAT(answers_, ElementsAre(IsCall(1, "svc", "Back", "x"),
                                    IsAnswer(1, 1, "asked")));
}

TEST_F(TrunkCallTest, CanCallWhileTakingAnAnswer) {
  Trunk trunk(std::move(ours_), kConnections, LogServed());
  EXPECT_THAT(trunk.Call("svc", "M", "",
                         [&](const CallResult&) {
                           EXPECT_THAT(
                               trunk.Call("svc", "M", "", Log("second")),
                               IsOk());
                         }),
              IsOk());
  PeerSends(AnswerBytes(2, 1, ResponseEnvelope("")) +
            AnswerBytes(2, 3, ResponseEnvelope("again")));
  trunk.Run(stop_).IgnoreError();
  EXPECT_THAT(log_, ElementsAre("second: again"));
}

TEST_F(TrunkCallTest, GivesEveryKindOfAnswerToTheCaller) {
  const uint32_t over = kMaxTtrpcDataBytes + 1;
  const struct {
    const char* name;
    std::string bytes;
    std::string want;
  } kCases[] = {
      {"success without fields", AnswerBytes(2, 1, ""), ""},
      {"status with code 0", AnswerBytes(2, 1, ErrorEnvelope(0, "fine")), ""},
      {"error", AnswerBytes(2, 1, ErrorEnvelope(9, "no")),
       "FAILED_PRECONDITION: no"},
      {"last code", AnswerBytes(2, 1, ErrorEnvelope(16, "no")),
       "UNAUTHENTICATED: no"},
      {"unknown code", AnswerBytes(2, 1, ErrorEnvelope(17, "no")),
       "UNKNOWN: no"},
      {"negative code", AnswerBytes(2, 1, ErrorEnvelope(0xffffffff, "no")),
       "UNKNOWN: no"},
      {"long message",
       AnswerBytes(2, 1, ErrorEnvelope(2, std::string(5000, 'x'))),
       "UNKNOWN: " + std::string(1024, 'x')},
      {"garbage", AnswerBytes(2, 1, "\xff\xff\xff"),
       "DATA_LOSS: the ttRPC response does not parse"},
      {"too long", MuxFrame(2, TtrpcHeader(over, 1, kTtrpcResponse)),
       "RESOURCE_EXHAUSTED: answer longer than 16777216 bytes"},
      {"flags",
       MuxFrame(2, TtrpcMessageBytes(1, kTtrpcResponse, ResponseEnvelope("ok"),
                                     0xff)),
       "ok"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    Open();
    log_.clear();
    Trunk trunk(std::move(ours_), kConnections, LogServed());
    EXPECT_THAT(trunk.Call("svc", "M", "", Log("call")), IsOk());
    PeerSends(c.bytes);
    trunk.Run(stop_).IgnoreError();
    EXPECT_THAT(log_, ElementsAre("call: " + c.want));
  }
}

TEST_F(TrunkCallTest, TakesNoAnswerTwiceAndNoneThatIsNotItsOwn) {
  Trunk trunk(std::move(ours_), kConnections, LogServed());
  EXPECT_THAT(trunk.Call("svc", "M", "", Log("call")), IsOk());
  PeerSends(AnswerBytes(2, 3, ResponseEnvelope("of another")) +
            AnswerBytes(1, 1, ResponseEnvelope("on the wrong connection")) +
            MuxFrame(2, TtrpcMessageBytes(1, kTtrpcData, "a stream's")) +
            AnswerBytes(2, 1, ResponseEnvelope("right")) +
            AnswerBytes(2, 1, ResponseEnvelope("again")));
  trunk.Run(stop_).IgnoreError();
  EXPECT_THAT(log_, ElementsAre("call: right"));
}

TEST_F(TrunkCallTest, TakesAnAnswerThatNobodyWaitsFor) {
  Trunk trunk(std::move(ours_), kConnections, LogServed());
  EXPECT_THAT(trunk.Call("svc", "M", "", nullptr), IsOk());
  PeerSends(AnswerBytes(2, 1, ResponseEnvelope("x")) + CallOn1(1, "next"));
  trunk.Run(stop_).IgnoreError();
  EXPECT_THAT(log_, ElementsAre("served next"));
}

TEST_F(TrunkCallTest, LeavesACallUnansweredWhenTheTrunkEnds) {
  {
    Trunk trunk(std::move(ours_), kConnections, LogServed());
    EXPECT_THAT(trunk.Call("svc", "M", "", Log("call")), IsOk());
    const std::string answer = AnswerBytes(2, 1, ResponseEnvelope("x"));
    PeerSends(answer.substr(0, answer.size() - 1));
    EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kUnavailable));
  }
  EXPECT_THAT(log_, SizeIs(0));
}

TEST_F(TrunkCallTest, RefusesACallThatIsTooLongAndGoesOn) {
  Trunk trunk(std::move(ours_), kConnections, LogServed());
  EXPECT_THAT(
      trunk.Call("svc", "M", std::string(kMaxSentTtrpcDataBytes, 'x'),
                 Log("call")),
      StatusIs(absl::StatusCode::kResourceExhausted, "a call of 512012 bytes"));
  const std::string large(100'000, 'x');
  EXPECT_THAT(trunk.Call("svc", "M", large, Log("call")), IsOk());
  ReadAnswers();
  EXPECT_THAT(answers_, ElementsAre(IsCall(1, "svc", "M", large)));
  EXPECT_THAT(reader_.frame_payload_sizes(), Each(Le(4096)));
}

TEST_F(TrunkCallTest, ReportsThatThePeerIsGone) {
  theirs_.reset();
  Trunk trunk(std::move(ours_), kConnections, LogServed());
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(trunk.Call("svc", "M", "", Log("call")),
                StatusIs(absl::StatusCode::kUnavailable,
                         "cannot write to the peer: Broken pipe"));
  }
  EXPECT_THAT(trunk.Run(stop_),
              StatusIs(absl::StatusCode::kUnavailable,
                       "cannot write to the peer: Broken pipe"));
}

}  // namespace
}  // namespace pinwarden
