#include "console-gui/pages/zoning_page.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QTextBrowser>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>

#include "console-gui/canvas/icons.h"
#include "console-gui/model/sentences.h"
#include "console-gui/model/zone_edits.h"
#include "console-gui/widgets/ask_strip.h"
#include "console-gui/widgets/draft_pane.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/mark_delegate.h"
#include "console-gui/widgets/page_parts.h"

namespace console {

using san::Kind;
using san::ObjectRef;

namespace {

const QString kAskedKey = QStringLiteral("commit-asked");

// A heading beside buttons.
QLabel* headingOf(const QString& text, QWidget* parent) {
  QLabel* label = headingLabel(text, parent);
  label->setMinimumHeight(kRowHeight);
  return label;
}

}  // namespace

ZoningPage::ZoningPage(Workspace& workspace, QWidget* parent)
    : Page(workspace, PageId::Zoning, parent), changes_(workspace.changes()), effect_(workspace) {
  auto* page = pageColumn(this);
  auto* upper = panesOf(Qt::Horizontal, {{makeTree(), 4, 300}, {makeLists(), 4, 460}, {makeDraft(), 5, 400}}, this);
  page->addWidget(panesOf(Qt::Vertical, {{upper, 4, 560}, {makeChanges(), 1, 200}}, this), 1);

  connect(&workspace.draft(), &Draft::idsMoved, this, &ZoningPage::onIdsMoved);
  connect(&workspace.draft(), &Draft::changed, this, &ZoningPage::showSans);
  connect(&workspace.draft(), &Draft::heldChanged, this, &ZoningPage::refreshMarks);
  connect(&tree_, &ZoneTree::dropped, this, &ZoningPage::onDrop, Qt::QueuedConnection);
  connect(&changes_, &ChangeList::refreshed, this, &ZoningPage::refreshMarks);
  connect(&changes_, &ChangeList::reasonWanted, this, &ZoningPage::askWhyCommitted);
  connect(&changes_, &ChangeList::refused, this, [this] {
    effect_.choose(nullptr);
    refreshMarks();
  });
  connect(&effect_, &ChangeEffect::changed, this, &ZoningPage::refreshMarks);
  connect(&workspace, &Workspace::sourceChanged, this, [this] { this->workspace().notices().withdraw(kAskedKey); });
}

// The question goes with it.
ZoningPage::~ZoningPage() { workspace().notices().withdraw(kAskedKey); }

QWidget* ZoningPage::makeTree() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  auto* row = new FlowLayout;
  row->addWidget(headingOf(tr("Zones"), part));
  row->addStretch();
  auto* fresh = new QPushButton(tr("New zone"), part);
  connect(fresh, &QPushButton::clicked, this, &ZoningPage::newZone);
  enable_ = new QPushButton(part);
  connect(enable_, &QPushButton::clicked, this, [this] {
    const ObjectRef set = chosenSet();
    const auto* known = workspace().draft().result().get<san::DomainSet>(set.id);
    if (known == nullptr) return;
    (void)workspace().edit((known->enabled ? tr("Switch %1 off") : tr("Switch %1 on")).arg(nameOf(set)),
                           {{san::EditOp::Set, set, "enabled", !known->enabled}});
  });
  row->addWidget(enable_);
  row->addWidget(fresh);
  column->addLayout(row);

  ask_ = new AskStrip(workspace(), part);
  column->addWidget(ask_);

