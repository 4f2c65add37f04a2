// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/mux.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"
#include "testing/wire_bytes.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::MuxFrame;
using ::pinwarden::testing::MuxHeader;
using ::pinwarden::testing::StatusIs;
using ::pinwarden::testing::WireReader;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Pair;

// What a sink was given, neighbouring pieces of one connection put together.
using Payloads = std::vector<std::pair<uint32_t, std::string>>;

class Recorder {
 public:
  absl::Status Feed(absl::string_view bytes) {
    return decoder_.Feed(
        bytes, [this](uint32_t connection, absl::string_view piece) {
          saw_empty_piece_ = saw_empty_piece_ || piece.empty();
          if (payloads_.empty() || payloads_.back().first != connection) {
            payloads_.emplace_back(connection, "");
          }
          payloads_.back().second.append(piece.data(), piece.size());
          return absl::OkStatus();
        });
  }

  const Payloads& payloads() const { return payloads_; }
  bool saw_empty_piece() const { return saw_empty_piece_; }
  bool idle() const { return decoder_.idle(); }

 private:
  MuxDecoder decoder_;
  Payloads payloads_;
  bool saw_empty_piece_ = false;
};

TEST(MuxDecoderTest, SplitsFramesByConnection) {
  Recorder recorder;
  EXPECT_THAT(recorder.Feed(MuxFrame(1, "ab") + MuxFrame(2, "c") +
                            MuxFrame(2, "de") + MuxFrame(1, "f")),
              IsOk());
  EXPECT_THAT(recorder.payloads(),
              ElementsAre(Pair(1, "ab"), Pair(2, "cde"), Pair(1, "f")));
}

TEST(MuxDecoderTest, GivesTheSameWhereverTheBytesAreCut) {
  const std::string bytes = MuxFrame(1, "first") + MuxFrame(2, "") +
                            MuxFrame(0xffffffff, "second") + MuxFrame(1, "3");
  Recorder whole;
  EXPECT_THAT(whole.Feed(bytes), IsOk());
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    SCOPED_TRACE(cut);
    Recorder parts;
    EXPECT_THAT(parts.Feed(absl::string_view(bytes).substr(0, cut)), IsOk());
    EXPECT_THAT(parts.Feed(absl::string_view(bytes).substr(cut)), IsOk());
    EXPECT_EQ(parts.payloads(), whole.payloads());
  }
  Recorder byte_by_byte;
  for (const char& c : bytes) {
    EXPECT_THAT(byte_by_byte.Feed(absl::string_view(&c, 1)), IsOk());
  }
  EXPECT_EQ(byte_by_byte.payloads(), whole.payloads());
}

TEST(MuxDecoderTest, TakesPayloadsUpToTheLimit) {
  for (const size_t size : {size_t{1}, size_t{4096}, size_t{196'005},
                            size_t{5} << 20, kMaxMuxPayloadBytes}) {
    SCOPED_TRACE(size);
    const std::string payload(size, 'x');
    Recorder recorder;
    EXPECT_THAT(recorder.Feed(MuxFrame(1, payload)), IsOk());
    EXPECT_EQ(recorder.payloads(), (Payloads{{1, payload}}));
  }
}

TEST(MuxDecoderTest, NeverPassesOnAnEmptyPiece) {
  Recorder recorder;
  EXPECT_THAT(recorder.Feed(MuxFrame(1, "") + MuxHeader(1, 2)), IsOk());
  EXPECT_THAT(recorder.Feed(""), IsOk());
  EXPECT_THAT(recorder.Feed("ab"), IsOk());
  EXPECT_FALSE(recorder.saw_empty_piece());
}

TEST(MuxDecoderTest, IsIdleBetweenFramesOnly) {
  const std::string bytes = MuxFrame(1, "abc");
  for (size_t size = 0; size <= bytes.size(); ++size) {
    SCOPED_TRACE(size);
    Recorder recorder;
    EXPECT_THAT(recorder.Feed(absl::string_view(bytes).substr(0, size)),
                IsOk());
    EXPECT_EQ(recorder.idle(), size == 0 || size == bytes.size());
  }
}

TEST(MuxDecoderTest, NamesTheByteOfAHeaderThatNoPeerSends) {
  const uint32_t over = kMaxMuxPayloadBytes + 1;
  const struct {
    std::string bytes;
    const char* want;
  } kCases[] = {
      {MuxHeader(0, 0), "frame of reserved connection 0 at byte 0"},
      {MuxHeader(0, 0xffffffff), "frame of reserved connection 0 at byte 0"},
      {MuxHeader(1, over), "frame of 16777227 bytes at byte 4"},
      {MuxHeader(1, 0xffffffff), "frame of 4294967295 bytes at byte 4"},
      {MuxFrame(1, "abc") + MuxHeader(2, over),
       "frame of 16777227 bytes at byte 15"},
      {MuxFrame(1, "abc") + MuxFrame(1, "") + MuxHeader(0, 1),
       "frame of reserved connection 0 at byte 19"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_THAT(Recorder().Feed(c.bytes),
                StatusIs(absl::StatusCode::kDataLoss, c.want));
  }
}

TEST(MuxDecoderTest, RefusesAHeaderAsSoonAsItIsWhole) {
  const std::string bytes = MuxHeader(0, 5);
  Recorder recorder;
  EXPECT_THAT(recorder.Feed(bytes.substr(0, 7)), IsOk());
  EXPECT_THAT(recorder.Feed(bytes.substr(7)),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(recorder.payloads(), IsEmpty());
}

TEST(MuxDecoderTest, EndsWithTheErrorOfItsSink) {
  MuxDecoder decoder;
  int calls = 0;
  EXPECT_THAT(decoder.Feed(MuxFrame(1, "a") + MuxFrame(1, "b"),
                           [&](uint32_t, absl::string_view) {
                             ++calls;
                             return absl::AbortedError("enough");
                           }),
              StatusIs(absl::StatusCode::kAborted, "enough"));
  EXPECT_EQ(calls, 1);
}

TEST(AppendMuxFramesTest, WritesBigEndianHeaders) {
  std::string out = "before";
  AppendMuxFrames(0x01020304, "xyz", &out);
  EXPECT_EQ(out, std::string("before\1\2\3\4\0\0\0\3xyz", 17));
}

TEST(AppendMuxFramesTest, NeverSendsMoreThanThePeerReadsAtOnce) {
  for (const size_t size :
       std::vector<size_t>{0, 1, 4095, 4096, 4097, 8192, 8193, 500'000}) {
    SCOPED_TRACE(size);
    std::string bytes;
    for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(i));
    std::string out;
    AppendMuxFrames(2, bytes, &out);
    WireReader reader;
    reader.Feed(out);
    EXPECT_THAT(reader.frame_payload_sizes(), Each(Le(4096)));
    EXPECT_EQ(reader.frame_payload_sizes().size(), (size + 4095) / 4096);
    Recorder recorder;
    EXPECT_THAT(recorder.Feed(out), IsOk());
    EXPECT_EQ(recorder.payloads(),
              size == 0 ? Payloads{} : (Payloads{{2, bytes}}));
  }
}

}  // namespace
}  // namespace pinwarden
