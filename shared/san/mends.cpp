#include "shared/san/mends.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "shared/san/proof_facts.h"

namespace san {
namespace {

constexpr std::size_t kMaxOptions = 4;  // ways to be visible, of one kind, for one pair
constexpr std::size_t kMaxNameBytes = 200;

// Edits under way, and what they are about.
struct Draft {
  ReachMend mend;
  std::set<ObjectRef> touched;
  Id next = kFirstProvisional;
  std::vector<std::string> sentences;

  void edit(EditOp op, ObjectRef object, std::string field, Value value) {
    touched.insert(object);
    mend.edits.push_back({op, object, std::move(field), std::move(value)});
  }
  ObjectRef create(Kind kind) {
    const ObjectRef made{kind, next++};
    edit(EditOp::Create, made, {}, {});
    return made;
  }
  void say(Layer layer, std::string sentence) {
    mend.layers.push_back(layer);
    sentences.push_back(std::move(sentence));
  }
};

// A way for the two to see each other: the edits, and the domains that they then share besides those of before.
struct Sight {
  Draft draft;
  std::vector<const Domain*> domains;
};

class Mender {
 public:
  Mender(const SanIndex& index, std::size_t host, Id unit)
      : index_(index), snapshot_(index.snapshot()), host_(host), unit_(unit), pair_(index) {}

  std::vector<ReachMend> mends() {
    const LogicalUnit& unit = *snapshot_.get<LogicalUnit>(unit_);
    if (unit.paths.items().empty()) {
      advise(Layer::Registered,
             words({Kind::LogicalUnit, unit_}) + " stands behind no target that is known: its agent must report it.");
    }
    if (index_.initiatorsOf(host_).empty()) {
      advise(Layer::Registered,
             words(index_.hosts()[host_]) + " has no initiator that is known: start its agent or its iSNS client.");
    }
    std::size_t pairs = 0;
    for (Id initiator : index_.initiatorsOf(host_)) {
      Id before = 0;
      for (const UnitPath& place : unit.paths.items()) {
        if (place.target == before || pairs == kMaxPairs) continue;
        before = place.target;
        ++pairs;
        pair_.look(initiator, place.target);
        if (pair_.there()) mendPair();
      }
    }
    return sorted();
  }

 private:
  [[nodiscard]] std::string words(ObjectRef ref) const { return wordsFor(snapshot_, ref); }
  [[nodiscard]] ObjectRef initiator() const { return {Kind::Node, pair_.initiator().id}; }
  [[nodiscard]] ObjectRef target() const { return {Kind::Node, pair_.target().id}; }

  void advise(Layer layer, std::string text) {
    ReachMend mend;
    mend.layers = {layer};
    mend.text = std::move(text);
    if (std::ranges::none_of(advice_, [&](const ReachMend& other) { return other.text == mend.text; }))
      advice_.push_back(std::move(mend));
  }

  // What no change set can do for the pair. True: nothing of that kind is in the way.
  bool isPossible() {
    bool possible = true;
    for (const Node* node : {&pair_.initiator(), &pair_.target()}) {
      if (node->registered()) continue;
      advise(Layer::Registered, words({Kind::Node, node->id}) + " must register: start its agent or its iSNS client.");
      possible = false;
    }
    if (!possible) return false;
    const auto granted = index_.grantedPortalsOf(pair_.target().id);
    if (granted.empty()) {
      advise(Layer::Portal, words(target()) + " must register a portal and a portal group whose tag is not NULL.");
      return false;
    }
    const bool way = std::ranges::any_of(granted, [&](Id portal) { return pair_.network(portal) != Truth::No; });
    if (!way) {
      advise(Layer::Network, "No portal of " + words(initiator()) + " is in a network with a portal of " +
                                 words(target()) + ": connect them, or correct the declared networks.");
    }
    return way;
  }

  void mendPair() {
    if (!isPossible()) return;
    for (Sight& sight : sights()) complete(sight);
    if (pair_.foreign()) {
      advise(Layer::Admitted, words(target()) + " is a foreign target: its administrator must let " +
                                  words(initiator()) + " in and give it " + words({Kind::LogicalUnit, unit_}) + ".");
    }
  }

  // --- to be visible to each other ---

  std::vector<Sight> sights() {
    if (pair_.visible() == Truth::Yes) return {Sight{}};
    std::vector<Sight> all;
    enableSets(all);
    addToSets(all);
    join(all, pair_.initiator(), pair_.target());
    join(all, pair_.target(), pair_.initiator());
    newDomain(all);
    return all;
  }

