// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/policy_files.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

// Finds and reads what one policy includes.
class Includer {
 public:
  Includer(const std::string& path, const PolicyFileAccess& access,
           PolicySource* source)
      : prefix_(DirectoryPrefix(path)), access_(access), source_(source) {}

  void Find(const IncludePattern& pattern);
  void ReadAll();

 private:
  using Names = absl::StatusOr<std::vector<std::string>>;

  // A directory is listed once.
  const Names& NamesIn(const std::string& directory);
  // Why files cannot be included from there; kNotFound where it is not there.
  absl::Status CheckDirectory(absl::string_view directory);
  void Read(const std::string& name, const IncludePattern& pattern);
  void Refuse(const IncludePattern& pattern, absl::string_view name,
              absl::string_view why);

  const std::string prefix_;
  const PolicyFileAccess& access_;
  PolicySource* const source_;
  std::map<std::string, Names> listed_;
  // By name, and the first pattern that each matches.
  std::map<std::string, const IncludePattern*> found_;
};

const Includer::Names& Includer::NamesIn(const std::string& directory) {
  const auto known = listed_.find(directory);
  if (known != listed_.end()) return known->second;
  std::string path = absl::StrCat(prefix_, directory);
  if (path.empty()) path = ".";
  return listed_.emplace(directory, access_.list(path)).first->second;
}

// Those above it too, up to the policy's own: whoever can rename one of them
// can put another in its place.
absl::Status Includer::CheckDirectory(absl::string_view directory) {
  for (size_t i = 0; i < directory.size(); ++i) {
    if (directory[i] != '/') continue;
    const Names& names = NamesIn(std::string(directory.substr(0, i)));
    if (!names.ok()) return names.status();
  }
  return NamesIn(std::string(directory)).status();
}

void Includer::Refuse(const IncludePattern& pattern, absl::string_view name,
                      absl::string_view why) {
  Problem problem;
  problem.at = pattern.at();
  problem.message =
      absl::StrCat("cannot include ", Quote(name, 160), ": ", why);
  source_->problems.push_back(std::move(problem));
}

void Includer::Find(const IncludePattern& pattern) {
  const std::string directory(pattern.directory());
  const absl::Status usable = CheckDirectory(directory);
  if (absl::IsNotFound(usable)) return;
  if (!usable.ok()) return Refuse(pattern, pattern.text(), usable.message());
  for (const std::string& name : *NamesIn(directory)) {
    if (!pattern.MatchesName(name)) continue;
    if (!IsPrintable(name)) {
      return Refuse(pattern, pattern.text(),
                    absl::StrCat("it matches ", Quote(name, 160),
                                 ", which is not printable"));
    }
    if (directory.empty() && name == source_->files[0].name) {
      return Refuse(pattern, pattern.text(),
                    "it matches the policy itself; keep exemptions in a "
                    "directory of their own");
    }
    found_.emplace(absl::StrCat(directory, directory.empty() ? "" : "/", name),
                   &pattern);
    if (found_.size() > kMaxIncludedFiles) {
      return Refuse(
          pattern, pattern.text(),
          absl::StrCat("these are more than ", kMaxIncludedFiles, " files"));
    }
  }
}

void Includer::Read(const std::string& name, const IncludePattern& pattern) {
  size_t used = 0;
  for (const PolicyText& file : source_->files) used += file.text.size();
  absl::StatusOr<std::string> text =
      access_.read(absl::StrCat(prefix_, name),
                   kMaxYamlBytes - std::min(used, kMaxYamlBytes));
  if (text.ok()) {
    source_->files.push_back({name, *std::move(text)});
  } else if (absl::IsResourceExhausted(text.status())) {
    Refuse(pattern, name,
           absl::StrCat("with it the policy has more than ", kMaxYamlBytes,
                        " bytes"));
  } else if (pattern.literal() || !absl::IsNotFound(text.status())) {
    Refuse(pattern, name, text.status().message());
  }
}

void Includer::ReadAll() {
  if (found_.size() > kMaxIncludedFiles) return;
  for (const auto& [name, pattern] : found_) Read(name, *pattern);
}

}  // namespace

absl::StatusOr<PolicySource> ReadPolicy(const std::string& path,
                                        const PolicyFileAccess& access) {
  absl::StatusOr<std::string> text = access.read(path, kMaxYamlBytes);
  if (!text.ok()) return text.status();
  PolicySource source;
  source.files.push_back({std::string(BaseName(path)), *std::move(text)});
  const std::vector<IncludePattern> patterns =
      PolicyIncludes(source.files[0].text);
  Includer includer(path, access, &source);
  for (const IncludePattern& pattern : patterns) includer.Find(pattern);
  includer.ReadAll();
  return source;
}

std::vector<std::string> IncludedPaths(const std::string& path) {
  std::vector<std::string> paths;
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxYamlBytes);
  if (!text.ok()) return paths;
  for (const IncludePattern& pattern : PolicyIncludes(*text)) {
    paths.push_back(absl::StrCat(DirectoryPrefix(path), pattern.text()));
  }
  return paths;
}

absl::string_view BaseName(absl::string_view path) {
  return path.substr(DirectoryPrefix(path).size());
}

absl::string_view DirectoryPrefix(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? "" : path.substr(0, slash + 1);
}

}  // namespace pinwarden
