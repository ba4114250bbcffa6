#include "console-gui/pages/topology_page.h"

#include <QComboBox>
#include <QFrame>
#include <QItemSelectionModel>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <algorithm>

#include "console-gui/canvas/minimap.h"
#include "console-gui/canvas/topology_legend.h"
#include "console-gui/widgets/ask_save.h"
#include "console-gui/widgets/page_parts.h"

namespace console {

TopologyPage::TopologyPage(Workspace& workspace, QWidget* parent) : Page(workspace, PageId::Topology, parent) {
  buildTools();
  buildBody();
  connect(&maker_, &TopologyMaker::made, this, &TopologyPage::show);
  connect(canvas_, &TopologyCanvas::inspect, this, &TopologyPage::inspect);
  connect(canvas_, &TopologyCanvas::groupToggled, this, &TopologyPage::setGroupOpen);
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    maker_.reset();
    view_ = nullptr;
    canvas_->setTopology(nullptr);
    options_.opened.clear();
    setDiffMode(false);
    setPathMode(false);
    tellEmpty();
  });
  connect(&workspace.draft(), &Draft::effectChanged, this, [this] {
    markDiff();
    if (diffMode_ && isVisible()) make();
  });
  connect(&workspace.draft(), &Draft::changed, this, [this] {
    if (diffMode_ && this->workspace().draft().isEmpty()) setDiffMode(false);
    markDiff();
  });
  // After the canvas has found what is selected.
  connect(&workspace.selection(), &Selection::changed, this, &TopologyPage::selectRows);
  markDiff();
  tellEmpty();
}

bool TopologyPage::isTable() const { return stack_->currentWidget() == rows_; }

// --- what the tools do ---

void TopologyPage::setGrouping(TopologyGrouping grouping) {
  if (options_.grouping == grouping) return;
  options_.grouping = grouping;
  options_.opened.clear();
  const QSignalBlocker quiet(grouping_);
  grouping_->setCurrentIndex(static_cast<int>(grouping));
  make();
}

void TopologyPage::setColorBy(TopologyColor by) {
  const QSignalBlocker quiet(colors_);
  colors_->setCurrentIndex(static_cast<int>(by));
  canvas_->setColorBy(by);
  legend_->setScene(canvas_->scene());
}

void TopologyPage::setGroupOpen(const TopologyKey& key, bool open) {
  const auto at = std::ranges::lower_bound(options_.opened, key, {}, &std::pair<TopologyKey, bool>::first);
  if (at != options_.opened.end() && at->first == key) {
    at->second = open;
  } else {
    options_.opened.insert(at, {key, open});
  }
  make();
}

void TopologyPage::setAllGroupsOpen(bool open) {
  const TopologyPtr& topology = canvas_->scene().topology;
  if (!topology) return;
  options_.opened.clear();
  for (const TopologyGroup& group : topology->graph.groups) options_.opened.emplace_back(group.key, open);
  make();
}

void TopologyPage::setPathMode(bool on) {
  paths_->setChecked(on);
  if (pathMode_ == on) return;
  pathMode_ = on;
  pathHost_ = {};
  pathUnit_ = 0;
  if (on) pickForPaths();
  tellPaths();
}

void TopologyPage::showPaths(san::ObjectRef host, san::Id unit) {
  pathMode_ = true;
  paths_->setChecked(true);
  pathHost_ = host;
  pathUnit_ = unit;
  tellPaths();
}

QString TopologyPage::whyNoDiff() const {
  if (workspace().isPast()) return tr("The past has no draft. Go back to the present.");
  if (workspace().draft().isEmpty()) return tr("There is no draft. Change something on the Zoning page first.");
  if (!workspace().draft().effect()) return tr("What the draft does is being worked out.");
  return {};
}

void TopologyPage::setDiffMode(bool on) {
  on = on && whyNoDiff().isEmpty();
  diff_->setChecked(on);
  if (diffMode_ == on) return;
  diffMode_ = on;
  make();
}

void TopologyPage::setTable(bool on) {
  asTable_->setChecked(on);
  if (!emptyCard_->isHidden() && stack_->currentWidget() == emptyCard_) return;
  stack_->setCurrentWidget(on ? static_cast<QWidget*>(rows_) : picture_);
  for (QToolButton* button : views_) button->setEnabled(!on);
  selectRows();
}

