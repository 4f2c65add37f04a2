// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/exempt.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/exempt_file.h"
#include "cli/input.h"
#include "cli/ledger_source.h"
#include "cli/replace_file.h"
#include "pinwarden/control_client.h"
#include "pinwarden/policy_files.h"
#include "pinwarden/problem.h"
#include "pinwarden/quote.h"
#include "pinwarden/text_diff.h"

namespace pinwarden {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(5);
constexpr size_t kMaxListed = 50;
constexpr char kDefaultStem[] = "exempted";

struct ExemptArguments {
  LedgerSourceArguments source;
  std::string policy = "/etc/pinwarden/policy.yaml";
  std::string image;
  std::string reason;
  std::string owner;
  std::string expires;
  std::string duration = "30d";
  std::string file;
  std::string control_socket = kDefaultControlSocket;
  bool all = false;
  bool unseen = false;
  bool dry_run = false;
};

// What one run works out, step by step.
struct ExemptRun {
  absl::Time now;
  ExemptionTerms terms;
  std::optional<ImagePattern> image;
  std::optional<ReportData> data;
  PolicyOnDisk policy;
  ExemptionPlan plan;
  std::string file;  // as the policy calls it
  std::string before;
  std::string after;
  std::vector<NotExemptable> refused;
  bool written = false;
  std::string daemon;  // what became of it there
};

bool Refuse(absl::string_view why, CliContext& context) {
  context.streams.err << "pinwarden: " << std::string(why) << '\n';
  context.exit = kExitUsage;
  return false;
}

absl::CivilDay Today(absl::Time now) {
  return absl::ToCivilDay(now, absl::UTCTimeZone());
}

// The day that `--for 30d` (or 4w) ends with; nothing if it is too long.
std::optional<std::string> DayAfter(absl::string_view duration,
                                    absl::Time now) {
  const bool weeks = absl::EndsWith(duration, "w");
  uint32_t number = 0;
  if (duration.empty() || (!weeks && !absl::EndsWith(duration, "d")) ||
      !absl::SimpleAtoi(duration.substr(0, duration.size() - 1), &number) ||
      number == 0 || number > kMaxExemptDays) {
    return std::nullopt;
  }
  const int days = static_cast<int>(number) * (weeks ? 7 : 1);
  if (days > kMaxExemptDays) return std::nullopt;
  return absl::FormatCivilTime(Today(now) + days);
}

bool ReadTerms(const ExemptArguments& arguments, ExemptRun* run,
               CliContext& context) {
  if (!arguments.all && arguments.image.empty() &&
      arguments.source.namespaces.empty()) {
    return Refuse("say what to exempt: --namespace, --image, or --all",
                  context);
  }
  for (const std::string* text : {&arguments.reason, &arguments.owner}) {
    if (!IsPrintable(*text) || absl::StripAsciiWhitespace(*text).empty()) {
      return Refuse("--reason and --owner have to be one printable line each",
                    context);
    }
  }
  run->terms = {arguments.reason, arguments.owner, arguments.expires};
  if (run->terms.expires.empty()) {
    const auto day = DayAfter(arguments.duration, run->now);
    if (!day.has_value()) {
      return Refuse(absl::StrCat("--for ", Quote(arguments.duration),
                                 " is not a number "
                                 "of days or weeks, such as 30d, of at most ",
                                 kMaxExemptDays, " days"),
                    context);
    }
    run->terms.expires = *day;
  }
  if (!arguments.image.empty()) {
    auto pattern =
        ImagePattern::Parse(arguments.image, ImagePattern::Use::kImages);
    if (!pattern.ok()) return Refuse(pattern.status().message(), context);
    run->image = *std::move(pattern);
  }
  return true;
}

// The values as given, as if they had been seen.
bool MakeUnseen(const ExemptArguments& arguments, ExemptRun* run,
                CliContext& context) {
  if (!run->image.has_value() || !run->image->literal() ||
      arguments.source.namespaces.empty()) {
    return Refuse(
        "--unseen needs --image and --namespace, both without wildcards",
        context);
  }
  run->data.emplace();
  for (const std::string& name : arguments.source.namespaces) {
    if (absl::StrContains(name, '*')) {
      return Refuse("--unseen needs --namespace without wildcards", context);
    }
    v1::LedgerRow row;
    row.set_namespace_(name);
    row.set_image(run->image->pattern());
    row.set_outcome(v1::OUTCOME_WOULD_REJECT);
    row.set_confidence(v1::CONFIDENCE_EXACT);
    row.set_count(1);
    run->data->Add(row);
  }
  return true;
}

bool ReadPolicyToChange(const ExemptArguments& arguments, ExemptRun* run,
                        CliContext& context) {
  absl::StatusOr<PolicyOnDisk> policy =
      ReadPolicyOnDisk(arguments.policy, run->now);
  if (!policy.ok()) return Refuse(policy.status().message(), context);
  run->policy = *std::move(policy);
  if (run->policy.load.policy != nullptr) return true;
  context.streams.err << RenderAll(run->policy, arguments.policy);
  return Refuse("the policy has errors, so nothing was changed", context);
}

// A literal namespace names the file; many go to one.
std::string Stem(const ExemptArguments& arguments) {
  if (arguments.source.namespaces.size() != 1) return kDefaultStem;
  const std::string& name = arguments.source.namespaces[0];
  const bool plain =
      !name.empty() && name[0] != '.' &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
               absl::StrContains("-._", c);
      });
  return plain ? name : kDefaultStem;
}

