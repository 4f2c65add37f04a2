// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_ADMISSION_H_
#define PINWARDEN_ADMISSION_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/break_glass.h"
#include "pinwarden/engine.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/recorder.h"
#include "pinwarden/slip_tracker.h"
#include "pinwarden/v1/decision.pb.h"

namespace pinwarden {

// What an admission may use besides.
struct AdmissionHooks {
  // The other names that the image of this name has on this host. Only called
  // for a name that may be one of several, and only where the verdict depends
  // on them; the one call on a verdict's path that waits for anybody.
  std::function<absl::StatusOr<std::vector<std::string>>(absl::string_view)>
      other_names;

  // Tells which existing containers slipped by; null: none is said to.
  SlipTracker* slips = nullptr;

  // A container that slipped by, which a rule that enforces would have refused
  // and the policy wants stopped.
  std::function<void(const v1::Decision&)> stop;

  // The emergency lever; null: there is none.
  BreakGlass* break_glass = nullptr;
};

// The one place that knows both NRI messages and verdicts: makes a Workload of
// views from a message, has it judged, answers, and hands the record over. It
// does no I/O and waits for nothing, but for what AdmissionHooks says.
class Admission : public NriHandler {
 public:
  using Clock = std::function<absl::Time()>;
  using StateListener = std::function<void(const NriStats&)>;

  // All of them must outlive the admission.
  Admission(const Engine& engine, Recorder& recorder, StateListener listener,
            Clock clock, AdmissionHooks hooks = {});

  NriAnswer Admit(const NriContainer& container, NriEvents asked) override;

  // Records; a container that is there already cannot be refused. Of those that
  // slipped by the record says so; what would have been rejected otherwise is
  // recorded as would_reject.
  void Existing(const NriContainer& container) override;

  void StateChanged(const NriStats& stats) override;

 private:
  v1::Decision Judge(const NriContainer& container, v1::Trigger trigger);
  bool LetInAnyway(absl::string_view name_space, Verdict* verdict) const;
  void HandleSlipped(const Policy& policy, const v1::Decision& decision);
  void LearnNames(const Policy& policy, std::vector<std::string>* names,
                  Workload* workload) const;

  const Engine& engine_;
  Recorder& recorder_;
  const StateListener listener_;
  const Clock clock_;
  const AdmissionHooks hooks_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_ADMISSION_H_
