#include "shared/san/proof_facts.h"

#include <algorithm>

namespace san {
namespace {

ObjectRef nodeRef(const Node& node) { return {Kind::Node, node.id}; }

class Prover {
 public:
  Prover(const SanIndex& index, const PairLayers& pair, Basis basis, const Path& path)
      : index_(index), snapshot_(index.snapshot()), pair_(pair), basis_(basis), path_(path) {}

  std::array<LayerProof, kLayers> prove() {
    std::array<LayerProof, kLayers> layers{registered(), visible(), portal(), network(), admitted(), mapped()};
    belongs(layers);
    return layers;
  }

 private:
  [[nodiscard]] std::string words(ObjectRef ref) const { return wordsFor(snapshot_, ref); }
  [[nodiscard]] std::string words(const Node& node) const { return words(nodeRef(node)); }
  [[nodiscard]] LayerProof start(Layer layer) const { return {path_.layer(layer), {}, 0}; }

  // Facts that hold together: the layer holds since the last of them; 0 where one is not known.
  static void allOf(LayerProof& proof) {
    proof.since = 0;
    for (const ProofFact& fact : proof.facts) {
      if (fact.since == 0) {
        proof.since = 0;
        return;
      }
      proof.since = std::max(proof.since, fact.since);
    }
  }

  // Whose the initiator is makes no layer, but it makes the path this host's: said where all else is older.
  void belongs(std::array<LayerProof, kLayers>& layers) const {
    const Node& initiator = pair_.initiator();
    const ObjectRef about = index_.hostOf(initiator.id);
    if (about.kind != Kind::Host || path_.works() == Truth::No) return;
    const Revision since = belongsSince(*snapshot_.get<Host>(about.id));
    const Revision rest = pathSince(path_, layers);
    if (rest == 0 || since <= rest) return;
    LayerProof& registered = layers[static_cast<std::size_t>(Layer::Registered)];
    registered.facts.push_back({about, words(initiator) + " belongs to host " + words(about) + ".", since});
    registered.since = since;
  }
  [[nodiscard]] Revision belongsSince(const Host& host) const {
    const Member* byNode = host.nodes.find(pair_.initiator().id);
    const Member* byEntity = host.entities.find(pair_.initiator().entity.id);
    if (byNode == nullptr || byEntity == nullptr) return host.since(byNode != nullptr ? *byNode : *byEntity);
    return std::min(host.since(*byNode), host.since(*byEntity));
  }

  LayerProof registered() {
    LayerProof proof = start(Layer::Registered);
    for (const Node* node : {&pair_.initiator(), &pair_.target()}) {
      if (!node->registered()) {
        proof.facts.push_back({nodeRef(*node), words(*node) + " is not registered.", node->registeredSince()});
      } else if (proof.truth == Truth::Yes) {
        const Entity* entity = snapshot_.get<Entity>(node->entity.id);
        proof.facts.push_back(
            {nodeRef(*node), words(*node) + " is registered by " + entity->name + ".", node->registeredSince()});
      }
    }
    allOf(proof);
    return proof;
  }

  // Of the server's configuration.
  [[nodiscard]] Revision policySince(Revision noted) const { return noted != 0 ? noted : snapshot_.settings().changed; }

  // Since when a domain is active, and by what; 0: that is not known.
  [[nodiscard]] ProofFact activeFact(const Domain& domain) const {
    const Settings& settings = snapshot_.settings();
    const ObjectRef about{Kind::Domain, domain.id};
    const std::string name = "Domain " + words(about);
    ProofFact best;
    for (Id id : index_.setsOf(domain.id)) {
      const DomainSet& set = *snapshot_.get<DomainSet>(id);
      if (!set.enabled) continue;
      const Revision since = std::max(set.enabledSince, set.domains.find(domain.id)->since);
      if (best.text.empty() || since < best.since) {
        best = {{Kind::DomainSet, id}, name + " is in the enabled set " + words({Kind::DomainSet, id}) + ".", since};
      }
    }
    if (!best.text.empty()) return best;
    if (domain.id == Domain::kDefault && settings.defaultDomain) {
      return {about, name + " is the default domain, which is on.",
              std::max(policySince(settings.defaultDomainSince), domain.created)};
    }
    const Revision unassigned = domain.unassignedSince;
    return {about, name + " is in no set, and such domains are active here.",
            unassigned == 0 ? 0 : std::max({policySince(settings.unassignedDomainsSince), unassigned, domain.created})};
  }

