#include "console-gui/pages/access_page.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "console-gui/model/access_csv.h"
#include "console-gui/model/access_time.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/report/save_file.h"
#include "console-gui/widgets/ask_save.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/page_parts.h"
#include "console-gui/widgets/revision_popup.h"

namespace console {
namespace {

constexpr std::size_t kMostKnown = 8;  // revisions in a menu

// In the order of the choices.
constexpr std::array kRowGroups{AccessGroup::None, AccessGroup::Site, AccessGroup::Cluster, AccessGroup::Label};
constexpr std::array kColumnGroups{AccessGroup::None, AccessGroup::Site, AccessGroup::Target, AccessGroup::Label};

QString number(std::size_t value) { return QLocale().toString(static_cast<qulonglong>(value)); }

}  // namespace

AccessPage::AccessPage(Workspace& workspace, QWidget* parent)
    : Page(workspace, PageId::Access, parent), model_(workspace) {
  setAccessibleName(title());
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(2 * kSpace, kSpace, 2 * kSpace, kSpace);
  layout->setSpacing(kSpace);
  layout->addWidget(makeBar());
  layout->addWidget(makeStrip());

  canvas_ = new MatrixCanvas(workspace.selection(), this);
  auto* empty = new QWidget(this);
  auto* emptyLayout = new QVBoxLayout(empty);
  emptyLayout->addStretch(2);
  emptyTitle_ = plainLabel({}, empty);
  emptyTitle_->setProperty("role", QStringLiteral("heading"));
  emptyText_ = plainLabel({}, empty);
  emptyText_->setProperty("role", QStringLiteral("muted"));
  emptyText_->setWordWrap(true);
  emptyText_->setFixedWidth(440);
  emptyText_->setAlignment(Qt::AlignCenter);
  emptyAction_ = new QPushButton(tr("Clear the filter"), empty);
  connect(emptyAction_, &QPushButton::clicked, this, [this] { this->workspace().filter().setText({}); });
  for (QWidget* one : std::initializer_list<QWidget*>{emptyTitle_, emptyText_, emptyAction_})
    emptyLayout->addWidget(one, 0, Qt::AlignHCenter);
  emptyLayout->addStretch(3);
  stack_ = new QStackedWidget(this);
  stack_->addWidget(empty);
  stack_->addWidget(canvas_);

  auto* card = new QFrame(this);
  card->setProperty("role", QStringLiteral("card"));
  auto* cardLayout = new QVBoxLayout(card);
  cardLayout->setContentsMargins(1, 1, 1, kSpace);
  cardLayout->setSpacing(kSpace);
  cardLayout->addWidget(stack_, 1);
  auto* legend = new StateLegend(card);
  auto* legendRow = new QHBoxLayout;
  legendRow->setContentsMargins(kSpace + 4, 0, kSpace + 4, 0);
  legendRow->addWidget(legend);
  cardLayout->addLayout(legendRow);

  auto* splitter = new QSplitter(Qt::Horizontal, this);
  splitter->setChildrenCollapsible(false);
  splitter->setHandleWidth(kSpace);
  splitter->addWidget(card);
  splitter->addWidget(makeSide());
  splitter->setStretchFactor(0, 1);
  splitter->setStretchFactor(1, 0);
  splitter->setSizes({900, 360});
  layout->addWidget(splitter, 1);

  connect(&model_, &AccessModel::gridChanged, this, [this] {
    canvas_->setGrid(model_.grid());
    canvas_->setMarks(model_.marks());
    overview_->setGrid(model_.grid());
    showOptions();
    showState();
    showWhy();
  });
  connect(&model_, &AccessModel::marksChanged, this, [this] { canvas_->setMarks(model_.marks()); });
  connect(&model_, &AccessModel::narrowingChanged, this, [this] {
    fillComparison();
    showState();
  });
  connect(canvas_, &MatrixCanvas::groupToggled, &model_, &AccessModel::toggleGroup);
  connect(canvas_, &MatrixCanvas::currentChanged, this, &AccessPage::showWhy);
  connect(canvas_, &MatrixCanvas::whyAsked, this, &AccessPage::askWhy);
  connect(canvas_, &MatrixCanvas::inspected, this, &AccessPage::inspect);
  connect(why_, &WhyPanel::revisionChosen, this,
          [this](san::Revision revision) { this->workspace().showPast(revision); });
  // Who has gone elsewhere meanwhile stays there.
  connect(why_, &WhyPanel::answered, this, [this] {
    const QWidget* from = std::exchange(askedFrom_, nullptr);
    if (from != nullptr && from == QApplication::focusWidget()) focusWhy();
  });
  showState();
}

bool AccessPage::isBusy() const {
  return model_.isBusy() || model_.grid() == nullptr || overview_->isBusy() || why_->isBusy() || exporting_.isBusy();
}

AccessPage::~AccessPage() = default;

QComboBox* AccessPage::choice(const QString& name, const QStringList& entries) {
  auto* box = new QComboBox(this);
  box->setAccessibleName(name);
  box->setToolTip(name);
  box->addItems(entries);
  connect(box, &QComboBox::activated, this, &AccessPage::readOptions);
  return box;
}

QWidget* AccessPage::makeBar() {
  auto* bar = new QWidget(this);
  auto* rows = new QVBoxLayout(bar);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(kSpace);
  auto* first = new QHBoxLayout;
  auto* head = plainLabel(title(), bar);
  head->setProperty("role", QStringLiteral("title"));
  first->addWidget(head);
  first->addSpacing(kSpace);
  const auto menuButton = [&](const QString& text, const QString& help) {
    auto* button = new QToolButton(bar);
    button->setText(text);
    button->setToolTip(help);
    button->setAccessibleName(text);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setMenu(new QMenu(button));
    button->setProperty("role", QStringLiteral("menu"));
    return button;
  };
  questions_ = menuButton(tr("Questions"), tr("What the matrix is asked for: built-in and saved questions."));
  connect(questions_->menu(), &QMenu::aboutToShow, this, &AccessPage::fillQuestions);
  time_ = menuButton(tr("Now"), tr("The revision that is shown; any of the past can be, and compared with."));
  connect(time_->menu(), &QMenu::aboutToShow, this, &AccessPage::fillTime);
  export_ = menuButton(tr("Export"), tr("The matrix as it is shown: a picture, or a table of its cells."));
  export_->menu()->addAction(tr("As picture (PNG)\u2026"), this, [this] { exportPng({}); });
  export_->menu()->addAction(tr("As drawing (SVG)\u2026"), this, [this] { exportSvg({}); });
  export_->menu()->addAction(tr("As table (CSV)\u2026"), this, [this] { exportCsv({}); });
  first->addWidget(questions_);
  first->addWidget(time_);
  first->addStretch();
  const auto zoomButton = [&](const QString& text, const QString& name, auto&& run) {
    auto* button = new QToolButton(bar);
    button->setText(text);
    button->setAccessibleName(name);
    button->setToolTip(name);
    button->setFixedSize(kHitSize, kHitSize);
    connect(button, &QToolButton::clicked, this, run);
    first->addWidget(button);
  };
  zoomButton(QStringLiteral("\u2212"), tr("Smaller cells"), [this] { canvas_->zoom(-1); });
  zoomButton(QStringLiteral("+"), tr("Larger cells"), [this] { canvas_->zoom(1); });
  zoomButton(QStringLiteral("\u2922"), tr("Fit the whole matrix"), [this] { canvas_->fit(); });
  first->addWidget(export_);
  rows->addLayout(first);

  auto* second = new FlowLayout;
  // A caption and its choices stay together.
  const auto group = [&](const QString& text, std::initializer_list<QComboBox*> choices) {
    auto* part = new QWidget(bar);
    auto* row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, kSpace, 0);
    row->setSpacing(kSpace);
    row->addWidget(mutedLabel(text, part));
    for (QComboBox* one : choices) row->addWidget(one);
    second->addWidget(part);
  };
  rows_ = choice(tr("What the rows are"), {tr("Hosts"), tr("Clusters")});
  rowGroup_ = choice(tr("Groups of rows"), {tr("no groups"), tr("by site"), tr("by cluster"), tr("by label")});
  columns_ = choice(tr("What the columns are"), {tr("Logical units"), tr("Targets")});
  columnGroup_ = choice(tr("Groups of columns"), {tr("no groups"), tr("by site"), tr("by target"), tr("by label")});
  order_ = choice(tr("Order"), {tr("by name"), tr("by similarity")});
  order_->setItemData(1, tr("What is reached by the same hosts stands together, so that blocks show."),
                      Qt::ToolTipRole);
  group(tr("Rows"), {rows_, rowGroup_});
  group(tr("Columns"), {columns_, columnGroup_});
  group(tr("Order"), {order_});
  rows->addLayout(second);
  return bar;
}

