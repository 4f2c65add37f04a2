// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/image_claim.h"

#include <string_view>

#include "nri.pb.h"

namespace pinwarden {
namespace {

// std::string_view: what protobuf's maps take without making a std::string.
constexpr std::string_view kImageName = "io.kubernetes.cri.image-name";
constexpr std::string_view kRestored = "restored";
constexpr std::string_view kCheckpointImage = "checkpointImage";

constexpr RuntimeVersion kExactNames = {2, 0, 0};
constexpr RuntimeVersion kRestores = {2, 1, 0};

// The value at `key`, or "".
template <typename Annotations>
absl::string_view ValueOf(const Annotations& annotations,
                          std::string_view key) {
  const auto found = annotations.find(key);
  if (found == annotations.end()) return "";
  return found->second;
}

bool IsRestored(const RuntimeInfo& runtime,
                const wire::nri::Container& container) {
  if (runtime.parsed.has_value() && *runtime.parsed < kRestores) return false;
  return ValueOf(container.annotations(), kRestored) == "true";
}

bool BearsRestoreKeys(const wire::nri::PodSandbox* pod) {
  if (pod == nullptr) return false;
  return pod->annotations().contains(kRestored) ||
         pod->annotations().contains(kCheckpointImage);
}

ImageClaim ContainerdClaim(const RuntimeInfo& runtime,
                           const wire::nri::Container& container,
                           const wire::nri::PodSandbox* pod) {
  absl::string_view image;
  if (IsRestored(runtime, container)) {
    if (BearsRestoreKeys(pod)) return {};
    image = ValueOf(container.annotations(), kCheckpointImage);
  } else {
    image = ValueOf(container.annotations(), kImageName);
  }
  if (image.empty()) return {};
  return {image, ExpectedConfidence(runtime)};
}

}  // namespace

ImageClaim ClaimedImage(const RuntimeInfo& runtime,
                        const wire::nri::Container& container,
                        const wire::nri::PodSandbox* pod) {
  switch (runtime.kind) {
    case RuntimeKind::kContainerd:
      return ContainerdClaim(runtime, container, pod);
    case RuntimeKind::kCrio:
    case RuntimeKind::kOther:
      return {};
  }
  return {};
}

Confidence ExpectedConfidence(const RuntimeInfo& runtime) {
  switch (runtime.kind) {
    case RuntimeKind::kContainerd:
      return runtime.parsed.has_value() && *runtime.parsed >= kExactNames
                 ? Confidence::kExact
                 : Confidence::kAlias;
    case RuntimeKind::kCrio:
    case RuntimeKind::kOther:
      return Confidence::kUnknown;
  }
  return Confidence::kUnknown;
}

}  // namespace pinwarden
