// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes either are a reference, whose normal form parses to the same parts
// and keeps to the bounds, or an error at a byte of the text, whose message
// shows none of the bytes that a terminal would act upon.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "pinwarden/reference.h"

namespace pinwarden {
namespace {

void Check(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", property);
  std::abort();
}

void CheckError(const absl::Status& status, size_t size) {
  const std::optional<size_t> offset = ReferenceErrorOffset(status);
  Check(offset.has_value(), "an error has an offset");
  Check(*offset <= size, "an offset is within the text");
  for (const char c : status.message()) {
    Check(c >= 0x20 && c < 0x7f, "a message is printable");
  }
}

void CheckReference(const Reference& reference) {
  if (reference.kind == ReferenceKind::kImageId) {
    Check(reference.registry.empty() && reference.repository.empty() &&
              reference.tag.empty() && reference.digest.size() == 71,
          "an image id is a sha256 digest and no more");
  } else {
    Check(!reference.registry.empty() && !reference.repository.empty() &&
              reference.repository.size() <= kMaxRepositoryBytes,
          "a name has a registry and a bounded repository");
    Check(!reference.tag.empty() || !reference.digest.empty(),
          "a name has a tag or a digest");
    Check(reference.tag.size() <= kMaxTagBytes, "a tag is bounded");
  }
  absl::StatusOr<Reference> again = ParseReference(reference.ToString());
  Check(again.ok(), "the normal form is a reference");
  again->tag_defaulted = reference.tag_defaulted;
  Check(*again == reference, "the normal form has the same parts");
}

// A name alone is split as it is in a reference.
void CheckName(absl::string_view text,
               const absl::StatusOr<Reference>& reference) {
  const absl::StatusOr<RepositoryName> name = ParseRepositoryName(text);
  if (!name.ok()) return CheckError(name.status(), text.size());
  Check(reference.ok() && reference->tag_defaulted &&
            reference->registry == name->registry &&
            reference->repository == name->repository,
        "a name is a reference without tag and digest");
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<pinwarden::Reference> reference =
      pinwarden::ParseReference(text);
  if (reference.ok()) {
    pinwarden::CheckReference(*reference);
  } else {
    pinwarden::CheckError(reference.status(), size);
  }
  pinwarden::CheckName(text, reference);
  return 0;
}
