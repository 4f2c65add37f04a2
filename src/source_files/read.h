// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_SOURCE_FILES_READ_H_
#define PINWARDEN_SRC_SOURCE_FILES_READ_H_

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// All of a regular file. kNotFound, kPermissionDenied, ...: as the system says.
// kFailedPrecondition: not a regular file. kResourceExhausted: larger.
// Messages do not name the path.
absl::StatusOr<std::string> ReadRegularFile(const std::string& path,
                                            size_t max_bytes);

// "a FIFO", for what is not a regular file.
absl::string_view KindOfFile(mode_t mode);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_SOURCE_FILES_READ_H_
