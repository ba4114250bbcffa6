#include "shared/san/pair_layers.h"

#include <algorithm>

namespace san {
namespace {

Proof proofOf(ChapDemand demand) {
  switch (demand) {
    case ChapDemand::OneWay:
      return Proof::Chap;
    case ChapDemand::Mutual:
      return Proof::MutualChap;
    default:
      return Proof::ClaimedName;
  }
}

// The larger right counts, and among equals the one that stands first; they hold since the older of them.
void take(Mapping& best, Right right, std::uint32_t lun, Id map, Revision since = 0) {
  if (best.truth == Truth::Yes && right == best.right) best.since = std::min(best.since, since);
  if (best.truth == Truth::Yes && right <= best.right) return;
  best = {Truth::Yes, right, lun, map, since};
}

}  // namespace

void PairLayers::look(Id initiator, Id target) {
  initiator_ = index_.node(initiator);
  target_ = index_.node(target);
  shared_.clear();
  sessions_.clear();
  portals_.clear();
  if (!there()) return;
  applied_ = index_.appliedAt(target);
  managed_ = index_.isManaged(target);

  auto few = index_.domainsOf(initiator);
  auto many = index_.domainsOf(target);
  if (few.size() > many.size()) std::swap(few, many);
  for (Id domain : few) {
    if (!index_.isActive(domain) || !std::ranges::binary_search(many, domain)) continue;
    shared_.push_back(index_.domain(domain));
  }
  const auto known = target_->registered() ? index_.portalsOf(target_->entity.id) : std::span<const Id>();
  portals_.assign(known.begin(), known.end());
  if (portals_.empty()) portals_.push_back(0);
  for (Id id : index_.sessionsOf(initiator)) {
    const Session* session = index_.snapshot().get<Session>(id);
    if (session->target.id != target) continue;
    sessions_.push_back(session);
    const auto at = std::ranges::lower_bound(portals_, session->portal.id);
    if (at == portals_.end() || *at != session->portal.id) portals_.insert(at, session->portal.id);
  }
}

Truth PairLayers::portal(Id portal) const {
  const auto granted = index_.grantedPortalsOf(target_->id);
  if (!std::ranges::binary_search(granted, portal)) return Truth::No;
  // A control node is shown everything (RFC 4171 2.4), whatever its domains leave out.
  if (initiator_->control) return Truth::Yes;
  return truthOf(std::ranges::any_of(
      shared_, [&](const Domain* domain) { return !index_.excludes(*domain, target_->id, portal); }));
}

const Session* PairLayers::sessionAt(Id portal) const {
  for (const Session* session : sessions_) {
    if (session->portal.id == portal) return session;
  }
  return nullptr;
}

Truth PairLayers::network(Id portal) const {
  const std::uint32_t far = index_.networkClassOf(portal);
  const auto own =
      initiator_->registered() ? index_.networkClassesOf(initiator_->entity.id) : std::span<const std::uint32_t>();
  Truth best = far == 0 || own.empty() ? Truth::Unknown : Truth::No;
  if (far != 0) {
    for (std::uint32_t near : own) best = either(best, index_.networkBetween(near, far));
  }
  // A session shows that there is a way; what administrators declared to be apart stays apart.
  return best == Truth::Unknown && sessionAt(portal) != nullptr ? Truth::Yes : best;
}

ChapDemand PairLayers::desiredChap() const {
  ChapDemand demand = target_->chap;
  for (const Domain* domain : shared_) demand = std::max(demand, domain->chap);
  return demand;
}

void PairLayers::credentials(std::vector<const Credential*>& into) const {
  into.clear();
  for (const Id wanted : {target_->id, Id{0}}) {
    for (Id id : index_.credentialsOf(initiator_->id)) {
      const Credential* one = index_.snapshot().get<Credential>(id);
      if (one->target.id == wanted && one->state != CredentialState::Retired) into.push_back(one);
    }
    if (!into.empty()) return;
  }
}

Truth PairLayers::chapHeld(Basis basis, ChapDemand demand) const {
  if (demand == ChapDemand::None) return Truth::Yes;
  std::vector<const Credential*> all;
  credentials(all);
  Truth best = Truth::No;
  for (const Credential* one : all) {
    if (demand == ChapDemand::Mutual && !one->mutual) continue;
    best = either(best, basis == Basis::Desired ? Truth::Yes : one->heldByBoth(target_->id));
  }
  const bool former = basis == Basis::Applied && best == Truth::No && mayTakeFormer(demand);
  return former ? Truth::Unknown : best;
}

bool PairLayers::mayTakeFormer(ChapDemand demand) const {
  std::vector<const Credential*> all;
  credentials(all);
  const bool present = std::ranges::any_of(all, [&](const Credential* one) {
    return (demand != ChapDemand::Mutual || one->mutual) && one->heldAt(target_->id) != Truth::No;
  });
  if (present) return false;
  return (!all.empty() && hasFormer(all)) || givesMoreThanWanted(demand);
}

// Whether there is another credential by which the initiator proved itself here before these.
bool PairLayers::hasFormer(const std::vector<const Credential*>& present) const {
  return std::ranges::any_of(index_.credentialsOf(initiator_->id), [&](Id id) {
    const Credential* one = index_.snapshot().get<Credential>(id);
    const bool here = one->target.id == 0 || one->target.id == target_->id;
    return here && std::ranges::find(present, one) == present.end();
  });
}

// What the target has applied of the pair was wanted once and is not any more: so it has not applied that a credential
// went, either.
bool PairLayers::givesMoreThanWanted(ChapDemand demand) const {
  if (demand > desiredChap()) return true;
  if (letsIn(Basis::Applied) != Truth::No && letsIn(Basis::Desired) == Truth::No) return true;
  const auto all = applied_->maps.items();
  auto at = std::ranges::lower_bound(all, initiator_->id, {}, &AppliedMap::initiator);
  for (; at != all.end() && at->initiator == initiator_->id; ++at) {
    if (mappedDesired(at->unit).truth == Truth::No) return true;
  }
  return false;
}

Id PairLayers::lunTakenBy(const Grant& grant) const {
  if (!index_.isLunContested(grant.target, grant.lun)) return 0;
  Grant first = grant;
  eachMap([&](const Grant& other) {
    if (other.lun == grant.lun && other.map < first.map) first = other;
  });
  return first.unit == grant.unit ? 0 : first.map;
}

bool PairLayers::hasMap() const {
  bool any = false;
  eachMap([&](const Grant&) { any = true; });
  return any;
}

Truth PairLayers::letsIn(Basis basis) const {
  const Enforcement by = basis == Basis::Applied ? applied_->enforcement : target_->enforcement;
  if (by == Enforcement::Unknown) return Truth::Unknown;
  if (by == Enforcement::Open) return Truth::Yes;
  if (basis == Basis::Applied) return truthOf(applied_->admitted.contains(initiator_->id));
  return by == Enforcement::Zoning ? visible() : truthOf(hasMap());
}

Admission PairLayers::admitted(Basis basis) const {
  const bool known = basis == Basis::Applied ? applied_ != nullptr : managed_;
  if (!known) return {Truth::Unknown, Proof::ClaimedName, ChapDemand::None, Truth::Yes};
  Admission admission;
  admission.demand = basis == Basis::Applied ? applied_->demandOf(initiator_->id) : desiredChap();
  admission.chap = chapHeld(basis, admission.demand);
  admission.truth = both(letsIn(basis), admission.chap);
  if (admission.chap == Truth::Yes) admission.proof = proofOf(admission.demand);
  return admission;
}

std::uint32_t PairLayers::ownLun(Id unit) const {
  const LogicalUnit* its = index_.snapshot().get<LogicalUnit>(unit);
  if (its == nullptr) return 0;
  const auto all = its->paths.items();
  const auto at = std::ranges::lower_bound(all, target_->id, {}, &UnitPath::target);
  return at != all.end() && at->target == target_->id ? at->lun : 0;
}

Mapping PairLayers::mappedApplied(Id unit) const {
  if (applied_ == nullptr) return {Truth::Unknown, Right::ReadWrite, ownLun(unit), 0, 0};
  Mapping best;
  const auto all = applied_->maps.items();
  for (const Id who : {initiator_->id, Id{0}}) {
    auto at = std::lower_bound(
        all.begin(), all.end(), std::pair(who, unit),
        [](const AppliedMap& map, const auto& key) { return std::pair(map.initiator, map.unit) < key; });
    for (; at != all.end() && at->initiator == who && at->unit == unit; ++at) {
      take(best, at->right, at->lun, 0, applied_->mapSince(*at));
    }
  }
  return best;
}

Mapping PairLayers::mappedDesired(Id unit) const {
  if (!managed_) return {Truth::Unknown, Right::ReadWrite, ownLun(unit), 0, 0};
  Mapping best;
  eachMap([&](const Grant& grant) {
    if (grant.unit == unit && lunTakenBy(grant) == 0) take(best, grant.right, grant.lun, grant.map);
  });
  return best;
}

Mapping PairLayers::mapped(Basis basis, Id unit) const {
  Mapping mapping = basis == Basis::Applied ? mappedApplied(unit) : mappedDesired(unit);
  if (mapping.truth == Truth::No) mapping.lun = ownLun(unit);
  return mapping;
}

Path PairLayers::path(Id at, Id unit, const Admission& admission, const Mapping& mapping) const {
  Path path;
  path.initiator = initiator_->id;
  path.target = target_->id;
  path.portal = at;
  path.unit = unit;
  path.lun = mapping.lun;
  path.right = mapping.right;
  path.proof = admission.proof;
  if (const Session* session = sessionAt(at)) path.session = session->id;
  path.layers = {registered(), visible(), portal(at), network(at), admission.truth, mapping.truth};
  return path;
}

Truth wantedIn(const PairLayers& pair) {
  if (pair.registered() != Truth::Yes) return Truth::Unknown;
  return truthOf(pair.visible() == Truth::Yes && pair.admitted(Basis::Applied).truth != Truth::No);
}

void addPaths(const PairLayers& pair, Basis basis, Id unit, std::vector<Path>& paths) {
  const Admission admission = pair.admitted(basis);
  const Mapping mapping = pair.mapped(basis, unit);
  for (Id portal : pair.portals()) paths.push_back(pair.path(portal, unit, admission, mapping));
}

}  // namespace san