  treeView_ = treeOf(&tree_, tr("Zone sets, zones and their members"), part);
  treeView_->setObjectName(QStringLiteral("zones"));
  treeView_->setItemDelegate(new MarkDelegate(treeView_));
  treeView_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  treeView_->setDragDropMode(QAbstractItemView::DragDrop);
  treeView_->setDropIndicatorShown(true);
  treeView_->header()->setStretchLastSection(false);
  treeView_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
  treeView_->header()->resizeSection(1, treeView_->header()->sectionSizeHint(1));
  treeView_->setMinimumWidth(300);
  connect(treeView_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
    if (!choosing_) chosen_ = tree_.refOf(current);
    choose(tree_.refOf(current));
  });
  // The current row may be selected later than it became that.
  connect(treeView_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
    const QModelIndex current = treeView_->currentIndex();
    if (choosing_ || !treeView_->selectionModel()->isSelected(current)) return;
    chosen_ = tree_.refOf(current);
    choose(chosen_);
  });
  // The row that is the current one already, after somebody has picked members in the lists.
  connect(treeView_, &QTreeView::clicked, this, [this](const QModelIndex& at) {
    if (!treeView_->selectionModel()->isSelected(at)) return;
    chosen_ = tree_.refOf(at);
    choose(chosen_);
  });
  column->addWidget(treeView_, 1);
  return part;
}

QWidget* ZoningPage::makeLists() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  auto* row = new FlowLayout;
  listsHeading_ = headingOf(tr("Who can be in a zone"), part);
  row->addWidget(listsHeading_);
  row->addStretch();
  auto* pasted = new QPushButton(tr("Paste names"), part);
  pasted->setToolTip(tr("Adds the iSCSI names, aliases or hosts in the clipboard to the chosen zone."));
  connect(pasted, &QPushButton::clicked, this, &ZoningPage::paste);
  row->addWidget(pasted);
  add_ = new QPushButton(tr("Add to zone"), part);
  connect(add_, &QPushButton::clicked, this, [this] { addToChosen(pickedMembers()); });
  row->addWidget(add_);
  column->addLayout(row);
  auto* words = new QLineEdit(part);
  words->setPlaceholderText(tr("Type a part of a name"));
  words->setAccessibleName(tr("Part of a name of an initiator or a target"));
  words->setClearButtonEnabled(true);
  connect(words, &QLineEdit::textChanged, this, [this](const QString& text) {
    initiators_.setWords(text);
    targets_.setWords(text);
    const QString empty = text.isEmpty() ? tr("Nothing is registered yet.") : tr("Nothing matches.");
    for (QTableView* view : {initiatorView_, targetView_}) sayWhenEmpty(view, empty);
  });
  column->addWidget(words);
  auto* lists = new QSplitter(Qt::Vertical, part);
  lists->setHandleWidth(kSpace);
  lists->setChildrenCollapsible(false);
  initiatorView_ = tableOf(&initiators_, tr("Initiators"), lists);
  targetView_ = tableOf(&targets_, tr("Targets"), lists);
  for (QTableView* view : {initiatorView_, targetView_}) {
    view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view->setDragEnabled(true);
    view->horizontalHeader()->setStretchLastSection(false);
    view->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    view->setColumnWidth(1, 160);
    // Names of one naming authority differ at their end.
    view->setTextElideMode(Qt::ElideMiddle);
    view->setColumnWidth(2, 64);
    sayWhenEmpty(view, tr("Nothing is registered yet."));
    view->installEventFilter(this);
    lists->addWidget(view);
    whenChosen(view, this, [this, view] {
      const QModelIndex chosen = chosenIn(*view);
      if (!chosen.isValid() || choosing_) return;
      picked_ = view == targetView_ ? targets_.refOf(chosen) : initiators_.refOf(chosen);
      choose(picked_);
    });
    connect(view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ZoningPage::refreshMarks);
  }
  lists->setStretchFactor(0, 3);
  lists->setStretchFactor(1, 2);
  column->addWidget(lists, 1);
  return part;
}

QWidget* ZoningPage::makeDraft() {
  draft_ = new DraftPane(workspace(), this);
  connect(draft_, &DraftPane::submitted, &changes_, &ChangeList::submitDraft);
  connect(&changes_, &ChangeList::draftSubmitted, draft_, &DraftPane::forgetWords);
  connect(draft_, &DraftPane::rebaseWanted, this, &ZoningPage::rebase);
  return draft_;
}

