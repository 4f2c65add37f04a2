// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>
#include <streambuf>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/cli.h"
#include "pinwarden/control_server.h"
#include "testing/http_client.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kPolicy[] =
    "version: 1\nmode: observe\nrules:\n  - {name: default, require: tag}\n";

// A daemon's socket, with a status that the test chooses.
class MetricsCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    status_.set_version("1.2.3");
    status_.mutable_nri()->set_registered(true);
  }

  void StartDaemon() {
    auto server = ControlServer::Start(
        {control_, read_, "", /*replace=*/false}, engine_, decisions_,
        {[this] { return status_; }, [] { return v1::ReloadResponse(); },
         [](const HandoverDone&) {}});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  TempDir dir_;
  const std::string control_ = dir_ / "control.sock";
  const std::string read_ = dir_ / "read.sock";
  const std::string file_ = dir_ / "pinwarden.prom";
  Engine engine_{LoadPolicy(kPolicy, "policy.yaml", absl::Now()).policy};
  Broadcast decisions_;
  v1::GetStatusResponse status_;
  std::unique_ptr<ControlServer> server_;
};

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_F(MetricsCommandTest, PrintsThemOnce) {
  StartDaemon();
  const CliRun run = RunCliWith({"metrics", "--socket", read_});
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("pinwarden_up 1\n"),
                    HasSubstr("pinwarden_build_info{version=\"1.2.3\"} 1\n"),
                    HasSubstr("pinwarden_registered 1\n")));
}

TEST_F(MetricsCommandTest, SaysThatNoDaemonAnswers) {
  const CliRun run = RunCliWith({"metrics", "--socket", read_});
  EXPECT_EQ(run.exit, 3);
  EXPECT_THAT(run.err, HasSubstr(read_));
  EXPECT_THAT(run.out, AllOf(HasSubstr("pinwarden_up 0\n"),
                             Not(HasSubstr("pinwarden_registered"))));
}

TEST_F(MetricsCommandTest, ReplacesAFileForACollectorOfAnotherUser) {
  StartDaemon();
  const CliRun run =
      RunCliWith({"metrics", "--socket", read_, "--file", file_});
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(Contents(file_), HasSubstr("pinwarden_up 1\n"));
  struct stat info = {};
  ASSERT_EQ(stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0644u);
}

// Else the collector would go on with the figures of when it did answer.
TEST_F(MetricsCommandTest, ReplacesAFileThatIsNoLongerTrue) {
  dir_.Write("pinwarden.prom", "pinwarden_up 1\n");
  const CliRun run =
      RunCliWith({"metrics", "--socket", read_, "--file", file_});
  EXPECT_EQ(run.exit, 3);
  EXPECT_THAT(Contents(file_), HasSubstr("pinwarden_up 0\n"));
}

