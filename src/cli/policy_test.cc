// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/policy_cases.h"
#include "pinwarden/decide.h"
#include "pinwarden/file.h"
#include "pinwarden/quote.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

struct TestArguments {
  std::string cases;
  std::string policy;  // empty: what the file of cases names
};

// What came of one case.
struct Result {
  std::string outcome;
  std::string reason;
  std::string rule;
  bool as_expected;
};

Result RunCase(const Policy& policy, const PolicyCase& c, absl::Time now) {
  std::vector<Label> labels;
  for (const auto& [key, value] : c.labels) labels.push_back({key, value});
  const Workload workload = {c.image, Confidence::kExact, c.name_space, labels};
  const Verdict verdict = Decide(policy, workload, c.time.value_or(now));
  Result result = {std::string(OutcomeName(verdict.outcome)),
                   std::string(ReasonName(verdict.reason)),
                   std::string(DecidedBy(policy, verdict)), false};
  result.as_expected = c.outcome == result.outcome &&
                       (c.reason.empty() || c.reason == result.reason) &&
                       (c.rule.empty() || c.rule == result.rule);
  return result;
}

// "rejected, no_tag, by rule "default"", leaving out what is empty.
std::string Describe(const std::string& outcome, const std::string& reason,
                     const std::string& rule) {
  std::string text = outcome;
  if (!reason.empty()) absl::StrAppend(&text, ", ", reason);
  if (!rule.empty()) absl::StrAppend(&text, ", by ", Quote(rule));
  return text;
}

void PrintDifference(const std::string& path, const PolicyCase& c,
                     const Result& result, std::ostream& out) {
  out << path << ':' << c.at.line << ": " << Quote(c.image, 160)
      << " in namespace " << Quote(c.name_space, 80) << '\n'
      << "  expected  " << Describe(c.outcome, c.reason, c.rule) << '\n'
      << "  got       " << Describe(result.outcome, result.reason, result.rule)
      << '\n';
}

Json ToJsonObject(const PolicyCase& c, const Result& result) {
  return Json{
      {"line", c.at.line},
      {"image", c.image},
      {"namespace", c.name_space},
      {"ok", result.as_expected},
      {"expected",
       {{"outcome", c.outcome}, {"reason", c.reason}, {"rule", c.rule}}},
      {"got",
       {{"outcome", result.outcome},
        {"reason", result.reason},
        {"rule", result.rule}}},
  };
}

// The policy's path: as given, or as the file of cases says, beside that file.
std::string PolicyPath(const TestArguments& arguments,
                       const PolicyCases& cases) {
  if (!arguments.policy.empty()) return arguments.policy;
  if (!cases.policy.empty() && cases.policy.front() == '/') {
    return cases.policy;
  }
  const size_t slash = arguments.cases.find_last_of('/');
  return arguments.cases.substr(0, slash + 1) + cases.policy;
}

void RunPolicyTest(const TestArguments& arguments, CliContext& context) {
  const CliStreams& streams = context.streams;
  const absl::StatusOr<std::string> text =
      ReadFile(arguments.cases, kMaxYamlBytes);
  if (!text.ok()) {
    streams.err << "pinwarden: " << std::string(text.status().message())
                << '\n';
    context.exit = kExitUsage;
    return;
  }
  const PolicyCases cases = LoadPolicyCases(*text);
  if (HasErrors(cases.problems)) {
    streams.err << RenderProblems(cases.problems, arguments.cases, *text);
    context.exit = kExitUsage;
    return;
  }
  const absl::Time now = absl::Now();
  const auto policy =
      LoadPolicyFile(PolicyPath(arguments, cases), now, context);
  if (policy == nullptr) return;

  size_t different = 0;
  for (const PolicyCase& c : cases.cases) {
    const Result result = RunCase(*policy, c, now);
    if (!result.as_expected) ++different;
    if (context.output == OutputFormat::kJson) {
      PrintJsonLine(streams.out, ToJsonObject(c, result));
    } else if (!result.as_expected) {
      PrintDifference(arguments.cases, c, result, streams.out);
    }
  }
  streams.err << cases.cases.size() << " cases, " << different << " differ\n";
  if (different > 0) context.exit = kExitFindings;
}

}  // namespace

void AddPolicyTestCommand(CLI::App& policy, CliContext& context) {
  CLI::App* command = policy.add_subcommand(
      "test", "Judge a file of cases, and show where a policy differs");
  command->footer(
      "The file holds cases:\n\n"
      "  version: 1\n"
      "  policy: policy.yaml         # beside this file; this is the default\n"
      "  cases:\n"
      "    - image: nginx\n"
      "      namespace: prod-eu      # default: \"default\"\n"
      "      labels: {tier: prod}\n"
      "      time: 2027-01-31T12:00:00Z   # default: now\n"
      "      outcome: rejected\n"
      "      reason: no_tag          # may be left out\n"
      "      rule: production        # may be left out\n\n"
      "Exit code: 0 if all come out as expected, 1 if any differs, 2 if a\n"
      "file cannot be used.");
  auto arguments = std::make_shared<TestArguments>();
  command->add_option("FILE", arguments->cases, "The file of cases")
      ->required();
  command
      ->add_option("-p,--policy", arguments->policy,
                   "Judge with this policy instead of the one the file names")
      ->type_name("FILE");
  AddOutputOption(*command, context);
  command->callback(
      [arguments, &context] { RunPolicyTest(*arguments, context); });
}

}  // namespace pinwarden
