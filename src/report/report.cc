// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/report.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/record.h"
#include "pinwarden/verdict.h"
#include "report/rep.h"

namespace pinwarden {
namespace {

using Id = StringPool::Id;
using WorkloadKey = std::tuple<Id, Id, Id>;
using SlotKey = std::tuple<Id, Id, Id, Id>;  // the workload and its container

// A container of a workload: its latest row, and whether any was refused.
struct Slot {
  uint32_t latest = 0;
  bool refused = false;
};

v1::Outcome OutcomeOf(const PackedRow& row) {
  return static_cast<v1::Outcome>(row.outcome);
}

class ReportMaker {
 public:
  ReportMaker(const ReportData& data, ReportBy by, absl::Time now)
      : rep_(data.rep()) {
    report_.generated = now;
    report_.by = by;
  }

  Report Make() {
    FindSlots();
    Judge();
    CountWorkloads();
    Group();
    CollectExemptions();
    return std::move(report_);
  }

 private:
  absl::string_view Text(Id id) const { return rep_.pool.Get(id); }

  // Whether row `a` says more about how things stand now than row `b`.
  bool IsLater(uint32_t a, uint32_t b) const {
    const PackedRow& x = rep_.rows[a];
    const PackedRow& y = rep_.rows[b];
    if (x.last_us != y.last_us) return x.last_us > y.last_us;
    const bool x_against = IsAgainstPolicy(OutcomeOf(x));
    const bool y_against = IsAgainstPolicy(OutcomeOf(y));
    if (x_against != y_against) return x_against;
    // The order of rows depends on that of hosts.
    return std::make_tuple(Text(x.image), Text(x.rule), x.reason, x.outcome) <
           std::make_tuple(Text(y.image), Text(y.rule), y.reason, y.outcome);
  }

  void FindSlots() {
    for (uint32_t i = 0; i < rep_.rows.size(); ++i) {
      const PackedRow& row = rep_.rows[i];
      const auto [at, is_new] = slots_.try_emplace(
          {row.name_space, row.workload_kind, row.workload, row.container});
      Slot& slot = at->second;
      if (is_new || IsLater(i, slot.latest)) slot.latest = i;
      slot.refused |= IsAgainstPolicy(OutcomeOf(row));
      report_.break_glass += row.break_glass;
    }
  }

  Standing Stands(const Slot& slot) const {
    const v1::Outcome outcome = OutcomeOf(rep_.rows[slot.latest]);
    if (IsAgainstPolicy(outcome)) return Standing::kFinding;
    // A container that slipped by may be exempted too.
    if (outcome == v1::OUTCOME_EXEMPTED ||
        rep_.rows[slot.latest].reason == v1::REASON_EXEMPTED) {
      return Standing::kExempted;
    }
    return slot.refused ? Standing::kFixed : Standing::kClean;
  }

  auto SortKey(const ReportEntry& entry) const {
    const PackedRow& row = rep_.rows[entry.row];
    return std::make_tuple(entry.standing, Text(row.name_space),
                           Text(row.workload), Text(row.workload_kind),
                           Text(row.container));
  }

  void Judge() {
    report_.entries.reserve(slots_.size());
    for (const auto& [key, slot] : slots_) {
      const Standing standing = Stands(slot);
      report_.entries.push_back({slot.latest, standing});
      ++report_.counts[static_cast<size_t>(standing)];
    }
    std::sort(report_.entries.begin(), report_.entries.end(),
              [this](const ReportEntry& a, const ReportEntry& b) {
                return SortKey(a) < SortKey(b);
              });
  }

  void CountWorkloads() {
    absl::flat_hash_map<WorkloadKey, uint64_t> findings;
    for (const ReportEntry& entry : report_.entries) {
      findings[rep_.rows[entry.row].Workload()] +=
          entry.standing == Standing::kFinding ? 1 : 0;
    }
    std::map<absl::string_view, ReportNamespace> namespaces;
    for (const auto& [workload, count] : findings) {
      ReportNamespace& name_space = namespaces[Text(std::get<0>(workload))];
      ++name_space.workloads;
      name_space.ready += count == 0 ? 1 : 0;
      name_space.findings += count;
    }
    for (auto& [name, name_space] : namespaces) {
      name_space.name = std::string(name);
      report_.workloads += name_space.workloads;
      report_.ready += name_space.ready;
      report_.namespaces.push_back(std::move(name_space));
    }
  }

  std::string GroupName(const PackedRow& row) const {
    switch (report_.by) {
      case ReportBy::kWorkload:
        return absl::StrCat(Text(row.name_space), "/", Text(row.workload_kind),
                            row.workload_kind == 0 ? "" : "/",
                            Text(row.workload));
      case ReportBy::kImage:
        return std::string(Text(row.image));
      case ReportBy::kNamespace:
        return std::string(Text(row.name_space));
      case ReportBy::kReason:
        return std::string(NameOf(static_cast<v1::Reason>(row.reason)));
    }
    return "";
  }

