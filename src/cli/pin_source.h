// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_PIN_SOURCE_H_
#define PINWARDEN_CLI_PIN_SOURCE_H_

#include <CLI/CLI.hpp>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/lint_run.h"
#include "pinwarden/cri.h"
#include "pinwarden/lock_file.h"
#include "pinwarden/reference.h"

namespace pinwarden {

struct CliContext;

// What `fix` and `lock` have in common: where digests come from.
struct PinArguments {
  std::string lock_file = "pinwarden.lock";
  std::string cri_socket;  // empty: as the daemon's settings have it
  std::string settings = "/etc/pinwarden/pinwardend.yaml";
};

void AddPinOptions(CLI::App& command, PinArguments* arguments);

struct LockOnDisk {
  LockFile file;
  std::optional<std::string> text;  // none: there is no such file
};

// The lock file; an empty one where there is none. Nothing, with all of its
// problems on stderr and context.exit set, where it cannot be used.
std::optional<LockOnDisk> ReadLockFile(const std::string& path,
                                       CliContext& context);

// The digests of the images on this host, as the runtime tells them over CRI.
class ImageStore {
 public:
  explicit ImageStore(const PinArguments& arguments);

  // kUnavailable, kDeadlineExceeded: the runtime does not answer, or is not to
  // be asked. kNotFound and others: it has no digest of this one; says why.
  // Every image is asked for once.
  absl::StatusOr<std::string> DigestOf(const Reference& reference);

 private:
  absl::StatusOr<std::string> Ask(const Reference& reference);

  std::string socket_;  // "": none
  CriClient client_;
  std::map<std::string, absl::StatusOr<std::string>, std::less<>> known_;
};

// Whether an error of ImageStore is about the runtime and not about an image.
bool IsAboutRuntime(const absl::Status& status);

// `text` as it can stand on a line of a terminal.
std::string ShownName(absl::string_view text);

// "deploy/web.yaml:12:16"
std::string PlaceOf(const Finding& finding);

// Says which files, or parts of files, could not be looked into; how many.
size_t SayUnreadable(const LintRun& run, CliContext& context);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_PIN_SOURCE_H_
