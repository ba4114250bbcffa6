#include "console-gui/pages/credentials_page.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/sentences.h"
#include "console-gui/pages/credential_form.h"
#include "console-gui/pages/credential_policy.h"
#include "console-gui/widgets/ask_strip.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/level_delegate.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

using base::Json;
using mgmt::Route;

constexpr const char* kRight = "credential.manage";

// "db01", "db01, db02 and 3 more".
QString namesOf(const std::vector<CredentialRow>& some) {
  constexpr std::size_t kNamed = 3;
  QStringList names;
  for (const CredentialRow& row : some) {
    if (static_cast<std::size_t>(names.size()) < kNamed) names << (row.host.isEmpty() ? row.initiator : row.host);
  }
  const QString list = names.join(QStringLiteral(", "));
  return some.size() <= kNamed
             ? list
             : console::tr("%1 and %n more", nullptr, static_cast<int>(some.size() - kNamed)).arg(list);
}

}  // namespace

CredentialsPage::CredentialsPage(Workspace& workspace, QWidget* parent) : Page(workspace, PageId::Credentials, parent), rotations_(workspace) {
  auto* page = pageColumn(this);
  auto* upper = panesOf(Qt::Horizontal, {{makeTable(), 3, 780}, {makeDetail(), 2, 380}}, this);
  page->addWidget(panesOf(Qt::Vertical, {{upper, 4, 560}, {makeBatches(), 1, 170}}, this), 1);

  connect(&workspace.draft(), &Draft::changed, this, &CredentialsPage::refreshMarks);
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    asking_ = 0;  // who has gone answers nothing
    forgetDetail();
  });
  connect(&rotations_, &RotationList::refreshed, this, &CredentialsPage::refreshMarks);
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, [this] {
    if (isVisible()) showChosen();
  });
}

QWidget* CredentialsPage::makeTable() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  auto* top = new FlowLayout;
  top->addWidget(titleLabel(tr("Credentials"), part));
  counts_ = mutedLabel({}, part);
  top->addWidget(counts_);
  top->addStretch();
  const auto button = [&](QPushButton*& made, const QString& text, auto&& done) {
    made = new QPushButton(text, part);
    connect(made, &QPushButton::clicked, this, done);
    top->addWidget(made);
  };
  button(new_, tr("New..."), [this] { newCredential(); });
  button(rotate_, tr("Change..."), [this] { rotateChosen(); });
  button(cancel_, tr("Take back..."), [this] { cancelChosen(); });
  button(retire_, tr("Retire..."), [this] { retireChosen(); });
  retire_->setProperty("role", QStringLiteral("danger"));
  column->addLayout(top);
  form_ = new CredentialForm(workspace(), part);
  connect(form_, &CredentialForm::left, this, [this] { view_->setFocus(); });
  column->addWidget(form_);
  ask_ = new AskStrip(workspace(), part);
  column->addWidget(ask_);

  auto* filters = new QHBoxLayout;
  filters->setSpacing(kSpace);
  show_ = new QComboBox(part);
  show_->setAccessibleName(tr("Which credentials"));
  show_->addItems({tr("All but retired"), tr("In need of somebody"), tr("Changing"), tr("Retired")});
  connect(show_, &QComboBox::currentIndexChanged, this, [this](int at) {
    table_.setShow(static_cast<CredentialTable::Show>(at));
    refreshMarks();
  });
  filters->addWidget(show_);
  auto* words = new QLineEdit(part);
  words->setPlaceholderText(tr("Type a part of a name"));
  words->setAccessibleName(tr("Part of a name of an initiator or a target"));
  words->setClearButtonEnabled(true);
  connect(words, &QLineEdit::textChanged, &table_, &CredentialTable::setWords);
  filters->addWidget(words, 1);
  column->addLayout(filters);

  view_ = tableOf(&table_, tr("Credentials"), part);
  view_->setObjectName(QStringLiteral("credentials"));
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setItemDelegateForColumn(CredentialTable::State, new LevelDelegate(view_));
  sizeColumns(view_, {84, 112, 132, 148, 80, 104});
  whenChosen(view_, this, [this] {
    const CredentialRow* row = table_.at(chosenIn(*view_).row());
    if (row == nullptr || choosing_) return;
    choosing_ = true;
    this->workspace().selection().select({san::Kind::Credential, row->id});
    choosing_ = false;
  });
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CredentialsPage::refreshMarks);
  column->addWidget(view_, 1);
  return part;
}

