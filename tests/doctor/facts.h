// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_DOCTOR_FACTS_H_
#define PINWARDEN_TESTS_DOCTOR_FACTS_H_

#include <memory>
#include <string>

#include "pinwarden/doctor.h"

namespace pinwarden::testing {

inline constexpr char kContainerdFile[] = "/etc/containerd/config.toml";
inline absl::Time Now() { return absl::FromUnixSeconds(1780272000); }

// A host on which all is well: a runtime that misses us, a daemon that judges
// with an enforcing policy.
DoctorFacts HealthyFacts(const std::string& runtime = "containerd 2.2.1");

// The same runtime with this in its main file.
void Configure(const std::string& toml, DoctorFacts* facts);

std::shared_ptr<const Policy> PolicyOf(const std::string& yaml);

// The finding of that name.
DoctorFinding FindingOf(const Diagnosis& diagnosis, const std::string& check);

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_DOCTOR_FACTS_H_
