// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// One policy, one verdict: what `pinwarden lint` says about a manifest and
// `pinwarden check` about an image is what the node then does and says.
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "e2e/host_test.h"
#include "e2e/wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kPolicy[] = R"(version: 1
mode: enforce
floating_tags: [latest, stable, edge, main, "*-latest"]
exemptions:
  - name: vendor
    match: {images: [docker.io/acme/billing]}
    reason: vendor ships only latest, OPS-123
    owner: team-billing
    expires: 2099-12-31
rules:
  - name: production
    match: {namespaces: ["prod-*"], labels: {tier: prod}}
    registries: [registry.example.com, "ghcr.io/acme/**"]
    require: digest
  - name: convention
    match: {images: ["quay.io/**"]}
    require: tag
    tag_pattern: 'v[0-9]+\.[0-9]+\.[0-9]+'
  - name: anything
    match: {images: ["localhost:5000/**"]}
    require: none
  - name: watched
    match: {namespaces: [shop]}
    require: version
    version_components: 2
    mode: observe
  - name: default
    require: version
)";

constexpr char kHex[] =
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

struct Case {
  std::string image;
  std::string name_space;
  bool production = false;  // its label
};

std::vector<Case> Cases() {
  const std::string digest = absl::StrCat("@sha256:", kHex);
  std::vector<Case> cases;
  for (const std::string& image :
       std::vector<std::string>{"nginx",
                                "nginx:latest",
                                "nginx:stable",
                                "nginx:1",
                                "nginx:1.27",
                                "nginx:1.27.3",
                                "nginx:v1.27.3-alpine",
                                "nginx:3.12.0rc1",
                                "nginx:20240110",
                                "nginx:nightly-2024-01-10",
                                "nginx:main-3f2a9c1",
                                "nginx:alpine-latest",
                                "NGINX",
                                "nginx:",
                                "nginx@",
                                "nginx:a b",
                                "nginx@sha256:abc",
                                absl::StrCat("nginx", digest),
                                absl::StrCat("nginx:1.27.3", digest),
                                absl::StrCat("nginx:latest", digest),
                                absl::StrCat("sha256:", kHex),
                                kHex,
                                "library/nginx:1.27.3",
                                "docker.io/library/nginx:1.27.3",
                                "reg:5000/nginx",
                                "reg:5000/nginx:1.2.3",
                                "localhost/app",
                                "localhost:5000/app",
                                "localhost:5000/app:latest",
                                "acme/billing:latest",
                                "docker.io/acme/billing",
                                "acme/billing-evil:latest",
                                "quay.io/org/app:v1.2.3",
                                "quay.io/org/app:1.2.3",
                                "quay.io/org/app",
                                absl::StrCat("quay.io/org/app:main", digest),
                                "ghcr.io/acme/a/b:1.0",
                                "-nginx",
                                "nginx/",
                                "/nginx",
                                "a//b",
                                "https://ghcr.io/acme/app",
                                "nginx:\"1\"",
                                "nginx\\:1",
                                "${IMAGE",
                                "nginx:1.2.3 "}) {
    cases.push_back({image, "default"});
  }
  for (const std::string& image : std::vector<std::string>{
           "nginx", absl::StrCat("nginx", digest), "registry.example.com/app",
           "registry.example.com/app:1.2.3",
           absl::StrCat("registry.example.com/app", digest),
           absl::StrCat("registry.example.com:443/app", digest),
           absl::StrCat("ghcr.io/acme/a", digest),
           absl::StrCat("ghcr.io/acme-evil/a", digest),
           absl::StrCat("sha256:", kHex), "acme/billing:latest"}) {
    cases.push_back({image, "prod-eu", true});
  }
  for (const std::string& image : std::vector<std::string>{
           "nginx", "nginx:1.27", "nginx:1", "NGINX", "nginx:edge"}) {
    cases.push_back({image, "shop"});
  }
  return cases;
}

// What one of the three says, as one text.
std::string Said(absl::string_view outcome, absl::string_view reason,
                 absl::string_view message) {
  return absl::StrCat(outcome, " ", reason, ": ", message);
}

std::string SaidBy(const nlohmann::json& object) {
  return Said(object["outcome"].get<std::string>(),
              object["reason"].get<std::string>(),
              object["message"].get<std::string>());
}

// "OUTCOME_WOULD_REJECT" -> "would_reject"
std::string LowerName(absl::string_view name, absl::string_view prefix) {
  return absl::AsciiStrToLower(name.substr(prefix.size()));
}

