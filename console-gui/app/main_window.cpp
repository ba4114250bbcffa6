#include "console-gui/app/main_window.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "console-gui/canvas/icons.h"
#include "console-gui/canvas/plain_tips.h"
#include "console-gui/client/demo_source.h"
#include "console-gui/client/file_source.h"
#include "console-gui/client/login_keeper.h"
#include "console-gui/client/server_source.h"
#include "console-gui/client/time_now.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/sentences.h"
#include "console-gui/pages/access_page.h"
#include "console-gui/pages/activity_page.h"
#include "console-gui/pages/credentials_page.h"
#include "console-gui/pages/findings_page.h"
#include "console-gui/pages/overview_page.h"
#include "console-gui/pages/reports_page.h"
#include "console-gui/pages/topology_page.h"
#include "console-gui/pages/zoning_page.h"
#include "console-gui/widgets/guided_tasks.h"
#include "console-gui/widgets/inspector.h"
#include "console-gui/widgets/notice_strip.h"
#include "console-gui/widgets/omnibox.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

constexpr std::array kPageIcons{Icon::Overview,    Icon::Topology, Icon::Access,  Icon::Zoning,
                                Icon::Credentials, Icon::Findings, Icon::Reports, Icon::Activity};

QToolButton* buttonOf(QAction* action, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setDefaultAction(action);
  button->setFocusPolicy(Qt::StrongFocus);
  button->setIconSize(QSize(20, 20));
  button->setMinimumSize(kHitSize, kHitSize);
  button->setAccessibleName(action->text());
  return button;
}

QString wordOf(ActionId page) { return QString::fromLatin1(rowOf(page).name).section(QLatin1Char('.'), 1); }

}  // namespace

std::optional<PageId> pageNamed(const QString& name) {
  for (std::size_t i = 0; i < kPages; ++i) {
    if (wordOf(kPageActions[i]) == name.toLower()) return static_cast<PageId>(i);
  }
  return std::nullopt;
}

QString pageNames() {
  QStringList names;
  for (const ActionId page : kPageActions) names << wordOf(page);
  return names.join(QStringLiteral(", "));
}

// Where a line of text ends.
Qt::DockWidgetArea MainWindow::inspectorArea() const {
  return layoutDirection() == Qt::RightToLeft ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea;
}

MainWindow::MainWindow(Workspace& workspace, Settings& settings) : workspace_(workspace), settings_(settings), registry_(*this) {
  new PlainTips(this);
  setWindowTitle(tr("Sanctum"));
  setObjectName(QStringLiteral("console"));
  resize(1440, 900);

  auto* body = new QWidget(this);
  auto* row = new QHBoxLayout(body);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  rail_ = new Rail(body);
  row->addWidget(rail_);
  auto* column = new QVBoxLayout;
  column->setContentsMargins(0, 0, kSpace, 0);
  column->setSpacing(0);
  row->addLayout(column, 1);
  setCentralWidget(body);

  makeHeader();
  column->addWidget(header_);
  banner_ = new QFrame(body);
  banner_->setProperty("role", QStringLiteral("past"));
  auto* bannerRow = new QHBoxLayout(banner_);
  bannerRow->setContentsMargins(2 * kSpace, kSpace / 2, kSpace, kSpace / 2);
  bannerText_ = plainLabel({}, banner_);
  bannerRow->addWidget(bannerText_, 1);
  auto* present = new QPushButton(ActionRegistry::textOf(ActionId::Present), banner_);
  connect(present, &QPushButton::clicked, registry_.action(ActionId::Present), &QAction::trigger);
  bannerRow->addWidget(present);
  column->addWidget(banner_);
  auto* notices = new NoticeStrip(workspace_.notices(), body);
  column->addWidget(notices);
  stack_ = new QStackedWidget(body);
  column->addWidget(stack_, 1);

  makePages();
  makeInspector();
  makeTasks();
  makeStatusLine();
  bindActions();
  registry_.fill(*menuBar());

  const auto showSource = [this] {
    if (workspace_.source()) {
      overview_->setLastSeen(settings_.seen(workspace_.source()->name()));
      firstRun_->giveUp();
      listenToLogin();
    }
    showPage();
  };
  connect(&workspace_, &Workspace::pageChanged, this, &MainWindow::showPage);
  connect(&workspace_, &Workspace::sourceChanged, this, showSource);
  connect(&workspace_, &Workspace::presentChanged, this, [this] {
    if (stack_->currentWidget() == waiting_) showPage();
  });
  for (const auto signal : {&Workspace::statusChanged, &Workspace::presentChanged, &Workspace::shownChanged, &Workspace::placesChanged}) {
    connect(&workspace_, signal, this, &MainWindow::showState);
  }
  connect(&workspace_.draft(), &Draft::changed, this, &MainWindow::showState);
  connect(&workspace_.draft(), &Draft::effectChanged, this, &MainWindow::showState);
  connect(&workspace_.selection(), &Selection::changed, &registry_, &ActionRegistry::refresh);
  connect(&registry_, &ActionRegistry::refused, this, [this](const QString& what, const QString& why) {
    statusBar()->showMessage(tr("%1: %2").arg(what, why), 10'000);
  });
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, &MainWindow::showState);

  workspace_.setSanWords(settings_.sanWords());
  if (!settings_.geometry().isEmpty()) {
    restoreGeometry(settings_.geometry());
    restoreState(settings_.windowState());
  }
  showSource();
}

