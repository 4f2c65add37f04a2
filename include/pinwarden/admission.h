// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_ADMISSION_H_
#define PINWARDEN_ADMISSION_H_

#include <functional>

#include "absl/time/time.h"
#include "pinwarden/engine.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/recorder.h"
#include "pinwarden/v1/decision.pb.h"

namespace pinwarden {

// The one place that knows both NRI messages and verdicts: makes a Workload of
// views from a message, has it judged, answers, and hands the record over. It
// does no I/O and waits for nothing.
class Admission : public NriHandler {
 public:
  using Clock = std::function<absl::Time()>;
  using StateListener = std::function<void(const NriStats&)>;

  // All of them must outlive the admission.
  Admission(const Engine& engine, Recorder& recorder, StateListener listener,
            Clock clock);

  NriAnswer Admit(const NriContainer& container, NriEvents asked) override;

  // Records; a container that is there already cannot be refused, so what would
  // have been rejected is recorded as would_reject.
  void Existing(const NriContainer& container) override;

  void StateChanged(const NriStats& stats) override;

 private:
  v1::Decision Judge(const NriContainer& container, v1::Trigger trigger) const;

  const Engine& engine_;
  Recorder& recorder_;
  const StateListener listener_;
  const Clock clock_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_ADMISSION_H_
