// What the topology page consists of: its tool row, canvas, minimap, table and legend. See topology_page.h.
#include <QComboBox>
#include <QFrame>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>

#include "console-gui/canvas/minimap.h"
#include "console-gui/canvas/topology_legend.h"
#include "console-gui/pages/topology_page.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

// The minimap lies in the corner of the canvas, clear of its scroll bars.
class Picture : public QWidget {
 public:
  Picture(QWidget* canvas, QWidget* corner) : canvas_(canvas), corner_(corner) {
    canvas->setParent(this);
    corner->setParent(this);
    corner->raise();
  }

 protected:
  void resizeEvent(QResizeEvent*) override {
    canvas_->setGeometry(rect());
    corner_->move(width() - corner_->width() - 2 * kSpace - 12, height() - corner_->height() - 2 * kSpace - 12);
    // A small canvas is its own overview.
    corner_->setVisible(width() > 4 * corner_->width() && height() > 3 * corner_->height());
  }

 private:
  QWidget* canvas_;
  QWidget* corner_;
};

class Sorted : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

 protected:
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override {
    const QVariant a = left.data(TopologyTable::SortRole), b = right.data(TopologyTable::SortRole);
    if (a.typeId() == QMetaType::QString) {
      const int order = QString::localeAwareCompare(a.toString(), b.toString());
      return order != 0 ? order < 0 : left.row() < right.row();
    }
    return a.toUInt() != b.toUInt() ? a.toUInt() < b.toUInt() : left.row() < right.row();
  }
};

}  // namespace

void TopologyPage::buildTools() {
  auto* page = new QVBoxLayout(this);
  page->setContentsMargins(2 * kSpace, 2 * kSpace, 2 * kSpace, 2 * kSpace);
  page->setSpacing(kSpace);
  auto* tools = new FlowLayout;
  page->addLayout(tools);

  const auto choice = [&](const QString& name, const QStringList& items) {
    auto* label = plainLabel(name, this);
    label->setProperty("role", QStringLiteral("muted"));
    auto* box = new QComboBox(this);
    box->addItems(items);
    box->setAccessibleName(QString(name).remove(QLatin1Char('&')));
    box->setMinimumHeight(kHitSize);
    label->setBuddy(box);
    tools->addWidget(label);
    tools->addWidget(box);
    return box;
  };
  grouping_ =
      choice(tr("Group by"), {tr("Automatic"), tr("Nothing"), tr("Site"), tr("Cluster"), tr("Array"), tr("Label")});
  connect(grouping_, &QComboBox::currentIndexChanged, this,
          [this](int at) { setGrouping(static_cast<TopologyGrouping>(at)); });
  colors_ = choice(tr("Colour b&y"), {tr("State"), tr("Label"), tr("Fabric"), tr("Set")});
  connect(colors_, &QComboBox::currentIndexChanged, this,
          [this](int at) { setColorBy(static_cast<TopologyColor>(at)); });

  const auto button = [&](const QString& text, const QString& tip, const QString& name = {}) {
    auto* made = new QToolButton(this);
    made->setText(text);
    made->setToolTip(tip);
    made->setAccessibleName(name.isEmpty() ? text : name);
    made->setMinimumSize(kHitSize, kHitSize);
    made->setFocusPolicy(Qt::StrongFocus);
    tools->addWidget(made);
    return made;
  };
  allGroups_ = button(tr("Groups"), tr("Opens or closes all groups."), tr("Open or close all groups"));
  allGroups_->setPopupMode(QToolButton::InstantPopup);
  auto* groups = new QMenu(allGroups_);
  groups->addAction(tr("Open all groups"), this, [this] { setAllGroupsOpen(true); });
  groups->addAction(tr("Close all groups"), this, [this] { setAllGroupsOpen(false); });
  allGroups_->setMenu(groups);
  allGroups_->setEnabled(false);
  paths_ = button(tr("Paths"), tr("Shows the paths between a host and a logical unit, and what all of them need."));
  paths_->setCheckable(true);
  connect(paths_, &QToolButton::clicked, this, &TopologyPage::setPathMode);
  diff_ = button(tr("Draft"), {}, tr("What the draft changes"));
  diff_->setCheckable(true);
  connect(diff_, &QToolButton::clicked, this, &TopologyPage::setDiffMode);
  tools->addStretch();

  const auto view = [&](const QString& text, const QString& tip, const QString& name, auto&& act) {
    QToolButton* made = button(text, tip, name);
    connect(made, &QToolButton::clicked, this, act);
    views_.push_back(made);
  };
  view(QStringLiteral("\u2212"), tr("Zoom out (Minus)"), tr("Zoom out"), [this] { canvas_->zoomBy(1 / 1.25); });
  view(QStringLiteral("+"), tr("Zoom in (Plus)"), tr("Zoom in"), [this] { canvas_->zoomBy(1.25); });
  view(tr("Fit"), tr("Shows everything (Home)"), tr("Show everything"), [this] { canvas_->fit(); });
  view(tr("Selection"), tr("Zooms to what is selected (F)"), tr("Zoom to the selection"),
       [this] { canvas_->zoomToSelection(); });
  asTable_ =
      button(tr("Table"), tr("Shows the same nodes as a table, with the same selection."), tr("Show as a table"));
  asTable_->setCheckable(true);
  connect(asTable_, &QToolButton::clicked, this, &TopologyPage::setTable);
  QToolButton* exports = button(tr("Export"), tr("Writes what is shown to a file."));
  exports->setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(exports);
  const auto entry = [&](const QString& text, TopologyFormat format, TopologyArea area) {
    menu->addAction(text, this, [this, format, area] { exportAs(format, area); });
  };
  entry(tr("Picture of what is seen (PNG)\u2026"), TopologyFormat::Png, TopologyArea::Seen);
  entry(tr("Picture of everything (PNG)\u2026"), TopologyFormat::Png, TopologyArea::Whole);
  entry(tr("Drawing of what is seen (SVG)\u2026"), TopologyFormat::Svg, TopologyArea::Seen);
  entry(tr("Drawing of everything (SVG)\u2026"), TopologyFormat::Svg, TopologyArea::Whole);
  menu->addSeparator();
  entry(tr("Graph (dot)\u2026"), TopologyFormat::Dot, TopologyArea::Whole);
  entry(tr("Table (CSV)\u2026"), TopologyFormat::Csv, TopologyArea::Whole);
  exports->setMenu(menu);
}

