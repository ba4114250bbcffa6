#include "console-gui/model/access_lines.h"

#include "console-gui/client/tr.h"
#include "console-gui/model/name_order.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

namespace console {
namespace {

using Numbers = std::vector<std::uint32_t>;

// What the filter leaves of hosts and of units.
struct Shown {
  std::vector<bool> hosts, units;
};

class Narrowing {
 public:
  Narrowing(const AccessFacts& facts, const std::vector<san::ObjectRef>& only) : facts_(facts) {
    hosts_.assign(facts.hosts(), false);
    units_.assign(facts.units(), false);
    for (const san::ObjectRef ref : only) take(ref);
  }
  Shown shown() {
    const bool anyHost = std::ranges::find(hosts_, true) != hosts_.end();
    const bool anyUnit = std::ranges::find(units_, true) != units_.end();
    if (anyHost == anyUnit) return {std::move(hosts_), std::move(units_)};
    anyHost ? joinUnits() : joinHosts();
    return {std::move(hosts_), std::move(units_)};
  }

 private:
  void takeHost(san::ObjectRef host) {
    if (const auto number = facts_.index().hostNumber(host)) hosts_[*number] = true;
  }
  void take(san::ObjectRef ref) {
    const san::SanIndex& index = facts_.index();
    switch (ref.kind) {
      case san::Kind::LogicalUnit:
        if (const auto number = index.unitNumber(ref.id)) units_[*number] = true;
        break;
      case san::Kind::Node:
        if (const san::Node* node = index.node(ref.id); node != nullptr) {
          if (node->initiator) takeHost(index.hostOf(ref.id));
          for (const std::uint32_t unit : index.columnsOf(ref.id)) units_[unit] = true;
        }
        break;
      case san::Kind::Cluster:
        for (const san::Id node : index.initiatorsIn(ref.id)) takeHost(index.hostOf(node));
        break;
      default:
        takeHost(ref);
    }
  }
  // Whatever is more than nothing.
  static std::uint64_t anything(const StateWords& words) {
    std::uint64_t any = 0;
    for (std::size_t state = static_cast<std::size_t>(AccessState::Reachable); state < kAccessStates; ++state)
      any |= words.of[state];
    return any;
  }
  void joinUnits() {
    std::vector<std::uint64_t> row(facts_.words());
    for (std::size_t host = 0; host < hosts_.size(); ++host) {
      if (!hosts_[host]) continue;
      for (std::size_t word = 0; word < row.size(); ++word) row[word] |= anything(facts_.words(host, word));
    }
    for (std::size_t unit = 0; unit < units_.size(); ++unit) units_[unit] = ((row[unit / 64] >> (unit % 64)) & 1) != 0;
  }
  void joinHosts() {
    std::vector<std::uint64_t> wanted(facts_.words());
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
      if (units_[unit]) wanted[unit / 64] |= std::uint64_t{1} << (unit % 64);
    }
    for (std::size_t host = 0; host < hosts_.size(); ++host) {
      for (std::size_t word = 0; word < wanted.size() && !hosts_[host]; ++word) {
        hosts_[host] = wanted[word] != 0 && (anything(facts_.words(host, word)) & wanted[word]) != 0;
      }
    }
  }

