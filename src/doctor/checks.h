// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_CHECKS_H_
#define PINWARDEN_SRC_DOCTOR_CHECKS_H_

#include <string>
#include <utility>

#include "pinwarden/doctor.h"

namespace pinwarden {

inline Finding Ok(std::string check, std::string evidence) {
  return {std::move(check), CheckVerdict::kOk, std::move(evidence), ""};
}
inline Finding Warn(std::string check, std::string evidence, std::string fix) {
  return {std::move(check), CheckVerdict::kWarn, std::move(evidence),
          std::move(fix)};
}
inline Finding Fail(std::string check, std::string evidence, std::string fix) {
  return {std::move(check), CheckVerdict::kFail, std::move(evidence),
          std::move(fix)};
}

// What happens when pinwarden is away.
Finding CheckGate(const DoctorFacts& facts);
Finding CheckRequiredPlugins(const DoctorFacts& facts);
Finding CheckToleration(const DoctorFacts& facts);

// The runtime, and the connection to it.
Finding CheckRuntime(const DoctorFacts& facts);
Finding CheckRuntimeConfig(const DoctorFacts& facts);
Finding CheckNriEnabled(const DoctorFacts& facts);
Finding CheckNriSocket(const DoctorFacts& facts);
Finding CheckRequestTimeout(const DoctorFacts& facts);

// The daemon.
Finding CheckDaemon(const DoctorFacts& facts);
Finding CheckRegistered(const DoctorFacts& facts);
Finding CheckImageNames(const DoctorFacts& facts);
Finding CheckJudging(const DoctorFacts& facts);
Finding CheckRecords(const DoctorFacts& facts);
Finding CheckReadSocket(const DoctorFacts& facts);

// The policy, and the host.
Finding CheckPolicy(const DoctorFacts& facts);
Finding CheckExemptions(const DoctorFacts& facts);
Finding CheckClock(const DoctorFacts& facts);
Finding CheckDisk(const DoctorFacts& facts);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_CHECKS_H_
