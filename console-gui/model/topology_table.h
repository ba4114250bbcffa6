// TopologyTable: the nodes of a topology as rows: the table twin of the canvas, and the way of a screen reader.
//
// A row a visible node, in the order of their keys (column, then id). A new topology changes rows by inserts, removes
// and dataChanged, never by a reset, so that selection and place survive. The UI thread.
#pragma once

#include <QAbstractTableModel>

#include "console-gui/model/topology_maker.h"

namespace console {

class TopologyTable : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Name, Kind, State, Objects, Before, After, Fabric, Set, Label, Cable, kColumns };
  enum Role { ObjectRole = Qt::UserRole, SortRole };  // ObjectRole: the place of the node, as a number

  using QAbstractTableModel::QAbstractTableModel;

  void setTopology(TopologyPtr topology, bool sanWords);
  [[nodiscard]] const TopologyPtr& topology() const { return topology_; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  // A cell as text; also for exports.
  static QString textOf(const TopologyGraph& graph, std::uint32_t node, Column column, bool sanWords);
  static QString headerOf(Column column, bool sanWords);

 private:
  TopologyPtr topology_;
  std::vector<TopologyKey> rows_;
  bool sanWords_ = false;
};

// What a column, a state, a change and the like are called.
QString topologyColumnWord(TopologyColumn column, bool plural, bool sanWords);
QString healthWord(Health health);
QString changeWord(TopologyChange change);
QString cableText(const TopologyCable& cable);
// Of labels, fabrics or sets: the name of one; "several"; empty.
QString valueText(const std::vector<TopologyValue>& values, san::Id id);
// A sentence for tooltips and screen readers.
QString describeNode(const TopologyGraph& graph, std::uint32_t node, bool sanWords);

}  // namespace console
