#include "console-gui/pages/activity_page.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "console-gui/client/time_now.h"
#include "console-gui/client/tr.h"
#include "console-gui/pages/activity_detail.h"
#include "console-gui/pages/finding_detail.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/level_delegate.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

constexpr san::Seconds kHour = 3600, kDay = 24 * kHour;

void widths(QTableView* view, std::initializer_list<std::pair<int, int>> all) {
  for (const auto& [section, width] : all) view->horizontalHeader()->resizeSection(section, width);
}

QComboBox* combo(const QString& name, int length, QWidget* parent) {
  auto* made = new QComboBox(parent);
  made->setAccessibleName(name);
  made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  made->setMinimumContentsLength(length);
  return made;
}

QLabel* emptyLabel(QWidget* parent) {
  auto* label = mutedLabel({}, parent);
  label->setWordWrap(true);
  label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  return label;
}

}  // namespace

ActivityPage::ActivityPage(Workspace& workspace, QWidget* parent)
    : Page(workspace, PageId::Activity, parent), feed_(workspace.feed()), audit_(workspace) {
  feedFilter_.setSourceModel(&feed_);
  auto* page = pageColumn(this);
  auto* top = new QHBoxLayout;
  top->setSpacing(2 * kSpace);
  top->addWidget(titleLabel(tr("Activity"), this));
  tabs_ = tabsOf({tr("Live"), tr("History")}, tr("Part of the activity"), this);
  top->addWidget(tabs_, 0, Qt::AlignBottom);
  counts_ = mutedLabel({}, this);
  counts_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  top->addWidget(counts_, 1, Qt::AlignVCenter);
  page->addLayout(top);

  parts_ = new QStackedWidget(this);
  parts_->addWidget(makeFeed());
  parts_->addWidget(makeHistory());
  page->addWidget(panesOf(Qt::Horizontal, {{parts_, 3, 980}, {makeDetail(), 2, 480}}, this), 1);

  connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
    parts_->setCurrentIndex(index);
    tabs_->updateGeometry();  // the chosen one is wider
    if (part() == Part::History) audit_.look();
    refreshMarks();
  });
  connect(&feed_, &FeedList::changed, this, [this] {
    fillActors();
    if (isVisible()) showCounts();
    emit possibilitiesChanged();
  });
  connect(&audit_, &AuditModel::changed, this, [this] {
    if (isVisible()) refreshMarks();
    emit possibilitiesChanged();
  });
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    compared_ = 0;
    difference_.clear();
    comparing_ = false;
  });
  // Rich text keeps the colours with which it was set.
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, [this] {
    lastHtml_.clear();
    difference_.clear();
    compared_ = 0;
    refreshMarks();
  });
}

QWidget* ActivityPage::makeFeed() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  auto* row = new FlowLayout;
  kind_ = combo(tr("Kind of event"), 14, part);
  kind_->addItem(tr("Every kind"), -1);
  for (std::size_t i = 0; i < kFeedKinds; ++i) kind_->addItem(feedKindWord(static_cast<FeedKind>(i)), static_cast<int>(i));
  feedActor_ = combo(tr("Who did it"), 14, part);
  feedActor_->addItem(tr("By anybody"), QString());
  pause_ = new QPushButton(tr("Pause"), part);
  pause_->setCheckable(true);
  connect(pause_, &QPushButton::clicked, this, [this](bool yes) { feed_.setPaused(yes); });
  row->addWidget(kind_);
  row->addWidget(feedActor_);
  row->addWidget(pause_);
  column->addLayout(row);
  connect(kind_, &QComboBox::currentIndexChanged, this, &ActivityPage::applyFeedFilter);
  fillActors();
  connect(feedActor_, &QComboBox::currentIndexChanged, this, &ActivityPage::applyFeedFilter);
  feedView_ = tableOf(&feedFilter_, tr("What happens, the newest first"), part);
  feedView_->setObjectName(QStringLiteral("feed"));
  feedView_->horizontalHeader()->setStretchLastSection(false);
  feedView_->horizontalHeader()->setSectionResizeMode(FeedList::What, QHeaderView::Stretch);
  widths(feedView_, {{FeedList::When, 152}, {FeedList::Kind, 88}, {FeedList::Who, 96}, {FeedList::Where, 96}});
  feedView_->setItemDelegateForColumn(FeedList::What, new LevelDelegate(feedView_));
  whenChosen(feedView_, this, [this] { showChosen(); });
  connect(feedView_, &QTableView::activated, this, &ActivityPage::showObject);
  column->addWidget(feedView_, 1);
  feedEmpty_ = emptyLabel(part);
  column->addWidget(feedEmpty_, 1);
  return part;
}

