// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/log.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "daemon/log_sink.h"
#include "pinwarden/quote.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxValueBytes = 2048;

// Decisions leave these slots to the events that say what state we are in.
constexpr size_t kReservedLines = 64;
constexpr std::chrono::milliseconds kMaxDecisionWait{200};

struct LogState {
  LogLevel level;
  LogFormat format;
  std::shared_ptr<LogSink> sink;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};

// What is set here is never destroyed while a thread could be in it.
std::atomic<LogState*> g_log{nullptr};
std::atomic<uint64_t> g_dropped_before{0};  // by logs that have ended

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

absl::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

std::string Now() {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(),
                          absl::UTCTimeZone());
}

bool IsPlain(absl::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::string_view("._-/:@+,").find(c) != absl::string_view::npos;
  });
}

std::string TextValue(absl::string_view value) {
  if (IsPlain(value) && value.size() <= kMaxValueBytes) {
    return std::string(value);
  }
  return Quote(value, kMaxValueBytes);
}

std::string JsonValue(absl::string_view value) {
  return nlohmann::json(ToValidUtf8(value, kMaxValueBytes))
      .dump(-1, ' ', /*ensure_ascii=*/true);
}

std::string LineStart(LogFormat format, LogLevel level) {
  switch (format) {
    case LogFormat::kText:
      return absl::StrCat("ts=", Now(), " level=", NameOf(level), " ");
    case LogFormat::kJson:
      return absl::StrCat("{\"ts\":\"", Now(), "\",\"level\":\"", NameOf(level),
                          "\",");
  }
  return "";
}

std::string EventLine(LogFormat format, LogLevel level, absl::string_view event,
                      LogFields fields) {
  std::string line = LineStart(format, level);
  switch (format) {
    case LogFormat::kText:
      absl::StrAppend(&line, "event=", TextValue(event));
      for (const auto& [key, value] : fields) {
        absl::StrAppend(&line, " ", key, "=", TextValue(value));
      }
      break;
    case LogFormat::kJson:
      absl::StrAppend(&line, "\"event\":", JsonValue(event));
      for (const auto& [key, value] : fields) {
        absl::StrAppend(&line, ",\"", key, "\":", JsonValue(value));
      }
      absl::StrAppend(&line, "}");
      break;
  }
  return line;
}

std::string DecisionLine(LogFormat format, LogLevel level,
                         const v1::Decision& decision, uint64_t repeats) {
  std::string line = LineStart(format, level);
  switch (format) {
    case LogFormat::kText:
      absl::StrAppend(&line, ToLogLine(decision));
      if (repeats > 0) absl::StrAppend(&line, " repeats=", repeats);
      break;
    case LogFormat::kJson:
      absl::StrAppend(&line, "\"event\":\"decision\",");
      if (repeats > 0) absl::StrAppend(&line, "\"repeats\":", repeats, ",");
      absl::StrAppend(&line, absl::StripPrefix(ToJson(decision), "{"));
      break;
  }
  return line;
}

LogLevel LevelOf(const v1::Decision& decision) {
  const bool runs = decision.outcome() == v1::OUTCOME_ALLOWED ||
                    decision.outcome() == v1::OUTCOME_EXEMPTED;
  if (!runs) return LogLevel::kWarning;
  return decision.trigger() == v1::TRIGGER_SYNCHRONIZE ? LogLevel::kDebug
                                                       : LogLevel::kInfo;
}

void Enqueue(const LogState& log, LogLevel level, std::string line) {
  line.push_back('\n');
  log.logger->log(ToSpdlog(level), spdlog::string_view_t(line));
}

}  // namespace

void StartLog(LogLevel level, LogFormat format, int fd) {
  auto log = std::make_unique<LogState>();
  log->level = level;
  log->format = format;
  log->sink = std::make_shared<LogSink>(fd);
  log->pool =
      std::make_shared<spdlog::details::thread_pool>(kLogQueueLines, 1u);
  log->logger = std::make_shared<spdlog::async_logger>(
      "pinwarden", log->sink, log->pool,
      spdlog::async_overflow_policy::overrun_oldest);
  log->logger->set_level(ToSpdlog(level));
  // spdlog's own handler would write to stderr itself.
  log->logger->set_error_handler([](const std::string&) {});
  g_log = log.release();
}

void StopLog(absl::Duration patience) {
  std::unique_ptr<LogState> log(g_log.exchange(nullptr));
  if (log == nullptr) return;
  const auto wait = absl::ToChronoMilliseconds(patience);
  log->logger->flush();
  if (!log->sink->AwaitFlush(wait)) {
    // Dropping the rest takes no time, unless write() itself hangs.
    log->sink->Abandon();
    const bool ended = log->sink->AwaitFlush(wait);
    g_dropped_before += log->pool->overrun_counter() + log->sink->lost();
    if (!ended) {
      static LogState* left_behind;  // so that leak checkers see it is known
      left_behind = log.release();
      static_cast<void>(left_behind);
      return;
    }
  } else {
    g_dropped_before += log->pool->overrun_counter() + log->sink->lost();
  }
  log->logger.reset();
  log->pool.reset();  // ends the thread
}

void Log(LogLevel level, absl::string_view event, LogFields fields) {
  const LogState* log = g_log;
  if (log == nullptr || level < log->level) return;
  Enqueue(*log, level, EventLine(log->format, level, event, fields));
}

void LogDecision(const v1::Decision& decision, uint64_t repeats) {
  const LogState* log = g_log;
  const LogLevel level = LevelOf(decision);
  if (log == nullptr || level < log->level) return;
  if (log->pool->queue_size() >= kLogQueueLines - kReservedLines) {
    log->sink->AwaitProgress(kMaxDecisionWait);
  }
  Enqueue(*log, level, DecisionLine(log->format, level, decision, repeats));
}

uint64_t DroppedLogLines() {
  const LogState* log = g_log;
  uint64_t dropped = g_dropped_before;
  if (log != nullptr)
    dropped += log->pool->overrun_counter() + log->sink->lost();
  return dropped;
}

}  // namespace pinwarden
