// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_METRICS_H_
#define PINWARDEN_METRICS_H_

#include <string>

#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

// Of what the functions here return: Prometheus' text format 0.0.4.
inline constexpr char kMetricsContentType[] =
    "text/plain; version=0.0.4; charset=utf-8";

// What the daemon says of itself, as metrics; docs/metrics.md lists them.
//
//   # HELP pinwarden_decisions_total Containers judged since the daemon ...
//   # TYPE pinwarden_decisions_total counter
//   pinwarden_decisions_total{outcome="rejected",reason="no_tag",mode="enf...
//
// Never by image or pod: the number of series has a bound, of which 100 are for
// exemptions that expire soon. No two have the same name and labels, whatever
// the status holds: that would make all of it unreadable. Refusals, allowed and
// exempted ones are there at 0 before the first, so that its increase is seen.
std::string RenderMetrics(const v1::GetStatusResponse& status);

// The same when no daemon answers: pinwarden_up is 0, and all else is absent.
std::string RenderMetricsWithoutDaemon();

}  // namespace pinwarden

#endif  // PINWARDEN_METRICS_H_
