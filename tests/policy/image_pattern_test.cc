// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/image_pattern.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "pinwarden/glob.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::StatusIs;
using ::testing::HasSubstr;

constexpr auto kImages = ImagePattern::Use::kImages;
constexpr auto kRegistries = ImagePattern::Use::kRegistries;

// The normal form, or the error.
std::string Normal(absl::string_view text, ImagePattern::Use use) {
  const auto pattern = ImagePattern::Parse(text, use);
  return pattern.ok() ? pattern->pattern() : pattern.status().ToString();
}

ImagePattern Parsed(absl::string_view text, ImagePattern::Use use = kImages) {
  const auto pattern = ImagePattern::Parse(text, use);
  EXPECT_TRUE(pattern.ok()) << text << ": " << pattern.status();
  return pattern.ok() ? *pattern : *ImagePattern::Parse("**", use);
}

TEST(ImagePatternTest, NormalisesAsReferencesAre) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"nginx", "docker.io/library/nginx"},
      {"redis-*", "docker.io/library/redis-*"},
      {"acme/app", "docker.io/acme/app"},
      {"acme/*", "docker.io/acme/*"},
      {"acme/**", "docker.io/acme/**"},
      {"a*/b/c", "docker.io/a*/b/c"},
      {"docker.io/nginx", "docker.io/library/nginx"},
      {"docker.io/*", "docker.io/library/*"},
      {"docker.io/**", "docker.io/**"},
      {"docker.io/acme/*", "docker.io/acme/*"},
      {"index.docker.io/nginx", "docker.io/library/nginx"},
      {"index.docker.io/acme/**", "docker.io/acme/**"},
      {"ghcr.io/acme", "ghcr.io/acme"},
      {"ghcr.io/acme/**", "ghcr.io/acme/**"},
      {"GHCR.io/acme", "ghcr.io/acme"},
      {"ghcr.io:443/acme/*", "ghcr.io/acme/*"},
      {"*.example.com:443/**", "*.example.com/**"},
      {"[::1]:443/app", "[::1]/app"},
      {"localhost/app", "localhost/app"},
      {"localhost:5000/app", "localhost:5000/app"},
      {"h:5000/a/*/c", "h:5000/a/*/c"},
      {"[::1]:5000/app-*", "[::1]:5000/app-*"},
      {"*.example.com/**", "*.example.com/**"},
      {"*.Example.com/app", "*.example.com/app"},
      {"*:5000/app", "*:5000/app"},
      {"h:*/app", "h:*/app"},
      {"**", "**"},
      {"**/nginx", "**/nginx"},
      {"ghcr.io/**/app-*", "ghcr.io/**/app-*"},
      {"a_b.io/app", "a_b.io/app"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Normal(c.text, kImages), c.want);
    EXPECT_EQ(Normal(c.want, kImages), c.want);
  }
}

TEST(ImagePatternTest, TakesABareRegistryForAllOfItInRegistries) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"registry.example.com", "registry.example.com/**"},
      {"Registry.Example.com", "registry.example.com/**"},
      {"registry.example.com:5000", "registry.example.com:5000/**"},
      {"registry:5000", "registry:5000/**"},
      {"registry:443", "registry:443/**"},
      {"[::1]", "[::1]/**"},
      {"[::1]:5000", "[::1]:5000/**"},
      {"localhost", "localhost/**"},
      {"docker.io", "docker.io/**"},
      {"index.docker.io", "docker.io/**"},
      {"*.example.com", "*.example.com/**"},
      {"*.example.com:*", "*.example.com:*/**"},
      {"ghcr.io/acme/**", "ghcr.io/acme/**"},
      {"acme/**", "docker.io/acme/**"},
      {"docker.io/library/*", "docker.io/library/*"},
      {"**", "**"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Normal(c.text, kRegistries), c.want);
    EXPECT_EQ(Normal(c.want, kRegistries), c.want);
  }
}

