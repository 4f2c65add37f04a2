// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// "If pinwarden dies now, containers are": the answer, its verdict, and why.
#include "doctor/gate.h"

#include <functional>
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

constexpr char kOn[] =
    "version = 2\n[plugins.\"io.containerd.nri.v1.nri\"]\ndisable = false\n";
constexpr char kOff[] =
    "version = 2\n[plugins.\"io.containerd.nri.v1.nri\"]\ndisable = true\n";

std::string Validator(absl::string_view keys) {
  return absl::StrCat(
      kOn, "[plugins.\"io.containerd.nri.v1.nri\".default_validator]\n", keys);
}

void Observe(DoctorFacts* facts) {
  facts->policy = PolicyOf(
      "version: 1\nmode: observe\nrules:\n  - {name: all, require: tag}\n");
}

struct Case {
  const char* name;
  const char* runtime;
  std::function<void(DoctorFacts*)> change;
  WhenAway answer;
  CheckVerdict verdict;
  const char* because;
};

const Case kCases[] = {
    {"validated and required", "containerd 2.2.1", [](DoctorFacts*) {},
     WhenAway::kRefused, CheckVerdict::kOk, "requires pinwarden"},
    {"daemon away", "containerd 2.2.1",
     [](DoctorFacts* f) { f->status.reset(); }, WhenAway::kRefused,
     CheckVerdict::kOk, "requires pinwarden"},
    {"by name and index", "containerd v2.3.0",
     [](DoctorFacts* f) {
       Configure(Validator("enable = true\n"
                           "required_plugins = [\"x\", \"10-pinwarden\"]\n"),
                 f);
     },
     WhenAway::kRefused, CheckVerdict::kOk, "requires pinwarden"},
    {"asked through CreateContainer", "containerd 2.2.1",
     [](DoctorFacts* f) {
       f->status->mutable_nri()->set_events(0, "CreateContainer");
     },
     WhenAway::kRefused, CheckVerdict::kWarn, "the one that it dies on"},
    {"nothing required", "containerd 2.2.1",
     [](DoctorFacts* f) { Configure(kOn, f); }, WhenAway::kCreated,
     CheckVerdict::kFail, "does not name pinwarden"},
    {"nothing required, observing", "containerd 2.2.1",
     [](DoctorFacts* f) {
       Configure(kOn, f);
       Observe(f);
     },
     WhenAway::kCreated, CheckVerdict::kWarn, "does not name pinwarden"},
    {"another is required", "containerd 2.2.1",
     [](DoctorFacts* f) {
       Configure(Validator("enable = true\nrequired_plugins = [\"other\"]\n"),
                 f);
     },
     WhenAway::kCreated, CheckVerdict::kFail, "does not name pinwarden"},
    {"one that nobody is called is required", "containerd 2.2.1",
     [](DoctorFacts* f) {
       Configure(
           Validator("enable = true\nrequired_plugins = [\"pinwardend\"]\n"),
           f);
     },
     WhenAway::kRefused, CheckVerdict::kOk, "refused in any case"},
    {"required, validator off", "containerd 2.2.1",
     [](DoctorFacts* f) {
       Configure(Validator("required_plugins = [\"pinwarden\"]\n"), f);
     },
     WhenAway::kCreated, CheckVerdict::kFail, "the validator"},
    {"tolerated", "containerd 2.2.1",
     [](DoctorFacts* f) {
       Configure(Validator("enable = true\nrequired_plugins = [\"pinwarden\"]\n"
                           "tolerate_missing_plugins_annotation = \"a/b\"\n"),
                 f);
     },
     WhenAway::kCreated, CheckVerdict::kFail, "annotation a/b"},
    {"NRI off", "containerd 2.2.1", [](DoctorFacts* f) { Configure(kOff, f); },
     WhenAway::kCreated, CheckVerdict::kFail, "NRI is off"},
    {"NRI off by default", "containerd 1.7.24",
     [](DoctorFacts* f) { Configure("version = 2\n", f); }, WhenAway::kCreated,
     CheckVerdict::kFail, "NRI is off"},
    {"NRI off, version unknown", "containerd (devel)",
     [](DoctorFacts* f) { Configure(kOff, f); }, WhenAway::kCreated,
     CheckVerdict::kFail, "NRI is off"},
    {"version unknown", "containerd (devel)", [](DoctorFacts*) {},
     WhenAway::kUnknown, CheckVerdict::kWarn, "its version"},
    {"too old for NRI", "containerd 1.6.20~ds1", [](DoctorFacts*) {},
     WhenAway::kCreated, CheckVerdict::kWarn, "has no NRI"},
    {"cannot miss a plugin", "containerd 2.1.9", [](DoctorFacts*) {},
     WhenAway::kCreated, CheckVerdict::kWarn, "cannot require a plugin"},
    {"cannot, old", "containerd 1.7.24", [](DoctorFacts*) {},
     WhenAway::kCreated, CheckVerdict::kWarn, "cannot require a plugin"},
    {"cannot yet", "containerd 2.2.0-rc.1", [](DoctorFacts*) {},
     WhenAway::kCreated, CheckVerdict::kWarn, "cannot require a plugin"},
    {"files with errors", "containerd 2.2.1",
     [](DoctorFacts* f) { Configure("version = = 2\n", f); },
     WhenAway::kUnknown, CheckVerdict::kFail, "cannot be used"},
    {"NRI off in files with errors", "containerd 2.2.1",
     [](DoctorFacts* f) {
       Configure(absl::StrCat(kOff, "socket_path = 1\n"), f);
     },
     WhenAway::kUnknown, CheckVerdict::kFail, "cannot be used"},
    {"files with errors, cannot anyway", "containerd 2.1.9",
     [](DoctorFacts* f) { Configure("version = = 2\n", f); },
     WhenAway::kCreated, CheckVerdict::kWarn, "cannot require a plugin"},
    {"files changed since", "containerd 2.2.1",
     [](DoctorFacts* f) {
       f->runtime_started = f->now - absl::Hours(2);
       f->config_modified = f->now - absl::Hours(1);
     },
     WhenAway::kUnknown, CheckVerdict::kFail, "do not count yet"},
    {"files older", "containerd 2.2.1",
     [](DoctorFacts* f) {
       f->runtime_started = f->now - absl::Hours(1);
       f->config_modified = f->now - absl::Hours(2);
     },
     WhenAway::kRefused, CheckVerdict::kOk, "requires pinwarden"},
    {"no runtime", "containerd 2.2.1",
     [](DoctorFacts* f) { f->runtime = RuntimeInfo(); }, WhenAway::kUnknown,
     CheckVerdict::kWarn, "which runtime"},
    {"Docker that could", "docker 29.2.0",
     [](DoctorFacts* f) { f->config.reset(); }, WhenAway::kUnknown,
     CheckVerdict::kWarn, "not one that is read here"},
    {"Docker that could not", "docker 28.0.1",
     [](DoctorFacts* f) { f->config.reset(); }, WhenAway::kCreated,
     CheckVerdict::kWarn, "cannot require a plugin"},
};

