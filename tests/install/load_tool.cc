// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// load_tool: creates containers through CRI without a pause until its input
// ends, and says what became of each, one line an attempt:
//
//   ASKED DONE CONTAINER IMAGE RESULT MESSAGE
//
// ASKED and DONE are nanoseconds since 1970. RESULT is "created", "refused"
// (pinwarden said so) or "failed" (anything else), MESSAGE the runtime's words
// or "-". The images are asked for in turn. Containers stay until their pods
// are removed, so that whoever registers later is told of them.
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "e2e/cri_client.h"

namespace pinwarden::e2e {
namespace {

struct LoadOptions {
  std::string socket = "/run/containerd/containerd.sock";
  std::string prefix = "load";
  std::vector<std::string> images;
  uint32_t workers = 2;
  uint32_t start_every = 8;  // of the created ones; 0: none
  uint32_t pause_ms = 10;    // between two attempts of a worker
  uint32_t count = 0;        // attempts of a worker; 0: until the input ends
};

struct NamedImage {
  std::string name;
  std::string id;
};

class Load {
 public:
  Load(const LoadOptions& options, CriClient& cri)
      : options_(options), cri_(cri) {}

  // One worker: a pod of its own, and containers in it.
  void Work(const Pod& pod, uint32_t worker,
            const std::vector<NamedImage>& images);

  void Stop() { stop_ = true; }
  bool failed() const { return failed_; }

 private:
  void Attempt(const Pod& pod, const ContainerSpec& spec, bool start);
  void Say(absl::Time asked, const ContainerSpec& spec,
           const std::string& result, const std::string& message);

  const LoadOptions& options_;
  CriClient& cri_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  std::mutex output_;
};

void Load::Work(const Pod& pod, uint32_t worker,
                const std::vector<NamedImage>& images) {
  for (uint32_t number = 0; !stop_; ++number) {
    if (options_.count != 0 && number == options_.count) return;
    const NamedImage& image = images[(number + worker) % images.size()];
    ContainerSpec spec;
    spec.name = absl::StrCat(options_.prefix, "-", worker, "-", number);
    spec.image = image.name;
    spec.image_id = image.id;
    const bool start =
        options_.start_every != 0 && number % options_.start_every == 0;
    Attempt(pod, spec, start);
    absl::SleepFor(absl::Milliseconds(options_.pause_ms));
  }
}

void Load::Attempt(const Pod& pod, const ContainerSpec& spec, bool start) {
  const absl::Time asked = absl::Now();
  const absl::StatusOr<std::string> id = cri_.CreateContainer(pod, spec);
  if (id.ok()) {
    Say(asked, spec, "created", "-");
    if (!start) return;
    if (const absl::Status status = cri_.StartContainer(*id); !status.ok()) {
      Say(asked, spec, "failed", absl::StrCat("start: ", status.message()));
    }
    return;
  }
  const std::string message(id.status().message());
  const bool refused = message.find("pinwarden: image ") != std::string::npos;
  Say(asked, spec, refused ? "refused" : "failed", message);
}

void Load::Say(absl::Time asked, const ContainerSpec& spec,
               const std::string& result, const std::string& message) {
  if (result == "failed") failed_ = true;
  const std::string line = absl::StrReplaceAll(message, {{"\n", " "}});
  const std::lock_guard<std::mutex> lock(output_);
  std::cout << absl::ToUnixNanos(asked) << ' ' << absl::ToUnixNanos(absl::Now())
            << ' ' << spec.name << ' ' << spec.image << ' ' << result << ' '
            << line << std::endl;
}

void AwaitEndOfInput() {
  char bytes[256];
  while (read(STDIN_FILENO, bytes, sizeof(bytes)) > 0) {
  }
}

int Fail(const absl::Status& status) {
  std::cerr << "load_tool: " << status.message() << "\n";
  return 1;
}

int Run(const LoadOptions& options) {
  CriClient cri(options.socket, "");
  if (const absl::Status ready = cri.AwaitReady(); !ready.ok()) {
    return Fail(ready);
  }
  std::vector<NamedImage> images;
  for (const std::string& name : options.images) {
    const absl::StatusOr<runtime::v1::Image> image = cri.FindImage(name);
    if (!image.ok()) return Fail(image.status());
    images.push_back({name, image->id()});
  }
  std::vector<Pod> pods;
  for (uint32_t worker = 0; worker < options.workers; ++worker) {
    PodSpec spec;
    spec.name = absl::StrCat(options.prefix, "-", worker);
    const absl::StatusOr<Pod> pod = cri.RunPod(spec);
    if (!pod.ok()) return Fail(pod.status());
    pods.push_back(*pod);
  }
  Load load(options, cri);
  std::vector<std::thread> threads;
  for (uint32_t worker = 0; worker < options.workers; ++worker) {
    threads.emplace_back(
        [&, worker] { load.Work(pods[worker], worker, images); });
  }
  if (options.count == 0) {
    AwaitEndOfInput();
    load.Stop();
  }
  for (std::thread& thread : threads) thread.join();
  return load.failed() ? 1 : 0;
}

int Main(int argc, char** argv) {
  CLI::App app("Creates containers until its input ends");
  LoadOptions options;
  app.add_option("--socket", options.socket, "the runtime's CRI socket");
  app.add_option("--prefix", options.prefix, "of pods' and containers' names");
  app.add_option("--workers", options.workers, "how many create at once");
  app.add_option("--start-every", options.start_every,
                 "start each N-th container too; 0: none");
  app.add_option("--pause-ms", options.pause_ms, "between two attempts");
  app.add_option("--count", options.count,
                 "attempts of a worker; 0: until the input ends");
  app.add_option("images", options.images, "asked for in turn")->required();
  CLI11_PARSE(app, argc, argv);
  return Run(options);
}

}  // namespace
}  // namespace pinwarden::e2e

int main(int argc, char** argv) { return pinwarden::e2e::Main(argc, argv); }
