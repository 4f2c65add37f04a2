// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "pinwarden/control_client.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

struct WatchArguments {
  std::string socket = kDefaultReadSocket;
  std::vector<std::string> outcomes;
  std::vector<std::string> reasons;
  std::vector<std::string> namespaces;
  int64_t count = 0;  // 0: no end
};

volatile std::sig_atomic_t g_interrupted = 0;

// Ctrl-C ends a watch with code 0; the earlier handlers come back after it.
class InterruptGuard {
 public:
  InterruptGuard() {
    g_interrupted = 0;
    struct sigaction action = {};
    action.sa_handler = [](int) { g_interrupted = 1; };
    sigaction(SIGINT, &action, &old_int_);
    sigaction(SIGTERM, &action, &old_term_);
  }
  ~InterruptGuard() {
    sigaction(SIGINT, &old_int_, nullptr);
    sigaction(SIGTERM, &old_term_, nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction old_int_ = {};
  struct sigaction old_term_ = {};
};

// The names of an enum's values but for the unspecified one, which is 0.
template <typename Enum>
std::vector<std::string> NamesUpTo(Enum last) {
  std::vector<std::string> names;
  for (int i = 1; i <= last; ++i) {
    names.emplace_back(NameOf(static_cast<Enum>(i)));
  }
  return names;
}

template <typename Enum>
Enum FromName(const std::string& name, Enum last) {
  for (int i = 1; i <= last; ++i) {
    if (NameOf(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  return static_cast<Enum>(0);
}

v1::WatchDecisionsRequest ToRequest(const WatchArguments& arguments) {
  v1::WatchDecisionsRequest request;
  for (const std::string& name : arguments.outcomes) {
    request.add_outcomes(FromName(name, v1::Outcome_MAX));
  }
  for (const std::string& name : arguments.reasons) {
    request.add_reasons(FromName(name, v1::Reason_MAX));
  }
  for (const std::string& glob : arguments.namespaces) {
    request.add_namespaces(glob);
  }
  return request;
}

void RunWatch(const WatchArguments& arguments, CliContext& context) {
  const bool json = context.output == OutputFormat::kJson;
  const CliStreams& streams = context.streams;
  int64_t seen = 0;
  const auto each = [&](const v1::WatchDecisionsResponse& event) {
    if (event.has_lost()) {
      streams.err << "pinwarden: this reader was too slow; " << event.lost()
                  << " decisions are missing here\n";
      return true;
    }
    streams.out << (json ? ToJson(event.decision())
                         : ToLogLine(event.decision()))
                << '\n'
                << std::flush;
    ++seen;
    return streams.out.good() &&
           (arguments.count == 0 || seen < arguments.count);
  };
  InterruptGuard guard;
  const ControlClient client(arguments.socket);
  const auto cancelled = [] { return g_interrupted != 0; };
  absl::Status status = client.Watch(ToRequest(arguments), each, cancelled);
  while (IsHandedOver(status)) {
    streams.err << "pinwarden: " << std::string(status.message())
                << "; watching that one, what was decided meanwhile is missing "
                   "here\n";
    status = client.Watch(ToRequest(arguments), each, cancelled);
  }
  if (!status.ok()) context.exit = ReportDaemonError(status, streams.err);
}

}  // namespace

void AddWatchCommand(CLI::App& app, CliContext& context) {
  CLI::App* command =
      app.add_subcommand("watch", "Print decisions as the daemon makes them");
  command->footer(
      "A reader that is too slow loses decisions, is told how many, and never\n"
      "delays a container. Goes on with the next daemon when one hands over "
      "to\n"
      "another. Ends with Ctrl-C.\n\n"
      "Outcomes: allowed, exempted, would_reject, rejected, slipped_allowed,\n"
      "slipped_violation.\n"
      "Reasons: pinned, not_required, exempted, no_tag, floating_tag,\n"
      "imprecise_version, no_digest, untrusted_registry, tag_convention,\n"
      "malformed_reference, unidentified_image,\n"
      "ambiguous_image.\n\n"
      "Exit code: 0; 3 if the daemon does not answer or goes away.\n\n"
      "Examples:\n"
      "  pinwarden watch --outcome rejected --outcome would_reject\n"
      "  pinwarden watch --namespace 'prod-*' --output json");
  auto arguments = std::make_shared<WatchArguments>();
  command
      ->add_option("--outcome", arguments->outcomes,
                   "Only this outcome; may be given several times")
      ->check(CLI::IsMember(NamesUpTo(v1::Outcome_MAX)).description(""))
      ->type_name("NAME")
      ->allow_extra_args(false);
  command
      ->add_option("--reason", arguments->reasons,
                   "Only this reason; may be given several times")
      ->check(CLI::IsMember(NamesUpTo(v1::Reason_MAX)).description(""))
      ->type_name("NAME")
      ->allow_extra_args(false);
  command
      ->add_option("-n,--namespace", arguments->namespaces,
                   "Only namespaces that match; may be given several times")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command
      ->add_option("--count", arguments->count,
                   "End after this many decisions; 0 never ends")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command->add_option("--socket", arguments->socket, "The daemon's read socket")
      ->type_name("PATH")
      ->capture_default_str();
  AddOutputOption(*command, context);
  command->callback([arguments, &context] { RunWatch(*arguments, context); });
}

}  // namespace pinwarden