QWidget* ActivityPage::makeHistory() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  auto* row = new FlowLayout;
  event_ = combo(tr("Event"), 18, part);
  event_->addItem(tr("Every event"), QString());
  for (const ops::LogEvent& event : ops::kAuditEvents) {
    const QString name = QString::fromUtf8(event.name.data(), static_cast<qsizetype>(event.name.size()));
    event_->addItem(name, name);
    event_->setItemData(event_->count() - 1, meaningOf(event), Qt::ToolTipRole);
  }
  time_ = combo(tr("Time"), 14, part);
  time_->addItem(tr("Any time"), 0);
  time_->addItem(tr("Last hour"), static_cast<qlonglong>(kHour));
  time_->addItem(tr("Last day"), static_cast<qlonglong>(kDay));
  time_->addItem(tr("Last 7 days"), static_cast<qlonglong>(7 * kDay));
  time_->addItem(tr("Last 30 days"), static_cast<qlonglong>(30 * kDay));
  const auto line = [&](const QString& hint, const QString& name) {
    auto* made = new QLineEdit(part);
    made->setPlaceholderText(hint);
    made->setAccessibleName(name);
    made->setClearButtonEnabled(true);
    made->setMinimumWidth(22 * kSpace);
    // The clear button ends no editing.
    connect(made, &QLineEdit::textChanged, this, [this](const QString& text) { if (text.isEmpty()) applyAuditFilter(); });
    connect(made, &QLineEdit::editingFinished, this, &ActivityPage::applyAuditFilter);
    return made;
  };
  actor_ = line(tr("Who, as a whole name"), tr("Who did it"));
  object_ = line(tr("A part of the object"), tr("Object"));
  older_ = new QPushButton(tr("Older records"), part);
  connect(older_, &QPushButton::clicked, this, &ActivityPage::loadOlder);
  for (QWidget* one : std::initializer_list<QWidget*>{event_, time_, actor_, object_, older_}) row->addWidget(one);
  column->addLayout(row);
  connect(event_, &QComboBox::currentIndexChanged, this, &ActivityPage::applyAuditFilter);
  connect(time_, &QComboBox::currentIndexChanged, this, &ActivityPage::applyAuditFilter);
  auditView_ = tableOf(&audit_, tr("Records of the audit log, the newest first"), part);
  auditView_->setItemDelegateForColumn(AuditModel::Event, new LevelDelegate(auditView_));
  widths(auditView_, {{AuditModel::Number, 72},
                      {AuditModel::When, 152},
                      {AuditModel::Event, 144},
                      {AuditModel::Who, 96},
                      {AuditModel::Object, 136}});
  whenChosen(auditView_, this, [this] { showChosen(); });
  connect(auditView_, &QTableView::activated, this, &ActivityPage::showObject);
  column->addWidget(auditView_, 1);
  auditEmpty_ = emptyLabel(part);
  column->addWidget(auditEmpty_, 1);
  again_ = new QPushButton(tr("Ask again"), part);
  connect(again_, &QPushButton::clicked, this, [this] { audit_.look(); });
  column->addWidget(again_, 0, Qt::AlignLeft);
  return part;
}

QWidget* ActivityPage::makeDetail() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  heading_ = headingLabel({}, part);
  heading_->setWordWrap(true);
  column->addWidget(heading_);
  detail_ = detailText(tr("What the chosen line says"), workspace().selection(), part);
  column->addWidget(detail_, 1);
  auto* row = new FlowLayout;
  const auto button = [&](const QString& text, auto deed) {
    auto* made = new QPushButton(text, part);
    connect(made, &QPushButton::clicked, this, deed);
    row->addWidget(made);
    return made;
  };
  compare_ = button(tr("What changed then"), &ActivityPage::compare);
  compare_->setProperty("role", QStringLiteral("primary"));
  showObject_ = button(tr("Show the object"), &ActivityPage::showObject);
  showThen_ = button(tr("Show it at that revision"), &ActivityPage::showThen);
  showChange_ = button(tr("Show the change set"), &ActivityPage::showChange);
  copy_ = button(tr("Copy as sanctl command"), &ActivityPage::copyCommand);
  column->addLayout(row);
  return part;
}

ActivityPage::Part ActivityPage::part() const { return static_cast<Part>(tabs_->currentIndex()); }

void ActivityPage::showPart(Part part) { tabs_->setCurrentIndex(static_cast<int>(part)); }

void ActivityPage::refresh(const ViewPtr&) {
  if (part() == Part::History) audit_.look();
}

void ActivityPage::refreshMarks() {
  showCounts();
  showChosen();
}

void ActivityPage::applyFeedFilter() {
  const int kind = kind_->currentData().toInt();
  feedFilter_.setKind(kind < 0 ? std::nullopt : std::optional(static_cast<FeedKind>(kind)));
  feedFilter_.setActor(feedActor_->currentData().toString());
  refreshMarks();
}

