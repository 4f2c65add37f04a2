// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_SOCKET_FILE_H_
#define PINWARDEN_SRC_CONTROL_SOCKET_FILE_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// The file of a listening Unix socket, from before the bind until it is gone.
//
// It appears at its path only when it already listens and has the owner and the
// mode that it will keep: it is bound in a directory of its own that nobody
// else can enter, and then renamed. The umask, which all threads share, is left
// alone. A lock beside the path, held until this goes or lets go of it, keeps
// two processes from taking the same path.
class SocketFile {
 public:
  // What to do about a process that serves there and has let go of the lock.
  enum class Other { kRefuse, kReplace };

  // kFailedPrecondition: another process serves there, or what is there is no
  // socket. kInvalidArgument: the path is too long for a socket address.
  static absl::StatusOr<std::unique_ptr<SocketFile>> Prepare(
      const std::string& path, Other other = Other::kRefuse);

  // Removes the file, if it is still ours, and the lock.
  ~SocketFile();

  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

  const std::string& path() const { return path_; }
  const std::string& bind_path() const { return bind_path_; }

  // Puts the socket bound at bind_path() in its place, at once and replacing
  // what is there. Mode 0600; or 0660 when `group` is given and may be set, then
  // true.
  absl::StatusOr<bool> Publish(std::optional<gid_t> group);

  // Lets another process put its socket in this one's place, which goes on
  // being served until then.
  void LetGo();

  // Takes the file away, if it is still ours, before the socket closes, so that
  // nobody new comes.
  void Remove();

 private:
  SocketFile(std::string path, UniqueFd lock);

  const std::string path_;
  UniqueFd lock_;
  std::string directory_;  // ours, of mode 0700; empty once removed
  std::string bind_path_;
  bool published_ = false;
  dev_t device_ = 0;  // of the published file
  ino_t inode_ = 0;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_SOCKET_FILE_H_
