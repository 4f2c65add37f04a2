// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/runtime_info.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

// Enough for any version in use, and no overflow.
constexpr size_t kMaxVersionDigits = 6;

constexpr RuntimeVersion kContainerdWithValidate = {2, 2, 0};
constexpr RuntimeVersion kCrioWithValidate = {1, 34, 0};
constexpr RuntimeVersion kDockerWithValidate = {29, 2, 0};

// number := [0-9]{1,6}
std::optional<int> TakeNumber(absl::string_view* text) {
  int value = 0;
  size_t digits = 0;
  for (const char c : *text) {
    if (c < '0' || c > '9') break;
    if (digits == kMaxVersionDigits) return std::nullopt;
    value = value * 10 + (c - '0');
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text->remove_prefix(digits);
  return value;
}

// version := ["v"] number "." number ["." number] suffix
// suffix  := nothing, or anything that does not start with a digit or a dot
//
// Leaves the suffix in `text`.
std::optional<RuntimeVersion> TakeVersion(absl::string_view* text) {
  absl::ConsumePrefix(text, "v");
  const std::optional<int> major = TakeNumber(text);
  if (!major || !absl::ConsumePrefix(text, ".")) return std::nullopt;
  const std::optional<int> minor = TakeNumber(text);
  if (!minor) return std::nullopt;
  std::optional<int> patch = 0;
  if (absl::ConsumePrefix(text, ".")) patch = TakeNumber(text);
  if (!patch || absl::StartsWith(*text, ".")) return std::nullopt;
  return RuntimeVersion{*major, *minor, *patch};
}

bool NamesPrerelease(absl::string_view word) {
  constexpr absl::string_view kWords[] = {"alpha", "beta",    "rc",   "pre",
                                          "dev",   "preview", "devel"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [word](absl::string_view known) {
                       return absl::EqualsIgnoreCase(word, known);
                     });
}

// Whether what follows the numbers says "not released yet": a word such as "rc"
// before any "+", which starts build metadata. What distributions add does not:
//
//   "-rc.1"  "-beta.0-12-g1a2b3c"  "~rc1-1"    pre-releases
//   "-0ubuntu1"  "~ds1"  "-5-g1a2b3c"  "-k3s1"  "+rc"   not
bool IsPrerelease(absl::string_view suffix) {
  suffix = suffix.substr(0, suffix.find('+'));
  while (!suffix.empty()) {
    const size_t letters = static_cast<size_t>(
        std::find_if_not(suffix.begin(), suffix.end(), absl::ascii_isalpha) -
        suffix.begin());
    if (NamesPrerelease(suffix.substr(0, letters))) return true;
    suffix.remove_prefix(std::max<size_t>(letters, 1));
  }
  return false;
}

RuntimeKind KindOf(absl::string_view name) {
  // containerd 2.0.0 to 2.0.3 took its name from the end of its module's path.
  if (name == "containerd" || name == "v2") return RuntimeKind::kContainerd;
  if (name == "cri-o") return RuntimeKind::kCrio;
  return RuntimeKind::kOther;
}

std::optional<RuntimeVersion> FirstWithValidate(const RuntimeInfo& runtime) {
  switch (runtime.kind) {
    case RuntimeKind::kContainerd:
      return kContainerdWithValidate;
    case RuntimeKind::kCrio:
      return kCrioWithValidate;
    case RuntimeKind::kOther:
      break;
  }
  if (runtime.name == "docker" || runtime.name == "dockerd") {
    return kDockerWithValidate;
  }
  return std::nullopt;
}

}  // namespace

RuntimeInfo IdentifyRuntime(absl::string_view name, absl::string_view version) {
  RuntimeInfo info;
  info.kind = KindOf(name);
  info.name = ToValidUtf8(name, kMaxRuntimeTextBytes);
  info.version = ToValidUtf8(version, kMaxRuntimeTextBytes);
  // A text that had to be cut is no version that anybody released.
  if (version.size() > kMaxRuntimeTextBytes) return info;
  info.parsed = TakeVersion(&version);
  info.prerelease = info.parsed && IsPrerelease(version);
  return info;
}

bool SupportsValidate(const RuntimeInfo& runtime) {
  const std::optional<RuntimeVersion> first = FirstWithValidate(runtime);
  if (!first || !runtime.parsed) return false;
  return runtime.prerelease ? *runtime.parsed > *first
                            : *runtime.parsed >= *first;
}

}  // namespace pinwarden
