// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/cri.h"

namespace pinwarden {
namespace {

TEST(OtherNamesTest, AreTagsThenDigestsWithoutRepeats) {
  const struct {
    const char* what;
    CriImage image;
    const char* name;
    std::vector<std::string> want;
  } kCases[] = {
      {"the only name", {"id", {"a:1"}, {}}, "a:1", {}},
      {"no name", {"id", {}, {}}, "a:1", {}},
      {"a second tag", {"id", {"a:2", "a:1"}, {}}, "a:2", {"a:1"}},
      {"digests come last",
       {"id", {"z:1", "b:1"}, {"y@d", "a@d"}},
       "z:1",
       {"b:1", "a@d", "y@d"}},
      {"the name is a digest", {"id", {"a:1"}, {"a@d"}}, "a@d", {"a:1"}},
      {"told twice", {"id", {"b:1", "a:1", "b:1"}, {}}, "a:1", {"b:1"}},
      {"not one of its names", {"id", {"a:1"}, {"a@d"}}, "a", {"a:1", "a@d"}},
      {"the id is no name", {"id", {"a:1"}, {}}, "id", {"a:1"}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(OtherNames(c.image, c.name), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
