// reachMatrix(): all cells at once, row by row.
//
// What does not depend on the initiator alone is worked out once: the units that a domain shows, those of targets of which
// nothing is known by the networks of whoever asks. What remains goes from each initiator along what is given to it, so
// the cost follows maps and memberships, not hosts times units.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "shared/san/pair_layers.h"
#include "shared/san/reach.h"

namespace san {
namespace {

using Row = std::vector<std::uint64_t>;

void setBit(Row& row, std::uint32_t column) { row[column / 64] |= std::uint64_t{1} << (column % 64); }

// Columns to be set in many rows: a list, or a row of bits where that is shorter.
class Columns {
 public:
  void add(std::span<const std::uint32_t> more) { few_.insert(few_.end(), more.begin(), more.end()); }
  void settle(std::size_t words) {
    if (few_.size() <= words) return;
    mask_.assign(words, 0);
    for (std::uint32_t column : few_) setBit(mask_, column);
    few_.clear();
  }
  [[nodiscard]] bool empty() const { return few_.empty() && mask_.empty(); }
  void putInto(Row& row) const {
    for (std::uint32_t column : few_) setBit(row, column);
    for (std::size_t i = 0; i < mask_.size(); ++i) row[i] |= mask_[i];
  }

 private:
  std::vector<std::uint32_t> few_;
  Row mask_;
};

// A target of which nothing is known, and the portals through which a domain leads to it.
struct ShownUnknown {
  Id target;
  std::vector<Id> portals;
};

// What a domain shows to each registered initiator in it.
struct Zone {
  Columns shown;
  std::vector<ShownUnknown> unknown;
};

class MatrixMaker {
 public:
  MatrixMaker(const SanIndex& index, Basis basis, Question question)
      : index_(index), basis_(basis), question_(question), pair_(index), words_((index.units().size() + 63) / 64) {
    for (Row* row : rows()) row->assign(words_, 0);
    for (Id target : index.targetsWithUnits()) {
      if (isUnknown(target)) unknownTargets_.push_back(target);
    }
  }

  void makeRow(std::size_t host, ReachMatrix& matrix) {
    for (Id id : index_.initiatorsOf(host)) takeInitiator(*index_.node(id));
    if (dirty_) finishRow(host, matrix);
  }

 private:
  // Whom it lets in and what it gives is not known at all.
  [[nodiscard]] bool isUnknown(Id target) const {
    return basis_ == Basis::Applied ? index_.appliedAt(target) == nullptr : !index_.isManaged(target);
  }
  std::array<Row*, 7> rows() { return {&finds_, &inYes_, &inUnknown_, &writeYes_, &writeUnknown_, &worksYes_, &worksUnknown_}; }

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
    setBit(in_ == Truth::Yes ? inYes_ : inUnknown_, column);
    if (right == Right::ReadWrite) setBit(in_ == Truth::Yes ? writeYes_ : writeUnknown_, column);
    if (works_ != Truth::No) setBit(works_ == Truth::Yes ? worksYes_ : worksUnknown_, column);
    dirty_ = true;
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
    for (Id domain : index_.domainsOf(initiator.id)) {
      if (index_.isActive(domain)) takeZone(domain, nets);
    }
  }
  void takeZone(Id domain, std::uint32_t nets) {
    const Zone& zone = zoneOf(domain);
    if (question_ == Question::Finds && !zone.shown.empty()) {
      zone.shown.putInto(finds_);
      dirty_ = true;
    }
    if (question_ != Question::Works || zone.unknown.empty()) return;
    const auto [at, added] = unknownShown_.try_emplace(std::uint64_t{domain} << 32 | nets);
    if (added) {
      for (const ShownUnknown& one : zone.unknown) {
        const bool open = std::ranges::any_of(one.portals, [&](Id portal) { return mayLead(nets, index_.networkClassOf(portal)); });
        if (open) at->second.add(index_.columnsOf(one.target));
      }
      at->second.settle(words_);
    }
    at->second.putInto(worksUnknown_);
    dirty_ = dirty_ || !at->second.empty();
  }
  // Domain 0: all there is, as a control node sees it.
  const Zone& zoneOf(Id domain) {
    const auto [at, added] = zones_.try_emplace(domain);
    Zone& zone = at->second;
    if (!added) return zone;
    if (domain == 0) {
      for (Id target : index_.targetsWithUnits()) showIn(zone, nullptr, target);
    } else {
      const Domain& its = *index_.domain(domain);
      for (const Member& member : its.nodes.items()) {
        if (!index_.columnsOf(member.id).empty()) showIn(zone, &its, member.id);
      }
    }
    zone.shown.settle(words_);
    return zone;
  }
  void showIn(Zone& zone, const Domain* domain, Id target) {
    std::vector<Id> portals;
    for (Id portal : index_.grantedPortalsOf(target)) {
      if (domain == nullptr || !index_.excludes(*domain, target, portal)) portals.push_back(portal);
    }
    if (portals.empty()) return;
    if (question_ == Question::Finds) zone.shown.add(index_.columnsOf(target));
    if (question_ == Question::Works && isUnknown(target)) zone.unknown.push_back({target, std::move(portals)});
  }

