// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_NRI_SYNCHRONIZE_H_
#define PINWARDEN_SRC_NRI_SYNCHRONIZE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "nri.pb.h"

namespace pinwarden {

// Synchronize comes in chunks, and a container may come before, with or after
// its pod. Hands out each container once: as soon as its pod is known, and
// after the last chunk without a pod if none came.
//
// Between chunks the pods seen so far, and the containers that wait, are kept
// as serialised messages without the fields that we do not know: their size is
// what they cost. A Synchronize in one chunk keeps nothing.
class SynchronizeJoin {
 public:
  // What is kept between chunks, a fixed cost per message included.
  static constexpr size_t kMaxKeptBytes = 64 << 20;

  // `pod` is null if unknown. Both are valid during the call.
  using Found = absl::FunctionRef<void(const wire::nri::PodSandbox* pod,
                                       const wire::nri::Container& container)>;

  // Takes one chunk. After one without `more` nothing is kept, and the next
  // chunk starts anew.
  //
  // kResourceExhausted: over kMaxKeptBytes; everything kept is let go.
  absl::Status Add(const wire::nri::SynchronizeRequest& chunk, Found found);

  size_t kept_bytes() const { return kept_bytes_; }

 private:
  using PodsHere =
      absl::flat_hash_map<absl::string_view, const wire::nri::PodSandbox*>;

  void FindWaiting(const PodsHere& here, Found found);
  bool FindNow(const PodsHere& here, const wire::nri::Container& container,
               Found found);
  void Keep(const PodsHere& here);
  void KeepWaiting(const wire::nri::Container& container);
  void Finish(Found found);
  void Reset();

  absl::flat_hash_map<std::string, std::string> pods_;  // by id
  absl::flat_hash_map<std::string, std::vector<std::string>>
      waiting_;  // containers by pod id
  size_t kept_bytes_ = 0;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_NRI_SYNCHRONIZE_H_
