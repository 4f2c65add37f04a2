// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/cri.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cri/answer.h"
#include "cri/caller.h"
#include "cri/image_cache.h"
#include "pinwarden/mutex.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxKeptBytes = 4 << 20;
constexpr absl::Duration kMaxGrace = absl::Hours(24);
constexpr absl::Duration kStopPatience = absl::Seconds(10);  // beyond the grace

// Since some moment, whatever happens to the time of day.
absl::Duration MonotonicNow() {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

// What is not there is an answer.
grpc::Status OrNotFound(const grpc::Status& status) {
  const bool not_found = status.error_code() == grpc::StatusCode::NOT_FOUND;
  return not_found ? grpc::Status::OK : status;
}

bool GotNoAnswer(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

class CriClient::Impl {
 public:
  explicit Impl(CriOptions options)
      : options_(std::move(options)),
        caller_(options_.socket),
        cache_({options_.max_kept, kMaxKeptBytes, options_.keep}) {}

  absl::StatusOr<std::optional<CriImage>> Image(absl::string_view name) {
    PW_RETURN_IF_ERROR(CheckName("image name", name));
    runtime::v1::ImageStatusRequest request;
    request.mutable_image()->set_image(std::string(name));
    runtime::v1::ImageStatusResponse answer;
    PW_RETURN_IF_ERROR(LookUp("ImageStatus", [&](Caller::Services& services,
                                                 grpc::ClientContext* context) {
      return OrNotFound(
          services.images->ImageStatus(context, request, &answer));
    }));
    absl::StatusOr<std::optional<CriImage>> image = ReadImage(answer);
    if (!image.ok()) CountFailure(image.status());
    return image;
  }

  absl::StatusOr<std::optional<CriImage>> CachedImage(absl::string_view name)
      ABSL_LOCKS_EXCLUDED(mu_) {
    {
      MutexLock lock(mu_);
      const auto* const known = cache_.Find(name, MonotonicNow());
      if (known != nullptr) return *known;
    }
    PW_ASSIGN_OR_RETURN(std::optional<CriImage> image, Image(name));
    MutexLock lock(mu_);
    cache_.Insert(name, image, MonotonicNow());
    return image;
  }

  absl::Status StopContainer(absl::string_view id, absl::Duration grace) {
    PW_RETURN_IF_ERROR(CheckName("container id", id));
    grace = absl::Ceil(std::clamp(grace, absl::ZeroDuration(), kMaxGrace),
                       absl::Seconds(1));
    runtime::v1::StopContainerRequest request;
    request.set_container_id(std::string(id));
    request.set_timeout(absl::ToInt64Seconds(grace));
    runtime::v1::StopContainerResponse answer;
    return Counted(caller_.Call(
        "StopContainer", grace + kStopPatience,
        [&](Caller::Services& services, grpc::ClientContext* context) {
          return OrNotFound(
              services.runtime->StopContainer(context, request, &answer));
        }));
  }

  absl::StatusOr<CriVersion> Version() {
    runtime::v1::VersionResponse answer;
    PW_RETURN_IF_ERROR(LookUp("Version", [&](Caller::Services& services,
                                             grpc::ClientContext* context) {
      return services.runtime->Version(context, runtime::v1::VersionRequest(),
                                       &answer);
    }));
    return ReadVersion(answer);
  }

  void Cancel() { caller_.Cancel(); }

  CriStats Stats() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    return stats_;
  }

 private:
  // One call that the rest is for.
  absl::Status LookUp(absl::string_view name, const Caller::Method& method)
      ABSL_LOCKS_EXCLUDED(mu_) {
    {
      MutexLock lock(mu_);
      if (MonotonicNow() < rest_until_) {
        return absl::UnavailableError(
            absl::StrCat("not asked again so soon after: ", why_resting_));
      }
    }
    absl::Status status =
        Counted(caller_.Call(name, options_.deadline, method));
    if (GotNoAnswer(status)) {
      MutexLock lock(mu_);
      rest_until_ = MonotonicNow() + options_.rest;
      why_resting_ = std::string(status.message());
    }
    return status;
  }

  // What became of a call.
  absl::Status Counted(absl::Status status) ABSL_LOCKS_EXCLUDED(mu_) {
    {
      MutexLock lock(mu_);
      ++stats_.calls;
    }
    if (!status.ok()) CountFailure(status);
    return status;
  }

  void CountFailure(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    ++stats_.failures;
    stats_.last_error = std::string(status.message());
  }

  const CriOptions options_;
  Caller caller_;
  mutable Mutex mu_;
  ImageCache cache_ ABSL_GUARDED_BY(mu_);
  CriStats stats_ ABSL_GUARDED_BY(mu_);
  absl::Duration rest_until_ ABSL_GUARDED_BY(mu_) = -absl::InfiniteDuration();
  std::string why_resting_ ABSL_GUARDED_BY(mu_);
};

CriClient::CriClient(CriOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

CriClient::~CriClient() = default;

absl::StatusOr<std::optional<CriImage>> CriClient::Image(
    absl::string_view name) {
  return impl_->Image(name);
}

absl::StatusOr<std::optional<CriImage>> CriClient::CachedImage(
    absl::string_view name) {
  return impl_->CachedImage(name);
}

absl::Status CriClient::StopContainer(absl::string_view id,
                                      absl::Duration grace) {
  return impl_->StopContainer(id, grace);
}

absl::StatusOr<CriVersion> CriClient::Version() { return impl_->Version(); }

void CriClient::Cancel() { impl_->Cancel(); }

CriStats CriClient::Stats() const { return impl_->Stats(); }

}  // namespace pinwarden