void MainWindow::makeHeader() {
  header_ = new QWidget(this);
  auto* row = new QHBoxLayout(header_);
  row->setContentsMargins(kSpace, kSpace, kSpace, kSpace);
  row->setSpacing(kSpace);
  registry_.action(ActionId::Back)->setIcon(icon(Icon::Back));
  registry_.action(ActionId::Forward)->setIcon(icon(Icon::Forward));
  registry_.action(ActionId::Undo)->setIcon(icon(Icon::Undo));
  registry_.action(ActionId::Redo)->setIcon(icon(Icon::Redo));
  row->addWidget(buttonOf(registry_.action(ActionId::Back), header_));
  row->addWidget(buttonOf(registry_.action(ActionId::Forward), header_));
  omnibox_ = new Omnibox(workspace_, header_);
  row->addWidget(omnibox_, 2);
  filter_ = new FilterLine(workspace_.filter(), header_);
  row->addWidget(filter_, 3);
  row->addWidget(buttonOf(registry_.action(ActionId::Undo), header_));
  row->addWidget(buttonOf(registry_.action(ActionId::Redo), header_));
}

void MainWindow::makePages() {
  firstRun_ = new FirstRunPage(stack_);
  firstRun_->setKnown(settings_.servers());
  stack_->addWidget(firstRun_);
  waiting_ = new StateBadge(stack_);
  waiting_->setWordWrap(true);
  stack_->addWidget(waiting_);
  connect(firstRun_, &FirstRunPage::demoWanted, this, [this] { openDemo(); });
  connect(firstRun_, &FirstRunPage::fileWanted, registry_.action(ActionId::OpenFile), &QAction::trigger);
  connect(firstRun_, &FirstRunPage::entered, this, &MainWindow::enter);
  connect(firstRun_, &FirstRunPage::accepted, this, [this](const ServerPlace& place) { settings_.putServer(place); });

  overview_ = new OverviewPage(workspace_, stack_);
  topology_ = new TopologyPage(workspace_, stack_);
  access_ = new AccessPage(workspace_, stack_);
  zoning_ = new ZoningPage(workspace_, stack_);
  findings_ = new FindingsPage(workspace_, stack_);
  credentials_ = new CredentialsPage(workspace_, stack_);
  reports_ = new ReportsPage(workspace_, stack_);
  activity_ = new ActivityPage(workspace_, stack_);
  for (Page* page :
       std::initializer_list<Page*>{overview_, topology_, access_, zoning_, credentials_, findings_, reports_, activity_}) {
    pages_[static_cast<std::size_t>(page->id())] = page;
    stack_->addWidget(page);
    connect(page, &Page::possibilitiesChanged, &registry_, &ActionRegistry::refresh);
  }
  for (std::size_t i = 0; i < kPages; ++i) {
    if (pages_[i] == nullptr) continue;
    QAction* action = registry_.action(kPageActions[i]);
    action->setIcon(icon(kPageIcons[i]));
    rail_->add(action);
  }
  connect(overview_, &OverviewPage::seen, this, [this](quint64 revision) {
    settings_.setSeen(workspace_.source()->name(), revision);
    overview_->setLastSeen(revision);
  });
  connect(overview_, &OverviewPage::rulesWanted, this, [this](const QStringList& rules) {
    findings_->showRules(rules);
    workspace_.go(PageId::Findings);
  });
  const auto inspect = [this](san::ObjectRef object) {
    workspace_.selection().select(object);
    inspectorDock_->show();
  };
  connect(topology_, &TopologyPage::inspect, this, inspect);
  connect(access_, &AccessPage::inspect, this, inspect);
}