  const AccessFacts& facts_;
  std::vector<bool> hosts_, units_;
};

// One axis of the matrix: what both have in common.
struct Axis {
  std::vector<AccessLine> lines;      // without groups
  std::vector<std::uint32_t> places;  // by number of a member: its place by similarity; empty: by name
  AccessGroup group = AccessGroup::None;
  const std::set<san::ObjectRef>* collapsed = nullptr;
};

void sortLines(Axis& axis) {
  if (!axis.places.empty()) {
    std::ranges::stable_sort(axis.lines, {}, [&](const AccessLine& line) {
      std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
      for (const std::uint32_t member : line.members) first = std::min(first, axis.places[member]);
      return first;
    });
    return;
  }
  const QCollator collator = nameOrder();
  std::vector<std::pair<QCollatorSortKey, std::size_t>> keys;
  keys.reserve(axis.lines.size());
  for (std::size_t i = 0; i < axis.lines.size(); ++i) keys.emplace_back(collator.sortKey(axis.lines[i].title), i);
  std::ranges::stable_sort(keys, [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<AccessLine> sorted;
  sorted.reserve(axis.lines.size());
  for (const auto& [key, i] : keys) sorted.push_back(std::move(axis.lines[i]));
  axis.lines = std::move(sorted);
}

// The object by which a line is grouped; {kind, 0}: it has none.
san::ObjectRef groupOf(const AccessFacts& facts, const AccessLine& line, AccessGroup by, bool rows) {
  const san::Snapshot& snapshot = facts.view()->snapshot();
  const std::uint32_t first = line.members.empty() ? 0 : line.members.front();
  const auto firstLabel = [](const san::Links<san::Kind::Label>& labels) {
    return labels.empty() ? san::Id{0} : labels.front();
  };
  const san::Host* host = nullptr;
  const san::LogicalUnit* unit = nullptr;
  if (rows) {
    const san::ObjectRef ref = facts.index().hosts()[first];
    if (ref.kind == san::Kind::Host) host = snapshot.get<san::Host>(ref.id);
  } else {
    unit = snapshot.get<san::LogicalUnit>(facts.index().units()[first]);
  }
  switch (by) {
    case AccessGroup::Site:
      return {san::Kind::Site, host != nullptr ? host->site.id : unit != nullptr ? unit->site.id : 0};
    case AccessGroup::Cluster:
      return {san::Kind::Cluster, host != nullptr ? host->cluster.id : 0};
    case AccessGroup::Target:
      if (line.object.kind == san::Kind::Node) return line.object;
      return {san::Kind::Node,
              unit != nullptr && !unit->paths.items().empty() ? unit->paths.items().front().target : 0};
    default:
      return {san::Kind::Label, host != nullptr   ? firstLabel(host->labels)
                                : unit != nullptr ? firstLabel(unit->labels)
                                                  : 0};
  }
}

QString noneTitle(san::Kind kind) {
  switch (kind) {
    case san::Kind::Site:
      return tr("no site");
    case san::Kind::Cluster:
      return tr("no cluster");
    case san::Kind::Node:
      return tr("no target");
    default:
      return tr("no label");
  }
}

// Heads before the lines of their groups, in the order of their titles, what has none at the end.
std::vector<AccessLine> inGroups(const AccessFacts& facts, Axis axis, bool rows) {
  if (axis.group == AccessGroup::None) return std::move(axis.lines);
  std::map<san::ObjectRef, std::vector<AccessLine>> groups;
  for (AccessLine& line : axis.lines) {
    const san::ObjectRef of = groupOf(facts, line, axis.group, rows);
    line.grouped = true;
    groups[of].push_back(std::move(line));
  }
  Axis heads;
  std::optional<AccessLine> none;
  for (auto& [object, lines] : groups) {
    AccessLine head;
    head.object = object;
    head.group = true;
    head.collapsed = axis.collapsed->contains(object);
    head.title = object.id == 0 ? noneTitle(object.kind) : titled(facts.view()->snapshot(), object);
    head.silent = true;
    for (const AccessLine& line : lines) {
      head.members.insert(head.members.end(), line.members.begin(), line.members.end());
      head.silent = head.silent && line.silent;
    }
    std::ranges::sort(head.members);
    if (object.id == 0) {
      none = std::move(head);
    } else {
      heads.lines.push_back(std::move(head));
    }
  }
  sortLines(heads);
  if (none) heads.lines.push_back(std::move(*none));
  std::vector<AccessLine> out;
  for (AccessLine& head : heads.lines) {
    auto& lines = groups[head.object];
    const bool collapsed = head.collapsed;
    out.push_back(std::move(head));
    if (!collapsed) std::ranges::move(lines, std::back_inserter(out));
  }
  return out;
}

std::vector<AccessLine> hostLines(const AccessFacts& facts, const AccessOptions& options,
                                  const std::vector<bool>& shown) {
  const san::Snapshot& snapshot = facts.view()->snapshot();
  std::vector<AccessLine> lines;
  std::map<san::Id, std::size_t> clusters;
  for (std::uint32_t host = 0; host < facts.hosts(); ++host) {
    if (!shown[host]) continue;
    san::ObjectRef ref = facts.index().hosts()[host];
    if (options.rows == AccessRows::Clusters && ref.kind == san::Kind::Host) {
      const auto* object = snapshot.get<san::Host>(ref.id);
      if (object != nullptr && object->cluster) {
        const auto [at, isNew] = clusters.try_emplace(object->cluster.id, lines.size());
        if (!isNew) {
          lines[at->second].members.push_back(host);
          continue;
        }
        ref = object->cluster.ref();
      }
    }
    lines.push_back({ref, titled(snapshot, ref), {host}, false, false, false, false});
  }
  return lines;
}

std::vector<AccessLine> unitLines(const AccessFacts& facts, const AccessOptions& options,
                                  const std::vector<bool>& shown) {
  const san::Snapshot& snapshot = facts.view()->snapshot();
  std::vector<AccessLine> lines;
  if (options.columns == AccessColumns::Targets) {
    for (const san::Id target : facts.index().targetsWithUnits()) {
      AccessLine line{{san::Kind::Node, target}, {}, {}, false, false, false, true};
      for (const std::uint32_t unit : facts.index().columnsOf(target)) {
        if (!shown[unit]) continue;
        line.members.push_back(unit);
        line.silent = line.silent && facts.isSilent(unit);
      }
      if (line.members.empty()) continue;
      line.title = titled(snapshot, line.object);
      lines.push_back(std::move(line));
    }
    return lines;
  }
  for (std::uint32_t unit = 0; unit < facts.units(); ++unit) {
    if (!shown[unit]) continue;
    const san::ObjectRef ref{san::Kind::LogicalUnit, facts.index().units()[unit]};
    lines.push_back({ref, titled(snapshot, ref), {unit}, false, false, false, facts.isSilent(unit)});
  }
  return lines;
}

}  // namespace

AccessLines linesOf(const AccessFacts& facts, const AccessOptions& options) {
  Shown shown{std::vector<bool>(facts.hosts(), true), std::vector<bool>(facts.units(), true)};
  if (options.only) shown = Narrowing(facts, *options.only).shown();
  AccessPlaces places;
  if (options.order == AccessOrder::Similarity) places = similarityOf(facts, shown.hosts, shown.units);
  Axis rows{hostLines(facts, options, shown.hosts), std::move(places.hosts), options.rowGroup, &options.collapsedRows};
  Axis columns{unitLines(facts, options, shown.units), std::move(places.units), options.columnGroup,
               &options.collapsedColumns};
  sortLines(rows);
  sortLines(columns);
  AccessLines lines;
  lines.rows = inGroups(facts, std::move(rows), true);
  lines.columns = inGroups(facts, std::move(columns), false);
  lines.allHosts = facts.hosts();
  lines.allUnits = facts.units();
  return lines;
}

// Breadth first through the graph of what works (Cuthill and McKee, 1969): from the host with the fewest logical units
// of each part that hangs together, neighbours with few neighbours first. Parts become blocks, and within them bands.
// Linear in the cells that work; ties go by number, so the same data give the same picture.
AccessPlaces similarityOf(const AccessFacts& facts, const std::vector<bool>& hosts, const std::vector<bool>& units) {
  const std::size_t nHosts = facts.hosts();
  const std::size_t nUnits = facts.units();
  const auto eachUnit = [&](std::size_t host, auto&& visit) {
    const auto row = facts.works().yes(host);
    for (std::size_t word = 0; word < row.size(); ++word) {
      for (std::uint64_t bits = row[word]; bits != 0; bits &= bits - 1) {
        const std::size_t unit = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        if (units[unit]) visit(static_cast<std::uint32_t>(unit));
      }
    }
  };
  Numbers hostDegree(nHosts), unitDegree(nUnits);
  for (std::size_t host = 0; host < nHosts; ++host) {
    if (!hosts[host]) continue;
    eachUnit(host, [&](std::uint32_t unit) {
      ++hostDegree[host];
      ++unitDegree[unit];
    });
  }
  // The hosts of each unit, in one array.
  Numbers first(nUnits + 1), of;
  for (std::size_t unit = 0; unit < nUnits; ++unit) first[unit + 1] = first[unit] + unitDegree[unit];
  of.resize(first[nUnits]);
  Numbers fill(first.begin(), first.end() - 1);
  for (std::size_t host = 0; host < nHosts; ++host) {
    if (hosts[host]) eachUnit(host, [&](std::uint32_t unit) { of[fill[unit]++] = static_cast<std::uint32_t>(host); });
  }
  constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();
  AccessPlaces places{Numbers(nHosts, kNowhere), Numbers(nUnits, kNowhere)};
  std::uint32_t nextHost = 0, nextUnit = 0;
  Numbers starts(nHosts);
  std::iota(starts.begin(), starts.end(), 0U);
  std::ranges::stable_sort(starts, {}, [&](std::uint32_t host) { return hostDegree[host]; });
  Numbers queue, fresh, met;
  for (const std::uint32_t start : starts) {
    if (hostDegree[start] == 0 || places.hosts[start] != kNowhere) continue;
    queue.assign(1, start);
    places.hosts[start] = nextHost++;
    for (std::size_t at = 0; at < queue.size(); ++at) {
      fresh.clear();
      eachUnit(queue[at], [&](std::uint32_t unit) {
        if (places.units[unit] == kNowhere) fresh.push_back(unit);
      });
      std::ranges::stable_sort(fresh, {}, [&](std::uint32_t unit) { return unitDegree[unit]; });
      met.clear();
      for (const std::uint32_t unit : fresh) {
        places.units[unit] = nextUnit++;
        for (std::uint32_t i = first[unit]; i < first[unit + 1]; ++i) {
          if (places.hosts[of[i]] != kNowhere) continue;
          places.hosts[of[i]] = nextHost++;
          met.push_back(of[i]);
        }
      }
      queue.insert(queue.end(), met.begin(), met.end());
    }
  }
  return places;
}

}  // namespace console
