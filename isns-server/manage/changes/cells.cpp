#include "isns-server/manage/changes/cells.h"

#include <openssl/evp.h>

#include <algorithm>
#include <map>

#include "shared/base/hex.h"

namespace manage {
namespace {

using san::Id;
using san::ObjectRef;
using san::Question;
using san::ReachMatrix;
using san::SanIndex;

std::string wordsOf(const san::CellReach& cell) {
  return std::string(san::wordOf(cell.works)) + "," + std::string(san::wordOf(cell.getsIn)) + "," +
         std::string(san::wordOf(cell.right));
}

}  // namespace

std::string hashOf(const std::vector<san::CellChange>& cells, const san::Snapshot& before, const san::Snapshot& after) {
  std::vector<std::string> lines;
  for (const san::CellChange& cell : cells) {
    const auto name = [&](ObjectRef ref) { return san::refText(before.get(ref) != nullptr ? before : after, ref); };
    lines.push_back(name(cell.host) + "\t" + name({san::Kind::LogicalUnit, cell.unit}) + "\t" + wordsOf(cell.before) +
                    "\t" + wordsOf(cell.after) + "\n");
  }
  std::ranges::sort(lines);
  std::string all;
  for (const std::string& line : lines) all += line;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(all.data(), all.size(), digest, &size, EVP_sha256(), nullptr) != 1) size = 0;
  return base::hexText({digest, size});
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
  const ReachMatrix works = san::reachMatrix(index, san::Basis::Desired, Question::Works);
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