  // --- targets of which nothing is known: by networks alone ---

  void takeUnknown(const Node& initiator, std::uint32_t nets) {
    const auto [at, added] = unknownIn_.try_emplace(nets);
    if (added) {
      for (Id target : unknownTargets_) {
        const Node* node = index_.node(target);
        const auto portals = node->registered() ? index_.portalsOf(node->entity.id) : std::span<const Id>();
        const bool open = portals.empty() || std::ranges::any_of(portals, [&](Id portal) {
          return mayLead(nets, index_.networkClassOf(portal));
        });
        if (open) at->second.add(index_.columnsOf(target));
      }
      at->second.settle(words_);
    }
    takeUnknown(at->second);
    // A session may show another portal than those of the entity.
    for (Id id : index_.sessionsOf(initiator.id)) {
      const Id target = index_.snapshot().get<Session>(id)->target.id;
      if (!isUnknown(target)) continue;
      judge(initiator.id, target);
      if (in_ == Truth::No) continue;
      Columns columns;
      columns.add(index_.columnsOf(target));
      takeUnknown(columns);
    }
  }
  void takeUnknown(const Columns& columns) {
    if (columns.empty()) return;
    columns.putInto(inUnknown_);
    columns.putInto(writeUnknown_);
    dirty_ = true;
  }

  // A number for the classes of the portals of the node's entity.
  std::uint32_t networksOf(const Node& node) {
    std::vector<std::uint32_t> classes;
    if (node.registered()) {
      for (Id portal : index_.portalsOf(node.entity.id)) classes.push_back(index_.networkClassOf(portal));
    }
    std::ranges::sort(classes);
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    const auto [at, added] = netNumbers_.try_emplace(classes, static_cast<std::uint32_t>(nets_.size()));
    if (added) nets_.push_back(classes);
    return at->second;
  }
  [[nodiscard]] bool mayLead(std::uint32_t nets, std::uint32_t far) const {
    if (nets_[nets].empty()) return true;
    return std::ranges::any_of(nets_[nets], [&](std::uint32_t near) { return index_.networkBetween(near, far) != Truth::No; });
  }

  void finishRow(std::size_t host, ReachMatrix& matrix) {
    const auto yes = matrix.yes(host);
    const auto unknown = matrix.unknown(host);
    const auto write = matrix.write(host);
    const Row& yesOf = question_ == Question::Finds ? finds_ : question_ == Question::GetsIn ? inYes_ : worksYes_;
    const bool mayBeUnknown = question_ != Question::Finds;
    const Row& unknownOf = question_ == Question::GetsIn ? inUnknown_ : worksUnknown_;
    for (std::size_t i = 0; i < words_; ++i) {
      yes[i] = yesOf[i];
      unknown[i] = mayBeUnknown ? unknownOf[i] & ~yesOf[i] : 0;
      write[i] = (writeYes_[i] | (writeUnknown_[i] & ~inYes_[i])) & (yes[i] | unknown[i]);
    }
    for (Row* row : rows()) std::ranges::fill(*row, 0);
    dirty_ = false;
  }

  const SanIndex& index_;
  const Basis basis_;
  const Question question_;
  PairLayers pair_;
  Truth in_ = Truth::No;
  Truth works_ = Truth::No;
  std::size_t words_;
  bool dirty_ = false;
  Row finds_, inYes_, inUnknown_, writeYes_, writeUnknown_, worksYes_, worksUnknown_;
  std::vector<Id> unknownTargets_;
  std::unordered_map<Id, Zone> zones_;
  std::unordered_map<std::uint64_t, Columns> unknownShown_;  // by domain and networks
  std::unordered_map<std::uint32_t, Columns> unknownIn_;     // by networks
  std::map<std::vector<std::uint32_t>, std::uint32_t> netNumbers_;
  std::vector<std::vector<std::uint32_t>> nets_;
};

}  // namespace

ReachMatrix reachMatrix(const SanIndex& index, Basis basis, Question question) {
  ReachMatrix matrix(index.hosts().size(), index.units().size());
  MatrixMaker maker(index, basis, question);
  for (std::size_t host = 0; host < index.hosts().size(); ++host) maker.makeRow(host, matrix);
  return matrix;
}

}  // namespace san