void TopologyPage::exportAs(TopologyFormat format, TopologyArea area) {
  const QString suffix = suffixOf(format);
  const QString path = askSaveFile(this, tr("Export the topology"), QStringLiteral("topology.") + suffix,
                                   QStringLiteral("%1 (*.%2)").arg(suffix.toUpper(), suffix));
  if (!path.isEmpty()) exportTo(format, area, path);
}

void TopologyPage::exportTo(TopologyFormat format, TopologyArea area, const QString& path) {
  const auto tell = [this, path](const QString& why) {
    const QString key = QStringLiteral("export ") + path;
    if (why.isEmpty()) {
      workspace().notices().tell({Notice::Level::Success, key, tr("The topology was exported"), path, {}, {}});
    } else {
      workspace().notices().tell({Notice::Level::Warning, key, tr("The topology was not exported"), why, {}, {}});
    }
  };
  if (!canvas_->scene().topology) return tell(tr("There is nothing to export yet."));
  const TopologyPicture picture{canvas_->scene(), canvas_->seen(), area, font(), &theme()};
  exporting_.run([format, picture, path] { return exportTopology(format, picture, path); }, tell);
}

// --- what is shown ---

void TopologyPage::refresh(const ViewPtr& view) {
  view_ = view;
  if (diffMode_ && !whyNoDiff().isEmpty()) {
    diffMode_ = false;
    diff_->setChecked(false);
  }
  markDiff();
  make();
}

void TopologyPage::make() {
  if (!view_) return;
  TopologyOptions options = options_;
  ViewPtr view = view_;
  if (const DraftEffectPtr& effect = workspace().draft().effect(); diffMode_ && effect) {
    auto base = std::make_shared<View>(*view_);
    base->index = effect->before;
    options.after = effect->after;
    options.diff = effect->diff;
    view = std::move(base);
  }
  maker_.make(std::move(view), std::move(options));
  if (!canvas_->scene().topology) tellEmpty();
}

void TopologyPage::show(const TopologyPtr& topology) {
  canvas_->setSanWords(workspace().sanWords());
  canvas_->setTopology(topology);
  canvas_->setFilter(workspace().filter());
  table_->setTopology(topology, workspace().sanWords());
  allGroups_->setEnabled(!topology->graph.groups.empty());
  tellEmpty();
  tellPaths();
  legend_->setScene(canvas_->scene());
  selectRows();
  emit topologyShown();
}

void TopologyPage::refreshMarks() {
  const TopologyPtr& topology = canvas_->scene().topology;
  if (canvas_->scene().sanWords != workspace().sanWords()) {
    canvas_->setSanWords(workspace().sanWords());
    if (topology) table_->setTopology(topology, workspace().sanWords());
  }
  canvas_->setFilter(workspace().filter());
  if (pathMode_) pickForPaths();
  tellPaths();
  selectRows();
}

void TopologyPage::tellEmpty() {
  const TopologyPtr& topology = canvas_->scene().topology;
  const bool empty = !topology || topology->graph.nodes.empty();
  legend_->setVisible(!empty);
  if (!topology && view_) {
    emptyTitle_->setText(tr("Drawing the SAN"));
    emptyText_->setText(tr("The picture is being laid out."));
  } else if (!topology) {
    emptyTitle_->setText(tr("No SAN is open"));
    emptyText_->setText(
        tr("Open the demo, connect to a server, or open an exported file. The topology appears here by itself."));
  } else {
    emptyTitle_->setText(tr("Nothing is registered yet"));
    emptyText_->setText(
        tr("Start an agent on a host or a storage server, or point the iSNS client of an initiator or a target at this "
           "server. "
           "It appears here as soon as it registers."));
  }
  if (empty) {
    stack_->setCurrentWidget(emptyCard_);
  } else {
    stack_->setCurrentWidget(asTable_->isChecked() ? static_cast<QWidget*>(rows_) : picture_);
  }
}

void TopologyPage::markDiff() {
  const QString why = whyNoDiff();
  diff_->setEnabled(why.isEmpty());
  const QString what = tr("Shows what the draft adds and removes.");
  diff_->setToolTip(why.isEmpty() ? what : what + QLatin1Char('\n') + why);
  diff_->setStatusTip(why);
}

