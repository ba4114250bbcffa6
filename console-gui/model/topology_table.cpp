#include "console-gui/model/topology_table.h"

#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/cable_labels.h"
#include "console-gui/model/kind_words.h"

namespace console {
namespace {

QString names(const TopologyGraph& graph, std::span<const std::uint32_t> edges, std::uint32_t TopologyEdge::*end) {
  constexpr std::size_t kNamed = 3;
  QStringList list;
  for (std::size_t i = 0; i < std::min(edges.size(), kNamed); ++i)
    list << graph.nodes[graph.edges[edges[i]].*end].title;
  const QString text = list.join(QStringLiteral(", "));
  if (edges.size() <= kNamed) return text;
  return console::tr("%1 and %n more", nullptr, static_cast<int>(edges.size() - kNamed)).arg(text);
}

}  // namespace

QString topologyColumnWord(TopologyColumn column, bool plural, bool sanWords) {
  if (column == TopologyColumn::Initiator) return plural ? console::tr("initiators") : console::tr("initiator");
  if (column == TopologyColumn::Target) return plural ? console::tr("targets") : console::tr("target");
  return kindWord(kindOf(column), plural, sanWords);
}

QString healthWord(Health health) {
  switch (health) {
    case Health::Good:
      return console::tr("no findings");
    case Health::Unknown:
      return console::tr("unknown");
    case Health::Notice:
      return console::tr("notice");
    case Health::Warning:
      return console::tr("warning");
    default:
      return console::tr("bad");
  }
}

QString changeWord(TopologyChange change) {
  switch (change) {
    case TopologyChange::Added:
      return console::tr("added");
    case TopologyChange::Removed:
      return console::tr("removed");
    case TopologyChange::Changed:
      return console::tr("changed");
    default:
      return {};
  }
}

QString cableText(const TopologyCable& cable) {
  QStringList parts;
  parts << (cable.name.isEmpty() ? console::tr("cable") : cable.name);
  if (!cable.color.isEmpty()) parts << cable.color;
  if (!cable.far.isEmpty()) parts << console::tr("to %1").arg(cable.far);
  if (const QString word = cableStatusWord(cable.status); !word.isEmpty()) parts << word;
  return parts.join(QStringLiteral(", "));
}

QString valueText(const std::vector<TopologyValue>& values, san::Id id) {
  if (id == 0) return {};
  if (id == kSeveral) return console::tr("several");
  const auto at = std::ranges::lower_bound(values, id, {}, &TopologyValue::id);
  return at != values.end() && at->id == id ? at->name : QString();
}

QString describeNode(const TopologyGraph& graph, std::uint32_t number, bool sanWords) {
  const TopologyNode& node = graph.nodes[number];
  QStringList parts;
  if (node.key.group) {
    parts << console::tr("%1: %n %2", nullptr, static_cast<int>(node.objects))
                 .arg(node.title, topologyColumnWord(node.key.column, node.objects != 1, sanWords));
  } else {
    parts << QStringLiteral("%1 %2").arg(topologyColumnWord(node.key.column, false, sanWords), node.title);
  }
  if (!node.registered) parts << console::tr("not registered");
  parts << healthWord(node.health);
  if (node.change != TopologyChange::None) parts << console::tr("%1 by the draft").arg(changeWord(node.change));
  return parts.join(QStringLiteral(", "));
}

QString TopologyTable::headerOf(Column column, bool sanWords) {
  switch (column) {
    case Name:
      return console::tr("Name");
    case Kind:
      return console::tr("Kind");
    case State:
      return console::tr("State");
    case Objects:
      return console::tr("Objects");
    case Before:
      return console::tr("Joined with, left");
    case After:
      return console::tr("Joined with, right");
    case Fabric:
      return console::tr("Fabric");
    case Set:
      return asTitle(kindWord(san::Kind::DomainSet, false, sanWords));
    case Label:
      return console::tr("Label");
    default:
      return console::tr("Cables");
  }
}

QString TopologyTable::textOf(const TopologyGraph& graph, std::uint32_t number, Column column, bool sanWords) {
  const TopologyNode& node = graph.nodes[number];
  switch (column) {
    case Name:
      return node.title;
    case Kind:
      return topologyColumnWord(node.key.column, node.key.group && node.objects != 1, sanWords);
    case State: {
      QStringList parts;
      if (!node.registered) parts << console::tr("not registered");
      if (node.registered || node.health > Health::Unknown) parts << healthWord(node.health);
      if (node.change != TopologyChange::None) parts << changeWord(node.change);
      return parts.join(QStringLiteral(", "));
    }
    case Objects:
      return QString::number(node.objects);
    case Before:
      return names(graph, graph.leftOf(number), &TopologyEdge::from);
    case After:
      return names(graph, graph.rightOf(number), &TopologyEdge::to);
    case Fabric:
      return valueText(graph.fabrics, node.fabric);
    case Set:
      return valueText(graph.sets, node.set);
    case Label:
      return valueText(graph.labels, node.label);
    default: {
      QStringList list;
      for (std::uint32_t i = 0; i < node.cableCount; ++i) list << cableText(graph.cables[node.firstCable + i]);
      return list.join(QStringLiteral("; "));
    }
  }
}

void TopologyTable::setTopology(TopologyPtr topology, bool sanWords) {
  const auto& nodes = topology->graph.nodes;
  topology_ = std::move(topology);
  sanWords_ = sanWords;
  // What is gone, from the end; then what is new, from the start; each run in one go.
  const auto has = [&](const TopologyKey& key) {
    return std::ranges::binary_search(nodes, key, {}, &TopologyNode::key);
  };
  for (std::size_t end = rows_.size(); end > 0;) {
    std::size_t first = end;
    while (first > 0 && !has(rows_[first - 1])) --first;
    if (first < end) {
      beginRemoveRows({}, static_cast<int>(first), static_cast<int>(end - 1));
      rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(first), rows_.begin() + static_cast<std::ptrdiff_t>(end));
      endRemoveRows();
    }
    end = first == 0 ? 0 : first - 1;
  }
  for (std::size_t at = 0; at < nodes.size();) {
    if (at < rows_.size() && rows_[at] == nodes[at].key) {
      ++at;
      continue;
    }
    std::size_t last = at;
    while (last < nodes.size() && (at >= rows_.size() || nodes[last].key < rows_[at])) ++last;
    std::vector<TopologyKey> fresh;
    for (std::size_t i = at; i < last; ++i) fresh.push_back(nodes[i].key);
    beginInsertRows({}, static_cast<int>(at), static_cast<int>(last - 1));
    rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(at), fresh.begin(), fresh.end());
    endInsertRows();
    at = last;
  }
  if (!rows_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
  emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
}

int TopologyTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int TopologyTable::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant TopologyTable::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || !topology_) return {};
  // While rows come and go, the graph is the new one already: look by key.
  const auto& nodes = topology_->graph.nodes;
  auto number = static_cast<std::size_t>(index.row());
  const TopologyKey& key = rows_[number];
  if (number >= nodes.size() || nodes[number].key != key) {
    const auto at = std::ranges::lower_bound(nodes, key, {}, &TopologyNode::key);
    if (at == nodes.end() || at->key != key) return {};
    number = static_cast<std::size_t>(at - nodes.begin());
  }
  const auto column = static_cast<Column>(index.column());
  const auto node = static_cast<std::uint32_t>(number);
  switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
      return textOf(topology_->graph, node, column, sanWords_);
    case Qt::AccessibleTextRole:
      return column == Name ? describeNode(topology_->graph, node, sanWords_)
                            : textOf(topology_->graph, node, column, sanWords_);
    case Qt::TextAlignmentRole:
      return column == Objects ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case ObjectRole:
      return node;
    case SortRole:
      switch (column) {
        case Objects:
          return nodes[number].objects;
        case State:
          return static_cast<int>(nodes[number].health);
        case Kind:
          return static_cast<int>(key.column);
        case Before:
          return static_cast<int>(topology_->graph.leftOf(node).size());
        case After:
          return static_cast<int>(topology_->graph.rightOf(node).size());
        default:
          return textOf(topology_->graph, node, column, sanWords_);
      }
    default:
      return {};
  }
}

QVariant TopologyTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  return headerOf(static_cast<Column>(section), sanWords_);
}

}  // namespace console
