// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "control/control_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/control_client.h"
#include "pinwarden/mutex.h"
#include "pinwarden/v1/control.grpc.pb.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Reads a stream on a thread of its own until told to stop, or the end.
class Reader {
 public:
  explicit Reader(const std::string& socket,
                  const v1::WatchDecisionsRequest& request = {})
      : thread_([this, socket, request] { Run(socket, request); }) {
    subscribed_.get_future().wait();
  }
  ~Reader() { Stop().IgnoreError(); }

  // How the stream ended.
  absl::Status Stop() {
    stop_ = true;
    return Join();
  }
  absl::Status Join() {
    if (thread_.joinable()) thread_.join();
    return status_;
  }

  // Waits until `count` decisions have come; their pods.
  std::vector<std::string> WaitFor(size_t count) {
    MutexLock lock(mu_);
    while (pods_.size() < count) changed_.Wait(mu_);
    return pods_;
  }
  uint64_t lost() {
    MutexLock lock(mu_);
    return lost_;
  }

 private:
  void Run(const std::string& socket,
           const v1::WatchDecisionsRequest& request) {
    status_ = ControlClient(socket).Watch(
        request,
        [this](const v1::WatchDecisionsResponse& event) {
          Take(event);
          return true;
        },
        [this] { return stop_.load(); }, [this] { subscribed_.set_value(); });
  }
  void Take(const v1::WatchDecisionsResponse& event) {
    MutexLock lock(mu_);
    if (event.has_decision()) pods_.push_back(event.decision().pod());
    lost_ += event.lost();
    changed_.SignalAll();
  }

  std::atomic<bool> stop_{false};
  std::promise<void> subscribed_;
  Mutex mu_;
  CondVar changed_;
  std::vector<std::string> pods_ ABSL_GUARDED_BY(mu_);
  uint64_t lost_ ABSL_GUARDED_BY(mu_) = 0;
  absl::Status status_;  // of the thread, until it is joined
  std::thread thread_;
};