  LayerProof visible() {
    LayerProof proof = start(Layer::Visible);
    if (proof.truth == Truth::No) {
      notVisible(proof);
      return proof;
    }
    Revision best = 0;
    if (pair_.initiator().control) {
      const Node& node = pair_.initiator();
      proof.facts.push_back(
          {nodeRef(node), words(node) + " is a control node, which is shown everything.", node.controlSince()});
      best = node.controlSince();
    }
    for (const Domain* domain : pair_.shared()) {
      const ObjectRef about{Kind::Domain, domain->id};
      proof.facts.push_back({about, "Domain " + words(about) + " holds both.", bothSince(*domain)});
      proof.facts.push_back(activeFact(*domain));
      earliest(best, sharedSince(*domain));
    }
    proof.since = best;
    return proof;
  }
  [[nodiscard]] Revision bothSince(const Domain& domain) const {
    return std::max(domain.nodes.find(pair_.initiator().id)->since, domain.nodes.find(pair_.target().id)->since);
  }
  // Since when a domain shows each of the two to the other; 0: that is not known.
  [[nodiscard]] Revision sharedSince(const Domain& domain) const {
    const Revision active = activeFact(domain).since;
    return active == 0 ? 0 : std::max(bothSince(domain), active);
  }
  // Of what alone is enough: the first that is known.
  static void earliest(Revision& best, Revision one) {
    if (one != 0) best = best == 0 ? one : std::min(best, one);
  }

  void notVisible(LayerProof& proof) {
    const auto ours = index_.domainsOf(pair_.initiator().id);
    const auto theirs = index_.domainsOf(pair_.target().id);
    for (Id id : ours) {
      if (!std::ranges::binary_search(theirs, id)) continue;
      inactive(proof, id);
    }
    if (!proof.facts.empty()) return;
    proof.facts.push_back({nodeRef(pair_.target()),
                           "No domain holds both " + words(pair_.initiator()) + " and " + words(pair_.target()) + ".",
                           0});
  }
  void inactive(LayerProof& proof, Id domain) {
    const std::string name = "Domain " + words({Kind::Domain, domain});
    if (index_.setsOf(domain).empty()) {
      proof.facts.push_back({{Kind::Domain, domain}, name + " holds both, but is in no set and so not active.", 0});
    }
    for (Id id : index_.setsOf(domain)) {
      const ObjectRef set{Kind::DomainSet, id};
      proof.facts.push_back({set, name + " holds both, but its set " + words(set) + " is not enabled.", 0});
    }
  }

