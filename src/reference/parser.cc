// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The grammar of distribution/reference, with the digests of go-digest:
//
//   text       := image-id | reference
//   image-id   := ["sha256:"] hex{64}
//   reference  := name [":" tag] ["@" digest]
//   name       := [registry "/"] repository
//   registry   := host [":" digit+]
//   host       := label ("." label)* | "[" [0-9A-Fa-f:]+ "]"
//   label      := [A-Za-z0-9] | [A-Za-z0-9] [A-Za-z0-9-]* [A-Za-z0-9]
//   repository := component ("/" component)*           at most 255 bytes
//   component  := [a-z0-9]+ (separator [a-z0-9]+)*
//   separator  := "." | "_" | "__" | "-"+
//   tag        := [A-Za-z0-9_] [A-Za-z0-9_.-]{0,127}
//   digest     := "sha256:" hex{64} | "sha384:" hex{96} | "sha512:" hex{128}
//   hex        := [0-9a-f]
//
// What stands before the first "/" is a registry when it is "localhost" or has
// a ".", a ":" or an upper-case letter; anything else is a path on docker.io.
// docker.io is also called index.docker.io, and a repository of one component
// on it lives in library/.
//
// One rule of that library is not in its grammar: where a registry could not be
// a host, but could be a path component ("my_host.io/a"), the whole is one
// valid name. Its runtimes then pull from the first part, so it is the registry
// here too, and counts towards the 255 bytes as it does there.
//
// An error stands at the first byte that the text cannot go on with, once what
// stands before the first "/" has settled how to read it.
#include "reference/parser.h"

#include <algorithm>

#include "absl/strings/strip.h"
#include "pinwarden/reference.h"
#include "reference/char_class.h"

namespace pinwarden::reference_internal {
namespace {

constexpr absl::string_view kLegacyRegistry = "index.docker.io";

}  // namespace

// name := [registry "/"] repository
bool Parser::ParseName(Parts* parts) {
  if (text_.empty()) return Fail("empty reference");
  const size_t registry_end = FindRegistryEnd();
  if (registry_end == 0) return ReadRepository(0, parts);
  size_t repository_begin = registry_end + 1;
  parts->registry = text_.substr(0, registry_end);
  if (parts->registry == kLegacyRegistry) parts->registry = kDefaultRegistry;
  if (!ReadRegistry(registry_end)) {
    if (!IsPathComponent(registry_end)) return false;
    repository_begin = 0;  // "my_host.io/a"; see the top of the file
  }
  pos_ = registry_end + 1;
  return ReadRepository(repository_begin, parts);
}

size_t Parser::FindRegistryEnd() const {
  bool looks_like_host = false;
  for (size_t i = 0; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '/') {
      return looks_like_host || text_.substr(0, i) == "localhost" ? i : 0;
    }
    looks_like_host |= c == '.' || c == ':' || Is(c, kUpper);
  }
  return 0;
}

// registry := host [":" digit+]
bool Parser::ReadRegistry(size_t end) {
  const bool host_read =
      text_[0] == '[' ? ReadBracketedHost(end) : ReadHost(end);
  return host_read && (pos_ == end || ReadPort(end));
}

// host := label ("." label)*
// label := [A-Za-z0-9] | [A-Za-z0-9] [A-Za-z0-9-]* [A-Za-z0-9]
bool Parser::ReadHost(size_t end) {
  while (true) {
    if (!NextIs(kHostChar)) {
      const bool empty = NextIs('.') || NextIs(':') || pos_ == end;
      return Fail(empty ? "empty registry label" : "bad registry character");
    }
    while (NextIs(kHostChar) || NextIs('-')) ++pos_;
    const bool ends_in_hyphen = text_[pos_ - 1] == '-';
    if (pos_ < end && !NextIs('.') && !NextIs(':')) {
      return Fail("bad registry character");
    }
    if (ends_in_hyphen) return Fail("registry label ending in a hyphen");
    if (!NextIs('.')) return true;
    ++pos_;
  }
}

// host := "[" [0-9A-Fa-f:]+ "]"
bool Parser::ReadBracketedHost(size_t end) {
  ++pos_;
  const size_t begin = pos_;
  Skip(kIpv6Char);
  if (pos_ == end) return Fail("unclosed IPv6 address");
  if (!NextIs(']')) return Fail("bad IPv6 address character");
  if (pos_ == begin) return Fail("empty IPv6 address");
  ++pos_;
  if (pos_ < end && !NextIs(':')) return Fail("bad registry character");
  return true;
}