QWidget* ZoningPage::makeChanges() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  auto* row = new FlowLayout;
  row->addWidget(headingOf(tr("Change sets"), part));
  auto* cut = mutedLabel(tr("older ones are not listed"), part);
  cut->hide();
  connect(&changes_, &ChangeList::refreshed, cut, [this, cut] { cut->setVisible(changes_.isCut()); });
  row->addWidget(cut);
  row->addStretch();
  const auto button = [&](QPushButton*& made, const QString& text, auto&& done) {
    made = new QPushButton(text, part);
    connect(made, &QPushButton::clicked, this, done);
    row->addWidget(made);
  };
  button(discard_, tr("Discard"), [this] {
    if (const ChangeRow* change = chosenChange(); change != nullptr && whyNoDiscard().isEmpty())
      changes_.discard(*change);
  });
  button(rollBack_, tr("Roll back"), [this] { rollBackChosen(); });
  button(approve_, tr("Approve"), [this] { approveChosen(); });
  button(commit_, tr("Commit"), [this] { commitChosen(); });
  button(confirm_, tr("Confirm"), [this] { confirmChosen(); });
  confirm_->setProperty("role", QStringLiteral("primary"));
  column->addLayout(row);
  changeView_ = tableOf(&changes_, tr("Change sets"), part);
  changeView_->setObjectName(QStringLiteral("changes"));
  changeView_->setColumnWidth(0, 60);
  changeView_->setColumnWidth(1, 170);
  changeView_->setColumnWidth(2, 520);
  changeView_->setColumnWidth(3, 240);
  sayWhenEmpty(changeView_, tr("None yet. A draft that is submitted comes here."));
  connect(changeView_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ZoningPage::takeChange);
  effectView_ = new QTextBrowser(part);
  effectView_->setObjectName(QStringLiteral("effect"));
  effectView_->setAccessibleName(tr("What the chosen change set would do, and why it was committed all the same"));
  effectView_->setOpenLinks(false);
  effectView_->hide();
  column->addWidget(panesOf(Qt::Horizontal, {{changeView_, 2, 900}, {effectView_, 1, 420}}, part), 1);
  return part;
}

// --- what is shown ---

void ZoningPage::refresh(const ViewPtr&) {
  showSans();
  changes_.refresh();
}

// The draft may have changed on another page.
void ZoningPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  if (sansDue_) showSans();
  workspace().notices().withdraw(kAskedKey);
}

void ZoningPage::showSans() {
  const ViewPtr& view = workspace().shown();
  sansDue_ = view && !isVisible();
  if (!view || sansDue_) return;
  const Draft& draft = workspace().draft();
  const bool drafted = !workspace().isPast() && !draft.isEmpty();
  const san::Snapshot& after = drafted ? draft.result() : view->snapshot();
  const bool first = tree_.rowCount() == 0;
  choosing_ = true;
  tree_.setSans(drafted ? draft.base() : view->snapshot(), after, workspace().sanWords());
  initiators_.setSan(after);
  targets_.setSan(after);
  // What is in another set now, or in none, stands elsewhere. What is gone is chosen no more, nor is its neighbour,
  // which Qt makes the current row.
  if (chosen_ && !chosenRow()) {
    const QModelIndex at = tree_.indexOf(chosen_);
    at.isValid() ? treeView_->setCurrentIndex(at) : static_cast<void>(chosen_ = {});
  }
  choosing_ = false;
  if (first) treeView_->expandToDepth(0);
  refreshMarks();
}

// The tree shows the draft: what is chosen there is the draft's own object, by whichever id. Rows that are selected
// beside it would be other objects'.
void ZoningPage::onIdsMoved(const san::NewIds& moved) {
  const auto isMoved = [&](ObjectRef one) { return moved.contains(one); };
  const auto rows = treeView_->selectionModel()->selectedRows();
  choosing_ = true;
  if (std::ranges::any_of(rows, [&](const QModelIndex& at) { return isMoved(tree_.refOf(at)); }))
    treeView_->selectionModel()->clear();
  if (std::ranges::any_of(pickedMembers(), isMoved)) {
    initiatorView_->clearSelection();
    targetView_->clearSelection();
  }
  choosing_ = false;
  if (const auto now = moved.find(chosen_); now != moved.end()) chosen_ = now->second;
}