TEST(ImagePatternTest, SaysWhatIsWrongWithAnImage) {
  const std::string digest = absl::StrCat("sha256:", std::string(64, 'a'));
  const struct {
    std::string text;
    const char* want;
  } kCases[] = {
      {"", "empty pattern"},
      {std::string(4097, 'a'), "pattern longer than 4096 bytes"},
      {"https://ghcr.io/a", "a pattern has no scheme: leave out \"https://\""},
      {"nginx:1.27", "a pattern names no tag: write docker.io/library/nginx"},
      {"nginx:5000", "a pattern names no tag: write docker.io/library/nginx"},
      {"acme/*:*", "a pattern names no tag: write docker.io/acme/*"},
      {"h:5000/a:1", "a pattern names no tag: write h:5000/a"},
      {"a:b:c:d", "a pattern names no tag: write docker.io/library/a"},
      {"!/a:1", "a pattern names no tag"},
      {"nginx@" + digest,
       "a pattern names no digest: write docker.io/library/nginx"},
      {"nginx:1.27@" + digest, "a pattern names no digest"},
      {"ghcr.io",
       "a registry, not an image: write ghcr.io/** for every image in it"},
      {"localhost:5000",
       "a registry, not an image: write localhost:5000/** for every image in "
       "it"},
      {"[::1]",
       "a registry, not an image: write [::1]/** for every image in it"},
      {"*",
       "\"*\" stays within one path segment: write ** for every image, or "
       "docker.io/library/* for Docker's official images"},
      {"*/app",
       "\"*\" in the first place could be a registry or an account on Docker "
       "Hub: write docker.io/*/app or **/app"},
      {"ghcr.io/", "empty path segment at byte 8: write ** for any path"},
      {"/a", "empty path segment at byte 0: write ** for any path"},
      {"a//b", "empty path segment at byte 2: write ** for any path"},
      {"ghcr.io/a**",
       "\"**\" next to other text at byte 9: it stands alone between slashes; "
       "write * for a part of a segment"},
      {"ghcr.io/***",
       "\"**\" next to other text at byte 8: it stands alone between slashes; "
       "write * for a part of a segment"},
      {"ghcr.io/acme/App",
       "upper-case letter in repository at byte 13: repositories are in lower "
       "case"},
      {"Acme/app",
       "upper-case letter in repository at byte 0: repositories are in lower "
       "case"},
      {"ghcr.io/a b*", "bad repository character at byte 9"},
      {"ng\x1binx", "bad repository character at byte 2"},
      {"ghcr.io/acme/-a", "bad repository character at byte 13"},
      {"ghcr.io/acme/a-", "path component ending in a separator at byte 15"},
      {"-.io/a", "bad registry: bad registry character at byte 0"},
      {"*.i o/a", "bad registry: bad character at byte 3"},
      {"*:50:00/a", "bad registry: bad port"},
      {"*:port/a", "bad registry: bad port"},
      {"*:/a", "bad registry: bad port"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(ImagePattern::Parse(c.text, kImages),
                StatusIs(absl::StatusCode::kInvalidArgument, c.want));
  }
}

TEST(ImagePatternTest, SaysWhatIsWrongWithARegistry) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"acme",
       "not a registry: a registry has a '.' or a port in its name or is "
       "localhost; write docker.io/acme/** for that account on Docker Hub, or "
       "docker.io/library/acme for that one image"},
      {"nginx:latest", "a pattern names no tag"},
      {"ghcr.io:x", "a pattern names no tag: write ghcr.io/**"},
      {"ghcr.io:", "a pattern names no tag: write ghcr.io/**"},
      {"ghcr.io/acme:1", "a pattern names no tag: write ghcr.io/acme"},
      {"*",
       "\"*\" stays within one path segment: write ** for every registry, or "
       "docker.io/library/* for Docker's official images"},
      {"a b.c", "bad registry: bad registry character at byte 1"},
      {"a\nb", "bad repository character at byte 1"},
      {"[::1", "bad registry: unclosed IPv6 address at byte 4"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(ImagePattern::Parse(c.text, kRegistries),
                StatusIs(absl::StatusCode::kInvalidArgument, c.want));
  }
}

