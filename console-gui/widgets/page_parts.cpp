#include "console-gui/widgets/page_parts.h"

#include <QAbstractButton>
#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QSplitter>
#include <QStyle>
#include <QTabBar>
#include <QTableView>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>

namespace console {

QLabel* plainLabel(const QString& text, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextFormat(Qt::PlainText);
  label->setText(text);
  return label;
}

QLabel* labelOf(const QString& text, const char* role, QWidget* parent) {
  QLabel* label = plainLabel(text, parent);
  label->setProperty("role", QString::fromLatin1(role));
  return label;
}

namespace {

constexpr const char* kWhenEmpty = "whenEmpty";  // a property: sayWhenEmpty()

// Where one row is chosen at a time Qt would choose the neighbour of a row that goes, or what it stands under. The keys
// go on from there, but nothing is chosen.
template <class View>
class SteadyView : public View {
 public:
  using View::View;

 protected:
  void rowsAboutToBeRemoved(const QModelIndex& parent, int start, int end) override {
    const QModelIndex current = this->currentIndex();
    const bool goes = current.isValid() && current.parent() == parent && current.row() >= start && current.row() <= end;
    if (goes && this->selectionMode() == QAbstractItemView::SingleSelection) {
      const int next = end + 1 < this->model()->rowCount(parent) ? end + 1 : start - 1;
      const QModelIndex near = next < 0 ? parent : this->model()->index(next, current.column(), parent);
      this->selectionModel()->clearSelection();
      this->selectionModel()->setCurrentIndex(near, QItemSelectionModel::NoUpdate);
    }
    View::rowsAboutToBeRemoved(parent, start, end);
  }

  void paintEvent(QPaintEvent* event) override {
    View::paintEvent(event);
    const QString text = this->property(kWhenEmpty).toString();
    if (text.isEmpty() || this->model()->rowCount() > 0) return;
    QPainter painter(this->viewport());
    painter.setPen(theme()[Token::TextMuted]);
    const QRect inner = this->viewport()->rect().adjusted(kSpace, kSpace, -kSpace, -kSpace);
    painter.drawText(inner, Qt::AlignCenter | Qt::TextWordWrap, text);
  }
};

QTableView* dressed(QTableView* view, QAbstractItemModel* model, const QString& name) {
  view->setModel(model);
  view->setAccessibleName(name);
  view->setSelectionBehavior(QAbstractItemView::SelectRows);
  view->setSelectionMode(QAbstractItemView::SingleSelection);
  view->setShowGrid(false);
  view->verticalHeader()->hide();
  view->verticalHeader()->setDefaultSectionSize(kHitSize);
  view->horizontalHeader()->setStretchLastSection(true);
  view->horizontalHeader()->setHighlightSections(false);
  view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  view->setTabKeyNavigation(false);
  view->setWordWrap(false);
  return view;
}

}  // namespace

QTableView* tableOf(QAbstractItemModel* model, const QString& name, QWidget* parent) {
  return dressed(new SteadyView<QTableView>(parent), model, name);
}

QTreeView* treeOf(QAbstractItemModel* model, const QString& name, QWidget* parent) {
  auto* view = new SteadyView<QTreeView>(parent);
  view->setModel(model);
  view->setAccessibleName(name);
  view->setUniformRowHeights(true);
  view->setExpandsOnDoubleClick(false);
  view->setSelectionMode(QAbstractItemView::SingleSelection);
  view->header()->setStretchLastSection(false);
  view->header()->setHighlightSections(false);
  view->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  return view;
}

void sayWhenEmpty(QAbstractItemView* view, const QString& text) {
  if (view->property(kWhenEmpty).toString() == text) return;
  view->setProperty(kWhenEmpty, text);
  view->viewport()->update();
}

QModelIndex chosenIn(const QAbstractItemView& view) {
  const QItemSelectionModel* rows = view.selectionModel();
  if (view.selectionMode() == QAbstractItemView::SingleSelection) return rows->selectedIndexes().value(0);
  return rows->isSelected(rows->currentIndex()) ? rows->currentIndex() : QModelIndex();
}

// The current row may be selected later than it became that, or before.
void whenChosen(QAbstractItemView* view, QObject* context, std::function<void()> then) {
  QObject::connect(view->selectionModel(), &QItemSelectionModel::selectionChanged, context, then);
  QObject::connect(view->selectionModel(), &QItemSelectionModel::currentChanged, context, then);
}

QTabBar* tabsOf(const QStringList& parts, const QString& name, QWidget* parent) {
  auto* tabs = new QTabBar(parent);
  tabs->setAccessibleName(name);
  tabs->setDrawBase(false);
  tabs->setExpanding(false);
  tabs->setUsesScrollButtons(false);
  tabs->setElideMode(Qt::ElideNone);
  for (const QString& part : parts) tabs->addTab(part);
  return tabs;
}

void sizeColumns(QTableView* view, std::initializer_list<int> widths) {
  QHeaderView* header = view->horizontalHeader();
  header->setStretchLastSection(true);
  int section = 0;
  for (const int width : widths) {
    header->resizeSection(section, std::max(width, header->sectionSizeHint(section) + kSpace));
    ++section;
  }
}

QVBoxLayout* columnOf(QWidget* widget) {
  auto* column = new QVBoxLayout(widget);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpace);
  return column;
}

QVBoxLayout* pageColumn(QWidget* page) {
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(2 * kSpace, kSpace, 2 * kSpace, 2 * kSpace);
  column->setSpacing(kSpace);
  return column;
}

QVBoxLayout* windowColumn(QDialog* window, const QString& title, QSize size) {
  window->setAttribute(Qt::WA_DeleteOnClose);
  window->setWindowTitle(title);
  window->resize(size);
  auto* column = new QVBoxLayout(window);
  column->setContentsMargins(2 * kSpace, 2 * kSpace, 2 * kSpace, 2 * kSpace);
  column->setSpacing(kSpace);
  return column;
}

QSplitter* panesOf(Qt::Orientation orientation, std::initializer_list<Pane> panes, QWidget* parent) {
  auto* made = new QSplitter(orientation, parent);
  made->setHandleWidth(2 * kSpace);
  made->setChildrenCollapsible(false);
  QList<int> sizes;
  for (const Pane& pane : panes) {
    made->addWidget(pane.widget);
    made->setStretchFactor(made->count() - 1, pane.stretch);
    sizes << pane.size;
  }
  made->setSizes(sizes);
  return made;
}

void repolish(QWidget* widget) {
  widget->style()->unpolish(widget);
  widget->style()->polish(widget);
}

void allow(QAbstractButton* button, const QString& why, const QString& help) {
  button->setEnabled(why.isEmpty());
  button->setToolTip(why.isEmpty() ? help : why);
}

QString coloredHtml(Token token, const QString& text) {
  return QStringLiteral("<span style='color:%1'>%2</span>").arg(theme()[token].name(), text);
}

void FactRows::add(const QString& name, const QString& value) {
  rows_ += QStringLiteral("<tr><td style='padding:2px 16px 2px 0'>%1</td><td style='padding:2px 0'>%2</td></tr>")
               .arg(coloredHtml(Token::TextMuted, name), value);
}

QString FactRows::html() const { return QStringLiteral("<table cellspacing='0'>%1</table>").arg(rows_); }

QString sectionHtml(const QString& title, const QString& body) {
  return QStringLiteral("<h4 style='margin:14px 0 4px 0'>%1</h4>%2").arg(title, body);
}

}  // namespace console