void ZoningPage::refreshMarks() {
  if (!isVisible()) return;
  const ObjectRef current = workspace().selection().current();
  if (current != picked_) picked_ = {};
  // Members are picked for the zone that is chosen: the tree stays there.
  if (current && !picked_ && tree_.refOf(treeView_->currentIndex()) != current) {
    if (const QModelIndex at = tree_.indexOf(current); at.isValid() && !treeView_->hasFocus()) {
      choosing_ = true;
      treeView_->setCurrentIndex(at);
      chosen_ = current;
      choosing_ = false;
    }
  }
  followSelection();
  const ObjectRef domain = chosenDomain();
  const QString noEdit = workspace().whyNoEdit();
  const bool picked = !pickedMembers().empty();
  add_->setEnabled(domain && picked && noEdit.isEmpty());
  add_->setText(domain ? tr("Add to %1").arg(nameOf(domain)) : tr("Add to zone"));
  add_->setToolTip(!noEdit.isEmpty() ? noEdit : !domain ? tr("Choose a zone at the left.") : picked ? QString() : tr("Choose initiators or targets below."));
  const auto* set = workspace().draft().result().get<san::DomainSet>(chosenSet().id);
  enable_->setVisible(set != nullptr);
  if (set != nullptr) enable_->setText(set->enabled ? tr("Switch the set off") : tr("Switch the set on"));
  enable_->setEnabled(noEdit.isEmpty());

  effect_.choose(chosenChange());
  showEffect();
  allow(approve_, whyNoApprove());
  allow(commit_, whyNoCommit());
  allow(confirm_, whyNoConfirm());
  allow(rollBack_, whyNoRollBack());
  allow(discard_, whyNoDiscard());
  emit possibilitiesChanged();
}

void ZoningPage::showEffect() {
  const ChangeRow* change = chosenChange();
  const QStringList despite = change == nullptr ? QStringList() : change->inSpiteOf();
  effectView_->setVisible(effect_.isChosen() || !despite.isEmpty());
  QString html;
  const auto add = [&](const QStringList& lines, std::optional<Token> token) {
    for (const QString& line : lines) {
      const QString text = line.toHtmlEscaped();
      html += QStringLiteral("<p style='margin:0 0 4px 0'>%1</p>").arg(token ? coloredHtml(*token, text) : text);
    }
  };
  add(despite, std::nullopt);
  add(effect_.objections(), Token::Bad);
  add(effect_.sentences(), std::nullopt);
  if (const QString why = effect_.whyUnknown(); !why.isEmpty()) {
    add({why}, Token::TextMuted);
  } else if (effect_.isChosen() && effect_.sentences().isEmpty()) {
    add({tr("No host gains or loses anything.")}, std::nullopt);
  }
  // Setting it loses the place of who reads.
  if (std::exchange(shownEffect_, html) != html) effectView_->setHtml(html);
}

QString ZoningPage::nameOf(ObjectRef ref) const { return titled(workspace().draft().result(), ref); }

void ZoningPage::choose(ObjectRef ref) {
  if (choosing_) return;
  if (ref) workspace().selection().select(ref);
  refreshMarks();
}

ObjectRef ZoningPage::chosenRow() const {
  return tree_.refOf(treeView_->currentIndex()) == chosen_ ? chosen_ : ObjectRef{};
}

ObjectRef ZoningPage::chosenDomain() const {
  const ObjectRef ref = chosenRow();
  if (!ref || ref.kind == Kind::Domain) return ref;
  const ObjectRef above = tree_.parentRefOf(treeView_->currentIndex());
  return above.kind == Kind::Domain ? above : ObjectRef{};
}

ObjectRef ZoningPage::chosenSet() const {
  const ObjectRef ref = chosenRow();
  return ref.kind == Kind::DomainSet ? ref : ObjectRef{};
}

