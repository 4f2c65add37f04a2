// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   file  := text | head 1*entry *bytes
//   head  := "# pinwarden: a policy of " count " files; their bytes follow\n"
//   entry := "# " bytes-of-it " " name "\n"
#include "daemon/last_good.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pinwarden/file.h"
#include "pinwarden/quote.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kHead = "# pinwarden: a policy of ";
constexpr absl::string_view kHeadEnd = " files; their bytes follow\n";
constexpr size_t kMaxFiles = kMaxIncludedFiles + 1;
constexpr size_t kMaxEntryBytes = 640;  // of a pattern's and a file's name
constexpr size_t kMaxBytes = kMaxYamlBytes + (kMaxFiles + 1) * kMaxEntryBytes;

absl::Status DoesNotFit(absl::string_view why) {
  return absl::DataLossError(
      absl::StrCat("the list of its files does not fit: ", why));
}

// Takes a number of at most `most` and `after` from the front of `rest`.
bool ConsumeNumber(absl::string_view* rest, absl::string_view after,
                   size_t most, size_t* number) {
  const size_t end = rest->find(after);
  if (end == absl::string_view::npos || end > 20) return false;
  uint64_t value = 0;
  if (!absl::SimpleAtoi(rest->substr(0, end), &value) || value > most) {
    return false;
  }
  rest->remove_prefix(end + after.size());
  *number = value;
  return true;
}

bool ConsumeEntry(absl::string_view* rest, size_t* size, std::string* name) {
  if (!absl::ConsumePrefix(rest, "# ") ||
      !ConsumeNumber(rest, " ", kMaxYamlBytes, size)) {
    return false;
  }
  const size_t end = rest->find('\n');
  if (end == absl::string_view::npos || end == 0) return false;
  *name = std::string(rest->substr(0, end));
  rest->remove_prefix(end + 1);
  return true;
}

}  // namespace

std::string PackLastGood(const PolicySource& source) {
  const std::string& own = source.files[0].text;
  // Without a list in front, a text must not look like one.
  if (source.files.size() == 1 && !absl::StartsWith(own, kHead)) return own;
  std::string bytes = absl::StrCat(kHead, source.files.size(), kHeadEnd);
  for (const PolicyText& file : source.files) {
    absl::StrAppend(&bytes, "# ", file.text.size(), " ", file.name, "\n");
  }
  for (const PolicyText& file : source.files) bytes += file.text;
  return bytes;
}

absl::StatusOr<PolicySource> UnpackLastGood(absl::string_view bytes,
                                            absl::string_view name) {
  PolicySource source;
  size_t count = 0;
  absl::string_view rest = bytes;
  if (!absl::ConsumePrefix(&rest, kHead)) {
    source.files.push_back({std::string(name), std::string(bytes)});
    return source;
  }
  if (!ConsumeNumber(&rest, kHeadEnd, kMaxFiles, &count) || count == 0) {
    return DoesNotFit("how many there are");
  }
  std::vector<std::pair<size_t, std::string>> entries(count);
  for (auto& [size, entry_name] : entries) {
    if (!ConsumeEntry(&rest, &size, &entry_name)) return DoesNotFit("an entry");
  }
  entries[0].second = std::string(name);
  for (auto& [size, entry_name] : entries) {
    if (size > rest.size()) return DoesNotFit("bytes are missing");
    source.files.push_back(
        {std::move(entry_name), std::string(rest.substr(0, size))});
    rest.remove_prefix(size);
  }
  if (!rest.empty()) return DoesNotFit("bytes are left");
  return source;
}

absl::StatusOr<std::string> ReadLastGoodBytes(const std::string& path) {
  return ReadFile(path, kMaxBytes, FileTrust::kOwnedByUs);
}

absl::StatusOr<PolicySource> ReadLastGood(const std::string& path,
                                          absl::string_view name) {
  const absl::StatusOr<std::string> bytes = ReadLastGoodBytes(path);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<PolicySource> source = UnpackLastGood(*bytes, name);
  if (source.ok()) return source;
  return absl::DataLossError(
      absl::StrCat(Quote(path), ": ", source.status().message()));
}

}  // namespace pinwarden
