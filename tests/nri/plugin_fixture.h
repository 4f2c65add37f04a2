// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_NRI_PLUGIN_FIXTURE_H_
#define PINWARDEN_TESTS_NRI_PLUGIN_FIXTURE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pinwarden/mutex.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/stop_event.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {

// Admits every container unless told to refuse, and remembers what it saw:
// "pod/container image" with "-" for a pod or an image that is not there.
class RecordingHandler : public NriHandler {
 public:
  NriAnswer Admit(const NriContainer& container, NriEvents asked) override;
  void Existing(const NriContainer& container) override;
  void StateChanged(const NriStats& stats) override;

  // From now on every container is refused with this text.
  void Refuse(std::string refusal) ABSL_LOCKS_EXCLUDED(mu_);

  std::vector<std::string> admitted() const ABSL_LOCKS_EXCLUDED(mu_);
  std::vector<std::string> existing() const ABSL_LOCKS_EXCLUDED(mu_);
  NriEvents last_asked() const ABSL_LOCKS_EXCLUDED(mu_);

  // How many of the states told so far `wanted` accepts.
  size_t CountStates(const std::function<bool(const NriStats&)>& wanted) const
      ABSL_LOCKS_EXCLUDED(mu_);

  // Waits, at most 30 s, until a state that `wanted` accepts has been told.
  bool AwaitState(const std::function<bool(const NriStats&)>& wanted)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable Mutex mu_;
  CondVar changed_;
  std::vector<std::string> admitted_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> existing_ ABSL_GUARDED_BY(mu_);
  std::vector<NriStats> states_ ABSL_GUARDED_BY(mu_);
  bool refuse_ ABSL_GUARDED_BY(mu_) = false;
  std::string refusal_ ABSL_GUARDED_BY(mu_);
  NriEvents last_asked_ ABSL_GUARDED_BY(mu_) = NriEvents::kNone;
};

// A plugin that runs in a thread of its own until Stop() or the end of scope.
class RunningPlugin {
 public:
  RunningPlugin(NriOptions options, NriHandler& handler);
  ~RunningPlugin() { Stop().IgnoreError(); }

  // What Run() returned.
  absl::Status Stop();
  absl::Status AwaitEnd();

  NriStats Stats() const { return plugin_.Stats(); }

 private:
  StopEvent stop_;
  NriPlugin plugin_;
  absl::Status result_;  // written by thread_, read once that has ended
  std::thread thread_;
};

NriOptions OptionsFor(const std::string& socket_path);

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_NRI_PLUGIN_FIXTURE_H_