QWidget* AccessPage::makeStrip() {
  strip_ = new QFrame(this);
  strip_->setProperty("role", QStringLiteral("strip"));
  strip_->setProperty("level", QStringLiteral("information"));
  auto* layout = new QHBoxLayout(strip_);
  layout->setContentsMargins(kSpace + 4, kSpace / 2, kSpace, kSpace / 2);
  stripText_ = plainLabel({}, strip_);
  stripText_->setWordWrap(true);
  layout->addWidget(stripText_, 1);
  stripOnly_ = new QPushButton(tr("Only what changed"), strip_);
  stripOnly_->setCheckable(true);
  connect(stripOnly_, &QPushButton::clicked, this, [this](bool on) {
    changedOnly_ = on;
    model_.showChangedOnly(on);
  });
  layout->addWidget(stripOnly_);
  stripEnd_ = new QPushButton(tr("Show everything"), strip_);
  connect(stripEnd_, &QPushButton::clicked, this, [this] {
    model_.endComparison();
    model_.endRestriction();
  });
  layout->addWidget(stripEnd_);
  strip_->hide();
  return strip_;
}

QWidget* AccessPage::makeSide() {
  auto* side = new QWidget(this);
  side->setMinimumWidth(280);
  auto* layout = new QVBoxLayout(side);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kSpace);
  overview_ = new MatrixOverview(*canvas_, side);
  overview_->setFixedHeight(112);
  layout->addWidget(overview_);
  why_ = new WhyPanel(workspace(), side);
  layout->addWidget(why_, 1);
  return side;
}

