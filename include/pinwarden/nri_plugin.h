// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_NRI_PLUGIN_H_
#define PINWARDEN_NRI_PLUGIN_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pinwarden/heartbeat.h"
#include "pinwarden/mutex.h"
#include "pinwarden/runtime_info.h"
#include "pinwarden/stop_event.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden::wire::nri {
class PodSandbox;
class Container;
}  // namespace pinwarden::wire::nri

namespace pinwarden {

// What we ask the runtime to call us for.
enum class NriEvents {
  kNone,      // not configured yet
  kCreate,    // CreateContainer
  kValidate,  // ValidateContainerAdjustment: sees what no plugin has touched,
              // and can fail closed
};

// One container, about to be created or there already. Views: valid during the
// call. `pod` is null when the runtime named none.
struct NriContainer {
  const RuntimeInfo& runtime;
  const wire::nri::PodSandbox* pod;
  const wire::nri::Container& container;
};

struct NriAnswer {
  bool admit = false;
  std::string refusal;  // one line for the runtime's error; empty if admitted
};

// What of a refusal reaches the runtime; the rest is cut off.
inline constexpr size_t kMaxRefusalBytes = 1024;

struct NriStats {
  bool connected = false;
  bool registered = false;  // synchronised, and asked about every container
  absl::Time registered_since = absl::InfinitePast();
  RuntimeInfo runtime;  // of the last Configure
  NriEvents events = NriEvents::kNone;
  absl::Duration registration_timeout;  // of the last Configure; 0: not said
  absl::Duration request_timeout;
  uint64_t connections = 0;
  uint64_t requests = 0;                 // containers judged at creation
  uint64_t synchronized_containers = 0;  // containers found at Synchronize
  uint64_t protocol_errors = 0;          // connections dropped for bad bytes
  std::string last_error;                // why the last connection ended
};

// What the plugin calls, always on the thread of NriPlugin::Run(). None of
// these may throw or block.
class NriHandler {
 public:
  virtual ~NriHandler() = default;

  // Judges a container about to be created. The runtime, and with it every pod
  // of the host, waits for the answer.
  virtual NriAnswer Admit(const NriContainer& container, NriEvents asked) = 0;

  // A container that was there when we registered. All of them together have
  // the runtime's 2 s.
  virtual void Existing(const NriContainer& container) = 0;

  // Connected, registered, cut off, or unable to connect for a new reason.
  virtual void StateChanged(const NriStats& stats) = 0;
};

struct NriOptions {
  std::string name = "pinwarden";
  std::string index = "10";  // exactly two digits
  std::string socket_path = "/var/run/nri/nri.sock";
  UniqueFd inherited;  // a connected socket, when the runtime started us
  // From connecting to the end of Synchronize; then we hang up and come back.
  absl::Duration registration_timeout = absl::Seconds(10);
  // Unless null, beats whenever Run() waits: not while a handler is called or
  // the runtime takes no bytes.
  Heartbeat* heartbeat = nullptr;
};

// The plugin's side of NRI, for as long as the process lives: connects,
// registers, configures, synchronises, serves; and again, for ever, when the
// connection ends: at once when the socket appears, else after 10 ms to 1 s, or
// 1 s to 30 s for a runtime too slow to register us.
class NriPlugin {
 public:
  // `handler` must outlive the plugin.
  NriPlugin(NriOptions options, NriHandler& handler);

  // Returns OK once `stop` is set. With an inherited socket also returns when
  // that ends, with its error: a runtime that starts anew starts us anew.
  absl::Status Run(const StopEvent& stop) ABSL_LOCKS_EXCLUDED(mu_);

  NriStats Stats() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Ended {
    absl::Status why;
    bool registered = false;
  };

  Ended Converse(UniqueFd socket, const StopEvent& stop)
      ABSL_LOCKS_EXCLUDED(mu_);
  void Update(absl::FunctionRef<void(NriStats&)> change)
      ABSL_LOCKS_EXCLUDED(mu_);
  void NoteEnd(const absl::Status& why) ABSL_LOCKS_EXCLUDED(mu_);
  void NoteUnreachable(const absl::Status& why) ABSL_LOCKS_EXCLUDED(mu_);

  NriOptions options_;
  NriHandler& handler_;
  // Set when a runtime hung up on a mask with Validate in it: come back
  // without, until a session that got through has ended.
  bool validate_refused_ = false;

  mutable Mutex mu_;
  NriStats stats_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_NRI_PLUGIN_H_
