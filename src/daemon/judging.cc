// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/judging.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/image_names.h"
#include "daemon/nri_log.h"
#include "daemon/process.h"
#include "pinwarden/log.h"

namespace pinwarden {
namespace {

constexpr char kMarkerName[] = "/judged";

// The journal's path, once there is a directory for it. A failure to make one
// is the journal's to tell.
const std::string& Prepared(const std::string& path) {
  EnsureDirectory(DirectoryOf(path), 0755).IgnoreError();
  return path;
}

}  // namespace

Judging::Judging(const Settings& settings)
    : journal_(Prepared(settings.judged_file),
               settings.state_directory + kMarkerName),
      slips_(journal_),
      break_glass_(
          absl::StrCat(settings.state_directory, "/", kBreakGlassName)),
      cri_(settings.cri_socket.empty() ? nullptr
                                       : std::make_unique<CriClient>(CriOptions{
                                             .socket = settings.cri_socket})),
      stopper_([this](absl::string_view id) {
        if (cri_ == nullptr) {
          return absl::FailedPreconditionError(
              "the setting cri_socket is empty");
        }
        return cri_->StopContainer(id, absl::ZeroDuration());
      }) {
  break_glass_.Restore();
  if (journal_.problem().empty()) return;
  Log(LogLevel::kError, "journal_unusable",
      {{"reason", journal_.problem()},
       {"hint",
        "containers that slip by while pinwardend is down will not be known "
        "as such"}});
}

AdmissionHooks Judging::Hooks() {
  AdmissionHooks hooks;
  hooks.slips = &slips_;
  hooks.break_glass = &break_glass_;
  if (cri_ != nullptr) {
    hooks.other_names = [this](absl::string_view name) {
      return LearnOtherNames(*cri_, name);
    };
  }
  hooks.stop = [this](const v1::Decision& decision) {
    stopper_.Stop(decision);
  };
  return hooks;
}

void Judging::Complete(v1::Decision* decision) {
  if (cri_ != nullptr) CompleteNames(*cri_, decision);
}

void Judging::Registered() {
  if (const auto gap = slips_.Registered(absl::Now())) LogGap(*gap);
}

void Judging::GiveSign(bool registered) {
  journal_.BecomeWriter();
  if (registered) slips_.StillJudging();
  break_glass_.Tick();
}

void Judging::MarkHost() {
  if (host_marked_) return;
  host_marked_ = true;  // or tried
  const absl::Status status = journal_.MarkHost();
  if (status.ok()) return;
  Log(LogLevel::kError, "host_not_marked",
      {{"reason", std::string(status.message())},
       {"hint",
        "after a boot, containers that were there first will not be known as "
        "slipped"}});
}

void Judging::Cancel() {
  if (cri_ != nullptr) cri_->Cancel();
}

}  // namespace pinwarden