// Works out the new text, and loads all of the policy with it.
bool MakeText(const ExemptArguments& arguments, ExemptRun* run,
              CliContext& context) {
  const PolicySource& source = run->policy.source;
  absl::StatusOr<std::string> file = ExemptionFileName(
      arguments.policy, source, arguments.file, Stem(arguments));
  if (!file.ok()) return Refuse(file.status().message(), context);
  run->file = *std::move(file);
  for (const PolicyText& text : source.files) {
    if (text.name == run->file) run->before = text.text;
  }
  absl::StatusOr<std::string> after =
      AppendExemptions(run->before, run->plan.exemptions);
  if (!after.ok()) {
    return Refuse(absl::StrCat(run->file, ": ", after.status().message()),
                  context);
  }
  run->after = *std::move(after);
  PolicyOnDisk changed;
  changed.source = WithFile(source, run->file, run->after);
  changed.load = LoadPolicy(changed.source, run->now);
  if (changed.load.policy == nullptr) {
    context.streams.err << RenderAll(changed, arguments.policy);
    return Refuse("the policy would have errors, so nothing was changed",
                  context);
  }
  const Policy& policy = *changed.load.policy;
  const absl::Time limit = absl::FromCivil(Today(run->now) + kMaxExemptDays + 1,
                                           absl::UTCTimeZone());
  for (const Exemption& exemption : policy.exemptions()) {
    const bool ours = exemption.expires_text == run->terms.expires &&
                      policy.FileOf(exemption) == run->file;
    if (ours && (exemption.expires > limit || exemption.expires <= run->now)) {
      return Refuse(absl::StrCat("--expires has to be within ", kMaxExemptDays,
                                 " days from now"),
                    context);
    }
  }
  run->refused = StillRefused(policy, *run->data, run->image, run->now);
  return true;
}

bool SameFile(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error) && !error;
}

// Has a daemon that uses this policy read it again.
std::string TellDaemon(const ExemptArguments& arguments, CliContext& context) {
  const auto status =
      ControlClient(arguments.source.socket).GetStatus(kTimeout);
  if (!status.ok()) return "no daemon answers here; the next one will use it";
  if (!SameFile(status->policy().path(), arguments.policy)) {
    return absl::StrCat("the daemon here has another policy, ",
                        Quote(status->policy().path()));
  }
  const auto reload = ControlClient(arguments.control_socket).Reload(kTimeout);
  if (!reload.ok()) {
    return "the daemon will see it by itself; look at pinwarden status";
  }
  if (reload->failed()) {
    context.exit = kExitFindings;
    return absl::StrCat("the daemon refuses it, and generation ",
                        reload->generation(), " stays in force:\n",
                        absl::StrJoin(reload->problems(), ""));
  }
  return absl::StrCat("in force as generation ", reload->generation());
}

std::string Describe(const ReportRow& row, absl::string_view why) {
  return absl::StrCat(
      row.image.empty() ? "an unknown image" : Quote(row.image, 160), " of ",
      Quote(absl::StrCat(row.name_space, "/", row.workload_kind, "/",
                         row.workload, "/", row.container),
            200),
      ": ", why);
}

void PrintText(const ExemptRun& run, bool dry_run, CliContext& context) {
  std::ostream& err = context.streams.err;
  if (dry_run) {
    context.streams.out << UnifiedDiff(run.before, run.after, run.file);
  }
  for (const NewExemption& added : run.plan.exemptions) {
    (dry_run ? err : context.streams.out)
        << added.name << ": " << added.image << " in " << added.name_space
        << " until " << added.expires << '\n';
  }
  err << run.file
      << (dry_run ? ": exemptions to be added: " : ": exemptions added: ")
      << run.plan.exemptions.size()
      << "; already exempted: " << run.plan.already
      << ", no longer refused: " << run.plan.fine << '\n';
  if (!run.refused.empty()) err << "not exempted, and would be refused:\n";
  for (size_t i = 0; i < run.refused.size(); ++i) {
    if (i == kMaxListed) {
      err << "  and " << run.refused.size() - i << " more\n";
      break;
    }
    err << "  "
        << Describe(run.data->row(run.refused[i].row), run.refused[i].why)
        << '\n';
  }
  if (!run.daemon.empty()) err << run.daemon << '\n';
}