TEST(GateTest, IsToldAsItIs) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.runtime, ": ", c.name));
    DoctorFacts facts = HealthyFacts(c.runtime);
    c.change(&facts);
    const Diagnosis diagnosis = Diagnose(facts);
    EXPECT_EQ(diagnosis.if_pinwarden_dies, c.answer);
    const DoctorFinding finding = FindingOf(diagnosis, "if_pinwarden_dies");
    EXPECT_EQ(finding.verdict, c.verdict);
    EXPECT_THAT(finding.evidence, HasSubstr(c.because));
    EXPECT_EQ(finding.fix.empty(), c.verdict == CheckVerdict::kOk);
  }
}

TEST(GateTest, IsToldOfCrioToo) {
  HostFiles files("/nonexistent");
  files.Pretend(kCrioConfig,
                "[crio.nri.default_validator]\n"
                "nri_enable_default_validator = true\n"
                "nri_validator_required_plugins = [\"pinwarden\"]\n");
  const struct {
    const char* runtime;
    WhenAway want;
  } kRuntimes[] = {{"cri-o 1.34.0", WhenAway::kRefused},
                   {"cri-o 1.33.4", WhenAway::kCreated},
                   {"cri-o 1.29.0", WhenAway::kCreated}};
  for (const auto& c : kRuntimes) {
    SCOPED_TRACE(c.runtime);
    DoctorFacts facts = HealthyFacts(c.runtime);
    facts.config = ReadCrioConfig(files, kCrioConfig);
    EXPECT_EQ(Diagnose(facts).if_pinwarden_dies, c.want);
  }
}

// Says what containers get while nobody judges, where that is so already.
TEST(GateTest, IsPartOfWhatAFailureOfTheDaemonMeans) {
  DoctorFacts facts = HealthyFacts();
  facts.status.reset();
  facts.no_status = "no daemon answers";
  EXPECT_THAT(FindingOf(Diagnose(facts), "daemon").evidence,
              HasSubstr("until then every container is refused"));
  facts = HealthyFacts("containerd 2.1.9");
  facts.status->mutable_nri()->set_registered(false);
  EXPECT_THAT(FindingOf(Diagnose(facts), "registered").evidence,
              HasSubstr("until then every container is created"));
}

}  // namespace
}  // namespace pinwarden
