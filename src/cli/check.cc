// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/input.h"
#include "pinwarden/decide.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

struct CheckArguments {
  std::vector<std::string> images;
  std::string policy = "/etc/pinwarden/policy.yaml";
  std::string name_space = "default";
  std::vector<std::string> labels;  // K=V
  std::string at;
};

Json ToJsonObject(const Policy& policy, const Workload& workload,
                  const Verdict& verdict) {
  return Json{
      {"image", std::string(workload.image)},
      {"outcome", std::string(OutcomeName(verdict.outcome))},
      {"reason", std::string(ReasonName(verdict.reason))},
      {"rule", std::string(DecidedBy(policy, verdict))},
      {"file", std::string(DecidedIn(policy, verdict))},
      {"line", DecidedAt(policy, verdict).line},
      {"message", VerdictMessage(policy, workload, verdict)},
  };
}

Colour ColourOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAllowed:
    case Outcome::kExempted:
    case Outcome::kSlippedAllowed:
      return Colour::kGreen;
    case Outcome::kWouldReject:
      return Colour::kYellow;
    case Outcome::kRejected:
    case Outcome::kSlippedViolation:
      return Colour::kRed;
  }
  return Colour::kBold;
}

void PrintText(const Policy& policy, const Workload& workload,
               const Verdict& verdict, const CliStreams& streams) {
  std::string outcome(OutcomeName(verdict.outcome));
  outcome.resize(std::max<size_t>(outcome.size(), 12), ' ');  // a column
  streams.out << Paint(outcome, ColourOf(verdict.outcome), streams.colour)
              << "  " << VerdictMessage(policy, workload, verdict) << '\n';
}

// Splits K=V arguments; false, with a message, when one is not.
bool SplitLabels(const std::vector<std::string>& arguments,
                 std::vector<Label>* labels, CliContext& context) {
  for (const std::string& argument : arguments) {
    const size_t equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
      context.streams.err << "pinwarden: --label " << Quote(argument)
                          << " is not of the form KEY=VALUE\n";
      context.exit = kExitUsage;
      return false;
    }
    const absl::string_view text = argument;
    labels->push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return true;
}

void RunCheck(const CheckArguments& arguments, CliContext& context) {
  absl::Time now = absl::Now();
  std::string error;
  if (!arguments.at.empty() &&
      !absl::ParseTime(absl::RFC3339_full, arguments.at, &now, &error)) {
    context.streams.err << "pinwarden: --at " << Quote(arguments.at)
                        << " is not a time such as 2027-01-31T12:00:00Z\n";
    context.exit = kExitUsage;
    return;
  }
  std::vector<Label> labels;
  if (!SplitLabels(arguments.labels, &labels, context)) return;
  const auto policy = LoadPolicyFile(arguments.policy, now, context);
  if (policy == nullptr) return;
  const bool json =
      context.output == OutputFormat::kJson || ReadsStdin(arguments.images);
  ForEachItem(arguments.images, context.streams.in,
              [&](const std::string& image) {
                const Workload workload = {image, Confidence::kExact,
                                           arguments.name_space, labels};
                const Verdict verdict = Decide(*policy, workload, now);
                if (verdict.outcome == Outcome::kRejected ||
                    verdict.outcome == Outcome::kWouldReject) {
                  context.exit = kExitFindings;
                }
                if (json) {
                  PrintJsonLine(context.streams.out,
                                ToJsonObject(*policy, workload, verdict));
                } else {
                  PrintText(*policy, workload, verdict, context.streams);
                }
              });
}

}  // namespace

void AddCheckCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "check", "Judge images with a policy file, as the node would");
  command->footer(
      "Needs no daemon: it reads the policy file and judges with the daemon's\n"
      "own code, so the verdict and the message are the node's.\n\n"
      "Exit code: 0 if all may run, 1 if any is refused or, under a rule that\n"
      "observes, would be; 2 if the policy cannot be used.\n\n"
      "Examples:\n"
      "  pinwarden check --policy policy.yaml nginx nginx:1.27.3\n"
      "  pinwarden check --namespace prod --label tier=prod ghcr.io/acme/app\n"
      "  pinwarden check - < images.txt");
  auto arguments = std::make_shared<CheckArguments>();
  command
      ->add_option("IMAGE", arguments->images,
                   "An image as a pod spec names it; - reads one a line from "
                   "stdin and prints one JSON object a line")
      ->required();
  command->add_option("-p,--policy", arguments->policy, "The policy file")
      ->type_name("FILE")
      ->capture_default_str();
  command
      ->add_option("-n,--namespace", arguments->name_space,
                   "The namespace of the pod")
      ->type_name("NAME")
      ->capture_default_str();
  command
      ->add_option("-l,--label", arguments->labels,
                   "A label of the pod; may be given several times")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("--at", arguments->at,
                   "Judge as at this time, for exemptions that expire")
      ->type_name("RFC3339");
  AddOutputOption(*command, context);
  command->callback([arguments, &context] { RunCheck(*arguments, context); });
}

}  // namespace pinwarden