  std::vector<Id> sharedInactive() const {
    std::vector<Id> both;
    const auto ours = index_.domainsOf(pair_.initiator().id);
    const auto theirs = index_.domainsOf(pair_.target().id);
    std::ranges::set_intersection(ours, theirs, std::back_inserter(both));
    std::erase_if(both, isProvisional);
    return both;
  }
  // Nodes of a domain but for the two.
  [[nodiscard]] std::size_t othersIn(const Domain& domain) const {
    return domain.nodes.size() - (domain.nodes.contains(pair_.initiator().id) ? 1 : 0) -
           (domain.nodes.contains(pair_.target().id) ? 1 : 0);
  }

  void enableSets(std::vector<Sight>& all) {
    std::set<Id> seen;
    for (Id domain : sharedInactive()) {
      for (Id id : index_.setsOf(domain)) {
        if (isProvisional(id) || !seen.insert(id).second || seen.size() > kMaxOptions) continue;
        Sight sight;
        const DomainSet& set = *snapshot_.get<DomainSet>(id);
        for (const Member& member : set.domains.items()) {
          const Domain* its = index_.domain(member.id);
          if (index_.isActive(member.id)) continue;
          sight.draft.mend.bystanders += othersIn(*its);
          if (its->nodes.contains(pair_.initiator().id) && its->nodes.contains(pair_.target().id))
            sight.domains.push_back(its);
        }
        sight.draft.edit(EditOp::Set, {Kind::DomainSet, id}, "enabled", true);
        sight.draft.say(Layer::Visible, "Enable the set " + words({Kind::DomainSet, id}) + ", whose domain " +
                                            words({Kind::Domain, domain}) + " holds both");
        all.push_back(std::move(sight));
      }
    }
  }

  // Puts the domain into an enabled set, or into a new one where there is none.
  void activate(Draft& draft, ObjectRef domain) {
    if (const DomainSet* set = enabledSet()) {
      draft.edit(EditOp::Add, {Kind::DomainSet, set->id}, "domains", domain);
      draft.sentences.back() += " in the enabled set " + words({Kind::DomainSet, set->id});
      return;
    }
    const std::string name = freeName(Kind::DomainSet, "Active");
    const ObjectRef made = draft.create(Kind::DomainSet);
    draft.edit(EditOp::Set, made, "name", name);
    draft.edit(EditOp::Set, made, "enabled", true);
    draft.edit(EditOp::Add, made, "domains", domain);
    draft.sentences.back() += " in a new enabled set " + name;
  }
  const DomainSet* enabledSet() const {
    const DomainSet* found = nullptr;
    snapshot_.table<DomainSet>().forEachFrom(0, [&](Id, const DomainSet& set) {
      if (set.enabled && !isProvisional(set.id)) found = &set;
      return found == nullptr;
    });
    return found;
  }

  void addToSets(std::vector<Sight>& all) {
    std::size_t options = 0;
    for (Id id : sharedInactive()) {
      if (++options > kMaxOptions) return;
      Sight sight;
      const Domain* domain = index_.domain(id);
      sight.draft.mend.bystanders = othersIn(*domain);
      sight.draft.say(Layer::Visible, "Put the domain " + words({Kind::Domain, id}) + ", which holds both,");
      activate(sight.draft, {Kind::Domain, id});
      sight.domains.push_back(domain);
      all.push_back(std::move(sight));
    }
  }

  // Adds `newcomer` to the smallest active domains of `member`.
  void join(std::vector<Sight>& all, const Node& member, const Node& newcomer) {
    std::vector<const Domain*> domains;
    for (Id id : index_.domainsOf(member.id)) {
      if (index_.isActive(id) && !isProvisional(id)) domains.push_back(index_.domain(id));
    }
    std::ranges::stable_sort(domains, {}, [&](const Domain* domain) { return othersIn(*domain); });
    if (domains.size() > kMaxOptions) domains.resize(kMaxOptions);
    for (const Domain* domain : domains) {
      Sight sight;
      const ObjectRef about{Kind::Domain, domain->id};
      sight.draft.mend.bystanders = othersIn(*domain);
      sight.draft.edit(EditOp::Add, about, "nodes", ObjectRef{Kind::Node, newcomer.id});
      sight.draft.say(Layer::Visible, "Add " + words({Kind::Node, newcomer.id}) + " to the domain " + words(about));
      sight.domains.push_back(domain);
      all.push_back(std::move(sight));
    }
  }

  void newDomain(std::vector<Sight>& all) {
    Sight sight;
    const std::string name =
        freeName(Kind::Domain, nameOf(snapshot_, index_.hosts()[host_]) + " " + nameOf(snapshot_, target()));
    sight.draft.say(Layer::Visible, "Make a domain of the two");
    const ObjectRef made = sight.draft.create(Kind::Domain);
    sight.draft.edit(EditOp::Set, made, "name", name);
    sight.draft.edit(EditOp::Set, made, "nodes",
                     std::vector<ObjectRef>{std::min(initiator(), target()), std::max(initiator(), target())});
    activate(sight.draft, made);
    all.push_back(std::move(sight));
  }

