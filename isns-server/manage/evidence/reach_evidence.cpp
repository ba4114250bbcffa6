#include "isns-server/manage/evidence/reach_evidence.h"

#include <algorithm>

#include "shared/base/clock.h"
#include "shared/base/plural.h"
#include "shared/san/proof_facts.h"
#include "shared/san/rules.h"

namespace manage {

using san::Kind;
using san::Layer;
using san::ObjectRef;
using san::Truth;

namespace {

std::optional<base::WallTime> timeOf(const RevisionTimes& times, std::uint64_t revision) {
  const auto at = std::lower_bound(times.begin(), times.end(), revision, [](const auto& one, std::uint64_t r) { return one.first < r; });
  if (at == times.end() || at->first != revision) return std::nullopt;
  return at->second;
}

std::optional<base::WallTime> wallOf(std::uint64_t seconds) {
  if (seconds == 0) return std::nullopt;
  return base::WallTime(std::chrono::seconds(seconds));
}

std::string_view proofText(san::Proof proof) {
  switch (proof) {
    case san::Proof::ClaimedName:
      return "name only";
    case san::Proof::Chap:
      return "CHAP";
    case san::Proof::MutualChap:
      return "mutual CHAP";
  }
  return "";
}

FindingSeverity severityOf(san::Severity severity) {
  switch (severity) {
    case san::Severity::Critical:
      return FindingSeverity::Critical;
    case san::Severity::High:
      return FindingSeverity::High;
    case san::Severity::Medium:
      return FindingSeverity::Medium;
    case san::Severity::Low:
      return FindingSeverity::Low;
    case san::Severity::Info:
      break;
  }
  return FindingSeverity::Info;
}

}  // namespace

ReachPopulation::ReachPopulation(const san::SanIndex& index, const san::ReachMatrix& works, const RevisionTimes& times,
                                 const PackFilter& filter, const Commits& commits)
    : index_(index), works_(works), times_(times), filter_(filter), pair_(index) {
  index.snapshot().table<san::Approval>().forEachFrom(0, [&](san::Id, const san::Approval& approval) {
    approvals_.push_back({{approval.who, approval.unit.id}, &approval});
    return true;
  });
  index.snapshot().table<san::ChangeSet>().forEachFrom(0, [&](san::Id id, const san::ChangeSet& change) {
    change.forEachRevision([&](san::Revision made) { changes_.emplace_back(made, id); });
    return true;
  });
  for (const auto& [revision, change] : commits) changes_.emplace_back(revision, static_cast<san::Id>(change));
  std::ranges::sort(changes_);
  std::stable_sort(approvals_.begin(), approvals_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

Commits commitsOf(const san::Snapshot& records, san::Revision cut) {
  Commits commits;
  records.table<san::ChangeSet>().forEach([&](san::Id id, const san::ChangeSet& change) {
    change.forEachRevision([&](san::Revision made) {
      if (made != 0 && made <= cut) commits.emplace_back(made, id);
    });
  });
  return commits;
}

// The change set that made the revision; 0: none did.
san::Id ReachPopulation::madeBy(san::Revision revision) const {
  const auto made = std::ranges::lower_bound(changes_, std::pair{revision, san::Id{0}});
  return made != changes_.end() && made->first == revision ? made->second : 0;
}

// The change set by which a path is what it is since a revision. Where something else made that, such as an agent's
// report, the one that made what is wanted, as the youngest of it is what was last waited for; 0: none is known.
// `pair_` looks at the path.
san::Id ReachPopulation::changeOf(const san::Path& path, const Layers& layers, san::Revision revision) const {
  if (revision == 0) return 0;  // nobody knows since when, and so not by whom
  if (const san::Id made = madeBy(revision)) return made;
  const auto since = [&](Layer layer) { return layers[static_cast<std::size_t>(layer)].since; };
  san::Revision youngest = std::max(since(Layer::Visible), since(Layer::Portal));
  for (const san::ProofFact& fact : layers[static_cast<std::size_t>(Layer::Registered)].facts) {
    if (fact.about.kind == Kind::Host) youngest = std::max(youngest, fact.since);
  }
  if (path.works() == Truth::Yes) {
    // What a target gives by itself no change set has made.
    const auto* map = index_.snapshot().get<san::Map>(pair_.mapped(san::Basis::Desired, path.unit).map);
    if (map == nullptr || map->changed > revision) return 0;
    youngest = std::max(youngest, map->changed);
  }
  return madeBy(youngest);
}

// Of what a rollback gave back: the change set that had given it before, which the ledger has for it again.
san::Id ReachPopulation::giverOf(san::Id change, const san::Approval* approval) const {
  const auto* made = index_.snapshot().get<san::ChangeSet>(change);
  const bool givenBack = made != nullptr && made->origin == san::ChangeOrigin::Rollback;
  return givenBack && approval != nullptr && approval->change ? approval->change.id : change;
}

bool ReachPopulation::next(PopulationRow& row) {
  for (; host_ < works_.hosts(); ++host_, unit_ = 0) {
    for (; unit_ < works_.units(); ++unit_) {
      const std::uint64_t word = works_.yes(host_)[unit_ / 64] | works_.unknown(host_)[unit_ / 64];
      if (unit_ % 64 == 0 && word == 0) {
        unit_ += 63;
        continue;
      }
      const Truth truth = works_.at(host_, unit_);
      if (truth == Truth::No || !filter_.takes(host_, unit_)) continue;
      fill(row, truth);
      ++unit_;
      return true;
    }
  }
  return false;
}

const san::Approval* ReachPopulation::approvalOf(ObjectRef host, san::Id initiator, san::Id unit, san::Right right) const {
  for (const ObjectRef who : {host, ObjectRef{Kind::Cluster, index_.clusterOf(initiator)}}) {
    const std::pair<ObjectRef, san::Id> key{who, unit};
    auto at = std::lower_bound(approvals_.begin(), approvals_.end(), key, [](const auto& one, const auto& k) { return one.first < k; });
    for (; at != approvals_.end() && at->first == key; ++at) {
      if (at->second->right >= right) return at->second;
    }
  }
  return nullptr;
}

void ReachPopulation::fill(PopulationRow& row, Truth truth) {
  const san::Snapshot& snapshot = index_.snapshot();
  const san::Id unit = index_.units()[unit_];
  const ObjectRef host = index_.hosts()[host_];
  row.host = san::wordsFor(snapshot, host);
  row.unit = san::wordsFor(snapshot, {Kind::LogicalUnit, unit});
  row.why.clear();
  row.since.reset();
  row.revision = 0;
  row.changeSet.clear();
  row.approval.clear();
  row.proof.clear();
  row.labels = filter_.labelsOf(host_, unit_);
  const san::Cell cell = san::cellOf(index_, san::Basis::Applied, host_, unit);
  row.right = san::wordOf(cell.right);
  row.state = truth == Truth::Unknown ? "entry unknown" : cell.pending ? "pending" : "works";
  // The answer is that of all paths which make it: since the first of them, and proven by no more than the least.
  san::CellSince since(truth);
  const san::Path* told = nullptr;  // in words
  Layers toldLayers;
  san::Revision toldSince = 0;
  san::Proof proof = san::Proof::MutualChap;
  const std::vector<san::Path> paths = san::pathsBetween(index_, san::Basis::Applied, host_, unit);
  for (const san::Path& path : paths) {
    if (path.works() != truth) continue;
    pair_.look(path.initiator, path.target);
    const auto layers = san::proveLayers(index_, pair_, san::Basis::Applied, path);
    const san::Revision own = san::pathSince(path, layers);
    since.add(path, own);
    proof = std::min(proof, path.proof);
    if (told != nullptr && (own == 0 || (toldSince != 0 && own >= toldSince))) continue;
    told = &path;
    toldLayers = layers;
    toldSince = own;
    row.why.clear();
    for (const Layer which : {Layer::Visible, Layer::Admitted, Layer::Mapped}) {
      const auto& facts = layers[static_cast<std::size_t>(which)].facts;
      if (!facts.empty()) row.why.append(row.why.empty() ? "" : " ").append(facts.front().text);
    }
  }
  if (told == nullptr) return;
  row.revision = since.get();
  row.since = timeOf(times_, row.revision);
  row.proof = proofText(proof);
  const san::Approval* approval = approvalOf(host, told->initiator, unit, cell.right);
  pair_.look(told->initiator, told->target);
  const san::Id given = giverOf(changeOf(*told, toldLayers, row.revision), approval);
  if (given != 0) row.changeSet = std::to_string(given);
  if (approval == nullptr) {
    ++unapproved_;
    return;
  }
  const auto* change = snapshot.get<san::ChangeSet>(approval->change.id);
  if (change == nullptr) {
    row.approval = "approved";
    return;
  }
  row.approval = change->approver.empty() ? change->author : change->approver;
  row.approval += ", " + (change->ticket.empty() ? san::refText(snapshot, {Kind::ChangeSet, approval->change.id}) : change->ticket);
}

std::vector<FindingRow> findingRows(const san::SanIndex& index, const san::ReachMatrix& works,
                                    const RevisionTimes& times, base::WallTime cut, std::size_t most) {
  san::FindingContext context;
  context.now = base::unixSeconds(cut);
  context.works = &works;
  context.mends = false;  // a pack says what was found, not how to end it
  context.timeOf = [&](san::Revision revision) {
    const auto time = timeOf(times, revision);
    return time ? base::unixSeconds(*time) : san::Seconds{};
  };
  const san::Snapshot& snapshot = index.snapshot();
  std::vector<FindingRow> rows;
  for (const san::Finding& finding : san::evaluate(index, context).list) {
    if (rows.size() > most) break;
    FindingRow row;
    row.rule = finding.rule;
    row.severity = severityOf(finding.severity);
    row.what = finding.text;
    row.object = finding.subject ? san::refText(snapshot, finding.subject) : "";
    row.since = wallOf(static_cast<std::uint64_t>(finding.sinceTime));
    for (const auto& fact : finding.facts) row.evidence.append(row.evidence.empty() ? "" : "; ").append(fact.name).append(" ").append(fact.value);
    if (const auto* waiver = snapshot.get<san::Waiver>(finding.waiver)) row.waiver = waiver->reason;
    rows.push_back(std::move(row));
  }
  return rows;
}

namespace {

// The nodes that an agent which is not revoked answers for.
base::IdSet spokenFor(const san::SanIndex& index) {
  base::IdSet nodes;
  index.snapshot().table<san::Agent>().forEachFrom(0, [&](san::Id, const san::Agent& agent) {
    if (agent.revoked) return true;
    for (const san::Id node : index.nodesOf(agent.entity.id)) nodes.insert(node);
    agent.nodes.forEach([&](san::Id node) { nodes.insert(node); });
    return true;
  });
  return nodes;
}

SourceRow logRow(const LogState& state) {
  if (state.broken.empty() && state.gaps.empty()) {
    return {"audit log", "log", SourceState::Reported, state.last, "whole, and signed by the server's key"};
  }
  std::string note = state.broken;
  for (const std::string& gap : state.gaps) note.append(note.empty() ? "" : "; ").append(gap);
  return {"audit log", "log", state.broken.empty() ? SourceState::Gap : SourceState::Broken, state.last, std::move(note)};
}

}  // namespace

std::vector<SourceRow> sourceRows(const san::SanIndex& index, const EvidenceInput& input) {
  const san::Snapshot& snapshot = index.snapshot();
  const base::WallTime cut = input.cut.time;
  std::vector<SourceRow> rows;
  rows.push_back({input.serverName, "name server", SourceState::Reported, cut, "registrations and zones"});
  rows.push_back(logRow(input.logState));
  snapshot.table<san::Agent>().forEachFrom(0, [&](san::Id, const san::Agent& agent) {
    if (agent.revoked) return true;
    SourceRow row{agent.name, "agent", SourceState::Reported, wallOf(static_cast<std::uint64_t>(agent.reportedAt)), {}};
    const bool fresh = row.lastReport && cut - *row.lastReport <= kLateAfter;
    if (snapshot.replayed && !fresh) {
      row.state = SourceState::Unkept;
      row.note = "reports that told nothing new are not kept, nor what it saw of networks and sessions";
    } else if (!row.lastReport) {
      row.state = SourceState::Silent;
      row.note = "what it would report is not known";
    } else if (!fresh) {
      row.state = SourceState::Late;
      row.note = "what it saw since its last report is not known";
    }
    rows.push_back(std::move(row));
    return rows.size() <= input.maxSources;
  });
  const base::IdSet spoken = spokenFor(index);
  snapshot.table<san::Node>().forEachFrom(0, [&](san::Id target, const san::Node& node) {
    if (!node.target || spoken.contains(target)) return true;
    SourceRow row{san::refText(snapshot, {Kind::Node, target}), "target", SourceState::Unmanaged, std::nullopt, {}};
    if (const san::AppliedTarget* applied = index.appliedAt(target)) {
      row.state = SourceState::Silent;
      row.note = "no agent speaks for it any more: what holds at it since is not known";
      if (const auto* agent = snapshot.get<san::Agent>(applied->agent.id)) row.lastReport = wallOf(static_cast<std::uint64_t>(agent->reportedAt));
    } else if (index.unitsOf(target).empty()) {
      row.note = "foreign target: what stands behind it and whom it admits is not known";
    } else {
      row.note = "foreign target: whom it admits is not known";
    }
    rows.push_back(std::move(row));
    return rows.size() <= input.maxSources;
  });
  return rows;
}

namespace {

// What the title page counts.
struct Counts {
  std::size_t hosts = 0;
  std::size_t units = 0;
  std::size_t yes = 0;
  std::size_t unknown = 0;
};

Counts countsOf(const san::SanIndex& index, const san::ReachMatrix& works, const PackFilter& filter) {
  if (filter.whole()) {
    return {index.hosts().size(), index.units().size(), works.count(Truth::Yes), works.count(Truth::Unknown)};
  }
  Counts counts;
  std::vector<bool> units(works.units());
  for (std::size_t host = 0; host < works.hosts(); ++host) {
    const std::size_t before = counts.yes + counts.unknown;
    for (std::size_t unit = 0; unit < works.units(); ++unit) {
      const Truth truth = works.at(host, unit);
      if (truth == Truth::No || !filter.takes(host, unit)) continue;
      ++(truth == Truth::Yes ? counts.yes : counts.unknown);
      units[unit] = true;
    }
    if (counts.yes + counts.unknown > before) ++counts.hosts;
  }
  counts.units = static_cast<std::size_t>(std::ranges::count(units, true));
  return counts;
}

}  // namespace

void withReach(const san::SanIndex& index, const RevisionTimes& times, const PackScope& scope, EvidenceInput& input,
               const std::function<void(const EvidenceInput&)>& use) {
  const PackFilter filter(index, scope);
  const san::ReachMatrix works = san::reachMatrix(index, san::Basis::Applied, san::Question::Works);
  input.findings = findingRows(index, works, times, input.cut.time, input.maxFindings);
  input.sources = sourceRows(index, input);
  const auto figure = [](std::size_t count, std::string_view one, std::string_view many) {
    return KeyFigure{std::to_string(count), std::string(base::plural(count, one, many))};
  };
  const Counts counts = countsOf(index, works, filter);
  const bool whole = filter.whole();
  input.figures = {figure(counts.hosts, whole ? "host" : "host in question", whole ? "hosts" : "hosts in question"),
                   figure(counts.units, whole ? "logical unit" : "logical unit in question",
                          whole ? "logical units" : "logical units in question"),
                   figure(counts.yes, "way that works", "ways that work"),
                   figure(counts.unknown, "way whose entry is unknown", "ways whose entry is unknown"),
                   figure(input.findings.size(), whole ? "finding" : "finding of the whole SAN",
                          whole ? "findings" : "findings of the whole SAN")};
  ReachPopulation population(index, works, times, filter, input.commits);
  input.population = &population;
  use(input);
  input.population = nullptr;
}

}  // namespace manage
