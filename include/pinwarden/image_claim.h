// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_IMAGE_CLAIM_H_
#define PINWARDEN_IMAGE_CLAIM_H_

#include "absl/strings/string_view.h"
#include "pinwarden/runtime_info.h"
#include "pinwarden/workload.h"

namespace pinwarden::wire::nri {
class Container;
class PodSandbox;
}  // namespace pinwarden::wire::nri

namespace pinwarden {

// Which image was asked for, as far as the runtime lets us know.
struct ImageClaim {
  absl::string_view image;  // a view into the container; empty under kUnknown
  Confidence confidence = Confidence::kUnknown;
};

// The one place that knows where each runtime puts the name. The image is read
// from the container's own annotations, never from the pod's, which its author
// can set; nothing is guessed.
//
//   containerd >= 2.0                io.kubernetes.cri.image-name    exact
//   containerd, any other version    the same                        alias
//   restored=true (containerd 2.1+)  checkpointImage                 exact
//   any other, or the key missing    -                               unknown
//
// A containerd that tells no version we can read is taken for one whose name is
// an alias, and for one that can restore: the weaker claim in both respects.
//
// "exact" trusts the CRI client to send what the pod's author wrote. A kubelet
// before 1.28 does not, and containerd then gives one of the image's names on
// this host in the same place: nothing here can tell.
//
// A runtime may be configured to copy pod annotations into the container's.
// It sets the image name after that, but the two keys of a restored checkpoint
// only on restored containers: on others their author could forge them. So when
// the pod, which may be null, bears one of the two as well, they prove nothing
// and the image is unknown.
ImageClaim ClaimedImage(const RuntimeInfo& runtime,
                        const wire::nri::Container& container,
                        const wire::nri::PodSandbox* pod);

// The confidence to expect of names from this runtime: for status and docs.
Confidence ExpectedConfidence(const RuntimeInfo& runtime);

}  // namespace pinwarden

#endif  // PINWARDEN_IMAGE_CLAIM_H_