void PrintJson(const ExemptRun& run, CliContext& context) {
  Json added = Json::array();
  for (const NewExemption& e : run.plan.exemptions) {
    added.push_back({{"name", e.name},
                     {"namespace", e.name_space},
                     {"image", e.image},
                     {"expires", e.expires}});
  }
  Json refused = Json::array();
  for (const NotExemptable& r : run.refused) {
    const ReportRow row = run.data->row(r.row);
    refused.push_back({{"namespace", std::string(row.name_space)},
                       {"workload_kind", std::string(row.workload_kind)},
                       {"workload", std::string(row.workload)},
                       {"container", std::string(row.container)},
                       {"image", std::string(row.image)},
                       {"why", r.why}});
  }
  PrintJsonLine(context.streams.out,
                Json{{"file", run.file},
                     {"written", run.written},
                     {"added", added},
                     {"already_exempted", run.plan.already},
                     {"no_longer_refused", run.plan.fine},
                     {"not_exempted", refused},
                     {"daemon", run.daemon}});
}

void RunExempt(const ExemptArguments& arguments, CliContext& context) {
  ExemptRun run;
  run.now = absl::Now();
  if (!ReadTerms(arguments, &run, context)) return;
  if (!ReadPolicyToChange(arguments, &run, context)) return;
  if (arguments.unseen) {
    if (!MakeUnseen(arguments, &run, context)) return;
  } else {
    run.data = ReadLedgerSource(arguments.source, run.now, context);
    // Of reports that cannot all be read nothing is written.
    if (!run.data.has_value() || context.exit != kExitOk) return;
  }
  run.plan = PlanExemptions(*run.policy.load.policy, *run.data, run.image,
                            run.terms, run.now);
  if (!MakeText(arguments, &run, context)) return;
  if (run.after != run.before && !arguments.dry_run) {
    const absl::Status status = ReplaceKeepingOwner(
        std::string(DirectoryPrefix(arguments.policy)) + run.file, run.after);
    if (!status.ok()) {
      Refuse(status.message(), context);
      return;
    }
    run.written = true;
    run.daemon = TellDaemon(arguments, context);
  }
  if (context.output == OutputFormat::kJson) {
    PrintJson(run, context);
  } else {
    PrintText(run, arguments.dry_run, context);
  }
  SetFindings(!run.refused.empty(), context);
}

void AddTermOptions(CLI::App& command, ExemptArguments* arguments) {
  command
      .add_option("--reason", arguments->reason,
                  "Why, for whoever reads it in a year")
      ->type_name("TEXT")
      ->required();
  command.add_option("--owner", arguments->owner, "Who to ask")
      ->type_name("TEXT")
      ->required();
  CLI::Option* const expires =
      command
          .add_option("--expires", arguments->expires,
                      "The last day, or the time, that it holds")
          ->type_name("DATE");
  command
      .add_option("--for", arguments->duration,
                  "How long it holds: days or weeks, at most 90d")
      ->type_name("30d")
      ->capture_default_str()
      ->excludes(expires);
}

}  // namespace

void AddExemptCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "exempt", "Turn what would be refused into exemptions that expire");
  command->footer(
      "Of what the ledger says would be refused now, each namespace and image\n"
      "gets an exemption, at the end of a file that the policy includes. What\n"
      "is there already stays as it is, and nothing is written that does not\n"
      "load. Doing it again changes nothing.\n\n"
      "Exit code: 0 if all that was asked for is exempted, 1 if something\n"
      "cannot be, or the daemon refuses the policy; 2 if nothing was written\n"
      "for another reason; 3 if the daemon does not answer.\n\n"
      "Examples:\n"
      "  pinwarden exempt --namespace billing --owner team-billing \\\n"
      "      --reason 'OPS-123: vendor ships only latest' --dry-run\n"
      "  pinwarden exempt --all --for 14d --owner platform --reason rollout\n"
      "  pinwarden exempt --unseen --namespace web --image acme/tool \\\n"
      "      --owner web --reason 'not deployed yet'");
  auto arguments = std::make_shared<ExemptArguments>();
  command
      ->add_option("--image", arguments->image,
                   "Only images that match, a pattern as in a policy")
      ->type_name("PATTERN");
  command->add_flag("--all", arguments->all, "All that would be refused");
  AddTermOptions(*command, arguments.get());
  command
      ->add_option("--file", arguments->file,
                   "Which included file, relative to the policy; default: the "
                   "first that `include` has, named after the namespace")
      ->type_name("FILE");
  command->add_option("-p,--policy", arguments->policy, "The policy file")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_flag("--unseen", arguments->unseen,
                    "Exempt --image in --namespace without asking the ledger");
  command->add_flag("--dry-run", arguments->dry_run,
                    "Only show the change, as a diff");
  command
      ->add_option("--control-socket", arguments->control_socket,
                   "The daemon's control socket, to have it reload")
      ->type_name("PATH")
      ->capture_default_str();
  AddLedgerSourceOptions(*command, &arguments->source);
  AddOutputOption(*command, context);
  command->callback([arguments, &context] { RunExempt(*arguments, context); });
}

}  // namespace pinwarden
