// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/ledger.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "control/control_fixture.h"
#include "control/ledger_stream.h"
#include "control/requests.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/example.h"
#include "pinwarden/control_client.h"
#include "pinwarden/v1/control.grpc.pb.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::Duration kPatience = absl::Seconds(60);

// A server whose ledger has the first few realistic decisions.
class ReadLedgerTest : public ControlServerTest {
 protected:
  ReadLedgerTest() {
    LedgerOptions options;
    options.path = path_;
    options.clock = [] { return kExampleTime; };
    ledger_ = std::make_unique<Ledger>(std::move(options));
    hooks_.read_ledger = [this](LedgerQuery query) {
      return LedgerReader::Open(path_, std::move(query));
    };
    hooks_.ledger_header = [] {
      v1::LedgerHeader header;
      header.set_node("node7");
      return header;
    };
    Restart();
  }

  void Restart() {
    server_.reset();
    server_ = *StartAnother();
  }

  void Fill(int count) {
    for (int i = 0; i < count; ++i) {
      ledger_->Record(Shared(RealisticDecision(i)));
    }
    EXPECT_TRUE(ledger_->Flush(kPatience));
  }

  // What a client gets: the number of rows, or why there are none.
  absl::StatusOr<std::vector<v1::LedgerRow>> Read(
      const v1::ReadLedgerRequest& request = {}) const {
    std::vector<v1::LedgerRow> rows;
    bool first = true;
    const absl::Status status =
        ControlClient(options_.read_socket)
            .ReadLedger(request, [&](const v1::ReadLedgerResponse& part) {
              EXPECT_EQ(part.header().node(), first ? "node7" : "");
              first = false;
              rows.insert(rows.end(), part.rows().begin(), part.rows().end());
              return true;
            });
    if (!status.ok()) return status;
    return rows;
  }

  const std::string path_ = directory_ / "ledger.db";
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(ReadLedgerTest, SendsAHeaderAndAllRows) {
  Fill(3000);
  const auto rows = Read();
  ASSERT_THAT(rows, IsOk());
  EXPECT_THAT(*rows, SizeIs(3000));
}

TEST_F(ReadLedgerTest, SendsWhatIsAskedFor) {
  Fill(400);
  v1::ReadLedgerRequest request;
  request.add_namespaces("team-07-*");
  EXPECT_THAT(*Read(request), SizeIs(10));
  request.mutable_since()->set_seconds(absl::ToUnixSeconds(kExampleTime) + 1);
  EXPECT_THAT(*Read(request), SizeIs(0));
}

TEST_F(ReadLedgerTest, StopsWhenTheClientHasEnough) {
  Fill(3000);
  int parts = 0;
  EXPECT_THAT(ControlClient(options_.read_socket)
                  .ReadLedger({},
                              [&parts](const v1::ReadLedgerResponse&) {
                                return ++parts < 2;
                              }),
              IsOk());
  EXPECT_EQ(parts, 2);
  EXPECT_THAT(*Read(), SizeIs(3000));
}

TEST_F(ReadLedgerTest, RefusesWhatIsOutOfBounds) {
  v1::ReadLedgerRequest many;
  for (int i = 0; i < 33; ++i) many.add_namespaces("a");
  EXPECT_THAT(Read(many), StatusIs(absl::StatusCode::kInvalidArgument,
                                   "namespaces: 33 values, at most 32"));
  v1::ReadLedgerRequest large;
  large.add_namespaces(std::string(129, 'a'));
  EXPECT_THAT(Read(large), StatusIs(absl::StatusCode::kInvalidArgument,
                                    "namespaces[0]: 129 bytes, at most 128"));
}

TEST_F(ReadLedgerTest, SaysWhyThereIsNone) {
  hooks_.read_ledger = [](LedgerQuery) {
    return absl::FailedPreconditionError("none is kept");
  };
  Restart();
  EXPECT_THAT(Read(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "none is kept"));
  hooks_.read_ledger = nullptr;
  Restart();
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kFailedPrecondition,
                               HasSubstr("no ledger")));
}

TEST_F(ReadLedgerTest, TellsThatAFileIsBroken) {
  const std::string broken =
      directory_.Write("broken.db", std::string(9000, 'x'));
  hooks_.read_ledger = [broken](LedgerQuery query) {
    return LedgerReader::Open(broken, std::move(query));
  };
  Restart();
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kDataLoss));
}

// Readers that take nothing: gRPC holds what it has room for, and the rest is
// not even read.
TEST_F(ReadLedgerTest, IsHeldUpByNoSlowReaderAndTakesOnlySoMany) {
  Fill(3000);
  const auto stub = v1::Inspection::NewStub(ChannelTo(options_.control_socket));
  struct Slow {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::ReadLedgerResponse>> reader;
  };
  std::vector<std::unique_ptr<Slow>> readers;
  for (size_t i = 0; i < LedgerStreams::kMost; ++i) {
    readers.push_back(std::make_unique<Slow>());
    Slow& slow = *readers.back();
    slow.reader = stub->ReadLedger(&slow.context, {});
    slow.reader->WaitForInitialMetadata();
  }
  EXPECT_THAT(ControlClient(options_.control_socket)
                  .ReadLedger({}, [](const auto&) { return true; }),
              StatusIs(absl::StatusCode::kResourceExhausted));
  // Others are not kept from reading, nor the ledger from writing.
  EXPECT_THAT(*Read(), SizeIs(3000));
  for (int i = 3000; i < 6000; ++i) {
    ledger_->Record(Shared(RealisticDecision(i)));
  }
  EXPECT_TRUE(ledger_->Flush(kPatience));
  EXPECT_EQ(ledger_->GetStats().dropped, 0u);
  for (const auto& slow : readers) {
    slow->context.TryCancel();
    slow->reader->Finish();
  }
}

TEST_F(ReadLedgerTest, EndsWithTheServer) {
  Fill(3000);
  const auto stub = v1::Inspection::NewStub(ChannelTo(options_.read_socket));
  grpc::ClientContext context;
  const auto reader = stub->ReadLedger(&context, {});
  reader->WaitForInitialMetadata();
  server_.reset();
  v1::ReadLedgerResponse part;
  while (reader->Read(&part)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace pinwarden::testing
