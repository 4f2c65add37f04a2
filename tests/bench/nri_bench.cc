// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The plugin with its real judgement in a process of its own, asked over a real
// Unix socket by a runtime in this one.
#include <signal.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "benchmark/benchmark.h"
#include "pinwarden/admission.h"
#include "pinwarden/engine.h"
#include "pinwarden/ledger.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/policy.h"
#include "pinwarden/recorder.h"
#include "pinwarden/workload_owner.h"
#include "testing/fake_runtime.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::FakeConnection;

constexpr absl::string_view kPolicy = R"(version: 1
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

constexpr char kPluginName[] = "nri.pkg.api.v1alpha1.Plugin";

double MicrosecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::micro>(
             std::chrono::steady_clock::now() - start)
      .count();
}

void Require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << what << "\n";
  std::abort();
}

// With a ledger at `ledger_path`, or with none.
[[noreturn]] void RunPlugin(UniqueFd socket, const std::string& ledger_path) {
  const Engine engine(LoadPolicy(kPolicy, "policy.yaml", absl::Now()).policy);
  std::unique_ptr<Ledger> ledger;
  std::vector<Recorder::Sink> sinks;
  if (!ledger_path.empty()) {
    LedgerOptions options;
    options.path = ledger_path;
    ledger = std::make_unique<Ledger>(options);
    sinks.push_back([&ledger](const DecisionPtr& d) { ledger->Record(d); });
  }
  Recorder recorder(
      Recorder::kDefaultCapacity, std::move(sinks),
      [](v1::Decision* decision) { CompleteOwner("node7", decision); });
  Admission admission(
      engine, recorder, [](const NriStats&) {}, absl::Now);
  NriOptions options;
  options.inherited = std::move(socket);
  NriPlugin plugin(std::move(options), admission);
  const StopEvent never;
  plugin.Run(never).IgnoreError();
  _exit(0);
}

// The plugin's process, for as long as this lives, and the connection to it.
class PluginProcess {
 public:
  explicit PluginProcess(const std::string& ledger_path = "") {
    auto [connection, socket] = testing::ConnectedPair();
    pid_ = fork();
    Require(pid_ >= 0, "cannot fork");
    if (pid_ == 0) {
      connection.reset();
      RunPlugin(std::move(socket), ledger_path);
    }
    connection_ = std::move(connection);
    Require(connection_->Establish("containerd", "2.2.0").has_value(),
            "the plugin does not register");
  }

  ~PluginProcess() {
    connection_.reset();  // its end of file ends the plugin
    waitpid(pid_, nullptr, 0);
  }

  FakeConnection& connection() { return *connection_; }

  double ResidentMiB() const {
    std::ifstream statm(absl::StrCat("/proc/", pid_, "/statm"));
    double total = 0;
    double resident = 0;
    statm >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
  }

 private:
  pid_t pid_ = -1;
  std::unique_ptr<FakeConnection> connection_;
};

// What a runtime sends besides what we read: some 5 KiB of environment and
// mounts.
std::string OtherFields() {
  std::string bytes;
  for (int i = 0; i < 60; ++i) {
    const std::string text = absl::StrCat(
        "SERVICE_", i, "_PORT_8443_TCP_ADDR=10.96.0.1 and as much again ", i);
    bytes.push_back(i % 3 == 0 ? 0x4a : 0x42);  // mounts = 9, env = 8
    bytes.push_back(static_cast<char>(text.size()));
    bytes.append(text);
  }
  return bytes;
}

void FillPod(const std::string& number, wire::nri::PodSandbox* pod) {
  pod->set_id(std::string(64 - number.size(), 'p') + number);
  pod->set_name(absl::StrCat("web-6d4cf56db6-", number));
  pod->set_uid("0e31d9a4-5f0b-4dd1-a1d0-6a8d4d1c3b2a");
  pod->set_namespace_("prod-eu");
  auto& labels = *pod->mutable_labels();
  labels["app.kubernetes.io/name"] = "web";
  labels["app.kubernetes.io/instance"] = "web-eu";
  labels["app.kubernetes.io/managed-by"] = "Helm";
  labels["pod-template-hash"] = "6d4cf56db6";
  labels["tier"] = "prod";
}

void FillContainer(const std::string& number, const std::string& pod_id,
                   wire::nri::Container* container) {
  Require(container->MergeFromString(OtherFields()), "the fields do not parse");
  container->set_id(std::string(64 - number.size(), 'c') + number);
  container->set_pod_sandbox_id(pod_id);
  container->set_name("app");
  auto& annotations = *container->mutable_annotations();
  annotations["io.kubernetes.cri.container-name"] = "app";
  annotations["io.kubernetes.cri.container-type"] = "container";
  annotations["io.kubernetes.cri.sandbox-id"] = pod_id;
  annotations[testing::kImageAnnotation] =
      "registry.example.com/team/web@sha256:" + std::string(64, 'a');
}

// Reads one answer that comes in one frame.
void ReadFrame(int fd, std::string* buffer) {
  const ssize_t n = recv(fd, buffer->data(), buffer->size(), 0);
  Require(n >= 18, "no answer from the plugin");
}

