// MainWindow: the rail at the left, the page in the middle, the inspector at the right, and what holds for all: the way
// back, the omnibox, the filter, notices, the banner of the past, the status line.
//
// It owns the pages and the registry and binds one to the other (window_actions.cpp); what is shown is the workspace's.
// The UI thread.
#pragma once

#include <QMainWindow>
#include <QPointer>
#include <optional>

#include "console-gui/actions/action_registry.h"
#include "console-gui/app/settings.h"
#include "console-gui/pages/first_run_page.h"
#include "console-gui/pages/page.h"
#include "console-gui/report/save_queue.h"
#include "console-gui/widgets/filter_line.h"
#include "console-gui/widgets/rail.h"
#include "console-gui/widgets/state_badge.h"

class QDockWidget;
class QLabel;
class QStackedWidget;
class QFrame;

namespace console {

// What opens a page, by PageId.
inline constexpr std::array<ActionId, kPages> kPageActions{
    ActionId::GoOverview,    ActionId::GoTopology, ActionId::GoAccess,  ActionId::GoZoning,
    ActionId::GoCredentials, ActionId::GoFindings, ActionId::GoReports, ActionId::GoActivity};

// "overview", "topology", ...: by the word of its action; nothing: there is no such page.
std::optional<PageId> pageNamed(const QString& name);
// All of them, for who has named another.
QString pageNames();

class AccessPage;
class CredentialsPage;
class ActivityPage;
class FindingsPage;
class GuidedTasks;
class Inspector;
class Omnibox;
class OverviewPage;
class ReportsPage;
class TopologyPage;
class ZoningPage;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  MainWindow(Workspace& workspace, Settings& settings);

  void openDemo(san::Seconds now = 0);
  void openFile(const QString& path);
  // `kept`: the token is in the key ring too, and goes from there when the server refuses it.
  void openServer(const ServerPlace& place, base::Secret token, bool kept = false);
  // The login of a server, or the server itself where its token is kept.
  void showServer(const QString& address);
  void showPageNamed(const QString& name);
  // Size, place and parts of the window are as they are now when it opens again.
  void keepPlace();
  [[nodiscard]] ActionRegistry& actions() { return registry_; }
  [[nodiscard]] Page* page(PageId id) const { return pages_[static_cast<std::size_t>(id)]; }

 signals:
  // The window is to be made anew in it: what is shown keeps its words.
  void languageWanted(const LanguageRow& row);

 protected:
  void closeEvent(QCloseEvent* event) override;

 private:
  void makePages();
  void makeHeader();
  void makeInspector();
  void makeTasks();
  void makeStatusLine();
  void bindActions();
  void bindNavigation();
  void bindDraft();
  void bindFiles();
  void bindCredentials();
  void bindReports();
  void bindFindings();
  void edit(const std::vector<san::ObjectRef>& objects);
  void eraseSelected();
  void showTasks(bool yes);
  void showTask(std::size_t which);
  [[nodiscard]] bool isDemo() const;
  void showPage();
  void showState();
  void listenToLogin();
  void onLoginRefused(const ServerPlace& place);
  void enter(const ServerPlace& place, const base::Secret& token, bool keep);
  void saveSnapshot();
  [[nodiscard]] QString nothingSelected() const;
  [[nodiscard]] QString whyNoNewWindow() const;
  [[nodiscard]] Qt::DockWidgetArea inspectorArea() const;

  Workspace& workspace_;
  Settings& settings_;
  ActionRegistry registry_;
  SaveQueue saving_;
  Rail* rail_ = nullptr;
  FilterLine* filter_ = nullptr;
  QStackedWidget* stack_ = nullptr;
  FirstRunPage* firstRun_ = nullptr;
  StateBadge* waiting_ = nullptr;  // in place of a page until the SAN has come
  OverviewPage* overview_ = nullptr;
  TopologyPage* topology_ = nullptr;
  AccessPage* access_ = nullptr;
  ZoningPage* zoning_ = nullptr;
  FindingsPage* findings_ = nullptr;
  CredentialsPage* credentials_ = nullptr;
  ReportsPage* reports_ = nullptr;
  ActivityPage* activity_ = nullptr;
  Omnibox* omnibox_ = nullptr;
  Inspector* inspector_ = nullptr;
  QDockWidget* inspectorDock_ = nullptr;
  GuidedTasks* tasks_ = nullptr;
  QDockWidget* tasksDock_ = nullptr;
  std::array<Page*, kPages> pages_{};
  QWidget* header_ = nullptr;
  bool wasOpen_ = false;
  QFrame* banner_ = nullptr;
  QLabel* bannerText_ = nullptr;
  StateBadge* link_ = nullptr;
  QLabel* revision_ = nullptr;
  QLabel* who_ = nullptr;
  QLabel* draft_ = nullptr;
};

}  // namespace console
