#include "isns-server/manage/changes/cells.h"

#include <openssl/evp.h>

#include <algorithm>
#include <map>
#include <set>

namespace manage {
namespace {

using san::Basis;
using san::Cell;
using san::Id;
using san::ObjectRef;
using san::Question;
using san::ReachMatrix;
using san::SanIndex;
using san::Truth;

constexpr Question kQuestions[] = {Question::Finds, Question::GetsIn, Question::Works};

// The three questions of one snapshot.
struct Matrices {
  explicit Matrices(const SanIndex& index) {
    for (Question question : kQuestions) all.push_back(san::reachMatrix(index, Basis::Desired, question));
  }
  std::vector<ReachMatrix> all;
};

CellFate fateOf(const Cell& before, const Cell& after) {
  if (after.works < before.works || after.getsIn < before.getsIn) return CellFate::Lost;
  if (after.works > before.works || after.getsIn > before.getsIn) return CellFate::Gained;
  return CellFate::Changed;
}

bool sameReach(const Cell& a, const Cell& b) {
  return a.finds == b.finds && a.getsIn == b.getsIn && a.works == b.works && a.right == b.right;
}

class Comparison {
 public:
  Comparison(const SanIndex& before, const SanIndex& after)
      : before_(before), after_(after), was_(before), is_(after),
        sameUnits_(std::ranges::equal(before.units(), after.units())) {}

  std::vector<CellChange> made() {
    std::vector<ObjectRef> hosts(before_.hosts().begin(), before_.hosts().end());
    hosts.insert(hosts.end(), after_.hosts().begin(), after_.hosts().end());
    std::ranges::sort(hosts);
    hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
    for (ObjectRef host : hosts) take(host);
    return std::move(changes_);
  }

 private:
  void take(ObjectRef host) {
    const auto was = before_.hostNumber(host);
    const auto is = after_.hostNumber(host);
    if (was && is && sameUnits_) return takeWords(host, *was, *is);
    std::set<Id> units;
    if (was) units.insert(before_.units().begin(), before_.units().end());
    if (is) units.insert(after_.units().begin(), after_.units().end());
    for (Id unit : units) takeCell(host, unit);
  }

  // Where both have the same columns, words of them compare at once.
  void takeWords(ObjectRef host, std::size_t was, std::size_t is) {
    for (std::size_t word = 0; word < was_.all[0].words(); ++word) {
      std::uint64_t differs = 0;
      for (std::size_t q = 0; q < was_.all.size(); ++q) {
        differs |= was_.all[q].yes(was)[word] ^ is_.all[q].yes(is)[word];
        differs |= was_.all[q].unknown(was)[word] ^ is_.all[q].unknown(is)[word];
        differs |= was_.all[q].write(was)[word] ^ is_.all[q].write(is)[word];
      }
      for (; differs != 0; differs &= differs - 1) {
        takeCell(host, before_.units()[word * 64 + static_cast<std::size_t>(__builtin_ctzll(differs))]);
      }
    }
  }

  static Cell cellIn(const SanIndex& index, ObjectRef host, Id unit) {
    const auto number = index.hostNumber(host);
    return number && index.unitNumber(unit) ? san::cellOf(index, Basis::Desired, *number, unit) : Cell{};
  }

  void takeCell(ObjectRef host, Id unit) {
    CellChange change{host, unit, {}, cellIn(before_, host, unit), cellIn(after_, host, unit), {}};
    if (sameReach(change.before, change.after)) return;
    change.fate = fateOf(change.before, change.after);
    change.sessions = sessionsOf(host, unit);
    changes_.push_back(std::move(change));
  }

  std::vector<Id> sessionsOf(ObjectRef host, Id unit) const {
    std::vector<Id> found;
    const auto number = before_.hostNumber(host);
    const auto* object = before_.snapshot().get<san::LogicalUnit>(unit);
    if (!number || object == nullptr) return found;
    for (Id initiator : before_.initiatorsOf(*number)) {
      for (Id id : before_.sessionsOf(initiator)) {
        const auto* session = before_.snapshot().get<san::Session>(id);
        const bool behind = std::ranges::any_of(object->paths.items(), [&](const san::UnitPath& path) {
          return path.target == session->target.id;
        });
        if (session->units.contains(unit) || (session->units.empty() && behind)) found.push_back(id);
      }
    }
    return found;
  }