void MainWindow::makeInspector() {
  inspectorDock_ = new QDockWidget(tr("Inspector"), this);
  inspectorDock_->setObjectName(QStringLiteral("inspector"));
  inspectorDock_->setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
  inspector_ = new Inspector(workspace_, inspectorDock_);
  inspectorDock_->setWidget(inspector_);
  addDockWidget(inspectorArea(), inspectorDock_);
  connect(inspector_, &Inspector::editAsked, this, &MainWindow::edit);
  connect(inspector_, &Inspector::whyAsked, this, [this] { workspace_.go(PageId::Access); });
  connect(inspector_, &Inspector::findingAsked, this, [this](const QString& rule, san::ObjectRef subject) {
    findings_->showRules({rule});
    workspace_.go(PageId::Findings, subject);
  });
  // Whoever has found an object by typing wants to see it: where it is shown, else in the inspector.
  connect(omnibox_, &Omnibox::objectChosen, this, [this](san::ObjectRef object) {
    workspace_.selection().select(object);
    inspectorDock_->show();
  });
  std::vector<OmniboxCommand> commands;
  for (const ActionRow& row : kActionTable) {
    QAction* action = registry_.action(row.id);
    commands.push_back({QString::fromLatin1(row.name), ActionRegistry::textOf(row.id), action->shortcut().toString(QKeySequence::NativeText),
                        ActionRegistry::helpOf(row.id), [this, id = row.id] {
                          const QString why = registry_.whyNot(id);
                          why.isEmpty() ? registry_.action(id)->trigger() : emit registry_.refused(ActionRegistry::textOf(id), why);
                        }});
  }
  omnibox_->setCommands(std::move(commands));
}

void MainWindow::makeTasks() {
  tasksDock_ = new QDockWidget(tr("Guided tasks"), this);
  tasksDock_->setObjectName(QStringLiteral("tasks"));
  tasksDock_->setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
  tasks_ = new GuidedTasks(workspace_, tasksDock_);
  tasks_->setTasks(demoTasks());
  tasksDock_->setWidget(tasks_);
  addDockWidget(inspectorArea(), tasksDock_);
  tasksDock_->hide();
  connect(tasks_, &GuidedTasks::wanted, this, &MainWindow::showTask);
  connect(tasks_, &GuidedTasks::closeWanted, tasksDock_, &QDockWidget::hide);
}

void MainWindow::showTasks(bool yes) {
  tasksDock_->setVisible(yes);
  // They get what they need, the inspector the rest.
  if (yes) resizeDocks({tasksDock_}, {tasks_->sizeHint().height() + 2 * kRowHeight}, Qt::Vertical);
}

bool MainWindow::isDemo() const { return qobject_cast<const DemoSource*>(workspace_.source()) != nullptr; }

void MainWindow::showTask(std::size_t which) {
  if (!isDemo() || !workspace_.present()) return;
  const DemoTask& task = tasks_->tasks()[which];
  workspace_.showPast(0);
  workspace_.filter().setText({});
  if (task.rule[0] != 0) findings_->showRules({QString::fromLatin1(task.rule)});
  showPageNamed(QString::fromLatin1(task.page));
  const auto objects = task.objects(workspace_.present()->snapshot());
  if (!objects.empty()) workspace_.selection().set(objects, objects.back());
}

