// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/ttrpc.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"
#include "testing/wire_bytes.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::kTtrpcData;
using ::pinwarden::testing::kTtrpcRequest;
using ::pinwarden::testing::kTtrpcResponse;
using ::pinwarden::testing::StatusIs;
using ::pinwarden::testing::TtrpcHeader;
using ::pinwarden::testing::TtrpcMessageBytes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;

struct Seen {
  uint32_t stream;
  TtrpcType type;
  int flags;
  std::string data;
  bool oversized = false;

  bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& s) {
  return out << "stream " << s.stream << " type " << static_cast<int>(s.type)
             << " flags " << s.flags << " bytes " << s.data.size()
             << (s.oversized ? " oversized" : "");
}

class Recorder {
 public:
  absl::Status Feed(absl::string_view bytes) {
    return decoder_.Feed(bytes, [this](const TtrpcMessage& m) {
      seen_.push_back(
          {m.stream, m.type, m.flags, std::string(m.data), m.oversized});
      return absl::OkStatus();
    });
  }

  const std::vector<Seen>& seen() const { return seen_; }
  const TtrpcDecoder& decoder() const { return decoder_; }

 private:
  TtrpcDecoder decoder_;
  std::vector<Seen> seen_;
};

TEST(TtrpcDecoderTest, ReadsEveryFieldOfAMessage) {
  Recorder recorder;
  EXPECT_THAT(recorder.Feed(TtrpcMessageBytes(1, kTtrpcRequest, "abc") +
                            TtrpcMessageBytes(0xfffffffe, kTtrpcResponse, "") +
                            TtrpcMessageBytes(3, kTtrpcData, "d", 0xff)),
              IsOk());
  EXPECT_THAT(recorder.seen(),
              ElementsAre(Seen{1, TtrpcType::kRequest, 0, "abc"},
                          Seen{0xfffffffe, TtrpcType::kResponse, 0, ""},
                          Seen{3, TtrpcType::kData, 0xff, "d"}));
}

TEST(TtrpcDecoderTest, GivesTheSameWhereverTheBytesAreCut) {
  const std::string bytes =
      TtrpcMessageBytes(1, kTtrpcRequest, "first") +
      TtrpcMessageBytes(3, kTtrpcRequest, "") +
      TtrpcMessageBytes(5, kTtrpcResponse, std::string(30, 'x'));
  Recorder whole;
  EXPECT_THAT(whole.Feed(bytes), IsOk());
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    SCOPED_TRACE(cut);
    Recorder parts;
    EXPECT_THAT(parts.Feed(absl::string_view(bytes).substr(0, cut)), IsOk());
    EXPECT_THAT(parts.Feed(absl::string_view(bytes).substr(cut)), IsOk());
    EXPECT_EQ(parts.seen(), whole.seen());
  }
  Recorder byte_by_byte;
  for (const char& c : bytes) {
    EXPECT_THAT(byte_by_byte.Feed(absl::string_view(&c, 1)), IsOk());
  }
  EXPECT_EQ(byte_by_byte.seen(), whole.seen());
}

