// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_CONFIG_LOADER_H_
#define PINWARDEN_SRC_DOCTOR_CONFIG_LOADER_H_

#include <optional>
#include <string>

#include "doctor/config_value.h"
#include "pinwarden/runtime_config.h"

namespace pinwarden {

// Reads one file after another for one RuntimeConfig, within its bounds.
class ConfigLoader {
 public:
  ConfigLoader(const HostFiles& files, RuntimeConfig& config)
      : files_(files), config_(config) {}

  // Nothing if the file cannot be used; why is among the config's errors then.
  // `wanted_by` is the place that names the file, for messages.
  std::optional<ConfigValue> Load(const std::string& path,
                                  const std::string& wanted_by);

  // True once a bound was reached: then nothing more is read.
  bool full() const { return full_; }

 private:
  void Error(const std::string& wanted_by, const std::string& why);

  const HostFiles& files_;
  RuntimeConfig& config_;
  size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_CONFIG_LOADER_H_
