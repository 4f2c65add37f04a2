// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_COMPOSE_FILES_H_
#define PINWARDEN_COMPOSE_FILES_H_

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"
#include "pinwarden/source_tree.h"

namespace pinwarden::compose_internal {

// A place in one of the files.
struct FilePlace {
  size_t file = 0;
  TextRange at;
};

// The files of one search: the one that it is about is number 0, the others
// are read as they are asked for, each of them once and never more than
// kMaxComposeFiles of them.
class Files {
 public:
  Files(const SourceText& source, const SourceTree& tree,
        const SearchOptions& options);

  // Reads a Compose file; its number. What is wrong with its syntax becomes a
  // problem.
  absl::StatusOr<size_t> ReadCompose(const std::string& path);
  // Reads a file of variables.
  absl::StatusOr<size_t> ReadText(const std::string& path);

  const std::string& path(size_t file) const { return files_[file]->path; }
  absl::string_view text(size_t file) const { return files_[file]->text; }
  // Of file 0 and of what ReadCompose() gave.
  const SourceTree& tree(size_t file) const { return *files_[file]->tree; }

  // One problem is kept of a place, and no more than kMaxProblems of all.
  static constexpr size_t kMaxProblems = 100;
  void Problem(FilePlace place, std::string message);

  // `uses` and the problems, in the order of their places, with the files that
  // have any.
  ImageSearch Finish(std::vector<ImageUse> uses) &&;

 private:
  struct File {
    std::string path;
    std::string read;  // of the others
    absl::string_view text;
    SourceTree parsed;
    const SourceTree* tree = nullptr;
    size_t number = 0;  // in the result, once it is asked for
  };

  absl::StatusOr<size_t> Read(const std::string& path);
  absl::StatusOr<size_t> ReadNew(const std::string& path);
  size_t NumberOf(size_t file, ImageSearch* search);

  const SearchOptions& options_;
  std::vector<std::unique_ptr<File>> files_;
  std::map<std::string, absl::StatusOr<size_t>, std::less<>> by_path_;
  std::vector<ImageSearch::FileProblem> problems_;
  std::set<std::pair<size_t, size_t>> with_problem_;
};

}  // namespace pinwarden::compose_internal

#endif  // PINWARDEN_COMPOSE_FILES_H_
