// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_COMPOSE_LAYOUT_H_
#define PINWARDEN_COMPOSE_LAYOUT_H_

#include "absl/strings/string_view.h"
#include "pinwarden/source_tree.h"

namespace pinwarden::compose_internal {

// What may stand at the top of a Compose file: "services", "x-..." and so on.
bool IsTopKey(absl::string_view key);

// The services of a document: what "services" has, or, in a file of version 1,
// where they stand at the top, the document. A kNull node where there are none.
SourceNode ServicesOf(const SourceNode& document);

}  // namespace pinwarden::compose_internal

#endif  // PINWARDEN_COMPOSE_LAYOUT_H_