TEST(ImagePatternTest, MatchesByWholeSegments) {
  const struct {
    const char* pattern;
    const char* name;
    bool want;
  } kCases[] = {
      {"nginx", "docker.io/library/nginx", true},
      {"nginx", "docker.io/library/nginx-evil", false},
      {"nginx", "docker.io/acme/nginx", false},
      {"nginx", "evil.io/library/nginx", false},
      {"ghcr.io/acme", "ghcr.io/acme", true},
      {"ghcr.io/acme", "ghcr.io/acme-evil", false},
      {"ghcr.io/acme", "ghcr.io/acme/app", false},
      {"ghcr.io/acme/*", "ghcr.io/acme/app", true},
      {"ghcr.io/acme/*", "ghcr.io/acme/app/sub", false},
      {"ghcr.io/acme/*", "ghcr.io/acme", false},
      {"ghcr.io/acme/*", "ghcr.io/acme-evil/app", false},
      {"ghcr.io/acme/**", "ghcr.io/acme/app", true},
      {"ghcr.io/acme/**", "ghcr.io/acme/a/b/c", true},
      {"ghcr.io/acme/**", "ghcr.io/acme", false},
      {"ghcr.io/acme/**", "ghcr.io/acme-evil/app", false},
      {"ghcr.io/acme/**", "evil.io/ghcr.io/acme/app", false},
      {"ghcr.io/acme/app-*", "ghcr.io/acme/app-1", true},
      {"ghcr.io/acme/app-*", "ghcr.io/acme/app", false},
      {"ghcr.io/acme/app-*", "ghcr.io/acme/app-1/x", false},
      {"ghcr.io/*/app", "ghcr.io/acme/app", true},
      {"ghcr.io/*/app", "ghcr.io/a/b/app", false},
      {"ghcr.io/**/app", "ghcr.io/a/b/app", true},
      {"ghcr.io/**/app", "ghcr.io/app", false},
      {"ghcr.io/**/app", "ghcr.io/app/app/app", true},
      {"ghcr.io/**/app", "ghcr.io/app/app/apps", false},
      {"**/a/**/b", "h.io/a/x/a/b/y/b", true},
      {"**/a/**/b", "h.io/a/b", false},
      {"**/**", "h.io/a", true},
      {"**/**/**", "h.io/a", false},
      {"*.example.com/**", "eu.example.com/a", true},
      {"*.example.com/**", "a.b.example.com/a", true},
      {"*.example.com/**", "example.com/a", false},
      {"*.example.com/**", "evil.io/x.example.com/a", false},
      {"**", "docker.io/library/nginx", true},
      {"**/nginx", "docker.io/library/nginx", true},
      {"**/nginx", "ghcr.io/nginx", true},
      {"**/nginx", "ghcr.io/nginx/x", false},
      {"docker.io/**", "docker.io/library/nginx", true},
      {"docker.io/**", "docker.io.evil.io/library/nginx", false},
      {"**", "", false},
      {"**/**", "", false},
      {"nginx", "", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.pattern, " on ", c.name));
    EXPECT_EQ(Parsed(c.pattern).Matches(c.name), c.want);
  }
}

TEST(ImagePatternTest, KnowsItsLiteralPrefix) {
  const struct {
    const char* text;
    const char* want;
    bool literal;
  } kCases[] = {
      {"nginx", "docker.io/library/nginx", true},
      {"redis-*", "docker.io/library", false},
      {"ghcr.io/acme/**", "ghcr.io/acme", false},
      {"ghcr.io/acme/a*/b", "ghcr.io/acme", false},
      {"ghcr.io/**/b", "ghcr.io", false},
      {"*.io/acme/b", "", false},
      {"**", "", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Parsed(c.text).literal_prefix(), c.want);
    EXPECT_EQ(Parsed(c.text).literal(), c.literal);
  }
}

TEST(ImagePatternTest, CoversWhatItMatches) {
  const struct {
    const char* wide;
    const char* narrow;
    bool want;
  } kCases[] = {
      {"**", "nginx", true},
      {"**", "**", true},
      {"**", "**/a/**", true},
      {"ghcr.io/acme/**", "ghcr.io/acme/app", true},
      {"ghcr.io/acme/**", "ghcr.io/acme/*/b", true},
      {"ghcr.io/acme/**", "ghcr.io/acme/**", true},
      {"ghcr.io/acme/*", "ghcr.io/acme/app-*", true},
      {"ghcr.io/**/app", "ghcr.io/a/**/app", true},
      {"*.io/**", "ghcr.io/**", true},
      {"ghcr.io/acme/*", "ghcr.io/acme/**", false},
      {"ghcr.io/*/*", "ghcr.io/**/a", false},
      {"ghcr.io/acme/**", "ghcr.io/**", false},
      {"ghcr.io/acme", "ghcr.io/acme/**", false},
      {"ghcr.io/acme/**", "ghcr.io/acme-evil/a", false},
      {"nginx", "nginx", true},
      {"nginx", "redis", false},
      {"**/**", "**", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.wide, " over ", c.narrow));
    EXPECT_EQ(Parsed(c.wide).Covers(Parsed(c.narrow)), c.want);
  }
}

