// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The page: a template, its style and its scripts as they stand in page/, and
// the data. What it may load is nothing: its policy names the hashes of the one
// style and the one script that are in it, and no source of anything else.
#include <sha2.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/record.h"
#include "pinwarden/report_format.h"
#include "pinwarden/verdict.h"
#include "pinwarden/version.h"
#include "report/json_writer.h"
#include "report/page_files.h"
#include "report/shown.h"

namespace pinwarden {
namespace {

// How a page's policy names a script or style that stands in the page.
std::string HashSource(absl::string_view text) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, reinterpret_cast<const uint8_t*>(text.data()),
               text.size());
  SHA256Final(digest, &context);
  return absl::StrCat("'sha256-",
                      absl::Base64Escape(absl::string_view(
                          reinterpret_cast<char*>(digest), sizeof(digest))),
                      "'");
}

// Numbers for texts, in the order in which they are first used.
class Texts {
 public:
  uint64_t Number(absl::string_view text) {
    const auto [at, is_new] = numbers_.try_emplace(text, texts_.size());
    if (is_new) texts_.push_back(text);
    return at->second;
  }
  const std::vector<absl::string_view>& all() const { return texts_; }

 private:
  std::vector<absl::string_view> texts_;
  absl::flat_hash_map<absl::string_view, uint64_t> numbers_;
};

class PageData {
 public:
  PageData(const Report& report, const ReportData& data, std::ostream& out)
      : report_(report), data_(data), json_(out) {}

  void Write() {
    json_.BeginObject();
    WriteMeta();
    WriteNames();
    WriteRows();
    WriteReasons();
    WriteHours();
    WriteNamespaces();
    WriteExemptions();
    json_.EndObject();
  }

 private:
  void Seconds(absl::Time time) { json_.Signed(absl::ToUnixSeconds(time)); }

  void WriteMeta() {
    const auto permille = report_.ReadinessPermille();
    absl::Time oldest = absl::InfiniteFuture();
    for (const ReportSource& source : data_.sources()) {
      oldest = std::min(oldest, source.oldest);
    }
    oldest = std::max(oldest, data_.scope().since);
    json_.Key("meta");
    json_.BeginObject();
    json_.Member("version", Version());
    json_.Key("generated");
    Seconds(report_.generated);
    json_.Key("permille");
    json_.Raw(permille.has_value() ? absl::StrCat(*permille) : "null");
    json_.Key("oldest");
    if (oldest == absl::InfiniteFuture()) {
      json_.Raw("null");
    } else {
      Seconds(oldest);
    }
    json_.Member("breakGlass", report_.break_glass);
    json_.Member("nodes", data_.sources().size());
    json_.Member("node",
                 data_.sources().empty() ? "" : data_.sources()[0].node);
    json_.Member("leftOut", report_.entries.size() - PageRows());
    json_.EndObject();
    json_.Key("counts");
    json_.BeginArray();
    for (const uint64_t count : report_.counts) json_.Number(count);
    json_.EndArray();
  }

  size_t PageRows() const {
    return std::min(report_.entries.size(), kMaxHtmlRows);
  }

  void WriteNames() {
    json_.Key("reasons");
    json_.BeginArray();
    for (int i = 0; i <= v1::Reason_MAX; ++i) {
      json_.String(NameOf(static_cast<v1::Reason>(i)));
    }
    json_.EndArray();
    json_.Key("outcomes");
    json_.BeginArray();
    for (int i = 0; i <= v1::Outcome_MAX; ++i) {
      json_.String(NameOf(static_cast<v1::Outcome>(i)));
    }
    json_.EndArray();
  }

  // In the order that table.js names.
  void WriteRow(const ReportEntry& entry) {
    const ReportRow row = data_.row(entry.row);
    const VerdictText text = SplitVerdictMessage(row.message);
    json_.BeginArray();
    json_.Number(static_cast<uint64_t>(entry.standing));
    for (const absl::string_view field :
         {row.name_space, row.workload_kind, row.workload, row.container,
          row.image}) {
      json_.Number(texts_.Number(field));
    }
    json_.Number(static_cast<uint64_t>(row.reason));
    json_.Number(static_cast<uint64_t>(row.outcome));
    json_.Number(texts_.Number(row.rule));
    json_.Number(row.count);
    json_.Number(row.nodes);
    Seconds(row.first);
    Seconds(row.last);
    for (const absl::string_view field :
         {row.last_pod, row.node, text.why, text.advice}) {
      json_.Number(texts_.Number(field));
    }
    json_.EndArray();
  }

