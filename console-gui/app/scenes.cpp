#include "console-gui/app/scenes.h"

#include <QApplication>
#include <QDialog>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPainter>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>
#include <QTreeView>
#include <array>

#include "console-gui/client/time_now.h"
#include "console-gui/model/finding_tree.h"
#include "console-gui/pages/access_page.h"
#include "console-gui/pages/activity_page.h"
#include "console-gui/pages/findings_page.h"
#include "console-gui/pages/import_window.h"
#include "console-gui/pages/label_window.h"
#include "console-gui/pages/object_window.h"
#include "console-gui/pages/reports_page.h"
#include "console-gui/pages/template_window.h"
#include "console-gui/pages/topology_page.h"

namespace console {
namespace {

constexpr int kPatience = 20'000;  // ms

bool page(Stage& stage, PageId id) {
  stage.workspace.go(id);
  return stage.wait([&] { return !stage.window.page(id)->isBusy(); });
}

TopologyPage& topology(Stage& stage) { return *static_cast<TopologyPage*>(stage.window.page(PageId::Topology)); }
ReportsPage& reports(Stage& stage) { return *static_cast<ReportsPage*>(stage.window.page(PageId::Reports)); }
ActivityPage& activity(Stage& stage) { return *static_cast<ActivityPage*>(stage.window.page(PageId::Activity)); }
AccessPage& access(Stage& stage) { return *static_cast<AccessPage*>(stage.window.page(PageId::Access)); }

bool topologyWith(Stage& stage, const std::function<void(TopologyPage&)>& change) {
  if (!page(stage, PageId::Topology)) return false;
  change(topology(stage));
  return stage.wait([&] { return !topology(stage).isBusy(); });
}

// A host leaves its zone, another comes in.
bool withDraft(Stage& stage) {
  const san::ObjectRef zone = stage.object(san::Kind::Domain, "z_db01");
  const san::ObjectRef out = stage.object(san::Kind::Node, "iqn.2026-01.example.corp:db01");
  const san::ObjectRef in = stage.object(san::Kind::Node, "iqn.2026-01.example.corp:app01");
  return stage.workspace.edit(MainWindow::tr("Take %1 out of %2").arg(QStringLiteral("db01"), QStringLiteral("z_db01")),
                              {{san::EditOp::Remove, zone, "nodes", out}}) &&
         stage.workspace.edit(MainWindow::tr("Put %1 into %2").arg(QStringLiteral("app01"), QStringLiteral("z_db01")),
                              {{san::EditOp::Add, zone, "nodes", in}}) &&
         stage.wait([&] { return stage.workspace.draft().effect() && !stage.workspace.draft().isWorking(); });
}

bool past(Stage& stage, san::Revision revision) {
  stage.workspace.showPast(revision);
  return stage.wait([&] { return stage.workspace.isPast(); });
}

bool chooseCell(Stage& stage, std::string_view host, std::string_view unit) {
  if (!page(stage, PageId::Access)) return false;
  const san::ObjectRef cell = stage.object(san::Kind::LogicalUnit, unit);
  stage.workspace.selection().set({stage.object(san::Kind::Host, host), cell}, cell);
  access(stage).askWhy();
  return stage.wait([&] { return !access(stage).isBusy(); });
}

// The window of an import over the zoning page.
bool importOf(Stage& stage, const char* text, const char* name) {
  if (!page(stage, PageId::Zoning)) return false;
  auto* window = new ImportWindow(stage.workspace, &stage.window);
  window->show();
  window->model().openText(text, QString::fromLatin1(name));
  return stage.wait([&] { return !window->model().isBusy(); });
}

// The window of a template over the zoning page, with what is selected.
bool templateOf(Stage& stage, ZoneTemplate which, const std::vector<san::ObjectRef>& selected) {
  if (!page(stage, PageId::Zoning)) return false;
  stage.workspace.selection().set(selected, selected.front());
  auto* window = new TemplateWindow(stage.workspace, &stage.window);
  window->choose(which);
  window->show();
  return stage.wait([&] { return !window->isBusy(); });
}

bool formOf(Stage& stage, ActionId action, const std::vector<san::ObjectRef>& selected) {
  if (!page(stage, PageId::Topology)) return false;
  stage.workspace.selection().set(selected, selected.empty() ? san::ObjectRef{} : selected.front());
  stage.window.actions().action(action)->trigger();
  auto* window = stage.window.findChild<ObjectWindow*>();
  return window != nullptr && stage.wait([&] { return !window->isBusy(); });
}

// What a change of the past would have shown: nothing happens by itself at a fixed time.
bool liveActivity(Stage& stage) {
  if (!page(stage, PageId::Activity)) return false;
  const ViewPtr now = stage.workspace.present();
  ViewPtr before;
  stage.workspace.source()->past(now->revision() - 1, [&](const PastSan& past) {
    if (past) before = viewOf(**past, kSceneTime, nullptr, Rules::Keep);
  });
  if (!stage.wait([&] { return before != nullptr; })) return false;
  activity(stage).feed().take(feedOf(*before, *now));
  return stage.wait([&] { return activity(stage).feed().rowCount() > 0; });
}

// A commit of the audit log, with what it changed.
bool chosenRecord(Stage& stage) {
  if (!page(stage, PageId::Activity)) return false;
  activity(stage).showPart(ActivityPage::Part::History);
  if (!stage.wait([&] { return !activity(stage).isBusy() && activity(stage).audit().rowCount() > 0; })) return false;
  for (auto* view : activity(stage).findChildren<QTableView*>()) {
    for (int row = 0; view->isVisible() && row < view->model()->rowCount(); ++row) {
      if (activity(stage).audit().at(row)->record.event != "change.commit") continue;
      view->selectRow(row);
      break;
    }
  }
  activity(stage).compare();
  return stage.wait([&] { return !activity(stage).isBusy(); });
}

// clang-format off
constexpr std::array kScenes{
    Scene{"first-run", false, [](Stage&) { return true; }},
    Scene{"overview", true, [](Stage& stage) { return page(stage, PageId::Overview); }},
    Scene{"overview-inspector", true, [](Stage& stage) {
      stage.workspace.selection().select(stage.object(san::Kind::Host, "test05"));
      return page(stage, PageId::Overview);
    }},
    Scene{"overview-past", true, [](Stage& stage) { return past(stage, 9) && page(stage, PageId::Overview); }},
    Scene{"topology", true, [](Stage& stage) { return page(stage, PageId::Topology); }},
    Scene{"topology-groups", true, [](Stage& stage) {
      return topologyWith(stage, [](TopologyPage& shown) { shown.setGrouping(TopologyGrouping::Site); });
    }},
    Scene{"topology-label", true, [](Stage& stage) {
      return topologyWith(stage, [](TopologyPage& shown) { shown.setColorBy(TopologyColor::Label); });
    }},
    Scene{"topology-paths", true, [](Stage& stage) {
      return topologyWith(stage, [&](TopologyPage& shown) {
        shown.showPaths(stage.object(san::Kind::Host, "db01"), stage.object(san::Kind::LogicalUnit, "cards-01").id);
      });
    }},
    Scene{"topology-draft", true, [](Stage& stage) {
      return withDraft(stage) && topologyWith(stage, [](TopologyPage& shown) { shown.setDiffMode(true); });
    }},
    Scene{"topology-table", true, [](Stage& stage) {
      return topologyWith(stage, [](TopologyPage& shown) { shown.setTable(true); });
    }},
    Scene{"access", true, [](Stage& stage) { return page(stage, PageId::Access); }},
    Scene{"access-why", true, [](Stage& stage) { return chooseCell(stage, "test05", "cards-02"); }},
    Scene{"access-missing", true, [](Stage& stage) { return chooseCell(stage, "app09", "app09-reports"); }},
    Scene{"access-groups", true, [](Stage& stage) {
      if (!page(stage, PageId::Access)) return false;
      AccessOptions options = access(stage).model().options();
      options.rowGroup = AccessGroup::Cluster;
      options.columnGroup = AccessGroup::Target;
      access(stage).model().setOptions(options);
      return stage.wait([&] { return !access(stage).isBusy(); });
    }},
    Scene{"access-nothing", true, [](Stage& stage) {
      stage.workspace.filter().setText(QStringLiteral("kind:host nosuchhost"));
      return page(stage, PageId::Access);
    }},
    Scene{"zoning", true, [](Stage& stage) { return page(stage, PageId::Zoning); }},
    Scene{"zoning-draft", true, [](Stage& stage) { return withDraft(stage) && page(stage, PageId::Zoning); }},
    Scene{"import", true, [](Stage& stage) {
      return importOf(stage,
                      "name,site,cluster,Gebaeude\nweb20,Zurich 1,,A\nweb21,Zurich 1,,A\ndb01,Zurich 9,,A\n,Zurich 1,,B\n"
                      "app01,,erp,B\nweb20,,,B\nweb22,Zurich 1,,C,spare\n",
                      "hosts.csv");
    }},
    Scene{"import-lio", true, [](Stage& stage) {
      return importOf(stage,
                      R"({"storage_objects": [{"plugin": "block", "name": "disk0", "wwn": "5b1c2d3e-4f50-6172"}],
                          "targets": [{"fabric": "iscsi", "wwn": "iqn.2003-01.org.linux-iscsi.array:disk", "tpgs": [
                            {"enable": true, "attributes": {"authentication": 1}, "luns": [{"index": 0, "storage_object": "/backstores/block/disk0"}],
                             "node_acls": [{"node_wwn": "iqn.2026-01.example.corp:db01", "chap_userid": "db", "chap_password": "not shown",
                                            "mapped_luns": [{"index": 0, "tpg_lun": 0}]}]}]}]})",
                      "saveconfig.json");
    }},
    Scene{"template-clone", true, [](Stage& stage) {
      return templateOf(stage, ZoneTemplate::CloneHost, {stage.object(san::Kind::Host, "db01"), stage.object(san::Kind::Host, "app01")});
    }},
    Scene{"template-pairs", true, [](Stage& stage) {
      return templateOf(stage, ZoneTemplate::SinglePairs, {stage.object(san::Kind::Host, "db01")});
    }},
    Scene{"import-none", true, [](Stage& stage) { return importOf(stage, "Hosts of the new room\nweb1 and web2\n", "hosts.txt"); }},
    Scene{"object-edit", true, [](Stage& stage) {
      return formOf(stage, ActionId::Edit, {stage.object(san::Kind::Host, "db01"), stage.object(san::Kind::Host, "app01")});
    }},
    Scene{"object-new", true, [](Stage& stage) {
      if (!formOf(stage, ActionId::NewObject, {})) return false;
      auto* window = stage.window.findChild<ObjectWindow*>();
      window->choose(san::Kind::Cable);
      window->findChild<QLineEdit*>(QStringLiteral("name"))->setText(QStringLiteral("Z140"));
      window->findChild<QLineEdit*>(QStringLiteral("from"))->setText(QStringLiteral("nowhere"));
      return stage.wait([&] { return !window->isBusy(); });
    }},
    Scene{"cable-labels", true, [](Stage& stage) {
      stage.window.actions().action(ActionId::CableLabels)->trigger();
      return stage.window.findChild<LabelWindow*>() != nullptr;
    }},
    Scene{"credentials", true, [](Stage& stage) { return page(stage, PageId::Credentials); }},
    Scene{"credentials-chosen", true, [](Stage& stage) {
      if (!page(stage, PageId::Credentials)) return false;
      auto* table = stage.window.page(PageId::Credentials)->findChild<QTableView*>(QStringLiteral("credentials"));
      if (table == nullptr || table->model()->rowCount() < 3) return false;
      table->selectRow(2);
      return stage.wait([&] { return !stage.window.page(PageId::Credentials)->isBusy(); });
    }},
    Scene{"findings", true, [](Stage& stage) { return page(stage, PageId::Findings); }},
    Scene{"findings-chosen", true, [](Stage& stage) {
      if (!page(stage, PageId::Findings)) return false;
      auto* tree = stage.window.page(PageId::Findings)->findChild<QTreeView*>();
      if (tree == nullptr || tree->model()->rowCount() == 0) return false;
      tree->setCurrentIndex(tree->model()->index(0, 0, tree->model()->index(0, 0)));
      return true;
    }},
    Scene{"reports", true, [](Stage& stage) { return page(stage, PageId::Reports); }},
    Scene{"reports-comparison", true, [](Stage& stage) {
      if (!page(stage, PageId::Reports)) return false;
      reports(stage).choose(ReportKind::Comparison);
      return stage.wait([&] { return !reports(stage).isBusy(); });
    }},
    Scene{"reports-verify", true, [](Stage& stage) {
      if (!page(stage, PageId::Reports)) return false;
      reports(stage).showPart(ReportsPage::Part::Verify);
      return true;
    }},
    Scene{"tasks", true, [](Stage& stage) {
      stage.window.actions().action(ActionId::Tasks)->trigger();
      return page(stage, PageId::Overview);
    }},
    Scene{"activity", true, [](Stage& stage) { return page(stage, PageId::Activity); }},
    Scene{"activity-live", true, &liveActivity},
    Scene{"activity-history", true, &chosenRecord},
};
// clang-format on

}  // namespace

