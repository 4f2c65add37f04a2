// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_LOG_SINK_H_
#define PINWARDEN_SRC_DAEMON_LOG_SINK_H_

#include <spdlog/sinks/sink.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "pinwarden/mutex.h"

namespace pinwarden {

// Writes whole lines to a descriptor that may stop taking bytes, such as a pipe
// that nobody reads. spdlog's own sinks would then block in write() for ever,
// and with them the end of the process: this one waits in poll(), and only
// until Abandon().
class LogSink : public spdlog::sinks::sink {
 public:
  explicit LogSink(int fd);

  // On the log's thread. The payload is a line with its '\n'.
  void log(const spdlog::details::log_msg& msg) override;
  void flush() override;
  void set_pattern(const std::string& /*pattern*/) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter> /*f*/) override {}

  // What cannot be written at once is dropped from now on.
  void Abandon() { abandoned_ = true; }

  // Waits until another line was done with, or `patience` has passed. Returns
  // at once when the last line that was waited for is still the one in work.
  void AwaitProgress(std::chrono::milliseconds patience)
      ABSL_LOCKS_EXCLUDED(mu_);

  // True when flush() was called within `patience`.
  bool AwaitFlush(std::chrono::milliseconds patience) ABSL_LOCKS_EXCLUDED(mu_);

  uint64_t lost() const { return lost_; }

 private:
  bool WriteLine(absl::string_view line);
  bool AwaitRoom();

  const int fd_;
  const bool is_socket_;
  std::atomic<bool> abandoned_{false};
  std::atomic<uint64_t> lost_{0};
  Mutex mu_;
  CondVar changed_;
  uint64_t lines_ ABSL_GUARDED_BY(mu_) = 0;  // done with
  uint64_t stuck_at_ ABSL_GUARDED_BY(mu_) = UINT64_MAX;
  bool flushed_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_LOG_SINK_H_
