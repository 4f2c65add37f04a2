// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/unique_fd.h"

#include <unistd.h>

namespace pinwarden {

void UniqueFd::reset(int fd) {
  // Linux closes the descriptor even when close() reports EINTR.
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
}

}  // namespace pinwarden