  const SanIndex& before_;
  const SanIndex& after_;
  const Matrices was_, is_;
  const bool sameUnits_;
  std::vector<CellChange> changes_;
};

bool reachesAnything(const SanIndex& index, ObjectRef host) {
  const auto number = index.hostNumber(host);
  if (!number) return false;
  return std::ranges::any_of(index.units(), [&](Id unit) {
    return san::cellOf(index, Basis::Desired, *number, unit).works != Truth::No;
  });
}

std::string wordsOf(const Cell& cell) {
  return std::string(san::wordOf(cell.finds)) + "," + std::string(san::wordOf(cell.getsIn)) + "," +
         std::string(san::wordOf(cell.works)) + "," + std::string(san::wordOf(cell.right));
}

}  // namespace

std::vector<CellChange> cellChanges(const SanIndex& before, const SanIndex& after) { return Comparison(before, after).made(); }

std::string hashOf(const std::vector<CellChange>& cells, const san::Snapshot& before, const san::Snapshot& after) {
  std::vector<std::string> lines;
  for (const CellChange& cell : cells) {
    const auto name = [&](ObjectRef ref) { return san::refText(before.get(ref) != nullptr ? before : after, ref); };
    lines.push_back(name(cell.host) + "\t" + name({san::Kind::LogicalUnit, cell.unit}) + "\t" + wordsOf(cell.before) + "\t" +
                    wordsOf(cell.after) + "\n");
  }
  std::ranges::sort(lines);
  std::string all;
  for (const std::string& line : lines) all += line;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(all.data(), all.size(), digest, &size, EVP_sha256(), nullptr) != 1) size = 0;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

std::vector<ObjectRef> lockedOut(const SanIndex& before, const SanIndex& after, const std::vector<CellChange>& cells) {
  std::set<ObjectRef> losers;
  for (const CellChange& cell : cells) {
    if (cell.fate == CellFate::Lost && !cell.sessions.empty()) losers.insert(cell.host);
  }
  std::vector<ObjectRef> found;
  for (ObjectRef host : losers) {
    if (reachesAnything(before, host) && !reachesAnything(after, host)) found.push_back(host);
  }
  return found;
}

ObjectRef holderOf(const SanIndex& index, ObjectRef host, Id unit) {
  const auto* object = host.kind == san::Kind::Host ? index.snapshot().get<san::Host>(host.id) : nullptr;
  if (object == nullptr || !object->cluster) return host;
  bool byCluster = false;
  for (Id id : index.mapsOfUnit(unit)) {
    const ObjectRef who = index.snapshot().get<san::Map>(id)->who;
    if (who == host || (who.kind == san::Kind::Node && index.hostOf(who.id) == host)) return host;
    byCluster |= who == object->cluster.ref();
  }
  return byCluster ? object->cluster.ref() : host;
}

std::vector<LedgerEntry> presentReach(const SanIndex& index) {
  const ReachMatrix works = san::reachMatrix(index, Basis::Desired, Question::Works);
  std::map<std::pair<ObjectRef, Id>, san::Right> entries;
  for (std::size_t host = 0; host < works.hosts(); ++host) {
    for (std::size_t word = 0; word < works.words(); ++word) {
      std::uint64_t bits = works.yes(host)[word] | works.unknown(host)[word];
      for (; bits != 0; bits &= bits - 1) {
        const std::size_t column = word * 64 + static_cast<std::size_t>(__builtin_ctzll(bits));
        const Id unit = index.units()[column];
        const auto right = works.writable(host, column) ? san::Right::ReadWrite : san::Right::ReadOnly;
        auto& entry = entries.try_emplace({holderOf(index, index.hosts()[host], unit), unit}, right).first->second;
        entry = std::max(entry, right);
      }
    }
  }
  std::vector<LedgerEntry> all;
  for (const auto& [key, right] : entries) all.push_back({key.first, key.second, right});
  return all;
}

}  // namespace manage