void MainWindow::makeStatusLine() {
  link_ = new StateBadge(this);
  link_->setMayShrink();  // a reason is longer than a small window is wide
  revision_ = plainLabel({}, this);
  who_ = plainLabel({}, this);
  draft_ = plainLabel({}, this);
  for (QLabel* label : {revision_, who_, draft_}) label->setProperty("role", QStringLiteral("muted"));
  auto* left = new QWidget(this);
  auto* row = new QHBoxLayout(left);
  row->setContentsMargins(kSpace, 2, kSpace, 2);
  row->setSpacing(2 * kSpace);
  for (QWidget* part : {static_cast<QWidget*>(link_), static_cast<QWidget*>(revision_)}) row->addWidget(part);
  statusBar()->addWidget(left);
  statusBar()->addPermanentWidget(draft_);
  statusBar()->addPermanentWidget(who_);
  statusBar()->setSizeGripEnabled(false);
  statusBar()->setContentsMargins(0, 0, kSpace, 0);
}

void MainWindow::showPage() {
  const bool open = workspace_.source() != nullptr;
  rail_->setVisible(open);
  header_->setVisible(open);
  if (!open) {
    inspectorDock_->hide();
  } else if (!wasOpen_) {
    inspectorDock_->show();
  }
  wasOpen_ = open;
  if (!isDemo()) tasksDock_->hide();
  Page* page = pages_[static_cast<std::size_t>(workspace_.page())];
  // The window may be as narrow as the page that is shown allows: the others do not count.
  for (int i = 0; i < stack_->count(); ++i) {
    const bool shown = stack_->widget(i) == (open ? static_cast<QWidget*>(page) : firstRun_);
    const auto policy = shown ? QSizePolicy::Preferred : QSizePolicy::Ignored;
    stack_->widget(i)->setSizePolicy(policy, policy);
  }
  if (!open) {
    stack_->setCurrentWidget(firstRun_);
  } else if (page != nullptr) {
    // Nothing of another SAN stands under the name of this one.
    stack_->setCurrentWidget(workspace_.shown() ? page : static_cast<QWidget*>(waiting_));
    rail_->choose(registry_.action(kPageActions[static_cast<std::size_t>(workspace_.page())]));
  }
  showState();
}

void MainWindow::showState() {
  const Source* source = workspace_.source();
  banner_->setVisible(workspace_.isPast());
  if (workspace_.isPast()) {
    const san::Snapshot& past = workspace_.shown()->snapshot();
    bannerText_->setText(tr("The SAN as it was at revision %1, %2. Nothing can be changed here.").arg(past.revision).arg(timeText(past.time)));
  }
  if (source == nullptr) {
    link_->set(Icon::Information, Token::Accent, tr("Nothing is open"));
    revision_->clear();
    who_->clear();
    draft_->clear();
    registry_.refresh();
    return;
  }
  setWindowTitle(tr("%1 - Sanctum").arg(source->name()));
  const LinkStatus status = source->status();
  const san::Seconds now = timeNow();
  const QString why = sentence(status.why);
  const auto say = [this](Icon mark, Token color, const QString& text, const QString& more = {}) {
    link_->set(mark, color, text, more);
    waiting_->set(mark, color, text, more);
  };
  switch (status.state) {
    case LinkState::Connecting:
      say(Icon::Refresh, Token::Accent, tr("Connecting to %1").arg(source->name()));
      break;
    case LinkState::Snapshot:
      say(Icon::Refresh, Token::Accent, tr("Fetching the SAN of %1").arg(source->name()));
      break;
    case LinkState::Live:
      say(Icon::Good, Token::Good, tr("Live: %1").arg(source->name()));
      break;
    case LinkState::Stale:
      say(Icon::Warning, Token::Warning,
          tr("Stale: %1 says nothing since %2").arg(source->name(), agoText(status.oldSince, now)));
      break;
    case LinkState::Offline:
      say(Icon::Warning, Token::Warning,
          status.nextTry == 0 || !workspace_.shown()
              ? tr("Offline: %1").arg(why)
              : tr("Offline: shown is what was there %1").arg(agoText(status.oldSince, now)),
          why);
      break;
    case LinkState::Rejected:
      say(Icon::Bad, Token::Bad, tr("Rejected: %1").arg(why), why);
      break;
  }
  const ViewPtr& shown = workspace_.shown();
  revision_->setText(shown ? tr("revision %1, %2").arg(shown->revision()).arg(timeText(shown->snapshot().time)) : QString());
  const Principal& who = source->principal();
  who_->setText(who.user.empty() ? QString() : QStringLiteral("%1 (%2)").arg(QString::fromStdString(who.user), QString::fromStdString(who.roles)));
  const auto edits = static_cast<int>(workspace_.draft().edits().size());
  draft_->setText(edits == 0 ? QString() : tr("Draft: %n edits", nullptr, edits));
  rail_->setCount(registry_.action(ActionId::GoZoning), static_cast<std::size_t>(workspace_.draft().undo().index()));
  // None of another SAN, which was open before.
  const auto findings = workspace_.present() ? workspace_.present()->findings : nullptr;
  rail_->setCount(registry_.action(ActionId::GoFindings), findings ? findings->open(san::Severity::High) : 0);
  registry_.refresh();
}