// A stream that is open and not read.
class IdleReader {
 public:
  explicit IdleReader(const std::string& socket)
      : service_(v1::Inspection::NewStub(ChannelTo(socket))),
        reader_(service_->WatchDecisions(&context_, {})) {
    reader_->WaitForInitialMetadata();
  }
  ~IdleReader() {
    context_.TryCancel();
    if (!finished_) reader_->Finish();
  }
  bool Read(v1::WatchDecisionsResponse* event) { return reader_->Read(event); }
  grpc::Status Finish() {
    finished_ = true;
    return reader_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<v1::Inspection::Stub> service_;
  std::unique_ptr<grpc::ClientReader<v1::WatchDecisionsResponse>> reader_;
  bool finished_ = false;
};

class WatchTest : public ControlServerTest {
 protected:
  void Publish(absl::string_view pod, absl::string_view name_space = "shop",
               v1::Outcome outcome = v1::OUTCOME_ALLOWED) {
    decisions_.Publish(MakeDecisionOf(pod, name_space, outcome));
  }
  void PublishLarge() {
    auto decision = std::make_shared<v1::Decision>();
    decision->set_image(std::string(4096, 'a'));
    decisions_.Publish(decision);
  }
};

TEST_F(WatchTest, SendsEachDecisionFromTheSubscriptionOn) {
  Publish("before");
  Reader on_control(options_.control_socket);
  Reader on_read(options_.read_socket);
  Publish("a");
  Publish("b");
  EXPECT_THAT(on_control.WaitFor(2), ElementsAre("a", "b"));
  EXPECT_THAT(on_read.WaitFor(2), ElementsAre("a", "b"));
  EXPECT_THAT(on_control.Stop(), IsOk());
}

TEST_F(WatchTest, SendsOnlyWhatIsAskedFor) {
  v1::WatchDecisionsRequest request;
  request.add_outcomes(v1::OUTCOME_REJECTED);
  request.add_namespaces("prod-*");
  Reader reader(options_.read_socket, request);
  Publish("a", "prod-eu", v1::OUTCOME_ALLOWED);
  Publish("b", "dev", v1::OUTCOME_REJECTED);
  Publish("c", "prod-eu", v1::OUTCOME_REJECTED);
  EXPECT_THAT(reader.WaitFor(1), ElementsAre("c"));
}

TEST_F(WatchTest, ASlowReaderLosesAndKnowsHowManyWhileOthersLoseNothing) {
  constexpr uint64_t kBatches = 8;
  constexpr uint64_t kBatch = Broadcast::kSubscriptionCapacity / 2;
  IdleReader slow(options_.read_socket);
  Reader quick(options_.read_socket);
  for (uint64_t i = 1; i <= kBatches; ++i) {
    for (uint64_t n = 0; n < kBatch; ++n) PublishLarge();
    quick.WaitFor(i * kBatch);
  }
  EXPECT_EQ(quick.lost(), 0u);
  EXPECT_GT(decisions_.lost(), 0u);

  uint64_t got = 0;
  uint64_t told = 0;
  v1::WatchDecisionsResponse event;
  while (got + told < kBatches * kBatch && slow.Read(&event)) {
    got += event.has_decision() ? 1 : 0;
    told += event.lost();
  }
  EXPECT_EQ(got + told, kBatches * kBatch);
  EXPECT_EQ(told, decisions_.lost());
}

TEST_F(WatchTest, EndsTheSubscriptionWhenTheReaderGoes) {
  {
    IdleReader idle(options_.read_socket);
    Reader reader(options_.control_socket);
    EXPECT_EQ(decisions_.subscriptions(), 2u);
  }
  while (decisions_.subscriptions() > 0) std::this_thread::yield();
  EXPECT_EQ(decisions_.subscriptions(), 0u);
}

TEST_F(WatchTest, KeepsPlacesForTheControlSocket) {
  std::vector<std::unique_ptr<IdleReader>> readers;
  v1::WatchDecisionsResponse event;
  while (decisions_.subscriptions() < Broadcast::kMaxSubscriptions - 8) {
    readers.push_back(std::make_unique<IdleReader>(options_.read_socket));
  }
  IdleReader refused(options_.read_socket);
  EXPECT_FALSE(refused.Read(&event));
  EXPECT_EQ(refused.Finish().error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  Reader admitted(options_.control_socket);
  Publish("a");
  EXPECT_THAT(admitted.WaitFor(1), ElementsAre("a"));
}

TEST_F(WatchTest, RefusesAFilterThatCannotBe) {
  v1::WatchDecisionsRequest request;
  request.add_outcomes(static_cast<v1::Outcome>(99));
  bool subscribed = false;
  EXPECT_THAT(ControlClient(options_.read_socket)
                  .Watch(
                      request, [](const auto&) { return true; }, nullptr,
                      [&subscribed] { subscribed = true; }),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("outcomes[0]: no such value: 99")));
  EXPECT_FALSE(subscribed);
  EXPECT_EQ(decisions_.subscriptions(), 0u);
}

TEST_F(WatchTest, EndsWithAReasonWhenTheServerStops) {
  Reader reader(options_.control_socket);
  Reader another(options_.read_socket);
  server_.reset();
  EXPECT_THAT(reader.Join(), StatusIs(absl::StatusCode::kUnavailable,
                                      HasSubstr("pinwardend is stopping")));
  EXPECT_THAT(another.Join(), StatusIs(absl::StatusCode::kUnavailable,
                                       HasSubstr("pinwardend is stopping")));
  EXPECT_EQ(decisions_.subscriptions(), 0u);
}

TEST_F(WatchTest, StopsWithAReaderThatIsStuck) {
  IdleReader stuck(options_.read_socket);
  for (uint64_t n = 0; n < 2 * Broadcast::kSubscriptionCapacity; ++n) {
    PublishLarge();
  }
  server_.reset();
  EXPECT_EQ(decisions_.subscriptions(), 0u);
}

TEST_F(WatchTest, LivesThroughReadersThatComeAndGoWhileDecisionsAreMade) {
  std::atomic<bool> stop{false};
  std::thread publisher([&] {
    while (!stop) Publish("a");
  });
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([this] {
      for (int n = 0; n < 20; ++n) {
        IdleReader reader(options_.read_socket);
        v1::WatchDecisionsResponse event;
        EXPECT_TRUE(reader.Read(&event));
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  stop = true;
  publisher.join();
}

}  // namespace
}  // namespace pinwarden::testing
