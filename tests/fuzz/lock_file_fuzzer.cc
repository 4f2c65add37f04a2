// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes either are a lock file, which is written as a text that is read as
// the same, with nothing but valid names and digests; or they are problems, each
// at a line of the text, whose messages show none of the bytes that a terminal
// would act upon.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "pinwarden/lock_file.h"

namespace pinwarden {
namespace {

void Check(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", property);
  std::abort();
}

void CheckFile(const LockFile& file) {
  const LockFileLoad again = ParseLockFile(file.ToString());
  Check(again.file == file, "what is written is read as the same");
  Check(file.digests.size() <= kMaxLockEntries, "a lock file is bounded");
  for (const auto& [name, digest] : file.digests) {
    const auto reference = ParseReference(name);
    Check(reference.ok() && reference->kind == ReferenceKind::kName &&
              reference->digest.empty() && reference->ToString() == name,
          "a name is a tag in normal form");
    Check(IsDigest(digest), "a digest is one");
    const auto pinned = ParseReference(name + "@" + digest);
    Check(pinned.ok() && pinned->digest == digest, "a name takes its digest");
  }
}

void CheckProblems(const LockFileLoad& load, absl::string_view text) {
  Check(!load.problems.empty(), "what is no lock file has a problem");
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  for (const Problem& problem : load.problems) {
    Check(problem.at.line >= 1 && problem.at.line <= lines &&
              problem.at.column >= 1,
          "a problem has a line");
    for (const char c : problem.message) {
      Check(c >= 0x20 && c < 0x7f, "a message is printable");
    }
  }
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const pinwarden::LockFileLoad load = pinwarden::ParseLockFile(text);
  if (load.file) {
    pinwarden::CheckFile(*load.file);
  } else {
    pinwarden::CheckProblems(load, text);
  }
  return 0;
}