void BM_RoundTrip(benchmark::State& state) {
  PluginProcess plugin;
  wire::nri::ValidateContainerAdjustmentRequest request;
  FillPod("1", request.mutable_pod());
  FillContainer("1", request.pod().id(), request.mutable_container());
  std::string message = testing::TtrpcMessageBytes(
      0, testing::kTtrpcRequest,
      testing::RequestEnvelope(kPluginName, "ValidateContainerAdjustment",
                               request.SerializeAsString()));
  std::string buffer(16 << 10, '\0');
  std::vector<double> took;
  uint32_t stream = 1001;
  for (auto _ : state) {
    message.replace(4, 4, testing::BigEndian32(stream));
    stream += 2;
    // As runtimes write it: what fits 4096 bytes first, then the rest.
    const std::string first = testing::MuxFrame(1, message.substr(0, 4096));
    const std::string rest = testing::MuxFrame(1, message.substr(4096));
    const auto start = std::chrono::steady_clock::now();
    Require(plugin.connection().Send(first), "cannot send");
    Require(plugin.connection().Send(rest), "cannot send");
    ReadFrame(plugin.connection().fd(), &buffer);
    took.push_back(MicrosecondsSince(start));
    state.SetIterationTime(took.back() / 1e6);
  }
  std::sort(took.begin(), took.end());
  state.counters["p50_us"] = took[took.size() / 2];
  state.counters["p99_us"] = took[took.size() * 99 / 100];
  state.counters["rss_mib"] = plugin.ResidentMiB();
}
BENCHMARK(BM_RoundTrip)->UseManualTime()->MinTime(2.0);

// One request after the other for two plugins in turn, of which one keeps a
// ledger: a thousand a second each, for as many containers as a host of 110 pods
// has.
void BM_RoundTripWithLedger(benchmark::State& state) {
  constexpr int kRows = 250;
  constexpr std::chrono::microseconds kInterval(500);
  const testing::TempDir dir;
  PluginProcess without;
  PluginProcess with(dir / "ledger.db");
  std::vector<std::string> messages;
  for (int i = 0; i < kRows; ++i) {
    wire::nri::ValidateContainerAdjustmentRequest request;
    FillPod(absl::StrCat(i), request.mutable_pod());
    FillContainer(absl::StrCat(i), request.pod().id(),
                  request.mutable_container());
    request.mutable_container()->set_name(absl::StrCat("app-", i));
    messages.push_back(testing::TtrpcMessageBytes(
        0, testing::kTtrpcRequest,
        testing::RequestEnvelope(kPluginName, "ValidateContainerAdjustment",
                                 request.SerializeAsString())));
  }
  std::string buffer(16 << 10, '\0');
  std::vector<double> took[2];
  PluginProcess* const plugins[2] = {&without, &with};
  uint32_t stream = 1001;
  size_t next = 0;
  auto due = std::chrono::steady_clock::now();
  for (auto _ : state) {
    std::string& message = messages[next++ % messages.size()];
    message.replace(4, 4, testing::BigEndian32(stream));
    stream += 2;
    const std::string first = testing::MuxFrame(1, message.substr(0, 4096));
    const std::string rest = testing::MuxFrame(1, message.substr(4096));
    double sum = 0;
    for (size_t turn = 0; turn < 2; ++turn) {
      const size_t i = (next + turn) % 2;  // neither is always the second
      std::this_thread::sleep_until(due += kInterval);
      FakeConnection& connection = plugins[i]->connection();
      const auto start = std::chrono::steady_clock::now();
      Require(connection.Send(first) && connection.Send(rest), "cannot send");
      ReadFrame(connection.fd(), &buffer);
      took[i].push_back(MicrosecondsSince(start));
      sum += took[i].back();
    }
    state.SetIterationTime(sum / 1e6);
  }
  for (std::vector<double>& times : took) std::sort(times.begin(), times.end());
  const size_t p99 = took[0].size() * 99 / 100;
  state.counters["p50_off_us"] = took[0][took[0].size() / 2];
  state.counters["p50_on_us"] = took[1][took[1].size() / 2];
  state.counters["p99_off_us"] = took[0][p99];
  state.counters["p99_on_us"] = took[1][p99];
  state.counters["rss_off_mib"] = without.ResidentMiB();
  state.counters["rss_on_mib"] = with.ResidentMiB();
}
BENCHMARK(BM_RoundTripWithLedger)->UseManualTime()->Iterations(20'000);

// All chunks, from the first byte to the last answer.
void BM_Synchronize(benchmark::State& state) {
  constexpr int kPerChunk = 500;
  PluginProcess plugin;
  std::vector<std::string> chunks;
  for (int64_t first = 0; first < state.range(0); first += kPerChunk) {
    wire::nri::SynchronizeRequest request;
    request.set_more(first + kPerChunk < state.range(0));
    for (int i = 0; i < kPerChunk; ++i) {
      const std::string number = absl::StrCat(first + i);
      FillPod(number, request.add_pods());
      FillContainer(number, request.pods(i).id(), request.add_containers());
    }
    chunks.push_back(testing::TtrpcMessageBytes(
        0, testing::kTtrpcRequest,
        testing::RequestEnvelope(kPluginName, "Synchronize",
                                 request.SerializeAsString())));
  }
  std::string buffer(4096, '\0');
  uint32_t stream = 1001;
  const double before = plugin.ResidentMiB();
  for (auto _ : state) {
    double took = 0;
    for (std::string& chunk : chunks) {
      chunk.replace(4, 4, testing::BigEndian32(stream));
      stream += 2;
      const std::string frame = testing::MuxFrame(1, chunk);
      const auto start = std::chrono::steady_clock::now();
      Require(plugin.connection().Send(frame), "cannot send");
      ReadFrame(plugin.connection().fd(), &buffer);
      took += MicrosecondsSince(start);
    }
    state.SetIterationTime(took / 1e6);
  }
  state.counters["rss_mib"] = plugin.ResidentMiB();
  state.counters["rss_before_mib"] = before;
}
BENCHMARK(BM_Synchronize)
    ->Arg(6000)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pinwarden