  void Group() {
    std::map<std::string, ReportGroup> groups;
    std::map<std::string, absl::flat_hash_set<WorkloadKey>> workloads;
    for (const ReportEntry& entry : report_.entries) {
      if (entry.standing != Standing::kFinding) continue;
      const PackedRow& row = rep_.rows[entry.row];
      const std::string name = GroupName(row);
      ReportGroup& group = groups[name];
      group.findings.push_back(entry.row);
      group.decisions += row.count;
      workloads[name].insert(row.Workload());
    }
    for (auto& [name, group] : groups) {
      group.name = name;
      group.workloads = workloads[name].size();
      report_.groups.push_back(std::move(group));
    }
    // Workloads stay in order of name, which is how they are looked for.
    if (report_.by == ReportBy::kWorkload) return;
    std::stable_sort(report_.groups.begin(), report_.groups.end(),
                     [](const ReportGroup& a, const ReportGroup& b) {
                       return std::make_tuple(b.workloads, b.findings.size()) <
                              std::make_tuple(a.workloads, a.findings.size());
                     });
  }

  void CollectExemptions();

  const ReportData::Rep& rep_;
  absl::flat_hash_map<SlotKey, Slot> slots_;
  Report report_;
};

// 2027-01-31, which holds all of that day, or an RFC 3339 time.
std::optional<absl::Time> EndOf(absl::string_view expires) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime("%Y-%m-%d", expires, &time, &error)) {
    return time + absl::Hours(24);
  }
  if (absl::ParseTime(absl::RFC3339_full, expires, &time, &error)) return time;
  return std::nullopt;
}

// What the message tells of the exemption, for the row itself does not.
void ReadTerms(absl::string_view message, ReportExemption* exemption) {
  constexpr absl::string_view kExpires = ", expires ";
  const absl::string_view terms = SplitVerdictMessage(message).why;
  exemption->terms = std::string(terms);
  const size_t at = terms.rfind(kExpires);
  if (at == absl::string_view::npos) return;
  exemption->ends = EndOf(terms.substr(at + kExpires.size()));
  if (exemption->ends.has_value()) {
    exemption->expires = std::string(terms.substr(at + kExpires.size()));
  }
}

void ReportMaker::CollectExemptions() {
  struct Use {
    uint32_t latest = 0;
    uint64_t containers = 0;
    absl::flat_hash_set<WorkloadKey> workloads;
  };
  std::map<absl::string_view, Use> uses;
  for (const ReportEntry& entry : report_.entries) {
    if (entry.standing != Standing::kExempted) continue;
    const auto index = static_cast<uint32_t>(entry.row);
    const auto [at, is_new] = uses.try_emplace(Text(rep_.rows[index].rule));
    Use& use = at->second;
    if (is_new || IsLater(index, use.latest)) use.latest = index;
    ++use.containers;
    use.workloads.insert(rep_.rows[index].Workload());
  }
  for (const auto& [name, use] : uses) {
    ReportExemption exemption;
    exemption.name = std::string(name);
    exemption.containers = use.containers;
    exemption.workloads = use.workloads.size();
    ReadTerms(Text(rep_.rows[use.latest].message), &exemption);
    report_.exemptions.push_back(std::move(exemption));
  }
  std::stable_sort(report_.exemptions.begin(), report_.exemptions.end(),
                   [](const ReportExemption& a, const ReportExemption& b) {
                     return a.ends.value_or(absl::InfiniteFuture()) <
                            b.ends.value_or(absl::InfiniteFuture());
                   });
}

}  // namespace

absl::string_view StandingName(Standing standing) {
  switch (standing) {
    case Standing::kFinding:
      return "finding";
    case Standing::kExempted:
      return "exempted";
    case Standing::kFixed:
      return "fixed";
    case Standing::kClean:
      return "clean";
  }
  return "";
}

absl::string_view ReportByName(ReportBy by) {
  switch (by) {
    case ReportBy::kWorkload:
      return "workload";
    case ReportBy::kImage:
      return "image";
    case ReportBy::kNamespace:
      return "namespace";
    case ReportBy::kReason:
      return "reason";
  }
  return "";
}

std::optional<uint64_t> Report::ReadinessPermille() const {
  if (workloads == 0) return std::nullopt;
  return ready * 1000 / workloads;
}

Report MakeReport(const ReportData& data, ReportBy by, absl::Time now) {
  return ReportMaker(data, by, now).Make();
}

}  // namespace pinwarden
