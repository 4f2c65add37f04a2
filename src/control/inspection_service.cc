// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/inspection_service.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "control/grpc_status.h"
#include "control/requests.h"
#include "pinwarden/match.h"
#include "pinwarden/record.h"
#include "pinwarden/workload.h"

namespace pinwarden {
namespace {

void JudgeAll(const Engine& engine, const v1::CheckRequest& request,
              v1::CheckResponse* response) {
  std::vector<Label> labels;
  labels.reserve(request.labels().size());
  for (const auto& [key, value] : request.labels()) {
    labels.push_back({key, value});
  }
  for (const std::string& image : request.images()) {
    const absl::Time now = absl::Now();
    const Workload workload = {.image = image,
                               .confidence = Confidence::kExact,
                               .name_space = request.namespace_(),
                               .labels = labels};
    const Judgement judgement = engine.Evaluate(workload, now);
    RecordContext context;
    context.time = now;
    context.latency = absl::Now() - now;
    *response->add_decisions() = MakeDecision(judgement, workload, context);
  }
}

}  // namespace

grpc::ServerUnaryReactor* InspectionService::GetStatus(
    grpc::CallbackServerContext* context, const v1::GetStatusRequest*,
    v1::GetStatusResponse* response) {
  *response = hooks_.status();
  auto* const reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerUnaryReactor* InspectionService::Check(
    grpc::CallbackServerContext* context, const v1::CheckRequest* request,
    v1::CheckResponse* response) {
  const absl::Status valid = ValidateCheck(*request);
  if (valid.ok()) JudgeAll(engine_, *request, response);
  auto* const reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(valid));
  return reactor;
}

grpc::ServerWriteReactor<v1::WatchDecisionsResponse>*
InspectionService::WatchDecisions(grpc::CallbackServerContext* context,
                                  const v1::WatchDecisionsRequest* request) {
  absl::StatusOr<Subscription::Filter> filter = MakeFilter(*request);
  if (!filter.ok()) return RefuseWatch(ToGrpcStatus(filter.status()));
  return streams_.Open(context, *std::move(filter));
}

LedgerReactor* InspectionService::ReadLedger(
    grpc::CallbackServerContext*, const v1::ReadLedgerRequest* request) {
  absl::StatusOr<LedgerQuery> query = MakeLedgerQuery(*request);
  if (!query.ok()) return RefuseLedger(ToGrpcStatus(query.status()));
  if (!hooks_.read_ledger) {
    return RefuseLedger(grpc::Status(grpc::StatusCode::FAILED_PRECONDITION,
                                     "this daemon keeps no ledger"));
  }
  return ledgers_.Open(hooks_.read_ledger(*std::move(query)),
                       hooks_.ledger_header());
}

}  // namespace pinwarden
