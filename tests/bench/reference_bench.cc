// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "benchmark/benchmark.h"
#include "pinwarden/reference.h"

namespace pinwarden {
namespace {

void BM_ParseReference(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    auto reference = ParseReference(text);
    benchmark::DoNotOptimize(reference);
  }
}
BENCHMARK_CAPTURE(BM_ParseReference, short_name, "nginx:1.27");
BENCHMARK_CAPTURE(BM_ParseReference, full_name,
                  "registry.example.com/team/app:1.27.3");
BENCHMARK_CAPTURE(BM_ParseReference, digest,
                  "registry.example.com/team/app@sha256:"
                  "0123456789abcdef0123456789abcdef"
                  "0123456789abcdef0123456789abcdef");
BENCHMARK_CAPTURE(BM_ParseReference, tag_and_digest,
                  "registry.example.com/team/app:1.27.3@sha256:"
                  "0123456789abcdef0123456789abcdef"
                  "0123456789abcdef0123456789abcdef");
BENCHMARK_CAPTURE(BM_ParseReference, malformed, "registry.example.com/Team");

}  // namespace
}  // namespace pinwarden
