// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// `pinwarden fix` on every fixture of lint, with a lock file that knows all of
// their images: nothing but digests comes in.
#include <cstdlib>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/pin_fixture.h"
#include "pinwarden/cli.h"

namespace pinwarden::testing {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

// That no fixture has.
const std::string kDigest =
    "sha256:f1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf1cf";

constexpr size_t kLeastPinned = 150;

Files ReadAll(const fs::path& directory) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    files[fs::relative(entry.path(), directory).string()] =
        ReadWhole(entry.path().string());
  }
  return files;
}

// A copy of one fixture, which is the current directory.
class Fixture {
 public:
  explicit Fixture(const fs::path& from) : before_(fs::current_path()) {
    if (fs::is_directory(from)) {
      fs::copy(from, directory_ / "f", fs::copy_options::recursive);
    } else {
      fs::create_directory(directory_ / "f");
      fs::copy(from, directory_ / "f");
      runs_.push_back({from.filename().string()});
    }
    fs::current_path(directory_ / "f");
    if (fs::exists("args")) {
      for (const auto line :
           absl::StrSplit(ReadWhole("args"), '\n', absl::SkipEmpty())) {
        runs_.push_back(absl::StrSplit(line, ' ', absl::SkipEmpty()));
      }
    }
    if (runs_.empty()) runs_.push_back({"."});
  }
  ~Fixture() {
    fs::current_path(before_);
    for (const std::string& name : set_) unsetenv(name.c_str());
  }

  Files files() const { return ReadAll(directory_ / "f"); }

  // All runs one after the other; their JSON.
  std::vector<nlohmann::json> Fix(bool dry_run) {
    std::vector<nlohmann::json> results;
    for (const std::vector<std::string>& run : runs_) {
      std::vector<std::string> args = {
          "fix",   "--policy",     PINWARDEN_TESTDATA "/lint/policy.yaml",
          "--all", "--no-runtime", "--output",
          "json",  "--lock-file",  directory_ / "lock",
      };
      if (dry_run) args.push_back("--dry-run");
      AddArguments(run, &args);
      const CliRun done = RunCliWith(args);
      EXPECT_LE(done.exit, kExitFindings) << done.err;
      EXPECT_FALSE(absl::StrContains(done.err, "because after that"))
          << done.err;
      for (nlohmann::json& object : done.JsonLines()) {
        results.push_back(std::move(object));
      }
    }
    return results;
  }

  // Locks all that a run leaves because no digest of it is known.
  void LockAll() {
    std::set<std::string> names;
    for (const nlohmann::json& object : Fix(true)) {
      for (const nlohmann::json& left : object["left"]) {
        const std::string why = left["why"];
        constexpr absl::string_view kStart = "no digest is known of \"";
        if (!absl::StartsWith(why, kStart)) continue;
        names.insert(why.substr(kStart.size(),
                                why.find('"', kStart.size()) - kStart.size()));
      }
    }
    std::string lock = "pinwarden-lock 1\n";
    for (const std::string& name : names) {
      absl::StrAppend(&lock, name, " ", kDigest, "\n");
    }
    directory_.Write("lock", lock);
  }

 private:
  // Flags as the command has them, but for variables of the environment.
  void AddArguments(const std::vector<std::string>& run,
                    std::vector<std::string>* args) {
    for (size_t i = 0; i < run.size(); ++i) {
      if (run[i] != "--env" || i + 1 == run.size()) {
        args->push_back(run[i]);
        continue;
      }
      const std::vector<std::string> pair =
          absl::StrSplit(run[++i], absl::MaxSplits('=', 1));
      setenv(pair[0].c_str(), pair[1].c_str(), 1);
      set_.insert(pair[0]);
    }
  }

  TempDir directory_;
  const fs::path before_;
  std::vector<std::vector<std::string>> runs_;
  std::set<std::string> set_;
};

std::vector<fs::path> AllFixtures() {
  std::vector<fs::path> fixtures;
  for (const auto& format :
       fs::directory_iterator(PINWARDEN_TESTDATA "/lint")) {
    if (!format.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator(format)) {
      if (entry.path().extension() != ".want") {
        fixtures.push_back(entry.path());
      }
    }
  }
  std::sort(fixtures.begin(), fixtures.end());
  return fixtures;
}

TEST(CliFixFixturesTest, ChangesOnlyReferencesAndNothingTheSecondTime) {
  size_t pinned = 0;
  for (const fs::path& path : AllFixtures()) {
    SCOPED_TRACE(path.string());
    Fixture fixture(path);
    fixture.LockAll();
    const Files before = fixture.files();
    for (const nlohmann::json& object : fixture.Fix(false)) {
      pinned += object["pinned"].size();
      for (const nlohmann::json& left : object["left"]) {
        EXPECT_FALSE(absl::StartsWith(std::string(left["why"]), "no digest"))
            << left;
      }
    }
    const Files after = fixture.files();
    Files without = after;
    for (auto& [name, text] : without) {
      text = absl::StrReplaceAll(text, {{"@" + kDigest, ""}});
    }
    EXPECT_EQ(without, before);
    for (const nlohmann::json& object : fixture.Fix(false)) {
      EXPECT_EQ(object["pinned"].size(), 0u);
    }
    EXPECT_EQ(fixture.files(), after);
  }
  EXPECT_GE(pinned, kLeastPinned);
}

}  // namespace
}  // namespace pinwarden::testing
