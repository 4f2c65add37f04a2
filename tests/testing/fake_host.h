// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_TESTING_FAKE_HOST_H_
#define PINWARDEN_TESTS_TESTING_FAKE_HOST_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/mutex.h"
#include "testing/fake_runtime.h"

namespace pinwarden::testing {

// A runtime that serves any number of plugins by itself, with the rules that
// containerd's own NRI code has about plugins that come and go:
//
// - plugins are registered one after the other; while one is synchronised no
//   container is created;
// - one request at a time; every plugin is asked;
// - a plugin that has hung up is forgotten at the end of a request and when
//   another one is registered, and until then it is asked: through
//   CreateContainer it is skipped, through Validate the container is refused.
//
// Thread-safe.
class FakeHost {
 public:
  enum class Asks {
    kCreate,    // as containerd 2.1: CreateContainer, fails open
    kValidate,  // as 2.2: Validate, with required_plugins = ["pinwarden"]
  };
  FakeHost(std::string socket_path, Asks asks);
  ~FakeHost();

  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  struct Answer {
    int judged = 0;  // by so many plugins
    bool refused = false;
    std::string why;
  };
  Answer CreateContainer(absl::string_view image) ABSL_LOCKS_EXCLUDED(mu_);

  // Until Release() a plugin of this name is configured, but not synchronised.
  void Hold(absl::string_view name) ABSL_LOCKS_EXCLUDED(mu_);
  void Release() ABSL_LOCKS_EXCLUDED(mu_);

  // Waits, at most 30 s, until one is held.
  bool AwaitHeld() ABSL_LOCKS_EXCLUDED(mu_);

  // From now on a plugin of this name is not registered.
  void Refuse(absl::string_view name) ABSL_LOCKS_EXCLUDED(mu_);

  // Waits, at most 30 s, until so many plugins of pinwarden's own name have
  // been registered in all.
  bool AwaitRegistrations(int count) ABSL_LOCKS_EXCLUDED(mu_);

  // Hangs up on all plugins.
  void HangUp() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Plugin {
    std::unique_ptr<FakeConnection> connection;
    std::string name;
    int32_t mask = 0;
  };

  void Serve();
  void Register(std::unique_ptr<FakeConnection> connection)
      ABSL_LOCKS_EXCLUDED(mu_);
  bool Refuses(absl::string_view name) ABSL_LOCKS_EXCLUDED(mu_);
  void AskAll(absl::string_view image, Answer* answer)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ForgetClosed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::string path_;
  const Asks asks_;
  FakeRuntime runtime_;
  std::atomic<bool> ending_{false};
  Mutex mu_;  // held during a request
  CondVar changed_;
  std::string held_ ABSL_GUARDED_BY(mu_);
  bool one_is_held_ ABSL_GUARDED_BY(mu_) = false;
  std::string refused_ ABSL_GUARDED_BY(mu_);
  bool synchronizing_ ABSL_GUARDED_BY(mu_) = false;
  int registrations_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<Plugin> plugins_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_TESTING_FAKE_HOST_H_