  LayerProof portal() {
    LayerProof proof = start(Layer::Portal);
    const Node& target = pair_.target();
    if (path_.portal == 0) {
      proof.facts.push_back({nodeRef(target), words(target) + " has no portal that is registered.", 0});
      return proof;
    }
    const ObjectRef about{Kind::Portal, path_.portal};
    const Portal& portal = *index_.portal(path_.portal);
    if (!portal.registered() || portal.entity != target.entity) {
      proof.facts.push_back({about, "Portal " + words(about) + " is not registered as one of the target's.", 0});
      return proof;
    }
    const PortalGroup* group = groupOf(target.id, path_.portal);
    if (group == nullptr) {
      proof.facts.push_back({about, "No portal group joins " + words(target) + " and portal " + words(about) + ".", 0});
      return proof;
    }
    const ObjectRef groupRef{Kind::PortalGroup, group->id};
    if (!group->grantsAccess()) {
      proof.facts.push_back(
          {groupRef,
           "The portal group of " + words(target) + " and portal " + words(about) + " has the tag NULL: no access.",
           group->changed});
      proof.since = group->changed;
      return proof;
    }
    proof.facts.push_back(
        {groupRef,
         "Portal " + words(about) + " is in portal group " + std::to_string(group->tag) + " of " + words(target) + ".",
         std::max(group->changed, portal.created)});
    if (proof.truth == Truth::No) {
      for (const Domain* domain : pair_.shared()) {
        const ObjectRef by{Kind::Domain, domain->id};
        proof.facts.push_back(
            {by, "Domain " + words(by) + " names other portals of the target and so leaves this one out.", 0});
      }
      if (pair_.shared().empty()) proof.facts.push_back({about, "No active domain that holds both leads to it.", 0});
      return proof;
    }
    proof.since = proof.facts.front().since;
    if (const Revision led = ledSince(proof.facts); led != kAlways) {
      proof.since = led == 0 ? 0 : std::max(proof.since, led);
    }
    return proof;
  }

  static constexpr Revision kAlways = ~Revision{0};

  // Since when a domain that shows the target leads to the portal, with what it says of it; 0: that is not known;
  // kAlways: none has ever left it out.
  [[nodiscard]] Revision ledSince(std::vector<ProofFact>& facts) const {
    bool always = true;
    for (const Domain* domain : pair_.shared()) {
      const Revision let = letSince(*domain);
      always = always && let == kAlways;
      const ObjectRef by{Kind::Domain, domain->id};
      if (const Member* named = domain->portals.find(path_.portal)) {
        facts.push_back({by, "Domain " + words(by) + " names it.", named->since});
      } else if (let != kAlways && !index_.excludes(*domain, pair_.target().id, path_.portal)) {
        facts.push_back({by, "Domain " + words(by) + " leaves no portal of the target out.", let});
      }
    }
    if (always) return kAlways;
    // A control node is shown also what its domains leave out.
    Revision best = pair_.initiator().control ? pair_.initiator().controlSince() : 0;
    for (const Domain* domain : pair_.shared()) {
      const Revision let = letSince(*domain);
      const Revision shared = sharedSince(*domain);
      if (let == kAlways) earliest(best, shared);
      const bool known = let != kAlways && let != 0 && shared != 0;
      if (known && !index_.excludes(*domain, pair_.target().id, path_.portal)) earliest(best, std::max(let, shared));
    }
    return best;
  }
  // Since when a domain does not leave the portal out, for what it says of portals; 0: that is not known.
  [[nodiscard]] Revision letSince(const Domain& domain) const {
    const Member* own = domain.portals.find(path_.portal);
    const auto earlier = [&](Id other) {
      const Member* named = domain.portals.find(other);
      return named != nullptr && (own == nullptr || named->since < own->since);
    };
    const bool wasOut = std::ranges::any_of(index_.portalsOf(pair_.target().entity.id), earlier);
    if (wasOut) return own == nullptr ? 0 : own->since;
    if (domain.portals.left() == 0) return kAlways;
    // What has left may have left it out until then, or have been of another target.
    const Revision latest = own == nullptr ? domain.portals.left() : std::min(own->since, domain.portals.left());
    return latest > sharedSince(domain) && hasOtherTarget(domain) ? 0 : latest;
  }
  [[nodiscard]] bool hasOtherTarget(const Domain& domain) const {
    return std::ranges::any_of(domain.nodes.items(), [&](const Member& member) {
      const Node* node = index_.node(member.id);
      return node != nullptr && node->target && node->entity != pair_.target().entity;
    });
  }
  const PortalGroup* groupOf(Id node, Id portal) const {
    const PortalGroup* found = nullptr;
    for (Id id : index_.groupsOf(node)) {
      const PortalGroup* group = snapshot_.get<PortalGroup>(id);
      if (group->portal.id == portal && (found == nullptr || group->grantsAccess())) found = group;
    }
    return found;
  }

