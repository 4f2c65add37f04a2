// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   pattern  := segment ("/" segment)*
//   segment  := "**" | text in which each "*" stands for a run of bytes
//
// The first segment is a registry where a reference would have one: it is
// "localhost" or has a "." or a ":". "**" in that place stands for registries
// too. Everything else is a path on docker.io. In a reference an upper-case
// letter makes a registry as well; in a pattern that would be a typing error.
#include "pinwarden/image_pattern.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "pinwarden/quote.h"
#include "pinwarden/reference.h"
#include "pinwarden/status_macros.h"
#include "policy/wildcard.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kAnyPath = "**";
constexpr absl::string_view kDockerHub = "docker.io";

using Segments = std::vector<absl::string_view>;

// `parts` make one message.
template <typename... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

bool HasWildcard(absl::string_view text) {
  return absl::StrContains(text, '*');
}

bool IsAlnumOrOneOf(char c, absl::string_view others) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::StrContains(others, c);
}

bool IsRegistry(absl::string_view segment) {
  return segment == "localhost" || absl::StrContains(segment, '.') ||
         absl::StrContains(segment, ':');
}

// Whether what follows the last ':' of `text` can only be a port.
bool EndsInPort(absl::string_view text) {
  const absl::string_view port = text.substr(text.rfind(':') + 1);
  return !port.empty() &&
         std::all_of(port.begin(), port.end(), [](unsigned char c) {
           return absl::ascii_isdigit(c) || c == '*';
         });
}

// A tag or a digest is the usual mistake. `text` ends before it, so that the
// hint can be typed as it stands.
absl::Status NamesTooMuch(absl::string_view what, absl::string_view text,
                          ImagePattern::Use use) {
  const auto plain = ImagePattern::Parse(text, use);
  if (!plain.ok()) return Wrong("a pattern names no ", what);
  return Wrong("a pattern names no ", what, ": write ", plain->pattern());
}

// What is wrong with `text` before it is taken apart.
absl::Status CheckText(absl::string_view text, ImagePattern::Use use) {
  if (text.empty()) return Wrong("empty pattern");
  if (text.size() > kMaxReferenceBytes) {
    return Wrong("pattern longer than ", kMaxReferenceBytes, " bytes");
  }
  if (const size_t scheme = text.find("://"); scheme != text.npos) {
    return Wrong("a pattern has no scheme: leave out ",
                 Quote(text.substr(0, scheme + 3), 64));
  }
  if (const size_t at = text.find('@'); at != text.npos) {
    return NamesTooMuch("digest", text.substr(0, at), use);
  }
  const size_t slash = text.rfind('/');
  const bool single = slash == text.npos;
  const size_t colon = text.find(':', single ? 0 : slash);
  if (colon == text.npos || (single && text[0] == '[')) return absl::OkStatus();
  const absl::string_view before = text.substr(0, colon);
  const bool host_allowed =
      use == ImagePattern::Use::kRegistries || IsRegistry(before);
  if (single && host_allowed && EndsInPort(text)) return absl::OkStatus();
  return NamesTooMuch("tag", before, use);
}

// registry := a host and port as in a reference, in lower case and without the
// default port, or the same characters with wildcards
absl::StatusOr<std::string> NormaliseRegistry(absl::string_view registry) {
  if (!HasWildcard(registry)) {
    const auto name = ParseRepositoryName(absl::StrCat(registry, "/x"));
    if (!name.ok()) return Wrong("bad registry: ", name.status().message());
    return absl::AsciiStrToLower(WithoutDefaultPort(name->registry));
  }
  for (size_t i = 0; i < registry.size(); ++i) {
    if (!IsAlnumOrOneOf(registry[i], "*.:-_")) {
      return Wrong("bad registry: bad character at byte ", i);
    }
  }
  const size_t colon = registry.find(':');
  if (colon != registry.npos &&
      (colon != registry.rfind(':') || !EndsInPort(registry))) {
    return Wrong("bad registry: bad port");
  }
  return absl::AsciiStrToLower(WithoutDefaultPort(registry));
}

// Checks one segment of a repository. `offset` is where it starts.
absl::Status CheckPathSegment(absl::string_view segment, size_t offset) {
  if (segment == kAnyPath) return absl::OkStatus();
  for (size_t i = 0; i < segment.size(); ++i) {
    if (absl::ascii_isupper(static_cast<unsigned char>(segment[i]))) {
      return Wrong("upper-case letter in repository at byte ", offset + i,
                   ": repositories are in lower case");
    }
    if (!IsAlnumOrOneOf(segment[i], "*._-")) {
      return Wrong("bad repository character at byte ", offset + i);
    }
  }
  if (HasWildcard(segment)) return absl::OkStatus();
  const std::string probe = absl::StrCat(kDockerHub, "/", segment);
  const auto name = ParseRepositoryName(probe);
  if (name.ok()) return absl::OkStatus();
  const size_t at = ReferenceErrorOffset(name.status()).value_or(0);
  absl::string_view what = name.status().message();
  what = what.substr(0, what.rfind(" at byte "));
  return Wrong(what, " at byte ", offset + at - (kDockerHub.size() + 1));
}

// Checks what holds for every segment, wherever it stands.
absl::Status CheckSegments(const Segments& segments) {
  size_t offset = 0;
  for (absl::string_view segment : segments) {
    if (segment.empty()) {
      return Wrong("empty path segment at byte ", offset,
                   ": write ** for any path");
    }
    if (segment != kAnyPath && absl::StrContains(segment, kAnyPath)) {
      return Wrong("\"**\" next to other text at byte ",
                   offset + segment.find(kAnyPath),
                   ": it stands alone between slashes; write * for a part of "
                   "a segment");
    }
    offset += segment.size() + 1;
  }
  return absl::OkStatus();
}

