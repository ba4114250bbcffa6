#include "console-gui/canvas/topology_access.h"

#include <QAccessibleWidget>
#include <QHash>
#include <algorithm>

#include "console-gui/canvas/topology_canvas.h"
#include "console-gui/model/topology_table.h"

namespace console {
namespace {

class CellAccess;

class CanvasAccess : public QAccessibleWidget, public QAccessibleTableInterface {
 public:
  explicit CanvasAccess(TopologyCanvas* canvas) : QAccessibleWidget(canvas, QAccessible::Table) {}
  ~CanvasAccess() override { forget(); }

  [[nodiscard]] TopologyCanvas& canvas() const { return *static_cast<TopologyCanvas*>(widget()); }
  [[nodiscard]] const Topology* topology() const { return canvas().scene().topology.get(); }
  void forget() {
    const auto cells = std::exchange(cells_, {});
    for (const QAccessible::Id id : cells) QAccessible::deleteAccessibleInterface(id);
  }
  QAccessibleInterface* cell(std::uint32_t node) const;

  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::TableInterface) return static_cast<QAccessibleTableInterface*>(this);
    return QAccessibleWidget::interface_cast(type);
  }
  [[nodiscard]] int childCount() const override {
    return topology() == nullptr ? 0 : static_cast<int>(topology()->graph.nodes.size());
  }
  [[nodiscard]] QAccessibleInterface* child(int index) const override {
    return index < 0 || index >= childCount() ? nullptr : cell(static_cast<std::uint32_t>(index));
  }
  int indexOfChild(const QAccessibleInterface* child) const override;
  [[nodiscard]] QAccessibleInterface* focusChild() const override {
    return canvas().hasFocus() && canvas().current() != kNoNode ? cell(canvas().current()) : nullptr;
  }
  [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override {
    if (topology() == nullptr) return nullptr;
    const QPointF at = canvas().viewport()->mapFromGlobal(QPoint(x, y)) - QPointF(0, kHeadingHeight);
    const std::uint32_t node = nodeAt(*topology(), canvas().seen(), at);
    return node == kNoNode ? nullptr : cell(node);
  }

  [[nodiscard]] QAccessibleInterface* caption() const override { return nullptr; }
  [[nodiscard]] QAccessibleInterface* summary() const override { return nullptr; }
  QAccessibleInterface* cellAt(int row, int column) const override {
    if (topology() == nullptr || column < 0 || column >= columnCount()) return nullptr;
    const auto& nodes = topology()->layout.columns[static_cast<std::size_t>(column)];
    return row < 0 || static_cast<std::size_t>(row) >= nodes.size() ? nullptr
                                                                    : cell(nodes[static_cast<std::size_t>(row)]);
  }
  [[nodiscard]] int columnCount() const override { return static_cast<int>(kTopologyColumns); }
  [[nodiscard]] int rowCount() const override {
    std::size_t rows = 0;
    if (topology() != nullptr) {
      for (const auto& nodes : topology()->layout.columns) rows = std::max(rows, nodes.size());
    }
    return static_cast<int>(rows);
  }
  QString columnDescription(int column) const override {
    return topologyColumnWord(static_cast<TopologyColumn>(column), true, canvas().scene().sanWords);
  }
  QString rowDescription(int row) const override { return QString::number(row + 1); }
  [[nodiscard]] int selectedCellCount() const override { return static_cast<int>(canvas().overlay().selected.size()); }
  QList<QAccessibleInterface*> selectedCells() const override {
    QList<QAccessibleInterface*> cells;
    for (const std::uint32_t node : canvas().overlay().selected) cells << cell(node);
    return cells;
  }
  // Cells are selected, never rows or columns.
  [[nodiscard]] int selectedColumnCount() const override { return 0; }
  [[nodiscard]] int selectedRowCount() const override { return 0; }
  [[nodiscard]] QList<int> selectedColumns() const override { return {}; }
  [[nodiscard]] QList<int> selectedRows() const override { return {}; }
  bool isColumnSelected(int) const override { return false; }
  bool isRowSelected(int) const override { return false; }
  bool selectRow(int) override { return false; }
  bool selectColumn(int) override { return false; }
  bool unselectRow(int) override { return false; }
  bool unselectColumn(int) override { return false; }
  void modelChange(QAccessibleTableModelChangeEvent*) override { forget(); }

 private:
  mutable QHash<std::uint32_t, QAccessible::Id> cells_;
};

class CellAccess : public QAccessibleInterface,
                   public QAccessibleTableCellInterface,
                   public QAccessibleActionInterface {
 public:
  CellAccess(const CanvasAccess& table, std::uint32_t node)
      : table_(table), topology_(table.canvas().scene().topology), node_(node) {}

  [[nodiscard]] std::uint32_t node() const { return node_; }
  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::TableCellInterface) return static_cast<QAccessibleTableCellInterface*>(this);
    if (type == QAccessible::ActionInterface) return static_cast<QAccessibleActionInterface*>(this);
    return nullptr;
  }
  [[nodiscard]] bool isValid() const override {
    return table_.isValid() && table_.canvas().scene().topology == topology_;
  }
  [[nodiscard]] QObject* object() const override { return nullptr; }
  [[nodiscard]] QAccessibleInterface* childAt(int, int) const override { return nullptr; }
  [[nodiscard]] QAccessibleInterface* parent() const override { return const_cast<CanvasAccess*>(&table_); }
  [[nodiscard]] QAccessibleInterface* child(int) const override { return nullptr; }
  [[nodiscard]] int childCount() const override { return 0; }
  int indexOfChild(const QAccessibleInterface*) const override { return -1; }
  [[nodiscard]] QString text(QAccessible::Text text) const override {
    switch (text) {
      case QAccessible::Name:
        return describeNode(graph(), node_, table_.canvas().scene().sanWords);
      case QAccessible::Description: {
        const auto side = [&](TopologyTable::Column column) {
          const QString names = TopologyTable::textOf(graph(), node_, column, false);
          return names.isEmpty() ? QString() : TopologyTable::headerOf(column, false) + QStringLiteral(": ") + names;
        };
        QStringList parts{side(TopologyTable::Before), side(TopologyTable::After)};
        parts.removeAll(QString());
        return parts.join(QStringLiteral("; "));
      }
      default:
        return {};
    }
  }
  void setText(QAccessible::Text, const QString&) override {}
  [[nodiscard]] QRect rect() const override {
    const QRectF box = table_.canvas().seen().boxOf(topology_->layout, graph(), node_).translated(0, kHeadingHeight);
    return {table_.canvas().viewport()->mapToGlobal(box.topLeft().toPoint()), box.size().toSize()};
  }
  [[nodiscard]] QAccessible::Role role() const override { return QAccessible::Cell; }
  [[nodiscard]] QAccessible::State state() const override {
    QAccessible::State state;
    state.invalid = !isValid();
    if (state.invalid) return state;
    state.selectable = state.focusable = true;
    state.selected = isSelected();
    state.focused = table_.canvas().hasFocus() && table_.canvas().current() == node_;
    state.offscreen = !table_.canvas().viewport()->rect().intersects(
        table_.canvas().seen().boxOf(topology_->layout, graph(), node_).translated(0, kHeadingHeight).toRect());
    return state;
  }

  [[nodiscard]] bool isSelected() const override {
    return std::ranges::binary_search(table_.canvas().overlay().selected, node_);
  }
  [[nodiscard]] QList<QAccessibleInterface*> columnHeaderCells() const override { return {}; }
  [[nodiscard]] QList<QAccessibleInterface*> rowHeaderCells() const override { return {}; }
  [[nodiscard]] int columnIndex() const override { return static_cast<int>(graph().nodes[node_].key.column); }
  [[nodiscard]] int rowIndex() const override { return static_cast<int>(topology_->layout.rank[node_]); }
  [[nodiscard]] int columnExtent() const override { return 1; }
  [[nodiscard]] int rowExtent() const override { return 1; }
  [[nodiscard]] QAccessibleInterface* table() const override { return const_cast<CanvasAccess*>(&table_); }

  [[nodiscard]] QStringList actionNames() const override { return {pressAction(), setFocusAction()}; }
  void doAction(const QString& name) override {
    if (!isValid()) return;
    TopologyCanvas& canvas = table_.canvas();
    canvas.setFocus(Qt::OtherFocusReason);
    if (name == pressAction()) return canvas.press(node_);  // it may open a group, and then this cell is no more
    canvas.setCurrent(node_);
  }
  [[nodiscard]] QStringList keyBindingsForAction(const QString&) const override { return {}; }

 private:
  [[nodiscard]] const TopologyGraph& graph() const { return topology_->graph; }
  const CanvasAccess& table_;
  TopologyPtr topology_;
  std::uint32_t node_;
};

