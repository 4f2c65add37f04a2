// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <filesystem>

#include "gtest/gtest.h"
#include "pinwarden/source_files.h"
#include "pinwarden/source_tree.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using testing::TempDir;

TEST(ReadSourceFileTest, ReadsAllOfAFile) {
  const TempDir directory;
  const std::string text = std::string(100'000, 'a') + "\r\nend";
  EXPECT_EQ(*ReadSourceFile(directory.Write("a.yaml", text)), text);
  EXPECT_EQ(*ReadSourceFile(directory.Write("b.yaml", "")), "");
}

TEST(ReadSourceFileTest, ReadsUpToTheBoundAndTellsTheSizeOfWhatIsLarger) {
  const TempDir directory;
  const std::string path = directory.Write("a.yaml", "a");
  std::filesystem::resize_file(path, kMaxSourceBytes + 1);
  EXPECT_THAT(ReadSourceFile(path),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       "has 8388609 bytes, and at most 8388608 are read"));
  const std::string fits(kMaxSourceBytes, 'a');
  EXPECT_EQ(ReadSourceFile(directory.Write("b.yaml", fits))->size(),
            fits.size());
}

TEST(ReadSourceFileTest, TellsABinaryFileByItsStart) {
  const TempDir directory;
  const std::string nul(1, '\0');
  EXPECT_THAT(ReadSourceFile(directory.Write("a.json",
                                             "\x7f"
                                             "ELF" +
                                                 nul)),
              StatusIs(absl::StatusCode::kInvalidArgument, "is a binary file"));
  // A NUL further on is for the parser to refuse.
  const std::string late = std::string(8 << 10, 'a') + nul;
  EXPECT_EQ(*ReadSourceFile(directory.Write("b.json", late)), late);
}

TEST(ReadSourceFileTest, OpensNothingButRegularFiles) {
  const TempDir directory;
  ASSERT_EQ(mkfifo((directory / "fifo").c_str(), 0600), 0);
  const struct {
    std::string path;
    const char* want;
  } kCases[] = {
      {directory / "fifo", "is a FIFO"},
      {directory.path(), "is a directory"},
      {"/dev/zero", "is a device"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.path);
    EXPECT_THAT(
        ReadSourceFile(c.path),
        StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(c.want)));
  }
  EXPECT_THAT(ReadSourceFile(directory / "none"),
              StatusIs(absl::StatusCode::kNotFound,
                       "cannot be read: No such file or directory"));
}

}  // namespace
}  // namespace pinwarden