void TopologyPage::buildBody() {
  auto* page = static_cast<QVBoxLayout*>(layout());
  strip_ = new QFrame(this);
  strip_->setProperty("role", QStringLiteral("strip"));
  auto* strip = new QHBoxLayout(strip_);
  strip->setContentsMargins(kSpace + 4, kSpace / 2, kSpace / 2, kSpace / 2);
  stripText_ = plainLabel({}, strip_);
  stripText_->setWordWrap(true);
  stripText_->setTextFormat(Qt::RichText);
  stripAction_ = new QToolButton(strip_);
  stripAction_->setMinimumHeight(kHitSize);
  stripAction_->setFocusPolicy(Qt::StrongFocus);
  connect(stripAction_, &QToolButton::clicked, this, [this] {
    if (pathMode_) {
      setPathMode(false);
    } else {
      workspace().filter().setText({});
    }
  });
  strip->addWidget(stripText_, 1);
  strip->addWidget(stripAction_);
  strip_->hide();
  page->addWidget(strip_);

  canvas_ = new TopologyCanvas(workspace().selection());
  minimap_ = new Minimap(*canvas_);
  picture_ = new Picture(canvas_, minimap_);
  table_ = new TopologyTable(this);
  sorted_ = new Sorted(this);
  sorted_->setSourceModel(table_);
  rows_ = new QTableView(this);
  rows_->setModel(sorted_);
  rows_->setSortingEnabled(true);
  rows_->sortByColumn(TopologyTable::Kind, Qt::AscendingOrder);
  rows_->setSelectionBehavior(QAbstractItemView::SelectRows);
  rows_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  rows_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  rows_->setShowGrid(false);
  rows_->setWordWrap(false);
  rows_->setTabKeyNavigation(false);
  rows_->setAccessibleName(tr("Topology as a table"));
  rows_->verticalHeader()->hide();
  rows_->verticalHeader()->setDefaultSectionSize(kHitSize);
  rows_->horizontalHeader()->setStretchLastSection(true);
  rows_->horizontalHeader()->setHighlightSections(false);
  for (const auto& [column, width] : {std::pair{TopologyTable::Name, 240},
                                      {TopologyTable::Kind, 130},
                                      {TopologyTable::State, 140},
                                      {TopologyTable::Objects, 80},
                                      {TopologyTable::Before, 220},
                                      {TopologyTable::After, 220}}) {
    rows_->setColumnWidth(column, width);
  }
  connect(rows_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TopologyPage::takeRows);
  connect(rows_, &QTableView::activated, this, [this](const QModelIndex& index) {
    const auto node = index.data(TopologyTable::ObjectRole).toUInt();
    const TopologyNode& own = table_->topology()->graph.nodes[node];
    if (own.key.group) {
      setGroupOpen(own.key, true);
    } else {
      emit inspect(own.key.object);
    }
  });

  emptyCard_ = new QWidget(this);
  auto* empty = new QVBoxLayout(emptyCard_);
  emptyTitle_ = plainLabel({}, emptyCard_);
  emptyTitle_->setProperty("role", QStringLiteral("heading"));
  emptyText_ = plainLabel({}, emptyCard_);
  emptyText_->setProperty("role", QStringLiteral("muted"));
  emptyText_->setWordWrap(true);
  emptyText_->setMinimumWidth(420);
  emptyText_->setMaximumWidth(520);
  emptyText_->setAlignment(Qt::AlignHCenter);
  empty->addStretch();
  empty->addWidget(emptyTitle_, 0, Qt::AlignHCenter);
  empty->addWidget(emptyText_, 0, Qt::AlignHCenter);
  empty->addStretch();

  stack_ = new QStackedWidget(this);
  stack_->addWidget(emptyCard_);
  stack_->addWidget(picture_);
  stack_->addWidget(rows_);
  page->addWidget(stack_, 1);
  legend_ = new TopologyLegend(this);
  page->addWidget(legend_);
}

}  // namespace console
