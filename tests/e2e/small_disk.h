// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_SMALL_DISK_H_
#define PINWARDEN_TESTS_E2E_SMALL_DISK_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pinwarden::e2e {

// A file system of its own that can be filled up: a tmpfs, mounted for as long
// as this object is there.
class SmallDisk {
 public:
  // `path` is made. Needs root.
  static absl::StatusOr<std::unique_ptr<SmallDisk>> Mount(std::string path,
                                                          size_t bytes);
  ~SmallDisk();

  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  // Takes all the room that is left, to the last byte; gives it back.
  absl::Status Fill();
  absl::Status Free();

  // Removes all files.
  absl::Status Clear();

  const std::string& path() const { return path_; }

 private:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {}

  const std::string path_;
};

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_SMALL_DISK_H_