// A segment alone, without a path: `text`.
absl::StatusOr<std::string> NormaliseSingle(absl::string_view text,
                                            ImagePattern::Use use) {
  if (text == kAnyPath) return std::string(text);
  if (text == "*") {
    return Wrong(
        "\"*\" stays within one path segment: write ** for ",
        use == ImagePattern::Use::kImages ? "every image" : "every registry",
        ", or docker.io/library/* for Docker's official images");
  }
  if (IsRegistry(text)) {
    PW_ASSIGN_OR_RETURN(const std::string registry, NormaliseRegistry(text));
    if (use == ImagePattern::Use::kRegistries) {
      return absl::StrCat(registry, "/", kAnyPath);
    }
    return Wrong("a registry, not an image: write ", registry,
                 "/** for every image in it");
  }
  PW_RETURN_IF_ERROR(CheckPathSegment(text, 0));
  if (use == ImagePattern::Use::kImages) {
    return absl::StrCat(kDockerHub, "/library/", text);
  }
  return Wrong(
      "not a registry: a registry has a '.' or a port in its name or "
      "is localhost; write docker.io/",
      text, "/** for that account on Docker Hub, or docker.io/library/", text,
      " for that one image");
}

absl::StatusOr<std::string> Normalise(absl::string_view text,
                                      ImagePattern::Use use) {
  PW_RETURN_IF_ERROR(CheckText(text, use));
  Segments segments = absl::StrSplit(text, '/');
  PW_RETURN_IF_ERROR(CheckSegments(segments));
  if (segments.size() == 1) return NormaliseSingle(text, use);
  std::string registry(kDockerHub);
  size_t path_offset = 0;
  if (IsRegistry(segments[0])) {
    PW_ASSIGN_OR_RETURN(registry, NormaliseRegistry(segments[0]));
    path_offset = segments[0].size() + 1;
    segments.erase(segments.begin());
  } else if (segments[0] == kAnyPath) {
    registry.clear();  // its own first segment
  }
  size_t offset = path_offset;
  for (absl::string_view segment : segments) {
    PW_RETURN_IF_ERROR(CheckPathSegment(segment, offset));
    offset += segment.size() + 1;
  }
  if (path_offset == 0 && segments[0] == "*") {
    return Wrong(
        "\"*\" in the first place could be a registry or an account "
        "on Docker Hub: write docker.io/",
        text, " or **", text.substr(1));
  }
  if (registry == kDockerHub && segments.size() == 1 &&
      segments[0] != kAnyPath) {
    segments.insert(segments.begin(), "library");
  }
  return absl::StrCat(registry, registry.empty() ? "" : "/",
                      absl::StrJoin(segments, "/"));
}

// Reads the segments of a text one after the other, without taking it apart.
class SegmentReader {
 public:
  explicit SegmentReader(absl::string_view text) : text_(text) { Find(0); }

  bool done() const { return begin_ > text_.size(); }
  absl::string_view segment() const {
    return text_.substr(begin_, end_ - begin_);
  }
  void Next() { Find(end_ + 1); }

 private:
  void Find(size_t begin) {
    begin_ = begin;
    if (done()) return;
    end_ = std::min(text_.find('/', begin_), text_.size());
  }

  absl::string_view text_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

// `name` may be a pattern, as for WildcardMatches(): only "**" matches its
// "**".
bool SegmentMatches(absl::string_view pattern, absl::string_view name) {
  return name != kAnyPath && WildcardMatches(pattern, name);
}

// WildcardMatches() once more, by segments: "**" first stands for one of them
// and the last one met grows when what follows it does not fit.
bool PathMatches(absl::string_view pattern, absl::string_view name) {
  SegmentReader p(pattern);
  SegmentReader n(name);
  bool grows = false;
  SegmentReader after_any = p;  // what follows the last "**"
  SegmentReader any_end = n;    // and where in `name`
  while (!n.done()) {
    if (!p.done() && p.segment() == kAnyPath) {
      p.Next();
      n.Next();
      grows = true;
      after_any = p;
      any_end = n;
    } else if (!p.done() && SegmentMatches(p.segment(), n.segment())) {
      p.Next();
      n.Next();
    } else if (grows) {
      any_end.Next();
      p = after_any;
      n = any_end;
    } else {
      return false;
    }
  }
  return p.done();
}

}  // namespace

absl::string_view WithoutDefaultPort(absl::string_view registry) {
  absl::string_view host = registry;
  return absl::ConsumeSuffix(&host, ":443") && IsRegistry(host) ? host
                                                                : registry;
}

absl::StatusOr<ImagePattern> ImagePattern::Parse(absl::string_view text,
                                                 Use use) {
  PW_ASSIGN_OR_RETURN(std::string pattern, Normalise(text, use));
  size_t literal = pattern.size();
  if (const size_t star = pattern.find('*'); star != pattern.npos) {
    const size_t slash = pattern.rfind('/', star);
    literal = slash == pattern.npos ? 0 : slash;
  }
  return ImagePattern(std::move(pattern), literal);
}

bool ImagePattern::Matches(absl::string_view name) const {
  if (name.empty()) return false;
  return literal() ? name == pattern_ : PathMatches(pattern_, name);
}

bool ImagePattern::Covers(const ImagePattern& other) const {
  return PathMatches(pattern_, other.pattern_);
}

}  // namespace pinwarden
