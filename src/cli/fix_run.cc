// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/fix_run.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/pin_source.h"

namespace pinwarden {
namespace {

// One name for each file, however it is reached.
std::string KeyOf(const std::string& path) {
  std::error_code error;
  const std::string key = std::filesystem::canonical(path, error).string();
  return error ? path : key;
}

// The files of one FileLint, by ImageUse::file.
struct FileOfUse {
  std::string key;
  const std::string* path;
  absl::string_view text;
};

std::vector<FileOfUse> FilesOf(const LintRun::File& file) {
  std::vector<FileOfUse> files = {
      {KeyOf(file.source.path), &file.source.path, file.source.text}};
  for (const ImageSearch::OtherFile& other : file.lint.others) {
    files.push_back({KeyOf(other.path), &other.path, other.text});
  }
  return files;
}

class Planner {
 public:
  Planner(LintRun* lint, FixRun* run) : lint_(lint), run_(run) {}

  void Collect(const std::function<bool(const JudgedUse&)>& wants);
  void Plan(const DigestSource& digests);
  void Check();

 private:
  const PinEdit* EditOf(const std::string& key, TextRange at) const;
  absl::Status CheckFile(const LintRun::File& file);
  void Leave(const std::set<std::string>& keys);

  LintRun* const lint_;
  FixRun* const run_;
};

void Planner::Collect(const std::function<bool(const JudgedUse&)>& wants) {
  for (const LintRun::File& file : lint_->files) {
    if (file.lint.uses.empty()) continue;
    const std::vector<FileOfUse> files = FilesOf(file);
    for (const JudgedUse& judged : file.lint.uses) {
      if (judged.use.file >= files.size() || !wants(judged)) continue;
      const FileOfUse& of = files[judged.use.file];
      const auto [at, added] = run_->files.try_emplace(of.key);
      if (added) {
        at->second.path = *of.path;
        at->second.text = of.text;
      }
      at->second.wanted.push_back(&judged);
    }
  }
}

void Planner::Plan(const DigestSource& digests) {
  for (auto& [key, file] : run_->files) {
    std::vector<const ImageUse*> uses;
    std::map<const ImageUse*, const JudgedUse*> judged;
    for (const JudgedUse* wanted : file.wanted) {
      uses.push_back(&wanted->use);
      judged.emplace(&wanted->use, wanted);
    }
    FixPlan plan = PlanFix(file.text, uses, digests);
    // A place that several files bring is told of once.
    std::set<std::pair<size_t, size_t>> told;
    for (Unpinned& left : plan.left) {
      const TextRange at = left.use->at;
      if (!told.emplace(at.begin, at.end).second) continue;
      run_->left.push_back({judged.at(left.use), std::move(left.why)});
    }
    file.edits = std::move(plan.edits);
    file.after = ApplyEdits(file.text, file.edits);
  }
}

const PinEdit* Planner::EditOf(const std::string& key, TextRange at) const {
  const auto file = run_->files.find(key);
  if (file == run_->files.end()) return nullptr;
  const std::vector<PinEdit>& edits = file->second.edits;
  const auto edit = std::lower_bound(
      edits.begin(), edits.end(), at.begin,
      [](const PinEdit& e, size_t begin) { return e.at.begin < begin; });
  return edit != edits.end() && edit->at == at ? &*edit : nullptr;
}

// Lints it once more, with all files as they would be.
absl::Status Planner::CheckFile(const LintRun::File& file) {
  const std::vector<FileOfUse> files = FilesOf(file);
  const auto fixed = run_->files.find(files[0].key);
  const FileLint after = LintAgain(
      *lint_, file,
      fixed == run_->files.end() ? file.source.text : fixed->second.after);
  return CheckFixed(file.lint.uses, after.uses, [&](const ImageUse& use) {
    return use.file < files.size() ? EditOf(files[use.file].key, use.at)
                                   : nullptr;
  });
}

void Planner::Leave(const std::set<std::string>& keys) {
  for (const std::string& key : keys) {
    FixedFile& file = run_->files.at(key);
    file.edits.clear();
    file.after = std::string(file.text);
  }
}

void Planner::Check() {
  const auto read = lint_->options.search.read;
  lint_->options.search.read =
      [this, &read](const std::string& path) -> absl::StatusOr<std::string> {
    const auto fixed = run_->files.find(KeyOf(path));
    if (fixed != run_->files.end()) return fixed->second.after;
    return read(path);
  };
  std::set<std::string> bad;
  for (const LintRun::File& file : lint_->files) {
    std::set<std::string> edited;
    for (const FileOfUse& of : FilesOf(file)) {
      const auto fixed = run_->files.find(of.key);
      if (fixed != run_->files.end() && !fixed->second.edits.empty()) {
        edited.insert(of.key);
      }
    }
    if (edited.empty()) continue;
    const absl::Status status = CheckFile(file);
    if (status.ok()) continue;
    run_->broken.push_back(absl::StrCat(
        ShownName(file.source.path), ": is left as it is, because after that ",
        status.message()));
    bad.insert(edited.begin(), edited.end());
  }
  Leave(bad);
  lint_->options.search.read = read;
}

}  // namespace

FixRun PlanFixRun(LintRun* lint,
                  const std::function<bool(const JudgedUse&)>& wants,
                  const DigestSource& digests) {
  FixRun run;
  Planner planner(lint, &run);
  planner.Collect(wants);
  planner.Plan(digests);
  planner.Check();
  return run;
}

}  // namespace pinwarden