void MainWindow::openDemo(san::Seconds now) {
  workspace_.setSource(std::make_unique<DemoSource>(now));
  showTasks(now == 0);  // pictures and tests are of what they open
}
void MainWindow::openFile(const QString& path) { workspace_.setSource(std::make_unique<FileSource>(path)); }
void MainWindow::openServer(const ServerPlace& place, base::Secret token, bool kept) {
  auto source = std::make_unique<ServerSource>(place, std::move(token));
  source->setKept(kept);
  workspace_.setSource(std::move(source));
}

// To that of the source that is open, which may be older than this window.
void MainWindow::listenToLogin() {
  auto* open = qobject_cast<ServerSource*>(workspace_.source());
  if (open == nullptr || !open->isKept()) return;
  const auto onRefused = [this, source = QPointer<ServerSource>(open)] {
    if (source && workspace_.source() == source.data()) onLoginRefused(ServerPlace(source->place()));
  };
  // Queued: it may end the source that says so.
  connect(open, &ServerSource::loginRefused, this, onRefused, Qt::QueuedConnection);
  if (open->isLoginRefused()) QMetaObject::invokeMethod(this, onRefused, Qt::QueuedConnection);
}

// What has been shown stays; who has seen nothing yet logs in again.
void MainWindow::onLoginRefused(const ServerPlace& place) {
  const QString server = place.name();
  forgetToken(place, this);
  if (workspace_.present()) return;
  workspace_.setSource(nullptr);
  firstRun_->setKnown(settings_.servers());
  firstRun_->setAddress(server);
  firstRun_->setFault(tr("The login that was kept for %1 holds no more. Log in again.").arg(server));
  firstRun_->begin();
}

void MainWindow::enter(const ServerPlace& place, const base::Secret& token, bool keep) {
  settings_.putServer(place);
  firstRun_->setFault({});
  if (keep) {
    keepToken(place, token, this, [this](const QString& fault) {
      if (fault.isEmpty()) return;
      workspace_.notices().tell({Notice::Level::Warning, QStringLiteral("keep"), tr("The login is not kept"),
                                 tr("This system has no key ring that can be used: %1 You will have to log in again next time.").arg(fault), {}, {}});
    });
  } else {
    forgetToken(place, this);  // of an earlier login, which was to be kept
  }
  openServer(place, token.copy(), keep);
}

void MainWindow::showServer(const QString& address) {
  QString why;
  const ServerPlace asked = ServerPlace::parse(address, why);
  firstRun_->setFault(why);
  const auto known = settings_.servers();
  const auto place = std::ranges::find_if(known, [&](const ServerPlace& one) { return one.name() == asked.name(); });
  firstRun_->setAddress(asked.name());
  if (place == known.end()) return;
  keptToken(*place, this, [this, place = *place, number = workspace_.sourceNumber()](base::Secret token) {
    if (!token.empty() && number == workspace_.sourceNumber()) openServer(place, std::move(token), true);
  });
}

void MainWindow::showPageNamed(const QString& name) {
  if (const auto page = pageNamed(name)) workspace_.go(*page);
}

void MainWindow::keepPlace() { settings_.setWindow(saveGeometry(), saveState()); }

void MainWindow::closeEvent(QCloseEvent* event) {
  keepPlace();
  QMainWindow::closeEvent(event);
}

}  // namespace console
