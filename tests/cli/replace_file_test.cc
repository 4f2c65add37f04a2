// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/replace_file.h"

#include "cli/pin_fixture.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

TEST(ReplaceKeepingOwnerTest, LeavesAFileThatIsNotAsItWasRead) {
  const TempDir directory;
  const struct {
    const char* now;
    absl::string_view was;
    bool replaced;
  } kCases[] = {
      {"a\n", "a\n", true},
      {"b\n", "a\n", false},
      {"a\nmore\n", "a\n", false},
      {"", "a\n", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.now);
    const std::string path = directory.Write("f", c.now);
    const absl::Status status = ReplaceKeepingOwner(path, "new\n", c.was);
    EXPECT_EQ(absl::IsAborted(status), !c.replaced) << status;
    EXPECT_EQ(ReadWhole(path), c.replaced ? "new\n" : c.now);
  }
  // And nothing else is there.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()),
                          std::filesystem::directory_iterator()),
            1);
}

TEST(ReplaceKeepingOwnerTest, DoesNotBringBackAFileThatIsGone) {
  const TempDir directory;
  EXPECT_THAT(ReplaceKeepingOwner(directory / "f", "new\n", "a\n"),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_FALSE(std::filesystem::exists(directory / "f"));
}

}  // namespace
}  // namespace pinwarden::testing