std::vector<ObjectRef> ZoningPage::pickedMembers() const {
  std::vector<ObjectRef> picked;
  for (const QModelIndex& at : initiatorView_->selectionModel()->selectedRows()) picked.push_back(initiators_.refOf(at));
  for (const QModelIndex& at : targetView_->selectionModel()->selectedRows()) picked.push_back(targets_.refOf(at));
  std::ranges::sort(picked);
  return picked;
}

std::vector<ObjectRef> ZoningPage::chosenZones() const {
  std::vector<ObjectRef> zones;
  for (const QModelIndex& at : treeView_->selectionModel()->selectedRows()) {
    if (const ObjectRef ref = tree_.refOf(at); ref.kind == Kind::Domain) zones.push_back(ref);
  }
  // A zone stands below each set that holds it.
  std::ranges::sort(zones);
  zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
  return zones;
}

std::vector<ObjectRef> ZoningPage::selectedHosts() const {
  std::vector<ObjectRef> hosts;
  for (const ObjectRef ref : workspace().selection().objects()) {
    if (ref.kind == Kind::Host) hosts.push_back(ref);
  }
  return hosts;
}

// --- deeds ---

void ZoningPage::newZone() {
  const ObjectRef set = chosenSet();
  const auto members = pickedMembers();
  QString name = QStringLiteral("z_");
  if (!members.empty()) name += titled(workspace().draft().result(), members.front()).section(QLatin1Char(':'), -1);
  std::vector<ObjectRef> about = members;
  if (set) about.push_back(set);
  ask_->ask(
      tr("Name of the new zone"), tr("Make it"),
      [this, set, members](const QString& text) {
        const ObjectRef fresh = workspace().draft().newObject(Kind::Domain);
        (void)workspace().edit(tr("New zone %1").arg(text), console::newZone(fresh, text.toStdString(), members, set));
      },
      name, about);
}

void ZoningPage::newZoneSet() {
  ask_->ask(tr("Name of the new zone set"), tr("Make it"), [this](const QString& text) {
    const ObjectRef fresh = workspace().draft().newObject(Kind::DomainSet);
    (void)workspace().edit(tr("New zone set %1").arg(text), console::newZoneSet(fresh, text.toStdString(), false));
  });
}

// What dragging a zone onto a set does, for who has no mouse.
void ZoningPage::putIntoSet() {
  if (!whyNoPutIntoSet().isEmpty()) return;
  QString proposed;
  workspace().draft().result().table<san::DomainSet>().forEach([&](san::Id, const san::DomainSet& set) {
    if (proposed.isEmpty() && set.enabled) proposed = QString::fromStdString(set.name);
  });
  ask_->ask(
      tr("Into which zone set?"), tr("Put it in"),
      [this, zones = chosenZones()](const QString& text) {
        const san::Snapshot& san = workspace().draft().result();
        const auto set = san.find(Kind::DomainSet, text.toStdString());
        const QString key = QStringLiteral("into-set");
        if (!set || addToSet(san, {Kind::DomainSet, *set}, zones).empty()) {
          workspace().notices().tell(
              {Notice::Level::Warning,
               key,
               tr("Nothing was changed"),
               set ? tr("%1 holds it already.").arg(text) : tr("No zone set is called %1.").arg(text),
               {},
               {}});
          return;
        }
        workspace().notices().withdraw(key);
        onDrop(zones, {Kind::DomainSet, *set});
      },
      proposed, chosenZones());
}

QString ZoningPage::whyNoPutIntoSet() const {
  if (workspace().page() != PageId::Zoning || chosenZones().empty()) return tr("Choose a zone in Zoning.");
  return workspace().whyNoEdit();
}

