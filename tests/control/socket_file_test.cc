// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/socket_file.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "control/control_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/unix_socket.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::ModeOf;
using ::pinwarden::testing::StatusIs;
using ::pinwarden::testing::TempDir;
using ::testing::HasSubstr;

enum class Then { kListen, kOnlyBind };

UniqueFd BindTo(const std::string& path, Then then) {
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                 sizeof(address)),
            0);
  if (then == Then::kListen) {
    EXPECT_EQ(listen(fd.get(), 1), 0);
  }
  return fd;
}

bool IsEmptyDirectory(const TempDir& directory) {
  return std::filesystem::is_empty(directory.path());
}

TEST(SocketFileTest, IsReplacedAtOnceByAnotherOnceItHasLetGo) {
  TempDir directory;
  auto first = SocketFile::Prepare(directory / "s");
  ASSERT_THAT(first, IsOk());
  const UniqueFd fd = BindTo((*first)->bind_path(), Then::kListen);
  ASSERT_THAT((*first)->Publish(std::nullopt), IsOk());
  EXPECT_THAT(SocketFile::Prepare(directory / "s", SocketFile::Other::kReplace),
              StatusIs(absl::StatusCode::kFailedPrecondition));

  (*first)->LetGo();
  EXPECT_THAT(SocketFile::Prepare(directory / "s"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  auto second =
      SocketFile::Prepare(directory / "s", SocketFile::Other::kReplace);
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(ConnectUnix(directory / "s"), IsOk());  // the first one's
  const UniqueFd other = BindTo((*second)->bind_path(), Then::kListen);
  ASSERT_THAT((*second)->Publish(std::nullopt), IsOk());
  first->reset();
  EXPECT_THAT(ConnectUnix(directory / "s"), IsOk());
  EXPECT_THAT(SocketFile::Prepare(directory / "s"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  second->reset();
  EXPECT_TRUE(IsEmptyDirectory(directory));
}

TEST(SocketFileTest, AppearsWithItsModeAndLeavesNothingBehind) {
  TempDir directory;
  {
    auto file = SocketFile::Prepare(directory / "s");
    ASSERT_THAT(file, IsOk());
    const UniqueFd fd = BindTo((*file)->bind_path(), Then::kListen);
    EXPECT_EQ(ModeOf(directory / "s"), -1);
    EXPECT_EQ(
        ModeOf(
            std::filesystem::path((*file)->bind_path()).parent_path().string()),
        0700);
    const auto shared = (*file)->Publish(std::nullopt);
    ASSERT_THAT(shared, IsOk());
    EXPECT_FALSE(*shared);
    EXPECT_EQ(ModeOf(directory / "s"), 0600);
    EXPECT_THAT(ConnectUnix(directory / "s"), IsOk());
  }
  EXPECT_TRUE(IsEmptyDirectory(directory));
}

TEST(SocketFileTest, IsOpenToTheGroupThatIsGiven) {
  TempDir directory;
  auto file = SocketFile::Prepare(directory / "s");
  ASSERT_THAT(file, IsOk());
  const UniqueFd fd = BindTo((*file)->bind_path(), Then::kListen);
  const auto shared = (*file)->Publish(getegid());
  ASSERT_THAT(shared, IsOk());
  EXPECT_TRUE(*shared);
  EXPECT_EQ(ModeOf(directory / "s"), 0660);
}

TEST(SocketFileTest, LeavesNothingBehindWhenNeverPublished) {
  TempDir directory;
  {
    auto file = SocketFile::Prepare(directory / "s");
    ASSERT_THAT(file, IsOk());
    const UniqueFd fd = BindTo((*file)->bind_path(), Then::kOnlyBind);
  }
  EXPECT_TRUE(IsEmptyDirectory(directory));
}

TEST(SocketFileTest, ReplacesASocketThatNobodyListensOn) {
  TempDir directory;
  BindTo(directory / "s", Then::kListen).reset();
  auto file = SocketFile::Prepare(directory / "s");
  ASSERT_THAT(file, IsOk());
  const UniqueFd fd = BindTo((*file)->bind_path(), Then::kListen);
  EXPECT_THAT((*file)->Publish(std::nullopt), IsOk());
  EXPECT_THAT(ConnectUnix(directory / "s"), IsOk());
}

TEST(SocketFileTest, RefusesASocketThatSomebodyListensOn) {
  TempDir directory;
  const UniqueFd fd = BindTo(directory / "s", Then::kListen);
  EXPECT_THAT(SocketFile::Prepare(directory / "s"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("another process serves")));
  // Also when the queue of the one who listens is full.
  std::vector<UniqueFd> waiting;
  absl::StatusOr<UniqueFd> next = ConnectUnix(directory / "s");
  for (; next.ok(); next = ConnectUnix(directory / "s")) {
    waiting.push_back(*std::move(next));
  }
  EXPECT_THAT(SocketFile::Prepare(directory / "s"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(SocketFileTest, RefusesAPathThatAnotherIsAboutToServe) {
  TempDir directory;
  auto first = SocketFile::Prepare(directory / "s");
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(SocketFile::Prepare(directory / "s"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  first->reset();
  EXPECT_THAT(SocketFile::Prepare(directory / "s"), IsOk());
}

TEST(SocketFileTest, LeavesAFileThatIsNoSocketAlone) {
  TempDir directory;
  std::ofstream(directory / "file") << "precious";
  std::filesystem::create_symlink(directory / "nowhere", directory / "link");
  for (const char* name : {"file", "link"}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(SocketFile::Prepare(directory / name),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         HasSubstr("is not a socket")));
  }
  EXPECT_TRUE(std::filesystem::exists(directory / "file"));
}

TEST(SocketFileTest, LeavesASocketThatTookItsPlaceAlone) {
  TempDir directory;
  {
    auto file = SocketFile::Prepare(directory / "s");
    ASSERT_THAT(file, IsOk());
    const UniqueFd fd = BindTo((*file)->bind_path(), Then::kListen);
    ASSERT_THAT((*file)->Publish(std::nullopt), IsOk());
    BindTo(directory / "other", Then::kOnlyBind).reset();
    std::filesystem::rename(directory / "other", directory / "s");
  }
  EXPECT_NE(ModeOf(directory / "s"), -1);
}

TEST(SocketFileTest, SaysWhatIsWrongWithAPath) {
  TempDir directory;
  std::ofstream(directory / "file") << "x";
  const struct {
    std::string path;
    absl::StatusCode code;
    const char* message;
  } kCases[] = {
      {directory / "none/s", absl::StatusCode::kNotFound, "no directory for"},
      {directory / "file/s", absl::StatusCode::kFailedPrecondition,
       "is not a directory"},
      {"/" + std::string(107, 'a'), absl::StatusCode::kInvalidArgument,
       "at most 107 bytes"},
      {"/" + std::string(95, 'a') + "/s", absl::StatusCode::kInvalidArgument,
       "95 for its directory"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.path);
    EXPECT_THAT(SocketFile::Prepare(c.path),
                StatusIs(c.code, HasSubstr(c.message)));
  }
}

}  // namespace
}  // namespace pinwarden
