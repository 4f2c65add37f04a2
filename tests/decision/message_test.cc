// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What people read, word for word.
#include <algorithm>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "decision/judge.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/decide.h"
#include "re2/re2.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::Case;
using ::pinwarden::testing::Message;
using ::pinwarden::testing::Noon;
using ::pinwarden::testing::PolicyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

// Every reason is a namespace away.
constexpr char kPolicy[] = R"(version: 1
mode: enforce
exemptions:
  - name: billing-vendor
    match: {namespaces: [billing]}
    reason: vendor ships only latest, OPS-123
    owner: team-billing
    expires: 2027-01-31
rules:
  - {name: free, match: {namespaces: [free]}, require: none}
  - {name: watch, match: {namespaces: [watch]}, require: tag, mode: observe}
  - {name: version, match: {namespaces: [version]}, require: version}
  - name: major
    match: {namespaces: [major]}
    require: version
    version_components: 1
  - {name: digest, match: {namespaces: [digest]}, require: digest}
  - name: trusted
    match: {namespaces: [trusted]}
    registries: [registry.example.com, "ghcr.io/acme/**"]
    require: tag
  - name: convention
    match: {namespaces: [convention]}
    require: none
    tag_pattern: 'v[0-9]+'

  - name: default
    require: tag
)";

TEST(MessageTest, SaysWhyAndWhatToDo) {
  const auto policy = PolicyOf(kPolicy);
  const Case kUnknown = {"nginx", "x", {}, Noon(), Confidence::kUnknown};
  const struct {
    Case workload;
    const char* want;
  } kCases[] = {
      {{"nginx"},
       "pinwarden: image \"nginx\" refused by rule \"default\" "
       "(policy.yaml:27): no tag means \"latest\", which changes without "
       "notice; pin it: nginx:<version> or nginx@sha256:<digest>"},
      {{"h:5000/acme/app", "watch"},
       "pinwarden: image \"h:5000/acme/app\" would be refused by rule "
       "\"watch\" (policy.yaml:11): no tag means \"latest\", which changes "
       "without notice; pin it: h:5000/acme/app:<version> or "
       "h:5000/acme/app@sha256:<digest>"},
      {{"h:5000/app:latest"},
       "pinwarden: image \"h:5000/app:latest\" refused by rule \"default\" "
       "(policy.yaml:27): tag \"latest\" changes without notice; pin it: "
       "h:5000/app:<version> or h:5000/app@sha256:<digest>"},
      {{"nginx:1.27", "version"},
       "pinwarden: image \"nginx:1.27\" refused by rule \"version\" "
       "(policy.yaml:12): tag \"1.27\" does not name one version: that takes "
       "3 dotted numbers, a date or a commit id; pin it: nginx:<version> or "
       "nginx@sha256:<digest>"},
      {{"nginx:alpine", "major"},
       "pinwarden: image \"nginx:alpine\" refused by rule \"major\" "
       "(policy.yaml:13): tag \"alpine\" does not name one version: that "
       "takes a leading number, a date or a commit id; pin it: "
       "nginx:<version> or nginx@sha256:<digest>"},
      {{"nginx", "digest"},
       "pinwarden: image \"nginx\" refused by rule \"digest\" "
       "(policy.yaml:17): a tag can be moved, and this rule asks for a "
       "digest; pin it: nginx@sha256:<digest>"},
      {{"nginx:1.27", "digest"},
       "pinwarden: image \"nginx:1.27\" refused by rule \"digest\" "
       "(policy.yaml:17): a tag can be moved, and this rule asks for a "
       "digest; pin it: nginx:1.27@sha256:<digest>"},
      {{"nginx:1.27", "trusted"},
       "pinwarden: image \"nginx:1.27\" refused by rule \"trusted\" "
       "(policy.yaml:18): this rule trusts only registry.example.com/**, "
       "ghcr.io/acme/**; use an image from there"},
      {{"$HEX", "trusted"},
       "pinwarden: image "
       "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" "
       "refused by rule \"trusted\" (policy.yaml:18): an image id does not "
       "say where the image is from, and this rule trusts only "
       "registry.example.com/**, ghcr.io/acme/**; use an image from there by "
       "its name"},
      {{"nginx:1.27", "convention"},
       "pinwarden: image \"nginx:1.27\" refused by rule \"convention\" "
       "(policy.yaml:22): tag \"1.27\" does not match \"v[0-9]+\"; use a tag "
       "that does: nginx:<tag>"},
      {{"nginx", "convention"},
       "pinwarden: image \"nginx\" refused by rule \"convention\" "
       "(policy.yaml:22): no tag means \"latest\", which does not match "
       "\"v[0-9]+\"; use a tag that does: nginx:<tag>"},
      {{"nginx:1@$256", "convention"},
       "pinwarden: image \"nginx:1@sha256:"
       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" "
       "refused by rule \"convention\" (policy.yaml:22): tag \"1\" does not "
       "match \"v[0-9]+\"; use a tag that does, or none: "
       "nginx@sha256:<digest>"},
      {{"nginx:"},
       "pinwarden: image \"nginx:\" refused by rule \"default\" "
       "(policy.yaml:27): not an image reference: empty tag at byte 6; write "
       "it as name:<version> or name@sha256:<digest>"},
      {{"ng\x1b[2Jinx\n", "watch"},
       "pinwarden: image \"ng\\x1b[2Jinx\\n\" would be refused by rule "
       "\"watch\" (policy.yaml:11): not an image reference: bad repository "
       "character at byte 2; write it as name:<version> or "
       "name@sha256:<digest>"},
      {kUnknown,
       "pinwarden: unidentified image refused by rule \"default\" "
       "(policy.yaml:27): the runtime does not say which image it is; use one "
       "that does, such as containerd 1.7 or later, or set \"unidentified: "
       "allow\" in the policy"},
      {{"nginx:1.27"},
       "pinwarden: image \"nginx:1.27\" allowed by rule \"default\" "
       "(policy.yaml:27): tag \"1.27\" is explicit and not a floating one"},
      {{"nginx:1.27.3", "version"},
       "pinwarden: image \"nginx:1.27.3\" allowed by rule \"version\" "
       "(policy.yaml:12): tag \"1.27.3\" names one version"},
      {{"$256"},
       "pinwarden: image \"sha256:"
       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" "
       "allowed by rule \"default\" (policy.yaml:27): its digest names one "
       "image that cannot change"},
      {{"nginx", "free"},
       "pinwarden: image \"nginx\" allowed by rule \"free\" "
       "(policy.yaml:10): this rule asks for no pin"},
      {{"nginx", "billing"},
       "pinwarden: image \"nginx\" exempted by \"billing-vendor\" "
       "(policy.yaml:4): \"vendor ships only latest, OPS-123\", owner "
       "\"team-billing\", expires 2027-01-31; pin it by then"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.workload.name_space, " ", c.workload.image));
    EXPECT_EQ(Message(*policy, c.workload), c.want);
  }
}

