// Lines of the access matrix: its rows and columns, in an order and in groups.
//
// A line stands for hosts (or for logical units) by their numbers: one, those of a cluster (or behind a target), or
// those of a whole group. Pure functions of facts and options, any thread. Errors: none.
#pragma once

#include <set>

#include "console-gui/model/access_facts.h"

namespace console {

enum class AccessRows : std::uint8_t { Hosts, Clusters };
enum class AccessColumns : std::uint8_t { Units, Targets };
enum class AccessOrder : std::uint8_t { Name, Similarity };
enum class AccessGroup : std::uint8_t { None, Site, Cluster, Target, Label };

struct AccessOptions {
  AccessRows rows = AccessRows::Hosts;
  AccessColumns columns = AccessColumns::Units;
  AccessOrder order = AccessOrder::Name;
  AccessGroup rowGroup = AccessGroup::None;                  // None, Site, Cluster, Label
  AccessGroup columnGroup = AccessGroup::None;               // None, Site, Target, Label
  std::set<san::ObjectRef> collapsedRows, collapsedColumns;  // groups by their object; {kind, 0}: what has none
  // Narrows rows and columns to what meets it (ascending) and what is joined with that; nullptr: everything is shown.
  std::shared_ptr<const std::vector<san::ObjectRef>> only;
  friend bool operator==(const AccessOptions&, const AccessOptions&) = default;
};

struct AccessLine {
  san::ObjectRef object;  // what it stands for; of a group of what has none: {kind, 0}
  QString title;
  std::vector<std::uint32_t> members;  // numbers of hosts or units, ascending
  bool group = false;                  // the head of a group, which speaks for all of it
  bool collapsed = false;              // and its lines are not shown
  bool grouped = false;                // stands under the head of a group
  bool silent = false;                 // of columns: AccessFacts::isSilent of all members
};

struct AccessLines {
  std::vector<AccessLine> rows, columns;
  // Of what there is, whatever the filter leaves.
  std::size_t allHosts = 0, allUnits = 0;
};

AccessLines linesOf(const AccessFacts& facts, const AccessOptions& options);

// For each number its place in an order that puts what is alike side by side: hosts that reach the same logical units,
// and logical units that the same hosts reach. `hosts` and `units` are those that are shown. What nothing joins comes
// last.
struct AccessPlaces {
  std::vector<std::uint32_t> hosts, units;
};
AccessPlaces similarityOf(const AccessFacts& facts, const std::vector<bool>& hosts, const std::vector<bool>& units);

}  // namespace console
