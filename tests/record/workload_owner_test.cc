// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/workload_owner.h"

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::Le;

constexpr char kHash[] = "pod-template-hash";
constexpr char kRevision[] = "controller-revision-hash";
constexpr char kStateful[] = "statefulset.kubernetes.io/pod-name";
constexpr char kJob[] = "batch.kubernetes.io/job-name";
constexpr char kOldJob[] = "job-name";

using Labels = std::initializer_list<std::pair<const char*, std::string>>;

struct Case {
  std::string pod;
  Labels labels;
  std::string want;  // "Deployment web"
};

std::string OwnerOf(const std::string& pod, const Labels& labels,
                    bool static_pod = false, absl::string_view node = "node7") {
  LabelMap map;
  for (const auto& [key, value] : labels) map[key] = value;
  const WorkloadOwner owner = FindOwner(pod, map, static_pod, node);
  return absl::StrCat(owner.kind, " ", owner.name);
}

void ExpectOwners(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(absl::StrCat(
        c.pod, " ", absl::StrJoin(c.labels, ",", absl::PairFormatter("="))));
    EXPECT_EQ(OwnerOf(c.pod, c.labels), c.want);
  }
}

TEST(FindOwnerTest, FindsDeployments) {
  const std::string forty(40, 'd');
  const std::string fifty(50, 'd');
  const std::string most(57, 'd');
  ExpectOwners({
      {"web-7d4b9c6f5d-x2x9k", {{kHash, "7d4b9c6f5d"}}, "Deployment web"},
      {"web-7d4b9c6f5-x2x9k", {{kHash, "7d4b9c6f5"}}, "Deployment web"},
      {"w-5f-x2x9k", {{kHash, "5f"}}, "Deployment w"},
      {"a-b-c-7d4b9c6f5d-x2x9k", {{kHash, "7d4b9c6f5d"}}, "Deployment a-b-c"},
      {"my.app-7d4b9c6f5d-x2x9k", {{kHash, "7d4b9c6f5d"}}, "Deployment my.app"},
      {"web-7d4b9c6f5d-7d4b9c6f5d-x2x9k",
       {{kHash, "7d4b9c6f5d"}},
       "Deployment web-7d4b9c6f5d"},
      {"web-7d4b9c6f5d-x2x9k",
       {{kHash, "7d4b9c6f5d"}, {"app", "other"}},
       "Deployment web"},
      // The name that the pod's is made from is cut to 58 bytes.
      {forty + "-7d4b9c6f5d-x2x9k",
       {{kHash, "7d4b9c6f5d"}},
       "Deployment " + forty},
      {fifty + "-7d4b9c6x2x9k", {{kHash, "7d4b9c6f5d"}}, "Deployment " + fifty},
      {most + "-x2x9k", {{kHash, "7d4b9c6f5d"}}, "ReplicaSet " + most},
      // The first of a canary's controllers that are not Kubernetes' own.
      {"web-7d4b9c6f5d-x2x9k",
       {{"rollouts-pod-template-hash", "7d4b9c6f5d"}},
       "Rollout web"},
  });
}

TEST(FindOwnerTest, FindsReplicaSetsThatNoDeploymentMade) {
  ExpectOwners({
      {"frontend-x2x9k", {{kHash, "7d4b9c6f5d"}}, "ReplicaSet frontend"},
      {"web-aaaaaaaaaa-x2x9k",
       {{kHash, "7d4b9c6f5d"}},
       "ReplicaSet web-aaaaaaaaaa"},
      {"web7d4b9c6f5d-x2x9k",
       {{kHash, "7d4b9c6f5d"}},
       "ReplicaSet web7d4b9c6f5d"},
      {"7d4b9c6f5d-x2x9k", {{kHash, "7d4b9c6f5d"}}, "ReplicaSet 7d4b9c6f5d"},
      {"-7d4b9c6f5d-x2x9k", {{kHash, "7d4b9c6f5d"}}, "ReplicaSet -7d4b9c6f5d"},
  });
}