void ZoningPage::newCluster() {
  if (!whyNoNewCluster().isEmpty()) return;
  ask_->ask(
      tr("Name of the cluster"), tr("Make it"),
      [this, hosts = selectedHosts()](const QString& text) {
        const auto known = workspace().draft().result().find(Kind::Cluster, text.toStdString());
        const ObjectRef cluster =
            known ? ObjectRef{Kind::Cluster, *known} : workspace().draft().newObject(Kind::Cluster);
        (void)workspace().edit(tr("Make %n hosts the cluster %1", nullptr, static_cast<int>(hosts.size())).arg(text),
                               intoCluster(cluster, known ? std::string() : text.toStdString(), hosts));
      },
      {}, selectedHosts());
}

QString ZoningPage::whyNoNewCluster() const {
  if (selectedHosts().size() < 2) return tr("Select two hosts or more, in Topology.");
  return workspace().whyNoEditOf(workspace().selection().objects());
}

void ZoningPage::renameSelected() {
  const ObjectRef ref = workspace().selection().current();
  if (!whyNoRename().isEmpty()) return;
  ask_->ask(tr("Another name for %1").arg(nameOf(ref)), tr("Rename"),
            [this, ref](const QString& text) {
              (void)workspace().edit(tr("Rename %1 to %2").arg(nameOf(ref), text), rename(ref, text.toStdString()));
            },
            nameOf(ref), {ref});
}

QString ZoningPage::whyNoRename() const {
  const ObjectRef ref = workspace().selection().current();
  if (!ref) return tr("Nothing is selected.");
  if (!canBeRenamed(ref.kind)) return tr("This has a name of the protocol, which cannot be changed here.");
  return workspace().whyNoEditOf(workspace().selection().objects());
}

void ZoningPage::deleteSelected() {
  // A member leaves its zone; a zone or a set goes.
  std::vector<san::Edit> edits;
  QString deed;
  for (const QModelIndex& at : treeView_->selectionModel()->selectedRows()) {
    const ObjectRef ref = tree_.refOf(at);
    const ObjectRef above = tree_.parentRefOf(at);
    if (!ref) continue;
    if (ref.kind == Kind::Node || ref.kind == Kind::Portal) {
      for (san::Edit& edit : removeFromZone(above, {ref})) edits.push_back(std::move(edit));
      deed = tr("Take %1 out of %2").arg(nameOf(ref), nameOf(above));
    } else {
      edits.push_back({san::EditOp::Erase, ref, {}, {}});
      deed = tr("Delete %1").arg(nameOf(ref));
    }
  }
  if (edits.size() > 1) deed = tr("Take away %n objects", nullptr, static_cast<int>(edits.size()));
  if (!edits.empty()) (void)workspace().edit(deed, std::move(edits));
}

QString ZoningPage::whyNoDelete() const {
  if (workspace().page() != PageId::Zoning || !chosenRow()) return tr("Choose a zone, a set or a member in Zoning.");
  // Who has picked members in the lists, or is there, does not mean what is chosen beside them.
  const bool inLists = initiatorView_->hasFocus() || targetView_->hasFocus();
  if (inLists || (picked_ && !treeView_->hasFocus()))
    return tr("Choose what is to go in the tree of zones, not in the lists beside it.");
  return workspace().whyNoEdit();
}

void ZoningPage::addToChosen(const std::vector<ObjectRef>& objects) {
  if (const ObjectRef domain = chosenDomain()) onDrop(objects, domain);
}

void ZoningPage::onDrop(const std::vector<ObjectRef>& objects, ObjectRef onto) {
  const san::Snapshot& san = workspace().draft().result();
  if (onto.kind == Kind::DomainSet) {
    auto edits = addToSet(san, onto, objects);
    if (!edits.empty()) (void)workspace().edit(tr("Put %n zones into %1", nullptr, static_cast<int>(edits.size())).arg(nameOf(onto)), std::move(edits));
    return;
  }
  const auto members = membersOf(*workspace().present()->index, objects);
  auto edits = addToZone(san, onto, members);
  const QString key = QStringLiteral("into-zone");
  if (edits.empty()) {
    if (members.empty()) return;
    workspace().notices().tell({Notice::Level::Information,
                                key,
                                tr("Nothing was changed"),
                                tr("%1 holds it already.").arg(nameOf(onto)),
                                {},
                                {}});
    return;
  }
  workspace().notices().withdraw(key);
  const QString who = edits.size() == 1 ? nameOf(std::get<ObjectRef>(edits.front().value)) : tr("%n members", nullptr, static_cast<int>(edits.size()));
  (void)workspace().edit(tr("Add %1 to %2").arg(who, nameOf(onto)), std::move(edits));
}

