// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "doctor/checks.h"
#include "doctor/show.h"

namespace pinwarden {
namespace {

constexpr absl::Duration kSoon = absl::Hours(14 * 24);
// Clocks are corrected all the time; and a file may come from elsewhere.
constexpr absl::Duration kClockSlack = absl::Minutes(5);
constexpr uint64_t kLowBytes = 64 << 20;
constexpr uint64_t kNoBytes = 1 << 20;
constexpr uint64_t kLowFiles = 100;

// A time that is past for sure, and what says so.
struct Landmark {
  absl::Time time = absl::InfinitePast();
  std::string what;
};

Landmark LatestLandmark(const DoctorFacts& facts) {
  Landmark latest = {facts.program.modified, "this program was built"};
  const auto consider = [&latest](absl::Time time, const char* what) {
    if (time > latest.time) latest = {time, what};
  };
  consider(facts.config_modified, "the runtime's configuration was written");
  if (facts.status) {
    consider(absl::FromUnixSeconds(facts.status->started().seconds()),
             "pinwardend started");
    consider(absl::FromUnixSeconds(facts.status->policy().loaded().seconds()),
             "the policy was loaded");
  }
  return latest;
}

std::string ExemptionText(const Exemption& exemption) {
  return absl::StrCat(Show(exemption.name), " (", Show(exemption.owner), ", ",
                      Show(exemption.expires_text), ")");
}

}  // namespace

DoctorFinding CheckPolicy(const DoctorFacts& facts) {
  const std::string path = Show(facts.policy_path);
  if (facts.policy == nullptr) {
    return Fail(
        "policy",
        absl::StrCat("the file cannot be used: ", Show(facts.policy_problem)),
        absl::StrCat("pinwarden policy lint ", path, " shows all of it"));
  }
  const Policy& policy = *facts.policy;
  std::string evidence =
      absl::StrCat(path, ", mode ", ModeName(policy.mode()),
                   ", rules: ", policy.rules().size(),
                   ", exemptions: ", policy.exemptions().size());
  if (facts.status) {
    const v1::PolicyStatus& status = facts.status->policy();
    if (status.sha256() != policy.sha256()) {
      return Fail(
          "policy",
          absl::StrCat(evidence, "; pinwardend has another one in force",
                       status.from_last_good() ? ", its last good one" : ""),
          "pinwarden reload; --policy, if that is another file");
    }
    absl::StrAppend(&evidence, "; in force as generation ",
                    status.generation());
  }
  if (facts.policy_warnings > 0) {
    return Warn("policy",
                absl::StrCat(evidence, "; warnings: ", facts.policy_warnings),
                "pinwarden policy lint " + path);
  }
  return Ok("policy", evidence);
}

DoctorFinding CheckExemptions(const DoctorFacts& facts) {
  if (facts.policy == nullptr) {
    return Warn("exemptions", "not known, as the policy cannot be used",
                "see policy");
  }
  std::vector<Exemption> soon;
  size_t expired = 0;
  for (const Exemption& exemption : facts.policy->exemptions()) {
    if (exemption.expires <= facts.now) {
      ++expired;
    } else if (exemption.expires <= facts.now + kSoon) {
      soon.push_back(exemption);
    }
  }
  if (soon.empty() && expired == 0) {
    return Ok("exemptions", "none has expired, none does within 14 days");
  }
  std::string evidence =
      absl::StrCat("expired: ", expired, ", within 14 days: ", soon.size());
  const auto first = std::min_element(
      soon.begin(), soon.end(), [](const Exemption& a, const Exemption& b) {
        return a.expires < b.expires;
      });
  if (first != soon.end()) {
    absl::StrAppend(&evidence, ", the first: ", ExemptionText(*first));
  }
  return Warn("exemptions", evidence,
              "pin the images, or agree on a new date with the owners");
}

DoctorFinding CheckClock(const DoctorFacts& facts) {
  const Landmark latest = LatestLandmark(facts);
  if (latest.time > facts.now + kClockSlack) {
    return Fail("clock",
                absl::StrCat("it is ", Show(facts.now), " here, but ",
                             latest.what, " at ", Show(latest.time),
                             ": exemptions do not end when they should"),
                "set the clock; timedatectl set-ntp true");
  }
  if (facts.clock_synchronised == false) {
    return Warn("clock",
                absl::StrCat(Show(facts.now),
                             ", systemd-timesyncd has not synchronised it"),
                "timedatectl timesync-status");
  }
  return Ok(
      "clock",
      absl::StrCat(Show(facts.now),
                   facts.clock_synchronised == true ? ", synchronised" : ""));
}

DoctorFinding CheckDisk(const DoctorFacts& facts) {
  std::string evidence;
  for (const DirectoryFacts& directory : facts.directories) {
    const std::string path = Show(directory.path);
    if (!directory.file.exists) {
      return Warn("disk", Show(directory.file.error),
                  "systemd makes it when pinwardend starts");
    }
    if (!directory.disk.known) continue;
    if (directory.disk.read_only || directory.disk.free_bytes < kNoBytes) {
      return Fail("disk",
                  absl::StrCat(path, directory.disk.read_only
                                         ? " is read-only"
                                         : " is on a disk that is full"),
                  "make room: pinwardend judges on, but remembers nothing");
    }
    if (directory.disk.free_bytes < kLowBytes ||
        directory.disk.free_files < kLowFiles) {
      return Warn(
          "disk",
          absl::StrCat(path, ": free are ", directory.disk.free_bytes >> 20,
                       " MiB and ", directory.disk.free_files, " files"),
          "make room");
    }
    absl::StrAppend(&evidence, evidence.empty() ? "" : ", ", path, ": ",
                    directory.disk.free_bytes >> 20, " MiB free");
  }
  return Ok("disk", evidence.empty() ? "nothing to write to" : evidence);
}

}  // namespace pinwarden
