// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_REFERENCE_PARSER_H_
#define PINWARDEN_SRC_REFERENCE_PARSER_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "reference/char_class.h"

namespace pinwarden::reference_internal {

inline constexpr absl::string_view kDefaultRegistry = "docker.io";
inline constexpr absl::string_view kLibraryPrefix = "library/";

// Stands in an error's message before the byte.
inline constexpr absl::string_view kOffsetMark = " at byte ";

// The parts of a reference as views of its text.
struct Parts {
  absl::string_view registry = kDefaultRegistry;
  absl::string_view repository;  // without the "library/" that `library` adds
  bool library = false;
  absl::string_view tag;
  absl::string_view digest;
};

// Whether `text` is an image id.
bool IsImageId(absl::string_view text);

// Reads a text from left to right. Each step starts at pos_ and moves it past
// what it read; a step that returns false has noted what is wrong at pos_.
class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  bool ParseName(Parts* parts);
  bool ParseTagAndDigest(Parts* parts);

  bool AtEnd() const { return pos_ == text_.size(); }
  bool Fail(const char* what) { return FailAt(pos_, what); }
  absl::Status Error() const {
    return absl::InvalidArgumentError(absl::StrCat(what_, kOffsetMark, pos_));
  }

 private:
  // Where the registry before the first slash ends; 0 when there is none.
  size_t FindRegistryEnd() const;
  bool ReadRegistry(size_t end);
  bool ReadHost(size_t end);
  bool ReadBracketedHost(size_t end);
  bool ReadPort(size_t end);
  bool IsPathComponent(size_t end) const;
  bool ReadRepository(size_t begin, Parts* parts);
  bool ReadComponent();
  bool ReadTag(Parts* parts);
  bool ReadDigest(Parts* parts);

  bool FailAt(size_t pos, const char* what) {
    pos_ = pos;
    what_ = what;
    return false;
  }
  bool NextIs(char c) const { return pos_ < text_.size() && text_[pos_] == c; }
  bool NextIs(CharClass wanted) const {
    return pos_ < text_.size() && Is(text_[pos_], wanted);
  }
  void Skip(CharClass wanted) {
    while (NextIs(wanted)) ++pos_;
  }

  const absl::string_view text_;
  size_t pos_ = 0;
  const char* what_ = "";
};

}  // namespace pinwarden::reference_internal

#endif  // PINWARDEN_SRC_REFERENCE_PARSER_H_