void AccessPage::readOptions() {
  AccessOptions options = model_.options();
  options.rows = static_cast<AccessRows>(rows_->currentIndex());
  options.columns = static_cast<AccessColumns>(columns_->currentIndex());
  options.order = static_cast<AccessOrder>(order_->currentIndex());
  options.rowGroup = kRowGroups[static_cast<std::size_t>(rowGroup_->currentIndex())];
  options.columnGroup = kColumnGroups[static_cast<std::size_t>(columnGroup_->currentIndex())];
  model_.setOptions(std::move(options));
}

void AccessPage::showOptions() {
  const AccessOptions& options = model_.options();
  const auto placeOf = [](const auto& groups, AccessGroup group) {
    return static_cast<int>(std::ranges::find(groups, group) - groups.begin());
  };
  rows_->setCurrentIndex(static_cast<int>(options.rows));
  columns_->setCurrentIndex(static_cast<int>(options.columns));
  order_->setCurrentIndex(static_cast<int>(options.order));
  rowGroup_->setCurrentIndex(placeOf(kRowGroups, options.rowGroup));
  columnGroup_->setCurrentIndex(placeOf(kColumnGroups, options.columnGroup));
}

void AccessPage::fillQuestions() {
  QMenu& menu = *questions_->menu();
  menu.clear();
  menu.setToolTipsVisible(true);
  const ViewPtr& view = workspace().shown();
  if (!view) {
    menu.addAction(tr("Nothing is open"))->setEnabled(false);
    return;
  }
  std::size_t shown = 0;
  for (AccessQuestion& question : accessQuestions(*view, workspace().selection().objects())) {
    if (shown++ == kOwnQuestions) menu.addSeparator();
    QAction* action = menu.addAction(question.text.replace(QLatin1Char('&'), QStringLiteral("&&")));
    action->setEnabled(question.whyNot.isEmpty());
    action->setToolTip(question.whyNot.isEmpty() ? question.filter : question.whyNot);
    connect(action, &QAction::triggered, this, [this, question] { ask(question); });
  }
}

void AccessPage::ask(const AccessQuestion& question) {
  const ViewPtr& view = workspace().shown();
  if (!view) return;
  if (question.changed) return chooseComparison();
  model_.endComparison();
  if (!question.shared) {
    model_.endRestriction();
    workspace().filter().setText(question.filter);
    return;
  }
  std::vector<san::ObjectRef> units;
  if (view->findings) {
    for (const san::Finding& finding : view->findings->list) {
      if (finding.rule == "R11" && finding.open() && finding.subject) units.push_back(finding.subject);
    }
  }
  const QString what = tr("Shared outside of a cluster: %n logical unit(s)", nullptr, static_cast<int>(units.size()));
  model_.restrictTo(what, std::move(units));
}

