// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_host.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace pinwarden::testing {
namespace {

constexpr char kOurName[] = "pinwarden";

bool HasHungUp(int fd) {
  char byte;
  return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

// Comes back from Accept().
void Knock(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
          sizeof(address));
}

}  // namespace

FakeHost::FakeHost(std::string socket_path, Asks asks)
    : path_(std::move(socket_path)),
      asks_(asks),
      runtime_(path_),
      thread_([this] { Serve(); }) {}

FakeHost::~FakeHost() {
  Release();
  ending_ = true;
  Knock(path_);
  thread_.join();
}

void FakeHost::Serve() {
  while (!ending_) {
    auto connection = runtime_.Accept();
    if (connection != nullptr && !ending_) Register(std::move(connection));
  }
}

void FakeHost::Register(std::unique_ptr<FakeConnection> connection) {
  Plugin plugin;
  const auto request = connection->ReadRegister();
  if (!request) return;
  plugin.name = request->plugin_name();
  if (Refuses(plugin.name)) {
    connection->RefuseRegister(7, "not here");
    return;
  }
  if (!connection->AnswerRegister()) return;
  const auto mask = connection->Configure(
      "containerd", asks_ == Asks::kValidate ? "v2.2.0" : "v2.1.0");
  if (!mask) return;
  plugin.mask = *mask;
  {
    MutexLock lock(mu_);
    one_is_held_ = held_ == plugin.name;
    changed_.SignalAll();
    while (held_ == plugin.name) changed_.Wait(mu_);
    one_is_held_ = false;
    synchronizing_ = true;
  }
  const bool synchronized = connection->Synchronize({}).has_value();
  plugin.connection = std::move(connection);
  {
    MutexLock lock(mu_);
    synchronizing_ = false;
    if (synchronized) {
      if (plugin.name == kOurName) ++registrations_;
      plugins_.push_back(std::move(plugin));
      ForgetClosed();
    }
  }
  changed_.SignalAll();
}

FakeHost::Answer FakeHost::CreateContainer(absl::string_view image) {
  Answer answer;
  MutexLock lock(mu_);
  while (synchronizing_) changed_.Wait(mu_);
  AskAll(image, &answer);
  ForgetClosed();
  return answer;
}

void FakeHost::AskAll(absl::string_view image, Answer* answer) {
  const bool validates = asks_ == Asks::kValidate;
  const int32_t bit = validates ? kValidateMask : kCreateMask;
  bool required_is_there = false;
  for (Plugin& plugin : plugins_) {
    if (plugin.name == kOurName) required_is_there = true;
    if ((plugin.mask & bit) == 0) continue;
    const std::optional<WireResponse> response =
        validates ? plugin.connection->Validate(ValidateRequest(image))
                  : plugin.connection->Create(CreateRequest(image));
    if (!response) {
      plugin.connection->Close();
      if (!validates) continue;
      *answer = {answer->judged, true, "a validator has hung up"};
      return;
    }
    ++answer->judged;
    wire::nri::ValidateContainerAdjustmentResponse verdict;
    if (validates) verdict.ParseFromString(response->payload);
    if (response->code != 0 || verdict.reject()) {
      answer->refused = true;
      answer->why = validates ? verdict.reason() : response->message;
      return;
    }
  }
  if (validates && !required_is_there) {
    *answer = {answer->judged, true, "a required plugin is missing"};
  }
}

void FakeHost::ForgetClosed() {
  plugins_.erase(std::remove_if(plugins_.begin(), plugins_.end(),
                                [](const Plugin& plugin) {
                                  const int fd = plugin.connection->fd();
                                  return fd < 0 || HasHungUp(fd);
                                }),
                 plugins_.end());
}

void FakeHost::Hold(absl::string_view name) {
  MutexLock lock(mu_);
  held_ = std::string(name);
}

void FakeHost::Release() {
  {
    MutexLock lock(mu_);
    held_.clear();
  }
  changed_.SignalAll();
}

bool FakeHost::AwaitHeld() {
  MutexLock lock(mu_);
  while (!one_is_held_) {
    if (!changed_.WaitFor(mu_, std::chrono::seconds(30))) return false;
  }
  return true;
}

void FakeHost::Refuse(absl::string_view name) {
  MutexLock lock(mu_);
  refused_ = std::string(name);
}

bool FakeHost::Refuses(absl::string_view name) {
  MutexLock lock(mu_);
  return refused_ == name;
}

bool FakeHost::AwaitRegistrations(int count) {
  MutexLock lock(mu_);
  while (registrations_ < count) {
    if (!changed_.WaitFor(mu_, std::chrono::seconds(30))) return false;
  }
  return true;
}

void FakeHost::HangUp() {
  MutexLock lock(mu_);
  plugins_.clear();
}

}  // namespace pinwarden::testing