// port := ":" digit+
bool Parser::ReadPort(size_t end) {
  ++pos_;
  const size_t begin = pos_;
  Skip(kDigit);
  if (pos_ < end) return Fail("bad port character");
  if (pos_ == begin) {
    const bool is_url = text_.substr(end, 2) == "//";
    return Fail(is_url ? "URL scheme in place of a registry" : "empty port");
  }
  return true;
}

// Whether all before `end` is one component.
bool Parser::IsPathComponent(size_t end) const {
  Parser parser(text_.substr(0, end));
  return parser.ReadComponent() && parser.AtEnd();
}

// repository := component ("/" component)*, at most 255 bytes from `begin` on
bool Parser::ReadRepository(size_t begin, Parts* parts) {
  const size_t first = pos_;
  bool read = ReadComponent();
  parts->library = parts->registry == kDefaultRegistry && !NextIs('/');
  while (read && NextIs('/')) {
    ++pos_;
    read = ReadComponent();
  }
  const size_t limit =
      kMaxRepositoryBytes - (parts->library ? kLibraryPrefix.size() : 0);
  if (pos_ - begin > limit) {
    return FailAt(begin + limit, "repository longer than 255 bytes");
  }
  parts->repository = text_.substr(first, pos_ - first);
  return read;
}

// component := [a-z0-9]+ (separator [a-z0-9]+)*
// separator := "." | "_" | "__" | "-"+
bool Parser::ReadComponent() {
  const size_t begin = pos_;
  while (true) {
    if (!NextIs(kPathChar)) {
      if (NextIs(kUpper)) return Fail("upper-case letter in repository");
      const bool ended = AtEnd() || NextIs('/') || NextIs(':') || NextIs('@');
      if (ended && pos_ == begin) return Fail("empty path component");
      if (ended) return Fail("path component ending in a separator");
      return Fail("bad repository character");
    }
    Skip(kPathChar);
    if (AtEnd()) return true;
    switch (text_[pos_]) {
      case '/':
      case ':':
      case '@':
        return true;
      case '.':
        ++pos_;
        break;
      case '_':
        ++pos_;
        if (NextIs('_')) ++pos_;
        break;
      case '-':
        while (NextIs('-')) ++pos_;
        break;
      default:
        break;  // refused at the top of the loop
    }
  }
}

// [":" tag] ["@" digest], which is what stands behind a name
bool Parser::ParseTagAndDigest(Parts* parts) {
  if (NextIs(':') && !ReadTag(parts)) return false;
  return AtEnd() || ReadDigest(parts);
}

// tag := [A-Za-z0-9_] [A-Za-z0-9_.-]{0,127}
bool Parser::ReadTag(Parts* parts) {
  ++pos_;
  const size_t begin = pos_;
  if (NextIs(kTagStart)) Skip(kTagChar);
  if (pos_ - begin > kMaxTagBytes) {
    return FailAt(begin + kMaxTagBytes, "tag longer than 128 bytes");
  }
  if (!AtEnd() && !NextIs('@')) return Fail("bad tag character");
  if (pos_ == begin) return Fail("empty tag");
  parts->tag = text_.substr(begin, pos_ - begin);
  return true;
}

// digest := "sha256:" hex{64} | "sha384:" hex{96} | "sha512:" hex{128}
bool Parser::ReadDigest(Parts* parts) {
  static constexpr struct {
    absl::string_view prefix;
    size_t digits;
  } kAlgorithms[] = {{"sha256:", 64}, {"sha384:", 96}, {"sha512:", 128}};
  ++pos_;
  if (AtEnd()) return Fail("empty digest");
  const absl::string_view digest = text_.substr(pos_);
  size_t longest_common = 0;
  for (const auto& [prefix, digits] : kAlgorithms) {
    size_t common = 0;
    while (common < prefix.size() && common < digest.size() &&
           digest[common] == prefix[common]) {
      ++common;
    }
    longest_common = std::max(longest_common, common);
    if (common < prefix.size()) continue;
    pos_ += common;
    const size_t begin = pos_;
    Skip(kHex);
    if (pos_ - begin > digits) return FailAt(begin + digits, "digest too long");
    if (!AtEnd()) return Fail("bad digest character");
    if (pos_ - begin < digits) return Fail("digest too short");
    parts->digest = digest;
    return true;
  }
  return FailAt(pos_ + longest_common, "unknown digest algorithm");
}

// image-id := ["sha256:"] hex{64}
bool IsImageId(absl::string_view text) {
  absl::ConsumePrefix(&text, "sha256:");
  return text.size() == 64 && std::all_of(text.begin(), text.end(),
                                          [](char c) { return Is(c, kHex); });
}

}  // namespace pinwarden::reference_internal
