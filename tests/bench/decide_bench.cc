// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// BM_Decide/N: a policy of N rules, of which the last but one decides. What N
// rules cost may be at most three times what 100 cost, however they are told
// apart.
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "pinwarden/decide.h"
#include "pinwarden/engine.h"
#include "pinwarden/policy.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kThreeRules = R"(version: 1
mode: enforce
rules:
  - name: production
    match: {namespaces: ["prod-*"], labels: {tier: prod}}
    registries: [registry.example.com, "ghcr.io/acme/**"]
    require: digest
  - name: postgres
    match: {images: [postgres]}
    require: version
    version_components: 2
  - name: default
    require: tag
)";

constexpr absl::string_view kCatchAll =
    "  - {name: default, require: digest}\n";

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// The pod labels of a usual Deployment.
const std::vector<Label>& PodLabels() {
  static const auto* labels = new std::vector<Label>{
      {"app.kubernetes.io/name", "app"},
      {"app.kubernetes.io/instance", "app-eu"},
      {"app.kubernetes.io/managed-by", "Helm"},
      {"pod-template-hash", "6d4cf56db6"},
      {"tier", "prod"},
  };
  return *labels;
}

std::shared_ptr<const Policy> Load(absl::string_view yaml) {
  PolicyLoad load = LoadPolicy(yaml, "policy.yaml", kNow);
  if (load.policy == nullptr) {
    std::cerr << RenderProblems(load.problems, "policy.yaml", yaml);
    std::abort();
  }
  return load.policy;
}

// Rules 0 to n-2 with `match`, in which every # is the rule's number, and a
// catch-all.
std::string Rules(int64_t n, absl::string_view match) {
  std::string yaml = "version: 1\nmode: enforce\nrules:\n";
  for (int64_t i = 0; i < n - 1; ++i) {
    absl::StrAppend(&yaml, "  - {name: r", i, ", require: tag, match: {");
    for (char c : match) {
      c == '#' ? absl::StrAppend(&yaml, i) : yaml.push_back(c);
    }
    absl::StrAppend(&yaml, "}}\n");
  }
  return absl::StrCat(yaml, kCatchAll);
}

std::string Exemptions(int64_t n, absl::string_view match) {
  std::string yaml = "version: 1\nmode: enforce\nexemptions:\n";
  for (int64_t i = 0; i < n; ++i) {
    absl::StrAppend(&yaml, "  - {name: e", i,
                    ", reason: r, owner: o, expires: 2999-01-01, match: {");
    for (char c : match) {
      c == '#' ? absl::StrAppend(&yaml, i) : yaml.push_back(c);
    }
    absl::StrAppend(&yaml, "}}\n");
  }
  return absl::StrCat(yaml, "rules:\n", kCatchAll);
}

void Run(benchmark::State& state, const Policy& policy, std::string image,
         std::string name_space) {
  const Workload workload{image, Confidence::kExact, name_space, PodLabels()};
  for (auto _ : state) {
    Verdict verdict = Decide(policy, workload, kNow);
    benchmark::DoNotOptimize(verdict);
  }
}

// The policy that is written in the documents, on an image that falls through.
void BM_DecideThreeRules(benchmark::State& state) {
  Run(state, *Load(kThreeRules), "registry.example.com/team/app:1.27.3",
      "default");
}
BENCHMARK(BM_DecideThreeRules);

void BM_Decide(benchmark::State& state) {
  const int64_t n = state.range(0);
  Run(state, *Load(Rules(n, "images: [h.io/app-#]")),
      absl::StrCat("h.io/app-", n - 2, ":1.27.3"), "default");
}
BENCHMARK(BM_Decide)->Arg(3)->Arg(100)->Arg(10000);

void BM_DecideCatchAll(benchmark::State& state) {
  Run(state, *Load(Rules(state.range(0), "images: [h.io/app-#]")),
      "h.io/other:1.27.3", "default");
}
BENCHMARK(BM_DecideCatchAll)->Arg(3)->Arg(100)->Arg(10000);

void BM_DecidePrefixes(benchmark::State& state) {
  const int64_t n = state.range(0);
  Run(state, *Load(Rules(n, "images: [\"h.io/team-#/**\"]")),
      absl::StrCat("h.io/team-", n - 2, "/app:1.27.3"), "default");
}
BENCHMARK(BM_DecidePrefixes)->Arg(100)->Arg(10000);

void BM_DecideNamespaces(benchmark::State& state) {
  const int64_t n = state.range(0);
  Run(state, *Load(Rules(n, "namespaces: [ns-#]")), "h.io/app:1.27.3",
      absl::StrCat("ns-", n - 2));
}
BENCHMARK(BM_DecideNamespaces)->Arg(100)->Arg(10000);

void BM_DecideSharedImage(benchmark::State& state) {
  const int64_t n = state.range(0);
  Run(state, *Load(Rules(n, "namespaces: [ns-#], images: [h.io/app]")),
      "h.io/app:1.27.3", absl::StrCat("ns-", n - 2));
}
BENCHMARK(BM_DecideSharedImage)->Arg(100)->Arg(10000);

void BM_DecideLabels(benchmark::State& state) {
  Run(state, *Load(Rules(state.range(0), "labels: {team: t-#}")),
      "h.io/app:1.27.3", "default");
}
BENCHMARK(BM_DecideLabels)->Arg(100)->Arg(10000);

void BM_DecideExemptions(benchmark::State& state) {
  const int64_t n = state.range(0);
  Run(state, *Load(Exemptions(n, "namespaces: [shop], images: [h.io/app-#]")),
      absl::StrCat("h.io/app-", n - 1, ":latest"), "shop");
}
BENCHMARK(BM_DecideExemptions)->Arg(3)->Arg(100)->Arg(10000);

void BM_DecideNotExempted(benchmark::State& state) {
  Run(state,
      *Load(Exemptions(state.range(0),
                       "namespaces: [shop], images: [h.io/app-#]")),
      "h.io/other:1.27.3", "shop");
}
BENCHMARK(BM_DecideNotExempted)->Arg(100)->Arg(10000);

void BM_EngineEvaluate(benchmark::State& state) {
  const Engine engine(Load(kThreeRules));
  const Workload workload{"registry.example.com/team/app:1.27.3",
                          Confidence::kExact, "default", PodLabels()};
  for (auto _ : state) {
    Judgement judgement = engine.Evaluate(workload, kNow);
    benchmark::DoNotOptimize(judgement);
  }
}
BENCHMARK(BM_EngineEvaluate);

void BM_VerdictMessage(benchmark::State& state) {
  const auto policy = Load(kThreeRules);
  const Workload workload{"nginx", Confidence::kExact, "default", {}};
  const Verdict verdict = Decide(*policy, workload, kNow);
  for (auto _ : state) {
    std::string message = VerdictMessage(*policy, workload, verdict);
    benchmark::DoNotOptimize(message);
  }
}
BENCHMARK(BM_VerdictMessage);

void BM_LoadPolicy(benchmark::State& state) {
  const std::string yaml = Rules(state.range(0), "images: [h.io/app-#]");
  for (auto _ : state) {
    PolicyLoad load = LoadPolicy(yaml, "policy.yaml", kNow);
    benchmark::DoNotOptimize(load);
  }
}
BENCHMARK(BM_LoadPolicy)->Arg(100)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pinwarden