  LayerProof network() {
    LayerProof proof = start(Layer::Network);
    if (const Session* session = pair_.sessionAt(path_.portal)) {
      const ObjectRef about{Kind::Session, session->id};
      proof.facts.push_back(
          {about, "A session over portal " + words({Kind::Portal, path_.portal}) + " was seen.", session->created});
    }
    const Node& initiator = pair_.initiator();
    const auto own = initiator.registered() ? index_.portalsOf(initiator.entity.id) : std::span<const Id>();
    if (path_.portal == 0) proof.facts.push_back({nodeRef(pair_.target()), "The target's portals are not known.", 0});
    if (own.empty())
      proof.facts.push_back({nodeRef(initiator), "The portals of " + words(initiator) + " are not known.", 0});
    if (path_.portal != 0) {
      for (Id near : own) betweenPortals(proof, near);
    }
    proof.since = 0;
    for (const ProofFact& fact : proof.facts) {
      if (fact.since != 0) proof.since = proof.since == 0 ? fact.since : std::min(proof.since, fact.since);
    }
    if (proof.truth != Truth::Yes) proof.since = 0;
    return proof;
  }
  // Only what speaks for the layer's state: the portals that are as near as the best.
  void betweenPortals(LayerProof& proof, Id near) {
    const Id far = path_.portal;
    const Truth truth = index_.networkBetween(index_.networkClassOf(near), index_.networkClassOf(far));
    const ObjectRef about{Kind::Portal, near};
    const std::string both = words(about) + " and " + words({Kind::Portal, far});
    if (truth == Truth::Yes) {
      for (Id network : index_.networksOf(near)) {
        if (!std::ranges::binary_search(index_.networksOf(far), network)) continue;
        const ObjectRef by{Kind::Network, network};
        proof.facts.push_back({by, both + " are both in network " + words(by) + ".",
                               std::max({snapshot_.get<Network>(network)->changed, index_.portal(near)->created,
                                         index_.portal(far)->created})});
        return;
      }
      const std::uint32_t vlan = index_.portal(near)->network.vlan;
      proof.facts.push_back({about,
                             both + " are in one subnet" +
                                 (vlan == 0 ? std::string() : " and VLAN " + std::to_string(vlan)) +
                                 ", as the agents of both see it.",
                             std::max(index_.portal(near)->created, index_.portal(far)->created)});
      return;
    }
    if (truth < proof.truth) return;
    if (truth == Truth::Unknown) {
      const Id lacking = index_.networksOf(near).empty() ? near : far;
      proof.facts.push_back({{Kind::Portal, lacking},
                             words({Kind::Portal, lacking}) + " is in no declared network, so whether it and " +
                                 words({Kind::Portal, lacking == near ? far : near}) + " are connected is not known.",
                             0});
      return;
    }
    const bool families = isns::isIpv4(index_.portal(near)->address.ip) != isns::isIpv4(index_.portal(far)->address.ip);
    proof.facts.push_back(
        {about, both + (families ? " are of different address families." : " are in different declared networks."), 0});
  }

