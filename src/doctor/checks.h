// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_CHECKS_H_
#define PINWARDEN_SRC_DOCTOR_CHECKS_H_

#include <string>
#include <utility>

#include "pinwarden/doctor.h"

namespace pinwarden {

inline DoctorFinding Ok(std::string check, std::string evidence) {
  return {std::move(check), CheckVerdict::kOk, std::move(evidence), ""};
}
inline DoctorFinding Warn(std::string check, std::string evidence,
                          std::string fix) {
  return {std::move(check), CheckVerdict::kWarn, std::move(evidence),
          std::move(fix)};
}
inline DoctorFinding Fail(std::string check, std::string evidence,
                          std::string fix) {
  return {std::move(check), CheckVerdict::kFail, std::move(evidence),
          std::move(fix)};
}

// What happens when pinwarden is away.
DoctorFinding CheckGate(const DoctorFacts& facts);
DoctorFinding CheckRequiredPlugins(const DoctorFacts& facts);
DoctorFinding CheckToleration(const DoctorFacts& facts);

// The runtime, and the connection to it.
DoctorFinding CheckRuntime(const DoctorFacts& facts);
DoctorFinding CheckRuntimeConfig(const DoctorFacts& facts);
DoctorFinding CheckNriEnabled(const DoctorFacts& facts);
DoctorFinding CheckNriSocket(const DoctorFacts& facts);
DoctorFinding CheckRequestTimeout(const DoctorFacts& facts);

// The daemon.
DoctorFinding CheckDaemon(const DoctorFacts& facts);
DoctorFinding CheckRegistered(const DoctorFacts& facts);
DoctorFinding CheckImageNames(const DoctorFacts& facts);
DoctorFinding CheckJudging(const DoctorFacts& facts);
DoctorFinding CheckRecords(const DoctorFacts& facts);
DoctorFinding CheckReadSocket(const DoctorFacts& facts);

// The policy, and the host.
DoctorFinding CheckPolicy(const DoctorFacts& facts);
DoctorFinding CheckExemptions(const DoctorFacts& facts);
DoctorFinding CheckClock(const DoctorFacts& facts);
DoctorFinding CheckDisk(const DoctorFacts& facts);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_CHECKS_H_