TEST(MessageTest, SaysThatThePolicyAllowsWhatHasNoName) {
  const auto policy = PolicyOf(
      "version: 1\nmode: enforce\nunidentified: allow\nrules:\n"
      "  - name: default\n    require: tag\n");
  EXPECT_EQ(
      Message(*policy, {"nginx", "x", {}, Noon(), Confidence::kUnknown}),
      "pinwarden: unidentified image allowed by rule \"default\" "
      "(policy.yaml:5): the runtime does not say which image it is, and the "
      "policy has \"unidentified: allow\"");
}

TEST(MessageTest, ShowsSomeOfManyRegistries) {
  std::string yaml =
      "version: 1\nmode: enforce\nrules:\n  - name: default\n    registries:\n";
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&yaml, "      - registry-", i, ".example.com\n");
  }
  absl::StrAppend(&yaml, "    require: tag\n");
  EXPECT_THAT(Message(*PolicyOf(yaml), {"nginx:1"}),
              EndsWith("this rule trusts only registry-0.example.com/**, "
                       "registry-1.example.com/**, registry-2.example.com/**, "
                       "registry-3.example.com/**, registry-4.example.com/**, "
                       "registry-5.example.com/**, registry-6.example.com/**, "
                       "registry-7.example.com/**, registry-8.example.com/** "
                       "and 91 more; use an image from there"));
}

