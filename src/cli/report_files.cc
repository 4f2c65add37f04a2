// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/report_files.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "pinwarden/file.h"
#include "pinwarden/quote.h"
#include "pinwarden/report_format.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxListBytes = 64 << 20;
constexpr absl::Duration kProgressInterval = absl::Milliseconds(200);

class Merger {
 public:
  Merger(ReportData* data, CliContext& context)
      : data_(data), context_(context) {}

  void Expand(const std::string& argument) {
    std::error_code error;
    if (absl::StartsWith(argument, "@")) {
      ExpandList(argument.substr(1));
    } else if (std::filesystem::is_directory(argument, error)) {
      ExpandFolder(argument);
    } else {
      paths_.push_back(argument);
    }
  }

  bool MergeAll() {
    // Reading takes most of the time, so the next ones are read meanwhile.
    const size_t ahead =
        std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
    std::deque<std::future<absl::StatusOr<ParsedReport>>> reading;
    size_t next = 0;
    for (const std::string& path : paths_) {
      for (; next < paths_.size() && reading.size() < ahead; ++next) {
        reading.push_back(
            std::async(std::launch::async, &Merger::Read, paths_[next]));
      }
      Progress();
      ++done_;
      const absl::Status status = AddOne(path, reading.front().get());
      reading.pop_front();
      if (!status.ok()) Complain(status.message());
    }
    ClearProgress();
    if (bad_ > 0 && done_ > bad_) {
      context_.streams.err << "pinwarden: " << bad_ << " of " << done_
                           << " reports are missing from this\n";
    }
    return done_ > bad_;
  }

 private:
  static absl::StatusOr<ParsedReport> Read(const std::string& path) {
    PW_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxReportBytes));
    absl::StatusOr<ParsedReport> report = ParsedReport::Parse(std::move(text));
    if (report.ok()) return report;
    return Named(path, report.status());
  }

  absl::Status AddOne(const std::string& path,
                      const absl::StatusOr<ParsedReport>& report) {
    if (!report.ok()) return report.status();
    const absl::Status status = report->AddTo(data_);
    return status.ok() ? status : Named(path, status);
  }

  static absl::Status Named(const std::string& path,
                            const absl::Status& status) {
    return absl::Status(status.code(),
                        absl::StrCat(Shown(path), ": ", status.message()));
  }

  static std::string Shown(const std::string& path) {
    const std::string quoted = Quote(path);
    return quoted.size() == path.size() + 2 ? path : quoted;
  }

  void Complain(absl::string_view message) {
    ClearProgress();
    ++bad_;
    context_.exit = kExitUsage;
    context_.streams.err << "pinwarden: " << std::string(message) << '\n';
  }

  void ExpandList(const std::string& path) {
    const absl::StatusOr<std::string> text = ReadFile(path, kMaxListBytes);
    if (!text.ok()) {
      ++done_;
      Complain(text.status().message());
      return;
    }
    for (const absl::string_view line :
         absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
      paths_.emplace_back(line);
    }
  }

  void ExpandFolder(const std::string& path) {
    std::error_code error;
    std::vector<std::string> found;
    std::filesystem::directory_iterator at(path, error);
    for (; !error && at != std::filesystem::directory_iterator();
         at.increment(error)) {
      if (absl::EndsWith(at->path().native(), ".json")) {
        found.push_back(at->path().native());
      }
    }
    if (error || found.empty()) {
      ++done_;
      Complain(absl::StrCat(
          Shown(path), ": ",
          error ? "cannot be listed" : "there is no *.json in this folder"));
      return;
    }
    std::sort(found.begin(), found.end());
    paths_.insert(paths_.end(), found.begin(), found.end());
  }

  void Progress() {
    if (!context_.streams.progress) return;
    const absl::Time now = absl::Now();
    if (now - told_ < kProgressInterval) return;
    told_ = now;
    telling_ = true;
    context_.streams.err << "\rreports: " << done_ << " of " << paths_.size()
                         << ", rows: " << data_->rows() << "\x1b[K"
                         << std::flush;
  }

  void ClearProgress() {
    if (!telling_) return;
    telling_ = false;
    context_.streams.err << "\r\x1b[K";
  }

  ReportData* const data_;
  CliContext& context_;
  std::vector<std::string> paths_;
  size_t done_ = 0;
  size_t bad_ = 0;
  absl::Time told_ = absl::Now();
  bool telling_ = false;
};

}  // namespace

bool MergeReportFiles(const std::vector<std::string>& arguments,
                      ReportData* data, CliContext& context) {
  Merger merger(data, context);
  for (const std::string& argument : arguments) merger.Expand(argument);
  return merger.MergeAll();
}

}  // namespace pinwarden