// What is selected next becomes an end of the path: a host, or something of one; a logical unit.
void TopologyPage::pickForPaths() {
  if (!view_) return;
  const san::SanIndex& index = *view_->index;
  for (const san::ObjectRef ref : workspace().selection().objects()) {
    if (ref.kind == san::Kind::LogicalUnit) {
      pathUnit_ = ref.id;
    } else if (index.hostNumber(ref)) {
      pathHost_ = ref;
    } else if (ref.kind == san::Kind::Node) {
      const san::Node* node = index.node(ref.id);
      if (node != nullptr && node->initiator) pathHost_ = index.hostOf(ref.id);
    }
  }
}

void TopologyPage::tellPaths() {
  const TopologyPtr& topology = canvas_->scene().topology;
  std::shared_ptr<const TopologyPaths> paths;
  QString text;
  if (pathMode_ && topology && pathHost_ && pathUnit_ != 0) {
    paths = std::make_shared<const TopologyPaths>(
        topologyPathsOf(topology->graph, topology->index(), pathHost_, pathUnit_));
    text = QStringLiteral("<b>%1</b> %2")
               .arg(paths->answer.toHtmlEscaped(), paths->weaknesses.join(QLatin1Char(' ')).toHtmlEscaped());
    strip_->setProperty("level",
                        paths->working == 0 || !paths->weaknesses.isEmpty() ? QStringLiteral("warning") : QString());
  } else if (pathMode_) {
    const auto name = [&](san::ObjectRef ref) { return titled(view_->snapshot(), ref).toHtmlEscaped(); };
    const QString missing =
        pathHost_ ? tr("From <b>%1</b>: select a logical unit to see the paths to it.").arg(name(pathHost_))
        : pathUnit_ != 0
            ? tr("To <b>%1</b>: select a host to see the paths from it.").arg(name({san::Kind::LogicalUnit, pathUnit_}))
            : tr("Select a host and a logical unit to see the paths between them.");
    text = missing;
    strip_->setProperty("level", QString());
  }
  if (paths != canvas_->scene().paths) {
    canvas_->setPaths(paths);
    legend_->setScene(canvas_->scene());
  }
  if (text.isEmpty()) return tellFilter();
  stripText_->setText(text);
  stripAction_->setText(tr("End path mode"));
  repolish(strip_);
  strip_->show();
}

void TopologyPage::tellFilter() {
  const TopologyScene& scene = canvas_->scene();
  const bool nothing = scene.topology && !scene.topology->graph.nodes.empty() && !scene.lit.empty() &&
                       std::ranges::none_of(scene.lit, [](std::uint8_t lit) { return lit != 0; });
  strip_->setVisible(nothing);
  if (!nothing) return;
  stripText_->setText(tr("The filter <b>%1</b> meets nothing that the topology shows.")
                          .arg(workspace().filter().text().toHtmlEscaped()));
  stripAction_->setText(tr("Clear the filter"));
}

// --- the table's selection and the workspace's ---

void TopologyPage::selectRows() {
  // What the table itself has chosen stays as it is.
  if (syncing_ || !isTable() || !table_->topology()) return;
  syncing_ = true;
  QItemSelection rows;
  QModelIndex current;
  for (const std::uint32_t node : canvas_->overlay().selected) {
    const QModelIndex index = sorted_->mapFromSource(table_->index(static_cast<int>(node), 0));
    if (!index.isValid()) continue;
    rows.select(index, index);
    if (node == canvas_->current() || !current.isValid()) current = index;
  }
  rows_->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  if (current.isValid()) {
    rows_->selectionModel()->setCurrentIndex(current, QItemSelectionModel::NoUpdate);
    rows_->scrollTo(current);
  }
  syncing_ = false;
}

void TopologyPage::takeRows() {
  if (syncing_ || !isTable() || !table_->topology()) return;
  const auto& nodes = table_->topology()->graph.nodes;
  const auto objectAt = [&](const QModelIndex& index) {
    const auto node = index.data(TopologyTable::ObjectRole).toUInt();
    return index.isValid() && node < nodes.size() ? nodes[node].key.object : san::ObjectRef{};
  };
  std::vector<san::ObjectRef> objects;
  for (const QModelIndex& index : rows_->selectionModel()->selectedRows()) {
    if (const san::ObjectRef object = objectAt(index)) objects.push_back(object);
  }
  syncing_ = true;
  workspace().selection().set(std::move(objects), objectAt(rows_->currentIndex()));
  syncing_ = false;
}

}  // namespace console