TEST(MessageTest, CutsTheImageRatherThanTheAdvice) {
  const auto policy = PolicyOf(kPolicy);
  const std::string path(200, 'a');
  const struct {
    const char* what;
    std::string image;
    std::string want_end;
  } kCases[] = {
      {"a long name that fits", "h.io/" + path,
       absl::StrCat("; pin it: h.io/", path, ":<version> or h.io/", path,
                    "@sha256:<digest>")},
      {"a registry of 3,800 bytes",
       absl::StrCat(std::string(3800, 'r'), ".io/", path),
       "...\" refused by rule \"default\" (policy.yaml:27): no tag means "
       "\"latest\", which changes without notice; pin it: <image>:<version> or "
       "<image>@sha256:<digest>"},
      {"4,000 bytes that are no reference", std::string(4000, 'A'),
       "...\" refused by rule \"default\" (policy.yaml:27): not an image "
       "reference: upper-case letter in repository at byte 0; write it as "
       "name:<version> or name@sha256:<digest>"},
      {"more bytes than are read", std::string(100000, '\x1b'),
       "...\" refused by rule \"default\" (policy.yaml:27): not an image "
       "reference: reference longer than 4096 bytes at byte 4096; write it as "
       "name:<version> or name@sha256:<digest>"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const std::string message = Message(*policy, {c.image});
    EXPECT_LE(message.size(), kMaxMessageBytes);
    EXPECT_THAT(message, EndsWith(c.want_end));
  }
}

// A policy whose author writes as much as possible everywhere.
Policy::Fields WordyFields(const std::string& text) {
  Policy::Fields fields;
  fields.file = text;
  fields.exemptions.resize(1);
  fields.exemptions[0] = {text, {2147483647, 1},        {},  text,
                          text, absl::InfiniteFuture(), text};
  fields.exemptions[0].match.namespaces.emplace_back("exempt");
  fields.rules.resize(2);
  for (Rule& rule : fields.rules) {
    rule.name = text;
    rule.at.line = 2147483647;
    rule.tag_pattern = std::make_shared<re2::RE2>(text);
  }
  fields.rules[0].match.namespaces.emplace_back("registries");
  for (size_t i = 0; i < 50; ++i) {
    fields.rules[0].registries.push_back(*ImagePattern::Parse(
        absl::StrCat("h", i, ".io/", std::string(1 + i * 5, 'x')),
        ImagePattern::Use::kRegistries));
  }
  fields.rules[1].require = PinLevel::kNone;
  return fields;
}

TEST(MessageTest, IsOneLineOfPrintableAsciiWhateverComesIn) {
  std::mt19937 random(1);
  const auto printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  for (const std::string& text :
       {std::string(3000, 'n'), std::string(3000, '\x1b'),
        std::string(3000, '"')}) {
    const Policy policy(WordyFields(text));
    for (const char* name_space : {"exempt", "registries", "other"}) {
      for (int i = 0; i < 300; ++i) {
        std::string image =
            absl::StrCat(std::string(1 + random() % 4000, 'a'),
                         random() % 2 ? ".io/a" : "", random() % 2 ? ":1" : "");
        if (random() % 3 == 0) {
          image[random() % image.size()] = static_cast<char>(random());
        }
        const std::string message = Message(policy, {image, name_space});
        ASSERT_LE(message.size(), kMaxMessageBytes);
        ASSERT_TRUE(std::all_of(message.begin(), message.end(), printable));
        ASSERT_THAT(message, HasSubstr(":2147483647): "));
      }
    }
  }
}

TEST(MessageTest, SurvivesAVerdictAboutAnotherWorkload) {
  const auto policy = PolicyOf(kPolicy);
  const std::string hostile(5000, '\n');
  const Workload workload{hostile, Confidence::kExact, "x", {}};
  for (const Reason reason :
       {Reason::kPinned, Reason::kNotRequired, Reason::kNoTag,
        Reason::kFloatingTag, Reason::kImpreciseVersion, Reason::kNoDigest,
        Reason::kUntrustedRegistry, Reason::kTagConvention,
        Reason::kMalformedReference, Reason::kUnidentifiedImage}) {
    Verdict verdict;
    verdict.reason = reason;
    verdict.index = 1;
    SCOPED_TRACE(ReasonName(reason));
    const std::string message = VerdictMessage(*policy, workload, verdict);
    EXPECT_LE(message.size(), kMaxMessageBytes);
    EXPECT_FALSE(absl::StrContains(message, '\n'));
  }
}

TEST(VerdictTest, NamesItsEnumerators) {
  const struct {
    absl::string_view got;
    absl::string_view want;
  } kCases[] = {
      {OutcomeName(Outcome::kAllowed), "allowed"},
      {OutcomeName(Outcome::kExempted), "exempted"},
      {OutcomeName(Outcome::kWouldReject), "would_reject"},
      {OutcomeName(Outcome::kRejected), "rejected"},
      {ReasonName(Reason::kPinned), "pinned"},
      {ReasonName(Reason::kNotRequired), "not_required"},
      {ReasonName(Reason::kExempted), "exempted"},
      {ReasonName(Reason::kNoTag), "no_tag"},
      {ReasonName(Reason::kFloatingTag), "floating_tag"},
      {ReasonName(Reason::kImpreciseVersion), "imprecise_version"},
      {ReasonName(Reason::kNoDigest), "no_digest"},
      {ReasonName(Reason::kUntrustedRegistry), "untrusted_registry"},
      {ReasonName(Reason::kTagConvention), "tag_convention"},
      {ReasonName(Reason::kMalformedReference), "malformed_reference"},
      {ReasonName(Reason::kUnidentifiedImage), "unidentified_image"},
      {ConfidenceName(Confidence::kExact), "exact"},
      {ConfidenceName(Confidence::kAlias), "alias"},
      {ConfidenceName(Confidence::kUnknown), "unknown"},
  };
  for (const auto& c : kCases) EXPECT_EQ(c.got, c.want);
}

}  // namespace
}  // namespace pinwarden
