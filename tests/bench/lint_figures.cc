// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// lint_figures PINWARDEN
//
// What `pinwarden lint` takes, seen from outside: 10,000 manifests of 60 lines,
// 1,000 Dockerfiles, and one manifest with one finding. Prints "name value"
// lines, medians of several runs, for scripts/bench.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace {

namespace fs = std::filesystem;

constexpr int kManifests = 10'000;
constexpr int kDockerfiles = 1'000;

std::string Manifest(int n) {
  std::string text = absl::StrCat(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-", n,
      "\n  namespace: shop\n  labels:\n    app: web\n    tier: frontend\n"
      "    # who to ask\n    app.kubernetes.io/part-of: shop\nspec:\n"
      "  replicas: 3\n  selector:\n    matchLabels:\n      app: web\n"
      "  template:\n    metadata:\n      labels:\n        app: web\n"
      "        tier: frontend\n    spec:\n      serviceAccountName: web\n"
      "      initContainers:\n        - name: migrate\n"
      "          image: registry.example.com/shop/migrate:2.3.1\n"
      "          command: [\"sh\", \"-c\", \"exec /migrate --wait\"]\n"
      "      containers:\n        - name: web\n"
      "          image: registry.example.com/shop/web:1.2.",
      n,
      "\n          imagePullPolicy: IfNotPresent\n          ports:\n"
      "            - name: http\n              containerPort: 8080\n"
      "          env:\n            - name: LEVEL\n              value: \"1\"\n"
      "            - name: TOKEN\n              valueFrom:\n"
      "                secretKeyRef:\n                  name: web\n"
      "                  key: token\n          resources:\n"
      "            requests:\n              cpu: 100m\n"
      "              memory: 128Mi\n            limits:\n"
      "              cpu: 500m\n              memory: 256Mi\n"
      "          livenessProbe:\n            httpGet:\n"
      "              path: /healthz\n              port: http\n"
      "          readinessProbe:\n            httpGet:\n"
      "              path: /ready\n              port: http\n"
      "      volumes:\n        - name: data\n          emptyDir: {}\n");
  return text;
}

std::string Dockerfile(int n) {
  return absl::StrCat(
      "# syntax=docker/dockerfile:1.7.0\nARG GO=1.23.4\n"
      "FROM --platform=$BUILDPLATFORM golang:${GO} AS build\nWORKDIR /src\n"
      "COPY go.mod go.sum ./\nRUN --mount=type=cache,target=/go/pkg \\\n"
      "    go mod download\nCOPY . .\nRUN go build -o /out/app-",
      n,
      " ./cmd/app\n\nFROM registry.example.com/base/static:1.0.4\n"
      "COPY --from=build /out /usr/bin\nUSER 65532\nEXPOSE 8080\n"
      "ENTRYPOINT [\"/usr/bin/app\"]\n");
}

void Write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

struct Cost {
  double cpu_seconds = 0;
  double wall_ms = 0;
  double mib = 0;
};

// Runs `argv`, whose output nobody reads, and expects exit code `want`.
Cost Run(const std::vector<std::string>& argv, int want) {
  std::vector<char*> arguments;
  for (const std::string& word : argv) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  const absl::Time start = absl::Now();
  pid_t pid = 0;
  if (posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(),
                  environ) != 0) {
    std::perror(arguments[0]);
    std::exit(1);
  }
  int status = 0;
  rusage usage = {};
  wait4(pid, &status, 0, &usage);
  posix_spawn_file_actions_destroy(&actions);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != want) {
    std::fprintf(stderr, "%s ended with status %d\n", arguments[0], status);
    std::exit(1);
  }
  return {absl::ToDoubleSeconds(absl::DurationFromTimeval(usage.ru_utime) +
                                absl::DurationFromTimeval(usage.ru_stime)),
          absl::ToDoubleMilliseconds(absl::Now() - start),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Measure(const std::string& name, int runs,
             const std::vector<std::string>& argv, int want) {
  std::vector<double> cpu, wall, mib;
  for (int i = 0; i < runs; ++i) {
    const Cost cost = Run(argv, want);
    cpu.push_back(cost.cpu_seconds);
    wall.push_back(cost.wall_ms);
    mib.push_back(cost.mib);
  }
  std::printf("%s_cpu_s %.3f\n%s_wall_ms %.1f\n%s_mib %.1f\n", name.c_str(),
              Median(cpu), name.c_str(), Median(wall), name.c_str(),
              Median(mib));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: lint_figures PINWARDEN\n");
    return 2;
  }
  char directory[] = "/tmp/lint_figures.XXXXXX";
  if (mkdtemp(directory) == nullptr) {
    std::perror("mkdtemp");
    return 1;
  }
  const fs::path root = directory;
  Write(root / "policy.yaml",
        "version: 1\nmode: enforce\nrules:\n- {name: all, require: version}\n");
  for (int i = 0; i < kManifests; ++i) {
    Write(root / "manifests" / absl::StrCat(i / 100) / absl::StrCat(i, ".yaml"),
          Manifest(i));
  }
  for (int i = 0; i < kDockerfiles; ++i) {
    Write(root / "images" / absl::StrCat(i) / "Dockerfile", Dockerfile(i));
  }
  Write(root / "one/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
        "spec:\n  containers:\n  - {name: app, image: nginx}\n");
  const std::string program = argv[1];
  const auto lint = [&](const char* what) {
    return std::vector<std::string>{
        program,    "lint", "--jobs", "1", "--policy", root / "policy.yaml",
        root / what};
  };
  Measure("lint_manifests", 5, lint("manifests"), 0);
  Measure("lint_dockerfiles", 5, lint("images"), 0);
  Measure("lint_first", 15, lint("one"), 1);
  fs::remove_all(root);
  return 0;
}