// Up to four of `parts` after a registry.
std::string RandomPath(std::mt19937& random,
                       const std::vector<std::string>& registries,
                       const std::vector<std::string>& parts) {
  std::vector<std::string> segments = {
      registries[random() % registries.size()]};
  for (size_t n = 1 + random() % 4; n > 0; --n) {
    segments.push_back(parts[random() % parts.size()]);
  }
  return absl::StrJoin(segments, "/");
}

std::string RandomPattern(std::mt19937& random) {
  return RandomPath(random, {"h.io", "*.io", "**"},
                    {"a", "ab", "*", "**", "**", "a*", "*b"});
}

std::string RandomName(std::mt19937& random) {
  return RandomPath(random, {"h.io", "k.io"}, {"a", "b", "ab", "ba"});
}

// What the pattern means, written so that it cannot be wrong.
bool SlowlyMatches(absl::Span<const absl::string_view> pattern,
                   absl::Span<const absl::string_view> name) {
  if (pattern.empty() || name.empty()) return pattern.empty() && name.empty();
  if (pattern[0] == "**") {
    return SlowlyMatches(pattern.subspan(1), name.subspan(1)) ||
           SlowlyMatches(pattern, name.subspan(1));
  }
  const Glob segment(pattern[0]);
  return segment.Matches(name[0]) &&
         SlowlyMatches(pattern.subspan(1), name.subspan(1));
}

TEST(ImagePatternTest, AgreesWithTheDefinitionOnRandomNames) {
  std::mt19937 random(1);
  int matches = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = RandomPattern(random);
    const std::string name = RandomName(random);
    SCOPED_TRACE(absl::StrCat(text, " on ", name));
    const std::vector<absl::string_view> pattern = absl::StrSplit(text, '/');
    const std::vector<absl::string_view> segments = absl::StrSplit(name, '/');
    const bool want = SlowlyMatches(pattern, segments);
    ASSERT_EQ(Parsed(text).Matches(name), want);
    matches += want;
  }
  EXPECT_GT(matches, 2000);
}

TEST(ImagePatternTest, CoversOnlyWhereEveryNameAgrees) {
  std::mt19937 random(2);
  int covered_names = 0;
  for (int i = 0; i < 20000; ++i) {
    const ImagePattern wide = Parsed(RandomPattern(random));
    const ImagePattern narrow = Parsed(RandomPattern(random));
    if (!wide.Covers(narrow)) continue;
    for (int j = 0; j < 20; ++j) {
      const std::string name = RandomName(random);
      SCOPED_TRACE(
          absl::StrCat(wide.pattern(), " over ", narrow.pattern(), ": ", name));
      if (!narrow.Matches(name)) continue;
      ++covered_names;
      ASSERT_TRUE(wide.Matches(name));
    }
  }
  EXPECT_GT(covered_names, 1000);
}

// 2^40 steps for a matcher that tries every way.
TEST(ImagePatternTest, TakesHostilePatternsInItsStride) {
  std::string pattern = "h.io";
  std::string name = "h.io";
  for (int i = 0; i < 40; ++i) absl::StrAppend(&pattern, "/**/a");
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&name, "/a");
  EXPECT_TRUE(Parsed(pattern).Matches(name));
  EXPECT_FALSE(Parsed(pattern + "/b").Matches(name));
}

TEST(ImagePatternTest, EchoesNoRawBytes) {
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    std::string text = RandomPattern(random);
    for (int changes = 0; changes < 2; ++changes) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    const auto use = random() % 2 == 0 ? kImages : kRegistries;
    const auto pattern = ImagePattern::Parse(text, use);
    const std::string shown = pattern.ok()
                                  ? pattern->pattern()
                                  : std::string(pattern.status().message());
    SCOPED_TRACE(shown);
    ASSERT_TRUE(std::all_of(shown.begin(), shown.end(),
                            [](char c) { return c >= 0x20 && c < 0x7f; }));
  }
}

}  // namespace
}  // namespace pinwarden