  void WriteRows() {
    json_.Key("rows");
    json_.BeginArray();
    for (size_t i = 0; i < PageRows(); ++i) WriteRow(report_.entries[i]);
    json_.EndArray();
    json_.Key("strings");
    json_.BeginArray();
    for (const absl::string_view text : texts_.all()) json_.String(text);
    json_.EndArray();
  }

  void WriteReasons() {
    std::map<v1::Reason, uint64_t> counts;
    for (const ReportEntry& entry : report_.entries) {
      if (entry.standing != Standing::kFinding) break;  // they come first
      ++counts[data_.row(entry.row).reason];
    }
    json_.Key("byReason");
    json_.BeginArray();
    for (const auto& [reason, count] : counts) {
      json_.BeginArray();
      json_.Number(static_cast<uint64_t>(reason));
      json_.Number(count);
      json_.EndArray();
    }
    json_.EndArray();
  }

  // By hour and reason; 0 stands for all that was let in.
  void WriteHours() {
    std::map<std::pair<absl::Time, int>, uint64_t> hours;
    for (const ReportHour& hour : data_.hours()) {
      const int reason = IsAgainstPolicy(hour.outcome) ? hour.reason : 0;
      hours[{hour.start, reason}] += hour.count;
    }
    json_.Key("hours");
    json_.BeginArray();
    for (const auto& [key, count] : hours) {
      json_.BeginArray();
      Seconds(key.first);
      json_.Number(static_cast<uint64_t>(key.second));
      json_.Number(count);
      json_.EndArray();
    }
    json_.EndArray();
  }

  void WriteNamespaces() {
    json_.Key("namespaces");
    json_.BeginArray();
    for (const ReportNamespace& name_space : report_.namespaces) {
      json_.BeginArray();
      json_.String(name_space.name);
      json_.Number(name_space.workloads);
      json_.Number(name_space.ready);
      json_.Number(name_space.findings);
      json_.EndArray();
    }
    json_.EndArray();
  }

  void WriteExemptions() {
    json_.Key("exemptions");
    json_.BeginArray();
    for (const ReportExemption& exemption : report_.exemptions) {
      json_.BeginArray();
      json_.String(exemption.name);
      json_.String(exemption.expires);
      if (exemption.ends.has_value()) {
        Seconds(*exemption.ends);
      } else {
        json_.Raw("null");
      }
      json_.String(exemption.terms);
      json_.Number(exemption.workloads);
      json_.Number(exemption.containers);
      json_.EndArray();
    }
    json_.EndArray();
  }

  const Report& report_;
  const ReportData& data_;
  JsonWriter json_;
  Texts texts_;
};

std::string Lead(const Report& report) {
  if (report.workloads == 0) {
    return "No decision was made in the time and namespaces asked for.";
  }
  return absl::StrCat(report.ready, " of ", Count(report.workloads, "workload"),
                      " would run unchanged under enforce");
}

}  // namespace

void WriteReportHtml(const Report& report, const ReportData& data,
                     std::ostream& out) {
  const std::string script = absl::StrCat("\n", kBaseJs, "\n", kChartsJs, "\n",
                                          kTableJs, "\n", kMainJs);
  const std::string policy =
      absl::StrCat("default-src 'none'; script-src ", HashSource(script),
                   "; style-src ", HashSource(kPageCss),
                   "; img-src data:; base-uri 'none'; form-action 'none'");
  // The template's own text alone is looked through, so that nothing from
  // outside can stand for a part of it.
  absl::string_view page = kPageHtml;
  const auto until = [&](absl::string_view mark) {
    const size_t at = std::min(page.find(mark), page.size());
    out << page.substr(0, at);
    page.remove_prefix(std::min(at + mark.size(), page.size()));
  };
  until("@CSP@");
  out << policy;
  until("@CSS@");
  out << kPageCss;
  until("@READINESS@");
  out << Readiness(report);
  until("@LEAD@");
  out << Lead(report);
  until("@DATA@");
  PageData(report, data, out).Write();
  until("@JS@");
  out << script << page;
}

}  // namespace pinwarden
