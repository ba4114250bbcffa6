#include "console-gui/model/access_facts.h"

#include <algorithm>
#include <unordered_map>

#include "shared/san/separation.h"

namespace console {
namespace {

constexpr std::uint64_t bitOf(std::size_t unit) { return std::uint64_t{1} << (unit % 64); }

}  // namespace

AccessFacts::AccessFacts(ViewPtr view) : view_(std::move(view)), works_(0, 0), finds_(0, 0), in_(0, 0) {
  san::ReachMatrices all{};
  all[static_cast<std::size_t>(san::Question::Finds)] = &finds_;
  all[static_cast<std::size_t>(san::Question::GetsIn)] = &in_;
  all[static_cast<std::size_t>(san::Question::Works)] = &works_;
  san::reachMatrices(index(), san::Basis::Applied, all);
  approved_.assign(hosts() * words(), 0);
  session_.assign(hosts() * words(), 0);
}

AccessFactsPtr AccessFacts::make(const ViewPtr& view, san::Seconds now) {
  const std::shared_ptr<AccessFacts> facts(new AccessFacts(view));
  facts->takeApprovals();
  facts->takeSessions();
  facts->takeSeparations();
  facts->takeSilence(now);
  return facts;
}

// What the ledger gives covers what the host has: an approval to read does not cover writing.
void AccessFacts::takeApprovals() {
  const san::Snapshot& snapshot = view_->snapshot();
  std::unordered_map<san::Id, std::vector<std::size_t>> hostsOfCluster;
  for (std::size_t host = 0; host < hosts(); ++host) {
    const san::ObjectRef ref = index().hosts()[host];
    const auto* object = ref.kind == san::Kind::Host ? snapshot.get<san::Host>(ref.id) : nullptr;
    if (object == nullptr || !object->cluster) continue;
    hostsOfCluster[object->cluster.id].push_back(host);
  }
  snapshot.table<san::Approval>().forEach([&](san::Id, const san::Approval& approval) {
    const auto unit = index().unitNumber(approval.unit.id);
    if (!unit) return;
    const auto give = [&](std::size_t host) {
      const std::size_t word = *unit / 64;
      const bool writes = (in_.write(host)[word] & bitOf(*unit)) != 0;
      if (approval.right == san::Right::ReadWrite || !writes) approved_[host * words() + word] |= bitOf(*unit);
    };
    if (approval.who.kind == san::Kind::Cluster) {
      const auto members = hostsOfCluster.find(approval.who.id);
      if (members != hostsOfCluster.end()) std::ranges::for_each(members->second, give);
    } else if (const auto host = index().hostNumber(approval.who)) {
      give(*host);
    }
  });
}

// As Cell::observed: an initiator's agent lists units; where a target's agent sees a session, what it gives to the
// initiator stands for them.
void AccessFacts::takeSessions() {
  const san::Snapshot& snapshot = view_->snapshot();
  snapshot.table<san::Session>().forEach([&](san::Id, const san::Session& session) {
    const auto host = index().hostNumber(index().hostOf(session.initiator.id));
    const san::Node* target = index().node(session.target.id);
    if (!host || target == nullptr) return;
    std::uint64_t* row = &session_[*host * words()];
    const auto columns = index().columnsOf(target->id);
    session.units.forEach([&](san::Id id) {
      const auto unit = index().unitNumber(id);
      // A unit that does not stand behind the target is no cell of this pair.
      if (unit && std::ranges::binary_search(columns, static_cast<std::uint32_t>(*unit)))
        row[*unit / 64] |= bitOf(*unit);
    });
    const bool seenThere = !session.seenBy.visitWhile([&](san::Id id) {
      const auto* agent = snapshot.get<san::Agent>(id);
      return agent == nullptr ||
             !(agent->nodes.contains(target->id) || (agent->entity && agent->entity == target->entity));
    });
    if (!seenThere) return;
    if (index().appliedAt(target->id) == nullptr) {
      for (const std::uint32_t unit : columns) row[unit / 64] |= bitOf(unit);
      return;
    }
    for (const auto& runs : {index().appliedTo(session.initiator.id), index().appliedToAll()}) {
      for (const san::AppliedRun& run : runs) {
        if (run.target != target->id) continue;
        for (const san::AppliedCell& cell : index().appliedCells(run)) row[cell.column / 64] |= bitOf(cell.column);
      }
    }
  });
}

void AccessFacts::takeSeparations() {
  forbiddenRow_.assign(hosts(), -1);
  view_->snapshot().table<san::SeparationRule>().forEach([&](san::Id, const san::SeparationRule& rule) {
    const auto units = san::unitsUnder(index(), rule);
    if (units.empty()) return;
    for (std::size_t host = 0; host < hosts(); ++host) {
      if (!san::keepsFrom(index(), rule, host)) continue;
      if (forbiddenRow_[host] < 0) {
        forbiddenRow_[host] = static_cast<std::int32_t>(words() == 0 ? 0 : forbidden_.size() / words());
        forbidden_.resize(forbidden_.size() + words(), 0);
      }
      std::uint64_t* row = &forbidden_[static_cast<std::size_t>(forbiddenRow_[host]) * words()];
      for (const std::size_t unit : units) row[unit / 64] |= bitOf(unit);
    }
  });
}

void AccessFacts::takeSilence(san::Seconds now) {
  silent_.assign(units(), false);
  const san::Snapshot& snapshot = view_->snapshot();
  if (snapshot.replayed) return;  // when agents reported is in no history
  const san::Seconds limit = snapshot.settings().agentSilent;
  std::vector<bool> heard(units(), false);
  for (const san::Id target : index().targetsWithUnits()) {
    const san::AppliedTarget* applied = index().appliedAt(target);
    const auto* agent = applied == nullptr ? nullptr : snapshot.get<san::Agent>(applied->agent.id);
    if (agent == nullptr) continue;
    const bool isSilent = now - agent->reportedAt > limit;
    for (const std::uint32_t unit : index().columnsOf(target)) (isSilent ? silent_ : heard)[unit] = true;
  }
  for (std::size_t unit = 0; unit < units(); ++unit) silent_[unit] = silent_[unit] && !heard[unit];
}

StateWords AccessFacts::words(std::size_t host, std::size_t word) const {
  const std::uint64_t works = works_.yes(host)[word];
  const std::uint64_t perhaps = works_.unknown(host)[word];
  const std::uint64_t in = in_.yes(host)[word];
  const std::uint64_t inPerhaps = in_.unknown(host)[word];
  const std::uint64_t approved = approved_[host * words() + word];
  const std::int32_t kept = forbiddenRow_[host];
  const std::uint64_t forbidden = kept < 0 ? 0 : forbidden_[static_cast<std::size_t>(kept) * words() + word];
  StateWords out;
  out.session = session_[host * words() + word];
  out.write = in_.write(host)[word];
  out.approved = approved;
  const auto set = [&](AccessState state, std::uint64_t bits) { out.of[static_cast<std::size_t>(state)] = bits; };
  const std::uint64_t violation = forbidden & (works | (perhaps & out.session));
  const std::uint64_t fails = ~(works | perhaps);
  set(AccessState::Violation, violation);
  set(AccessState::Unapproved, works & ~approved & ~violation);
  set(AccessState::Reachable, works & approved & ~violation);
  set(AccessState::Unknown, perhaps & ~violation);
  set(AccessState::Missing, fails & approved);
  set(AccessState::PermittedOnly, fails & ~approved & in);
  set(AccessState::EntryUnknown, fails & ~approved & ~in & inPerhaps);
  set(AccessState::VisibleOnly, fails & ~approved & ~in & ~inPerhaps & finds_.yes(host)[word]);
  return out;
}

}  // namespace console
