// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/break_glass.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/process.h"
#include "pinwarden/file.h"
#include "pinwarden/log.h"
#include "pinwarden/problem.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFileVersion = 1;
constexpr size_t kMaxFileBytes = 16 << 10;
constexpr size_t kMaxGlobBytes = 128;

absl::Duration SinceBoot() {
  timespec now = {};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return absl::DurationFromTimespec(now);
}

std::string BootId() {
  return std::string(absl::StripAsciiWhitespace(
      ReadFile("/proc/sys/kernel/random/boot_id", 128).value_or("")));
}

absl::Status CheckText(absl::string_view what, absl::string_view text,
                       size_t max_bytes) {
  if (text.size() <= max_bytes && IsPrintable(text)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      what, " has to be one printable line of at most ", max_bytes, " bytes"));
}

absl::Status CheckRequest(const v1::BreakGlassRequest& request) {
  const absl::Duration duration = absl::Seconds(request.duration_seconds());
  if (duration < kMinBreakGlass || duration > kMaxBreakGlass) {
    return absl::InvalidArgumentError(
        "break-glass lasts from 1 minute to 24 hours");
  }
  if (absl::StripAsciiWhitespace(request.reason()).empty()) {
    return absl::InvalidArgumentError("break-glass needs a reason");
  }
  if (request.who().empty()) {
    return absl::InvalidArgumentError("break-glass needs to know who asks");
  }
  PW_RETURN_IF_ERROR(
      CheckText("the reason", request.reason(), kMaxBreakGlassReasonBytes));
  PW_RETURN_IF_ERROR(CheckText("who", request.who(), kMaxBreakGlassWhoBytes));
  return CheckText("the namespace", request.namespace_(), kMaxGlobBytes);
}

absl::string_view GlobOf(const v1::BreakGlassRequest& request) {
  return request.namespace_().empty() ? "*"
                                      : absl::string_view(request.namespace_());
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", time, absl::UTCTimeZone());
}

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  out->set_seconds(absl::ToUnixSeconds(time));
}

// What the file says, if it is one that we write.
struct Kept {
  v1::BreakGlassRequest request;
  absl::Time since;
  std::string boot_id;
  int64_t until_seconds = 0;
};

std::optional<Kept> ParseKept(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  const auto string_at = [&](const char* key, std::string* out) {
    const auto it = json.find(key);
    if (it == json.end() || !it->is_string()) return false;
    *out = it->get<std::string>();
    return true;
  };
  const auto number_at = [&](const char* key, int64_t* out) {
    const auto it = json.find(key);
    if (it == json.end() || !it->is_number_integer()) return false;
    *out = it->get<int64_t>();
    return true;
  };
  Kept kept;
  int64_t version = 0;
  int64_t duration = 0;
  int64_t since = 0;
  if (!number_at("version", &version) || version != kFileVersion ||
      !number_at("duration_seconds", &duration) ||
      !number_at("since_unix", &since) ||
      !number_at("until_seconds_since_boot", &kept.until_seconds) ||
      !string_at("boot_id", &kept.boot_id) ||
      !string_at("reason", kept.request.mutable_reason()) ||
      !string_at("namespace", kept.request.mutable_namespace_()) ||
      !string_at("who", kept.request.mutable_who())) {
    return std::nullopt;
  }
  kept.request.set_duration_seconds(duration);
  kept.since = absl::FromUnixSeconds(since);
  if (!CheckRequest(kept.request).ok()) return std::nullopt;
  return kept;
}

}  // namespace

BreakGlass::Clocks BreakGlass::SystemClocks() {
  return {&absl::Now, &SinceBoot, BootId()};
}

BreakGlass::Use::Use(v1::BreakGlassRequest asked, absl::Time begun,
                     absl::Duration end)
    : request(std::move(asked)),
      name_space(GlobOf(request)),
      since(begun),
      until(end) {}

BreakGlass::BreakGlass(std::string path, Clocks clocks)
    : path_(std::move(path)), clocks_(std::move(clocks)) {}

std::string BreakGlass::Render(const Use& use) const {
  return Json{{"version", kFileVersion},
              {"since_unix", absl::ToUnixSeconds(use.since)},
              {"duration_seconds", use.request.duration_seconds()},
              {"boot_id", clocks_.boot_id},
              {"until_seconds_since_boot", absl::ToInt64Seconds(use.until)},
              {"namespace", use.request.namespace_()},
              {"reason", use.request.reason()},
              {"who", use.request.who()}}
             .dump() +
         "\n";
}

// Null when it has ended, or is not what we write.
std::shared_ptr<const BreakGlass::Use> BreakGlass::Parse(
    const std::string& text) const {
  const std::optional<Kept> kept = ParseKept(text);
  if (!kept.has_value()) return nullptr;
  const absl::Duration whole = absl::Seconds(kept->request.duration_seconds());
  const absl::Duration now = clocks_.since_boot();
  absl::Duration left;
  if (kept->boot_id == clocks_.boot_id && !clocks_.boot_id.empty()) {
    left = absl::Seconds(kept->until_seconds) - now;
  } else if (clocks_.wall() >= kept->since) {
    left = kept->since + whole - clocks_.wall();
  }
  if (left <= absl::ZeroDuration()) return nullptr;
  return std::make_shared<const Use>(kept->request, kept->since,
                                     now + std::min(left, whole));
}