  LayerProof admitted() {
    LayerProof proof = start(Layer::Admitted);
    if (basis_ == Basis::Desired ? pair_.foreign() : pair_.applied() == nullptr) {
      notReported(proof, "whom it lets in");
      probed(proof);
      return proof;
    }
    const Admission admission = pair_.admitted(basis_);
    if (basis_ == Basis::Applied) {
      admittedApplied(proof);
    } else {
      admittedDesired(proof);
    }
    if (admission.demand != ChapDemand::None) chapFacts(proof, admission);
    allOf(proof);
    probed(proof);
    return proof;
  }
  // What was tried speaks beside what is said, and decides nothing: a probe may be older than the answer.
  void probed(LayerProof& proof) {
    for (const Id id : index_.probesOf(pair_.initiator().id)) {
      const Probe& probe = *snapshot_.get<Probe>(id);
      if (probe.target.id != pair_.target().id) continue;
      std::string text = "A probe of the host's agent ";
      switch (probe.outcome) {
        case ProbeOutcome::In:
          text +=
              "got in, and was shown " + std::to_string(probe.units.size()) + " of the logical units that are known.";
          break;
        case ProbeOutcome::Failed:
          text += "got in, but no list of logical units came.";
          break;
        case ProbeOutcome::Refused:
        case ProbeOutcome::Unreachable:
          text += (probe.outcome == ProbeOutcome::Refused ? "was refused: " : "met no answer: ") + probe.reason + ".";
          break;
      }
      proof.facts.push_back({{Kind::Probe, id}, std::move(text), 0});
    }
  }
  void notReported(LayerProof& proof, const std::string& what) {
    const Node& target = pair_.target();
    proof.facts.push_back({nodeRef(target),
                           pair_.foreign() ? words(target) + " is a foreign target: " + what + " is not known here."
                                           : "The agent of " + words(target) + " has not reported yet " + what + ".",
                           0});
  }
  void admittedApplied(LayerProof& proof) {
    const AppliedTarget& applied = *pair_.applied();
    const ObjectRef about{Kind::AppliedTarget, applied.id};
    const std::string target = words(pair_.target());
    switch (applied.enforcement) {
      case Enforcement::Open:
        proof.facts.push_back({about, target + " lets everybody in.", applied.enforcedSince()});
        break;
      case Enforcement::Unknown:
        proof.facts.push_back({about, "Whom " + target + " lets in is not known.", applied.enforcedSince()});
        break;
      default: {
        const Id who = pair_.initiator().id;
        const bool in = applied.admitted.contains(who);
        proof.facts.push_back({about,
                               target + (in ? " lets " : " does not let ") + words(pair_.initiator()) +
                                   " in, as its agent applied (revision " + std::to_string(applied.desired) + ").",
                               in ? applied.admittedSince(who) : 0});  // when one left is not kept
      }
    }
  }
  void admittedDesired(LayerProof& proof) {
    const Node& target = pair_.target();
    const std::string name = words(target);
    switch (target.enforcement) {
      case Enforcement::Open:
        proof.facts.push_back({nodeRef(target), name + " is to let everybody in.", target.changed});
        break;
      case Enforcement::Unknown:
        proof.facts.push_back({nodeRef(target), "By what " + name + " is to decide is not set.", target.changed});
        break;
      case Enforcement::Zoning: {
        const LayerProof seen = visible();
        proof.facts.push_back({nodeRef(target),
                               name + " is to let in whom it shares an active domain with: " +
                                   words(pair_.initiator()) + (seen.truth == Truth::Yes ? " does." : " does not."),
                               seen.since});
        break;
      }
      case Enforcement::List:
        proof.facts.push_back({nodeRef(target),
                               name + " is to let in whom it has a map for: " + words(pair_.initiator()) +
                                   (pair_.hasMap() ? " has one." : " has none."),
                               pair_.hasMap() ? firstMap() : 0});
        break;
    }
  }
  // What a cluster gets, its hosts get since they are part of it.
  [[nodiscard]] ProofFact clusterFact() const {
    const ObjectRef about = index_.hostOf(pair_.initiator().id);
    const Host& host = *snapshot_.get<Host>(about.id);
    return {about, "Host " + words(about) + " is part of cluster " + words(host.cluster.ref()) + ".",
            host.clusterSince()};
  }
  [[nodiscard]] Revision firstMap() const {
    Revision first = 0;
    pair_.eachMap([&](const Grant& grant) {
      const Map& map = *snapshot_.get<Map>(grant.map);
      earliest(first, map.who.kind == Kind::Cluster ? std::max(map.created, clusterFact().since) : map.created);
    });
    return first;
  }
  void chapFacts(LayerProof& proof, const Admission& admission) {
    const bool mutual = admission.demand == ChapDemand::Mutual;
    const std::string demanded = mutual ? "mutual CHAP" : "CHAP";
    std::vector<const Credential*> all;
    pair_.credentials(all);
    if (all.empty()) {
      proof.facts.push_back({nodeRef(pair_.initiator()),
                             "A login must prove itself by " + demanded + ", and there is no credential for it.", 0});
    }
    for (const Credential* one : all) {
      const ObjectRef about{Kind::Credential, one->id};
      std::string text = "A login must prove itself by " + demanded + ": the credential of user " + pair_.userOf(*one);
      if (mutual && !one->mutual) {
        text += " is not mutual.";
      } else if (basis_ == Basis::Desired) {
        text += " is there.";
      } else {
        text += one->heldByBoth(pair_.target().id) == Truth::Yes ? " is held by both ends." : held(*one);
      }
      proof.facts.push_back({about, text, chapSince(*one, mutual)});
    }
    if (basis_ == Basis::Desired || admission.chap != Truth::Unknown || !pair_.mayTakeFormer(admission.demand)) return;
    proof.facts.push_back({{Kind::AppliedTarget, pair_.applied()->id},
                           words(pair_.target()) + " has not applied that yet: it may still take the secret of before.",
                           0});
  }
  // Both ends together have it since the later has it, and may have it since neither has it not; they have it not since
  // the first of those that lack it, from when it is demanded on.
  [[nodiscard]] Revision chapSince(const Credential& one, bool mutual) const {
    const Revision made = mutual ? one.mutualSince() : one.created;
    if (basis_ == Basis::Desired) return made;
    const Id target = pair_.target().id;
    const Truth held = one.heldByBoth(target);
    const bool oneWayOnly = mutual && !one.mutual;
    if (!oneWayOnly && held == Truth::Yes) return std::max({made, one.initiatorSince(), one.heldSince(target)});
    const auto lacking = [&](Truth holds, Revision since) { return holds == held ? since : ~Revision{0}; };
    const Revision first = oneWayOnly               ? made
                           : held == Truth::Unknown ? std::max({made, one.initiatorSince(), one.heldSince(target)})
                                                    : std::min(lacking(one.initiatorHolds, one.initiatorSince()),
                                                               lacking(one.heldAt(target), one.heldSince(target)));
    const AppliedTarget& applied = *pair_.applied();
    const Id who = pair_.initiator().id;
    return applied.admitted.contains(who) ? std::max(first, applied.demandSince(who)) : first;
  }
  std::string held(const Credential& one) const {
    const auto end = [](Truth truth) {
      return truth == Truth::Yes ? "has it" : truth == Truth::No ? "does not have it" : "may have it or not";
    };
    return std::string(": the initiator ") + end(one.initiatorHolds) + ", the target " +
           end(one.heldAt(pair_.target().id)) + ".";
  }

