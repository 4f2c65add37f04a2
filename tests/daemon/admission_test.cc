// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/admission.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "nri.pb.h"
#include "pinwarden/decide.h"
#include "pinwarden/judged_journal.h"
#include "pinwarden/policy.h"
#include "pinwarden/record.h"
#include "pinwarden/slip_tracker.h"
#include "pinwarden/verdict.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;

constexpr char kKey[] = "io.kubernetes.cri.image-name";

std::shared_ptr<const Policy> PolicyOf(absl::string_view text) {
  PolicyLoad load = LoadPolicy(text, "policy.yaml", absl::UnixEpoch());
  EXPECT_NE(load.policy, nullptr) << RenderProblems(load.problems, "", text);
  return load.policy;
}

constexpr char kEnforceTag[] =
    "version: 1\nmode: enforce\nrules:\n  - name: default\n    require: tag\n";

// An admission whose decisions can be read, one call at a time.
class Judge {
 public:
  explicit Judge(absl::string_view policy,
                 absl::Time now = absl::FromUnixSeconds(1'700'000'000))
      : engine_(PolicyOf(policy)),
        recorder_(std::make_unique<Recorder>(
            100,
            std::vector<Recorder::Sink>{[this](const DecisionPtr& decision) {
              decisions_.push_back(*decision);
            }})),
        admission_(engine_, *recorder_, nullptr, [now] { return now; }) {}

  // A container in pod prod/web-0 that is labelled tier=prod.
  NriAnswer Admit(absl::string_view image, absl::string_view runtime,
                  absl::string_view version) {
    const wire::nri::Container container = ContainerOf(image);
    const wire::nri::PodSandbox pod = Pod();
    const RuntimeInfo info = IdentifyRuntime(runtime, version);
    return admission_.Admit({info, &pod, container}, NriEvents::kCreate);
  }
  NriAnswer Admit(absl::string_view image) {
    return Admit(image, "containerd", "2.1.0");
  }

  Admission& admission() { return admission_; }

  // What was recorded. Ends the recorder, so call it last.
  const std::vector<v1::Decision>& Decisions() {
    recorder_.reset();
    return decisions_;
  }

  static wire::nri::Container ContainerOf(absl::string_view image) {
    wire::nri::Container container;
    container.set_id("c0ffee");
    container.set_name("app");
    if (!image.empty()) {
      (*container.mutable_annotations())[kKey] = std::string(image);
    }
    return container;
  }

  static wire::nri::PodSandbox Pod() {
    wire::nri::PodSandbox pod;
    pod.set_name("web-0");
    pod.set_uid("1234");
    pod.set_namespace_("prod");
    (*pod.mutable_labels())["tier"] = "prod";
    return pod;
  }

 private:
  Engine engine_;
  std::vector<v1::Decision> decisions_;
  std::unique_ptr<Recorder> recorder_;
  Admission admission_;
};

TEST(AdmissionTest, AdmitsWhatThePolicyAllows) {
  Judge judge(kEnforceTag);
  const NriAnswer answer = judge.Admit("nginx:1.27");
  EXPECT_EQ(std::make_pair(answer.admit, answer.refusal),
            std::make_pair(true, std::string()));
}

// And nothing else is read from a pod's annotations.
TEST(AdmissionTest, RecordsThatAPodIsStaticAsTheKubeletNotesIt) {
  const struct {
    const char* source;  // null: no such annotation
    bool want;
  } kCases[] = {{nullptr, false},
                {"api", false},
                {"file", true},
                {"http", true},
                {"", true}};
  Judge judge(kEnforceTag);
  for (const auto& c : kCases) {
    wire::nri::PodSandbox pod = Judge::Pod();
    (*pod.mutable_annotations())[kKey] = "nginx:1.27";
    if (c.source != nullptr) {
      (*pod.mutable_annotations())["kubernetes.io/config.source"] = c.source;
    }
    const wire::nri::Container container = Judge::ContainerOf("nginx");
    EXPECT_FALSE(
        judge.admission()
            .Admit({IdentifyRuntime("containerd", "2.1.0"), &pod, container},
                   NriEvents::kCreate)
            .admit);
  }
  const std::vector<v1::Decision>& decisions = judge.Decisions();
  ASSERT_EQ(decisions.size(), std::size(kCases));
  for (size_t i = 0; i < decisions.size(); ++i) {
    SCOPED_TRACE(kCases[i].source == nullptr ? "none" : kCases[i].source);
    EXPECT_EQ(decisions[i].static_pod(), kCases[i].want);
    EXPECT_EQ(decisions[i].labels().at("tier"), "prod");
    EXPECT_EQ(decisions[i].policy_sha256().size(), 64u);
  }
}

TEST(AdmissionTest, RefusesWithTheVerdictsMessage) {
  Judge judge(kEnforceTag);
  const NriAnswer answer = judge.Admit("nginx");
  EXPECT_FALSE(answer.admit);

  const auto policy = PolicyOf(kEnforceTag);
  Workload workload;
  workload.image = "nginx";
  workload.confidence = Confidence::kExact;
  workload.name_space = "prod";
  EXPECT_EQ(answer.refusal,
            VerdictMessage(*policy, workload,
                           Decide(*policy, workload, absl::UnixEpoch())));
}

// Whatever a runtime hands over: no name, or none that is one, never runs.
TEST(AdmissionTest, NeverAdmitsWhatIsMalformedOrUnidentified) {
  const std::string kImages[] = {
      "",
      " ",
      "nginx:",
      "nginx@sha256:abc",
      "NGINX:1.0",
      "a b:1",
      std::string("nginx\0:1.0", 10),
      "nginx:1.0\n",
      "\xff\xfe:1",
      "//:1",
      "http://registry.example/a:1",
      std::string(5000, 'a') + ":1",
      "nginx:" + std::string(129, '1'),
      "nginx:1.0@md5:" + std::string(32, '0'),
  };
  const struct {
    const char* name;
    const char* version;
  } kRuntimes[] = {{"containerd", "2.2.0"},   {"containerd", "1.7.24"},
                   {"containerd", "(devel)"}, {"cri-o", "1.34.0"},
                   {"dockerd", "29.2.0"},     {"", ""}};
  for (const char* require : {"none", "tag", "version", "digest"}) {
    Judge judge(absl::StrCat(
        "version: 1\nmode: enforce\nrules:\n  - name: default\n    require: ",
        require, "\n"));
    for (const auto& runtime : kRuntimes) {
      for (const std::string& image : kImages) {
        SCOPED_TRACE(absl::StrCat(require, " ", runtime.name, " ", image));
        EXPECT_FALSE(judge.Admit(image, runtime.name, runtime.version).admit);
      }
    }
  }
}

// A pinned name where no name can be trusted is no name.
TEST(AdmissionTest, TakesNoNameFromARuntimeThatTellsNone) {
  Judge judge(kEnforceTag);
  EXPECT_THAT(judge.Admit("nginx:1.27", "cri-o", "1.34.0").refusal,
              HasSubstr("refused"));
}

TEST(AdmissionTest, JudgesByNamespaceAndLabelsOfThePod) {
  Judge judge(
      "version: 1\nmode: enforce\nrules:\n"
      "  - name: prod\n"
      "    match: {namespaces: [prod], labels: {tier: prod}}\n"
      "    require: none\n"
      "  - name: default\n    require: digest\n");
  EXPECT_TRUE(judge.Admit("nginx").admit);
}

TEST(AdmissionTest, JudgesWithoutAPod) {
  Judge judge(kEnforceTag);
  const wire::nri::Container container = Judge::ContainerOf("nginx");
  const RuntimeInfo runtime = IdentifyRuntime("containerd", "2.1.0");
  const NriAnswer answer = judge.admission().Admit(
      {runtime, nullptr, container}, NriEvents::kCreate);
  EXPECT_FALSE(answer.admit);
}

TEST(AdmissionTest, ExemptsUntilTheClockSaysOtherwise) {
  const std::string policy =
      "version: 1\nmode: enforce\nexemptions:\n"
      "  - name: vendor\n    match: {images: [nginx]}\n    reason: r\n"
      "    owner: o\n    expires: 2027-01-31\n"
      "rules:\n  - name: default\n    require: tag\n";
  Judge before(policy, absl::FromUnixSeconds(1'700'000'000));  // 2023
  Judge after(policy, absl::FromUnixSeconds(1'900'000'000));   // 2030
  EXPECT_EQ(
      std::make_pair(before.Admit("nginx").admit, after.Admit("nginx").admit),
      std::make_pair(true, false));
}

TEST(AdmissionTest, RecordsWhatWasAsked) {
  Judge judge(kEnforceTag);
  judge.Admit("nginx");
  const v1::Decision& decision = judge.Decisions().at(0);
  EXPECT_EQ(
      absl::StrCat(decision.namespace_(), "/", decision.pod(), "/",
                   decision.container(), " ", decision.container_id(), " ",
                   decision.pod_uid(), " ", decision.image(), " ",
                   decision.runtime_name(), " ", decision.runtime_version()),
      "prod/web-0/app c0ffee 1234 nginx containerd 2.1.0");
  EXPECT_EQ(std::make_tuple(decision.trigger(), decision.outcome(),
                            decision.reason(), decision.confidence()),
            std::make_tuple(v1::TRIGGER_CREATE, v1::OUTCOME_REJECTED,
                            v1::REASON_NO_TAG, v1::CONFIDENCE_EXACT));
}

TEST(AdmissionTest, AdmitsAndRecordsWhereTheRuleObserves) {
  Judge judge(
      "version: 1\nmode: observe\nrules:\n  - name: default\n    require: "
      "tag\n");
  EXPECT_TRUE(judge.Admit("nginx").admit);
  EXPECT_EQ(judge.Decisions().at(0).outcome(), v1::OUTCOME_WOULD_REJECT);
}

// It runs, and "rejected" would say that it does not.
TEST(AdmissionTest, RecordsAnExistingContainerAsWouldReject) {
  Judge judge(kEnforceTag);
  const wire::nri::Container container = Judge::ContainerOf("nginx");
  const wire::nri::PodSandbox pod = Judge::Pod();
  const RuntimeInfo runtime = IdentifyRuntime("containerd", "2.1.0");
  judge.admission().Existing({runtime, &pod, container});
  const v1::Decision& decision = judge.Decisions().at(0);
  EXPECT_EQ(
      std::make_tuple(decision.trigger(), decision.outcome(), decision.mode()),
      std::make_tuple(v1::TRIGGER_SYNCHRONIZE, v1::OUTCOME_WOULD_REJECT,
                      v1::MODE_ENFORCE));
}

TEST(AdmissionTest, AnswersWhenNobodyTakesTheRecords) {
  Engine engine(PolicyOf(kEnforceTag));
  Recorder full(0, {});
  Admission admission(engine, full, nullptr, [] { return absl::UnixEpoch(); });
  const wire::nri::Container container = Judge::ContainerOf("nginx:1.27");
  const RuntimeInfo runtime = IdentifyRuntime("containerd", "2.1.0");
  EXPECT_TRUE(
      admission.Admit({runtime, nullptr, container}, NriEvents::kCreate).admit);
  EXPECT_EQ(full.GetStats().dropped, 1u);
}

// Several containers on one host, with all that an admission may use.
class SlipTest : public ::testing::Test {
 protected:
  // `modes` is what the policy says of slips and of its rule's mode.
  void Start(absl::string_view modes) {
    engine_ = std::make_unique<Engine>(PolicyOf(
        absl::StrCat("version: 1\n", modes,
                     "\nrules:\n  - {name: default, require: tag}\n")));
    recorder_ = std::make_unique<Recorder>(
        100, std::vector<Recorder::Sink>{[this](const DecisionPtr& decision) {
          outcomes_.push_back(absl::StrCat(decision->container_id(), " ",
                                           NameOf(decision->outcome())));
        }});
    AdmissionHooks hooks;
    hooks.slips = &slips_;
    hooks.break_glass = &lever_;
    hooks.stop = [this](const v1::Decision& decision) {
      stopped_.push_back(decision.container_id());
    };
    admission_ = std::make_unique<Admission>(
        *engine_, *recorder_, nullptr, [] { return absl::UnixEpoch(); }, hooks);
    slips_.Registered(absl::UnixEpoch());
  }

  wire::nri::Container ContainerOf(absl::string_view id,
                                   absl::string_view image) {
    wire::nri::Container container = Judge::ContainerOf(image);
    container.set_id(std::string(id));
    return container;
  }
  void Create(absl::string_view id, absl::string_view image) {
    const auto container = ContainerOf(id, image);
    admission_->Admit({runtime_, nullptr, container}, NriEvents::kCreate);
  }
  void Find(absl::string_view id, absl::string_view image) {
    const auto container = ContainerOf(id, image);
    admission_->Existing({runtime_, nullptr, container});
  }

  // What was recorded. Ends the recorder, so call it last.
  const std::vector<std::string>& Outcomes() {
    recorder_.reset();
    return outcomes_;
  }

  const RuntimeInfo runtime_ = IdentifyRuntime("containerd", "2.1.0");
  testing::TempDir directory_;
  JudgedJournal journal_{directory_ / "judged", directory_ / "marker"};
  SlipTracker slips_{journal_};
  BreakGlass lever_{directory_ / "lever"};
  std::vector<std::string> outcomes_;
  std::vector<std::string> stopped_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Recorder> recorder_;  // writes to the first, until it ends
  std::unique_ptr<Admission> admission_;
};

TEST_F(SlipTest, IsWhatNobodyWasAskedAbout) {
  Start("mode: enforce");
  Create("a", "nginx:1.27");
  Find("a", "nginx:1.27");
  Find("b", "nginx:1.27");
  Find("c", "nginx");
  EXPECT_EQ(slips_.GetStats().slipped_allowed, 1u);
  EXPECT_EQ(slips_.GetStats().slipped_violations, 1u);
  EXPECT_THAT(stopped_, ::testing::IsEmpty());
  EXPECT_THAT(Outcomes(), ::testing::ElementsAre("a allowed", "a allowed",
                                                 "b slipped_allowed",
                                                 "c slipped_violation"));
}

// A refused container that is there all the same: somebody let it by.
TEST_F(SlipTest, IsARefusedContainerThatRuns) {
  Start("mode: enforce");
  Create("a", "nginx");
  Find("a", "nginx");
  EXPECT_THAT(Outcomes(),
              ::testing::ElementsAre("a rejected", "a slipped_violation"));
}

TEST_F(SlipTest, IsStoppedWhereThePolicySaysSoAndTheRuleEnforces) {
  Start("mode: enforce\non_slip: stop");
  Find("violates", "nginx");
  Find("does not", "nginx:1.27");
  EXPECT_THAT(stopped_, ::testing::ElementsAre("violates"));
}

TEST_F(SlipTest, IsNotStoppedByARuleThatObserves) {
  Start("mode: observe\non_slip: stop");
  Find("a", "nginx");
  EXPECT_THAT(stopped_, ::testing::IsEmpty());
  EXPECT_THAT(Outcomes(), ::testing::ElementsAre("a slipped_violation"));
}

TEST_F(SlipTest, IsNotMadeByBreakGlassAndNotStoppedWhileThatHolds) {
  Start("mode: enforce\non_slip: stop");
  v1::BreakGlassRequest request;
  request.set_duration_seconds(600);
  request.set_reason("a test");
  request.set_who("somebody");
  ASSERT_TRUE(lever_.Begin(request).ok());
  Create("let in", "nginx");
  Create("pinned", "nginx:1.27");
  Find("let in", "nginx");
  Find("slipped", "nginx");
  EXPECT_THAT(stopped_, ::testing::IsEmpty());
  EXPECT_EQ(lever_.GetStatus().let_in(), 1u);
  EXPECT_EQ(slips_.GetStats().slipped_violations, 1u);
  ASSERT_TRUE(lever_.End("somebody").ok());
  Create("refused", "nginx");
  EXPECT_THAT(Outcomes(), ::testing::ElementsAre(
                              "let in would_reject", "pinned allowed",
                              "let in would_reject",
                              "slipped slipped_violation", "refused rejected"));
}

// On containerd 1.7 the name shown may be another one of the same image.
class AmbiguousAdmissionTest : public ::testing::Test {
 protected:
  // What is recorded about `image`, whose other names are `others`.
  v1::Decision Admit(absl::string_view ambiguous, absl::string_view image,
                     absl::StatusOr<std::vector<std::string>> others,
                     absl::string_view version = "1.7.24") {
    Engine engine(PolicyOf(
        absl::StrCat("version: 1\nmode: enforce\nambiguous: ", ambiguous,
                     "\nrules:\n  - {name: default, require: tag}\n")));
    v1::Decision recorded;
    {
      Recorder recorder(
          10, {[&](const DecisionPtr& decision) { recorded = *decision; }});
      AdmissionHooks hooks;
      hooks.other_names = [&](absl::string_view) {
        ++asked_;
        return others;
      };
      Admission admission(
          engine, recorder, nullptr, [] { return absl::UnixEpoch(); }, hooks);
      const auto container = Judge::ContainerOf(image);
      const RuntimeInfo runtime = IdentifyRuntime("containerd", version);
      admission.Admit({runtime, nullptr, container}, NriEvents::kCreate);
    }
    return recorded;
  }

  int asked_ = 0;
};

TEST_F(AmbiguousAdmissionTest, AsksForTheOtherNamesOnlyWhereTheyCount) {
  Admit("judge", "demo:1", std::vector<std::string>{"demo:latest"});
  EXPECT_EQ(asked_, 0);
  Admit("strict", "demo:1", std::vector<std::string>{}, "2.1.0");
  EXPECT_EQ(asked_, 0);
  Admit("strict", "demo:1", std::vector<std::string>{});
  Admit("observe", "demo:1", std::vector<std::string>{});
  EXPECT_EQ(asked_, 2);
}

TEST_F(AmbiguousAdmissionTest, JudgesAndRecordsTheOtherNames) {
  const v1::Decision decision =
      Admit("strict", "demo:1", std::vector<std::string>{"demo:latest"});
  EXPECT_EQ(decision.outcome(), v1::OUTCOME_REJECTED);
  EXPECT_EQ(decision.reason(), v1::REASON_FLOATING_TAG);
  EXPECT_EQ(decision.image(), "demo:1");
  EXPECT_EQ(decision.confidence(), v1::CONFIDENCE_ALIAS);
  EXPECT_THAT(decision.other_names(), ::testing::ElementsAre("demo:latest"));
}

TEST_F(AmbiguousAdmissionTest, IsSureOfAnOnlyName) {
  const v1::Decision decision =
      Admit("observe", "demo:latest", std::vector<std::string>{});
  EXPECT_EQ(decision.confidence(), v1::CONFIDENCE_EXACT);
  EXPECT_EQ(decision.outcome(), v1::OUTCOME_REJECTED);
}

TEST_F(AmbiguousAdmissionTest, StaysShutWhereTheRuntimeDoesNotAnswer) {
  const auto error = absl::DeadlineExceededError("100ms");
  EXPECT_EQ(Admit("strict", "demo:1", error).reason(),
            v1::REASON_AMBIGUOUS_IMAGE);
  EXPECT_EQ(Admit("strict", "demo:1", error).outcome(), v1::OUTCOME_REJECTED);
  EXPECT_EQ(Admit("observe", "demo", error).outcome(),
            v1::OUTCOME_WOULD_REJECT);
}

TEST_F(AmbiguousAdmissionTest, RecordsNoMoreNamesThanARecordHolds) {
  std::vector<std::string> many;
  for (int i = 0; i < 100; ++i) many.push_back(absl::StrCat("demo:", i));
  EXPECT_EQ(Admit("strict", "demo:1", many).other_names_size(),
            kMaxRecordedNames);
}

}  // namespace
}  // namespace pinwarden
