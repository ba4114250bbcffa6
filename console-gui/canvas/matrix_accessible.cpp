#include "console-gui/canvas/matrix_accessible.h"

#include <QAccessibleWidget>
#include <deque>
#include <limits>
#include <map>

#include "console-gui/canvas/matrix_canvas.h"

namespace console {
namespace {

class MatrixTable;

// One cell. The table owns it through the cache of QAccessible.
class MatrixCell : public QAccessibleInterface, public QAccessibleTableCellInterface {
 public:
  MatrixCell(MatrixCanvas& canvas, MatrixPlace place) : canvas_(canvas), place_(place) {}

  [[nodiscard]] bool isValid() const override {
    const auto& grid = canvas_.grid();
    return grid && place_.row < grid->rows() && place_.column < grid->columns();
  }
  [[nodiscard]] QObject* object() const override { return nullptr; }
  [[nodiscard]] QAccessibleInterface* child(int) const override { return nullptr; }
  [[nodiscard]] QAccessibleInterface* childAt(int, int) const override { return nullptr; }
  [[nodiscard]] QAccessibleInterface* parent() const override {
    return QAccessible::queryAccessibleInterface(&canvas_);
  }
  [[nodiscard]] int childCount() const override { return 0; }
  [[nodiscard]] int indexOfChild(const QAccessibleInterface*) const override { return -1; }
  [[nodiscard]] QString text(QAccessible::Text t) const override {
    return isValid() && (t == QAccessible::Name || t == QAccessible::Value) ? canvas_.wordsAt(place_) : QString();
  }
  void setText(QAccessible::Text, const QString&) override {}
  [[nodiscard]] QRect rect() const override {
    return QRect(canvas_.viewport()->mapToGlobal(canvas_.cellRect(place_).topLeft()), canvas_.cellRect(place_).size());
  }
  [[nodiscard]] QAccessible::Role role() const override { return QAccessible::Cell; }
  [[nodiscard]] QAccessible::State state() const override {
    QAccessible::State state;
    state.invalid = !isValid();
    if (state.invalid) return state;
    state.focusable = state.selectable = true;
    state.focused = isSelected() && canvas_.hasFocus();
    state.selected = isSelected();
    state.offscreen = !canvas_.cells().intersects(canvas_.cellRect(place_));
    return state;
  }
  void* interface_cast(QAccessible::InterfaceType type) override {
    return type == QAccessible::TableCellInterface ? static_cast<QAccessibleTableCellInterface*>(this) : nullptr;
  }

  [[nodiscard]] bool isSelected() const override { return canvas_.current() == place_; }
  [[nodiscard]] QList<QAccessibleInterface*> columnHeaderCells() const override { return {}; }
  [[nodiscard]] QList<QAccessibleInterface*> rowHeaderCells() const override { return {}; }
  [[nodiscard]] int columnIndex() const override { return static_cast<int>(place_.column); }
  [[nodiscard]] int rowIndex() const override { return static_cast<int>(place_.row); }
  [[nodiscard]] int columnExtent() const override { return 1; }
  [[nodiscard]] int rowExtent() const override { return 1; }
  [[nodiscard]] QAccessibleInterface* table() const override { return parent(); }

 private:
  MatrixCanvas& canvas_;
  MatrixPlace place_;
};

class MatrixTable : public QAccessibleWidget, public QAccessibleTableInterface {
 public:
  static constexpr std::size_t kMostCells = 2048;

