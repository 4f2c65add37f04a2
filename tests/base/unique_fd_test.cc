// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/unique_fd.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <type_traits>
#include <utility>

#include "gtest/gtest.h"

namespace pinwarden {
namespace {

static_assert(!std::is_copy_constructible_v<UniqueFd>);
static_assert(!std::is_copy_assignable_v<UniqueFd>);
static_assert(std::is_nothrow_move_constructible_v<UniqueFd>);

int NewFd() { return eventfd(0, EFD_CLOEXEC); }
bool IsOpen(int fd) { return fcntl(fd, F_GETFD) != -1; }

TEST(UniqueFdTest, HoldsNoneAtFirst) {
  const UniqueFd fd;
  EXPECT_FALSE(fd.valid());
  EXPECT_EQ(fd.get(), -1);
}

TEST(UniqueFdTest, ClosesAtItsEnd) {
  const int raw = NewFd();
  {
    const UniqueFd fd(raw);
    EXPECT_TRUE(fd.valid());
    EXPECT_TRUE(IsOpen(raw));
  }
  EXPECT_FALSE(IsOpen(raw));
}

TEST(UniqueFdTest, MovesWithoutClosing) {
  UniqueFd from(NewFd());
  const int raw = from.get();
  UniqueFd to(std::move(from));
  EXPECT_EQ(from.get(), -1);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(to.get(), raw);
  EXPECT_TRUE(IsOpen(raw));
}

TEST(UniqueFdTest, ClosesWhatItHeldWhenAssignedTo) {
  UniqueFd from(NewFd());
  UniqueFd to(NewFd());
  const int kept = from.get();
  const int closed = to.get();
  to = std::move(from);
  EXPECT_EQ(to.get(), kept);
  EXPECT_TRUE(IsOpen(kept));
  EXPECT_FALSE(IsOpen(closed));
}

TEST(UniqueFdTest, SurvivesBeingAssignedToItself) {
  UniqueFd fd(NewFd());
  UniqueFd& same = fd;
  fd = std::move(same);
  EXPECT_TRUE(fd.valid());
  EXPECT_TRUE(IsOpen(fd.get()));
}

TEST(UniqueFdTest, ReleasesWithoutClosing) {
  UniqueFd fd(NewFd());
  UniqueFd owner(fd.release());
  EXPECT_FALSE(fd.valid());
  EXPECT_TRUE(IsOpen(owner.get()));
}

TEST(UniqueFdTest, ResetClosesAndTakesTheNext) {
  UniqueFd fd(NewFd());
  const int first = fd.get();
  const int second = NewFd();
  fd.reset(second);
  EXPECT_FALSE(IsOpen(first));
  EXPECT_EQ(fd.get(), second);
  fd.reset();
  EXPECT_FALSE(IsOpen(second));
  EXPECT_FALSE(fd.valid());
}

}  // namespace
}  // namespace pinwarden
