// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// merge_figures [HOSTS [ROWS]]
//
// What it takes to make one report of many hosts: of a fleet whose hosts run
// much the same, and of one where no two rows are alike. The hosts' reports are
// made on the way, which is not counted, as reading files is not.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "pinwarden/report_format.h"

namespace pinwarden {
namespace {

constexpr int kWorkloads = 5000;  // of a fleet whose hosts run the same
constexpr int kHours = 48;

v1::LedgerRow MakeRow(int host, int n, bool distinct) {
  const int workload = distinct ? host * 1000 + n : (host * 7 + n) % kWorkloads;
  v1::LedgerRow row;
  row.set_namespace_(absl::StrCat("team-", workload % 50));
  row.set_workload_kind("Deployment");
  row.set_workload(absl::StrCat("service-", workload));
  row.set_container("app");
  const std::string image =
      absl::StrCat("registry.example.com/team-", workload % 50, "/service-",
                   workload, n % 3 == 0 ? ":latest" : ":1.2.3");
  row.set_image(image);
  row.set_outcome(n % 3 == 0 ? v1::OUTCOME_WOULD_REJECT : v1::OUTCOME_ALLOWED);
  row.set_reason(n % 3 == 0 ? v1::REASON_FLOATING_TAG : v1::REASON_PINNED);
  row.set_rule("default");
  row.mutable_first()->set_seconds(1'790'000'000 + host);
  row.mutable_last()->set_seconds(1'790'500'000 + host + n);
  row.set_count(17);
  row.set_last_pod(absl::StrCat("service-", workload, "-5d4f8c7b9-", host));
  row.set_node(absl::StrCat("node-", host));
  row.set_policy_sha256(std::string(64, 'a'));
  row.set_policy_file("policy.yaml");
  row.set_policy_line(24);
  row.set_mode(v1::MODE_OBSERVE);
  row.set_confidence(v1::CONFIDENCE_EXACT);
  row.set_message(absl::StrCat(
      "pinwarden: image \"", image, "\" would be refused by rule \"default\" ",
      "(policy.yaml:24): tag \"latest\" changes without notice; pin it: ",
      "registry.example.com/service:<version>"));
  (*row.mutable_labels())["app.kubernetes.io/name"] = row.workload();
  (*row.mutable_labels())["team"] = row.namespace_();
  return row;
}

std::string HostReport(int host, int rows, bool distinct) {
  ReportData data;
  data.AddSource({absl::StrCat("node-", host), "1.2.3", std::string(64, 'a'),
                  v1::MODE_OBSERVE, absl::FromUnixSeconds(1'790'000'000)});
  for (int n = 0; n < rows; ++n) data.Add(MakeRow(host, n, distinct));
  for (int h = 0; h < kHours; ++h) {
    v1::LedgerHour hour;
    hour.mutable_start()->set_seconds(1'790'000'400 + 3600 * h);
    hour.set_namespace_(absl::StrCat("team-", (host + h) % 50));
    hour.set_outcome(v1::OUTCOME_ALLOWED);
    hour.set_reason(v1::REASON_PINNED);
    hour.set_count(3);
    data.Add(hour);
  }
  std::ostringstream out;
  WriteReportJson(MakeReport(data, ReportBy::kWorkload, absl::UnixEpoch()),
                  data, out);
  return out.str();
}

// Of this process, so that a busy machine makes no difference.
absl::Duration CpuTime() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

int Measure(int hosts, int rows, bool distinct) {
  ReportData merged;
  absl::Duration spent;
  size_t bytes = 0;
  for (int host = 0; host < hosts; ++host) {
    const std::string json = HostReport(host, rows, distinct);
    bytes += json.size();
    const absl::Duration start = CpuTime();
    const absl::Status status = MergeReport(json, &merged);
    spent += CpuTime() - start;
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", status.ToString().c_str());
      return 1;
    }
  }
  const absl::Duration start = CpuTime();
  std::ostringstream page;
  const Report report =
      MakeReport(merged, ReportBy::kNamespace, absl::UnixEpoch());
  WriteReportHtml(report, merged, page);
  const absl::Duration rest = CpuTime() - start;
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "%s: %d hosts x %d rows, %zu MB of JSON -> %zu rows, %zu workloads\n"
      "  merged in %.1f s of CPU time, report and page in %.1f s, "
      "%ld MiB resident\n",
      distinct ? "no two rows alike" : "hosts that run the same", hosts, rows,
      bytes / 1000000, merged.rows(), static_cast<size_t>(report.workloads),
      absl::ToDoubleSeconds(spent), absl::ToDoubleSeconds(rest),
      usage.ru_maxrss / 1024);
  return 0;
}

}  // namespace
}  // namespace pinwarden

int main(int argc, char** argv) {
  const int hosts = argc > 1 ? std::atoi(argv[1]) : 10000;
  const int rows = argc > 2 ? std::atoi(argv[2]) : 200;
  for (const bool distinct : {false, true}) {
    // A process each, so that the one's memory is not the other's.
    std::fflush(stdout);
    const pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
      const int result = pinwarden::Measure(hosts, rows, distinct);
      std::fflush(stdout);
      _exit(result);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child || status != 0) return 1;
  }
  return 0;
}
