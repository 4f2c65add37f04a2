// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/reference.h"
#include "reference/case_file.h"
#include "testing/status_matchers.h"

namespace pinwarden {

// For messages of failed tests; found by argument-dependent lookup.
void PrintTo(const Reference& reference, std::ostream* out) {
  *out << (reference.kind == ReferenceKind::kImageId ? "id" : "name")
       << " registry=" << reference.registry
       << " repository=" << reference.repository << " tag=" << reference.tag
       << " digest=" << reference.digest
       << " tag_defaulted=" << reference.tag_defaulted;
}

namespace {

using testing::BadCase;
using testing::GoodCase;
using testing::IsOk;
using testing::StatusIs;

TEST(ParseReferenceTest, NormalisesEveryGoodReference) {
  for (const GoodCase& c : testing::ReadGoodCases()) {
    SCOPED_TRACE(absl::StrCat(c.where, ": ", c.text));
    const absl::StatusOr<Reference> got = ParseReference(c.text);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(*got, c.want);
  }
}

TEST(ParseReferenceTest, SaysWhatIsWrongAndAtWhichByte) {
  for (const BadCase& c : testing::ReadBadCases()) {
    SCOPED_TRACE(c.where);
    EXPECT_THAT(ParseReference(c.text),
                StatusIs(absl::StatusCode::kInvalidArgument, c.want));
  }
}

TEST(ParseReferenceTest, RefusesOversizedInputUnread) {
  const std::string text(kMaxReferenceBytes + 1, '\0');
  const absl::Status status = ParseReference(text).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                               "reference longer than 4096 bytes at byte "
                               "4096"));
  EXPECT_EQ(ReferenceErrorOffset(status), kMaxReferenceBytes);
}

TEST(ParseReferenceTest, ReadsTextThatEndsWithoutANul) {
  const std::string text = "nginx:1.27";
  const absl::StatusOr<Reference> got =
      ParseReference(absl::string_view(text).substr(0, 7));
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->tag, "1");
}

TEST(ReferenceToStringTest, WritesTheNormalForm) {
  const std::string digest = absl::StrCat("sha256:", std::string(64, 'a'));
  const struct {
    std::string text;
    std::string want;
  } kCases[] = {
      {"nginx", "docker.io/library/nginx:latest"},
      {"h:5000/a/b:1", "h:5000/a/b:1"},
      {absl::StrCat("nginx@", digest),
       absl::StrCat("docker.io/library/nginx@", digest)},
      {absl::StrCat("nginx:1@", digest),
       absl::StrCat("docker.io/library/nginx:1@", digest)},
      {digest, digest},
      {std::string(64, 'a'), digest},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const absl::StatusOr<Reference> got = ParseReference(c.text);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(got->ToString(), c.want);
  }
}

TEST(ReferenceErrorOffsetTest, ReadsOnlyErrorsOfTheParser) {
  const struct {
    absl::Status status;
    std::optional<size_t> want;
  } kCases[] = {
      {absl::OkStatus(), std::nullopt},
      {ParseReference("nginx:").status(), 6},
      {ParseReference("").status(), 0},
      {absl::InvalidArgumentError("unknown key"), std::nullopt},
      {absl::InvalidArgumentError("x at byte "), std::nullopt},
      {absl::InvalidArgumentError("x at byte 7x"), std::nullopt},
      {absl::InvalidArgumentError("x at byte -1"), std::nullopt},
      {absl::InvalidArgumentError("x at byte 4097"), std::nullopt},
      {absl::InternalError("x at byte 7"), std::nullopt},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.status.ToString());
    EXPECT_EQ(ReferenceErrorOffset(c.status), c.want);
  }
}

TEST(ParseRepositoryNameTest, NormalisesNames) {
  const struct {
    const char* text;
    RepositoryName want;
  } kCases[] = {
      {"nginx", {"docker.io", "library/nginx"}},
      {"acme/app", {"docker.io", "acme/app"}},
      {"docker.io/nginx", {"docker.io", "library/nginx"}},
      {"index.docker.io/acme/app", {"docker.io", "acme/app"}},
      {"localhost/a", {"localhost", "a"}},
      {"h:5000/a/b", {"h:5000", "a/b"}},
      {"my_host.io/a", {"my_host.io", "a"}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const absl::StatusOr<RepositoryName> got = ParseRepositoryName(c.text);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(*got, c.want);
  }
}

TEST(ParseRepositoryNameTest, RefusesWhatIsMoreOrLessThanAName) {
  const std::string hex(64, 'a');
  const struct {
    std::string text;
    const char* want;
  } kCases[] = {
      {"", "empty reference at byte 0"},
      {"Nginx", "upper-case letter in repository at byte 0"},
      {"nginx:1", "tag or digest where only a repository is needed at byte 5"},
      {"nginx:", "tag or digest where only a repository is needed at byte 5"},
      {"h:5000/a:b",
       "tag or digest where only a repository is needed at byte 8"},
      {absl::StrCat("nginx@sha256:", hex),
       "tag or digest where only a repository is needed at byte 5"},
      {hex, "image id where a repository is needed at byte 0"},
      {absl::StrCat("sha256:", hex),
       "image id where a repository is needed at byte 0"},
      {"quay.io/", "empty path component at byte 8"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(ParseRepositoryName(c.text),
                StatusIs(absl::StatusCode::kInvalidArgument, c.want));
  }
}

TEST(ParseRepositoryNameTest, RefusesOversizedInputUnread) {
  EXPECT_THAT(ParseRepositoryName(std::string(kMaxReferenceBytes + 1, 'a')),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace pinwarden
