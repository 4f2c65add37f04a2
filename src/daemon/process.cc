// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/process.h"

#include <malloc.h>
#include <sys/stat.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "google/protobuf/stubs/logging.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

// Each thread that allocates would get an arena of its own otherwise.
constexpr int kMaxArenas = 2;

}  // namespace

sigset_t HandledSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&signals, signal);
  return signals;
}

void PrepareProcess() {
  mallopt(M_ARENA_MAX, kMaxArenas);
  signal(SIGPIPE, SIG_IGN);
  // It would write a line to stderr, past our log, for every string from
  // outside that is not UTF-8. Such a message is refused and counted anyway.
  google::protobuf::SetLogHandler(nullptr);
  const sigset_t signals = HandledSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

absl::Status EnsureDirectory(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) == 0 || errno == EEXIST) {
    return absl::OkStatus();
  }
  return absl::ErrnoToStatus(
      errno, absl::StrCat("cannot make the directory ", Quote(path)));
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

}  // namespace pinwarden
