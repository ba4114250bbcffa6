// TopologyGraph: the SAN as columns of nodes joined by edges: host, initiator, domain, portal, target, logical unit.
//
// Made from a View by a pure function, on any thread; the same View and options give the same graph. Groups (by site,
// cluster, array, label) stand for their members while they are collapsed; the edges between two of them are one bundle
// with a count. With the SAN as a draft makes it, the graph is that of both, and says what comes and goes. What an edge
// means (DESIGN section 5): a host consists of initiators, an initiator is in a domain, the domain shows it portals, a
// portal group joins a portal and a target, a logical unit stands behind a target. Where reach is No because of it, the
// edge is Inactive. Errors: none.
#pragma once

#include <QString>
#include <array>
#include <memory>
#include <span>
#include <vector>

#include "console-gui/model/view.h"
#include "shared/san/diff.h"

namespace console {

enum class TopologyColumn : std::uint8_t { Host, Initiator, Domain, Portal, Target, Unit };
inline constexpr std::size_t kTopologyColumns = 6;
// The kind of object that stands in a column, for its heading.
san::Kind kindOf(TopologyColumn column);

// Automatic: columns that are too long to read are grouped, by what most have that stand there; the others are not.
enum class TopologyGrouping : std::uint8_t { Automatic, None, Site, Cluster, Array, Label };
// In a column with more nodes than this, groups start collapsed.
inline constexpr std::size_t kMostOpenInColumn = 100;

// The worst that an open finding says which names the object; Unknown: nobody can tell (no findings yet, not
// registered, a foreign target). Ascending.
enum class Health : std::uint8_t { Good, Unknown, Notice, Warning, Bad };
inline constexpr std::size_t kHealths = 5;

enum class TopologyChange : std::uint8_t { None, Changed, Added, Removed };

// Of a value that is one of several: of a group, or of what has more than one.
inline constexpr san::Id kSeveral = 0xffffffff;
inline constexpr std::uint32_t kNoNode = 0xffffffff;

// A node from one graph to the next: an object in a column, or a group by an object (none: those without one).
struct TopologyKey {
  TopologyColumn column = TopologyColumn::Host;
  bool group = false;
  san::ObjectRef object;
  friend auto operator<=>(const TopologyKey&, const TopologyKey&) = default;
};

struct TopologyNode {
  TopologyKey key;
  QString title;
  std::uint32_t group = kNoNode;  // that it stands in, or is; a place in groups
  std::uint32_t objects = 1;      // that it stands for
  Health health = Health::Unknown;
  TopologyChange change = TopologyChange::None;
  bool registered = true;
  san::Id label = 0;  // each 0: none, kSeveral
  san::Id fabric = 0;
  san::Id set = 0;
  std::uint32_t firstCable = 0;  // in cables
  std::uint32_t cableCount = 0;
};

enum class EdgeState : std::uint8_t { Live, Planned, Leaving, Inactive };
// The line by which fabrics are told apart: by name, the first is solid, the second dashed, and so on in turn; Plain
// where it is none or several.
enum class EdgeWay : std::uint8_t { Plain, FabricA, FabricB };

struct TopologyEdge {
  std::uint32_t from = 0;  // nodes; `from` stands left of `to`
  std::uint32_t to = 0;
  std::uint32_t count = 1;  // edges that it stands for
  EdgeState state = EdgeState::Live;
  EdgeWay way = EdgeWay::Plain;
  TopologyChange change = TopologyChange::None;
};

struct TopologyGroup {
  TopologyKey key;
  QString title;
  std::uint32_t objects = 0;
  bool collapsed = false;
};

struct TopologyCable {
  QString name;   // what its label says
  QString color;  // a word
  QString far;    // where the other end is
  san::CableStatus status = san::CableStatus::Connected;
};

// What a colour stands for: label, fabric or set.
struct TopologyValue {
  san::Id id = 0;
  QString name;
  EdgeWay way = EdgeWay::Plain;  // of a fabric with a portal that is shown
};

struct TopologyOptions {
  TopologyGrouping grouping = TopologyGrouping::Automatic;
  // Groups that somebody opened (true) or closed; ascending by key.
  std::vector<std::pair<TopologyKey, bool>> opened;
  // Diff mode: the SAN as the draft makes it, and what that changes. The View is what it was made on.
  std::shared_ptr<const san::SanIndex> after;
  san::Diff diff;
};

class TopologyGraph {
 public:
  std::vector<TopologyNode> nodes;  // ascending by key
  std::vector<TopologyEdge> edges;  // ascending by from, to
  std::vector<TopologyGroup> groups;
  std::vector<TopologyCable> cables;
  std::vector<TopologyValue> labels, fabrics, sets;    // that occur; ascending by id
  TopologyGrouping grouping = TopologyGrouping::None;  // never Automatic
  std::size_t objects = 0;                             // that all nodes stand for
  bool hasChanges = false;                             // diff mode

  // Places in edges: those that come from the left, and those that go to the right.
  [[nodiscard]] std::span<const std::uint32_t> leftOf(std::uint32_t node) const { return left_.of(node); }
  [[nodiscard]] std::span<const std::uint32_t> rightOf(std::uint32_t node) const { return right_.of(node); }
  // What a node stands for; of one that is no group, its object.
  [[nodiscard]] std::span<const san::ObjectRef> membersOf(std::uint32_t node) const;
  // The node that shows an object in a column; kNoNode: none does.
  [[nodiscard]] std::uint32_t find(TopologyColumn column, san::ObjectRef object) const;
  // In whatever columns it stands; also of what groups are made by.
  [[nodiscard]] std::vector<std::uint32_t> nodesOf(san::ObjectRef object) const;
  // kNoNode: there is none.
  [[nodiscard]] std::uint32_t edgeBetween(std::uint32_t from, std::uint32_t to) const;
  [[nodiscard]] std::uint32_t columnStart(TopologyColumn column) const {
    return starts_[static_cast<std::size_t>(column)];
  }
  [[nodiscard]] std::uint32_t columnEnd(TopologyColumn column) const {
    return starts_[static_cast<std::size_t>(column) + 1];
  }

 private:
  friend class TopologyFolder;
  struct Runs {
    std::vector<std::uint32_t> starts, items;
    [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t owner) const {
      return std::span(items).subspan(starts[owner], starts[owner + 1] - starts[owner]);
    }
  };
  Runs left_, right_;
  std::array<std::uint32_t, kTopologyColumns + 1> starts_{};
  std::vector<std::uint32_t> memberStarts_;
  std::vector<san::ObjectRef> members_;
  std::vector<std::pair<TopologyKey, std::uint32_t>> places_;  // of all objects, ascending
};

TopologyGraph topologyGraphOf(const View& view, const TopologyOptions& options);

}  // namespace console
