// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "pinwarden/quote.h"
#include "pinwarden/source_files.h"
#include "pinwarden/status_macros.h"
#include "source_files/git.h"

namespace pinwarden {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxRevisionBytes = 1024;

// What has changed in one work tree.
struct Changes {
  std::string root;             // of the work tree, without links
  std::set<std::string> paths;  // below it; a directory stands for all in it
};

std::string Told(const GitRun& run) {
  const absl::string_view errors = absl::StripAsciiWhitespace(run.errors);
  return errors.empty() ? absl::StrCat("it ended with ", run.exit)
                        : Quote(errors);
}

absl::StatusOr<std::string> Root() {
  PW_ASSIGN_OR_RETURN(const GitRun run,
                      RunGit({"rev-parse", "--show-toplevel"}));
  if (run.exit != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("what has changed cannot be told here; run this inside "
                     "of a git work tree; git says: ",
                     Told(run)));
  }
  std::error_code error;
  const std::string path(absl::StripSuffix(run.output, "\n"));
  std::string root = fs::canonical(path, error).string();
  if (error) return absl::ErrnoToStatus(error.value(), Quote(path));
  return root;
}

// The name of the commit that `revision` means. It never comes to git as
// anything but a revision.
absl::StatusOr<std::string> Commit(absl::string_view revision) {
  const auto bad = [&](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(revision, 80), " ", why));
  };
  if (revision.empty() || revision.size() > kMaxRevisionBytes ||
      revision[0] == '-' ||
      std::any_of(revision.begin(), revision.end(), [](char c) {
        return absl::ascii_iscntrl(static_cast<unsigned char>(c));
      })) {
    return bad("is not a revision such as origin/main");
  }
  PW_ASSIGN_OR_RETURN(const GitRun run,
                      RunGit({"rev-parse", "--verify", "--quiet",
                              absl::StrCat(revision, "^{commit}")}));
  std::string commit(absl::StripAsciiWhitespace(run.output));
  const bool hex = std::all_of(commit.begin(), commit.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  if (run.exit != 0 || commit.empty() || !hex) {
    return bad(
        "is no revision that this repository has; fetch it first, in CI "
        "with all of the history");
  }
  return commit;
}

absl::StatusOr<std::string> MergeBase(absl::string_view revision) {
  PW_ASSIGN_OR_RETURN(const std::string commit, Commit(revision));
  PW_ASSIGN_OR_RETURN(const GitRun run, RunGit({"merge-base", commit, "HEAD"}));
  std::string base(absl::StripAsciiWhitespace(run.output));
  if (run.exit != 0 || base.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "HEAD has no commit in common with ", Quote(revision, 80),
        " here; fetch more of the history",
        run.errors.empty() ? "" : absl::StrCat("; git says: ", Told(run))));
  }
  return base;
}

// Adds the paths, each of which ends in a NUL, that git lists.
absl::Status AddListed(const std::vector<std::string>& arguments,
                       std::set<std::string>* paths) {
  PW_ASSIGN_OR_RETURN(const GitRun run, RunGit(arguments));
  if (run.exit != 0) {
    return absl::InternalError(
        absl::StrCat("git ", arguments[2], " failed: ", Told(run)));
  }
  for (const absl::string_view path : absl::StrSplit(run.output, '\0')) {
    if (!path.empty()) paths->emplace(absl::StripSuffix(path, "/"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Changes> ChangesSince(absl::string_view revision) {
  Changes changes;
  PW_ASSIGN_OR_RETURN(changes.root, Root());
  PW_ASSIGN_OR_RETURN(const std::string base, MergeBase(revision));
  // Without looking for renames a moved file is a new one, which it is.
  PW_RETURN_IF_ERROR(AddListed(
      {"-c", "diff.relative=false", "diff", "--name-only", "-z", "--no-renames",
       "--no-ext-diff", "--diff-filter=d", base, "--"},
      &changes.paths));
  PW_RETURN_IF_ERROR(
      AddListed({"-c", "core.quotePath=false", "ls-files", "-z", "--others",
                 "--exclude-standard", "--full-name", "--", ":/"},
                &changes.paths));
  return changes;
}

// Of `path` without links. What is outside of the work tree git cannot tell.
bool HasChanged(const Changes& changes, absl::string_view path) {
  if (path.empty()) return true;
  if (changes.root != "/" && !absl::ConsumePrefix(&path, changes.root)) {
    return true;
  }
  if (!absl::ConsumePrefix(&path, "/")) return true;
  std::string part(path);
  while (!part.empty()) {
    if (changes.paths.count(part) != 0) return true;
    const size_t slash = part.rfind('/');
    part.resize(slash == std::string::npos ? 0 : slash);
  }
  return false;
}

// The file itself, and, where it is a link, the link too.
bool HasChanged(const Changes& changes, const SourceFile& file) {
  std::error_code error;
  const std::string real = fs::canonical(file.path, error).string();
  if (error || HasChanged(changes, real)) return true;
  const fs::path path(file.path);
  const fs::path parent =
      path.has_parent_path() ? path.parent_path() : fs::path(".");
  const fs::path named = fs::canonical(parent, error) / path.filename();
  return error || HasChanged(changes, named.string());
}

}  // namespace

absl::Status KeepChangedSince(absl::string_view revision,
                              std::vector<SourceFile>* files) {
  PW_ASSIGN_OR_RETURN(const Changes changes, ChangesSince(revision));
  files->erase(std::remove_if(files->begin(), files->end(),
                              [&](const SourceFile& file) {
                                return !HasChanged(changes, file);
                              }),
               files->end());
  return absl::OkStatus();
}

}  // namespace pinwarden