  // Whether there is a map for it that gives nothing: then which one has its LUN. Since when is not known, as it may
  // have come by a registration.
  [[nodiscard]] bool lunTaken(LayerProof& proof) const {
    bool taken = false;
    pair_.eachMap([&](const Grant& grant) {
      if (grant.unit != path_.unit || taken) return;
      const Map& older = *snapshot_.get<Map>(pair_.lunTakenBy(grant));
      taken = true;
      proof.facts.push_back({{Kind::Map, grant.map},
                             words(pair_.target()) + " is to map " + words({Kind::LogicalUnit, grant.unit}) + " for " +
                                 words(pair_.initiator()) + ", but an older map has LUN " + std::to_string(grant.lun) +
                                 ", with " + words(older.unit.ref()) + ".",
                             0});
    });
    return taken;
  }

  LayerProof mapped() {
    LayerProof proof = start(Layer::Mapped);
    if (basis_ == Basis::Desired ? pair_.foreign() : pair_.applied() == nullptr) {
      notReported(proof, "which logical units it gives to whom");
      return proof;
    }
    const Mapping mapping = pair_.mapped(basis_, path_.unit);
    const std::string unit = words({Kind::LogicalUnit, path_.unit});
    const std::string target = words(pair_.target());
    if (mapping.truth == Truth::No) {
      if (basis_ == Basis::Desired && lunTaken(proof)) return proof;
      const ObjectRef about =
          basis_ == Basis::Applied ? ObjectRef{Kind::AppliedTarget, pair_.applied()->id} : nodeRef(pair_.target());
      proof.facts.push_back({about, target + " does not map " + unit + " for " + words(pair_.initiator()) + ".", 0});
      return proof;
    }
    const std::string how = " as LUN " + std::to_string(mapping.lun) + ", " + std::string(wordOf(mapping.right));
    if (basis_ == Basis::Applied) {
      proof.facts.push_back({{Kind::AppliedTarget, pair_.applied()->id},
                             target + " maps " + unit + " for " + words(pair_.initiator()) + how + ".",
                             mapping.since});
    } else {
      const Map& map = *snapshot_.get<Map>(mapping.map);
      const bool leaves = index_.leavesAt(map.id, pair_.initiator().id) != 0;
      proof.facts.push_back({{Kind::Map, map.id},
                             target + " is to map " + unit + " for " + words(map.who) + how +
                                 (leaves ? ", until it is taken away." : "."),
                             map.changed});
      if (map.who.kind == Kind::Cluster) proof.facts.push_back(clusterFact());
    }
    allOf(proof);
    return proof;
  }

