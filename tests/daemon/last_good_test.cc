// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/last_good.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using testing::IsOk;
using testing::StatusIs;

std::string Shown(const PolicySource& source) {
  std::string shown;
  for (const PolicyText& file : source.files) {
    shown += "[" + file.name + "|" + file.text + "]";
  }
  return shown;
}

TEST(LastGoodTest, KeepsOneTextAsItIs) {
  EXPECT_EQ(PackLastGood({{{"policy.yaml", "version: 1\n"}}, {}}),
            "version: 1\n");
}

TEST(LastGoodTest, GivesBackWhatItKeeps) {
  const PolicySource kSources[] = {
      {{{"policy.yaml", ""}}, {}},
      {{{"policy.yaml", "version: 1\n"}}, {}},
      {{{"policy.yaml", "a"}, {"d/b.yaml", "b\n"}, {"d/c d.yaml", ""}}, {}},
      // A text that looks like a list itself.
      {{{"policy.yaml", "# pinwarden: a policy of 9 files"}}, {}},
  };
  for (const PolicySource& source : kSources) {
    SCOPED_TRACE(Shown(source));
    const auto got = UnpackLastGood(PackLastGood(source), "policy.yaml");
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(Shown(*got), Shown(source));
  }
}

TEST(LastGoodTest, RefusesAListThatDoesNotFit) {
  const std::string head = "# pinwarden: a policy of ";
  const std::string two = head + "2 files; their bytes follow\n";
  const std::string kCases[] = {
      head,
      head + "two files; their bytes follow\n",
      head + "0 files; their bytes follow\n",
      head + "1002 files; their bytes follow\n",
      head + "99999999999999999999 files; their bytes follow\n",
      two,
      two + "# 1 policy.yaml\n",
      two + "# 1 policy.yaml\n1 a\nxy",
      two + "# 1 policy.yaml\n# -1 a\nxy",
      two + "# 1 policy.yaml\n# 1 \nxy",
      two + "# 1 policy.yaml\n# 9999999999 a\nxy",
      two + "# 1 policy.yaml\n# 1 a\nx",
      two + "# 1 policy.yaml\n# 1 a\nxyz",
      two + "# 1 policy.yaml\n# 1 a",
  };
  for (const std::string& bytes : kCases) {
    SCOPED_TRACE(bytes);
    EXPECT_THAT(UnpackLastGood(bytes, "policy.yaml"),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

}  // namespace
}  // namespace pinwarden