san::ObjectRef Stage::object(san::Kind kind, std::string_view name) const {
  const san::Snapshot& snapshot = workspace.present()->snapshot();
  if (const auto id = snapshot.find(kind, name)) return {kind, *id};
  // Names of logical units are not unique, so they are in no index.
  san::ObjectRef found;
  snapshot.table<san::LogicalUnit>().forEach([&](san::Id id, const san::LogicalUnit& unit) {
    if (kind == san::Kind::LogicalUnit && unit.name == name) found = {kind, id};
  });
  return found;
}

bool Stage::wait(const std::function<bool()>& until) const {
  QElapsedTimer timer;
  timer.start();
  QTimer tick;  // with a time limit, processEvents() would not wait but spin
  tick.start(20);
  while (!until() && timer.elapsed() < kPatience)
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents);
  return until();
}

std::span<const Scene> scenes() { return kScenes; }

QImage pictureOf(QWidget& window) {
  // What paints itself in its own time.
  for (int i = 0; i < 20; ++i) QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
  // A caret blinks.
  if (QWidget* focus = QApplication::focusWidget(); focus != nullptr && focus->inherits("QLineEdit"))
    focus->clearFocus();
  return window.grab().toImage().convertToFormat(QImage::Format_RGB888);
}

QImage pictureOf(const Scene& scene, QSize size) {
  fixTime(kSceneTime);
  QTemporaryDir own;
  Settings settings(own.filePath(QStringLiteral("settings.ini")));
  Workspace workspace;
  MainWindow window(workspace, settings);
  Stage stage{workspace, window};
  window.resize(size);
  window.show();
  if (scene.open) {
    window.openDemo(kSceneTime);
    if (!stage.wait([&] { return workspace.present() && workspace.present()->findings; })) return {};
  }
  if (!scene.make(stage)) return {};
  QImage picture = pictureOf(window);
  // A window over it is a part of the picture.
  for (QDialog* dialog : window.findChildren<QDialog*>()) {
    if (!dialog->isVisible()) continue;
    dialog->resize(dialog->size().boundedTo(size - QSize(80, 80)));
    const QPixmap over = dialog->grab();
    QPainter painter(&picture);
    const QPoint at((picture.width() - over.width()) / 2, (picture.height() - over.height()) / 2);
    painter.drawPixmap(at, over);
    painter.setPen(theme()[Token::EdgeStrong]);
    painter.drawRect(QRect(at, over.size()).adjusted(-1, -1, 0, 0));
  }
  fixTime(0);
  return picture;
}

}  // namespace console