class SameVerdictTest : public HostTest {
 protected:
  // `pinwarden ARGS...`: its output, whatever it exits with.
  std::string Pinwarden(std::vector<std::string> arguments) {
    ChildProcess::Options options;
    options.argv = {PINWARDEN_CLI};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.error_path = directory_ + "/pinwarden.log";
    const auto command = ChildProcess::Start(options);
    if (!command.ok()) return "";
    return (*command)->ReadAll(kPatience).value_or("");
  }

  // What check says of each.
  std::string Check(const Case& c) {
    std::vector<std::string> arguments = {
        "check",      "--policy", policy_path_, "--namespace",
        c.name_space, "--output", "json"};
    if (c.production) {
      arguments.insert(arguments.end(), {"--label", "tier=prod"});
    }
    arguments.insert(arguments.end(), {"--", c.image});
    return SaidBy(nlohmann::json::parse(Pinwarden(arguments)));
  }

  // What lint finds in a manifest with a pod for each, by the pod's number.
  std::map<size_t, std::string> Lint(const std::vector<Case>& cases) {
    const std::string path = directory_ + "/pods.yaml";
    std::ofstream file(path);
    for (size_t i = 0; i < cases.size(); ++i) {
      nlohmann::json pod = {
          {"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata",
           {{"name", absl::StrCat("pod-", i)},
            {"namespace", cases[i].name_space}}},
          {"spec",
           {{"containers", {{{"name", "app"}, {"image", cases[i].image}}}}}}};
      if (cases[i].production) pod["metadata"]["labels"]["tier"] = "prod";
      file << "---\n" << pod.dump() << '\n';
    }
    file.close();
    const auto result = nlohmann::json::parse(Pinwarden(
        {"lint", "--policy", policy_path_, "--output", "json", path}));
    std::map<size_t, std::string> found;
    for (const auto& finding : result["findings"]) {
      // A document takes two lines, the "---" being the first.
      found[finding["line"].get<size_t>() / 2 - 1] = SaidBy(finding);
    }
    return found;
  }

  // What the node does with it, and records.
  std::string Node(const Case& c, const std::string& pod_name,
                   const std::string& image_id) {
    PodSpec pod;
    pod.name = pod_name;
    pod.name_space = c.name_space;
    if (c.production) pod.labels["tier"] = "prod";
    ContainerSpec spec;
    spec.image = c.image;
    spec.image_id = image_id;
    const absl::StatusOr<std::string> id = cri_->Run(pod, spec);
    const absl::StatusOr<v1::Decision> decision = watch_->FindPod(pod_name);
    if (!decision.ok()) return decision.status().ToString();
    if (id.ok() == (decision->outcome() == v1::OUTCOME_REJECTED)) {
      return absl::StrCat("what it recorded is not what it did: ",
                          id.status().ToString());
    }
    if (!id.ok()) {
      // What a pod's author reads.
      EXPECT_THAT(std::string(id.status().message()),
                  HasSubstr(decision->message()));
    }
    return Said(LowerName(v1::Outcome_Name(decision->outcome()), "OUTCOME_"),
                LowerName(v1::Reason_Name(decision->reason()), "REASON_"),
                decision->message());
  }
};

TEST_P(SameVerdictTest, LintCheckAndTheNodeSayTheSame) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kPolicy));
  const auto image = cri_->FindImage("demo:1.2.3");
  ASSERT_THAT(image, IsOk());
  const std::vector<Case> cases = Cases();
  ASSERT_THAT(cases, SizeIs(Ge(60)));
  const std::map<size_t, std::string> lint = Lint(cases);
  for (size_t i = 0; i < cases.size(); ++i) {
    const Case& c = cases[i];
    SCOPED_TRACE(absl::StrCat(c.image, " in ", c.name_space));
    const std::string check = Check(c);
    EXPECT_EQ(Node(c, absl::StrCat("pod-", i), image->id()), check);
    // Lint finds what is refused, or would be, and nothing else.
    const auto found = lint.find(i);
    if (check.find("allowed") == 0 || check.find("exempted") == 0) {
      EXPECT_EQ(found == lint.end() ? "" : found->second, "");
    } else {
      EXPECT_EQ(found == lint.end() ? "" : found->second, check);
    }
  }
  ASSERT_THAT(cri_->RemoveAllPods(), IsOk());
}

// containerd 1.7 shows another name of the image, where it has several: only
// 2.x says which one was asked for.
INSTANTIATE_TEST_SUITE_P(Containerd, SameVerdictTest, ::testing::Values("2.1"),
                         LineName);

}  // namespace
}  // namespace pinwarden::e2e
