// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/workload_owner.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kTemplateHash = "pod-template-hash";
constexpr absl::string_view kRolloutHash = "rollouts-pod-template-hash";
constexpr absl::string_view kRevisionHash = "controller-revision-hash";
constexpr absl::string_view kStatefulPod = "statefulset.kubernetes.io/pod-name";
constexpr absl::string_view kJobName = "batch.kubernetes.io/job-name";
constexpr absl::string_view kOldJobName = "job-name";

constexpr absl::string_view kGenerated[] = {
    kTemplateHash,
    kRolloutHash,
    kRevisionHash,
    kStatefulPod,
    kJobName,
    kOldJobName,
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "controller-uid",
    "pod-template-generation",
};

// A generated name is what it is made from, cut to 58 bytes, and 5 at random.
constexpr size_t kMaxNameBytes = 63;
constexpr size_t kRandomBytes = 5;
constexpr size_t kMaxBaseBytes = kMaxNameBytes - kRandomBytes;

// The schedule in minutes since 1970, in seconds before Kubernetes 1.21.
constexpr size_t kMinScheduleDigits = 8;

absl::string_view Find(const LabelMap& labels, absl::string_view key) {
  const auto it = labels.find(std::string(key));
  return it == labels.end() ? absl::string_view() : it->second;
}

bool IsRandom(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// What a pod's name was made from: "web-7d4b9c6f5d" of "web-7d4b9c6f5d-x2x9k".
struct Base {
  absl::string_view text;
  bool cut = false;  // the end of it may be missing, the dash besides
};

std::optional<Base> BaseOf(absl::string_view pod) {
  if (pod.size() < kRandomBytes + 2 ||
      !IsRandom(pod.substr(pod.size() - kRandomBytes))) {
    return std::nullopt;
  }
  const absl::string_view base = pod.substr(0, pod.size() - kRandomBytes);
  if (base.back() == '-') {
    return Base{base.substr(0, base.size() - 1), base.size() == kMaxBaseBytes};
  }
  if (base.size() == kMaxBaseBytes) return Base{base, true};
  return std::nullopt;
}

// "web" of "web-7d4b9c6f5d" and "7d4b9c6f5d", of which the end may be cut off.
absl::string_view WithoutHash(const Base& base, absl::string_view hash) {
  absl::string_view name = base.text;
  if (hash.empty()) return "";
  if (absl::ConsumeSuffix(&name, hash)) {
    return absl::ConsumeSuffix(&name, "-") ? name : "";
  }
  if (!base.cut) return "";
  const size_t dash = name.rfind('-');
  if (dash == absl::string_view::npos || dash == 0) return "";
  const absl::string_view left = name.substr(dash + 1);
  return absl::StartsWith(hash, left) ? name.substr(0, dash) : "";
}

WorkloadOwner Owner(absl::string_view kind, absl::string_view name) {
  return {std::string(kind), std::string(name)};
}

// The kubelet calls a static pod NAME-NODE.
WorkloadOwner StaticOwner(absl::string_view pod, absl::string_view node) {
  const std::string host = absl::AsciiStrToLower(node);
  absl::string_view name = pod;
  if (!host.empty()) {
    const std::string suffix = absl::StrCat("-", host);
    if (absl::ConsumeSuffix(&name, suffix) && !name.empty()) {
      return Owner("StaticPod", name);
    }
    name = pod;
    // A node's name may be the host's with a domain, or the other way round.
    const size_t at = pod.find(absl::StrCat(suffix, "."));
    if (at != absl::string_view::npos && at > 0) {
      return Owner("StaticPod", pod.substr(0, at));
    }
    const std::string brief = absl::StrCat("-", host.substr(0, host.find('.')));
    if (brief.size() > 1 && absl::ConsumeSuffix(&name, brief) &&
        !name.empty()) {
      return Owner("StaticPod", name);
    }
  }
  return Owner("StaticPod", pod);
}

// NAME-ORDINAL, which the label repeats.
absl::string_view StatefulSetOf(absl::string_view pod,
                                absl::string_view label) {
  if (label != pod) return "";
  const size_t dash = pod.rfind('-');
  if (dash == absl::string_view::npos || !IsDigits(pod.substr(dash + 1))) {
    return "";
  }
  return pod.substr(0, dash);
}

// JOB-xxxxx, or JOB-INDEX-xxxxx.
bool BelongsToJob(absl::string_view pod, absl::string_view job) {
  const std::optional<Base> base = BaseOf(pod);
  if (job.empty() || !base.has_value()) return false;
  absl::string_view rest = base->text;
  if (absl::ConsumePrefix(&rest, job)) {
    return rest.empty() || (absl::ConsumePrefix(&rest, "-") &&
                            (IsDigits(rest) || (base->cut && rest.empty())));
  }
  return base->cut && job.size() <= kMaxNameBytes &&
         absl::StartsWith(job, base->text);
}

WorkloadOwner JobOwner(absl::string_view job) {
  const size_t dash = job.rfind('-');
  if (dash != absl::string_view::npos && dash > 0) {
    const absl::string_view schedule = job.substr(dash + 1);
    if (schedule.size() >= kMinScheduleDigits && IsDigits(schedule)) {
      return Owner("CronJob", job.substr(0, dash));
    }
  }
  return Owner("Job", job);
}

}  // namespace

WorkloadOwner FindOwner(absl::string_view pod, const LabelMap& labels,
                        bool static_pod, absl::string_view node) {
  if (pod.empty()) return {};
  if (static_pod) return StaticOwner(pod, node);
  const absl::string_view stateful =
      StatefulSetOf(pod, Find(labels, kStatefulPod));
  if (!stateful.empty()) return Owner("StatefulSet", stateful);
  for (const absl::string_view key : {kJobName, kOldJobName}) {
    const absl::string_view job = Find(labels, key);
    if (BelongsToJob(pod, job)) return JobOwner(job);
  }
  const std::optional<Base> base = BaseOf(pod);
  if (!base.has_value()) return Owner("Pod", pod);
  const absl::string_view rollout =
      WithoutHash(*base, Find(labels, kRolloutHash));
  if (!rollout.empty()) return Owner("Rollout", rollout);
  const absl::string_view hash = Find(labels, kTemplateHash);
  const absl::string_view deployment = WithoutHash(*base, hash);
  if (!deployment.empty()) return Owner("Deployment", deployment);
  if (!hash.empty()) return Owner("ReplicaSet", base->text);
  if (!Find(labels, kRevisionHash).empty()) {
    return Owner("DaemonSet", base->text);
  }
  return Owner("Pod", pod);
}

bool IsGeneratedLabel(absl::string_view key) {
  return std::find(std::begin(kGenerated), std::end(kGenerated), key) !=
         std::end(kGenerated);
}

void CompleteOwner(absl::string_view node, v1::Decision* decision) {
  WorkloadOwner owner = FindOwner(decision->pod(), decision->labels(),
                                  decision->static_pod(), node);
  decision->set_workload_kind(std::move(owner.kind));
  decision->set_workload(std::move(owner.name));
}

}  // namespace pinwarden
