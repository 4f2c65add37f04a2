// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/nri_log.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "pinwarden/image_claim.h"
#include "pinwarden/log.h"

namespace pinwarden {
namespace {

std::string EventsName(NriEvents events) {
  switch (events) {
    case NriEvents::kNone:
      return "none";
    case NriEvents::kCreate:
      return "CreateContainer";
    case NriEvents::kValidate:
      return "ValidateContainerAdjustment";
  }
  return "none";
}

// What the runtime does with containers while we are away.
std::string WhenAway(NriEvents events) {
  switch (events) {
    case NriEvents::kNone:
    case NriEvents::kCreate:
      return "containers are created unasked";
    case NriEvents::kValidate:
      return "containers are refused if the runtime's required_plugins name "
             "us, else created unasked";
  }
  return "containers are created unasked";
}

}  // namespace

void NriLog::Note(const NriStats& now, bool stopping) {
  if (now.connected && !connected_) {
    Log(told_.empty() ? LogLevel::kInfo : LogLevel::kDebug, "nri_connected",
        {{"connections", absl::StrCat(now.connections)}});
  }
  if (now.registered && !registered_) {
    told_.clear();
    Log(LogLevel::kInfo, "nri_registered",
        {{"runtime", now.runtime.name},
         {"runtime_version", now.runtime.version},
         {"events", EventsName(now.events)},
         {"image_names",
          std::string(ConfidenceName(ExpectedConfidence(now.runtime)))},
         {"existing_containers", absl::StrCat(now.synchronized_containers)},
         {"when_away", WhenAway(now.events)}});
  }
  if (!now.connected) NoteEnd(now, stopping);
  connected_ = now.connected;
  registered_ = now.registered;
}

void NriLog::NoteEnd(const NriStats& now, bool stopping) {
  if (stopping) {
    if (connected_) Log(LogLevel::kInfo, "nri_disconnected");
    return;
  }
  const LogLevel level = registered_               ? LogLevel::kError
                         : now.last_error == told_ ? LogLevel::kDebug
                                                   : LogLevel::kWarning;
  Log(level, connected_ ? "nri_cut_off" : "nri_unreachable",
      {{"reason", now.last_error}});
  told_ = now.last_error;
}

void LogGap(const Gap& gap) {
  const auto time = [](absl::Time at) {
    return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", at, absl::UTCTimeZone());
  };
  Log(LogLevel::kWarning, "unjudged",
      {{"from", time(gap.from())},
       {"until", time(gap.until)},
       {"seconds", absl::StrFormat("%.3f", absl::ToDoubleSeconds(gap.length))},
       {"cause", std::string(GapCauseName(gap.cause))},
       {"slipped_allowed", absl::StrCat(gap.slipped_allowed)},
       {"slipped_violations", absl::StrCat(gap.slipped_violations)}});
}

}  // namespace pinwarden
