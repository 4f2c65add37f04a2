// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CRI_H_
#define PINWARDEN_CRI_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pinwarden {

// More or longer names than these are no answer: kResourceExhausted. Leaving
// out what is too much would hide names that a policy is against.
inline constexpr size_t kMaxCriNames = 256;  // of one image
inline constexpr size_t kMaxCriNameBytes = 4096;

// An image in the runtime's store, with all the names it has on this host:
//
//   id       sha256:<64 hex>, of its configuration
//   tags     docker.io/library/demo:1.2.3, docker.io/library/demo:latest
//   digests  docker.io/library/demo@sha256:<64 hex>
//
// All of it as the runtime sent it: UTF-8 within the bounds above, and nothing
// else is sure. Quote it where it is shown.
struct CriImage {
  std::string id;
  std::vector<std::string> tags;
  std::vector<std::string> digests;
};

struct CriVersion {
  std::string runtime_name;  // both cut to 256 bytes
  std::string runtime_version;
};

struct CriOptions {
  std::string socket = "/run/containerd/containerd.sock";
  absl::Duration deadline = absl::Milliseconds(100);  // of each call but Stop
  absl::Duration keep = absl::Seconds(10);  // how long CachedImage() remembers
  size_t max_kept = 1024;                   // images
  absl::Duration rest = absl::Seconds(1);   // after a lookup without an answer
};

struct CriStats {
  uint64_t calls = 0;      // made, with or without an answer
  uint64_t failures = 0;   // of them
  std::string last_error;  // of the last failure; empty if there was none
};

// A client of the Container Runtime Interface on the runtime's own socket: what
// the kubelet speaks. Connects at the first call, and anew when the runtime was
// restarted since the last one; holds nothing before the first. Thread-safe.
//
// All calls: kUnavailable when the runtime cannot be reached, kDeadlineExceeded
// when it does not answer in time, kResourceExhausted for an answer over 4 MiB,
// kCancelled, and what the runtime answers. Messages name the socket and quote
// what came from it.
//
// After a lookup (all but StopContainer) that got no answer, lookups fail with
// kUnavailable at once for `rest`, so that a runtime that hangs costs one
// deadline a second and not one for each container.
class CriClient {
 public:
  explicit CriClient(CriOptions options);
  ~CriClient();

  CriClient(const CriClient&) = delete;
  CriClient& operator=(const CriClient&) = delete;

  // The image that `name` stands for now, as the runtime resolves names: a tag,
  // a digest, an id or the start of one. None: not on this host.
  //
  // kInvalidArgument: empty, over kMaxCriNameBytes, or not UTF-8.
  absl::StatusOr<std::optional<CriImage>> Image(absl::string_view name);

  // The same, at most `keep` old. For what is shown, never for what is decided.
  absl::StatusOr<std::optional<CriImage>> CachedImage(absl::string_view name);

  // Has a container stopped: SIGTERM, then SIGKILL after `grace` (in whole
  // seconds, rounded up, a day at most), at once if that is zero. Waits up to
  // `grace` and 10 s. OK, too, if it is gone already.
  absl::Status StopContainer(absl::string_view id, absl::Duration grace);

  absl::StatusOr<CriVersion> Version();

  // Ends the calls under way and all that are still to come with kCancelled:
  // for whoever has to end and cannot wait for them.
  void Cancel();

  CriStats Stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The names of `image` but `name`, sorted, without repeats: tags, then digests.
std::vector<std::string> OtherNames(const CriImage& image,
                                    absl::string_view name);

}  // namespace pinwarden

#endif  // PINWARDEN_CRI_H_
