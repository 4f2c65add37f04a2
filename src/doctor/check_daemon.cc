// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "doctor/checks.h"
#include "doctor/gate.h"
#include "doctor/show.h"

namespace pinwarden {
namespace {

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

DoctorFinding NotRunning(const std::string& check) {
  return Warn(check, "not known, as pinwardend does not answer", "see daemon");
}

// What containers get while nobody judges, which is now.
std::string Meanwhile(const DoctorFacts& facts) {
  switch (JudgeGate(facts).when_away) {
    case WhenAway::kRefused:
      return "; until then every container is refused";
    case WhenAway::kCreated:
      return "; until then every container is created";
    case WhenAway::kUnknown:
      break;
  }
  return "";
}

}  // namespace

DoctorFinding CheckDaemon(const DoctorFacts& facts) {
  if (!facts.status) {
    return Fail("daemon", Show(facts.no_status) + Meanwhile(facts),
                "systemctl start pinwardend; if it does not stay up: "
                "journalctl -u pinwardend");
  }
  const v1::GetStatusResponse& status = *facts.status;
  const std::string evidence =
      absl::StrCat("pinwardend ", Show(status.version()), ", process ",
                   status.pid(), ", since ", Show(ToTime(status.started())));
  if (status.version() != facts.cli_version) {
    return Warn("daemon",
                absl::StrCat(evidence, "; installed is ", facts.cli_version,
                             ": an upgrade is half done"),
                "pinwarden handover, or: systemctl restart pinwardend");
  }
  if (!facts.settings_problem.empty()) {
    return Fail("daemon",
                absl::StrCat(evidence, "; its next start would fail: ",
                             Show(facts.settings_problem)),
                "pinwardend --check shows what to mend");
  }
  return Ok("daemon", evidence);
}

DoctorFinding CheckRegistered(const DoctorFacts& facts) {
  if (!facts.status) return NotRunning("registered");
  const v1::NriStatus& nri = facts.status->nri();
  if (nri.registered()) {
    return Ok(
        "registered",
        absl::StrCat("since ", Show(ToTime(nri.registered_since())),
                     ", asked on ", Show(absl::StrJoin(nri.events(), ", "))));
  }
  return Fail(
      "registered",
      absl::StrCat(
          "no", nri.last_error().empty() ? "" : ", " + Show(nri.last_error()),
          Meanwhile(facts)),
      "see nri_enabled and nri_socket; it registers by itself");
}

DoctorFinding CheckImageNames(const DoctorFacts& facts) {
  if (!facts.status || facts.status->nri().runtime_name().empty()) {
    return NotRunning("image_names");
  }
  switch (facts.status->nri().confidence()) {
    case v1::CONFIDENCE_EXACT:
      return Ok("image_names", "exact: what the pod's author wrote");
    case v1::CONFIDENCE_ALIAS:
      break;
    default:
      return Warn(
          "image_names",
          absl::StrCat(RuntimeText(facts), " tells none that can be trusted"),
          "in enforce mode all is refused, unless the policy says "
          "\"unidentified: allow\"");
  }
  const std::string alias =
      "one of the image's names on this host, not always the one asked for";
  if (facts.cri_socket.empty()) {
    return Warn("image_names",
                alias + "; CRI is not to be asked for the others",
                "cri_socket in pinwardend.yaml");
  }
  if (!facts.cri.ok()) {
    return Warn("image_names",
                absl::StrCat(alias,
                             "; CRI, which knows the others, does not "
                             "answer: ",
                             Show(facts.cri.message())),
                "cri_socket in pinwardend.yaml has to be the runtime's own");
  }
  return Ok("image_names",
            absl::StrCat(alias, "; CRI on ", Show(facts.cri_socket),
                         " tells the others"));
}

DoctorFinding CheckJudging(const DoctorFacts& facts) {
  if (!facts.status) return NotRunning("judging");
  const v1::JudgingStatus& judging = facts.status->judging();
  const std::string gaps = absl::StrFormat(
      "unjudged for %.3f s in all, gaps: %d; slipped by: %d allowed, %d "
      "against "
      "the policy, of which stopped: %d",
      judging.unjudged_seconds(), judging.gaps(), judging.slipped_allowed(),
      judging.slipped_violations(), judging.slipped_stopped());
  if (!judging.problem().empty()) {
    return Fail("judging",
                absl::StrCat("what slips by will not be known: ",
                             Show(judging.problem())),
                "the directory of judged_file has to be writable");
  }
  if (judging.slipped_stop_failures() > 0) {
    return Fail("judging",
                absl::StrCat(gaps, "; could not be stopped: ",
                             judging.slipped_stop_failures()),
                "pinwarden watch, and the log, name them");
  }
  if (judging.slipped_violations() > judging.slipped_stopped()) {
    return Warn("judging", gaps,
                "the log names them (outcome=slipped_violation); \"on_slip: "
                "stop\" in the policy stops such containers");
  }
  return Ok("judging",
            judging.gaps() == 0 ? "no gap since pinwardend started" : gaps);
}

DoctorFinding CheckRecords(const DoctorFacts& facts) {
  if (!facts.status) return NotRunning("records");
  const v1::RecordStatus& records = facts.status->records();
  const std::string evidence = absl::StrCat(
      "recorded: ", records.recorded(), ", dropped: ", records.dropped(),
      ", log lines dropped: ", records.log_lines_dropped());
  if (records.dropped() > 0 || records.log_lines_dropped() > 0) {
    return Warn("records", evidence,
                "the host is overloaded, or its journal does not keep up");
  }
  return Ok("records", evidence);
}

DoctorFinding CheckReadSocket(const DoctorFacts& facts) {
  const FileFacts& file = facts.read_socket;
  if (!file.exists) return NotRunning("read_socket");
  const std::string evidence =
      absl::StrFormat("mode %04o, group %d", file.mode & 07777, file.gid);
  if ((file.mode & S_IWOTH) != 0) {
    return Fail("read_socket", evidence + ": everybody may ask",
                "systemctl restart pinwardend, which sets it right");
  }
  if (file.gid == 0 || (file.mode & S_IWGRP) == 0) {
    return Warn("read_socket", evidence + ": for root alone",
                "make the group that read_group in pinwardend.yaml names, and "
                "restart pinwardend");
  }
  return Ok("read_socket", evidence);
}

}  // namespace pinwarden
