// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_WORKLOAD_OWNER_H_
#define PINWARDEN_WORKLOAD_OWNER_H_

#include <google/protobuf/map.h>

#include <string>

#include "absl/strings/string_view.h"
#include "pinwarden/v1/decision.pb.h"

namespace pinwarden {

// What a pod belongs to, as a person would name it. A plain value.
struct WorkloadOwner {
  std::string kind;  // "Deployment", ... "Pod"; "" without a pod
  std::string name;  // of the owner; never longer than what it is taken from
};

using LabelMap = google::protobuf::Map<std::string, std::string>;

// Finds it from what the kubelet tells the runtime: controllers leave a label,
// and make the pod's name from theirs.
//
//   pod                     label                              owner
//   "web-7d4b9c6f5d-x2x9k"  pod-template-hash=7d4b9c6f5d       Deployment web
//   "db-0"                  statefulset.kubernetes.io/pod-name StatefulSet db
//   "agent-x2x9k"           controller-revision-hash           DaemonSet agent
//   "import-x2x9k"          job-name=import                    Job import
//   "nightly-29012345-..."  job-name=nightly-29012345          CronJob nightly
//   "etcd-node7"            (static_pod, node is node7)        StaticPod etcd
//
// Where name and label do not belong together the label is not believed, and a
// pod that nothing is known of is its own owner ("Pod"). Labels may be set by
// whoever makes the pod: an owner is for reports and never decides anything.
WorkloadOwner FindOwner(absl::string_view pod, const LabelMap& labels,
                        bool static_pod, absl::string_view node);

// True for labels that controllers make anew for each pod or revision, such as
// "pod-template-hash": no property of the workload.
bool IsGeneratedLabel(absl::string_view key);

// Sets the decision's workload and workload_kind.
void CompleteOwner(absl::string_view node, v1::Decision* decision);

}  // namespace pinwarden

#endif  // PINWARDEN_WORKLOAD_OWNER_H_