void AccessPage::fillTime() {
  QMenu& menu = *time_->menu();
  menu.clear();
  qDeleteAll(menu.findChildren<QMenu*>(Qt::FindDirectChildrenOnly));
  const ViewPtr& present = workspace().present();
  if (!present) {
    menu.addAction(tr("Nothing is open"))->setEnabled(false);
    return;
  }
  QAction* now = menu.addAction(tr("Now, revision %1").arg(present->revision()), this, &AccessPage::backToPresent);
  now->setCheckable(true);
  now->setChecked(!workspace().isPast());
  const san::Revision shown = workspace().isPast() ? workspace().shown()->revision() : 0;
  const auto fill = [&](QMenu& into, bool compare) {
    for (const KnownRevision& one : knownRevisions(present->snapshot(), kMostKnown)) {
      QString text = tr("Revision %1 \u00b7 %2").arg(one.revision).arg(timeText(one.time));
      if (!one.what.isEmpty())
        text += QStringLiteral(" \u00b7 ") + QFontMetrics(menu.font()).elidedText(one.what, Qt::ElideRight, 240);
      QAction* action = into.addAction(text.replace(QLatin1Char('&'), QStringLiteral("&&")));
      action->setCheckable(!compare);
      action->setChecked(!compare && one.revision == shown);
      connect(action, &QAction::triggered, this, [this, compare, revision = one.revision] {
        compare ? model_.compareWith(revision, changedOnly_) : workspace().showPast(revision);
      });
    }
  };
  menu.addSeparator();
  fill(menu, false);
  menu.addAction(tr("Another revision or time\u2026"), this, &AccessPage::chooseRevision);
  menu.addSeparator();
  QMenu* compare = menu.addMenu(tr("Compare with"));
  fill(*compare, true);
  compare->addAction(tr("Another revision or time\u2026"), this, &AccessPage::chooseComparison);
}

void AccessPage::backToPresent() { workspace().showPast(0); }
void AccessPage::chooseRevision() {
  askRevision(tr("Show the SAN as it was"), [this](san::Revision revision) { workspace().showPast(revision); });
}
void AccessPage::chooseComparison() {
  askRevision(tr("Compare what is shown with"),
              [this](san::Revision revision) { model_.compareWith(revision, changedOnly_); });
}

void AccessPage::askRevision(const QString& what, std::function<void(san::Revision)> done) {
  if (!workspace().present()) return;
  auto* popup = new RevisionPopup(workspace(), what, std::move(done), this);
  popup->showBelow(*time_);
}

void AccessPage::fillComparison() {
  const auto& comparison = model_.comparison();
  const bool any = comparison || !model_.restriction().isEmpty();
  strip_->setVisible(any);
  if (!any) return;
  stripOnly_->setVisible(comparison.has_value());
  if (!comparison) {
    stripText_->setText(model_.restriction());
    return;
  }
  stripOnly_->setChecked(model_.isChangedOnly());
  stripText_->setText(
      tr("From revision %1 to %2: %3 cells gained, %4 lost, %5 with another right.")
          .arg(comparison->before)
          .arg(comparison->after)
          .arg(number(comparison->turns.gained), number(comparison->turns.lost), number(comparison->turns.rights)));
}

void AccessPage::refresh(const ViewPtr& view) {
  time_->setText(workspace().isPast() ? tr("Revision %1, %2").arg(view->revision()).arg(timeText(view->snapshot().time))
                                      : tr("Now"));
  time_->setAccessibleName(time_->text());
  model_.show(view);
  showState();
  showWhy();
}

void AccessPage::refreshMarks() {
  model_.refilter();
  showWhy();
}

bool AccessPage::event(QEvent* event) {
  if (event->type() == QEvent::Show || event->type() == QEvent::LanguageChange) showState();
  return Page::event(event);
}

