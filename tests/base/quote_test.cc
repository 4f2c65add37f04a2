// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/quote.h"

#include <algorithm>
#include <string>

#include "gtest/gtest.h"

namespace pinwarden {
namespace {

TEST(QuoteTest, EscapesWhatATerminalWouldActUpon) {
  const struct {
    absl::string_view text;
    absl::string_view want;
  } kCases[] = {
      {"", R"("")"},
      {"nginx", R"("nginx")"},
      {" ~", R"(" ~")"},
      {"a\"b", R"("a\"b")"},
      {"a\\b", R"("a\\b")"},
      {"a\nb\tc\rd", R"("a\nb\tc\rd")"},
      {absl::string_view("\0", 1), R"("\x00")"},
      {"\x1b[2J", R"("\x1b[2J")"},
      {"\x1f\x20\x7e\x7f", R"("\x1f ~\x7f")"},
      {"\x80\xff", R"("\x80\xff")"},
      {"\xc3\xa4", R"("\xc3\xa4")"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.want));
    EXPECT_EQ(Quote(c.text), std::string(c.want));
  }
}

TEST(QuoteTest, CutsLongTextBetweenCharacters) {
  const struct {
    absl::string_view text;
    size_t max_bytes;
    absl::string_view want;
  } kCases[] = {
      {"12345678", 10, R"("12345678")"},
      {"123456789", 10, R"("12345...")"},
      {"123456\n", 10, R"("123456\n")"},
      {"1234567\n", 10, R"("12345...")"},
      {"1234\n789", 10, R"("1234...")"},
      {"\x01\x02\x03", 10, R"("\x01...")"},
      {"\x01\x02\x03", 9, R"("\x01...")"},
      {"12\x01\x02", 12, R"("12\x01\x02")"},
      {"12\x01\x02", 11, R"("12\x01...")"},
      {"12\x01\x02", 10, R"("12...")"},
      {"123456", 8, R"("123456")"},
      {"1234567", 8, R"("123...")"},
      {"1234567", 0, R"("123...")"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.want));
    const std::string want(c.want);
    EXPECT_EQ(Quote(c.text, c.max_bytes), want);
  }
}

TEST(QuoteTest, IsNeverLongerThanAsked) {
  std::string text;
  for (int byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
  for (size_t max = 8; max < 1200; ++max) {
    const std::string quoted = Quote(text, max);
    ASSERT_LE(quoted.size(), max);
    ASSERT_TRUE(std::all_of(quoted.begin(), quoted.end(),
                            [](char c) { return c >= 0x20 && c < 0x7f; }))
        << "cut to " << max;
  }
}

TEST(ToValidUtf8Test, ReplacesWhatIsNotWellFormed) {
  const struct {
    const char* what;
    absl::string_view text;
    absl::string_view want;
  } kCases[] = {
      {"empty", "", ""},
      {"ASCII", "nginx", "nginx"},
      {"NUL", absl::string_view("a\0b", 3), absl::string_view("a\0b", 3)},
      {"two bytes", "\xc2\x80\xdf\xbf", "\xc2\x80\xdf\xbf"},
      {"three bytes", "\xe0\xa0\x80\xef\xbf\xbf", "\xe0\xa0\x80\xef\xbf\xbf"},
      {"before the surrogates", "\xed\x9f\xbf", "\xed\x9f\xbf"},
      {"behind the surrogates", "\xee\x80\x80", "\xee\x80\x80"},
      {"four bytes", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
       "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
      {"a lone continuation", "a\x80z", "a\xEF\xBF\xBDz"},
      {"two bytes for ASCII", "\xc1z", "\xEF\xBF\xBDz"},
      {"three bytes for two", "\xe0\x9f\x41", "\xEF\xBF\xBD\xEF\xBF\xBD\x41"},
      {"a surrogate", "\xed\xa0z", "\xEF\xBF\xBD\xEF\xBF\xBDz"},
      {"four bytes for three", "\xf0\x8fz", "\xEF\xBF\xBD\xEF\xBF\xBDz"},
      {"over U+10FFFF", "\xf4\x90z", "\xEF\xBF\xBD\xEF\xBF\xBDz"},
      {"no such lead byte", "\xf5z\xffz", "\xEF\xBF\xBDz\xEF\xBF\xBDz"},
      {"two bytes cut off", "\xc3", "\xEF\xBF\xBD"},
      {"two bytes broken off", "\xc3z", "\xEF\xBF\xBDz"},
      {"three bytes cut off", "\xe2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"three bytes broken off", "\xe2z", "\xEF\xBF\xBDz"},
      {"four bytes cut off", "\xf0\x9f\x98",
       "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"four bytes broken off", "\xf0\x9fz", "\xEF\xBF\xBD\xEF\xBF\xBDz"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(ToValidUtf8(c.text, 1024), std::string(c.want));
  }
}

TEST(ToValidUtf8Test, CutsBetweenCodePoints) {
  const absl::string_view text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xff";
  const absl::string_view full =
      "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xEF\xBF\xBD";
  const size_t kWant[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10, 10, 13, 13};
  for (size_t max = 0; max < std::size(kWant); ++max) {
    SCOPED_TRACE(max);
    EXPECT_EQ(ToValidUtf8(text, max), std::string(full.substr(0, kWant[max])));
  }
}

}  // namespace
}  // namespace pinwarden
