// reachMatrix() and ReachRows: all cells, row by row.
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

}  // namespace

namespace detail {

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

// Makes one row after the other, for one question or several that share the work.
class RowMaker {
 public:
  RowMaker(const SanIndex& index, Basis basis, std::span<const Question> questions)
      : index_(index),
        basis_(basis),
        finds_(std::ranges::count(questions, Question::Finds) != 0),
        getsIn_(std::ranges::count(questions, Question::GetsIn) != 0),
        works_(std::ranges::count(questions, Question::Works) != 0),
        pair_(index),
        words_((index.units().size() + 63) / 64) {
    for (Row* row : {&found_, &worksYes_, &worksUnknown_, &inYes_, &inUnknown_, &writeYes_, &writeUnknown_}) {
      row->assign(words_, 0);
    }
    touched_.assign((words_ + 63) / 64, 0);
    for (Id target : index.targetsWithUnits()) {
      if (isUnknown(target)) unknownTargets_.push_back(target);
    }
  }

  // What is in a word of the row, for each question that was asked for.
  struct Word {
    std::uint64_t found;  // Yes alone
    std::uint64_t worksYes, worksUnknown;
    std::uint64_t inYes, inUnknown;
    std::uint64_t write;  // where the host gets in, or perhaps
  };
  // Calls visit(number, Word) for each word of the host's row in which anything may be.
  template <class Visit>
  void makeRow(std::size_t host, Visit&& visit) {
    for (Id id : index_.initiatorsOf(host)) takeInitiator(*index_.node(id));
    finishRow(visit);
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
    if ((finds_ || works_) && initiator.registered()) takeZones(initiator, nets);
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
    letIn_ = both_ = Truth::No;
    if (!pair_.there()) return;
    const Truth admitted = pair_.admitted(basis_).truth;
    if (admitted == Truth::No) return;
    const bool worksToo = works_ && both(pair_.registered(), pair_.visible()) == Truth::Yes;
    for (Id portal : pair_.portals()) {
      const Truth in = both(admitted, pair_.network(portal));
      letIn_ = either(letIn_, in);
      if (worksToo && in > both_) both_ = either(both_, both(in, pair_.portal(portal)));
    }
  }
  void give(std::uint32_t column, Right right) {
    touch(column);
    setBit(letIn_ == Truth::Yes ? inYes_ : inUnknown_, column);
    if (right == Right::ReadWrite) setBit(letIn_ == Truth::Yes ? writeYes_ : writeUnknown_, column);
    if (both_ != Truth::No) setBit(both_ == Truth::Yes ? worksYes_ : worksUnknown_, column);
  }
  void takeRun(Id initiator, const AppliedRun& run) {
    judge(initiator, run.target);
    if (letIn_ == Truth::No) return;
    for (const AppliedCell& cell : index_.appliedCells(run)) give(cell.column, cell.right);
  }
  void takeGrants(Id initiator, std::span<const Grant> grants) {
    Id judged = 0;
    for (const Grant& grant : grants) {
      if (grant.target != judged) {
        judged = grant.target;
        judge(initiator, judged);
        if (pair_.foreign()) letIn_ = Truth::No;  // what is given there is unknown, whatever a Map says
      }
      if (letIn_ == Truth::No || grant.column == Grant::kNoColumn || pair_.lunTakenBy(grant) != 0) continue;
      give(grant.column, grant.right);
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
    const bool maybeWorks = works_ && isUnknown(target);
    if (!finds_ && !maybeWorks) return;
    bool shown = false;
    bool leads = false;
    for (Id portal : index_.grantedPortalsOf(target)) {
      if (index_.excludes(domain, target, portal)) continue;
      shown = true;
      leads = leads || (maybeWorks && mayLead(nets, index_.networkClassOf(portal)));
    }
    if (!leads && !(finds_ && shown)) return;
    if (finds_) setBits(found_, columns);
    if (leads) setBits(worksUnknown_, columns);
    for (std::uint32_t column : columns) touch(column);
  }

  void takeZone(Id domain, std::uint32_t nets) {
    const Zone& zone = zoneOf(domain);
    if (finds_) {
      for (std::size_t i = 0; i < words_; ++i) found_[i] |= zone.shown[i];
      touchAll();
    }
    if (!works_ || zone.unknown.empty()) return;
    const auto [at, added] = unknownShown_.try_emplace(std::uint64_t{domain} << 32 | nets);
    if (added) {
      at->second.assign(words_, 0);
      for (const ShownUnknown& one : zone.unknown) {
        const bool open =
            std::ranges::any_of(one.portals, [&](Id portal) { return mayLead(nets, index_.networkClassOf(portal)); });
        if (open) setBits(at->second, index_.columnsOf(one.target));
      }
    }
    for (std::size_t i = 0; i < words_; ++i) worksUnknown_[i] |= at->second[i];
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
      both_ = Truth::No;  // such a portal is none that the name server shows
      if (letIn_ == Truth::No) continue;
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

  // Tells the words of the row in which anything is, and leaves the room for the next one empty.
  template <class Visit>
  void finishRow(Visit&& visit) {
    if (getsIn_ && !unknownOfRow_.empty()) touchAll();
    for (std::size_t part = 0; part < touched_.size(); ++part) {
      for (std::uint64_t left = std::exchange(touched_[part], 0); left != 0; left &= left - 1) {
        const std::size_t i = part * 64 + static_cast<std::size_t>(std::countr_zero(left));
        if (i >= words_) break;
        std::uint64_t unknownIn = 0;
        for (const Row* row : unknownOfRow_) unknownIn |= (*row)[i];
        const std::uint64_t yes = inYes_[i];
        const std::uint64_t maybe = (inUnknown_[i] | unknownIn) & ~yes;
        visit(i, Word{found_[i], worksYes_[i], worksUnknown_[i] & ~worksYes_[i], yes, maybe,
                      writeYes_[i] | ((writeUnknown_[i] | unknownIn) & ~yes)});
        found_[i] = worksYes_[i] = worksUnknown_[i] = inYes_[i] = inUnknown_[i] = writeYes_[i] = writeUnknown_[i] = 0;
      }
    }
    unknownOfRow_.clear();
  }


  const SanIndex& index_;
  const Basis basis_;
  const bool finds_, getsIn_, works_;  // the questions
  PairLayers pair_;
  // Of the pair that was judged: whether it gets in, and whether it works.
  Truth letIn_ = Truth::No;
  Truth both_ = Truth::No;
  std::size_t words_;
  // The row that is being made.
  Row found_, worksYes_, worksUnknown_, inYes_, inUnknown_, writeYes_, writeUnknown_;
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

}  // namespace detail

using detail::RowMaker;

void reachMatrices(const SanIndex& index, Basis basis, const ReachMatrices& into) {
  std::vector<Question> questions;
  for (const Question question : {Question::Finds, Question::GetsIn, Question::Works}) {
    ReachMatrix* const matrix = into[static_cast<std::size_t>(question)];
    if (matrix == nullptr) continue;
    matrix->reset(index.hosts().size(), index.units().size());
    questions.push_back(question);
  }
  RowMaker maker(index, basis, questions);
  for (std::size_t host = 0; host < index.hosts().size(); ++host) {
    maker.makeRow(host, [&](std::size_t i, const RowMaker::Word& word) {
      const auto put = [&](Question question, std::uint64_t yes, std::uint64_t unknown) {
        ReachMatrix* const matrix = into[static_cast<std::size_t>(question)];
        if (matrix == nullptr || (yes | unknown) == 0) return;
        matrix->yes(host)[i] = yes;
        matrix->unknown(host)[i] = unknown;
        matrix->write(host)[i] = word.write & (yes | unknown);
      };
      put(Question::Finds, word.found, 0);
      put(Question::GetsIn, word.inYes, word.inUnknown);
      put(Question::Works, word.worksYes, word.worksUnknown);
    });
  }
}

void reachMatrix(const SanIndex& index, Basis basis, Question question, ReachMatrix& into) {
  ReachMatrices matrices{};
  matrices[static_cast<std::size_t>(question)] = &into;
  reachMatrices(index, basis, matrices);
}

ReachMatrix reachMatrix(const SanIndex& index, Basis basis, Question question) {
  ReachMatrix matrix(0, 0);
  reachMatrix(index, basis, question, matrix);
  return matrix;
}

ReachRows::ReachRows(const SanIndex& index, Basis basis)
    : maker_(std::make_unique<RowMaker>(index, basis, std::array{Question::Works, Question::GetsIn})),
      words_((index.units().size() + 63) / 64) {}

ReachRows::~ReachRows() = default;

const ReachRows::Row& ReachRows::of(std::size_t host) {
  for (auto* bits : {&row_.worksYes, &row_.worksUnknown, &row_.inYes, &row_.inUnknown, &row_.write})
    bits->assign(words_, 0);
  maker_->makeRow(host, [&](std::size_t i, const RowMaker::Word& word) {
    row_.worksYes[i] = word.worksYes;
    row_.worksUnknown[i] = word.worksUnknown;
    row_.inYes[i] = word.inYes;
    row_.inUnknown[i] = word.inUnknown;
    row_.write[i] = word.write & (word.inYes | word.inUnknown);
  });
  return row_;
}

}  // namespace san