void AccessPage::showState() {
  const auto& grid = model_.grid();
  const auto empty = [&](const QString& title, const QString& text, bool action) {
    emptyTitle_->setText(title);
    emptyText_->setText(text);
    emptyAction_->setVisible(action);
    stack_->setCurrentIndex(0);
  };
  for (QWidget* one :
       std::initializer_list<QWidget*>{rows_, columns_, order_, rowGroup_, columnGroup_, questions_, time_, export_}) {
    one->setEnabled(grid != nullptr);
  }
  if (!grid) {
    if (workspace().source() == nullptr)
      return empty(tr("Nothing is open"), tr("Open the demo, a server or a file: then who reaches what stands here."),
                   false);
    return empty(tr("Working it out"), tr("The matrix is made as soon as the SAN has come."), false);
  }
  if (grid->rows() > 0 && grid->columns() > 0) {
    stack_->setCurrentIndex(1);
    return;
  }
  if (workspace().filter().isActive()) {
    return empty(tr("Nothing meets the filter"),
                 tr("No host and no logical unit meets \u201c%1\u201d.").arg(workspace().filter().text()), true);
  }
  if (model_.comparison() && model_.isChangedOnly())
    return empty(tr("Nothing changed"), tr("Who reaches what is the same in both revisions."), false);
  if (!model_.restriction().isEmpty()) return empty(tr("There is none"), model_.restriction(), false);
  if (grid->lines().allHosts == 0) {
    return empty(
        tr("There is no host yet"),
        tr("Hosts come by themselves when their agents or iSNS clients register, or are made on the Zoning page."),
        false);
  }
  empty(tr("There is no logical unit yet"),
        tr("Logical units come by themselves when the agents of their targets report them."), false);
}

void AccessPage::showWhy() {
  const ViewPtr& view = workspace().shown();
  if (!view) return why_->setCell(nullptr, {}, {});
  const HostAndUnit pair = hostAndUnit(*view->index, workspace().selection().objects());
  CellLook look;
  if (pair && model_.grid() && model_.grid()->facts()->view() == view) {
    const auto row = model_.grid()->rowOf(pair.host);
    const auto column = model_.grid()->columnOf({san::Kind::LogicalUnit, pair.unit});
    if (row && column) look = canvas_->lookAt({*row, *column});
  }
  why_->setCell(view, pair, look);
}

void AccessPage::askWhy() {
  showWhy();
  askedFrom_ = why_->isBusy() ? QApplication::focusWidget() : nullptr;
  focusWhy();
}

// To the first of what can be pressed there; nothing can before the first proof is there.
void AccessPage::focusWhy() {
  for (QWidget* one : why_->findChildren<QPushButton*>()) {
    if (one->isVisible() && one->isEnabled()) return one->setFocus(Qt::OtherFocusReason);
  }
}

void AccessPage::save(const QString& path, std::function<QByteArray()> make) {
  exporting_.run(
      [path, make = std::move(make)] {
        const QByteArray bytes = make();
        return bytes.isEmpty()
                   ? tr("The picture is too large for the memory of this machine. Make the cells smaller, or narrow "
                        "what is shown by a filter.")
                   : saveWhole(path, bytes);
      },
      [this, path](const QString& fault) {
        const bool done = fault.isEmpty();
        workspace().notices().tell({done ? Notice::Level::Success : Notice::Level::Fault,
                                    QStringLiteral("export ") + path,
                                    done ? tr("Written to %1").arg(path) : tr("%1 was not written").arg(path),
                                    fault,
                                    {},
                                    {}});
      });
}

QString AccessPage::pathFor(const QString& path, const QString& ending, const QString& kind) {
  if (!path.isEmpty()) return path;
  return askSaveFile(this, tr("Export the access matrix"), QStringLiteral("access.") + ending, kind);
}

void AccessPage::exportPng(const QString& wanted) {
  const QString path = pathFor(wanted, QStringLiteral("png"), tr("Pictures (*.png)"));
  if (path.isEmpty() || !model_.grid()) return;
  save(path, [picture = canvas_->picture(theme())] { return picture.png(); });
}

void AccessPage::exportSvg(const QString& wanted) {
  const QString path = pathFor(wanted, QStringLiteral("svg"), tr("Drawings (*.svg)"));
  if (path.isEmpty() || !model_.grid()) return;
  save(path, [picture = canvas_->picture(theme()), title = tr("Access matrix")] { return picture.svg(title); });
}

void AccessPage::exportCsv(const QString& wanted) {
  const QString path = pathFor(wanted, QStringLiteral("csv"), tr("Tables (*.csv)"));
  if (path.isEmpty() || !model_.grid()) return;
  save(path,
       [grid = model_.grid(), marks = model_.marks()] { return QByteArray::fromStdString(accessCsv(*grid, marks)); });
}

}  // namespace console
