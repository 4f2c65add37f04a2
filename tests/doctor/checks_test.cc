// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <functional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "doctor/facts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::Configure;
using ::pinwarden::testing::FindingOf;
using ::pinwarden::testing::HealthyFacts;
using ::pinwarden::testing::PolicyOf;
using ::testing::HasSubstr;

constexpr char kNri[] = "[plugins.\"io.containerd.nri.v1.nri\"]\n";

struct Case {
  const char* check;
  const char* name;
  std::function<void(DoctorFacts*)> change;
  CheckVerdict verdict;
  const char* evidence;
};

TEST(DiagnoseTest, FindsNothingOnAHealthyHost) {
  const Diagnosis diagnosis = Diagnose(HealthyFacts());
  std::set<std::string> names;
  for (const DoctorFinding& finding : diagnosis.findings) {
    SCOPED_TRACE(absl::StrCat(finding.check, ": ", finding.evidence));
    EXPECT_EQ(finding.verdict, CheckVerdict::kOk);
    EXPECT_EQ(finding.fix, "");
    EXPECT_NE(finding.evidence, "");
    names.insert(finding.check);
  }
  EXPECT_EQ(names.size(), diagnosis.findings.size());
  EXPECT_GE(names.size(), 18u);
}

void ExpectFindings(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.check, ": ", c.name));
    DoctorFacts facts = HealthyFacts();
    c.change(&facts);
    const DoctorFinding finding = FindingOf(Diagnose(facts), c.check);
    EXPECT_EQ(finding.verdict, c.verdict) << finding.evidence;
    EXPECT_THAT(finding.evidence, HasSubstr(c.evidence));
    EXPECT_EQ(finding.fix.empty(), c.verdict == CheckVerdict::kOk);
  }
}

TEST(DiagnoseTest, SaysWhatIsWrongWithTheRuntime) {
  ExpectFindings({
      {"runtime", "unknown", [](DoctorFacts* f) { f->runtime = RuntimeInfo(); },
       CheckVerdict::kWarn, "configured here is containerd"},
      {"runtime", "none at all",
       [](DoctorFacts* f) {
         f->runtime = RuntimeInfo();
         f->config.reset();
       },
       CheckVerdict::kWarn, "no container runtime"},
      {"runtime", "not ours",
       [](DoctorFacts* f) { f->runtime = IdentifyRuntime("docker", "29.2.0"); },
       CheckVerdict::kWarn, "docker 29.2.0"},
      {"runtime", "hostile name",
       [](DoctorFacts* f) { f->runtime = IdentifyRuntime("a\x1b[2J", "1.0"); },
       CheckVerdict::kWarn, "\"a\\x1b[2J\""},
      {"runtime_config", "broken",
       [](DoctorFacts* f) { Configure("a = = 1\n", f); }, CheckVerdict::kFail,
       "/etc/containerd/config.toml:1:5: "},
      {"runtime_config", "changed since",
       [](DoctorFacts* f) {
         f->runtime_started = f->now - absl::Hours(2);
         f->config_modified = f->now - absl::Hours(1);
       },
       CheckVerdict::kWarn, "has run since 2026-05-31T22:00:00Z"},
      {"nri_enabled", "off",
       [](DoctorFacts* f) {
         Configure(absl::StrCat("version = 2\n", kNri, "disable = true\n"), f);
       },
       CheckVerdict::kFail, "disable = true (/etc/containerd/config.toml:3)"},
      {"nri_enabled", "off by name",
       [](DoctorFacts* f) {
         Configure("disabled_plugins = [\"io.containerd.nri.v1.nri\"]\n", f);
       },
       CheckVerdict::kFail, "disabled_plugins"},
      {"nri_enabled", "too old",
       [](DoctorFacts* f) {
         f->runtime = IdentifyRuntime("containerd", "1.6.20~ds1");
       },
       CheckVerdict::kFail, "1.6.20~ds1 has no NRI"},
      {"nri_enabled", "CRI off",
       [](DoctorFacts* f) { Configure("disabled_plugins = [\"cri\"]\n", f); },
       CheckVerdict::kFail, "the CRI plugin"},
      {"nri_enabled", "nobody may connect",
       [](DoctorFacts* f) {
         Configure(absl::StrCat("version = 2\n", kNri,
                                "disable_connections = true\n"),
                   f);
       },
       CheckVerdict::kFail, "no plugin may connect"},
      {"nri_socket", "elsewhere",
       [](DoctorFacts* f) { f->daemon_nri_socket = "/run/nri2.sock"; },
       CheckVerdict::kFail, "pinwardend looks for /run/nri2.sock"},
      {"nri_socket", "missing",
       [](DoctorFacts* f) {
         f->nri_socket_file = {false, "no such file"};
       },
       CheckVerdict::kFail, "no such file"},
      {"nri_socket", "a file",
       [](DoctorFacts* f) { f->nri_socket_file.mode = S_IFREG | 0600; },
       CheckVerdict::kFail, "not a socket"},
      {"nri_socket", "everybody",
       [](DoctorFacts* f) { f->nri_openers.others = true; },
       CheckVerdict::kFail, "everybody on this host may open it"},
      {"nri_socket", "a group",
       [](DoctorFacts* f) {
         f->nri_openers.group = true;
         f->nri_openers.gid = 42;
       },
       CheckVerdict::kWarn, "group 42 may open it"},
      {"nri_socket", "a user",
       [](DoctorFacts* f) {
         f->nri_openers.owner = true;
         f->nri_openers.uid = 1000;
       },
       CheckVerdict::kFail, "user 1000 may open it"},
      {"request_timeout", "not told yet",
       [](DoctorFacts* f) {
         Configure(absl::StrCat("version = 2\n", kNri,
                                "plugin_request_timeout = \"3s\"\n"),
                   f);
       },
       CheckVerdict::kWarn, "told pinwardend 2s"},
      {"request_timeout", "too short",
       [](DoctorFacts* f) {
         f->status.reset();
         Configure(absl::StrCat("version = 2\n", kNri,
                                "plugin_request_timeout = \"50ms\"\n"),
                   f);
       },
       CheckVerdict::kFail, "50ms"},
      {"request_timeout", "too long",
       [](DoctorFacts* f) {
         f->status->mutable_nri()->set_request_timeout_ms(60000);
         Configure(absl::StrCat("version = 2\n", kNri,
                                "plugin_request_timeout = \"1m\"\n"),
                   f);
       },
       CheckVerdict::kWarn, "1m"},
      {"required_plugins", "misspelt",
       [](DoctorFacts* f) {
         f->config->required_plugins.value = {{"Pinwarden"}};
       },
       CheckVerdict::kFail, "is the name of no plugin"},
  });
}

