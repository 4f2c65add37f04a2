// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/requests.h"

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ValidateCheckTest, NamesTheFieldAndTheBound) {
  const struct {
    const char* want;
    std::function<void(v1::CheckRequest*)> spoil;
  } kCases[] = {
      {"images: none given", [](auto* r) { r->clear_images(); }},
      {"images: 1001 values, at most 1000",
       [](auto* r) {
         while (r->images_size() < 1001) r->add_images("a");
       }},
      {"images[1]: 4097 bytes, at most 4096",
       [](auto* r) { r->add_images(std::string(4097, 'a')); }},
      {"namespace: 254 bytes, at most 253",
       [](auto* r) { r->set_namespace_(std::string(254, 'a')); }},
      {"labels: 257 values, at most 256",
       [](auto* r) {
         for (int i = 0; i < 257; ++i) {
           (*r->mutable_labels())[absl::StrCat("k", i)] = "v";
         }
       }},
      {"labels, a key: 513 bytes, at most 512",
       [](auto* r) { (*r->mutable_labels())[std::string(513, 'k')] = ""; }},
      {"labels, a value: 513 bytes, at most 512",
       [](auto* r) { (*r->mutable_labels())["k"] = std::string(513, 'v'); }},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    v1::CheckRequest request;
    request.add_images("nginx");
    c.spoil(&request);
    EXPECT_THAT(ValidateCheck(request), StatusIs(kInvalid, c.want));
  }
}

TEST(ValidateCheckTest, TakesWhatIsExactlyAtTheBounds) {
  v1::CheckRequest request;
  while (request.images_size() < 1000) request.add_images("a");
  request.set_images(0, std::string(4096, 'a'));
  request.set_images(1, "");
  request.set_namespace_(std::string(253, 'a'));
  (*request.mutable_labels())[std::string(512, 'k')] = std::string(512, 'v');
  EXPECT_THAT(ValidateCheck(request), IsOk());
}

TEST(MakeFilterTest, NamesTheFieldAndTheBound) {
  const struct {
    const char* want;
    std::function<void(v1::WatchDecisionsRequest*)> spoil;
  } kCases[] = {
      {"outcomes[1]: no such value: 99",
       [](auto* r) {
         r->add_outcomes(v1::OUTCOME_REJECTED);
         r->add_outcomes(static_cast<v1::Outcome>(99));
       }},
      {"outcomes[0]: no such value: 0",
       [](auto* r) { r->add_outcomes(v1::OUTCOME_UNSPECIFIED); }},
      {"reasons[0]: no such value: -7",
       [](auto* r) { r->add_reasons(static_cast<v1::Reason>(-7)); }},
      {"reasons: 33 values, at most 32",
       [](auto* r) {
         while (r->reasons_size() < 33) r->add_reasons(v1::REASON_PINNED);
       }},
      {"namespaces: 33 values, at most 32",
       [](auto* r) {
         while (r->namespaces_size() < 33) r->add_namespaces("a");
       }},
      {"namespaces[0]: 129 bytes, at most 128",
       [](auto* r) { r->add_namespaces(std::string(129, '*')); }},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    v1::WatchDecisionsRequest request;
    c.spoil(&request);
    EXPECT_THAT(MakeFilter(request), StatusIs(kInvalid, c.want));
  }
}

TEST(MakeFilterTest, WantsWhatEveryFieldWants) {
  v1::WatchDecisionsRequest request;
  request.add_outcomes(v1::OUTCOME_REJECTED);
  request.add_outcomes(v1::OUTCOME_WOULD_REJECT);
  request.add_reasons(v1::REASON_NO_TAG);
  request.add_namespaces("prod-*");
  request.add_namespaces("billing");
  const auto filter = MakeFilter(request);
  ASSERT_THAT(filter, IsOk());
  const struct {
    v1::Outcome outcome;
    v1::Reason reason;
    const char* name_space;
    bool want;
  } kCases[] = {
      {v1::OUTCOME_REJECTED, v1::REASON_NO_TAG, "prod-eu", true},
      {v1::OUTCOME_WOULD_REJECT, v1::REASON_NO_TAG, "billing", true},
      {v1::OUTCOME_ALLOWED, v1::REASON_NO_TAG, "prod-eu", false},
      {v1::OUTCOME_REJECTED, v1::REASON_NO_DIGEST, "prod-eu", false},
      {v1::OUTCOME_REJECTED, v1::REASON_NO_TAG, "prod", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name_space);
    v1::Decision decision;
    decision.set_outcome(c.outcome);
    decision.set_reason(c.reason);
    decision.set_namespace_(c.name_space);
    EXPECT_EQ((*filter)(decision), c.want);
  }
}

TEST(MakeFilterTest, WantsEverythingWhenNothingIsAsked) {
  const auto filter = MakeFilter(v1::WatchDecisionsRequest());
  ASSERT_THAT(filter, IsOk());
  EXPECT_TRUE((*filter)(v1::Decision()));
}

}  // namespace
}  // namespace pinwarden
