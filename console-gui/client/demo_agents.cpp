#include "console-gui/client/demo_agents.h"

#include <algorithm>
#include <map>
#include <set>

#include "shared/san/desired.h"

namespace console {
namespace {

using namespace san;  // NOLINT: the whole file makes objects of the model

class Report {
 public:
  Report(SnapshotEditor& editor, Seconds now) : editor_(editor), index_(editor.view()), now_(now) {}

  void make() {
    std::vector<Id> targets;
    index_.snapshot().table<Node>().forEach([&](Id id, const Node& node) {
      if (node.target && index_.isManaged(id)) targets.push_back(id);
    });
    for (Id target : targets) report(target);
  }

 private:
  void report(Id target) {
    const auto desired = desiredAt(index_, target);
    if (!desired) return;
    AppliedTarget& applied = appliedAt(target);
    std::vector<AppliedMap> maps;
    std::map<Id, std::vector<Id>> units;
    applied.admitted = {};
    applied.provesNothing = {};
    applied.provesOneWay = {};
    applied.provesMutual = {};
    for (const DesiredInitiator& one : desired->initiators) {
      applied.admitted.insert(one.node);
      if (one.chap == ChapDemand::OneWay && one.chap != desired->chap) applied.provesOneWay.insert(one.node);
      if (one.chap == ChapDemand::Mutual && one.chap != desired->chap) applied.provesMutual.insert(one.node);
      units[one.node];
      for (const DesiredMap& map : one.maps) {
        maps.push_back({one.node, map.unit, map.lun, map.right});
        units[one.node].push_back(map.unit);
      }
    }
    applied.maps = base::SharedArray<AppliedMap>(maps);  // by initiator and unit, as they were
    applied.enforcement = desired->enforcement;
    applied.chap = desired->chap;
    applied.desired = desired->revision;
    applied.appliedAt = now_;
    endSessions(target, units);
    for (const auto& [initiator, given] : units) {
      if (!given.empty()) logIn(initiator, target, given);
    }
  }

  AppliedTarget& appliedAt(Id target) {
    if (const AppliedTarget* known = index_.appliedAt(target)) return editor_.own<AppliedTarget>(known->id);
    auto& made = editor_.own<AppliedTarget>(editor_.create(Kind::AppliedTarget)->id);
    made.target.id = target;
    for (Id agent : index_.agentsOf(index_.node(target)->entity.id)) made.agent.id = agent;
    return made;
  }

  void endSessions(Id target, const std::map<Id, std::vector<Id>>& units) {
    std::vector<Id> ended;
    editor_.view().table<Session>().forEach([&](Id id, const Session& session) {
      if (session.target.id != target) return;
      const auto still = units.find(session.initiator.id);
      if (still == units.end() || still->second.empty()) ended.push_back(id);
    });
    for (Id id : ended) (void)editor_.erase({Kind::Session, id});
  }

  // Through each storage portal that both ends have a network to. Hosts without an agent, and the two that somebody has
  // switched off, do not log in.
  void logIn(Id initiator, Id target, const std::vector<Id>& units) {
    const std::string host = nameOf(index_.snapshot(), index_.hostOf(initiator));
    if (host == "test01" || host == "web05" || index_.agentsOf(index_.node(initiator)->entity.id).empty()) return;
    for (Id portal : index_.grantedPortalsOf(target)) {
      const auto own = index_.grantedPortalsOf(initiator);
      const bool joined = std::ranges::any_of(own, [&](Id mine) {
        return index_.networkBetween(index_.networkClassOf(mine), index_.networkClassOf(portal)) == Truth::Yes;
      });
      if (!joined) continue;
      Session& session = sessionOf(initiator, target, portal);
      session.units = {};
      for (Id unit : units) session.units.insert(unit);
      session.seenAt = now_;
    }
  }
  Session& sessionOf(Id initiator, Id target, Id portal) {
    for (Id id : index_.sessionsOf(initiator)) {
      const auto* known = editor_.view().get<Session>(id);
      if (known != nullptr && known->target.id == target && known->portal.id == portal) return editor_.own<Session>(id);
    }
    auto& made = editor_.own<Session>(editor_.create(Kind::Session)->id);
    made.initiator.id = initiator;
    made.target.id = target;
    made.portal.id = portal;
    for (Id agent : index_.agentsOf(index_.node(target)->entity.id)) made.seenBy.insert(agent);
    for (Id agent : index_.agentsOf(index_.node(initiator)->entity.id)) made.seenBy.insert(agent);
    made.proof = index_.node(target)->chap == ChapDemand::Mutual ? Proof::MutualChap : Proof::ClaimedName;
    made.path = PathState::Optimized;
    made.since = now_;
    return made;
  }

  SnapshotEditor& editor_;
  const SanIndex index_;
  const Seconds now_;
};

}  // namespace

void demoAgentsReport(SnapshotEditor& editor, Seconds now) { Report(editor, now).make(); }

}  // namespace console
