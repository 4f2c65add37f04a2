// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/checks.h"
#include "doctor/gate.h"
#include "pinwarden/doctor.h"

namespace pinwarden {

absl::string_view NameOf(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::kOk:
      return "ok";
    case CheckVerdict::kWarn:
      return "warn";
    case CheckVerdict::kFail:
      return "fail";
  }
  return "fail";
}

absl::string_view NameOf(WhenAway answer) {
  switch (answer) {
    case WhenAway::kRefused:
      return "refused";
    case WhenAway::kCreated:
      return "created";
    case WhenAway::kUnknown:
      return "unknown";
  }
  return "unknown";
}

Diagnosis Diagnose(const DoctorFacts& facts) {
  Diagnosis diagnosis;
  diagnosis.if_pinwarden_dies = JudgeGate(facts).when_away;
  for (const auto check :
       {CheckDaemon, CheckRegistered, CheckRuntime, CheckRuntimeConfig,
        CheckNriEnabled, CheckNriSocket, CheckGate, CheckRequiredPlugins,
        CheckToleration, CheckRequestTimeout, CheckImageNames, CheckPolicy,
        CheckExemptions, CheckJudging, CheckRecords, CheckReadSocket,
        CheckClock, CheckDisk}) {
    diagnosis.findings.push_back(check(facts));
  }
  return diagnosis;
}

}  // namespace pinwarden