void BreakGlass::Install(std::shared_ptr<const Use> use) {
  installed_ = use != nullptr;
  if (use != nullptr) last_ = use;
  use_ = std::move(use);
}

std::shared_ptr<const BreakGlass::Use> BreakGlass::Current() const {
  MutexLock lock(mu_);
  return use_;
}

void BreakGlass::Restore() {
  MutexLock change(change_mu_);
  const absl::StatusOr<std::string> text =
      ReadFile(path_, kMaxFileBytes, FileTrust::kOwnedByUs);
  std::shared_ptr<const Use> use;
  if (text.ok()) {
    use = Parse(*text);
  } else if (!absl::IsNotFound(text.status())) {
    Log(LogLevel::kError, "break_glass_unreadable",
        {{"reason", std::string(text.status().message())},
         {"hint", "it is not in force; refusals go on"}});
  }
  if (use == nullptr) return;
  {
    MutexLock lock(mu_);
    if (use_ != nullptr) return;  // the same one, or a newer one
    Install(use);
  }
  Log(LogLevel::kWarning, "break_glass_goes_on",
      {{"who", use->request.who()},
       {"reason", use->request.reason()},
       {"namespace", std::string(GlobOf(use->request))},
       {"seconds_left", absl::StrCat(absl::ToInt64Seconds(
                            use->until - clocks_.since_boot()))}});
}

absl::StatusOr<v1::BreakGlassStatus> BreakGlass::Begin(
    const v1::BreakGlassRequest& request) {
  PW_RETURN_IF_ERROR(CheckRequest(request));
  const auto use = std::make_shared<const Use>(
      request, clocks_.wall(),
      clocks_.since_boot() + absl::Seconds(request.duration_seconds()));
  {
    MutexLock change(change_mu_);
    // An emergency does not wait for the disk.
    {
      MutexLock lock(mu_);
      Install(use);
      problem_.clear();
    }
    absl::Status kept = EnsureDirectory(DirectoryOf(path_), 0700);
    if (kept.ok()) kept = WriteFileAtomically(path_, Render(*use), 0600);
    if (!kept.ok()) {
      MutexLock lock(mu_);
      problem_ = std::string(kept.message());
    }
  }
  const v1::BreakGlassStatus status = GetStatus();
  Log(LogLevel::kWarning, "break_glass_begun",
      {{"who", request.who()},
       {"reason", request.reason()},
       {"namespace", std::string(GlobOf(request))},
       {"seconds", absl::StrCat(request.duration_seconds())},
       {"until", TimeText(absl::FromUnixSeconds(status.until().seconds()))},
       {"problem", status.problem()}});
  return status;
}

absl::StatusOr<v1::BreakGlassStatus> BreakGlass::End(absl::string_view who) {
  PW_RETURN_IF_ERROR(CheckText("who", who, kMaxBreakGlassWhoBytes));
  {
    MutexLock change(change_mu_);
    const std::shared_ptr<const Use> use = Current();
    if (use == nullptr || !Holds(*use)) {
      return absl::FailedPreconditionError("break-glass is not in force");
    }
    {
      MutexLock lock(mu_);
      Install(nullptr);
      problem_.clear();
    }
    if (unlink(path_.c_str()) != 0 && errno != ENOENT) {
      MutexLock lock(mu_);
      problem_ = std::string(
          absl::ErrnoToStatus(errno, absl::StrCat("cannot remove ", path_,
                                                  ", so a restart would take "
                                                  "it up again; remove it"))
              .message());
    }
    LogEnd(*use, "ended", who);
  }
  return GetStatus();
}

void BreakGlass::LogEnd(const Use& use, absl::string_view cause,
                        absl::string_view who) const {
  Log(LogLevel::kWarning, "break_glass_ended",
      {{"cause", std::string(cause)},
       {"by", std::string(who)},
       {"begun_by", use.request.who()},
       {"reason", use.request.reason()},
       {"let_in", absl::StrCat(let_in_.load())}});
}

bool BreakGlass::Covers(absl::string_view name_space) const {
  if (!installed_.load(std::memory_order_acquire)) return false;
  const std::shared_ptr<const Use> use = Current();
  return use != nullptr && Holds(*use) && use->name_space.Matches(name_space);
}

void BreakGlass::Tick() {
  if (!installed_) return;
  MutexLock change(change_mu_);
  const std::shared_ptr<const Use> use = Current();
  if (use == nullptr || Holds(*use)) return;
  {
    MutexLock lock(mu_);
    Install(nullptr);
    problem_.clear();
  }
  unlink(path_.c_str());
  LogEnd(*use, "time_is_up", "");
}

v1::BreakGlassStatus BreakGlass::GetStatus() const {
  v1::BreakGlassStatus status;
  status.set_let_in(let_in_);
  MutexLock lock(mu_);
  if (last_ == nullptr) return status;
  const absl::Duration left = last_->until - clocks_.since_boot();
  const bool active = use_ != nullptr && left > absl::ZeroDuration();
  status.set_active(active);
  SetTime(last_->since, status.mutable_since());
  status.set_reason(last_->request.reason());
  status.set_namespace_(std::string(GlobOf(last_->request)));
  status.set_who(last_->request.who());
  status.set_problem(problem_);
  if (!active) return status;
  SetTime(clocks_.wall() + left, status.mutable_until());
  status.set_remaining_seconds(
      absl::ToInt64Seconds(absl::Ceil(left, absl::Seconds(1))));
  return status;
}

}  // namespace pinwarden