QWidget* CredentialsPage::makeDetail() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  heading_ = headingLabel({}, part);
  heading_->setWordWrap(true);
  column->addWidget(heading_);
  detail_ = new QTextBrowser(part);
  detail_->setAccessibleName(tr("What is known of the credential"));
  detail_->setOpenLinks(false);
  column->addWidget(detail_, 1);
  copy_ = new QPushButton(tr("Copy what reveals it on a terminal"), part);
  connect(copy_, &QPushButton::clicked, this, [this] {
    const auto some = chosen();
    if (some.size() == 1 && asked_) QApplication::clipboard()->setText(revealCommand(some[0], *asked_));
  });
  policy_ = new QPushButton(tr("What is demanded"), part);
  policy_->setMenu(new QMenu(policy_));
  connect(policy_->menu(), &QMenu::aboutToShow, this, [this] {
    const auto some = chosen();
    fillPolicy(*policy_->menu(), this->workspace(), some.size() == 1 ? some[0].id : 0);
  });
  auto* row = new FlowLayout;
  row->addWidget(policy_);
  row->addWidget(copy_);
  column->addLayout(row);
  return part;
}

QWidget* CredentialsPage::makeBatches() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  auto* row = new FlowLayout;
  row->addWidget(headingLabel(tr("Changes of many secrets"), part));
  row->addStretch();
  old_ = new QPushButton(tr("Change all that are too old..."), part);
  connect(old_, &QPushButton::clicked, this, &CredentialsPage::rotateOld);
  pause_ = new QPushButton(tr("Pause"), part);
  connect(pause_, &QPushButton::clicked, this, &CredentialsPage::pauseOrResume);
  end_ = new QPushButton(tr("End"), part);
  connect(end_, &QPushButton::clicked, this, &CredentialsPage::endBatch);
  for (QPushButton* one : {old_, pause_, end_}) row->addWidget(one);
  column->addLayout(row);
  batches_ = tableOf(&rotations_, tr("Batches of changes of secrets"), part);
  batches_->setObjectName(QStringLiteral("batches"));
  batches_->setItemDelegateForColumn(RotationList::State, new LevelDelegate(batches_));
  sizeColumns(batches_, {60, 120, 220, 80, 320});
  sayWhenEmpty(batches_, tr("None yet. When many secrets are changed at once, how far it has come is told here."));
  connect(batches_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CredentialsPage::refreshMarks);
  column->addWidget(batches_, 1);
  return part;
}

// --- what is shown ---

void CredentialsPage::refresh(const ViewPtr& view) {
  const san::Snapshot& snapshot = view->snapshot();
  table_.setSan(snapshot, workspace().shownTime());
  rotations_.refresh();
  if (form_->isVisible()) form_->follow();
  refreshMarks();
}

void CredentialsPage::refreshMarks() {
  if (!isVisible()) return;
  const san::ObjectRef selected = workspace().selection().current();
  if (!choosing_ && selected.kind == san::Kind::Credential && selected.id != 0) {
    if (const int row = table_.rowOf(selected.id); row >= 0 && chosenIn(*view_).row() != row) {
      choosing_ = true;
      view_->setCurrentIndex(table_.index(row, 0));
      choosing_ = false;
    }
  }
  counts_->setText(tr("%n credentials", nullptr, static_cast<int>(table_.all())) + QStringLiteral(", ") +
                   tr("%n in need of somebody", nullptr, static_cast<int>(table_.needSomebody())));
  allow(new_, whyNoNew(), tr("The server makes the secret and gives it to the agents of both ends."));
  allow(rotate_, whyNoRotate(), tr("Both ends take the next secret too, then a login proves it, then the old one ends. Sessions stay."));
  allow(cancel_, whyNoCancel(), tr("The old secret stays in use."));
  allow(retire_, whyNoRetire(), tr("Nobody gets in with it any more. Sessions stay until they end."));
  allow(old_, whyNoRotateOld(), tr("Some at a time; at the first failure nothing new begins."));
  const RotationRow* batch = chosenBatch();
  const bool paused = batch != nullptr && batch->state == QLatin1String("paused");
  pause_->setText(paused ? tr("Go on") : tr("Pause"));
  allow(pause_, whyNoPause(), paused ? tr("Begins what is still waiting.") : tr("What is under way goes on; nothing new begins."));
  allow(end_, whyNoPause(), tr("What is waiting keeps its secret."));
  allow(policy_, whyNoPolicy(), tr("What its domains and its target demand of a login, as edits of the draft."));
  form_->allow(whyNoNew());
  showChosen();
  emit possibilitiesChanged();
}

