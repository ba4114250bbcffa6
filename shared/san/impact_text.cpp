#include "shared/san/impact.h"

namespace san {
namespace {

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string nameIn(const SanIndex& before, const SanIndex& after, ObjectRef ref) {
  const Snapshot& snapshot = after.snapshot().get(ref) != nullptr ? after.snapshot() : before.snapshot();
  if (const auto* unit = ref.kind == Kind::LogicalUnit ? snapshot.get<LogicalUnit>(ref.id) : nullptr;
      unit != nullptr && !unit->name.empty()) {
    return unit->name;
  }
  return nameOf(snapshot, ref);
}

// "3 hosts gain disk1, 2 hosts lose it (1 with an open session)".
std::string ofUnit(const UnitImpact& unit, const std::string& name) {
  std::string line;
  const auto part = [&](std::size_t hosts, std::string_view one, std::string_view many) {
    if (hosts == 0) return;
    const bool first = line.empty();
    line += (first ? "" : ", ") + counted(hosts, "host", "hosts") + " " + std::string(hosts == 1 ? one : many) + " " +
            (first ? name : std::string("it"));
  };
  part(unit.hosts.gained, "gains", "gain");
  part(unit.hosts.lost, "loses", "lose");
  if (unit.lostInUse != 0) line += " (" + std::to_string(unit.lostInUse) + " with an open session)";
  part(unit.hosts.rights, "gets another right to", "get another right to");
  return line;
}

// "web1 gains 12 logical units, loses 1 logical unit".
std::string ofHost(const HostImpact& host, const std::string& name) {
  std::string line;
  const auto part = [&](std::size_t units, std::string_view verb) {
    if (units == 0) return;
    line +=
        (line.empty() ? name + " " : ", ") + std::string(verb) + " " + counted(units, "logical unit", "logical units");
  };
  part(host.units.gained, "gains");
  part(host.units.lost, "loses");
  part(host.units.rights, "gets another right to");
  return line;
}

}  // namespace

std::vector<std::string> sentencesOf(const Impact& impact, const SanIndex& before, const SanIndex& after,
                                     std::size_t bound) {
  std::vector<std::string> lines;
  const bool byHost = impact.hosts.size() < impact.units.size();
  const std::size_t all = byHost ? impact.hosts.size() : impact.units.size();
  for (std::size_t i = 0; i < all && i < bound; ++i) {
    if (byHost) {
      lines.push_back(ofHost(impact.hosts[i], nameIn(before, after, impact.hosts[i].host)));
    } else {
      lines.push_back(ofUnit(impact.units[i], nameIn(before, after, {Kind::LogicalUnit, impact.units[i].unit})));
    }
  }
  if (all > bound)
    lines.push_back(std::to_string(all - bound) + " more " + (byHost ? "hosts" : "logical units") + " change");
  std::size_t cut = 0;
  for (const SessionImpact& session : impact.sessions) cut += session.losesTarget || !session.lost.empty() ? 1U : 0U;
  if (cut != 0) lines.push_back(counted(cut, "open session loses", "open sessions lose") + " access");
  if (!impact.told.empty()) lines.push_back(counted(impact.told.size(), "node is", "nodes are") + " notified");
  return lines;
}

}  // namespace san