void ZoningPage::paste() {
  const ObjectRef domain = chosenDomain();
  const QString key = QStringLiteral("paste");
  if (!domain) {
    workspace().notices().tell({Notice::Level::Information, key, tr("Choose a zone first"), tr("The names are added to the zone that is chosen at the left."), {}, {}});
    return;
  }
  std::vector<std::string> unknown;
  const auto found = pastedMembers(*workspace().present()->index, QApplication::clipboard()->text().toStdString(), unknown);
  // Nothing is half applied: with a name that nobody has, nothing is.
  if (!unknown.empty() || found.empty()) {
    QStringList names;
    for (std::size_t i = 0; i < unknown.size() && i < 5; ++i) names << QString::fromStdString(unknown[i]);
    workspace().notices().tell({Notice::Level::Warning, key, tr("Nothing was added"),
                                unknown.empty() ? tr("The clipboard has no names.") : tr("Nobody has the name %1. Correct the list and paste it again.").arg(names.join(QStringLiteral(", "))),
                                {}, {}});
    return;
  }
  workspace().notices().withdraw(key);
  onDrop(found, domain);
}

bool ZoningPage::eventFilter(QObject* watched, QEvent* event) {
  // What Del would do depends on it.
  if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
    QMetaObject::invokeMethod(this, &ZoningPage::possibilitiesChanged, Qt::QueuedConnection);
  }
  if (event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if ((watched == initiatorView_ || watched == targetView_) && (key == Qt::Key_Return || key == Qt::Key_Enter)) {
      addToChosen(pickedMembers());
      return true;
    }
  }
  return Page::eventFilter(watched, event);
}

void ZoningPage::beginSubmit() { draft_->beginSubmit(); }

void ZoningPage::rebase() {
  const auto merged = workspace().draft().rebase();
  const QString key = QStringLiteral("rebase");
  if (!merged) {
    workspace().notices().tell({Notice::Level::Fault, key, tr("The draft does not fit the present SAN"), sentence(merged.error().text), {}, {}});
    return;
  }
  QString what;
  for (const san::Difference& one : merged->conflicts) what += sentence(one.why) + QLatin1Char(' ');
  const bool clean = merged->conflicts.empty();
  workspace().notices().tell({clean ? Notice::Level::Success : Notice::Level::Warning, key,
                              clean ? tr("The draft stands on the present SAN") : tr("%n edits were left out, as others have changed the same", nullptr, static_cast<int>(merged->conflicts.size())),
                              what, {}, {}});
}

// --- change sets ---

// A change set that is selected, as by a link to it, is the one that deeds are done on; where its row is not there
// (yet), none is.
void ZoningPage::followSelection() {
  const ObjectRef current = workspace().selection().current();
  if (std::exchange(followed_, current) != current) wanted_ = current.kind == Kind::ChangeSet ? current.id : 0;
  if (wanted_ == 0) return;
  const auto at = std::ranges::find(changes_.rows(), wanted_, &ChangeRow::id);
  following_ = true;
  if (at != changes_.rows().end()) {
    wanted_ = 0;
    changeView_->selectRow(static_cast<int>(at - changes_.rows().begin()));
  } else {
    changeView_->clearSelection();
  }
  following_ = false;
}

