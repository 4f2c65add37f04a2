// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_TESTING_FAKE_CRI_H_
#define PINWARDEN_TESTS_TESTING_FAKE_CRI_H_

#include <grpcpp/support/status.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cri.pb.h"

namespace pinwarden::testing {

// Of an image whose names are "repository:tag" and "repository@sha256:...".
runtime::v1::Image MakeCriImage(absl::string_view id,
                                const std::vector<std::string>& tags,
                                const std::vector<std::string>& digests = {});

// A container runtime as a CRI client sees it: a real gRPC server on a real
// Unix socket, with the images and containers that it is told of. It can fail
// and hang on demand. Thread-safe.
class FakeCri {
 public:
  // Serves at once; aborts if it cannot.
  explicit FakeCri(std::string socket);

  // Lets go of calls that hang.
  ~FakeCri();

  FakeCri(const FakeCri&) = delete;
  FakeCri& operator=(const FakeCri&) = delete;

  // As the runtime is restarted: what it knows stays.
  void Stop();
  void Start();

  const std::string& socket() const { return socket_; }

  // An image is found by its id and by each of its names.
  void AddImage(const runtime::v1::Image& image);
  void RemoveImages();

  // It is listed, and stopping it makes it CONTAINER_EXITED. Stopping what was
  // never added is fine, too.
  void AddContainer(const runtime::v1::Container& container);

  void SetVersion(absl::string_view name, absl::string_view version);

  // What calls are answered with, until OK is set again; StopContainer alone,
  // or all.
  void FailStopsWith(const grpc::Status& status);
  void FailWith(const grpc::Status& status);

  // From now on calls hang until they are cancelled or resumed.
  void Hang();
  void Resume();

  // Answers are compressed, whatever the client takes.
  void Compress();

  // Calls that have come, those that hang included.
  int calls() const;
  int image_calls() const;  // ImageStatus alone

  // Waits, 30 s at most, until so many have come. False if they have not.
  bool AwaitCalls(int count) const;
  bool AwaitStops(int count) const;

  // What StopContainer was called for, in order, failed or not.
  std::vector<runtime::v1::StopContainerRequest> stops() const;

  // The host that the last call was for, as HTTP/2 tells it.
  std::string last_authority() const;

 private:
  class State;
  class RuntimeService;
  class ImageService;
  class Server;

  const std::string socket_;
  std::unique_ptr<State> state_;
  std::unique_ptr<Server> server_;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_TESTING_FAKE_CRI_H_