QAccessibleInterface* CanvasAccess::cell(std::uint32_t node) const {
  if (const auto at = cells_.constFind(node); at != cells_.constEnd()) return QAccessible::accessibleInterface(*at);
  auto* made = new CellAccess(*this, node);  // Qt owns what is registered
  cells_.insert(node, QAccessible::registerAccessibleInterface(made));
  return made;
}

int CanvasAccess::indexOfChild(const QAccessibleInterface* child) const {
  const auto* cell = dynamic_cast<const CellAccess*>(child);
  return cell != nullptr && cell->isValid() ? static_cast<int>(cell->node()) : -1;
}

}  // namespace

void installTopologyAccess() {
  static const bool once = [] {
    QAccessible::installFactory([](const QString& name, QObject* object) -> QAccessibleInterface* {
      if (name != QLatin1String("console::TopologyCanvas")) return nullptr;
      return new CanvasAccess(static_cast<TopologyCanvas*>(object));
    });
    return true;
  }();
  (void)once;
}

void topologyAccessChanged(TopologyCanvas& canvas) {
  if (!QAccessible::isActive()) {
    // Somebody may have asked all the same: a test, an inspector.
    if (auto* access = dynamic_cast<CanvasAccess*>(QAccessible::queryAccessibleInterface(&canvas))) access->forget();
    return;
  }
  QAccessibleTableModelChangeEvent event(&canvas, QAccessibleTableModelChangeEvent::ModelReset);
  QAccessible::updateAccessibility(&event);
}

void topologyAccessMoved(TopologyCanvas& canvas) {
  if (!QAccessible::isActive() || canvas.current() == kNoNode) return;
  QAccessibleEvent event(&canvas, QAccessible::Focus);
  event.setChild(static_cast<int>(canvas.current()));
  QAccessible::updateAccessibility(&event);
}

}  // namespace console
