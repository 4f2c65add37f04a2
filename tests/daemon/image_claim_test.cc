// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/image_claim.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nri.pb.h"

namespace pinwarden {
namespace {

using Annotations = std::vector<std::pair<std::string, std::string>>;

constexpr char kKey[] = "io.kubernetes.cri.image-name";

std::string Claim(absl::string_view runtime, absl::string_view version,
                  const Annotations& container_has,
                  const Annotations& pod_has = {}) {
  wire::nri::Container container;
  for (const auto& [key, value] : container_has) {
    (*container.mutable_annotations())[key] = value;
  }
  wire::nri::PodSandbox pod;
  for (const auto& [key, value] : pod_has) {
    (*pod.mutable_annotations())[key] = value;
  }
  const RuntimeInfo info = IdentifyRuntime(runtime, version);
  const ImageClaim claim = ClaimedImage(info, container, &pod);
  return absl::StrCat(ConfidenceName(claim.confidence), " ", claim.image);
}

TEST(ClaimedImageTest, DependsOnTheRuntime) {
  const Annotations name = {{kKey, "nginx"}};
  const struct {
    const char* runtime;
    const char* version;
    const char* want;
  } kCases[] = {
      {"containerd", "v2.2.0", "exact nginx"},
      {"containerd", "2.1.9+unknown", "exact nginx"},
      {"containerd", "v2.0.0", "exact nginx"},
      {"v2", "2.0.2", "exact nginx"},
      {"containerd", "v1.7.24", "alias nginx"},
      {"containerd", "1.7.0", "alias nginx"},
      {"containerd", "(devel)", "alias nginx"},
      {"containerd", "", "alias nginx"},
      {"cri-o", "1.34.1", "unknown "},
      {"dockerd", "29.2.0", "unknown "},
      {"", "", "unknown "},
      {"containerd-but-not-really", "v2.2.0", "unknown "},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.runtime, " ", c.version));
    EXPECT_EQ(Claim(c.runtime, c.version, name), c.want);
  }
}

TEST(ClaimedImageTest, ComesFromOneAnnotationOfTheContainer) {
  const struct {
    const char* what;
    Annotations container;
    Annotations pod;
    const char* want;
  } kCases[] = {
      {"no annotation", {}, {}, "unknown "},
      {"an empty one", {{kKey, ""}}, {}, "unknown "},
      {"the pod's", {}, {{kKey, "nginx@sha256:0"}}, "unknown "},
      {"the pod's too", {{kKey, "nginx"}}, {{kKey, "other"}}, "exact nginx"},
      {"CRI-O's", {{"io.kubernetes.cri-o.ImageName", "a"}}, {}, "unknown "},
      {"raw bytes", {{kKey, "a b\n"}}, {}, "exact a b\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(Claim("containerd", "2.2.0", c.container, c.pod), c.want);
  }
}

TEST(ClaimedImageTest, IsTheCheckpointOfARestoredContainer) {
  const Annotations restored = {
      {kKey, "in-archive"}, {"restored", "true"}, {"checkpointImage", "asked"}};
  const struct {
    const char* what;
    const char* version;
    Annotations container;
    Annotations pod;
    const char* want;
  } kCases[] = {
      {"restored", "2.1.0", restored, {}, "exact asked"},
      {"later", "2.4.1", restored, {}, "exact asked"},
      {"cannot restore", "2.0.5", restored, {}, "exact in-archive"},
      {"cannot restore", "1.7.24", restored, {}, "alias in-archive"},
      {"may be able to", "(devel)", restored, {}, "alias asked"},
      {"not restored",
       "2.1.0",
       {{kKey, "a"}, {"restored", "false"}, {"checkpointImage", "b"}},
       {},
       "exact a"},
      {"only half",
       "2.1.0",
       {{kKey, "a"}, {"checkpointImage", "b"}},
       {},
       "exact a"},
      {"without a checkpoint",
       "2.1.0",
       {{kKey, "a"}, {"restored", "true"}},
       {},
       "unknown "},
      {"empty checkpoint",
       "2.1.0",
       {{kKey, "a"}, {"restored", "true"}, {"checkpointImage", ""}},
       {},
       "unknown "},
      // Where the runtime copies pod annotations, these are the author's.
      {"forged", "2.2.0", restored, {{"restored", "true"}}, "unknown "},
      {"forged", "2.2.0", restored, {{"checkpointImage", "asked"}}, "unknown "},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.what, " ", c.version));
    EXPECT_EQ(Claim("containerd", c.version, c.container, c.pod), c.want);
  }
}

TEST(ClaimedImageTest, NeedsNoPod) {
  wire::nri::Container container;
  (*container.mutable_annotations())["restored"] = "true";
  (*container.mutable_annotations())["checkpointImage"] = "asked";
  const RuntimeInfo runtime = IdentifyRuntime("containerd", "2.2.0");
  EXPECT_EQ(ClaimedImage(runtime, container, nullptr).image, "asked");
}

}  // namespace
}  // namespace pinwarden
