#include "shared/san/guards.h"

#include <algorithm>
#include <set>
#include <utility>

#include "shared/san/affected.h"
#include "shared/san/desired_size.h"
#include "shared/san/pair_layers.h"

namespace san {
namespace {

// Pairs of an initiator and a target that are looked at to find one that is let in; beyond it a target passes as open.
constexpr std::size_t kMaxPairs = 200'000;

// The targets that an initiator is given something of, ascending.
std::vector<Id> grantedTargets(const SanIndex& index, Id initiator) {
  std::vector<Id> targets;
  const auto take = [&](ObjectRef who) {
    for (const Grant& grant : index.grantsTo(who)) targets.push_back(grant.target);
  };
  take({Kind::Node, initiator});
  take(index.hostOf(initiator));
  if (const Id cluster = index.clusterOf(initiator); cluster != 0) take({Kind::Cluster, cluster});
  std::ranges::sort(targets);
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

class Guards {
 public:
  Guards(const Diff& change, const Impact& impact, const SanIndex& before, const SanIndex& after, Seconds now)
      : change_(change),
        impact_(impact),
        before_(before),
        after_(after),
        now_(now),
        affected_(affectedNodes(before, after)) {}

  std::vector<Objection> made() {
    checkSize();
    checkAgents();
    checkWindows();
    checkSessions();
    checkCredentials();
    checkSuperseded();
    checkTargets();
    checkHosts();
    checkDomains();
    return std::move(objections_);
  }

 private:
  void object(Guard guard, Resistance severity, std::string text, std::vector<ObjectRef> objects) {
    Objection made{guard, severity, std::move(text), std::move(objects), 0};
    made.concerned = made.objects.size();
    if (made.objects.size() > Objection::kMaxListed) made.objects.resize(Objection::kMaxListed);
    objections_.push_back(std::move(made));
  }
  // "web1", "web1 and 4 others".
  [[nodiscard]] std::string named(const std::vector<ObjectRef>& objects, const SanIndex& index) const {
    std::string text = nameOf(index.snapshot(), objects.front());
    if (text.empty()) text = std::string(nameOf(objects.front().kind)) + " #" + std::to_string(objects.front().id);
    const std::size_t others = objects.size() - 1;
    if (others != 0) text += " and " + std::to_string(others) + (others == 1 ? " other" : " others");
    return text;
  }

  void checkSize() {
    const Settings& settings = before_.snapshot().settings();
    const std::size_t objects = change_.objects.size();
    if (settings.maxChangedObjects != 0 && objects > settings.maxChangedObjects) {
      object(Guard::TooManyObjects, Resistance::Refuse,
             "It changes " + std::to_string(objects) + " objects, and " + std::to_string(settings.maxChangedObjects) +
                 " are allowed in one change set: make several of it.",
             {});
    }
    if (settings.maxChangedCells != 0 && impact_.cells.all() > settings.maxChangedCells) {
      object(Guard::TooManyCells, Resistance::Refuse,
             "It changes what hosts reach in " + std::to_string(impact_.cells.all()) + " places, and " +
                 std::to_string(settings.maxChangedCells) + " are allowed in one change set: make several of it.",
             {});
    }
  }

  // Of an agent that is full nothing is applied any more, so what is taken away stays.
  void checkAgents() {
    std::vector<ObjectRef> full;
    const std::vector<Overfull> all = overfilled(before_, after_);
    if (all.empty()) return;
    for (const Overfull& one : all) full.push_back(one.agent);
    const std::string what = all.front().part == DesiredPart::Maps         ? "maps"
                             : all.front().part == DesiredPart::Initiators ? "initiators"
                                                                           : "credentials";
    object(Guard::AgentFull, Resistance::Refuse,
           std::to_string(all.front().wanted) + " " + what + " would have to be applied by " + named(full, after_) +
               ", together with what this takes away, and " + std::to_string(all.front().most) +
               " are the most for one agent: map or zone less at its targets, make several change sets of it, or let "
               "another agent serve some of them.",
           full);
  }

  void checkWindows() {
    std::vector<ObjectRef> freezes;
    bool anyChange = false;
    bool inChange = false;
    before_.snapshot().table<Window>().forEach([&](Id id, const Window& window) {
      const bool holds = window.holds(now_);
      if (window.kind == WindowKind::Freeze && holds) freezes.push_back({Kind::Window, id});
      if (window.kind == WindowKind::Change) {
        anyChange = true;
        inChange = inChange || holds;
      }
    });
    if (!freezes.empty()) {
      const bool windowsAlone =
          std::ranges::all_of(change_.objects, [](const ObjectChange& one) { return one.object.kind == Kind::Window; });
      const std::string text = "Changes are frozen now by " + named(freezes, before_) + ".";
      object(Guard::Frozen, windowsAlone ? Resistance::NeedsReason : Resistance::Refuse, text, freezes);
    } else if (anyChange && !inChange) {
      object(Guard::OutsideWindow, Resistance::NeedsReason, "It is outside of the windows for changes.", {});
    }
  }

  void checkSessions() {
    std::vector<ObjectRef> sessions;
    std::set<ObjectRef> hosts;
    for (const SessionImpact& session : impact_.sessions) {
      if (!session.losesTarget && session.lost.empty()) continue;
      sessions.push_back({Kind::Session, session.session});
      hosts.insert(before_.hostOf(before_.snapshot().get<Session>(session.session)->initiator.id));
    }
    if (sessions.empty()) return;
    object(Guard::LosesSession, Resistance::NeedsReason,
           std::to_string(sessions.size()) + (sessions.size() == 1 ? " open session loses" : " open sessions lose") +
               " access, of " + named({hosts.begin(), hosts.end()}, before_) + ".",
           sessions);
  }

  // --- lock-out ---

  // Initiators that may meet another demand or have another credential: those affected, and those of hosts that turned.
  [[nodiscard]] std::vector<Id> initiators() const {
    std::vector<Id> all = affected_;
    for (const HostImpact& host : impact_.hosts) {
      if (const auto number = after_.hostNumber(host.host)) {
        const auto own = after_.initiatorsOf(*number);
        all.insert(all.end(), own.begin(), own.end());
      }
    }
    for (Id node : affected_) {
      for (Id map : after_.mapsOf(node)) addInitiators(after_, after_.snapshot().get<Map>(map)->who, all);
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  // Whether the initiator must prove itself to a target of ours that gives it something, and has nothing to do it with.
  static bool isLockedOut(PairLayers& pair, Id initiator, Id target) {
    pair.look(initiator, target);
    if (!pair.there() || pair.foreign() || !pair.hasMap() || pair.desiredChap() == ChapDemand::None) return false;
    std::vector<const Credential*> held;
    pair.credentials(held);
    const bool mutual = pair.desiredChap() == ChapDemand::Mutual;
    return std::ranges::none_of(held, [&](const Credential* one) { return one->mutual || !mutual; });
  }

  void checkCredentials() {
    PairLayers was(before_);
    PairLayers is(after_);
    std::vector<ObjectRef> locked;
    for (Id initiator : initiators()) {
      if (after_.node(initiator) == nullptr) continue;
      const auto targets = grantedTargets(after_, initiator);
      const bool isNew = std::ranges::any_of(targets, [&](Id target) {
        return isLockedOut(is, initiator, target) && !isLockedOut(was, initiator, target);
      });
      if (isNew) locked.push_back({Kind::Node, initiator});
    }
    if (locked.empty()) return;
    const std::string text =
        "CHAP is demanded of " + named(locked, after_) + " without a credential for it: make one in this change set.";
    object(Guard::NoCredential, Resistance::Refuse, text, locked);
  }

  static std::vector<Id> inForce(const SanIndex& index, Id initiator, Id target) {
    PairLayers pair(index);
    pair.look(initiator, target);
    std::vector<Id> ids;
    if (!pair.there()) return ids;
    std::vector<const Credential*> held;
    pair.credentials(held);
    for (const Credential* one : held) ids.push_back(one->id);
    return ids;
  }
  // Whether the initiator had a credential with the target and now has another one alone.
  [[nodiscard]] bool isSuperseded(Id initiator, Id target) const {
    const std::vector<Id> had = inForce(before_, initiator, target);
    const std::vector<Id> has = inForce(after_, initiator, target);
    return !had.empty() && !has.empty() && std::ranges::find_first_of(had, has) == had.end();
  }

  // An agent is told another credential, a person is not: the old one is refused from then on.
  void checkSuperseded() {
    std::set<ObjectRef> ours, foreign;
    for (const ObjectChange& change : change_.objects) {
      if (change.object.kind != Kind::Credential || change.fate != Fate::Created) continue;
      const Credential& made = *after_.snapshot().get<Credential>(change.object.id);
      const Id initiator = made.initiator.id;
      const auto targets = made.target ? std::vector{made.target.id} : grantedTargets(after_, initiator);
      for (Id target : targets) {
        if (!isSuperseded(initiator, target)) continue;
        const bool told = after_.isManaged(initiator) && after_.isManaged(target);
        (told ? ours : foreign).insert({Kind::Node, initiator});
      }
    }
    const std::vector<ObjectRef> objects =
        foreign.empty() ? std::vector(ours.begin(), ours.end()) : std::vector(foreign.begin(), foreign.end());
    if (objects.empty()) return;
    const std::string text =
        "A new credential takes the place of the one that " + named(objects, after_) + " logs in with";
    if (foreign.empty()) {
      object(Guard::SupersedesCredential, Resistance::Warn, text + ": agents bring it to both ends.", objects);
    } else {
      object(Guard::SupersedesCredential, Resistance::NeedsReason,
             text + ", and an end has no agent: logins are refused until somebody sets the new one there.", objects);
    }
  }

  // Whether anybody is let in by the target as it is desired.
  bool admitsSomebody(const SanIndex& index, Id target) {
    const Node* node = index.node(target);
    if (node == nullptr || !node->target) return false;
    if (node->enforcement == Enforcement::Open) return true;
    PairLayers pair(index);
    const auto letsIn = [&](Id initiator) {
      if (++pairs_ > kMaxPairs) return true;
      pair.look(initiator, target);
      return pair.there() && pair.initiator().initiator && pair.admitted(Basis::Desired).truth != Truth::No;
    };
    for (Id domain : index.domainsOf(target)) {
      if (!index.isActive(domain)) continue;
      for (const Member& member : index.domain(domain)->nodes.items()) {
        if (member.id != target && letsIn(member.id)) return true;
      }
    }
    for (Id map : index.mapsOf(target)) {
      std::vector<Id> who;
      addInitiators(index, index.snapshot().get<Map>(map)->who, who);
      if (std::ranges::any_of(who, letsIn)) return true;
    }
    return false;
  }

  void checkTargets() {
    std::vector<ObjectRef> closed;
    for (Id node : affected_) {
      const Node* target = after_.node(node);
      if (target == nullptr || !target->target || !after_.isManaged(node)) continue;
      if (!admitsSomebody(after_, node) && admitsSomebody(before_, node)) closed.push_back({Kind::Node, node});
    }
    if (closed.empty()) return;
    object(Guard::AdmitsNobody, Resistance::NeedsReason, "Nobody is let in any more by " + named(closed, after_) + ".",
           closed);
  }

  void checkHosts() {
    std::vector<ObjectRef> bare;
    for (const HostImpact& host : impact_.hosts) {
      if (host.unitsBefore != 0 && host.unitsAfter == 0) bare.push_back(host.host);
    }
    if (bare.empty()) return;
    object(Guard::HostLosesAll, Resistance::NeedsReason, "All logical units are lost to " + named(bare, before_) + ".",
           bare);
  }

  void checkDomains() {
    std::vector<ObjectRef> idle;
    for (Id id : changedDomains(before_, after_)) {
      const Domain* domain = after_.domain(id);
      if (domain == nullptr || domain->nodes.empty() || after_.isActive(id)) continue;
      if (before_.domain(id) == nullptr || before_.isActive(id)) idle.push_back({Kind::Domain, id});
    }
    if (idle.empty()) return;
    object(Guard::DomainInNoSet, Resistance::Warn,
           named(idle, after_) + " is in no enabled set and so shows nobody anything.", idle);
  }

  const Diff& change_;
  const Impact& impact_;
  const SanIndex& before_;
  const SanIndex& after_;
  const Seconds now_;
  const std::vector<Id> affected_;
  std::size_t pairs_ = 0;
  std::vector<Objection> objections_;
};

}  // namespace

std::vector<Objection> objectionsTo(const Diff& change, const Impact& impact, const SanIndex& before,
                                    const SanIndex& after, Seconds now, Seconds drain) {
  auto all = Guards(change, impact, before, after, now).made();
  if (drain == 0) return all;
  for (Objection& one : Guards(change, impact, before, after, now + drain).made()) {
    const bool window = one.guard == Guard::Frozen || one.guard == Guard::OutsideWindow;
    if (!window || std::ranges::find(all, one.guard, &Objection::guard) != all.end()) continue;
    one.text = "When the drain ends: " + one.text;
    all.push_back(std::move(one));
  }
  std::ranges::stable_sort(all, {}, &Objection::guard);
  return all;
}

}  // namespace san
