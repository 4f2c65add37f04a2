// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/config_loader.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "doctor/show.h"

namespace pinwarden {

void ConfigLoader::Error(const std::string& wanted_by, const std::string& why) {
  config_.errors.push_back(
      wanted_by.empty() ? why : absl::StrCat(wanted_by, ": ", why));
}

std::optional<ConfigValue> ConfigLoader::Load(const std::string& path,
                                              const std::string& wanted_by) {
  if (full_) return std::nullopt;
  if (config_.files.size() >= kMaxConfigFiles) {
    full_ = true;
    Error(wanted_by, absl::StrCat("over ", kMaxConfigFiles,
                                  " files; the rest was not read"));
    return std::nullopt;
  }
  // The runtime would wait for its writer, and so would we.
  if (S_ISFIFO(files_.Stat(path).mode)) {
    Error(wanted_by, Show(path) + " is a FIFO");
    return std::nullopt;
  }
  const absl::StatusOr<std::string> text = files_.Read(path, kMaxConfigBytes);
  if (!text.ok()) {
    Error(wanted_by, std::string(text.status().message()));
    return std::nullopt;
  }
  config_.files.push_back(path);
  bytes_ += text->size();
  if (bytes_ > kMaxAllConfigBytes) {
    full_ = true;
    Error(wanted_by, absl::StrCat("over ", kMaxAllConfigBytes,
                                  " bytes in all; the rest was not read"));
    return std::nullopt;
  }
  absl::StatusOr<ConfigValue> file = ParseConfig(*text, path);
  if (!file.ok()) {
    Error("", std::string(file.status().message()));
    return std::nullopt;
  }
  return *std::move(file);
}

}  // namespace pinwarden
