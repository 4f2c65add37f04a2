// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/http_server.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ParseListenAddressTest, KnowsWhatOtherHostsCanReach) {
  const struct {
    const char* text;
    const char* want;
    bool loopback;
  } kCases[] = {
      {"127.0.0.1:9717", "127.0.0.1:9717", true},
      {"127.255.1.2:0", "127.255.1.2:0", true},
      {"[::1]:65535", "[::1]:65535", true},
      {"[0:0:0:0:0:0:0:1]:1", "[::1]:1", true},
      {"0.0.0.0:9717", "0.0.0.0:9717", false},
      {"10.0.0.1:9717", "10.0.0.1:9717", false},
      {"128.0.0.1:9717", "128.0.0.1:9717", false},
      {"[::]:9717", "[::]:9717", false},
      {"[::ffff:127.0.0.1]:9717", "[::ffff:127.0.0.1]:9717", false},
      {"[2001:db8::1]:9717", "[2001:db8::1]:9717", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto at = ParseListenAddress(c.text);
    ASSERT_THAT(at, IsOk());
    EXPECT_EQ(at->ToString(), c.want);
    EXPECT_EQ(at->loopback, c.loopback);
  }
}

TEST(ParseListenAddressTest, RefusesWhatIsNoAddressAndPort) {
  for (const char* text : {"",
                           ":",
                           "9717",
                           ":9717",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:65536",
                           "127.0.0.1:999999",
                           "127.0.0.1:-1",
                           "127.0.0.1:+1",
                           "127.0.0.1: 1",
                           "127.0.0.1:1x",
                           "localhost:9717",
                           "127.1:9717",
                           "127.0.0.01:9717",
                           "::1:9717",
                           "[::1]",
                           "[::1:9717",
                           "::1]:9717",
                           "[127.0.0.1]:9717",
                           "[::1]]:9717",
                           "[fe80::1%lo]:9717",
                           "127.0.0.1\n:9717"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(ParseListenAddress(text),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("is no address to listen on; one looks "
                                   "like 127.0.0.1:9717 or [::1]:9717")));
  }
}

}  // namespace
}  // namespace pinwarden
