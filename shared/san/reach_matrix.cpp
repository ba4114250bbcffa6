// reachMatrix(): all cells at once, row by row.
//
// What does not depend on the initiator alone is worked out once: the units that a domain shows, those of targets of
// which nothing is known by the networks of whoever asks. What remains goes from each initiator along what is given to
// it, so the cost follows maps and memberships, not hosts times units.
#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>
#include <utility>

#include "shared/san/pair_layers.h"
#include "shared/san/reach.h"

namespace san {
namespace {

using Row = std::vector<std::uint64_t>;

// Domains with more members than this are worked out once, not for each initiator in them.
constexpr std::size_t kSmallDomain = 32;

void setBit(Row& row, std::uint32_t column) { row[column / 64] |= std::uint64_t{1} << (column % 64); }

void setBits(Row& row, std::span<const std::uint32_t> columns) {
  for (std::uint32_t column : columns) setBit(row, column);
}

// A target of which nothing is known, and the portals through which a domain leads to it.
struct ShownUnknown {
  Id target;
  std::vector<Id> portals;
};

// What a large domain shows to each registered initiator in it.
struct Zone {
  Row shown;
  std::vector<ShownUnknown> unknown;
};

class MatrixMaker {
 public:
  MatrixMaker(const SanIndex& index, Basis basis, Question question)
      : index_(index), basis_(basis), question_(question), pair_(index), words_((index.units().size() + 63) / 64) {
    for (Row* row : {&yes_, &unknown_, &inYes_, &writeYes_, &writeUnknown_}) row->assign(words_, 0);
    touched_.assign((words_ + 63) / 64, 0);
    for (Id target : index.targetsWithUnits()) {
      if (isUnknown(target)) unknownTargets_.push_back(target);
    }
  }

  void makeRow(std::size_t host, ReachMatrix& matrix) {
    for (Id id : index_.initiatorsOf(host)) takeInitiator(*index_.node(id));
    finishRow(host, matrix);
  }

 private:
  // Whom it lets in and what it gives is not known at all.
  [[nodiscard]] bool isUnknown(Id target) const {
    return basis_ == Basis::Applied ? index_.appliedAt(target) == nullptr : !index_.isManaged(target);
  }
  void touch(std::uint32_t column) { touched_[column / 4096] |= std::uint64_t{1} << (column / 64 % 64); }
  void touchAll() { std::ranges::fill(touched_, ~std::uint64_t{0}); }

  void takeInitiator(const Node& initiator) {
    const std::uint32_t nets = unknownTargets_.empty() ? 0 : networksOf(initiator);
    if (question_ != Question::GetsIn && initiator.registered()) takeZones(initiator, nets);
    if (!unknownTargets_.empty()) takeUnknown(initiator, nets);
    if (basis_ == Basis::Applied) {
      for (const AppliedRun& run : index_.appliedTo(initiator.id)) takeRun(initiator.id, run);
      for (const AppliedRun& run : index_.appliedToAll()) takeRun(initiator.id, run);
    } else {
      takeGrants(initiator.id, index_.grantsTo({Kind::Node, initiator.id}));
      takeGrants(initiator.id, index_.grantsTo(index_.hostOf(initiator.id)));
      if (const Id cluster = index_.clusterOf(initiator.id); cluster != 0) {
        takeGrants(initiator.id, index_.grantsTo({Kind::Cluster, cluster}));
      }
    }
  }

  // --- targets of ours: along what is given to the initiator ---

  void judge(Id initiator, Id target) {
    pair_.look(initiator, target);
    in_ = works_ = Truth::No;
    if (!pair_.there()) return;
    const Truth admitted = pair_.admitted(basis_).truth;
    if (admitted == Truth::No) return;
    const bool worksToo = question_ == Question::Works && both(pair_.registered(), pair_.visible()) == Truth::Yes;
    for (Id portal : pair_.portals()) {
      const Truth in = both(admitted, pair_.network(portal));
      in_ = either(in_, in);
      if (worksToo && in > works_) works_ = either(works_, both(in, pair_.portal(portal)));
    }
  }
  void give(std::uint32_t column, Right right) {
    touch(column);
    if (in_ == Truth::Yes) setBit(inYes_, column);
    if (right == Right::ReadWrite) setBit(in_ == Truth::Yes ? writeYes_ : writeUnknown_, column);
    const Truth answer = question_ == Question::GetsIn ? in_ : works_;
    if (question_ != Question::Finds && answer != Truth::No) setBit(answer == Truth::Yes ? yes_ : unknown_, column);
  }
  void takeRun(Id initiator, const AppliedRun& run) {
    judge(initiator, run.target);
    if (in_ == Truth::No) return;
    for (const AppliedCell& cell : index_.appliedCells(run)) give(cell.column, cell.right);
  }
  void takeGrants(Id initiator, std::span<const Grant> grants) {
    Id judged = 0;
    for (const Grant& grant : grants) {
      if (grant.target != judged) {
        judged = grant.target;
        judge(initiator, judged);
        if (pair_.foreign()) in_ = Truth::No;  // what is given there is unknown, whatever a Map says
      }
      if (in_ != Truth::No && grant.column != Grant::kNoColumn) give(grant.column, grant.right);
    }
  }

