// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Every entry of tests/testdata/lint/<format>/ is a case: a file NAME, or a
// directory of files that belong together, and NAME.want, what all of its
// images come to. In a directory, `args` names the files to lint, one run a
// line, after the flags it is given; without it that is every file.
// PINWARDEN_UPDATE_GOLDEN=1 writes NAME.want.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pinwarden/lint.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLeastFixtures = 150;

std::string Slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Policy& FixturePolicy() {
  static const PolicyLoad load = [] {
    const fs::path path = fs::path(PINWARDEN_TESTDATA) / "lint/policy.yaml";
    return LoadPolicy(Slurp(path), "policy.yaml", absl::FromUnixSeconds(0));
  }();
  if (load.policy == nullptr) std::abort();
  return *load.policy;
}

// One line of `args`.
struct Run {
  LintOptions options;
  std::string file;
};

std::pair<std::string, std::string> SplitPair(const std::string& text) {
  return absl::StrSplit(text, absl::MaxSplits('=', 1));
}

Run ParseRun(absl::string_view line) {
  Run run;
  const std::vector<std::string> words =
      absl::StrSplit(line, ' ', absl::SkipEmpty());
  SearchOptions& search = run.options.search;
  std::vector<std::string> compose_files;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string value = i + 1 < words.size() ? words[i + 1] : "";
    if (words[i] == "--env-file") {
      search.env_files.push_back(value);
    } else if (words[i] == "--compose-file") {
      compose_files.push_back(value);
    } else if (words[i] == "--build-arg") {
      search.build_args.insert(SplitPair(value));
    } else if (words[i] == "--parameter") {
      search.parameters.insert(SplitPair(value));
    } else if (words[i] == "--env") {
      search.environment.insert(SplitPair(value));
    } else if (words[i] == "--namespace") {
      run.options.name_space = value;
    } else if (words[i] == "--format") {
      run.options.format = ParseFileFormat(value);
    } else {
      EXPECT_FALSE(absl::StartsWith(words[i], "-")) << words[i];
      run.file = words[i];
      continue;
    }
    ++i;
  }
  if (!compose_files.empty()) {
    run.file = compose_files.front();
    search.overrides.emplace(compose_files.begin() + 1, compose_files.end());
  }
  return run;
}

std::vector<Run> RunsOf(const fs::path& fixture) {
  std::vector<Run> runs;
  if (!fs::is_directory(fixture)) {
    runs.push_back(ParseRun(fixture.filename().string()));
  } else if (fs::exists(fixture / "args")) {
    for (const auto& line :
         absl::StrSplit(Slurp(fixture / "args"), '\n', absl::SkipEmpty())) {
      runs.push_back(ParseRun(line));
    }
  } else {
    for (const auto& entry : fs::recursive_directory_iterator(fixture)) {
      if (!entry.is_regular_file()) continue;
      runs.push_back(ParseRun(fs::relative(entry.path(), fixture).string()));
    }
    std::sort(runs.begin(), runs.end(),
              [](const Run& a, const Run& b) { return a.file < b.file; });
  }
  return runs;
}

std::string Place(const Finding& f) {
  return absl::StrCat(f.file, ":", f.line, ":", f.column, "-",
                      f.end_line == f.line ? "" : absl::StrCat(f.end_line, ":"),
                      f.end_column);
}

// One file's images, and what is wrong with it, as NAME.want has them.
std::string Describe(const FileLint& lint) {
  std::string out = absl::StrCat(
      "format: ", lint.format ? FileFormatName(*lint.format) : "none", "\n");
  for (const JudgedUse& judged : lint.uses) {
    const Finding& f = judged.finding;
    absl::StrAppend(&out, Place(f), " ", f.outcome, " ", f.reason, " ",
                    Quote(f.image), " (", f.where, ")",
                    judged.use.literal ? "" : " not literal", "\n");
    if (f.outcome == "allowed") continue;
    absl::StrAppend(&out, "  ", f.message, "\n");
    if (!f.suggestion.empty()) {
      absl::StrAppend(&out, "  write: ", f.suggestion, "\n");
    }
  }
  for (const Finding& f : lint.findings) {
    if (f.state == FindingState::kSuppressed) {
      absl::StrAppend(&out, Place(f), " suppressed: ", f.suppressed_because,
                      "\n");
    }
    if (f.kind == FindingKind::kUnreadable ||
        f.kind == FindingKind::kBadSuppression) {
      absl::StrAppend(&out, Place(f), " ", f.reason, ": ", f.message, "\n");
    }
  }
  return out;
}

std::string Judge(const fs::path& fixture) {
  const fs::path root =
      fs::is_directory(fixture) ? fixture : fixture.parent_path();
  std::string out;
  for (Run& run : RunsOf(fixture)) {
    run.options.now = absl::FromUnixSeconds(1'800'000'000);  // January 2027
    run.options.search.read =
        [root](const std::string& path) -> absl::StatusOr<std::string> {
      if (!fs::is_regular_file(root / path)) {
        return absl::NotFoundError("no such file");
      }
      return Slurp(root / path);
    };
    const std::string text = Slurp(root / run.file);
    absl::StrAppend(&out, Describe(LintFile(FixturePolicy(), {run.file, text},
                                            run.options)));
  }
  return out;
}

std::vector<fs::path> Fixtures() {
  std::vector<fs::path> fixtures;
  for (const auto& format :
       fs::directory_iterator(fs::path(PINWARDEN_TESTDATA) / "lint")) {
    if (!format.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator(format)) {
      if (entry.path().extension() != ".want") fixtures.push_back(entry);
    }
  }
  std::sort(fixtures.begin(), fixtures.end());
  return fixtures;
}

TEST(LintFixtureTest, EveryImageIsJudgedAsItsAuthorExpects) {
  const bool update = std::getenv("PINWARDEN_UPDATE_GOLDEN") != nullptr;
  const std::vector<fs::path> fixtures = Fixtures();
  EXPECT_THAT(fixtures, testing::SizeIs(testing::Ge(kLeastFixtures)));
  for (const fs::path& fixture : fixtures) {
    SCOPED_TRACE(fixture.string());
    const fs::path want = fixture.string() + ".want";
    const std::string got = Judge(fixture);
    if (update) std::ofstream(want, std::ios::binary) << got;
    EXPECT_EQ(got, Slurp(want));
  }
}

// A golden file that nobody asks for asserts nothing.
TEST(LintFixtureTest, EveryGoldenFileHasItsFixture) {
  for (const auto& entry : fs::recursive_directory_iterator(
           fs::path(PINWARDEN_TESTDATA) / "lint")) {
    if (entry.path().extension() != ".want") continue;
    SCOPED_TRACE(entry.path().string());
    EXPECT_TRUE(fs::exists(fs::path(entry.path()).replace_extension()));
  }
}

}  // namespace
}  // namespace pinwarden
