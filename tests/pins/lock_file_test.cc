// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/lock_file.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

const std::string kDigest = absl::StrCat("sha256:", std::string(64, 'a'));
const std::string kOther = absl::StrCat("sha256:", std::string(64, 'b'));

// All problems, as people see them; "" where there is none.
std::string ProblemsOf(absl::string_view text) {
  const LockFileLoad load = ParseLockFile(text);
  EXPECT_EQ(load.file.has_value(), load.problems.empty());
  std::string problems;
  for (const Problem& problem : load.problems) {
    absl::StrAppend(&problems, problem.at.line, ":", problem.at.column, ": ",
                    problem.message, "\n");
  }
  return problems;
}

TEST(LockFileTest, ReadsItsEntriesAndKeepsTheCommentsAtItsTop) {
  const LockFileLoad load = ParseLockFile(
      absl::StrCat("pinwarden-lock 1\n# of build-7\n\n# Pulled by hand.\n",
                   "ghcr.io/acme/app:2 ", kOther,
                   "\n\ndocker.io/library/nginx:1.27.3 \t", kDigest, "  \r\n"));
  ASSERT_TRUE(load.file.has_value());
  EXPECT_EQ(load.file->comments, "# of build-7\n\n# Pulled by hand.\n");
  EXPECT_EQ(load.file->Find(*ParseReference("nginx:1.27.3")), kDigest);
  EXPECT_EQ(load.file->Find(*ParseReference("ghcr.io/acme/app:2")), kOther);
  EXPECT_EQ(load.file->Find(*ParseReference("nginx:1.27.4")), std::nullopt);
}

TEST(LockFileTest, FindsWhatHasNoTagAsLatest) {
  LockFile file;
  file.digests.emplace("docker.io/library/nginx:latest", kDigest);
  EXPECT_EQ(file.Find(*ParseReference("nginx")), kDigest);
  EXPECT_EQ(file.Find(*ParseReference("docker.io/nginx:latest")), kDigest);
}

TEST(LockFileTest, IsWrittenSortedAndReadAgain) {
  LockFile file;
  file.comments = "# Mine.\n";
  file.digests = {{"docker.io/library/nginx:1", kDigest},
                  {"docker.io/library/busybox:1", kOther}};
  const std::string text = file.ToString();
  EXPECT_EQ(text, absl::StrCat("pinwarden-lock 1\n# Mine.\n",
                               "docker.io/library/busybox:1 ", kOther, "\n",
                               "docker.io/library/nginx:1 ", kDigest, "\n"));
  EXPECT_EQ(ParseLockFile(text).file, file);
  EXPECT_EQ(ParseLockFile(LockFile().ToString()).file, LockFile());
}

TEST(LockFileTest, NamesTheLineOfEveryProblem) {
  const std::string head = "pinwarden-lock 1\n";
  const std::string entry =
      absl::StrCat("docker.io/library/nginx:1 ", kDigest, "\n");
  const struct {
    std::string text;
    const char* want;
  } kCases[] = {
      {head + entry, ""},
      {"\xEF\xBB\xBFpinwarden-lock 1\r\n" + entry, ""},
      {"", "1:1: the first line of a lock file is \"pinwarden-lock 1\"\n"},
      {entry, "1:1: the first line of a lock file is \"pinwarden-lock 1\"\n"},
      {"pinwarden-lock 2\n",
       "1:1: version \"2\" of the format is not known here, but 1\n"},
      {head + "nginx:1 " + kDigest,
       "2:1: \"nginx:1\" has to be written as \"docker.io/library/nginx:1\"\n"},
      {head + "docker.io/library/nginx " + kDigest,
       "2:1: \"docker.io/library/nginx\" has to be written as "
       "\"docker.io/library/nginx:latest\"\n"},
      {head + "<<<<<<< HEAD\n",
       "2:1: \"<<<<<<<\" is not the name of an image: bad repository "
       "character at byte 0\n"},
      {head + kDigest + " " + kDigest,
       "2:1: \"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "aaaaaaaa\" has to be a name and a tag, and no digest\n"},
      {head + "docker.io/library/nginx:1\n",
       "2:26: \"\" is not a digest such as sha256:<64 lower-case hex "
       "digits>\n"},
      {head + "docker.io/library/nginx:1 sha256:ab\n",
       "2:27: \"sha256:ab\" is not a digest such as sha256:<64 lower-case hex "
       "digits>\n"},
      {head + entry + entry,
       "3:1: \"docker.io/library/nginx:1\" stands in line 2 already\n"},
      {head + entry + "# late\n",
       "3:1: comments have to stand before the first image\n"},
      {head + "\x1b[2J x\n",
       "2:1: \"\\x1b[2J\" is not the name of an image: bad repository "
       "character at byte 0\n"},
      {head + std::string(5000, 'a'), "2:1: longer than 4352 bytes\n"},
      {std::string(kMaxLockBytes + 1, '\n'),
       "1:1: larger than 8388608 bytes\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text.substr(0, 200));
    EXPECT_EQ(ProblemsOf(c.text), c.want);
  }
}

TEST(LockFileTest, ReadsUpToItsBoundAndTellsAllProblemsAtOnce) {
  std::string text = "pinwarden-lock 1\n";
  for (size_t i = 0; i < kMaxLockEntries; ++i) {
    absl::StrAppend(&text, "docker.io/library/a:", i, " ", kDigest, "\n");
  }
  EXPECT_EQ(ProblemsOf(text), "");
  absl::StrAppend(&text, "docker.io/library/b:1 ", kDigest, "\n");
  EXPECT_EQ(ProblemsOf(text), "50002:1: more than 50000 images\n");
  EXPECT_EQ(ParseLockFile("x\n1\n2\n").problems.size(), 3u);
}

}  // namespace
}  // namespace pinwarden