// Whoever chooses a row means that one, also where another change set was selected.
void ZoningPage::takeChange() {
  const ChangeRow* change = chosenChange();
  if (const ObjectRef current = workspace().selection().current();
      change != nullptr && !following_ && current.kind == Kind::ChangeSet && current.id != change->id) {
    const ObjectRef own{Kind::ChangeSet, static_cast<san::Id>(change->id)};
    const bool known = workspace().shown() && workspace().shown()->snapshot().get(own) != nullptr;
    workspace().selection().select(known ? own : ObjectRef{});
  }
  if (change != nullptr && !following_) wanted_ = 0;
  refreshMarks();
}

const ChangeRow* ZoningPage::chosenChange() const { return changes_.at(chosenIn(*changeView_).row()); }

QString ZoningPage::whyNot(std::string_view right, std::initializer_list<const char*> states) const {
  const ChangeRow* change = chosenChange();
  if (change == nullptr) return tr("Choose a change set below.");
  if (changes_.isUnderWay(change->id))
    return tr("Something is being done on change set %1: wait for the answer.").arg(change->id);
  const bool fits = std::ranges::any_of(states, [&](const char* state) { return change->state == QLatin1String(state); });
  if (!fits) return tr("Change set %1 is %2.").arg(change->id).arg(changeStateWord(change->state));
  return workspace().whyNoDeed(right);
}

// What is approved or committed is the effect that is shown.
QString ZoningPage::whyNoApprove() const {
  const QString why = whyNot("change.approve", {"submitted"});
  return why.isEmpty() ? effect_.whyUnknown() : why;
}
QString ZoningPage::whyNoCommit() const {
  const QString why = whyNot("change.commit", {"submitted", "approved"});
  return why.isEmpty() ? effect_.whyUnknown() : why;
}
// As the server has it.
QString ZoningPage::whyNoDiscard() const {
  if (QString why = whyNot("change.draft", {"open", "submitted", "approved"}); !why.isEmpty()) return why;
  const Principal& who = workspace().source()->principal();
  const bool own = chosenChange()->author == QString::fromStdString(who.user);
  return own || who.may("change.approve") ? QString()
                                          : tr("Only its author discards a change set, or who may approve it.");
}
QString ZoningPage::whyNoConfirm() const { return whyNot("change.commit", {"confirming"}); }
QString ZoningPage::whyNoRollBack() const { return whyNot("change.roll-back", {"confirming", "confirmed"}); }

void ZoningPage::approveChosen() {
  if (const ChangeRow* change = chosenChange(); change != nullptr && whyNoApprove().isEmpty())
    changes_.approve(*change, effect_.hash());
}
void ZoningPage::commitChosen() {
  if (const ChangeRow* change = chosenChange(); change != nullptr && whyNoCommit().isEmpty())
    changes_.commit(*change, {});
}
// The answer comes when it comes: whoever has left the page meanwhile would believe that it was committed.
void ZoningPage::askWhyCommitted(const ChangeRow& change, const QString& guard) {
  ask_->askWhenFree(tr("%1 Why does change set %2 take effect all the same?").arg(guard).arg(change.id), tr("Commit"),
                    [this, change](const QString& why) {
                      if (workspace().mayDo(tr("Commit"), "change.commit")) changes_.commit(change, why);
                    });
  if (isVisible()) return;
  workspace().notices().tell({Notice::Level::Warning, kAskedKey,
                              tr("Change set %1 is not committed yet: a reason is asked for").arg(change.id), guard,
                              tr("Show it"), [this] { workspace().go(PageId::Zoning); }, this});
}
void ZoningPage::confirmChosen() {
  if (const ChangeRow* change = chosenChange(); change != nullptr && whyNoConfirm().isEmpty())
    changes_.confirm(*change);
}
void ZoningPage::rollBackChosen() {
  const ChangeRow* change = chosenChange();
  if (change == nullptr || !whyNoRollBack().isEmpty()) return;
  ask_->ask(tr("Why is change set %1 taken back?").arg(change->id), tr("Roll back"),
            [this, change = *change](const QString& why) {
              if (workspace().mayDo(tr("Roll back"), "change.roll-back")) changes_.rollBack(change, why);
            });
}

}  // namespace console