void ActivityPage::applyAuditFilter() {
  AuditFilter filter;
  filter.event = event_->currentData().toString().toStdString();
  filter.actor = actor_->text().trimmed().toStdString();
  filter.object = object_->text().trimmed();
  const auto back = static_cast<san::Seconds>(time_->currentData().toLongLong());
  // The same span stays the same question while time goes on.
  const bool same = time_->property("span").toLongLong() == static_cast<qlonglong>(back);
  filter.since = back == 0 ? 0 : same ? audit_.filter().since : timeNow() - back;
  time_->setProperty("span", static_cast<qlonglong>(back));
  audit_.setFilter(filter);
}

void ActivityPage::fillActors() {
  const QSignalBlocker quiet(feedActor_);
  for (const QString& actor : feed_.actors()) {
    if (feedActor_->findData(actor) < 0) feedActor_->addItem(actor, actor);
  }
}

void ActivityPage::showCounts() {
  pause_->setChecked(feed_.isPaused());
  pause_->setText(!feed_.isPaused() ? tr("Pause") : tr("Go on (%n held)", nullptr, static_cast<int>(feed_.held())));
  pause_->setToolTip(tr("Holds back what happens, so that the list stays still. Nothing is lost."));
  const bool noFeed = feedFilter_.rowCount() == 0;
  feedView_->setVisible(!noFeed);
  feedEmpty_->setVisible(noFeed);
  if (noFeed) {
    feedEmpty_->setText(feed_.rowCount() > 0 ? tr("Nothing of that kind, or by that one, has happened since this console is open.")
                                             : tr("Nothing has happened since this console is open. What happens shows here by itself; what happened before is in the history."));
  }
  const bool noAudit = audit_.rowCount() == 0;
  auditView_->setVisible(!noAudit);
  auditEmpty_->setVisible(noAudit);
  again_->setVisible(!audit_.fault().isEmpty());
  const QString noRight = workspace().whyNot("audit.read");
  if (noAudit) {
    auditEmpty_->setText(!audit_.fault().isEmpty() ? tr("The audit log could not be asked. %1").arg(audit_.fault())
                         : !noRight.isEmpty()      ? noRight
                         : audit_.isBusy()         ? tr("Records are on their way.")
                                                   : tr("No record is so. Widen the event, the time, who or the object."));
  }
  allow(older_, whyNoOlder(), tr("Asks for the records before the last one that is shown."));
  if (part() == Part::Live) {
    QString text = feed_.begun() == 0 ? tr("Collecting begins with the first SAN") : tr("%n lines", nullptr, feedFilter_.rowCount());
    if (feed_.isPaused()) text += QStringLiteral("; ") + tr("held since it was paused: %1").arg(feed_.held());
    counts_->setText(text);
    return;
  }
  QString text = tr("%1 shown, %2 looked through").arg(audit_.rowCount()).arg(audit_.looked());
  if (!audit_.fault().isEmpty() && !noAudit) {
    text += QStringLiteral("; ") + audit_.fault();
  } else if (const QString more = audit_.whyNoMore(); !more.isEmpty()) {
    text += QStringLiteral(". ") + more;
  }
  counts_->setText(text);
}

const FeedEntry* ActivityPage::chosenEntry() const {
  if (part() != Part::Live) return nullptr;
  return feed_.at(feedFilter_.mapToSource(chosenIn(*feedView_)).row());
}

const AuditRow* ActivityPage::chosenRecord() const {
  return part() == Part::History ? audit_.at(chosenIn(*auditView_).row()) : nullptr;
}

ActivityPage::About ActivityPage::about() const {
  const ViewPtr& view = workspace().present();
  About about;
  if (const FeedEntry* entry = chosenEntry()) {
    about.revision = entry->revision;
    about.gone = entry->gone;
    for (const san::ObjectRef ref : entry->objects) {
      if (ref.kind == san::Kind::ChangeSet) about.change = ref;
    }
    if (!entry->objects.empty()) about.object = entry->objects.front();
  } else if (const AuditRow* row = chosenRecord()) {
    about.revision = row->record.revision;
    if (const auto ref = view ? san::parseRef(view->snapshot(), row->record.object) : std::nullopt) about.object = *ref;
    if (about.object.kind == san::Kind::ChangeSet) about.change = about.object;
  }
  return about;
}

void ActivityPage::setDetail(const QString& html) {
  if (html == lastHtml_) return;  // the place of who reads stays
  lastHtml_ = html;
  detail_->setHtml(html);
}