  // --- what domains show ---

  void takeZones(const Node& initiator, std::uint32_t nets) {
    if (initiator.control) {
      takeZone(0, nets);
      return;
    }
    for (Id id : index_.domainsOf(initiator.id)) {
      if (!index_.isActive(id)) continue;
      const Domain& domain = *index_.domain(id);
      if (domain.nodes.size() > kSmallDomain) {
        takeZone(id, nets);
        continue;
      }
      for (const Member& member : domain.nodes.items()) {
        if (const auto columns = index_.columnsOf(member.id); !columns.empty())
          takeShown(domain, member.id, columns, nets);
      }
    }
  }
  void takeShown(const Domain& domain, Id target, std::span<const std::uint32_t> columns, std::uint32_t nets) {
    if (question_ == Question::Works && !isUnknown(target)) return;
    const bool shown = std::ranges::any_of(index_.grantedPortalsOf(target), [&](Id portal) {
      return !index_.excludes(domain, target, portal) &&
             (question_ == Question::Finds || mayLead(nets, index_.networkClassOf(portal)));
    });
    if (!shown) return;
    setBits(question_ == Question::Finds ? yes_ : unknown_, columns);
    for (std::uint32_t column : columns) touch(column);
  }

  void takeZone(Id domain, std::uint32_t nets) {
    const Zone& zone = zoneOf(domain);
    if (question_ == Question::Finds) {
      for (std::size_t i = 0; i < words_; ++i) yes_[i] |= zone.shown[i];
      touchAll();
      return;
    }
    if (zone.unknown.empty()) return;
    const auto [at, added] = unknownShown_.try_emplace(std::uint64_t{domain} << 32 | nets);
    if (added) {
      at->second.assign(words_, 0);
      for (const ShownUnknown& one : zone.unknown) {
        const bool open =
            std::ranges::any_of(one.portals, [&](Id portal) { return mayLead(nets, index_.networkClassOf(portal)); });
        if (open) setBits(at->second, index_.columnsOf(one.target));
      }
    }
    for (std::size_t i = 0; i < words_; ++i) unknown_[i] |= at->second[i];
    touchAll();
  }
  // Domain 0: all there is, as a control node sees it.
  const Zone& zoneOf(Id domain) {
    const auto [at, added] = zones_.try_emplace(domain);
    Zone& zone = at->second;
    if (!added) return zone;
    zone.shown.assign(words_, 0);
    if (domain == 0) {
      for (Id target : index_.targetsWithUnits()) showIn(zone, nullptr, target);
    } else {
      const Domain& its = *index_.domain(domain);
      for (const Member& member : its.nodes.items()) {
        if (!index_.columnsOf(member.id).empty()) showIn(zone, &its, member.id);
      }
    }
    return zone;
  }
  void showIn(Zone& zone, const Domain* domain, Id target) {
    std::vector<Id> portals;
    for (Id portal : index_.grantedPortalsOf(target)) {
      if (domain == nullptr || !index_.excludes(*domain, target, portal)) portals.push_back(portal);
    }
    if (portals.empty()) return;
    setBits(zone.shown, index_.columnsOf(target));
    if (isUnknown(target)) zone.unknown.push_back({target, std::move(portals)});
  }

  // --- targets of which nothing is known: by networks alone ---