void CredentialsPage::showChosen() {
  const auto some = chosen();
  const ViewPtr& view = workspace().shown();
  sayWhenEmpty(view_, table_.all() == 0 ? QString() : tr("Nothing matches."));
  QString html;
  if (some.size() != 1 || !view) {
    heading_->setText(some.empty() ? tr("No credential is chosen") : tr("%n credentials are chosen", nullptr, static_cast<int>(some.size())));
    html =
        some.empty()
            ? table_.all() == 0
                  ? tr("There are no credentials yet. Where a domain or a target demands CHAP, make one for each pair: "
                       "the server makes the secret, and no person has to see it.")
                  : tr("Choose one at the left: who has the secret, how a change of it stands and what is wrong is "
                       "told here.")
            : tr("What is pressed above is done to each of them.");
    copy_->hide();
  } else {
    const CredentialRow& row = some[0];
    heading_->setText(tr("%1 at %2")
                          .arg(row.host.isEmpty() ? row.initiator : row.host,
                               row.target.isEmpty() ? tr("all other targets") : row.target));
    if (askedFor_ != row || workspace().isPast()) askDetail(row);
    const san::Seconds now = workspace().shownTime();
    html = credentialHtml(*view, row, asked_ ? &*asked_ : nullptr, now);
    copy_->setVisible(asked_ && !revealCommand(row, *asked_).isEmpty());
  }
  // Setting it loses the place and what is marked in it.
  if (html == shown_) return;
  shown_ = html;
  detail_->setHtml(html);
}

// The snapshot does not know the phases of a change and the ends of a credential for all targets. Asked for again when
// the row has changed; until the answer the one before stands. Of the past nothing is asked, and no present answer
// shown.
void CredentialsPage::askDetail(const CredentialRow& row) {
  if (workspace().isPast() || workspace().source() == nullptr) return forgetDetail();
  if (!askedFor_ || askedFor_->id != row.id) asked_.reset();
  askedFor_ = row;
  ++asking_;
  workspace().source()->ask({Route::GetCredential, {std::to_string(row.id)}}, this, [this, row](const Answer& answer) {
    --asking_;
    if (askedFor_ != row) return;
    asked_ = answer ? detailOf(*answer) : CredentialDetail{};
    if (!answer) asked_->why = sentence(answer.error().title) + QStringLiteral(". ") + sentence(answer.error().detail);
    if (isVisible()) showChosen();
  });
}

void CredentialsPage::forgetDetail() {
  askedFor_.reset();
  asked_.reset();
}

std::vector<CredentialRow> CredentialsPage::chosen() const {
  std::vector<CredentialRow> some;
  for (const QModelIndex& index : view_->selectionModel()->selectedRows()) {
    if (const CredentialRow* row = table_.at(index.row())) some.push_back(*row);
  }
  return some;
}

const RotationRow* CredentialsPage::chosenBatch() const { return rotations_.at(chosenIn(*batches_).row()); }

// --- what can be done ---

QString CredentialsPage::whyNoManage() const { return workspace().whyNoDeed(kRight); }

QString CredentialsPage::whyNoNew() const { return whyNoManage(); }

QString CredentialsPage::whyNoRotate() const {
  if (const QString why = whyNoManage(); !why.isEmpty()) return why;
  const auto some = chosen();
  if (some.empty()) return tr("Choose a credential.");
  if (std::ranges::any_of(some, [](const CredentialRow& row) { return row.state != san::CredentialState::Active; })) {
    return tr("Only a credential that is in use and not changing can get another secret.");
  }
  return {};
}

QString CredentialsPage::whyNoCancel() const {
  if (const QString why = whyNoManage(); !why.isEmpty()) return why;
  const auto some = chosen();
  const bool changing = !some.empty() && std::ranges::all_of(some, [](const CredentialRow& row) {
    return row.state == san::CredentialState::Rotating || row.state == san::CredentialState::WaitingForForeign;
  });
  return changing ? QString() : tr("Choose a credential whose secret is being changed.");
}

QString CredentialsPage::whyNoRetire() const {
  if (const QString why = whyNoManage(); !why.isEmpty()) return why;
  const auto some = chosen();
  if (some.empty()) return tr("Choose a credential.");
  const bool ended = std::ranges::any_of(some, [](const CredentialRow& row) { return row.state == san::CredentialState::Retired; });
  return ended ? tr("It is retired already.") : QString();
}

