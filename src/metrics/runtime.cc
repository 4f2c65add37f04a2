// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The runtime that asks, and when nobody could be asked.
#include "metrics/families.h"
#include "pinwarden/record.h"

namespace pinwarden {

void WriteNriMetrics(const v1::NriStatus& nri, MetricWriter* out) {
  out->Gauge("pinwarden_registered",
             "1 while the runtime asks pinwarden about every container.",
             nri.registered() ? 1 : 0);
  if (!nri.runtime_name().empty()) {
    out->Family("pinwarden_runtime_info", MetricType::kGauge,
                "The container runtime, and how sure the image names are that "
                "it gives: exact, alias or unknown.");
    out->Add({{"name", nri.runtime_name()},
              {"version", nri.runtime_version()},
              {"image_names", NameOf(nri.confidence())}},
             1);
  }
  out->Counter("pinwarden_nri_requests_total",
               "Containers that the runtime asked about at creation.",
               nri.requests());
  out->Counter("pinwarden_nri_synchronized_containers_total",
               "Containers found running when pinwarden registered.",
               nri.synchronized_containers());
  out->Counter("pinwarden_nri_connections_total",
               "Times pinwarden connected to the runtime.", nri.connections());
  out->Counter("pinwarden_nri_protocol_errors_total",
               "Connections dropped because of what the runtime sent.",
               nri.protocol_errors());
}

void WriteCriMetrics(const v1::CriStatus& cri, MetricWriter* out) {
  if (cri.socket().empty()) return;  // not to be used
  out->Counter("pinwarden_cri_calls_total",
               "Calls to the runtime's own socket, for other names of images "
               "and to stop containers.",
               cri.calls());
  out->Counter("pinwarden_cri_failures_total",
               "Calls to the runtime's own socket that failed.",
               cri.failures());
}

void WriteJudgingMetrics(const v1::JudgingStatus& judging, MetricWriter* out) {
  out->Counter("pinwarden_gaps_total",
               "Intervals in which no container was judged.", judging.gaps());
  out->Family("pinwarden_unjudged_seconds_total", MetricType::kCounter,
              "Time in which no container was judged, in all gaps that ended.");
  out->AddDouble(judging.unjudged_seconds());
  out->Family("pinwarden_slipped_containers_total", MetricType::kCounter,
              "Containers created in a gap, by what the policy says of them: "
              "allowed or violation.");
  out->Add({{"verdict", "allowed"}}, judging.slipped_allowed());
  out->Add({{"verdict", "violation"}}, judging.slipped_violations());
  out->Counter("pinwarden_slipped_stopped_total",
               "Containers that slipped by and were stopped (on_slip: stop).",
               judging.slipped_stopped());
  out->Counter("pinwarden_slipped_stop_failures_total",
               "Containers that slipped by and could not be stopped.",
               judging.slipped_stop_failures());
  out->Gauge("pinwarden_journal_usable",
             "1 while judged containers are remembered, so that a restart can "
             "tell which ones slipped by.",
             judging.problem().empty() ? 1 : 0);
}

}  // namespace pinwarden
