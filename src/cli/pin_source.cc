// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/pin_source.h"

#include <climits>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "pinwarden/file.h"
#include "pinwarden/problem.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

constexpr absl::Duration kDeadline = absl::Seconds(5);
constexpr size_t kMaxSettingsBytes = 64 << 10;

// Without settings that can be read the default is as good as any.
std::string SocketOf(const PinArguments& arguments) {
  if (!arguments.cri_socket.empty()) return arguments.cri_socket;
  const auto text = ReadFile(arguments.settings, kMaxSettingsBytes);
  if (!text.ok()) return CriOptions().socket;
  const YamlDocument document = ParseYaml(*text);
  const YamlNode* const socket = document.root.Find("cri_socket");
  return socket != nullptr && socket->kind() == YamlNode::Kind::kScalar
             ? std::string(socket->scalar())
             : CriOptions().socket;
}

CriOptions OptionsFor(const std::string& socket) {
  CriOptions options;
  options.socket = socket;
  options.deadline = kDeadline;
  return options;
}

bool SameRepository(const Reference& a, const Reference& b) {
  return a.kind == b.kind && a.registry == b.registry &&
         a.repository == b.repository;
}

// The one digest that the image has under the name asked for.
absl::StatusOr<std::string> Choose(const CriImage& image,
                                   const Reference& reference) {
  bool tagged = false;
  for (const std::string& text : image.tags) {
    const auto tag = ParseReference(text);
    tagged = tagged || (tag.ok() && SameRepository(*tag, reference) &&
                        tag->tag == reference.tag);
  }
  std::set<std::string> digests;
  for (const std::string& text : image.digests) {
    const auto digest = ParseReference(text);
    if (digest.ok() && SameRepository(*digest, reference) &&
        !digest->digest.empty()) {
      digests.insert(digest->digest);
    }
  }
  if (!tagged || digests.empty()) {
    return absl::NotFoundError(
        "on this host, but without a digest of that name: it was not pulled, "
        "but built or loaded here");
  }
  if (digests.size() > 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("on this host under several digests, of which you have to "
                     "choose one: ",
                     absl::StrJoin(digests, ", ")));
  }
  return *digests.begin();
}

}  // namespace

void AddPinOptions(CLI::App& command, PinArguments* arguments) {
  const auto add = [&command](const char* flag, std::string& into,
                              const char* what, const char* type) {
    return command.add_option(flag, into, what)->type_name(type);
  };
  add("--lock-file", arguments->lock_file, "Which digest each tag stands for",
      "FILE")
      ->capture_default_str();
  add("--cri-socket", arguments->cri_socket,
      "The runtime's CRI socket, if not the one in the daemon's settings",
      "PATH");
  add("--settings", arguments->settings, "The daemon's settings", "PATH")
      ->capture_default_str();
}

std::optional<LockOnDisk> ReadLockFile(const std::string& path,
                                       CliContext& context) {
  std::ostream& err = context.streams.err;
  auto text = ReadFile(path, kMaxLockBytes);
  if (!text.ok()) {
    if (absl::IsNotFound(text.status())) return LockOnDisk();
    err << "pinwarden: " << text.status().message() << '\n';
    context.exit = kExitUsage;
    return std::nullopt;
  }
  LockFileLoad load = ParseLockFile(*text);
  if (!load.file) {
    err << RenderProblems(load.problems, ShownName(path), *text)
        << "pinwarden: the lock file has errors, so nothing was changed\n";
    context.exit = kExitUsage;
    return std::nullopt;
  }
  return LockOnDisk{*std::move(load.file), *std::move(text)};
}

ImageStore::ImageStore(const PinArguments& arguments)
    : socket_(SocketOf(arguments)), client_(OptionsFor(socket_)) {}

absl::StatusOr<std::string> ImageStore::Ask(const Reference& reference) {
  if (socket_.empty()) {
    return absl::UnavailableError(
        "the daemon's settings say not to ask the runtime: cri_socket is "
        "empty; --cri-socket says which");
  }
  PW_ASSIGN_OR_RETURN(const std::optional<CriImage> image,
                      client_.Image(reference.ToString()));
  if (!image) return absl::NotFoundError("not on this host");
  return Choose(*image, reference);
}

absl::StatusOr<std::string> ImageStore::DigestOf(const Reference& reference) {
  const std::string name = reference.ToString();
  const auto known = known_.find(name);
  if (known != known_.end()) return known->second;
  return known_.emplace(name, Ask(reference)).first->second;
}

bool IsAboutRuntime(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

std::string ShownName(absl::string_view text) {
  const std::string quoted = Quote(text, PATH_MAX);
  return quoted.substr(1, quoted.size() - 2);
}

std::string PlaceOf(const Finding& finding) {
  if (finding.line == 0) return ShownName(finding.file);
  return absl::StrCat(ShownName(finding.file), ":", finding.line, ":",
                      finding.column);
}

size_t SayUnreadable(const LintRun& run, CliContext& context) {
  size_t count = 0;
  const auto say = [&](const Finding& finding) {
    if (finding.kind != FindingKind::kUnreadable) return;
    ++count;
    context.streams.err << PlaceOf(finding) << ": " << finding.message << '\n';
  };
  for (const Finding& finding : run.unreadable) say(finding);
  for (const LintRun::File& file : run.files) {
    for (const Finding& finding : file.lint.findings) say(finding);
  }
  return count;
}

}  // namespace pinwarden
