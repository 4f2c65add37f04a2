// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_GATE_H_
#define PINWARDEN_SRC_DOCTOR_GATE_H_

#include <optional>
#include <string>

#include "pinwarden/doctor.h"

namespace pinwarden {

// What happens to containers while pinwarden is away, and why.
struct Gate {
  WhenAway when_away = WhenAway::kUnknown;
  std::string because;    // follows "because"
  bool mendable = false;  // by the operator, here and now
  std::string fix;        // empty for kRefused
};

Gate JudgeGate(const DoctorFacts& facts);

// Whether plugins can connect to this version at all: containerd since 1.7,
// CRI-O since 1.26. True where nobody knows.
bool HasNri(const RuntimeInfo& runtime);

// Whether the runtime does without NRI: as its files say or else its default.
// None: nobody knows.
std::optional<bool> NriIsOff(const DoctorFacts& facts);

// True if the files were changed after the runtime had started with others.
bool RestartIsDue(const DoctorFacts& facts);

// "pinwardend", "11-pinwarden", "Pinwarden": meant for us, and nobody's name.
bool IsMisspelt(const std::string& name);

// Whether any rule of the policy refuses anything. True if nobody knows.
bool Enforces(const DoctorFacts& facts);

// "containerd 2.1.9", fit for a terminal.
std::string RuntimeText(const DoctorFacts& facts);

// What to do where a file of our own may help, and what makes files count.
inline constexpr char kDropInFix[] =
    "pinwarden doctor --fix, and do what it says is left to do";
std::string RestartFix(const DoctorFacts& facts);

// The name of its unit.
std::string RuntimeUnit(const DoctorFacts& facts);

// A setting's key, and the table it stands in, in the runtime's own words.
struct NriKeys {
  std::string nri_table;
  std::string validator_table;
  std::string disable;  // "disable = true"
  std::string enable;   // "disable = false"
  std::string validator;
  std::string required_plugins;
  std::string toleration;
};
NriKeys KeysOf(RuntimeKind kind);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_GATE_H_