TEST_F(MetricsCommandTest, SaysThatAFileCannotBeWritten) {
  StartDaemon();
  const CliRun run = RunCliWith(
      {"metrics", "--socket", read_, "--file", dir_ / "none/here.prom"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.err, HasSubstr("none/here.prom"));
}

TEST_F(MetricsCommandTest, RefusesToListenWhereOthersCanReachIt) {
  const struct {
    std::vector<std::string> args;
    const char* want;
  } cases[] = {
      {{"--listen", "0.0.0.0:0"}, "0.0.0.0:0 can be reached from other hosts"},
      {{"--listen", "[::]:0"}, "[::]:0 can be reached from other hosts"},
      {{"--listen", "localhost:9717"}, "one looks like 127.0.0.1:9717"},
      {{"--listen", ""}, "\"\" is no address to listen on"},
      {{"--listen", "127.0.0.1:0", "--file", "x"}, "--file"},
      {{"--allow-remote"}, "--listen"},
      {{"--output", "json"}, "--output"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.want);
    std::vector<std::string> args = {"metrics", "--socket", read_};
    args.insert(args.end(), c.args.begin(), c.args.end());
    const CliRun run = RunCliWith(args);
    EXPECT_EQ(run.exit, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr(c.want));
  }
}

// Lines that another thread writes.
class Lines : public std::streambuf {
 public:
  std::string Next() {
    std::unique_lock<std::mutex> lock(mu_);
    if (!changed_.wait_for(lock, std::chrono::seconds(30), [this] {
          return text_.find('\n') != std::string::npos;
        })) {
      return "nothing came";
    }
    const size_t end = text_.find('\n');
    const std::string line = text_.substr(0, end);
    text_.erase(0, end + 1);
    return line;
  }

 protected:
  int overflow(int c) override {
    const std::lock_guard<std::mutex> lock(mu_);
    text_.push_back(static_cast<char>(c));
    changed_.notify_all();
    return c;
  }

 private:
  std::mutex mu_;
  std::condition_variable changed_;
  std::string text_;
};

// A server in a thread of its own, from the first request to SIGTERM.
class MetricsServerTest : public MetricsCommandTest {
 protected:
  void Listen(std::vector<std::string> more) {
    std::vector<std::string> args = {"metrics", "--socket", read_};
    args.insert(args.end(), more.begin(), more.end());
    thread_ = std::thread([this, args] {
      std::istringstream in;
      std::ostringstream out;
      std::ostream err(&lines_);
      exit_ = RunCli(args, {in, out, err, false});
    });
    const std::string line = lines_.Next();
    const std::string start = "pinwarden: metrics at http://";
    ASSERT_THAT(line, AllOf(StartsWith(start), EndsWith("/metrics")));
    const auto at = ParseListenAddress(
        line.substr(start.size(), line.rfind('/') - start.size()));
    ASSERT_TRUE(at.ok()) << at.status();
    at_ = *at;
  }

  int Terminate() {
    kill(getpid(), SIGTERM);
    thread_.join();
    return exit_;
  }

  std::string Get(absl::string_view path) {
    return HttpAsk(at_, absl::StrCat("GET ", path, " HTTP/1.0\r\n\r\n"));
  }

  Lines lines_;
  std::thread thread_;
  int exit_ = -1;
  ListenAddress at_;
};

TEST_F(MetricsServerTest, ServesThemUntilItIsTerminated) {
  StartDaemon();
  Listen({"--listen", "127.0.0.1:0"});
  EXPECT_THAT(Get("/metrics"),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; "
                               "version=0.0.4; charset=utf-8\r\n"),
                    HasSubstr("\npinwarden_up 1\n"),
                    HasSubstr("\npinwarden_registered 1\n")));
  EXPECT_THAT(Get("/"), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
                              HasSubstr("<a href=\"/metrics\">")));
  EXPECT_THAT(Get("/metrics/"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(HttpAsk(at_, "DELETE /metrics HTTP/1.0\r\n\r\n"),
              StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_EQ(Terminate(), 0);
}

TEST_F(MetricsServerTest, AsksAnewEachTimeAndOutlivesTheDaemon) {
  Listen({"--listen", "127.0.0.1:0"});
  EXPECT_THAT(Get("/metrics"), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
                                     HasSubstr("\npinwarden_up 0\n")));
  EXPECT_THAT(lines_.Next(), HasSubstr(read_));
  // Said once, and not with each scrape.
  EXPECT_THAT(Get("/metrics"), HasSubstr("\npinwarden_up 0\n"));
  StartDaemon();
  EXPECT_THAT(Get("/metrics"), HasSubstr("\npinwarden_up 1\n"));
  EXPECT_EQ(lines_.Next(), "pinwarden: the daemon answers again");
  server_.reset();
  EXPECT_THAT(Get("/metrics"), HasSubstr("\npinwarden_up 0\n"));
  EXPECT_EQ(Terminate(), 0);
}

TEST_F(MetricsServerTest, ListensWhereOthersCanReachItIfThatIsMeant) {
  Listen({"--listen", "0.0.0.0:0", "--allow-remote"});
  EXPECT_EQ(Terminate(), 0);
}

TEST_F(MetricsServerTest, SaysThatSomebodyElseListensThere) {
  Listen({"--listen", "127.0.0.1:0"});
  const CliRun run =
      RunCliWith({"metrics", "--socket", read_, "--listen", at_.ToString()});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.err,
              HasSubstr(absl::StrCat("cannot listen on ", at_.ToString())));
  EXPECT_EQ(Terminate(), 0);
}

}  // namespace
}  // namespace pinwarden::testing
