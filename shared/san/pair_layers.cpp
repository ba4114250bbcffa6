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
  return best;
}

bool PairLayers::hasMap() const {
  bool any = false;
  eachMap([&](const Grant&) { any = true; });
  return any;
}

Admission PairLayers::admitted(Basis basis) const {
  Enforcement by = Enforcement::Unknown;
  Admission admission;
  if (basis == Basis::Applied) {
    if (applied_ == nullptr) return {Truth::Unknown, Proof::ClaimedName, ChapDemand::None, Truth::Yes};
    by = applied_->enforcement;
    admission.demand = applied_->demandOf(initiator_->id);
  } else {
    if (!managed_) return {Truth::Unknown, Proof::ClaimedName, ChapDemand::None, Truth::Yes};
    by = target_->enforcement;
    admission.demand = desiredChap();
  }
  const bool listed = by == Enforcement::Zoning || by == Enforcement::List;
  if (by == Enforcement::Unknown) {
    admission.truth = Truth::Unknown;
  } else if (listed && basis == Basis::Applied) {
    admission.truth = truthOf(applied_->admitted.contains(initiator_->id));
  } else if (by == Enforcement::Zoning) {
    admission.truth = visible();
  } else {
    admission.truth = truthOf(by == Enforcement::Open || hasMap());
  }
  admission.chap = chapHeld(basis, admission.demand);
  admission.truth = both(admission.truth, admission.chap);
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
    if (grant.unit == unit) take(best, grant.right, grant.lun, grant.map);
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
