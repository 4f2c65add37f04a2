// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_JUDGING_H_
#define PINWARDEN_SRC_DAEMON_JUDGING_H_

#include <memory>

#include "daemon/stopper.h"
#include "pinwarden/admission.h"
#include "pinwarden/break_glass.h"
#include "pinwarden/cri.h"
#include "pinwarden/judged_journal.h"
#include "pinwarden/settings.h"
#include "pinwarden/slip_tracker.h"
#include "pinwarden/v1/decision.pb.h"

namespace pinwarden {

// What stands around admission: which containers were judged and which slipped
// by, the emergency lever, and the runtime's own socket, for the names of images
// and to stop containers. Thread-safe.
class Judging {
 public:
  // Opens the journal. Without one, what slipped by before this process was
  // started cannot be told, and all else goes on.
  explicit Judging(const Settings& settings);

  AdmissionHooks Hooks();

  // Adds to a record what only the runtime's image store knows. May take 100 ms.
  void Complete(v1::Decision* decision);

  // The runtime asks us from now on; tells of the gap that ends with it.
  void Registered();

  // Now and then: we live, and judge if we are `registered`. The only sign that
  // an idle host leaves. Takes the journal over once nobody else writes it.
  void GiveSign(bool registered);

  // Notes that containers are judged on this host, once. Does I/O.
  void MarkHost();

  // Ends all waiting for the runtime.
  void Cancel();

  const JudgedJournal& journal() const { return journal_; }
  const SlipTracker& slips() const { return slips_; }
  const Stopper& stopper() const { return stopper_; }
  BreakGlass& break_glass() { return break_glass_; }
  const BreakGlass& break_glass() const { return break_glass_; }
  const CriClient* cri() const { return cri_.get(); }  // null: not to be used

 private:
  JudgedJournal journal_;
  SlipTracker slips_;
  BreakGlass break_glass_;
  std::unique_ptr<CriClient> cri_;
  Stopper stopper_;
  bool host_marked_ = false;  // of the thread that calls MarkHost()
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_JUDGING_H_