  explicit MatrixTable(MatrixCanvas* canvas) : QAccessibleWidget(canvas, QAccessible::Table), canvas_(*canvas) {}
  ~MatrixTable() override { forget(); }

  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::TableInterface) return static_cast<QAccessibleTableInterface*>(this);
    return QAccessibleWidget::interface_cast(type);
  }
  [[nodiscard]] int childCount() const override {
    const std::size_t cells = rows() * columns();
    return static_cast<int>(std::min<std::size_t>(cells, std::numeric_limits<int>::max()));
  }
  [[nodiscard]] QAccessibleInterface* child(int index) const override {
    if (index < 0 || columns() == 0) return nullptr;
    const auto at = static_cast<std::size_t>(index);
    return cell(at / columns(), at % columns());
  }
  [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override {
    const auto place = canvas_.placeAt(canvas_.viewport()->mapFromGlobal(QPoint(x, y)));
    return place ? cell(place->row, place->column) : nullptr;
  }
  [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override {
    auto* one = const_cast<QAccessibleInterface*>(child)->tableCellInterface();
    return one == nullptr ? -1 : one->rowIndex() * static_cast<int>(columns()) + one->columnIndex();
  }
  [[nodiscard]] QAccessibleInterface* focusChild() const override {
    const auto place = canvas_.current();
    return place ? cell(place->row, place->column) : nullptr;
  }

  [[nodiscard]] QAccessibleInterface* caption() const override { return nullptr; }
  [[nodiscard]] QAccessibleInterface* summary() const override { return nullptr; }
  [[nodiscard]] QAccessibleInterface* cellAt(int row, int column) const override {
    return row < 0 || column < 0 ? nullptr : cell(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
  }
  [[nodiscard]] int selectedCellCount() const override { return canvas_.current() ? 1 : 0; }
  [[nodiscard]] QList<QAccessibleInterface*> selectedCells() const override {
    auto* one = focusChild();
    return one == nullptr ? QList<QAccessibleInterface*>{} : QList<QAccessibleInterface*>{one};
  }
  [[nodiscard]] QString columnDescription(int column) const override {
    return column >= 0 && static_cast<std::size_t>(column) < columns()
               ? canvas_.grid()->column(static_cast<std::size_t>(column)).title
               : QString();
  }
  [[nodiscard]] QString rowDescription(int row) const override {
    return row >= 0 && static_cast<std::size_t>(row) < rows() ? canvas_.grid()->row(static_cast<std::size_t>(row)).title
                                                              : QString();
  }
  [[nodiscard]] int selectedColumnCount() const override { return 0; }
  [[nodiscard]] int selectedRowCount() const override { return 0; }
  [[nodiscard]] int columnCount() const override { return static_cast<int>(columns()); }
  [[nodiscard]] int rowCount() const override { return static_cast<int>(rows()); }
  [[nodiscard]] QList<int> selectedColumns() const override { return {}; }
  [[nodiscard]] QList<int> selectedRows() const override { return {}; }
  [[nodiscard]] bool isColumnSelected(int) const override { return false; }
  [[nodiscard]] bool isRowSelected(int) const override { return false; }
  bool selectRow(int) override { return false; }
  bool selectColumn(int) override { return false; }
  bool unselectRow(int) override { return false; }
  bool unselectColumn(int) override { return false; }
  void modelChange(QAccessibleTableModelChangeEvent*) override { forget(); }

 private:
  [[nodiscard]] std::size_t rows() const { return canvas_.grid() ? canvas_.grid()->rows() : 0; }
  [[nodiscard]] std::size_t columns() const { return canvas_.grid() ? canvas_.grid()->columns() : 0; }
  [[nodiscard]] QAccessibleInterface* cell(std::size_t row, std::size_t column) const {
    if (row >= rows() || column >= columns()) return nullptr;
    const auto key = std::pair(row, column);
    if (const auto at = cells_.find(key); at != cells_.end()) return QAccessible::accessibleInterface(at->second);
    if (cells_.size() >= kMostCells) forget();
    auto* made = new MatrixCell(canvas_, {row, column});
    cells_.emplace(key, QAccessible::registerAccessibleInterface(made));
    return made;
  }
  void forget() const {
    for (const auto& [key, id] : cells_) QAccessible::deleteAccessibleInterface(id);
    cells_.clear();
  }

  MatrixCanvas& canvas_;
  mutable std::map<std::pair<std::size_t, std::size_t>, QAccessible::Id> cells_;
};

QAccessibleInterface* make(const QString&, QObject* object) {
  auto* canvas = qobject_cast<MatrixCanvas*>(object);
  return canvas == nullptr ? nullptr : new MatrixTable(canvas);
}

}  // namespace

void registerMatrixAccessible() {
  static const bool done = (QAccessible::installFactory(make), true);
  (void)done;
}

void announceCell(MatrixCanvas& canvas, MatrixPlace place) {
  if (!QAccessible::isActive()) return;
  QAccessibleEvent event(&canvas, QAccessible::Focus);
  event.setChild(static_cast<int>(place.row * canvas.grid()->columns() + place.column));
  QAccessible::updateAccessibility(&event);
}

}  // namespace console