  void takeUnknown(const Node& initiator, std::uint32_t nets) {
    const auto [at, added] = unknownIn_.try_emplace(nets);
    if (added) {
      at->second.assign(words_, 0);
      for (Id target : unknownTargets_) {
        const Node* node = index_.node(target);
        const auto portals = node->registered() ? index_.portalsOf(node->entity.id) : std::span<const Id>();
        const bool open = portals.empty() || std::ranges::any_of(portals, [&](Id portal) {
                            return mayLead(nets, index_.networkClassOf(portal));
                          });
        if (open) setBits(at->second, index_.columnsOf(target));
      }
    }
    // Initiators of a host have the same networks as a rule.
    if (std::ranges::find(unknownOfRow_, &at->second) == unknownOfRow_.end()) unknownOfRow_.push_back(&at->second);
    // A session may show another portal than those of the entity.
    for (Id id : index_.sessionsOf(initiator.id)) {
      const Id target = index_.snapshot().get<Session>(id)->target.id;
      if (!isUnknown(target)) continue;
      judge(initiator.id, target);
      works_ = Truth::No;  // such a portal is none that the name server shows
      if (in_ == Truth::No) continue;
      for (std::uint32_t column : index_.columnsOf(target)) give(column, Right::ReadWrite);
    }
  }

  // A number for the classes of the portals of the node's entity.
  std::uint32_t networksOf(const Node& node) {
    if (netsAreOf_ == node.entity.id && !nets_.empty()) return lastNets_;
    netsAreOf_ = node.entity.id;
    const auto classes = index_.networkClassesOf(netsAreOf_);
    std::vector<std::uint32_t> key(classes.begin(), classes.end());
    const auto [at, added] = netNumbers_.try_emplace(std::move(key), static_cast<std::uint32_t>(nets_.size()));
    if (added) nets_.push_back(at->first);
    return lastNets_ = at->second;
  }
  [[nodiscard]] bool mayLead(std::uint32_t nets, std::uint32_t far) const {
    if (nets_[nets].empty()) return true;
    return std::ranges::any_of(nets_[nets],
                               [&](std::uint32_t near) { return index_.networkBetween(near, far) != Truth::No; });
  }

  // Writes the words of the row in which anything is, and leaves the room for the next one empty.
  void finishRow(std::size_t host, ReachMatrix& matrix) {
    if (question_ == Question::GetsIn && !unknownOfRow_.empty()) touchAll();
    std::uint64_t* const yes = matrix.yes(host).data();
    std::uint64_t* const unknown = matrix.unknown(host).data();
    std::uint64_t* const write = matrix.write(host).data();
    for (std::size_t part = 0; part < touched_.size(); ++part) {
      for (std::uint64_t left = std::exchange(touched_[part], 0); left != 0; left &= left - 1) {
        const std::size_t i = part * 64 + static_cast<std::size_t>(std::countr_zero(left));
        if (i >= words_) break;
        std::uint64_t unknownIn = 0;
        for (const Row* row : unknownOfRow_) unknownIn |= (*row)[i];
        const std::uint64_t maybe = question_ == Question::GetsIn ? unknown_[i] | unknownIn : unknown_[i];
        const std::uint64_t writable = writeYes_[i] | ((writeUnknown_[i] | unknownIn) & ~inYes_[i]);
        yes[i] = yes_[i];
        unknown[i] = maybe & ~yes_[i];
        write[i] = writable & (yes_[i] | maybe);
        yes_[i] = unknown_[i] = inYes_[i] = writeYes_[i] = writeUnknown_[i] = 0;
      }
    }
    unknownOfRow_.clear();
  }

  const SanIndex& index_;
  const Basis basis_;
  const Question question_;
  PairLayers pair_;
  Truth in_ = Truth::No;
  Truth works_ = Truth::No;
  std::size_t words_;
  // The row that is being made: the answer to the question, and where the host gets in, for the right.
  Row yes_, unknown_, inYes_, writeYes_, writeUnknown_;
  std::vector<const Row*> unknownOfRow_;  // where nobody knows whether it gets in
  Row touched_;                           // a bit a word of the row in which anything may be
  std::vector<Id> unknownTargets_;
  std::unordered_map<Id, Zone> zones_;
  std::unordered_map<std::uint64_t, Row> unknownShown_;  // by domain and networks
  std::unordered_map<std::uint32_t, Row> unknownIn_;     // by networks
  std::map<std::vector<std::uint32_t>, std::uint32_t> netNumbers_;
  std::vector<std::vector<std::uint32_t>> nets_;
  Id netsAreOf_ = 0;
  std::uint32_t lastNets_ = 0;
};

}  // namespace

void reachMatrix(const SanIndex& index, Basis basis, Question question, ReachMatrix& into) {
  into.reset(index.hosts().size(), index.units().size());
  MatrixMaker maker(index, basis, question);
  for (std::size_t host = 0; host < index.hosts().size(); ++host) maker.makeRow(host, into);
}

ReachMatrix reachMatrix(const SanIndex& index, Basis basis, Question question) {
  ReachMatrix matrix(0, 0);
  reachMatrix(index, basis, question, matrix);
  return matrix;
}

}  // namespace san
