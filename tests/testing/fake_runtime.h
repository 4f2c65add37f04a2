// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_TESTING_FAKE_RUNTIME_H_
#define PINWARDEN_TESTS_TESTING_FAKE_RUNTIME_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "nri.pb.h"
#include "pinwarden/unique_fd.h"
#include "testing/wire_bytes.h"

namespace pinwarden::testing {

inline constexpr int32_t kCreateMask = 0x8;
inline constexpr int32_t kValidateMask = 0x2000;

// The runtime's end of one plugin connection, driven by the test one step at a
// time: the test decides what comes when, and so can leave out, repeat or
// garble anything. Nothing waits longer than 30 s; what did not come is empty
// or false.
class FakeConnection {
 public:
  explicit FakeConnection(UniqueFd socket) : socket_(std::move(socket)) {}

  // --- As a well-behaved runtime does it.

  // Reads the plugin's RegisterPlugin call, and answers it.
  std::optional<wire::nri::RegisterPluginRequest> ReadRegister();
  bool AnswerRegister();
  bool RefuseRegister(uint32_t code, absl::string_view message);

  // The event mask that the plugin answers.
  std::optional<int32_t> Configure(absl::string_view name,
                                   absl::string_view version);

  std::optional<wire::nri::SynchronizeResponse> Synchronize(
      const wire::nri::SynchronizeRequest& request);

  // All of the above, with an empty host. The event mask.
  std::optional<int32_t> Establish(absl::string_view name,
                                   absl::string_view version);

  std::optional<WireResponse> Create(
      const wire::nri::CreateContainerRequest& request);
  std::optional<WireResponse> Validate(
      const wire::nri::ValidateContainerAdjustmentRequest& request);

  // Any method of the plugin's service, and the answer to it.
  std::optional<WireResponse> Call(absl::string_view method,
                                   absl::string_view payload);

  // --- As the wire allows, or does not.

  // Sends a call and does not wait; its stream id.
  uint32_t StartCall(absl::string_view service, absl::string_view method,
                     absl::string_view payload);
  std::optional<WireResponse> ReadAnswer(uint32_t stream);

  bool Send(absl::string_view bytes);

  // From now on calls go out in frames of at most so many payload bytes, and in
  // writes of at most so many bytes.
  void CutFrames(size_t bytes) { max_frame_bytes_ = bytes; }
  void CutWrites(size_t bytes) { max_write_bytes_ = bytes; }

  void Close() { socket_.reset(); }

  // Reads until the plugin hangs up.
  bool AwaitHangUp();

  // The payload length of every frame that the plugin sent.
  const std::vector<size_t>& frame_payload_sizes() const {
    return reader_.frame_payload_sizes();
  }

  int fd() const { return socket_.get(); }

 private:
  bool AnswerWith(absl::string_view envelope);
  bool SendMessage(uint32_t connection, absl::string_view message);

  UniqueFd socket_;
  WireReader reader_;
  uint32_t next_stream_ = 1;
  std::optional<uint32_t> register_stream_;
  std::vector<WireMessage> unread_answers_;
  size_t max_frame_bytes_ = SIZE_MAX;
  size_t max_write_bytes_ = SIZE_MAX;
};

// A container runtime as a plugin sees it: a listening socket that can go, come
// back, or be left behind dead.
class FakeRuntime {
 public:
  // Listens at `socket_path`, in place of any socket that is there.
  explicit FakeRuntime(std::string socket_path);
  ~FakeRuntime();

  FakeRuntime(const FakeRuntime&) = delete;
  FakeRuntime& operator=(const FakeRuntime&) = delete;

  // The next plugin to connect; null if none does.
  std::unique_ptr<FakeConnection> Accept();

  // Ends with its socket file removed, or left behind as a crash does.
  void Stop();
  void Crash();

  // Listens again, as after a restart.
  bool Start();

  // Readable when a plugin has connected; -1 unless it listens.
  int fd() const { return listener_.get(); }

 private:
  const std::string path_;
  UniqueFd listener_;
};

// Two ends of one connection, as when a runtime starts the plugin itself: the
// plugin's is the second.
std::pair<std::unique_ptr<FakeConnection>, UniqueFd> ConnectedPair();

// Requests for a container in pod "web-0" of namespace "prod". An empty `image`
// leaves the annotation out.
wire::nri::CreateContainerRequest CreateRequest(absl::string_view image);
wire::nri::ValidateContainerAdjustmentRequest ValidateRequest(
    absl::string_view image);

// The container annotation that carries the image's name.
inline constexpr char kImageAnnotation[] = "io.kubernetes.cri.image-name";

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_TESTING_FAKE_RUNTIME_H_