TEST(DiagnoseTest, SaysWhatIsWrongWithTheDaemon) {
  ExpectFindings({
      {"daemon", "away",
       [](DoctorFacts* f) {
         f->status.reset();
         f->no_status = "no daemon answers on \"/run/x\"";
       },
       CheckVerdict::kFail, "no daemon answers"},
      {"daemon", "another version",
       [](DoctorFacts* f) { f->status->set_version("0.0.9"); },
       CheckVerdict::kWarn, "an upgrade is half done"},
      {"daemon", "settings broken since",
       [](DoctorFacts* f) { f->settings_problem = "pinwardend.yaml:1:1: x"; },
       CheckVerdict::kFail, "its next start would fail"},
      {"registered", "not",
       [](DoctorFacts* f) {
         f->status->mutable_nri()->set_registered(false);
         f->status->mutable_nri()->set_last_error("it hung up");
       },
       CheckVerdict::kFail, "it hung up"},
      {"registered", "unknown", [](DoctorFacts* f) { f->status.reset(); },
       CheckVerdict::kWarn, "does not answer"},
      {"image_names", "aliases that CRI tells apart",
       [](DoctorFacts* f) {
         f->status->mutable_nri()->set_confidence(v1::CONFIDENCE_ALIAS);
       },
       CheckVerdict::kOk, "tells the others"},
      {"image_names", "aliases, CRI does not answer",
       [](DoctorFacts* f) {
         f->status->mutable_nri()->set_confidence(v1::CONFIDENCE_ALIAS);
         f->cri = absl::UnavailableError("nobody listens");
       },
       CheckVerdict::kWarn, "nobody listens"},
      {"image_names", "aliases, CRI not to be asked",
       [](DoctorFacts* f) {
         f->status->mutable_nri()->set_confidence(v1::CONFIDENCE_ALIAS);
         f->cri_socket = "";
       },
       CheckVerdict::kWarn, "not to be asked"},
      {"image_names", "none",
       [](DoctorFacts* f) {
         f->status->mutable_nri()->set_confidence(v1::CONFIDENCE_UNKNOWN);
       },
       CheckVerdict::kWarn, "none that can be trusted"},
      {"judging", "slipped and still there",
       [](DoctorFacts* f) {
         f->status->mutable_judging()->set_gaps(2);
         f->status->mutable_judging()->set_unjudged_seconds(1.5);
         f->status->mutable_judging()->set_slipped_violations(3);
         f->status->mutable_judging()->set_slipped_stopped(1);
       },
       CheckVerdict::kWarn, "unjudged for 1.500 s in all, gaps: 2"},
      {"judging", "slipped and stopped",
       [](DoctorFacts* f) {
         f->status->mutable_judging()->set_gaps(1);
         f->status->mutable_judging()->set_slipped_violations(1);
         f->status->mutable_judging()->set_slipped_stopped(1);
       },
       CheckVerdict::kOk, "of which stopped: 1"},
      {"judging", "could not be stopped",
       [](DoctorFacts* f) {
         f->status->mutable_judging()->set_slipped_stop_failures(1);
       },
       CheckVerdict::kFail, "could not be stopped: 1"},
      {"judging", "not remembered",
       [](DoctorFacts* f) {
         f->status->mutable_judging()->set_problem("disk full");
       },
       CheckVerdict::kFail, "disk full"},
      {"records", "dropped",
       [](DoctorFacts* f) { f->status->mutable_records()->set_dropped(5); },
       CheckVerdict::kWarn, "dropped: 5"},
      {"read_socket", "for root alone",
       [](DoctorFacts* f) { f->read_socket.gid = 0; }, CheckVerdict::kWarn,
       "for root alone"},
      {"read_socket", "for everybody",
       [](DoctorFacts* f) { f->read_socket.mode = S_IFSOCK | 0666; },
       CheckVerdict::kFail, "everybody may ask"},
  });
}

