// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   file    := header *comment *( entry | blank-line )
//   header  := "pinwarden-lock 1"
//   comment := "#" anything | blank-line
//   entry   := name blanks digest
#include "pinwarden/lock_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kFormat = "pinwarden-lock ";
constexpr absl::string_view kVersion = "1";
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kMaxLineBytes = kMaxReferenceBytes + 256;
constexpr size_t kShown = 200;

class LockParser {
 public:
  LockFileLoad Parse(absl::string_view text);

 private:
  void ReadLine(absl::string_view line);
  void ReadHeader(absl::string_view line);
  void ReadEntry(absl::string_view line);
  void Error(int column, std::string message) {
    problems_.Error({line_, column}, std::move(message));
  }

  LockFile file_;
  std::map<std::string, int, std::less<>> lines_;  // of entries
  int line_ = 0;
  ProblemLog problems_;
};

void LockParser::ReadHeader(absl::string_view line) {
  if (line == absl::StrCat(kFormat, kVersion)) return;
  if (absl::ConsumePrefix(&line, kFormat)) {
    return Error(
        1, absl::StrCat("version ", Quote(line, kShown),
                        " of the format is not known here, but ", kVersion));
  }
  Error(1, absl::StrCat("the first line of a lock file is \"", kFormat,
                        kVersion, "\""));
}

void LockParser::ReadEntry(absl::string_view line) {
  const size_t blank = std::min(line.find_first_of(" \t"), line.size());
  const absl::string_view name = line.substr(0, blank);
  const absl::string_view digest =
      absl::StripLeadingAsciiWhitespace(line.substr(blank));
  const auto reference = ParseReference(name);
  if (!reference.ok()) {
    return Error(
        1, absl::StrCat(Quote(name, kShown), " is not the name of an image: ",
                        reference.status().message()));
  }
  if (reference->kind != ReferenceKind::kName || !reference->digest.empty()) {
    return Error(1, absl::StrCat(Quote(name, kShown),
                                 " has to be a name and a tag, and no digest"));
  }
  if (const std::string normal = reference->ToString(); normal != name) {
    return Error(1, absl::StrCat(Quote(name, kShown), " has to be written as ",
                                 Quote(normal, kShown)));
  }
  const int column = static_cast<int>(line.size() - digest.size()) + 1;
  if (!IsDigest(digest)) {
    return Error(column, absl::StrCat(Quote(digest, kShown),
                                      " is not a digest such as sha256:<64 "
                                      "lower-case hex digits>"));
  }
  const auto [at, added] = lines_.emplace(name, line_);
  if (!added) {
    return Error(1, absl::StrCat(Quote(name, kShown), " stands in line ",
                                 at->second, " already"));
  }
  file_.digests.emplace(name, digest);
}

void LockParser::ReadLine(absl::string_view line) {
  if (line_ == 1) return ReadHeader(line);
  const bool comment = absl::StartsWith(line, "#");
  if (!comment && !line.empty()) return ReadEntry(line);
  if (lines_.empty()) {
    absl::StrAppend(&file_.comments, line, "\n");
  } else if (comment) {
    Error(1, "comments have to stand before the first image");
  }
}

LockFileLoad LockParser::Parse(absl::string_view text) {
  if (text.size() > kMaxLockBytes) {
    line_ = 1;
    Error(1, absl::StrCat("larger than ", kMaxLockBytes, " bytes"));
    text = "";
  } else {
    absl::ConsumePrefix(&text, kByteOrderMark);
    do {
      ++line_;
      const size_t end = std::min(text.find('\n'), text.size());
      const absl::string_view line =
          absl::StripTrailingAsciiWhitespace(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      if (lines_.size() == kMaxLockEntries && !line.empty()) {
        Error(1, absl::StrCat("more than ", kMaxLockEntries, " images"));
        break;
      }
      if (line.size() > kMaxLineBytes) {
        Error(1, absl::StrCat("longer than ", kMaxLineBytes, " bytes"));
        continue;
      }
      ReadLine(line);
    } while (!text.empty());
  }
  LockFileLoad load;
  if (!problems_.has_errors()) load.file = std::move(file_);
  load.problems = std::move(problems_).Take();
  return load;
}

}  // namespace

bool IsDigest(absl::string_view digest) {
  const auto reference = ParseReference(absl::StrCat("a@", digest));
  return reference.ok() && reference->digest == digest;
}

std::optional<absl::string_view> LockFile::Find(
    const Reference& reference) const {
  const auto at = digests.find(reference.ToString());
  if (at == digests.end()) return std::nullopt;
  return at->second;
}

std::string LockFile::ToString() const {
  std::string text = absl::StrCat(kFormat, kVersion, "\n", comments);
  for (const auto& [name, digest] : digests) {
    absl::StrAppend(&text, name, " ", digest, "\n");
  }
  return text;
}

LockFileLoad ParseLockFile(absl::string_view text) {
  return LockParser().Parse(text);
}

}  // namespace pinwarden
