// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_CONTAINERD_H_
#define PINWARDEN_TESTS_E2E_CONTAINERD_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "e2e/child_process.h"

namespace pinwarden::e2e {

// A real containerd of this test's own, as scripts/lib/containerd.sh runs it.
// Its containers outlive Stop() and Kill(), and end with this object.
class Containerd {
 public:
  // `line` is "1.7" or "2.1"; all of its files are in `directory`.
  static absl::StatusOr<std::unique_ptr<Containerd>> Launch(
      const std::string& line, const std::string& directory);

  absl::Status Start() { return Command("start"); }
  absl::Status Stop() { return Command("stop"); }
  absl::Status Kill() { return Command("kill"); }

  // As if it hung: its connections stay open.
  absl::Status Pause() { return Command("pause"); }
  absl::Status Resume() { return Command("resume"); }

  // Makes images and imports them: each entry is one image of its own with its
  // names, separated by spaces; a name that ends in "@" gets the digest.
  // Returns name -> digest.
  absl::StatusOr<std::map<std::string, std::string>> AddImages(
      const std::vector<std::string>& images);

  // Runs containerd's own client and returns what it prints.
  absl::StatusOr<std::string> Ctr(const std::vector<std::string>& arguments);

  std::string socket() const { return directory_ + "/containerd.sock"; }
  std::string nri_socket() const { return directory_ + "/nri.sock"; }
  std::string log_path() const { return directory_ + "/containerd.log"; }

  // The control group that is removed with this containerd: where its pods go.
  std::string cgroup_parent() const;

 private:
  Containerd(std::string line, std::string directory);

  absl::Status Command(absl::string_view command);
  absl::StatusOr<std::string> Run(std::vector<std::string> argv);

  const std::string line_;
  const std::string directory_;
  std::unique_ptr<ChildProcess> supervisor_;
  int archives_ = 0;
};

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_CONTAINERD_H_
