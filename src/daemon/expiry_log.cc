// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/expiry_log.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "pinwarden/log.h"

namespace pinwarden {
namespace {

// At one look; status and metrics have more.
constexpr size_t kMaxLogged = 20;
constexpr absl::Duration kDay = absl::Hours(24);

}  // namespace

std::vector<ExpiryLog::Notice> ExpiryLog::Due(const PolicyInForce& current,
                                              absl::Time now) {
  // A clock that was set back must not silence it.
  const bool fresh = current.generation != generation_ || now < looked_;
  const bool daily = fresh || now >= daily_;
  if (!daily && now < next_) return {};
  if (daily) daily_ = now + kDay;
  next_ = daily_;
  std::vector<Notice> notices;
  for (const Exemption& exemption : current.policy->exemptions()) {
    if (exemption.expires > now) {
      next_ = std::min(next_, exemption.expires);
    } else if (!fresh && exemption.expires > looked_) {
      notices.push_back({&exemption, true, 0});
    }
  }
  generation_ = current.generation;
  looked_ = now;
  if (!daily) return notices;
  for (const Exemption* soon : ExpiringExemptions(*current.policy, now)) {
    notices.push_back({soon, false, (soon->expires - now) / kDay});
  }
  return notices;
}

void ExpiryLog::Look(const PolicyInForce& current, absl::Time now) {
  const std::vector<Notice> notices = Due(current, now);
  for (size_t i = 0; i < std::min(notices.size(), kMaxLogged); ++i) {
    const Exemption& exemption = *notices[i].exemption;
    Log(LogLevel::kWarning,
        notices[i].expired ? "exemption_expired" : "exemption_expires",
        {{"name", exemption.name},
         {"owner", exemption.owner},
         {"days", absl::StrCat(notices[i].days)},
         {"expires", exemption.expires_text},
         {"policy", absl::StrCat(current.policy->FileOf(exemption), ":",
                                 exemption.at.line)}});
  }
  if (notices.size() > kMaxLogged) {
    Log(LogLevel::kWarning, "exemptions_expire",
        {{"more", absl::StrCat(notices.size() - kMaxLogged)},
         {"hint", "see pinwarden status"}});
  }
}

}  // namespace pinwarden
