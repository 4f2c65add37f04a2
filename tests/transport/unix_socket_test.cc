// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/unix_socket.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::StatusIs;
using ::testing::HasSubstr;

class ConnectUnixTest : public ::testing::Test {
 protected:
  ConnectUnixTest() {
    char name[] = "/tmp/pinwarden-socket-XXXXXX";
    dir_ = mkdtemp(name);
    // Others may search it: a test changes its user.
    chmod(dir_.c_str(), 0755);
  }
  ~ConnectUnixTest() override { std::filesystem::remove_all(dir_); }

  std::string Path(const std::string& name) const { return dir_ + "/" + name; }

  static UniqueFd Listen(const std::string& path, int backlog = 8) {
    UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    EXPECT_EQ(
        bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)),
        0);
    EXPECT_EQ(listen(fd.get(), backlog), 0);
    return fd;
  }

  std::string dir_;
};

TEST_F(ConnectUnixTest, GivesANonBlockingSocketThatIsClosedOnExec) {
  const UniqueFd listener = Listen(Path("s"));
  const auto fd = ConnectUnix(Path("s"));
  ASSERT_THAT(fd, IsOk());
  EXPECT_NE(fcntl(fd->get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(fcntl(fd->get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(ConnectUnixTest, TakesPathsOfUpTo107Bytes) {
  const std::string longest = Path(std::string(106 - dir_.size(), 'x'));
  const UniqueFd listener = Listen(longest);
  EXPECT_THAT(ConnectUnix(longest), IsOk());
  EXPECT_THAT(ConnectUnix(longest + "x"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("1 to 107 bytes")));
}

TEST_F(ConnectUnixTest, RefusesPathsThatNameAnotherSocket) {
  const UniqueFd listener = Listen(Path("s"));
  for (const std::string& path :
       {std::string(), std::string("\0abstract", 9), Path("s") + '\0'}) {
    SCOPED_TRACE(path.size());
    EXPECT_THAT(ConnectUnix(path),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_F(ConnectUnixTest, SaysWhatIsThereInstead) {
  std::ofstream(Path("file")) << "text";
  { const UniqueFd left_behind = Listen(Path("left-behind")); }
  const struct {
    const char* name;
    absl::StatusCode want;
  } kCases[] = {
      {"nothing", absl::StatusCode::kNotFound},
      {"file/s", absl::StatusCode::kNotFound},
      {"file", absl::StatusCode::kUnavailable},
      {"left-behind", absl::StatusCode::kUnavailable},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(ConnectUnix(Path(c.name)),
                StatusIs(c.want, HasSubstr(Path(c.name))));
  }
}

TEST_F(ConnectUnixTest, DoesNotWaitForAListenerWhoseQueueIsFull) {
  const UniqueFd listener = Listen(Path("s"), 0);
  std::vector<UniqueFd> queued;
  absl::StatusOr<UniqueFd> fd = ConnectUnix(Path("s"));
  while (fd.ok() && queued.size() < 100) {
    queued.push_back(*std::move(fd));
    fd = ConnectUnix(Path("s"));
  }
  EXPECT_THAT(fd, StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(ConnectUnixTest, ReportsASocketOfSomebodyElse) {
  const UniqueFd listener = Listen(Path("s"));
  chmod(Path("s").c_str(), 0);
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(seteuid(65534), 0);  // root may do anything
  }
  EXPECT_THAT(ConnectUnix(Path("s")),
              StatusIs(absl::StatusCode::kPermissionDenied));
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
}

TEST_F(ConnectUnixTest, ReportsAProcessOutOfDescriptors) {
  const std::string path = Path("s");
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none = {0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto fd = ConnectUnix(path);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_THAT(fd, StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace pinwarden