TEST(FindOwnerTest, FindsStatefulSets) {
  ExpectOwners({
      {"db-0", {{kStateful, "db-0"}}, "StatefulSet db"},
      {"db-12",
       {{kStateful, "db-12"}, {kRevision, "db-6f7"}},
       "StatefulSet db"},
      {"a-b-3", {{kStateful, "a-b-3"}}, "StatefulSet a-b"},
      {"db-2-0", {{kStateful, "db-2-0"}}, "StatefulSet db-2"},
      {"db-0",
       {{kStateful, "db-0"}, {"apps.kubernetes.io/pod-index", "0"}},
       "StatefulSet db"},
      // Of another pod, or of none.
      {"db-0", {{kStateful, "db-1"}}, "Pod db-0"},
      {"db-0", {{kStateful, ""}}, "Pod db-0"},
      {"db-x", {{kStateful, "db-x"}}, "Pod db-x"},
      {"db-", {{kStateful, "db-"}}, "Pod db-"},
      {"db", {{kStateful, "db"}}, "Pod db"},
      {"-0", {{kStateful, "-0"}}, "Pod -0"},
      {"0", {{kStateful, "0"}}, "Pod 0"},
  });
}

TEST(FindOwnerTest, FindsDaemonSets) {
  const std::string sixty(60, 'd');
  ExpectOwners({
      {"agent-x2x9k", {{kRevision, "6f7d"}}, "DaemonSet agent"},
      {"kube-proxy-x2x9k",
       {{kRevision, "6f7d"}, {"pod-template-generation", "4"}},
       "DaemonSet kube-proxy"},
      {"node.exporter-bcdfg", {{kRevision, "6f7d"}}, "DaemonSet node.exporter"},
      {sixty.substr(0, 58) + "x2x9k",
       {{kRevision, "6f7d"}},
       "DaemonSet " + sixty.substr(0, 58)},
      {"agent-x2x9", {{kRevision, "6f7d"}}, "Pod agent-x2x9"},
      {"agent-x2x9kk", {{kRevision, "6f7d"}}, "Pod agent-x2x9kk"},
      {"agent-X2X9K", {{kRevision, "6f7d"}}, "Pod agent-X2X9K"},
      {"agentx2x9k", {{kRevision, "6f7d"}}, "Pod agentx2x9k"},
      {"agent-x2x9k", {{kRevision, ""}}, "Pod agent-x2x9k"},
  });
}

TEST(FindOwnerTest, FindsJobs) {
  const std::string long_job(60, 'j');
  ExpectOwners({
      {"import-x2x9k", {{kJob, "import"}}, "Job import"},
      {"import-x2x9k", {{kOldJob, "import"}}, "Job import"},
      {"import-x2x9k", {{kOldJob, "import"}, {kJob, "import"}}, "Job import"},
      {"import-x2x9k", {{kOldJob, "import"}, {kJob, "wrong"}}, "Job import"},
      {"import-3-x2x9k", {{kJob, "import"}}, "Job import"},  // indexed
      {"import-12-x2x9k", {{kJob, "import"}}, "Job import"},
      {"import-7d4b9c6f5d-x2x9k",
       {{kJob, "import-7d4b9c6f5d"}, {kHash, "7d4b9c6f5d"}},
       "Job import-7d4b9c6f5d"},
      {"import-2024-x2x9k", {{kJob, "import-2024"}}, "Job import-2024"},
      {long_job.substr(0, 58) + "x2x9k", {{kJob, long_job}}, "Job " + long_job},
      // Of another job.
      {"import-x2x9k", {{kJob, "export"}}, "Pod import-x2x9k"},
      {"import-x2x9k", {{kJob, "imp"}}, "Pod import-x2x9k"},
      {"import-x2x9k", {{kJob, "import-x2x9k"}}, "Pod import-x2x9k"},
      {"import-a-x2x9k", {{kJob, "import"}}, "Pod import-a-x2x9k"},
      {"import", {{kJob, "import"}}, "Pod import"},
      {"import-x2x9k", {{kJob, ""}}, "Pod import-x2x9k"},
  });
}

TEST(FindOwnerTest, FindsCronJobs) {
  ExpectOwners({
      {"nightly-29012345-x2x9k",
       {{kJob, "nightly-29012345"}},
       "CronJob nightly"},
      {"nightly-29012345-x2x9k",
       {{kOldJob, "nightly-29012345"}},
       "CronJob nightly"},
      {"nightly-1700000000-x2x9k",
       {{kJob, "nightly-1700000000"}},
       "CronJob nightly"},
      {"a-b-29012345-x2x9k", {{kJob, "a-b-29012345"}}, "CronJob a-b"},
      {"nightly-29012345-0-x2x9k",
       {{kJob, "nightly-29012345"}},
       "CronJob nightly"},
      {"nightly-2901234-x2x9k",
       {{kJob, "nightly-2901234"}},
       "Job nightly-2901234"},
      {"nightly-2901234a-x2x9k",
       {{kJob, "nightly-2901234a"}},
       "Job nightly-2901234a"},
      {"29012345-x2x9k", {{kJob, "29012345"}}, "Job 29012345"},
      {"-29012345-x2x9k", {{kJob, "-29012345"}}, "Job -29012345"},
  });
}