constexpr char kExemptions[] = R"(version: 1
mode: enforce
exemptions:
  - {name: a, match: {images: [a]}, reason: r, owner: team-a, expires: 2026-06-10}
  - {name: b, match: {images: [b]}, reason: r, owner: team-b, expires: 2026-06-05}
  - {name: c, match: {images: [c]}, reason: r, owner: team-c, expires: 2026-01-01}
  - {name: d, match: {images: [d]}, reason: r, owner: team-d, expires: 2027-01-01}
rules:
  - {name: all, require: tag}
)";

TEST(DiagnoseTest, SaysWhatIsWrongWithThePolicyAndTheHost) {
  ExpectFindings({
      {"policy", "unusable",
       [](DoctorFacts* f) {
         f->policy.reset();
         f->policy_problem = "policy.yaml:2:7: unknown mode";
       },
       CheckVerdict::kFail, "policy.yaml:2:7: unknown mode"},
      {"policy", "not the one in force",
       [](DoctorFacts* f) { f->status->mutable_policy()->set_sha256("other"); },
       CheckVerdict::kFail, "another one in force"},
      {"policy", "warnings", [](DoctorFacts* f) { f->policy_warnings = 2; },
       CheckVerdict::kWarn, "warnings: 2"},
      {"exemptions", "some end soon",
       [](DoctorFacts* f) { f->policy = PolicyOf(kExemptions); },
       CheckVerdict::kWarn,
       "expired: 1, within 14 days: 2, the first: b (team-b, 2026-06-05)"},
      {"exemptions", "unknown", [](DoctorFacts* f) { f->policy.reset(); },
       CheckVerdict::kWarn, "not known"},
      {"clock", "before the build",
       [](DoctorFacts* f) { f->now = absl::FromUnixSeconds(0); },
       CheckVerdict::kFail, "it is 1970-01-01T00:00:00Z here"},
      {"clock", "before the daemon's start",
       [](DoctorFacts* f) { f->now -= absl::Hours(2); }, CheckVerdict::kFail,
       "but pinwardend started at"},
      {"clock", "not synchronised",
       [](DoctorFacts* f) { f->clock_synchronised = false; },
       CheckVerdict::kWarn, "has not synchronised it"},
      {"clock", "synchronised",
       [](DoctorFacts* f) { f->clock_synchronised = true; }, CheckVerdict::kOk,
       "synchronised"},
      {"disk", "full",
       [](DoctorFacts* f) { f->directories[0].disk.free_bytes = 1000; },
       CheckVerdict::kFail, "a disk that is full"},
      {"disk", "read-only",
       [](DoctorFacts* f) { f->directories[0].disk.read_only = true; },
       CheckVerdict::kFail, "is read-only"},
      {"disk", "low",
       [](DoctorFacts* f) { f->directories[0].disk.free_bytes = 9 << 20; },
       CheckVerdict::kWarn, "free are 9 MiB"},
      {"disk", "no files left",
       [](DoctorFacts* f) { f->directories[0].disk.free_files = 3; },
       CheckVerdict::kWarn, "3 files"},
      {"disk", "no directory",
       [](DoctorFacts* f) {
         f->directories[0].file = {false, "no such"};
       },
       CheckVerdict::kWarn, "no such"},
  });
}

}  // namespace
}  // namespace pinwarden
