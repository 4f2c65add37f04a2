// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Files that somebody made to do harm. What ordinary files come to is in
// fixtures_test.cc.
#include "pinwarden/runtime_config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctor/facts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::kContainerdFile;
using ::pinwarden::testing::TempDir;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

RuntimeInfo Containerd(const char* version = "2.2.1") {
  return IdentifyRuntime("containerd", version);
}

TEST(HostileConfigTest, GivesAnErrorAndNoCrash) {
  const struct {
    const char* name;
    std::string text;
    const char* want;
  } kCases[] = {
      {"huge", std::string((1 << 20) + 1, '#'), "larger than 1048576 bytes"},
      {"binary",
       std::string("\x7f"
                   "ELF\x02\x01\x01\0\0\0",
                   10),
       "config.toml:1:1: "},
      {"NUL", std::string("a = 1\0", 6), "config.toml:1:"},
      {"deep", "a = " + std::string(1 << 19, '['), "config.toml:1:"},
      {"plugins is no table", "plugins = 1\n", "plugins is an integer"},
      {"imports what is no list", "imports = 7\n", "imports is an integer"},
      {"imports numbers", "imports = [1, 2]\n", "imports is an integer"},
      {"imports escapes", "imports = [\"\\u001b[2J\"]\n", "\\x1b[2J"},
      {"imports a NUL", "imports = [\"a\\u0000b\"]\n", "a\\x00b"},
      {"version is a string", "version = \"2\"\n", "config.toml:1:11: "},
      {"version is enormous", "version = 9223372036854775807\n",
       "config.toml:1:11: "},
      {"version is negative", "version = -1\n", "config.toml:1:11: "},
      {"NRI is no table", "[plugins]\n\"io.containerd.nri.v1.nri\" = \"off\"\n",
       "io.containerd.nri.v1.nri is a string"},
      {"required by a number",
       "[plugins.\"io.containerd.nri.v1.nri\".default_validator]\n"
       "required_plugins = [1]\n",
       "required_plugins is an integer"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    const TempDir dir;
    mkdir((dir / "etc").c_str(), 0755);
    mkdir((dir / "etc/containerd").c_str(), 0755);
    dir.Write("etc/containerd/config.toml", c.text);
    const RuntimeConfig config = ReadContainerdConfig(
        HostFiles(dir.path()), kContainerdFile, Containerd());
    EXPECT_THAT(config.errors, Contains(HasSubstr(c.want)));
    EXPECT_THAT(config.errors, Not(Contains(HasSubstr("\x1b"))));
  }
}

TEST(HostileConfigTest, DoesNotWaitForTheWriterOfAFifo) {
  const TempDir dir;
  ASSERT_EQ(mkfifo((dir / "config.toml").c_str(), 0600), 0);
  const RuntimeConfig config =
      ReadContainerdConfig(HostFiles(dir.path()), "/config.toml", Containerd());
  EXPECT_THAT(config.errors, Contains(HasSubstr("is a FIFO")));
}

TEST(HostileConfigTest, EndsWhereFilesImportEachOther) {
  HostFiles files("/nonexistent");
  files.Pretend("/a.toml",
                "imports = [\"b.toml\", \"a.toml\", \"./a.toml\"]\n");
  files.Pretend("/b.toml", "imports = [\"/a.toml\", \"*.toml\"]\n");
  const RuntimeConfig config =
      ReadContainerdConfig(files, "/a.toml", Containerd());
  EXPECT_THAT(config.files, ::testing::ElementsAre("/a.toml", "/b.toml"));
  EXPECT_THAT(config.errors, SizeIs(0));
}

TEST(HostileConfigTest, ReadsSoManyFilesAndNoMore) {
  HostFiles files("/nonexistent");
  files.Pretend("/a.toml", "imports = [\"d/*\"]\n");
  for (int i = 0; i < 300; ++i) {
    files.Pretend(absl::StrCat("/d/", i),
                  absl::StrCat("imports = [\"", i, "/*\"]\n"));
  }
  const RuntimeConfig config =
      ReadContainerdConfig(files, "/a.toml", Containerd());
  EXPECT_THAT(config.files, SizeIs(kMaxConfigFiles));
  EXPECT_THAT(config.errors, Contains(HasSubstr("over 256 files")));
}

TEST(HostileConfigTest, ReadsSoManyBytesAndNoMore) {
  HostFiles files("/nonexistent");
  files.Pretend("/a.toml", "imports = [\"d/*\"]\n");
  for (int i = 0; i < 20; ++i) {
    files.Pretend(absl::StrCat("/d/", i), std::string(1 << 20, '#'));
  }
  const RuntimeConfig config =
      ReadContainerdConfig(files, "/a.toml", Containerd());
  EXPECT_THAT(config.files, SizeIs(Le(10u)));
  EXPECT_THAT(config.errors, Contains(HasSubstr("bytes in all")));
}

TEST(HostileConfigTest, MatchesSoManyFilesAndNoMore) {
  HostFiles files("/nonexistent");
  files.Pretend("/a.toml", "imports = [\"d/*\"]\n");
  for (int i = 0; i < 1100; ++i) files.Pretend(absl::StrCat("/d/", i), "");
  const RuntimeConfig config =
      ReadContainerdConfig(files, "/a.toml", Containerd());
  EXPECT_THAT(config.errors, Contains(HasSubstr("matches over 1024 files")));
}

TEST(HostileConfigTest, WalksDirectoriesThatLeadBackOnlySoDeep) {
  const TempDir dir;
  mkdir((dir / "crio.conf.d").c_str(), 0755);
  dir.Write("crio.conf.d/a", "[crio.nri]\nenable_nri = false\n");
  ASSERT_EQ(symlink(".", (dir / "crio.conf.d/loop").c_str()), 0);
  const RuntimeConfig config =
      ReadCrioConfig(HostFiles(dir.path()), "/crio.conf");
  EXPECT_EQ(config.disable.value, true);
  EXPECT_THAT(config.files, SizeIs(Le(kMaxConfigFiles)));
}

}  // namespace
}  // namespace pinwarden
