// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/runtime_info.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

std::string Show(const RuntimeInfo& info) {
  std::string kind;
  switch (info.kind) {
    case RuntimeKind::kContainerd:
      kind = "containerd";
      break;
    case RuntimeKind::kCrio:
      kind = "crio";
      break;
    case RuntimeKind::kOther:
      kind = "other";
      break;
  }
  if (!info.parsed) return absl::StrCat(kind, " ?");
  return absl::StrCat(kind, " ", info.parsed->major, ".", info.parsed->minor,
                      ".", info.parsed->patch, info.prerelease ? " pre" : "");
}

TEST(IdentifyRuntimeTest, ReadsNamesAndVersions) {
  const struct {
    const char* name;
    const char* version;
    const char* want;
  } kCases[] = {
      {"containerd", "2.2.0", "containerd 2.2.0"},
      {"containerd", "v2.2.7", "containerd 2.2.7"},
      {"containerd", "2.3.0+unknown", "containerd 2.3.0"},
      {"containerd", "2.1.9+unknown", "containerd 2.1.9"},
      {"containerd", "1.7.24~ds1", "containerd 1.7.24"},
      {"containerd", "2.2.0-0ubuntu1", "containerd 2.2.0"},
      {"containerd", "2.2.0-1~deb12u1", "containerd 2.2.0"},
      {"containerd", "2.2.0-k3s1", "containerd 2.2.0"},
      {"containerd", "2.2.0-5-g1a2b3c.m", "containerd 2.2.0"},
      {"containerd", "2.2.0+rc.1", "containerd 2.2.0"},
      {"containerd", "2.2", "containerd 2.2.0"},
      {"containerd", "02.002.0", "containerd 2.2.0"},
      {"containerd", "999999.0.0", "containerd 999999.0.0"},
      {"containerd", "2.2.0-rc.1", "containerd 2.2.0 pre"},
      {"containerd", "2.2.0-RC1", "containerd 2.2.0 pre"},
      {"containerd", "2.2.0rc1", "containerd 2.2.0 pre"},
      {"containerd", "2.2.0~rc.1~ds1", "containerd 2.2.0 pre"},
      {"containerd", "v2.2.0-beta.0-12-g1a2b3c", "containerd 2.2.0 pre"},
      {"containerd", "2.2.0-alpha.1+azure", "containerd 2.2.0 pre"},
      {"v2", "2.0.2", "containerd 2.0.2"},
      {"cri-o", "1.34.1", "crio 1.34.1"},
      {"cri-o", "1.34.0-dev", "crio 1.34.0 pre"},
      {"docker", "29.2.0", "other 29.2.0"},
      {"containerd ", "2.2.0", "other 2.2.0"},
      {"Containerd", "2.2.0", "other 2.2.0"},
      {"", "", "other ?"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.name, " ", c.version));
    EXPECT_EQ(Show(IdentifyRuntime(c.name, c.version)), c.want);
  }
}

TEST(IdentifyRuntimeTest, KnowsNoVersionInOtherText) {
  const std::string kCases[] = {
      "",
      "(devel)",
      "2",
      "2.",
      "v",
      "vv2.2.0",
      "2.2.",
      "2.2.x",
      "2.2.0.1",
      "2.-2.0",
      ".2.2.0",
      "2..0",
      " 2.2.0",
      "1000000.2.0",
      "2.4294967298.0",
      "2.2.9999999999999999999999",
      "unknown",
      std::string("\0", 1) + "2.2.0",
      "2.2.0-" + std::string(1000, '1'),
  };
  for (const std::string& version : kCases) {
    SCOPED_TRACE(version);
    EXPECT_EQ(Show(IdentifyRuntime("containerd", version)), "containerd ?");
  }
}

TEST(IdentifyRuntimeTest, KeepsHostileTextShortAndValid) {
  const RuntimeInfo info =
      IdentifyRuntime(std::string(5000, 'n'), "2.2.0\xff\x1b[2J");
  EXPECT_EQ(info.name, std::string(kMaxRuntimeTextBytes, 'n'));
  EXPECT_EQ(info.version, "2.2.0\xEF\xBF\xBD\x1b[2J");
}

TEST(SupportsValidateTest, IsForReleasesThatHaveIt) {
  const struct {
    const char* name;
    const char* version;
    bool want;
  } kCases[] = {
      {"containerd", "2.2.0", true},
      {"containerd", "v2.2.7", true},
      {"containerd", "2.3.0+unknown", true},
      {"containerd", "2.2.0-0ubuntu1", true},
      {"containerd", "2.2.0~ds1", true},
      {"containerd", "3.0.0", true},
      {"containerd", "2.2.1-rc.1", true},
      {"containerd", "2.3.0-beta.0", true},
      {"containerd", "2.2.0-rc.1", false},
      {"containerd", "2.2.0~rc1", false},
      {"containerd", "1.7.24", false},
      {"containerd", "2.1.9+unknown", false},
      {"containerd", "2.1.9", false},
      {"containerd", "(devel)", false},
      {"v2", "2.0.2", false},
      {"cri-o", "1.33.9", false},
      {"cri-o", "1.34.0-rc.1", false},
      {"cri-o", "1.34.0", true},
      {"docker", "29.1.5", false},
      {"docker", "29.2.0-rc.2", false},
      {"docker", "29.2.0", true},
      {"dockerd", "29.2.1", true},
      {"podman", "99.0.0", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.name, " ", c.version));
    EXPECT_EQ(SupportsValidate(IdentifyRuntime(c.name, c.version)), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
