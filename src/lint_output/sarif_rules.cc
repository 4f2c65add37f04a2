// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "lint_output/sarif_rules.h"

#include "lint_output/words.h"

namespace pinwarden {
namespace {

constexpr SarifRule kRules[] = {
    {"no_tag", "NoTag", "error", "The image has no tag",
     "No tag means \"latest\": whatever was pushed last under that name. Two "
     "hosts, or one host twice, run different programs, and nobody decided "
     "that.",
     "Write the version that you tested, or its digest.", "nginx",
     "nginx:1.27.3"},
    {"floating_tag", "FloatingTag", "error", "The tag changes without notice",
     "Tags such as latest, stable and main are moved to each new build. What "
     "runs tomorrow is not what was reviewed today.",
     "Write the version that you tested, or its digest.", "nginx:stable",
     "nginx:1.27.3"},
    {"imprecise_version", "ImpreciseVersion", "error",
     "The tag does not name one version",
     "A tag such as 1.27 is moved to each patch release. The policy asks for "
     "a tag that names one: a full version, a date or a commit id.",
     "Write the full version, or the digest.", "nginx:1.27", "nginx:1.27.3"},
    {"no_digest", "NoDigest", "error", "The image is not pinned by digest",
     "Whoever can push to a registry can move any tag, that of a released "
     "version too. A digest names the bytes themselves, and the policy asks "
     "for one.",
     "Add the digest and keep the tag for people to read. pinwarden fix "
     "writes it from a lock file or from the images of a runtime.",
     "nginx:1.27.3", "nginx:1.27.3@sha256:<64 hex digits>"},
    {"untrusted_registry", "UntrustedRegistry", "error",
     "The image comes from a registry that the policy does not trust",
     "The policy lists where images for this workload may come from. One from "
     "elsewhere has not passed what those registries stand for.",
     "Use an image from a listed registry, or mirror it there.",
     "docker.io/acme/app:1.2.3", "registry.example.com/acme/app:1.2.3"},
    {"tag_convention", "TagConvention", "error",
     "The tag does not match the policy's tag_pattern",
     "The policy says what a tag has to look like, so that it can be traced "
     "to a build.",
     "Use a tag that matches; the message shows the pattern.", "app:1.2.3",
     "app:v1.2.3-3f9c2ab"},
    {"malformed_reference", "MalformedReference", "error",
     "This is not an image reference",
     "A runtime would fail to pull it, or take it for something else. What "
     "cannot be read cannot be trusted.",
     "Write it as name:<version> or name@sha256:<digest>.", "nginx@sha256:abc",
     "nginx@sha256:<64 hex digits>"},
    {"unidentified_image", "UnidentifiedImage", "error",
     "The file does not say which image this is",
     "There is a place for an image, and nothing in it.", "Name an image.",
     "image: \"\"", "image: nginx:1.27.3"},
    {"not_judged", "NotJudged", "warning",
     "Which image this is cannot be known from the files",
     "The image is made from a variable, a parameter or a template whose "
     "value is not known here, so nobody has judged it. It is not passed in "
     "silence.",
     "Give the value, by the flag that the message names, or lint what the "
     "template puts out.",
     "image: nginx:${TAG}", "pinwarden lint --env-file .env"},
    {"unreadable", "Unreadable", "error", "The file could not be read",
     "It is not there, cannot be opened, is too large, or does not parse. "
     "Images in it were not judged.",
     "Mend the file, or leave it out with --exclude.", "image: [nginx",
     "image: nginx:1.27.3"},
    {"bad_suppression", "BadSuppression", "warning",
     "The suppression ignores nothing",
     "It lacks its reason or its date, its date is over, or it stands where "
     "no image is.",
     "Write both, or take it away.", "# pinwarden: ignore",
     "# pinwarden: ignore OPS-123 until 2027-01-31"},
};

}  // namespace

absl::Span<const SarifRule> SarifRules() { return kRules; }

size_t SarifRuleOf(const Finding& finding) {
  const auto find = [](absl::string_view id) {
    size_t i = 0;
    while (i < SarifRules().size() && kRules[i].id != id) ++i;
    return i;
  };
  const size_t found = find(finding.reason);
  if (found < SarifRules().size()) return found;
  return find(finding.kind == FindingKind::kRefused ? "unidentified_image"
                                                    : KindName(finding.kind));
}

}  // namespace pinwarden
