// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_EXEMPT_H_
#define PINWARDEN_EXEMPT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pinwarden/image_pattern.h"
#include "pinwarden/policy.h"
#include "pinwarden/report_data.h"

namespace pinwarden {

// What a report finds, turned into exemptions: first a plan of them, then the
// text of a file that a policy includes, with these at its end.

// The longest that such an exemption may last, the day it is made on aside.
inline constexpr int kMaxExemptDays = 90;

struct NewExemption {
  std::string name;
  std::string name_space;
  std::string image;  // "docker.io/library/nginx"
  std::string reason;
  std::string owner;
  std::string expires;    // as a policy has it
  size_t containers = 0;  // of workloads, that asked for it
};

// Why one of the images cannot be exempted, and which it is.
struct NotExemptable {
  size_t row;  // in ReportData
  std::string why;
};

struct ExemptionPlan {
  std::vector<NewExemption> exemptions;  // by namespace and image
  std::vector<NotExemptable> not_exemptable;
  size_t already = 0;  // containers of workloads that are exempted now
  size_t fine = 0;     // that the policy is no longer against
};

// What all of the new exemptions have in common.
struct ExemptionTerms {
  std::string reason;
  std::string owner;
  std::string expires;
};

// An exemption for each (namespace, image without tag and digest) of the
// report's findings that `policy` is against and `image` matches, if there is
// one. Names are made of both and differ from all in the policy.
ExemptionPlan PlanExemptions(const Policy& policy, const ReportData& data,
                             const std::optional<ImagePattern>& image,
                             const ExemptionTerms& terms, absl::Time now);

// Which rows of the plan's kind would be against `policy` all the same, as it
// is with the plan's exemptions in it.
std::vector<NotExemptable> StillRefused(
    const Policy& policy, const ReportData& data,
    const std::optional<ImagePattern>& image, absl::Time now);

// `text`, an included file or "", with the exemptions after those that it has.
// Everything else in it stays as it is, comments and all, and the new entries
// are indented as the last one is.
//
// kInvalidArgument: not a file that entries can be added to, and why.
absl::StatusOr<std::string> AppendExemptions(
    absl::string_view text, absl::Span<const NewExemption> exemptions);

}  // namespace pinwarden

#endif  // PINWARDEN_EXEMPT_H_
