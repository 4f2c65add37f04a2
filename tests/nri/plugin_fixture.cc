// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "nri/plugin_fixture.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nri.pb.h"
#include "testing/fake_runtime.h"

namespace pinwarden::testing {
namespace {

std::string Describe(const NriContainer& c) {
  const auto& annotations = c.container.annotations();
  const auto image = annotations.find(kImageAnnotation);
  return absl::StrCat(c.pod == nullptr ? "-" : c.pod->name(), "/",
                      c.container.name(), " ",
                      image == annotations.end() ? "-" : image->second);
}

}  // namespace

NriAnswer RecordingHandler::Admit(const NriContainer& container,
                                  NriEvents asked) {
  MutexLock lock(mu_);
  admitted_.push_back(Describe(container));
  last_asked_ = asked;
  return {.admit = !refuse_, .refusal = refusal_};
}

void RecordingHandler::Existing(const NriContainer& container) {
  MutexLock lock(mu_);
  existing_.push_back(Describe(container));
}

void RecordingHandler::StateChanged(const NriStats& stats) {
  {
    MutexLock lock(mu_);
    states_.push_back(stats);
  }
  changed_.SignalAll();
}

void RecordingHandler::Refuse(std::string refusal) {
  MutexLock lock(mu_);
  refuse_ = true;
  refusal_ = std::move(refusal);
}

std::vector<std::string> RecordingHandler::admitted() const {
  MutexLock lock(mu_);
  return admitted_;
}

std::vector<std::string> RecordingHandler::existing() const {
  MutexLock lock(mu_);
  return existing_;
}

NriEvents RecordingHandler::last_asked() const {
  MutexLock lock(mu_);
  return last_asked_;
}

size_t RecordingHandler::CountStates(
    const std::function<bool(const NriStats&)>& wanted) const {
  MutexLock lock(mu_);
  return static_cast<size_t>(
      std::count_if(states_.begin(), states_.end(), wanted));
}

bool RecordingHandler::AwaitState(
    const std::function<bool(const NriStats&)>& wanted) {
  MutexLock lock(mu_);
  while (std::none_of(states_.begin(), states_.end(), wanted)) {
    if (!changed_.WaitFor(mu_, std::chrono::seconds(30))) return false;
  }
  return true;
}

RunningPlugin::RunningPlugin(NriOptions options, NriHandler& handler)
    : plugin_(std::move(options), handler),
      thread_([this] { result_ = plugin_.Run(stop_); }) {}

absl::Status RunningPlugin::Stop() {
  stop_.Set();
  return AwaitEnd();
}

absl::Status RunningPlugin::AwaitEnd() {
  if (thread_.joinable()) thread_.join();
  return result_;
}

NriOptions OptionsFor(const std::string& socket_path) {
  NriOptions options;
  options.socket_path = socket_path;
  return options;
}

}  // namespace pinwarden::testing