  const SanIndex& index_;
  const Snapshot& snapshot_;
  const PairLayers& pair_;
  const Basis basis_;
  const Path& path_;
};

}  // namespace

std::array<LayerProof, kLayers> proveLayers(const SanIndex& index, const PairLayers& pair, Basis basis,
                                            const Path& path) {
  return Prover(index, pair, basis, path).prove();
}

Revision pathSince(const Path& path, const std::array<LayerProof, kLayers>& layers) {
  const bool fails = path.works() == Truth::No;
  Revision since = 0;
  for (const LayerProof& layer : layers) {
    if (fails && layer.truth != Truth::No) continue;
    if (layer.since == 0) return 0;
    const bool later = !fails || since == 0;
    since = later ? std::max(since, layer.since) : std::min(since, layer.since);
  }
  return since;
}

void CellSince::add(const Path& path, Revision since) {
  if (path.works() != works_) return;
  unknown_ = unknown_ || since == 0;
  if (works_ == Truth::No) {
    since_ = std::max(since_, since);
  } else {
    since_ = since_ == 0 ? since : std::min(since_, since);
  }
}

Revision reachedSince(const SanIndex& index, Basis basis, std::size_t host, Id unit, Right atLeast) {
  std::vector<Path> paths = pathsBetween(index, basis, host, unit);
  std::erase_if(paths, [&](const Path& path) { return path.right < atLeast; });
  const Truth works = paths.empty() ? Truth::No : paths.front().works();  // the best come first
  std::erase_if(paths, [&](const Path& path) { return path.works() != works; });
  if (works == Truth::No || paths.size() > kMaxPaths) return 0;
  CellSince since(works);
  PairLayers pair(index);
  for (const Path& path : paths) {
    pair.look(path.initiator, path.target);
    since.add(path, pathSince(path, proveLayers(index, pair, basis, path)));
  }
  return since.get();
}

std::string wordsFor(const Snapshot& snapshot, ObjectRef ref) {
  std::string name = nameOf(snapshot, ref);
  if (name.empty()) name = "#" + std::to_string(ref.id);
  if (ref.kind == Kind::Node) {
    const Node* node = snapshot.get<Node>(ref.id);
    if (node != nullptr && !node->alias.empty()) name += " (" + node->alias + ")";
  }
  if (ref.kind == Kind::LogicalUnit) {
    const LogicalUnit* unit = snapshot.get<LogicalUnit>(ref.id);
    if (unit != nullptr && !unit->name.empty()) name = unit->name + " (" + name + ")";
  }
  return name;
}

}  // namespace san