QString CredentialsPage::whyNoRotateOld() const {
  if (const QString why = whyNoManage(); !why.isEmpty()) return why;
  if (!workspace().present() || workspace().present()->snapshot().settings().secretDays == 0) return tr("The settings allow any age.");
  return {};
}

QString CredentialsPage::whyNoPause() const {
  if (const QString why = whyNoManage(); !why.isEmpty()) return why;
  const RotationRow* batch = chosenBatch();
  if (batch == nullptr) return tr("Choose a batch.");
  return batch->state == QLatin1String("finished") ? tr("It has finished.") : QString();
}

void CredentialsPage::newCredential() {
  if (!whyNoNew().isEmpty() || !workspace().present()) return;
  ask_->leave();
  form_->open();
}

void CredentialsPage::step(const QString& deed, const QString& action, const std::vector<CredentialRow>& some,
                           const QString& reason) {
  if (!workspace().mayDo(deed, kRight)) return;
  for (const CredentialRow& row : some) {
    Json body(Json::Object{{"action", action.toStdString()}, {"reason", reason.toStdString()}});
    const QString name = row.host.isEmpty() ? row.initiator : row.host;
    workspace().source()->ask({Route::ChangeCredential, {std::to_string(row.id)}, {}, std::move(body)}, this,
                              [this, name](const Answer& answer) {
                                askedFor_.reset();
                                if (!answer)
                                  return workspace().notices().tellDeed(
                                      tr("The credential of %1 stays as it is").arg(name),
                                      tr("It is not known whether the credential of %1 changes").arg(name),
                                      answer.error());
                                if (isVisible()) showChosen();
                              });
  }
}

void CredentialsPage::rotateChosen() {
  if (!whyNoRotate().isEmpty()) return;
  form_->hide();
  ask_->ask(tr("Why do the secrets of %1 change?").arg(namesOf(chosen())), tr("Change"),
            [this, some = chosen()](const QString& why) { step(tr("Change"), QStringLiteral("rotate"), some, why); });
}

void CredentialsPage::cancelChosen() {
  if (!whyNoCancel().isEmpty()) return;
  form_->hide();
  ask_->ask(
      tr("Why is the change for %1 taken back?").arg(namesOf(chosen())), tr("Take back"),
      [this, some = chosen()](const QString& why) { step(tr("Take back"), QStringLiteral("cancel"), some, why); });
}

void CredentialsPage::retireChosen() {
  if (!whyNoRetire().isEmpty()) return;
  form_->hide();
  ask_->ask(tr("Why do the credentials of %1 end? Nobody gets in with them then.").arg(namesOf(chosen())), tr("Retire"),
            [this, some = chosen()](const QString& why) { step(tr("Retire"), QStringLiteral("retire"), some, why); });
}

void CredentialsPage::rotateOld() {
  if (!whyNoRotateOld().isEmpty()) return;
  form_->hide();
  const int days = static_cast<int>(workspace().present()->snapshot().settings().secretDays);
  ask_->ask(tr("Why do all secrets change that are older than %n days?", nullptr, days), tr("Change"),
            [this, days](const QString& why) {
              if (workspace().mayDo(tr("Change"), kRight)) rotations_.start({}, days, why);
            });
}

void CredentialsPage::pauseOrResume() {
  const RotationRow* batch = chosenBatch();
  if (batch == nullptr || !whyNoPause().isEmpty()) return;
  rotations_.step(*batch, batch->state == QLatin1String("paused") ? QStringLiteral("resume") : QStringLiteral("pause"),
                  {});
}

void CredentialsPage::endBatch() {
  const RotationRow* chosen = chosenBatch();
  if (chosen == nullptr || !whyNoPause().isEmpty()) return;
  form_->hide();
  ask_->ask(tr("Why does batch %1 end? What waits keeps its secret.").arg(chosen->id), tr("End it"),
            [this, batch = *chosen](const QString& why) {
              if (workspace().mayDo(tr("End it"), kRight)) rotations_.step(batch, QStringLiteral("cancel"), why);
            });
}

// --- what is demanded of a login ---

QString CredentialsPage::whyNoPolicy() const {
  if (const QString why = workspace().whyNoEdit(); !why.isEmpty()) return why;
  return chosen().size() == 1 ? QString() : tr("Choose a credential.");
}

void CredentialsPage::showPolicy() {
  if (whyNoPolicy().isEmpty()) policy_->showMenu();
}

}  // namespace console