TEST(FindOwnerTest, TakesAPodThatNothingMadeForItsOwnOwner) {
  ExpectOwners({
      {"web", {}, "Pod web"},
      {"web-x2x9k", {}, "Pod web-x2x9k"},
      {"web-7d4b9c6f5d-x2x9k", {}, "Pod web-7d4b9c6f5d-x2x9k"},
      {"web-7d4b9c6f5d-x2x9k", {{kHash, ""}}, "Pod web-7d4b9c6f5d-x2x9k"},
      {"web", {{kHash, "7d4b9c6f5d"}}, "Pod web"},
      {"db-0", {}, "Pod db-0"},
      {"-x2x9k", {{kRevision, "6f7d"}}, "Pod -x2x9k"},
      {"x2x9k", {{kRevision, "6f7d"}}, "Pod x2x9k"},
      {"etcd-node7", {}, "Pod etcd-node7"},
      {"", {{kHash, "7d4b9c6f5d"}}, " "},
  });
}

TEST(FindOwnerTest, FindsStaticPodsByTheNodesName) {
  const struct {
    const char* pod;
    const char* node;
    const char* want;
  } kCases[] = {
      {"etcd-node7", "node7", "StaticPod etcd"},
      {"kube-apiserver-node7", "node7", "StaticPod kube-apiserver"},
      {"etcd-node7", "Node7", "StaticPod etcd"},
      {"etcd-node7.example.com", "node7.example.com", "StaticPod etcd"},
      {"etcd-node7.example.com", "node7", "StaticPod etcd"},
      {"etcd-node7", "node7.example.com", "StaticPod etcd"},
      {"etcd-a-node7", "node7", "StaticPod etcd-a"},
      {"etcd-node77", "node7", "StaticPod etcd-node77"},
      {"etcd-mynode7", "node7", "StaticPod etcd-mynode7"},
      {"-node7", "node7", "StaticPod -node7"},
      {"node7", "node7", "StaticPod node7"},
      {"etcd-node7", "", "StaticPod etcd-node7"},
      {"etcd-node7", ".", "StaticPod etcd-node7"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.pod, " on ", c.node));
    EXPECT_EQ(OwnerOf(c.pod, {{kHash, "7d4b9c6f5d"}}, true, c.node), c.want);
  }
}

TEST(FindOwnerTest, SaysNothingLongerThanWhatItIsTakenFrom) {
  const std::string values[] = {"",
                                "-",
                                "--",
                                "-0",
                                "a",
                                "a-0",
                                "a-x2x9k",
                                std::string(58, 'a') + "x2x9k",
                                std::string(57, '-') + "-x2x9k",
                                std::string(63, '0'),
                                std::string(320, 'a'),
                                std::string("\0-\xff-x2x9k", 9)};
  for (const std::string& pod : values) {
    for (const std::string& label : values) {
      for (const char* key : {kHash, kRevision, kStateful, kJob, kOldJob}) {
        LabelMap labels;
        labels[key] = label;
        const WorkloadOwner owner = FindOwner(pod, labels, false, label);
        EXPECT_THAT(owner.name.size(), Le(std::max(pod.size(), label.size())));
        const WorkloadOwner on_disk = FindOwner(pod, labels, true, label);
        EXPECT_THAT(on_disk.name.size(), Le(pod.size()));
      }
    }
  }
}

TEST(IsGeneratedLabelTest, KnowsThoseThatControllersMake) {
  for (const char* key :
       {kHash, kRevision, kStateful, kJob, kOldJob,
        "apps.kubernetes.io/pod-index", "controller-uid",
        "batch.kubernetes.io/controller-uid", "pod-template-generation"}) {
    EXPECT_TRUE(IsGeneratedLabel(key)) << key;
  }
  for (const char* key :
       {"", "app", "app.kubernetes.io/name", "tier", "pod-template-hash2"}) {
    EXPECT_FALSE(IsGeneratedLabel(key)) << key;
  }
}

TEST(CompleteOwnerTest, SetsBothFields) {
  v1::Decision decision;
  decision.set_pod("etcd-node7");
  decision.set_static_pod(true);
  CompleteOwner("node7", &decision);
  EXPECT_EQ(decision.workload_kind(), "StaticPod");
  EXPECT_EQ(decision.workload(), "etcd");
}

}  // namespace
}  // namespace pinwarden