TEST(TtrpcDecoderTest, TakesDataUpToTheLimit) {
  for (const size_t size :
       {size_t{1}, size_t{4086}, size_t{5} << 20, kMaxTtrpcDataBytes}) {
    SCOPED_TRACE(size);
    const std::string bytes =
        TtrpcMessageBytes(1, kTtrpcRequest, std::string(size, 'x'));
    Recorder recorder;
    for (absl::string_view left = bytes; !left.empty();) {
      const absl::string_view piece = left.substr(0, 60'000);
      EXPECT_THAT(recorder.Feed(piece), IsOk());
      left.remove_prefix(piece.size());
    }
    EXPECT_THAT(recorder.seen(), ElementsAre(Seen{1, TtrpcType::kRequest, 0,
                                                  std::string(size, 'x')}));
    EXPECT_THAT(recorder.decoder().buffer_capacity(), Le(64u << 10));
  }
}

TEST(TtrpcDecoderTest, AllocatesNothingForALengthAlone) {
  Recorder recorder;
  EXPECT_THAT(recorder.Feed(TtrpcHeader(kMaxTtrpcDataBytes, 1, kTtrpcRequest)),
              IsOk());
  EXPECT_THAT(recorder.decoder().buffer_capacity(), Le(64u));
  EXPECT_THAT(recorder.Feed(std::string(1000, 'x')), IsOk());
  EXPECT_THAT(recorder.decoder().buffer_capacity(), Le(4096u));
  EXPECT_THAT(recorder.seen(), IsEmpty());
}

TEST(TtrpcDecoderTest, DiscardsAnOversizedMessageUnread) {
  const uint32_t over = kMaxTtrpcDataBytes + 1;
  const std::string bytes = TtrpcHeader(over, 7, kTtrpcRequest, 1) +
                            std::string(over, 'x') +
                            TtrpcMessageBytes(9, kTtrpcRequest, "next");
  for (const size_t piece_size : {size_t{3}, size_t{65'536}, bytes.size()}) {
    SCOPED_TRACE(piece_size);
    Recorder recorder;
    for (absl::string_view left = bytes; !left.empty();) {
      const absl::string_view piece = left.substr(0, piece_size);
      EXPECT_THAT(recorder.Feed(piece), IsOk());
      left.remove_prefix(piece.size());
    }
    EXPECT_THAT(recorder.seen(),
                ElementsAre(Seen{7, TtrpcType::kRequest, 1, "", true},
                            Seen{9, TtrpcType::kRequest, 0, "next"}));
    EXPECT_THAT(recorder.decoder().buffer_capacity(), Le(64u));
  }
}

TEST(TtrpcDecoderTest, PassesOnAnOversizedMessageOnceItsHeaderIsRead) {
  for (const uint32_t length :
       {static_cast<uint32_t>(kMaxTtrpcDataBytes + 1), 0xffffffffu}) {
    SCOPED_TRACE(length);
    Recorder recorder;
    EXPECT_THAT(recorder.Feed(TtrpcHeader(length, 7, kTtrpcResponse)), IsOk());
    EXPECT_THAT(recorder.seen(),
                ElementsAre(Seen{7, TtrpcType::kResponse, 0, "", true}));
    EXPECT_FALSE(recorder.decoder().idle());
  }
}

TEST(TtrpcDecoderTest, IsIdleBetweenMessagesOnly) {
  const std::string bytes = TtrpcMessageBytes(1, kTtrpcRequest, "abc");
  for (size_t size = 0; size <= bytes.size(); ++size) {
    SCOPED_TRACE(size);
    Recorder recorder;
    EXPECT_THAT(recorder.Feed(absl::string_view(bytes).substr(0, size)),
                IsOk());
    EXPECT_EQ(recorder.decoder().idle(), size == 0 || size == bytes.size());
  }
}

TEST(TtrpcDecoderTest, NamesTheByteOfAnUnknownType) {
  const std::string good = TtrpcMessageBytes(1, kTtrpcRequest, "abc");
  const std::string skipped =
      TtrpcHeader(kMaxTtrpcDataBytes + 1, 3, kTtrpcRequest) +
      std::string(kMaxTtrpcDataBytes + 1, 'x');
  const struct {
    std::string bytes;
    const char* want;
  } kCases[] = {
      {TtrpcHeader(0, 1, 0),
       "ttRPC message of unknown type 0 at byte 8 of its connection"},
      {TtrpcHeader(4, 1, 4),
       "ttRPC message of unknown type 4 at byte 8 of its connection"},
      {TtrpcHeader(0xffffffff, 1, 255),
       "ttRPC message of unknown type 255 at byte 8 of its connection"},
      {good + TtrpcHeader(0, 3, 9),
       "ttRPC message of unknown type 9 at byte 21 of its connection"},
      {skipped + TtrpcHeader(0, 5, 9),
       "ttRPC message of unknown type 9 at byte 16777235 of its connection"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_THAT(Recorder().Feed(c.bytes),
                StatusIs(absl::StatusCode::kDataLoss, c.want));
    Recorder cut;
    EXPECT_THAT(cut.Feed(c.bytes.substr(0, c.bytes.size() - 1)), IsOk());
    EXPECT_THAT(cut.Feed(c.bytes.substr(c.bytes.size() - 1)),
                StatusIs(absl::StatusCode::kDataLoss, c.want));
  }
}

TEST(TtrpcDecoderTest, EndsWithTheErrorOfItsSink) {
  TtrpcDecoder decoder;
  int calls = 0;
  const std::string message = TtrpcMessageBytes(1, kTtrpcRequest, "a");
  EXPECT_THAT(decoder.Feed(message + message,
                           [&](const TtrpcMessage&) {
                             ++calls;
                             return absl::AbortedError("enough");
                           }),
              StatusIs(absl::StatusCode::kAborted, "enough"));
  EXPECT_EQ(calls, 1);
}

TEST(AppendTtrpcMessageTest, WritesABigEndianHeaderWithoutFlags) {
  std::string out = "before";
  AppendTtrpcMessage(0x01020304, TtrpcType::kResponse, "xyz", &out);
  EXPECT_EQ(out, std::string("before\0\0\0\3\1\2\3\4\2\0xyz", 19));
}

}  // namespace
}  // namespace pinwarden