void ActivityPage::showChosen() {
  const ViewPtr& view = workspace().present();
  const san::Snapshot* snapshot = view ? &view->snapshot() : nullptr;
  const About what = about();
  if (compared_ != what.revision) difference_.clear();
  if (const FeedEntry* entry = chosenEntry()) {
    heading_->setText(feedKindWord(entry->kind));
    setDetail(difference_ + feedHtml(snapshot, *entry, timeNow()));
  } else if (const AuditRow* row = chosenRecord()) {
    heading_->setText(QString::fromStdString(row->record.event));
    setDetail(difference_ + recordHtml(snapshot, *row, timeNow()));
  } else {
    heading_->setText(tr("Nothing is chosen"));
    setDetail(QStringLiteral("<p>%1</p>").arg(coloredHtml(
        Token::TextMuted, tr("Choose a line at the left: who did what to what, and what changed then, is told here."))));
  }
  allow(compare_, whyNoCompare(), tr("Compares the revision with the one before, object by object."));
  allow(showObject_, whyNoObject(), tr("Shows the object in the inspector."));
  allow(showThen_, whyNoThen(), tr("Shows the whole SAN, and the object in it, as it was then."));
  allow(showChange_, whyNoChange(), tr("Opens the change set on the page of zones."));
  allow(copy_, what.revision == 0 && chosenRecord() == nullptr ? tr("Choose a line.") : QString());
  emit possibilitiesChanged();
}

void ActivityPage::togglePause() { feed_.setPaused(!feed_.isPaused()); }

void ActivityPage::loadOlder() {
  if (!whyNoOlder().isEmpty()) return;
  if (audit_.rowCount() == 0 && audit_.looked() == 0) {
    audit_.look();
  } else {
    audit_.fetchMore({});
  }
}

QString ActivityPage::whyNoOlder() const {
  if (part() != Part::History) return tr("The feed begins when the console is opened: open the history.");
  return audit_.whyNoMore();
}

QString ActivityPage::whyNoObject() const {
  const About what = about();
  if (chosenEntry() == nullptr && chosenRecord() == nullptr) return tr("Choose a line.");
  if (!what.object) return tr("It is about no object of the SAN, or about one that is gone.");
  const ViewPtr& view = workspace().shown();
  if (!view || view->snapshot().get(what.object) == nullptr) return tr("The object is not in the SAN that is shown. Show it at that revision.");
  return {};
}

void ActivityPage::showObject() {
  if (whyNoObject().isEmpty()) workspace().selection().select(about().object);
}

QString ActivityPage::whyNoThen() const {
  const About what = about();
  if (chosenEntry() == nullptr && chosenRecord() == nullptr) return tr("Choose a line.");
  if (what.revision == 0) return tr("It was before the first revision.");
  const ViewPtr& view = workspace().present();
  if (view && what.revision >= view->revision() && !what.gone) return tr("Nothing has changed since: it is the present.");
  return {};
}

void ActivityPage::showThen() {
  if (!whyNoThen().isEmpty()) return;
  const About what = about();
  // What it took away was there in the revision before.
  workspace().showPast(what.gone ? what.revision - 1 : what.revision);
  if (what.object) workspace().selection().select(what.object);
}

QString ActivityPage::whyNoChange() const {
  if (chosenEntry() == nullptr && chosenRecord() == nullptr) return tr("Choose a line.");
  return about().change ? QString() : tr("It belongs to no change set that took effect.");
}

void ActivityPage::showChange() {
  if (whyNoChange().isEmpty()) workspace().go(PageId::Zoning, about().change);
}

QString ActivityPage::whyNoCompare() const {
  if (comparing_) return tr("The comparison is on its way.");
  if (chosenEntry() == nullptr && chosenRecord() == nullptr) return tr("Choose a line.");
  return about().revision < 2 ? tr("There is no revision before it.") : QString();
}

void ActivityPage::compare() {
  if (!whyNoCompare().isEmpty()) return;
  const san::Revision to = about().revision;
  comparing_ = true;
  workspace().source()->ask({mgmt::Route::Diff, {}, {{"from", std::to_string(to - 1)}, {"to", std::to_string(to)}}, {}},
                            this, [this, to](const Answer& answer) {
                              if (!comparing_) return;
                              comparing_ = false;
                              if (answer) {
                                compared_ = to;
                                difference_ = differenceHtml(*answer);
                              } else {
                                workspace().notices().tell(tr("The revisions could not be compared"), answer.error());
                              }
                              showChosen();
                            });
  showChosen();
}

void ActivityPage::copyCommand() {
  const About what = about();
  const AuditRow* row = chosenRecord();
  const QString command = row != nullptr ? QStringLiteral("sanctl audit log --from %1 --to %1").arg(row->record.sequence)
                                         : QStringLiteral("sanctl diff %1 %2").arg(what.revision == 0 ? 0 : what.revision - 1).arg(what.revision);
  QApplication::clipboard()->setText(command);
}

}  // namespace console
