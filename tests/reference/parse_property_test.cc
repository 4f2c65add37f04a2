// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What holds for every text, tried on all prefixes of the known references and
// on each of them with one byte replaced, put in or taken out.
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pinwarden/quote.h"
#include "pinwarden/reference.h"
#include "reference/case_file.h"

namespace pinwarden {
namespace {

using testing::BadCase;
using testing::GoodCase;
using testing::IsPrintable;

// One byte of each kind that the grammar tells apart, and their neighbours.
constexpr absl::string_view kBytes(
    "09afgzAFGZ._-:/@[]\0\n\x1b !\"%,`{~\x7f\x80\xc3\xff", 33);

// What a good reference breaks, or "".
std::string BrokenInvariant(const Reference& reference) {
  const Reference& r = reference;
  if (r.kind == ReferenceKind::kImageId) {
    return r.registry.empty() && r.repository.empty() && r.tag.empty() &&
                   !r.digest.empty() && !r.tag_defaulted
               ? ""
               : "an image id is a digest only";
  }
  if (r.registry.empty() || r.repository.empty()) return "a part is missing";
  if (r.tag.empty() && r.digest.empty()) return "neither tag nor digest";
  if (r.tag.size() > kMaxTagBytes) return "tag too long";
  if (r.repository.size() > kMaxRepositoryBytes) return "repository too long";
  if (r.tag_defaulted && (r.tag != "latest" || !r.digest.empty())) {
    return "tag_defaulted without need";
  }
  absl::StatusOr<Reference> again = ParseReference(r.ToString());
  if (!again.ok()) return absl::StrCat("printed: ", again.status().message());
  again->tag_defaulted = r.tag_defaulted;
  return *again == r ? "" : "parses differently when printed";
}

// Which property `text` breaks, or "".
std::string BrokenProperty(const std::string& text) {
  const absl::StatusOr<Reference> got = ParseReference(text);
  if (got.ok()) return BrokenInvariant(*got);
  const std::optional<size_t> offset = ReferenceErrorOffset(got.status());
  if (!offset.has_value()) return "an error without an offset";
  if (*offset > text.size()) return "an error behind the end";
  if (!IsPrintable(std::string(got.status().message()))) {
    return "an error that repeats its input";
  }
  return "";
}

TEST(ParseReferencePropertyTest, HoldsForEveryGoodReference) {
  for (const GoodCase& c : testing::ReadGoodCases()) {
    SCOPED_TRACE(c.where);
    EXPECT_EQ(BrokenProperty(c.text), "");
  }
}

TEST(ParseReferencePropertyTest, HoldsForEveryPrefix) {
  for (const GoodCase& c : testing::ReadGoodCases()) {
    for (size_t size = 0; size < c.text.size(); ++size) {
      SCOPED_TRACE(absl::StrCat(c.where, ", the first ", size, " bytes"));
      EXPECT_EQ(BrokenProperty(c.text.substr(0, size)), "");
    }
  }
}

TEST(ParseReferencePropertyTest, HoldsForEverySuffixOfABadReference) {
  for (const BadCase& c : testing::ReadBadCases()) {
    for (size_t begin = 0; begin < c.text.size(); ++begin) {
      SCOPED_TRACE(absl::StrCat(c.where, ", from byte ", begin));
      EXPECT_EQ(BrokenProperty(c.text.substr(begin)), "");
    }
  }
}

TEST(ParseReferencePropertyTest, HoldsWithOneByteReplacedAddedOrRemoved) {
  for (const GoodCase& c : testing::ReadGoodCases()) {
    for (size_t i = 0; i < c.text.size(); ++i) {
      std::string text = c.text;
      text.erase(i, 1);
      ASSERT_EQ(BrokenProperty(text), "") << c.where << " without byte " << i;
      for (const char byte : kBytes) {
        text = c.text;
        text[i] = byte;
        ASSERT_EQ(BrokenProperty(text), "") << c.where << " as " << Quote(text);
        text = c.text;
        text.insert(i, 1, byte);
        ASSERT_EQ(BrokenProperty(text), "") << c.where << " as " << Quote(text);
      }
    }
  }
}

// Once the registry is settled (by the first slash, or because there is none),
// nothing behind the byte that an error names can make the text a reference.
TEST(ParseReferencePropertyTest, NothingBehindTheByteOfAnErrorMovesIt) {
  for (const BadCase& c : testing::ReadBadCases()) {
    SCOPED_TRACE(c.where);
    const std::optional<size_t> offset =
        ReferenceErrorOffset(ParseReference(c.text).status());
    const size_t byte = offset.value_or(0);
    if (byte >= c.text.size()) continue;  // the text ends too early
    const size_t slash = c.text.find('/');
    if (slash != c.text.npos && slash > byte) continue;
    const std::string text = c.text.substr(0, byte + 1) + "!:@a";
    EXPECT_EQ(ReferenceErrorOffset(ParseReference(text).status()), offset);
  }
}

}  // namespace
}  // namespace pinwarden