  [[nodiscard]] std::string freeName(Kind kind, std::string wanted) const {
    if (wanted.size() > kMaxNameBytes) wanted.resize(kMaxNameBytes);
    while (!wanted.empty() && (static_cast<unsigned char>(wanted.back()) & 0xc0U) == 0x80) wanted.pop_back();
    if (!wanted.empty() && static_cast<unsigned char>(wanted.back()) >= 0xc0) wanted.pop_back();
    std::string name = wanted;
    for (unsigned number = 2; snapshot_.find(kind, name); ++number) name = wanted + " " + std::to_string(number);
    return name;
  }

  // --- what remains once they see each other ---

  void complete(Sight& sight) {
    Draft& draft = sight.draft;
    const Truth way = openPortal(sight);
    if (way == Truth::No) return;
    if (!pair_.foreign()) {
      if (pair_.target().enforcement == Enforcement::Unknown) {
        draft.edit(EditOp::Set, target(), "enforcement", std::string(wordOf(Enforcement::Zoning)));
        draft.say(Layer::Admitted, "Let " + words(target()) + " decide by zoning");
      }
      holdCredential(sight);
      if (!giveUnit(draft)) return;
    }
    ReachMend mend = std::move(draft.mend);
    if (mend.edits.empty()) return;
    mend.objects = draft.touched.size();
    mend.result = pair_.foreign() ? Truth::Unknown : way;
    for (const std::string& sentence : draft.sentences) mend.text += (mend.text.empty() ? "" : ". ") + sentence;
    mend.text += ".";
    std::ranges::sort(mend.layers);
    mends_.push_back(std::move(mend));
  }

  // The best network by a portal to which an active domain leads; a domain is told of one where none does.
  Truth openPortal(Sight& sight) {
    Truth best = Truth::No;
    Id bestClosed = 0;
    Truth bestOfClosed = Truth::No;
    const auto leads = [&](const Domain* domain, Id portal) {
      return !index_.excludes(*domain, pair_.target().id, portal);
    };
    for (Id portal : index_.grantedPortalsOf(pair_.target().id)) {
      const Truth way = pair_.network(portal);
      const bool open =
          pair_.initiator().control || (pair_.shared().empty() && sight.domains.empty()) ||
          std::ranges::any_of(pair_.shared(), [&](const Domain* domain) { return leads(domain, portal); }) ||
          std::ranges::any_of(sight.domains, [&](const Domain* domain) { return leads(domain, portal); });
      if (open) {
        best = either(best, way);
      } else if (way > bestOfClosed) {
        bestOfClosed = way;
        bestClosed = portal;
      }
    }
    if (best != Truth::No || bestClosed == 0) return best;
    const Domain* domain = sight.domains.empty() ? pair_.shared().front() : sight.domains.front();
    if (isProvisional(domain->id)) return Truth::No;
    const ObjectRef about{Kind::Domain, domain->id};
    sight.draft.edit(EditOp::Add, about, "portals", ObjectRef{Kind::Portal, bestClosed});
    sight.draft.say(Layer::Portal,
                    "Add the portal " + words({Kind::Portal, bestClosed}) + " to the domain " + words(about));
    return bestOfClosed;
  }

  void holdCredential(Sight& sight) {
    ChapDemand demand = pair_.desiredChap();
    for (const Domain* domain : sight.domains) demand = std::max(demand, domain->chap);
    if (demand == ChapDemand::None) return;
    const bool mutual = demand == ChapDemand::Mutual;
    std::vector<const Credential*> all;
    pair_.credentials(all);
    if (std::ranges::any_of(all, [&](const Credential* one) { return !mutual || one->mutual; })) return;
    Draft& draft = sight.draft;
    if (!all.empty()) {
      draft.edit(EditOp::Set, {Kind::Credential, all.front()->id}, "mutual", true);
      draft.say(Layer::Admitted, "Make the credential of user " + pair_.userOf(*all.front()) + " mutual");
      return;
    }
    const ObjectRef made = draft.create(Kind::Credential);
    draft.edit(EditOp::Set, made, "initiator", initiator());
    draft.edit(EditOp::Set, made, "target", target());
    if (mutual) draft.edit(EditOp::Set, made, "mutual", true);
    draft.edit(EditOp::Set, made, "user_name", pair_.initiator().name);
    draft.say(Layer::Admitted, std::string("Make a ") + (mutual ? "mutual " : "") + "CHAP credential for " +
                                   words(initiator()) + " at " + words(target()));
  }

