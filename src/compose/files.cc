// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "compose/files.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compose/paths.h"
#include "pinwarden/compose.h"
#include "pinwarden/status_macros.h"

namespace pinwarden::compose_internal {
namespace {

// With those that are not there.
constexpr size_t kMaxPaths = 4 * kMaxComposeFiles;

using Places = std::vector<std::pair<size_t, size_t>>;

// The numbers of `places`, the first place first.
std::vector<size_t> InOrder(const Places& places) {
  std::vector<size_t> order(places.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&places](size_t a, size_t b) {
    return places[a] != places[b] ? places[a] < places[b] : a < b;
  });
  return order;
}

}  // namespace

Files::Files(const SourceText& source, const SourceTree& tree,
             const SearchOptions& options)
    : options_(options) {
  auto file = std::make_unique<File>();
  file->path = source.path;
  file->text = source.text;
  file->tree = &tree;
  files_.push_back(std::move(file));
  by_path_.emplace(PathFrom("", source.path), 0);
}

absl::StatusOr<size_t> Files::Read(const std::string& path) {
  const auto known = by_path_.find(path);
  if (known != by_path_.end()) return known->second;
  if (by_path_.size() > kMaxPaths) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kMaxPaths, " files are named"));
  }
  return by_path_.emplace(path, ReadNew(path)).first->second;
}

absl::StatusOr<size_t> Files::ReadNew(const std::string& path) {
  if (options_.read == nullptr) {
    return absl::UnavailableError("no other file can be read here");
  }
  if (files_.size() > kMaxComposeFiles) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kMaxComposeFiles, " files"));
  }
  absl::StatusOr<std::string> text = options_.read(path);
  if (!text.ok()) return text.status();
  if (text->size() > kMaxSourceBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("longer than ", kMaxSourceBytes, " bytes"));
  }
  auto file = std::make_unique<File>();
  file->path = path;
  file->read = *std::move(text);
  file->text = file->read;
  files_.push_back(std::move(file));
  return files_.size() - 1;
}

absl::StatusOr<size_t> Files::ReadText(const std::string& path) {
  return Read(path);
}

absl::StatusOr<size_t> Files::ReadCompose(const std::string& path) {
  PW_ASSIGN_OR_RETURN(const size_t number, Read(path));
  File& file = *files_[number];
  if (file.tree != nullptr) return number;
  file.parsed = absl::EndsWith(path, ".json") ? ParseJsonSource(file.text)
                                              : ParseYamlSource(file.text);
  file.tree = &file.parsed;
  for (const SourceProblem& problem : file.parsed.problems) {
    Problem({number, problem.at}, problem.message);
  }
  return number;
}

void Files::Problem(FilePlace place, std::string message) {
  if (problems_.size() == kMaxProblems) return;
  // What the caller named stands nowhere, so it has no place to share.
  const bool nowhere = place.file == 0 && place.at == TextRange();
  if (!with_problem_.emplace(place.file, place.at.begin).second && !nowhere) {
    return;
  }
  if (problems_.size() + 1 == kMaxProblems) {
    absl::StrAppend(&message, "; there may be more that is wrong");
  }
  problems_.push_back({place.file, {place.at, std::move(message)}});
}

size_t Files::NumberOf(size_t file, ImageSearch* search) {
  if (file == 0) return 0;
  File& other = *files_[file];
  if (other.number == 0) {
    // Its tree, which points into the text, is not looked at any more.
    search->others.push_back({other.path, std::move(other.read)});
    other.number = search->others.size();
  }
  return other.number;
}

ImageSearch Files::Finish(std::vector<ImageUse> uses) && {
  ImageSearch search;
  Places places;
  for (const ImageUse& use : uses) places.push_back({use.file, use.at.begin});
  for (const size_t i : InOrder(places)) {
    uses[i].file = NumberOf(uses[i].file, &search);
    search.uses.push_back(std::move(uses[i]));
  }
  places.clear();
  for (const auto& problem : problems_) {
    places.push_back({problem.file, problem.problem.at.begin});
  }
  for (const size_t i : InOrder(places)) {
    problems_[i].file = NumberOf(problems_[i].file, &search);
    search.problems.push_back(std::move(problems_[i]));
  }
  return search;
}

}  // namespace pinwarden::compose_internal
