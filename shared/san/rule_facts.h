// RuleFacts: what several rules need to know of a SAN, computed once in an evaluation and only when a rule asks.
//
// One thread. It refers to the index and the context. Internal to the rules.
#pragma once

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>

#include "shared/san/finding.h"

namespace san {

inline bool isEmpty(std::span<const std::uint64_t> row) {
  for (const std::uint64_t word : row) {
    if (word != 0) return false;
  }
  return true;
}

// Columns of a reach matrix, as words that are not zero: quick to meet with a row.
struct UnitMask {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> words;  // (word of the row, bits)
  [[nodiscard]] bool empty() const { return words.empty(); }
};
bool meets(const UnitMask& mask, std::span<const std::uint64_t> row);

// Calls visit(number of the unit) for each bit of a row.
template <class Visit>
void forEachBit(std::span<const std::uint64_t> row, Visit&& visit) {
  for (std::size_t word = 0; word < row.size(); ++word) {
    for (std::uint64_t bits = row[word]; bits != 0; bits &= bits - 1) {
      visit(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
    }
  }
}

// The same paths lead from a host to these logical units.
struct PathGroup {
  std::vector<Path> paths;  // that work, or that a session is seen on; never empty
  bool unknown = false;     // there are others of which that is not known
  std::size_t units = 0;
  std::vector<Id> examples;  // of units, at most Finding::kMaxObjects
  Id regime = 0;             // a label with a regime on one of the units or its targets
};

class RuleFacts {
 public:
  // `allRules`: not one of them alone, so that it pays to work out together what they all need.
  RuleFacts(const SanIndex& index, const FindingContext& context, bool allRules);

  [[nodiscard]] const SanIndex& index() const { return index_; }
  [[nodiscard]] const Snapshot& snapshot() const { return index_.snapshot(); }
  [[nodiscard]] const FindingContext& context() const { return context_; }

  // The time counts: what rules ask of it, they ask here, so that it is known how long their answers hold.
  // Whether `moment` is more than `limit` ago.
  [[nodiscard]] bool isOlder(Seconds moment, Seconds limit);
  // How many whole units ago it is.
  [[nodiscard]] Seconds age(Seconds moment, Seconds unit);
  // Whether `moment` is still to come.
  [[nodiscard]] bool isAhead(Seconds moment);
  [[nodiscard]] Seconds until() const { return until_; }  // the first time for which an answer is another

  // Names, for sentences.
  [[nodiscard]] std::string called(ObjectRef object) const;
  [[nodiscard]] std::string list(std::span<const ObjectRef> objects) const;  // "a, b, c and 5 more"
  [[nodiscard]] Seconds timeOf(Revision revision) const;                     // 0: not known
  // The last revision of the change set that made this one, or had begun before it; else the same.
  [[nodiscard]] Revision wholeOf(Revision revision) const;

  // Where the default domain is off, its number is one like another.
  [[nodiscard]] bool isDefault(Id domain) const {
    return domain == Domain::kDefault && snapshot().settings().defaultDomain;
  }
  // Whom sharing is no matter for: the cluster of a host, else the host.
  [[nodiscard]] ObjectRef partyOf(ObjectRef host) const;
  [[nodiscard]] ObjectRef partyOf(std::size_t host) const { return partyOfHost_[host]; }
  [[nodiscard]] ObjectRef partyOfNode(Id node) const { return partyOf(index_.hostOf(node)); }
  [[nodiscard]] std::vector<std::size_t> hostsOf(ObjectRef party);  // numbers

  [[nodiscard]] const ReachMatrix& matrix(Basis basis, Question question);
  // The units that a host reaches: those where it works, and those that it is seen to use though part of it is unknown.
  [[nodiscard]] std::span<const std::uint64_t> reached(std::size_t host);
  [[nodiscard]] std::span<const std::uint64_t> written(std::size_t host);  // read it with reached()

  [[nodiscard]] const UnitMask& unitsBehind(Id target);
  [[nodiscard]] UnitMask maskOf(std::vector<std::size_t> units) const;
  [[nodiscard]] const std::vector<PathGroup>& pathsOf(std::size_t host);
  // A label with a regime among them; 0: none.
  [[nodiscard]] Id regimeIn(const Links<Kind::Label>& labels) const;
  [[nodiscard]] Id regimeOfHost(std::size_t host) const;

 private:
  void findReached();
  void changesAt(Seconds time) { until_ = std::min(until_, time); }

  const SanIndex& index_;
  const FindingContext& context_;
  const bool allRules_;
  Seconds until_ = std::numeric_limits<Seconds>::max();
  std::array<std::optional<ReachMatrix>, 6> matrices_;
  bool reachedFound_ = false;
  std::map<std::size_t, std::vector<std::uint64_t>> seen_;  // by host: rows that observed units are added to
  std::vector<ObjectRef> partyOfHost_;
  std::map<ObjectRef, std::vector<std::size_t>> parties_;
  std::unordered_map<Id, UnitMask> behind_;          // by target
  std::vector<std::vector<PathGroup>> paths_;        // by host
  std::vector<std::pair<Revision, Seconds>> times_;  // of change sets, ascending
  std::vector<std::pair<Revision, Revision>> parts_;  // of those that have two, which follow one another; ascending
};

}  // namespace san
