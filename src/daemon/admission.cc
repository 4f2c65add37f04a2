// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/admission.h"

#include <chrono>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "nri.pb.h"
#include "pinwarden/decide.h"
#include "pinwarden/image_claim.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

// Pods rarely have more labels; more cost one allocation.
using Labels = absl::InlinedVector<Label, 32>;

Labels LabelsOf(const wire::nri::PodSandbox* pod) {
  Labels labels;
  if (pod == nullptr) return labels;
  for (const auto& [key, value] : pod->labels()) {
    labels.push_back({key, value});
  }
  return labels;
}

Workload WorkloadOf(const NriContainer& container,
                    absl::Span<const Label> labels) {
  const ImageClaim claim =
      ClaimedImage(container.runtime, container.container, container.pod);
  Workload workload;
  workload.image = claim.image;
  workload.confidence = claim.confidence;
  if (container.pod != nullptr)
    workload.name_space = container.pod->namespace_();
  workload.labels = labels;
  return workload;
}

v1::Trigger TriggerOf(NriEvents asked) {
  switch (asked) {
    case NriEvents::kNone:
      return v1::TRIGGER_UNSPECIFIED;
    case NriEvents::kCreate:
      return v1::TRIGGER_CREATE;
    case NriEvents::kValidate:
      return v1::TRIGGER_VALIDATE;
  }
  return v1::TRIGGER_UNSPECIFIED;
}

// The kubelet notes where it has a pod from: the API server, or a file or a URL
// of its own. Nothing about an image is ever taken from a pod's annotations.
bool IsStatic(const wire::nri::PodSandbox& pod) {
  const auto it = pod.annotations().find("kubernetes.io/config.source");
  return it != pod.annotations().end() && it->second != "api";
}

RecordContext ContextOf(const NriContainer& container) {
  RecordContext context;
  if (container.pod != nullptr) {
    context.pod = container.pod->name();
    context.pod_uid = container.pod->uid();
    context.static_pod = IsStatic(*container.pod);
  }
  context.container = container.container.name();
  context.container_id = container.container.id();
  context.runtime_name = container.runtime.name;
  context.runtime_version = container.runtime.version;
  return context;
}

}  // namespace

Admission::Admission(const Engine& engine, Recorder& recorder,
                     StateListener listener, Clock clock, AdmissionHooks hooks)
    : engine_(engine),
      recorder_(recorder),
      listener_(std::move(listener)),
      clock_(std::move(clock)),
      hooks_(std::move(hooks)) {}

// Has the image's other names in the workload, which views `names`, where the
// verdict depends on them. A name that is the only one was the one asked for.
void Admission::LearnNames(const Policy& policy,
                           std::vector<std::string>* names,
                           Workload* workload) const {
  if (workload->confidence != Confidence::kAlias || !hooks_.other_names) return;
  switch (policy.ambiguous()) {
    case Ambiguous::kJudge:
      return;
    case Ambiguous::kStrict:
    case Ambiguous::kObserve:
      break;
  }
  absl::StatusOr<std::vector<std::string>> others =
      hooks_.other_names(workload->image);
  if (!others.ok()) return;  // counted, and told by whoever was asked
  *names = *std::move(others);
  workload->other_names = *names;
  if (names->empty()) workload->confidence = Confidence::kExact;
}

v1::Decision Admission::Judge(const NriContainer& container,
                              v1::Trigger trigger) {
  const auto begun = std::chrono::steady_clock::now();
  const Labels labels = LabelsOf(container.pod);
  Workload workload = WorkloadOf(container, labels);
  RecordContext context = ContextOf(container);
  context.time = clock_();
  context.trigger = trigger;
  Judgement judgement;
  judgement.under = engine_.Current();
  const Policy& policy = *judgement.under.policy;
  std::vector<std::string> names;
  LearnNames(policy, &names, &workload);
  judgement.verdict = Decide(policy, workload, context.time);
  context.latency = absl::FromChrono(std::chrono::steady_clock::now() - begun);
  if (trigger != v1::TRIGGER_SYNCHRONIZE) {
    context.break_glass = LetInAnyway(workload.name_space, &judgement.verdict);
    return MakeDecision(judgement, workload, context);
  }

  const bool slipped =
      hooks_.slips != nullptr && hooks_.slips->Existing(context.container_id);
  if (slipped) {
    judgement.verdict = Slipped(std::move(judgement.verdict));
  } else if (!judgement.verdict.runs()) {
    // It runs already, so "rejected" would not be true; the mode still tells
    // that it is one that would not have been let in.
    judgement.verdict.outcome = Outcome::kWouldReject;
  }
  v1::Decision decision = MakeDecision(judgement, workload, context);
  if (slipped) HandleSlipped(policy, decision);
  return decision;
}

// By break-glass: what would be refused is only observed.
bool Admission::LetInAnyway(absl::string_view name_space,
                            Verdict* verdict) const {
  if (verdict->runs() || hooks_.break_glass == nullptr ||
      !hooks_.break_glass->Covers(name_space)) {
    return false;
  }
  hooks_.break_glass->CountLetIn();
  verdict->outcome = Outcome::kWouldReject;
  verdict->mode = Mode::kObserve;
  return true;
}

void Admission::HandleSlipped(const Policy& policy,
                              const v1::Decision& decision) {
  const bool violation = decision.outcome() == v1::OUTCOME_SLIPPED_VIOLATION;
  hooks_.slips->CountSlipped(violation);
  if (violation && decision.mode() == v1::MODE_ENFORCE &&
      policy.on_slip() == OnSlip::kStop && hooks_.stop &&
      !(hooks_.break_glass != nullptr &&
        hooks_.break_glass->Covers(decision.namespace_()))) {
    hooks_.stop(decision);
  }
}

NriAnswer Admission::Admit(const NriContainer& container, NriEvents asked) {
  v1::Decision decision = Judge(container, TriggerOf(asked));
  NriAnswer answer;
  // By the outcomes that run, so that one we do not know is refused.
  answer.admit = decision.outcome() == v1::OUTCOME_ALLOWED ||
                 decision.outcome() == v1::OUTCOME_EXEMPTED ||
                 decision.outcome() == v1::OUTCOME_WOULD_REJECT;
  if (answer.admit) {
    if (hooks_.slips != nullptr) {
      hooks_.slips->Judged(container.container.id());
    }
  } else {
    answer.refusal = decision.message();
  }
  recorder_.Record(std::move(decision));
  return answer;
}

void Admission::Existing(const NriContainer& container) {
  recorder_.Record(Judge(container, v1::TRIGGER_SYNCHRONIZE));
}

void Admission::StateChanged(const NriStats& stats) {
  if (listener_) listener_(stats);
}

}  // namespace pinwarden