  // False: no change set can.
  bool giveUnit(Draft& draft) {
    if (pair_.mapped(Basis::Desired, unit_).truth == Truth::Yes) return true;
    if (const Map* map = withoutLun()) return giveLun(draft, *map);
    const ObjectRef host = index_.hosts()[host_];
    const ObjectRef who = host.kind == Kind::Host ? host : initiator();
    const std::uint64_t lun = freeLun();
    const ObjectRef made = draft.create(Kind::Map);
    draft.edit(EditOp::Set, made, "who", who);
    draft.edit(EditOp::Set, made, "target", target());
    draft.edit(EditOp::Set, made, "unit", ObjectRef{Kind::LogicalUnit, unit_});
    draft.edit(EditOp::Set, made, "lun", lun);
    draft.say(Layer::Mapped, "Map " + words({Kind::LogicalUnit, unit_}) + " at " + words(target()) + " for " +
                                 words(who) + " as LUN " + std::to_string(lun) + ", read-write");
    return true;
  }
  // A map of the unit that is there and gives nothing, as an older one has its LUN.
  [[nodiscard]] const Map* withoutLun() const {
    Id found = 0;
    pair_.eachMap([&](const Grant& grant) {
      if (grant.unit == unit_ && found == 0) found = grant.map;
    });
    return snapshot_.get<Map>(found);
  }
  // The map may be of many: a LUN that no map of the target has is free for each of them.
  bool giveLun(Draft& draft, const Map& map) {
    std::set<std::uint64_t> used;
    bool twin = false;  // whoever touches one of two maps for the same is refused
    for (Id id : index_.mapsOf(map.target.id)) {
      const Map& other = *snapshot_.get<Map>(id);
      used.insert(other.lun);
      twin = twin || (id != map.id && other.who == map.who && other.unit == map.unit);
    }
    if (twin) {
      advise(Layer::Mapped, "Give the other map another LUN, and see who registered the initiator, and where.");
      return false;
    }
    std::uint64_t lun = 0;
    while (used.contains(lun)) ++lun;
    draft.edit(EditOp::Set, {Kind::Map, map.id}, "lun", lun);
    draft.say(Layer::Mapped, "Give the map of " + words({Kind::LogicalUnit, unit_}) + " at " + words(target()) +
                                 " for " + words(map.who) + " the LUN " + std::to_string(lun) +
                                 ", as an older map has its own");
    return true;
  }
  // The lowest number that nothing has at the target for any node of the host: a change set is judged by all of them,
  // not by the initiators alone (coherence.h).
  [[nodiscard]] std::uint64_t freeLun() const {
    std::set<std::uint32_t> used;
    PairLayers other(index_);
    const auto look = [&](Id id) {
      other.look(id, pair_.target().id);
      if (other.there()) other.eachMap([&](const Grant& grant) { used.insert(grant.lun); });
    };
    for (Id id : index_.initiatorsOf(host_)) look(id);
    const ObjectRef ref = index_.hosts()[host_];
    if (const Host* host = snapshot_.get<Host>(ref.kind == Kind::Host ? ref.id : 0)) {
      const auto own = [&](Id id) {
        if (index_.hostOf(id) == ref) look(id);
      };
      host->nodes.forEach(own);
      host->entities.forEach([&](Id entity) { std::ranges::for_each(index_.nodesOf(entity), own); });
    }
    std::uint32_t lun = 0;
    while (used.contains(lun)) ++lun;
    return lun;
  }

  std::vector<ReachMend> sorted() {
    std::ranges::stable_sort(mends_, [](const ReachMend& a, const ReachMend& b) {
      return std::tuple(a.objects, a.edits.size(), -static_cast<int>(a.result), a.bystanders) <
             std::tuple(b.objects, b.edits.size(), -static_cast<int>(b.result), b.bystanders);
    });
    std::vector<ReachMend> all;
    for (ReachMend& mend : mends_) {
      const bool known = std::ranges::any_of(all, [&](const ReachMend& other) { return other.edits == mend.edits; });
      if (!known && all.size() < kMaxMends) all.push_back(std::move(mend));
    }
    if (advice_.size() > kMaxMends) advice_.resize(kMaxMends);
    std::ranges::move(advice_, std::back_inserter(all));
    return all;
  }

  const SanIndex& index_;
  const Snapshot& snapshot_;
  const std::size_t host_;
  const Id unit_;
  PairLayers pair_;
  std::vector<ReachMend> mends_;
  std::vector<ReachMend> advice_;
};

}  // namespace

std::vector<ReachMend> mendsFor(const SanIndex& index, std::size_t host, Id unit) {
  return Mender(index, host, unit).mends();
}

}  // namespace san
