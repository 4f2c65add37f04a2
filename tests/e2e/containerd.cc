// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/containerd.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "e2e/wait.h"
#include "pinwarden/file.h"
#include "pinwarden/status_macros.h"

namespace pinwarden::e2e {
namespace {

constexpr size_t kMaxSmallFileBytes = 4096;

std::string Script(absl::string_view name) {
  return absl::StrCat(PINWARDEN_SOURCE_DIR "/scripts/lib/", name);
}

std::string RuntimesDirectory() {
  const char* given = std::getenv("PINWARDEN_RUNTIMES");
  return given != nullptr ? given : PINWARDEN_SOURCE_DIR "/build/runtimes";
}

std::string ReadSmallFile(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxSmallFileBytes);
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

}  // namespace

Containerd::Containerd(std::string line, std::string directory)
    : line_(std::move(line)), directory_(std::move(directory)) {}

absl::StatusOr<std::unique_ptr<Containerd>> Containerd::Launch(
    const std::string& line, const std::string& directory) {
  std::unique_ptr<Containerd> containerd(new Containerd(line, directory));
  ChildProcess::Options options;
  options.argv = {"bash", Script("containerd.sh"), line, directory};
  options.error_path = directory + "/supervisor.log";
  options.dies_with_test = false;
  PW_ASSIGN_OR_RETURN(containerd->supervisor_, ChildProcess::Start(options));
  PW_RETURN_IF_ERROR(containerd->Start());
  return containerd;
}

absl::Status Containerd::Command(absl::string_view command) {
  PW_RETURN_IF_ERROR(supervisor_->WriteLine(command));
  absl::StatusOr<std::string> answer = supervisor_->ReadLine(2 * kPatience);
  if (answer.ok() && *answer == "ok") return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("containerd ", command, ": ",
                   answer.ok() ? *answer : answer.status().ToString(), "; ",
                   ReadSmallFile(directory_ + "/supervisor.log")));
}

absl::StatusOr<std::string> Containerd::Run(std::vector<std::string> argv) {
  ChildProcess::Options options;
  options.argv = std::move(argv);
  options.error_path = directory_ + "/commands.log";
  PW_ASSIGN_OR_RETURN(const std::unique_ptr<ChildProcess> child,
                      ChildProcess::Start(options));
  PW_ASSIGN_OR_RETURN(std::string output, child->ReadAll(kPatience));
  if (child->Wait(kPatience) != 0) {
    return absl::InternalError(absl::StrCat(absl::StrJoin(options.argv, " "),
                                            ": ", output,
                                            ReadSmallFile(options.error_path)));
  }
  return output;
}

absl::StatusOr<std::string> Containerd::Ctr(
    const std::vector<std::string>& arguments) {
  std::vector<std::string> argv = {
      absl::StrCat(RuntimesDirectory(), "/", line_, "/usr/bin/ctr"),
      "--address", socket(), "--namespace", "k8s.io"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return Run(std::move(argv));
}

absl::StatusOr<std::map<std::string, std::string>> Containerd::AddImages(
    const std::vector<std::string>& images) {
  const std::string archive =
      absl::StrCat(directory_, "/images", archives_++, ".tar");
  std::vector<std::string> argv = {"bash", Script("images.sh"), archive};
  argv.insert(argv.end(), images.begin(), images.end());
  PW_ASSIGN_OR_RETURN(const std::string output, Run(std::move(argv)));
  std::map<std::string, std::string> digests;
  for (absl::string_view line :
       absl::StrSplit(output, '\n', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> entry = absl::StrSplit(line, ' ');
    digests.insert(entry);
  }
  // CRI unpacks an image when it is first used.
  PW_RETURN_IF_ERROR(
      Ctr({"images", "import", "--no-unpack", archive}).status());
  return digests;
}

std::string Containerd::cgroup_parent() const {
  return "/" + ReadSmallFile(directory_ + "/cgroup");
}

}  // namespace pinwarden::e2e
