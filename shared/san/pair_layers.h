// PairLayers: the layers of reach between one initiator and one target, apart from what a logical unit adds.
//
// The one place that says when a layer holds (DESIGN section 5): paths, cells, matrices and proofs ask it. look()
// chooses the pair; the object keeps room for what it found and is meant to be used for many pairs. One thread; the
// index outlives it. Errors: none.
#pragma once

#include <algorithm>
#include <vector>

#include "shared/san/reach.h"

namespace san {

struct Admission {
  Truth truth = Truth::No;
  Proof proof = Proof::ClaimedName;
  ChapDemand demand = ChapDemand::None;
  Truth chap = Truth::Yes;  // whether what is demanded is there; `truth` has it in it
};

struct Mapping {
  Truth truth = Truth::No;
  Right right = Right::ReadOnly;
  std::uint32_t lun = 0;
  Id map = 0;  // the Map of the desired state; 0: none
  Revision since = 0;  // since when it is applied; 0: it is not, or nobody says so
};

class PairLayers {
 public:
  explicit PairLayers(const SanIndex& index) : index_(index) {}

  void look(Id initiator, Id target);

  [[nodiscard]] bool there() const { return initiator_ != nullptr && target_ != nullptr; }
  [[nodiscard]] const Node& initiator() const { return *initiator_; }
  // With which name it logs in by a credential of this pair.
  [[nodiscard]] const std::string& userOf(const Credential& credential) const {
    return credential.userName.empty() ? initiator_->name : credential.userName;
  }
  [[nodiscard]] const Node& target() const { return *target_; }
  [[nodiscard]] const AppliedTarget* applied() const { return applied_; }
  [[nodiscard]] bool foreign() const { return !managed_; }
  // The active domains that both are members of, ascending.
  [[nodiscard]] std::span<const Domain* const> shared() const { return shared_; }
  // The sessions between the two, ascending.
  [[nodiscard]] std::span<const Session* const> sessions() const { return sessions_; }
  // What a path may end at: the portals of the target's entity, 0 where it has none, and others where a session is. In
  // the order of ids.
  [[nodiscard]] std::span<const Id> portals() const { return portals_; }

  [[nodiscard]] Truth registered() const { return truthOf(initiator_->registered() && target_->registered()); }
  [[nodiscard]] Truth visible() const { return truthOf(initiator_->control || !shared_.empty()); }
  [[nodiscard]] Truth portal(Id portal) const;
  [[nodiscard]] Truth network(Id portal) const;
  [[nodiscard]] const Session* sessionAt(Id portal) const;
  [[nodiscard]] Admission admitted(Basis basis) const;
  [[nodiscard]] Mapping mapped(Basis basis, Id unit) const;

  // The path by a portal, with what was found out about the pair.
  [[nodiscard]] Path path(Id at, Id unit, const Admission& admission, const Mapping& mapping) const;

  // CHAP that is demanded where the desired state holds: the largest of the target's and of the shared domains'.
  [[nodiscard]] ChapDemand desiredChap() const;
  // The credentials in force for the pair: those of the two, else those of the initiator for any target.
  void credentials(std::vector<const Credential*>& into) const;
  // Of an applied target that demands this and has none of these: whether it may still take a secret that is gone,
  // retired or replaced, as its agent has not applied that yet.
  [[nodiscard]] bool mayTakeFormer(ChapDemand demand) const;
  // Calls visit(grant) for the Maps at the target that name the initiator, its host or its cluster.
  template <class Visit>
  void eachMap(Visit&& visit) const {
    const auto walk = [&](ObjectRef who) {
      const auto all = index_.grantsTo(who);
      auto at = std::ranges::lower_bound(all, target_->id, {}, &Grant::target);
      for (; at != all.end() && at->target == target_->id; ++at) visit(*at);
    };
    walk({Kind::Node, initiator_->id});
    walk(index_.hostOf(initiator_->id));
    if (const Id cluster = index_.clusterOf(initiator_->id); cluster != 0) walk({Kind::Cluster, cluster});
  }
  // The Map that has the LUN of this one, which gives the initiator nothing then; 0: nobody is in its way. At a LUN
  // the first Map counts, and others of the same unit: it was there before whatever brought the second.
  [[nodiscard]] Id lunTakenBy(const Grant& grant) const;
  // Whether a Map at the target names the initiator, its host or its cluster.
  [[nodiscard]] bool hasMap() const;

 private:
  // Whether it lets the initiator log in, but for CHAP. What it depends on is there.
  [[nodiscard]] Truth letsIn(Basis basis) const;
  [[nodiscard]] Truth chapHeld(Basis basis, ChapDemand demand) const;
  [[nodiscard]] bool hasFormer(const std::vector<const Credential*>& present) const;
  [[nodiscard]] bool givesMoreThanWanted(ChapDemand demand) const;
  [[nodiscard]] Mapping mappedApplied(Id unit) const;
  [[nodiscard]] Mapping mappedDesired(Id unit) const;
  [[nodiscard]] std::uint32_t ownLun(Id unit) const;

  const SanIndex& index_;
  const Node* initiator_ = nullptr;
  const Node* target_ = nullptr;
  const AppliedTarget* applied_ = nullptr;
  bool managed_ = false;
  std::vector<const Domain*> shared_;
  std::vector<const Session*> sessions_;
  std::vector<Id> portals_;
};

// Whether a login of the initiator is to be let in, by what is applied: zoned, and not refused. A foreign target that
// the initiator is zoned to is to let it in. Unknown while one of the two is not registered.
Truth wantedIn(const PairLayers& pair);

// The paths between the pair, one a portal.
void addPaths(const PairLayers& pair, Basis basis, Id unit, std::vector<Path>& paths);

// Calls visit(pair) for each initiator of the host and each target that the unit stands behind.
template <class Visit>
void eachPair(const SanIndex& index, std::size_t host, Id unit, Visit&& visit) {
  const LogicalUnit* its = index.snapshot().get<LogicalUnit>(unit);
  if (its == nullptr || host >= index.hosts().size()) return;
  PairLayers pair(index);
  for (Id initiator : index.initiatorsOf(host)) {
    Id before = 0;
    for (const UnitPath& place : its->paths.items()) {
      if (place.target == before) continue;  // two LUNs of one target are one way
      before = place.target;
      pair.look(initiator, place.target);
      if (pair.there()) visit(pair);
    }
  }
}

}  // namespace san
