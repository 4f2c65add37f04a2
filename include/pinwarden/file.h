// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_FILE_H_
#define PINWARDEN_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// Who may own and write a file that decides what runs on this host.
enum class FileTrust {
  kAnyone,    // no check: a file the caller's user named
  kOwnedByUs  // a regular file of root or of our own user, not writable by
              // others
};

// Reads the whole of `path`. Never waits for somebody to open a FIFO.
//
// kNotFound, kPermissionDenied: as the system says; the message names `path`.
// kResourceExhausted: over `max_bytes`; one byte more than that is read.
// kFailedPrecondition: kOwnedByUs does not hold; says what to run.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes,
                                     FileTrust trust = FileTrust::kAnyone);

// Replaces `path` with `contents` so that a reader, or a crash, sees the old or
// the new file whole: writes beside it, syncs, renames. The file gets exactly
// `mode`, whatever the umask.
absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view contents, mode_t mode);

}  // namespace pinwarden

#endif  // PINWARDEN_FILE_H_
