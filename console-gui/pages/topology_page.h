// TopologyPage: the SAN as a picture, with its table twin, legend and minimap.
//
// What the tool row does is public, so that the registry of actions does the same. The page makes topologies off the UI
// thread (TopologyMaker) while it is visible. Path mode: the host and the logical unit that are selected next are what
// it asks for. Diff mode: the draft's base and result together. The UI thread.
#pragma once

#include "console-gui/canvas/topology_canvas.h"
#include "console-gui/canvas/topology_export.h"
#include "console-gui/model/topology_table.h"
#include "console-gui/pages/page.h"
#include "console-gui/report/save_queue.h"

class QComboBox;
class QFrame;
class QLabel;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace console {

class Minimap;
class TopologyLegend;

class TopologyPage : public Page {
  Q_OBJECT

 public:
  explicit TopologyPage(Workspace& workspace, QWidget* parent = nullptr);

  [[nodiscard]] QString title() const override { return tr("Topology"); }

  void setGrouping(TopologyGrouping grouping);
  void setColorBy(TopologyColor by);
  void setPathMode(bool on);
  void setDiffMode(bool on);
  void setTable(bool on);
  void setGroupOpen(const TopologyKey& key, bool open);
  void setAllGroupsOpen(bool open);
  [[nodiscard]] bool isPathMode() const { return pathMode_; }
  [[nodiscard]] bool isTable() const;
  // Why diff mode has nothing to show; empty: it has.
  [[nodiscard]] QString whyNoDiff() const;
  // Path mode between these two.
  void showPaths(san::ObjectRef host, san::Id unit);

  [[nodiscard]] TopologyCanvas& canvas() { return *canvas_; }
  [[nodiscard]] const TopologyTable& table() const { return *table_; }
  [[nodiscard]] bool isBusy() const override { return maker_.isBusy() || exporting_.isBusy(); }

  // What is there now, painted and written off the UI thread; a notice tells how it went.
  void exportAs(TopologyFormat format, TopologyArea area);  // asks where to
  void exportTo(TopologyFormat format, TopologyArea area, const QString& path);

 signals:
  void inspect(san::ObjectRef object);
  void topologyShown();

 protected:
  void refresh(const ViewPtr& view) override;
  void refreshMarks() override;

 private:
  void buildTools();
  void buildBody();
  void make();
  void show(const TopologyPtr& topology);
  void tellEmpty();
  void tellPaths();
  void tellFilter();
  void markDiff();
  void pickForPaths();
  void selectRows();
  void takeRows();

  TopologyMaker maker_;
  SaveQueue exporting_;
  ViewPtr view_;
  TopologyOptions options_;
  bool pathMode_ = false, diffMode_ = false, syncing_ = false;
  san::ObjectRef pathHost_;
  san::Id pathUnit_ = 0;

  QComboBox* grouping_ = nullptr;
  QComboBox* colors_ = nullptr;
  QToolButton* paths_ = nullptr;
  QToolButton* diff_ = nullptr;
  QToolButton* asTable_ = nullptr;
  QToolButton* allGroups_ = nullptr;
  std::vector<QToolButton*> views_;  // what the canvas alone can do
  QFrame* strip_ = nullptr;
  QLabel* stripText_ = nullptr;
  QToolButton* stripAction_ = nullptr;
  QStackedWidget* stack_ = nullptr;
  QLabel* emptyTitle_ = nullptr;
  QLabel* emptyText_ = nullptr;
  QWidget* emptyCard_ = nullptr;
  QWidget* picture_ = nullptr;
  TopologyCanvas* canvas_ = nullptr;
  Minimap* minimap_ = nullptr;
  TopologyTable* table_ = nullptr;
  QSortFilterProxyModel* sorted_ = nullptr;
  QTableView* rows_ = nullptr;
  TopologyLegend* legend_ = nullptr;
};

}  // namespace console
