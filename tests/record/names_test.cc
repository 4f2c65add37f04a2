// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

// What decision.proto promises: the value's name in lower case without prefix.
template <typename Enum>
void ExpectNamesOf(const google::protobuf::EnumDescriptor& type,
                   absl::string_view prefix) {
  ASSERT_GT(type.value_count(), 1);
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    SCOPED_TRACE(value.name());
    EXPECT_EQ(absl::AsciiStrToUpper(absl::StrCat(
                  prefix, NameOf(static_cast<Enum>(value.number())))),
              value.name());
  }
}

TEST(NamesTest, AreThoseOfTheProtobufValues) {
  ExpectNamesOf<v1::Outcome>(*v1::Outcome_descriptor(), "outcome_");
  ExpectNamesOf<v1::Reason>(*v1::Reason_descriptor(), "reason_");
  ExpectNamesOf<v1::Confidence>(*v1::Confidence_descriptor(), "confidence_");
  ExpectNamesOf<v1::Mode>(*v1::Mode_descriptor(), "mode_");
  ExpectNamesOf<v1::Trigger>(*v1::Trigger_descriptor(), "trigger_");
}

TEST(NamesTest, OfValuesFromNewerPeersAreUnspecified) {
  EXPECT_EQ(NameOf(static_cast<v1::Outcome>(99)), "unspecified");
  EXPECT_EQ(NameOf(static_cast<v1::Reason>(-1)), "unspecified");
  EXPECT_EQ(NameOf(static_cast<v1::Mode>(3)), "unspecified");
}

TEST(NamesTest, OfOutcomesAreTheSameInBothForms) {
  for (const Outcome outcome : {Outcome::kAllowed, Outcome::kExempted,
                                Outcome::kWouldReject, Outcome::kRejected}) {
    EXPECT_EQ(NameOf(ToProto(outcome)), OutcomeName(outcome));
  }
}

TEST(NamesTest, OfReasonsAreTheSameInBothForms) {
  for (const Reason reason :
       {Reason::kPinned, Reason::kNotRequired, Reason::kExempted,
        Reason::kNoTag, Reason::kFloatingTag, Reason::kImpreciseVersion,
        Reason::kNoDigest, Reason::kUntrustedRegistry, Reason::kTagConvention,
        Reason::kMalformedReference, Reason::kUnidentifiedImage}) {
    EXPECT_EQ(NameOf(ToProto(reason)), ReasonName(reason));
  }
}

TEST(NamesTest, OfConfidenceAndModeAreTheSameInBothForms) {
  for (const Confidence confidence :
       {Confidence::kExact, Confidence::kAlias, Confidence::kUnknown}) {
    EXPECT_EQ(NameOf(ToProto(confidence)), ConfidenceName(confidence));
  }
  for (const Mode mode : {Mode::kObserve, Mode::kEnforce}) {
    EXPECT_EQ(NameOf(ToProto(mode)), ModeName(mode));
  }
}

}  // namespace
}  // namespace pinwarden
