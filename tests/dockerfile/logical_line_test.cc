// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "dockerfile/logical_line.h"

#include <string>

#include "gtest/gtest.h"

namespace pinwarden::dockerfile_internal {
namespace {

TEST(LogicalLineTest, KnowsWhereItsBytesStand) {
  const std::string file = "a \\\n# x\n bc\\\n  d\ne";
  LineReader reader(file, '\\');
  LogicalLine line;
  ASSERT_TRUE(reader.Next(&line));
  EXPECT_EQ(line.text(), "a  bc  d");
  EXPECT_EQ(line.Place(0, 1), (TextRange{0, 1}));
  EXPECT_EQ(line.Place(3, 5), (TextRange{9, 11}));
  EXPECT_EQ(line.Place(4, 8), (TextRange{10, 16}));
  ASSERT_TRUE(reader.Next(&line));
  EXPECT_EQ(line.text(), "e");
  EXPECT_EQ(line.Place(0, 1), (TextRange{17, 18}));
  EXPECT_FALSE(reader.Next(&line));
}

TEST(LineReaderTest, StaysBehindAHeredocThatDoesNotEnd) {
  const std::string file = "a\nb\nc\n";
  LineReader reader(file, '\\');
  LogicalLine line;
  ASSERT_TRUE(reader.Next(&line));
  EXPECT_FALSE(reader.Skip({"x", false}));
  ASSERT_TRUE(reader.Next(&line));
  EXPECT_EQ(line.text(), "b");
  EXPECT_TRUE(reader.Skip({"c", false}));
  ASSERT_TRUE(reader.Next(&line));
  EXPECT_EQ(line.text(), "c");
}

}  // namespace
}  // namespace pinwarden::dockerfile_internal
