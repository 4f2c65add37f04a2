// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_KUBERNETES_IMAGE_TEXT_H_
#define PINWARDEN_SRC_KUBERNETES_IMAGE_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// What of a node is shown: the start of its first line in `text`, the file.
TextRange StartOf(const SourceNode& node, absl::string_view text);

// Why a text of a manifest cannot be what it stands for: it holds a template or
// a variable, or is no string to Kubernetes. "" if it can. `group` is that of
// the object it stands in.
std::string WhyUnknown(const SourceNode& node, absl::string_view group);

// The use of an image that `node`, which is not kNull, is the name of: what
// WhyUnknown() says is not judged. "docker://" in front of it is left out.
ImageUse UseOfText(const SourceNode& node, absl::string_view group,
                   absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_KUBERNETES_IMAGE_TEXT_H_
