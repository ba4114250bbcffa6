#include "console-gui/pages/reports_page.h"

#include <QComboBox>
#include <QDateEdit>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "console-gui/client/time_now.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/widgets/ask_save.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/page_parts.h"
#include "console-gui/widgets/state_badge.h"

namespace console {
namespace {

constexpr int kMostCuts = 300;
constexpr int kPeriodDays = 30;

QComboBox* combo(const QString& name, int length, QWidget* parent) {
  auto* made = new QComboBox(parent);
  made->setAccessibleName(name);
  made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  made->setMinimumContentsLength(length);
  return made;
}

// Whether it can be of a part of the SAN.
bool hasScope(ReportKind kind) {
  return kind != ReportKind::Changes && kind != ReportKind::Credentials && kind != ReportKind::Coverage &&
         kind != ReportKind::Findings;
}

QDate dayNow() { return QDateTime::fromSecsSinceEpoch(static_cast<qint64>(timeNow())).date(); }

}  // namespace

ReportsPage::ReportsPage(Workspace& workspace, QWidget* parent) : Page(workspace, PageId::Reports, parent) {
  chooseSave_ = [this](const QString& title, const QString& proposed, const QString& kinds) {
    return askSaveFile(this, title, proposed, kinds);
  };
  chooseOpen_ = [this](const QString& title, const QString& proposed, const QString& kinds) {
    return QFileDialog::getOpenFileName(this, title, proposed, kinds);
  };
  auto* page = pageColumn(this);
  auto* top = new QHBoxLayout;
  top->setSpacing(2 * kSpace);
  top->addWidget(titleLabel(tr("Reports"), this));
  tabs_ = tabsOf({tr("Make a report"), tr("Verify an evidence pack")}, tr("Part of the reports"), this);
  top->addWidget(tabs_, 0, Qt::AlignBottom);
  top->addStretch(1);
  page->addLayout(top);
  parts_ = new QStackedWidget(this);
  parts_->addWidget(makeReportPart());
  parts_->addWidget(makeVerifyPart());
  page->addWidget(parts_, 1);
  connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
    parts_->setCurrentIndex(index);
    tabs_->updateGeometry();  // the chosen one is wider
    refreshMarks();
  });
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    ++asked_;
    making_.cancel();
    fetching_ = downloading_ = false;
    model_.set(nullptr);
    for (QComboBox* one : {cut_, before_, label_}) emptyChoices(one);
  });
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, [this] { refreshMarks(); });
}

QWidget* ReportsPage::makeReportPart() {
  kinds_ = new QListWidget(this);
  kinds_->setAccessibleName(tr("Reports that can be made"));
  for (std::size_t i = 0; i < kReportKinds; ++i) {
    auto* item = new QListWidgetItem(reportWord(static_cast<ReportKind>(i)), kinds_);
    item->setToolTip(reportMeaning(static_cast<ReportKind>(i)));
  }
  kinds_->setCurrentRow(0);
  kinds_->setMinimumWidth(kinds_->sizeHintForColumn(0) + 4 * kSpace);
  connect(kinds_, &QListWidget::currentRowChanged, this, [this] { make(); });

  auto* right = new QWidget(this);
  auto* column = columnOf(right);
  heading_ = headingLabel({}, right);
  meaning_ = mutedLabel({}, right);
  meaning_->setWordWrap(true);
  anew_ = new QPushButton(tr("Make it anew"), right);
  connect(anew_, &QPushButton::clicked, this, &ReportsPage::makeAnew);
  auto* head = new QHBoxLayout;
  head->addWidget(heading_, 1);
  head->addWidget(anew_);
  column->addLayout(head);
  column->addWidget(meaning_);
  column->addWidget(makeOptions(right));

  auto* card = new QFrame(right);
  card->setProperty("role", QStringLiteral("card"));
  auto* facts = new QVBoxLayout(card);
  facts->setContentsMargins(2 * kSpace, kSpace, 2 * kSpace, kSpace);
  facts->setSpacing(kSpace / 2);
  counts_ = plainLabel({}, card);
  counts_->setTextFormat(Qt::RichText);
  counts_->setWordWrap(true);
  complete_ = new StateBadge(card);
  complete_->setWordWrap(true);
  statement_ = mutedLabel({}, card);
  statement_->setWordWrap(true);
  facts->addWidget(counts_);
  facts->addWidget(complete_);
  facts->addWidget(statement_);
  column->addWidget(card);

  table_ = tableOf(&model_, tr("What is in the report"), right);
  column->addWidget(table_, 1);
  empty_ = mutedLabel({}, right);
  empty_->setWordWrap(true);
  empty_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  column->addWidget(empty_, 1);

  auto* row = new FlowLayout;
  const std::array texts{tr("Save as CSV..."), tr("Save as JSON..."), tr("Download the PDF..."),
                         tr("Download the evidence pack...")};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    saves_[i] = new QPushButton(texts[i], right);
    connect(saves_[i], &QPushButton::clicked, this, [this, i] { save(static_cast<Format>(i)); });
    row->addWidget(saves_[i]);
    if (i == 1) row->addStretch();
  }
  saves_[3]->setProperty("role", QStringLiteral("primary"));
  column->addLayout(row);
  signed_ = mutedLabel({}, right);
  signed_->setWordWrap(true);
  column->addWidget(signed_);
  return panesOf(Qt::Horizontal, {{kinds_, 0, kinds_->minimumWidth()}, {right, 1, 1000}}, this);
}

QWidget* ReportsPage::makeOptions(QWidget* parent) {
  auto* part = new QWidget(parent);
  auto* row = new FlowLayout(part);
  const auto word = [&](const QString& text, QWidget* buddy) {
    auto* label = mutedLabel(text, part);
    label->setBuddy(buddy);
    label->setMinimumHeight(kHitSize + 4);
    row->addWidget(label);
    row->addWidget(buddy);
    return label;
  };
  cut_ = combo(tr("Data cut: the revision that the report is of"), 30, part);
  word(tr("Data cut"), cut_);
  before_ = combo(tr("The revision that it is compared with"), 30, part);
  beforeWord_ = word(tr("against"), before_);
  today_ = dayNow();
  const auto date = [&](const QString& name, int back) {
    auto* made = new QDateEdit(today_.addDays(-back), part);
    made->setAccessibleName(name);
    made->setDisplayFormat(QStringLiteral("yyyy-MM-dd"));
    connect(made, &QDateEdit::dateChanged, this, [this] { make(); });
    return made;
  };
  from_ = date(tr("First day of the period"), kPeriodDays);
  fromWord_ = word(tr("From"), from_);
  to_ = date(tr("Last day of the period"), 0);
  toWord_ = word(tr("to"), to_);
  label_ = combo(tr("Only with this label"), 14, part);
  row->addWidget(label_);
  const auto line = [&](const QString& hint, const QString& name) {
    auto* made = new QLineEdit(part);
    made->setPlaceholderText(hint);
    made->setAccessibleName(name);
    made->setClearButtonEnabled(true);
    made->setMinimumWidth(20 * kSpace);
    connect(made, &QLineEdit::editingFinished, this, [this] { make(); });
    connect(made, &QLineEdit::textChanged, this, [this](const QString& text) {
      if (text.isEmpty()) make();
    });
    row->addWidget(made);
    return made;
  };
  host_ = line(tr("Only this host"), tr("Only this host"));
  unit_ = line(tr("Only this logical unit"), tr("Only this logical unit"));
  for (QComboBox* one : {cut_, before_, label_}) {
    connect(one, &QComboBox::currentIndexChanged, this, [this] { make(); });
  }
  return part;
}

QWidget* ReportsPage::makeVerifyPart() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  auto* why = mutedLabel(tr("Checks a pack that is on this disk: whether every file in it is what was signed, and by "
                            "whose key. No server is asked."),
                         part);
  why->setWordWrap(true);
  column->addWidget(why);
  auto* row = new QHBoxLayout;
  row->setSpacing(kSpace);
  keys_ = new QLineEdit(part);
  keys_->setAccessibleName(tr("Fingerprints of keys that may have signed"));
  keys_->setPlaceholderText(tr("Fingerprint of the server's key, 64 hexadecimal digits"));
  keys_->setClearButtonEnabled(true);
  connect(keys_, &QLineEdit::textChanged, this, [this] { refreshMarks(); });
  row->addWidget(keys_, 1);
  takeKeys_ = new QPushButton(tr("Take the keys of this server"), part);
  connect(takeKeys_, &QPushButton::clicked, this, &ReportsPage::takeKeys);
  row->addWidget(takeKeys_);
  verify_ = new QPushButton(tr("Verify a pack..."), part);
  verify_->setProperty("role", QStringLiteral("primary"));
  connect(verify_, &QPushButton::clicked, this, &ReportsPage::verify);
  row->addWidget(verify_);
  column->addLayout(row);
  verdict_ = new StateBadge(part);
  column->addWidget(verdict_, 0, Qt::AlignLeft);
  result_ = new QTextBrowser(part);
  result_->setAccessibleName(tr("What the check has found"));
  column->addWidget(result_, 1);
  return part;
}

void ReportsPage::setChoosers(Choose save, Choose open) {
  chooseSave_ = std::move(save);
  chooseOpen_ = std::move(open);
}

void ReportsPage::showPart(Part part) { tabs_->setCurrentIndex(static_cast<int>(part)); }
void ReportsPage::choose(ReportKind kind) {
  showPart(Part::Report);
  kinds_->setCurrentRow(static_cast<int>(kind));
}
ReportKind ReportsPage::kind() const { return static_cast<ReportKind>(std::max(0, kinds_->currentRow())); }

// Another one may have been chosen while the page was hidden.
void ReportsPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  if (model_.report() && model_.report()->kind != kind()) make();
}

void ReportsPage::refresh(const ViewPtr&) {
  fillCuts();
  fillLabels();
  // A report stays as it is while the SAN goes on; findings may have come late.
  if (!model_.report() || !model_.report()->fault.isEmpty()) {
    make();
  } else {
    refreshMarks();
  }
}

void ReportsPage::fill(QComboBox& box, const Choices& choices) {
  filling_ = true;
  fillChoices(&box, choices);
  filling_ = false;
}

// Revisions with a date that people know them by: those that change sets made.
void ReportsPage::fillCuts() {
  const ViewPtr& view = workspace().present();
  if (!view) return;
  std::vector<const san::ChangeSet*> made;
  view->snapshot().table<san::ChangeSet>().forEach(
      [&](san::Id, const san::ChangeSet& change) { made.push_back(&change); });
  for (QComboBox* one : {cut_, before_}) {
    Choices choices;
    if (one == cut_) choices.emplace_back(tr("What is shown"), 0);
    for (auto at = made.rbegin(); at != made.rend() && std::ssize(choices) < kMostCuts; ++at) {
      // A comparison is with what was before the change set.
      const san::ChangeSet& change = **at;
      const san::Revision revision = one == cut_ ? change.lastRevision() : change.created - 1;
      if (revision == 0) continue;
      const QString when = timeText(change.committedAt).left(10);
      choices.emplace_back(
          one == cut_
              ? tr("%1, revision %2: %3").arg(when).arg(revision).arg(QString::fromStdString(change.reason))
              : tr("%1, revision %2, before: %3").arg(when).arg(revision).arg(QString::fromStdString(change.reason)),
          static_cast<qulonglong>(revision));
    }
    fill(*one, choices);
  }
}

void ReportsPage::fillLabels() {
  const ViewPtr& view = workspace().present();
  if (!view) return;
  Choices choices{{tr("Every label"), QString()}};
  view->snapshot().table<san::Label>().forEach([&](san::Id, const san::Label& label) {
    const QString name = QString::fromStdString(label.name);
    choices.emplace_back(name, name);
  });
  fill(*label_, choices);
}

void ReportsPage::makeAnew() { make(); }

void ReportsPage::followDay(QDate today) {
  filling_ = true;
  for (const auto& [edit, back] : {std::pair{from_, kPeriodDays}, {to_, 0}}) {
    if (edit->date() == today_.addDays(-back)) edit->setDate(today.addDays(-back));
  }
  filling_ = false;
  today_ = today;
}

void ReportsPage::make() {
  if (filling_ || !workspace().shown() || !isVisible()) return;
  followDay(dayNow());
  const auto asked = ++asked_;
  making_.cancel();
  const bool comparison = kind() == ReportKind::Comparison;
  if (isChoiceGone(cut_) || (comparison && isChoiceGone(before_)) || (hasScope(kind()) && isChoiceGone(label_))) {
    fetching_ = false;
    return showFault(tr("What was chosen is not there any more."));
  }
  const auto revision = static_cast<san::Revision>(cut_->currentData().toULongLong());
  const san::Revision shown = workspace().shown()->revision();
  const auto before = comparison ? static_cast<san::Revision>(before_->currentData().toULongLong()) : san::Revision{0};
  fetching_ = true;
  refreshMarks();
  const auto fetched = [this, asked](san::Revision which, std::function<void(SnapshotPtr)> then) {
    if (which == 0) return then(nullptr);
    workspace().source()->past(
        which, this, [this, asked, which, then = std::move(then)](const PastSan& past) {
          if (asked != asked_) return;
          if (past) return then(*past);
          fetching_ = false;
          showFault(
              tr("Revision %1 cannot be had: the history does not go back that far, or the server cannot be reached.")
                  .arg(which));
        });
  };
  fetched(revision == shown ? 0 : revision, [this, fetched, before](const SnapshotPtr& cut) {
    fetched(before, [this, cut](const SnapshotPtr& then) {
      fetching_ = false;
      work(cut, then);
    });
  });
}

void ReportsPage::showFault(const QString& fault) {
  auto none = std::make_shared<ReportTable>();
  none->kind = kind();
  none->fault = fault;
  model_.set(std::move(none));
  refreshMarks();
}

ReportScope ReportsPage::scope() const {
  if (!hasScope(kind())) return {};
  return {label_->currentData().toString().toStdString(), host_->text().trimmed().toStdString(),
          unit_->text().trimmed().toStdString()};
}

void ReportsPage::work(SnapshotPtr cut, SnapshotPtr before) {
  ReportWish wish;
  wish.kind = kind();
  wish.scope = scope();
  wish.view = workspace().shown();
  wish.now = cut ? cut->time : workspace().shownTime();
  wish.from = static_cast<san::Seconds>(from_->date().startOfDay().toSecsSinceEpoch());
  wish.to = static_cast<san::Seconds>(to_->date().endOfDay().toSecsSinceEpoch());
  if (wish.kind == ReportKind::Comparison && !before) {
    return showFault(tr("There is no revision to compare with: no change set has taken effect yet."));
  }
  making_.run(
      [wish, cut, before]() mutable {
        if (cut)
          wish.view =
              viewOf(*cut, cut->time, nullptr, wish.kind == ReportKind::Findings ? Rules::Evaluate : Rules::Keep);
        if (before) wish.before = viewOf(*before, before->time, nullptr, Rules::Keep);
        return makeReport(wish);
      },
      [this](const ReportPtr& made) {
        model_.set(made);
        showReport();
      });
  refreshMarks();
}

void ReportsPage::showReport() {
  table_->resizeColumnsToContents();
  // The last one takes what is left; what is too long for it is in its tooltip.
  const int last = model_.columnCount() - 1;
  for (int i = 0; i < last; ++i) table_->setColumnWidth(i, std::clamp(table_->columnWidth(i) + kSpace, 8 * kSpace, 42 * kSpace));
  if (last >= 0) table_->setColumnWidth(last, 10 * kSpace);
  refreshMarks();
}

void ReportsPage::refreshMarks() {
  if (!isVisible()) return;
  const ReportKind what = kind();
  heading_->setText(reportWord(what));
  meaning_->setText(reportMeaning(what));
  const bool comparison = what == ReportKind::Comparison;
  before_->setVisible(comparison);
  beforeWord_->setVisible(comparison);
  const bool period = what == ReportKind::Changes;
  for (QWidget* one : std::initializer_list<QWidget*>{from_, fromWord_, to_, toWord_}) one->setVisible(period);
  const bool scoped = hasScope(what);
  for (QWidget* one : std::initializer_list<QWidget*>{label_, host_, unit_}) one->setVisible(scoped);

  // Not the rows of one report below the name of another, which is still being worked out.
  const ReportPtr report = model_.report() && model_.report()->kind == what ? model_.report() : nullptr;
  const bool working = fetching_ || making_.isBusy();
  const bool faulty = report && !report->fault.isEmpty();
  const bool rows = report && !faulty && !report->rows.empty();
  counts_->setVisible(report && !faulty);
  statement_->setVisible(report && !faulty);
  table_->setVisible(rows);
  empty_->setVisible(!rows);
  if (!report || working) {
    complete_->set(Icon::Clock, Token::TextMuted, tr("The report is being worked out."));
    if (!report) empty_->setText({});
  } else if (faulty) {
    complete_->set(Icon::Warning, Token::Warning, report->fault);
    empty_->setText(tr("Choose another data cut or another scope."));
  } else {
    counts_->setText(QStringLiteral("<b>%1</b>").arg(report->counts.toHtmlEscaped()));
    complete_->set(report->complete ? Icon::Good : Icon::Unknown, report->complete ? Token::Good : Token::Unknown,
                   report->statement);
    QString cut = tr("Data cut: revision %1, %2").arg(report->revision).arg(timeText(report->time));
    if (report->beforeRevision != 0)
      cut += QStringLiteral("; ") + tr("compared with revision %1").arg(report->beforeRevision);
    if (!report->scope.empty()) cut += QStringLiteral("; ") + tr("only %1").arg(QString::fromStdString(report->scope));
    const ViewPtr& view = workspace().shown();
    if (cut_->currentIndex() == 0 && view && view->revision() != report->revision)
      cut += QStringLiteral("; ") + tr("the SAN is at revision %1 now").arg(view->revision());
    statement_->setText(cut);
    if (!rows) empty_->setText(tr("Nothing is so: no row meets the scope or the period at that revision."));
  }
  allow(anew_, working ? tr("It is being worked out.") : QString(), tr("Works it out again, of what is shown now."));
  const std::array helps{tr("Saves the rows that are shown."),
                         tr("Saves the rows with data cut, scope and completeness."),
                         tr("Lets the server make a pack and saves the PDF in it."),
                         tr("Lets the server make and sign a pack, and saves it.")};
  for (std::size_t i = 0; i < saves_.size(); ++i) allow(saves_[i], whyNoSave(static_cast<Format>(i)), helps[i]);
  const QString noPack = workspace().source() ? workspace().source()->whyNoEvidence() : QString();
  signed_->setText(
      downloading_ ? tr("The server makes and signs the pack.")
      : noPack.isEmpty()
          ? tr("The evidence pack holds population, findings and sources of this data cut and scope, signed by the "
               "server, whichever report is shown. CSV and JSON of the preview are not signed.")
          : tr("PDF and evidence pack: %1 CSV and JSON of the preview can be saved; they are not signed.").arg(noPack));

  bool wrong = false;
  const auto trusted = keys(&wrong);
  keys_->setProperty("state", wrong ? QStringLiteral("wrong") : QString());
  repolish(keys_);
  allow(takeKeys_, whyNoKeys(), tr("As the audit log of the server that you are connected to names them."));
  allow(verify_, whyNoVerify(), tr("Chooses a file and checks it."));
  if (check_) {
    // By the keys that stand there now, not by those of when the file was read.
    judgeSigner(*check_, trusted);
    showCheck(*check_);
  } else {
    verdict_->set(Icon::Information, Token::TextMuted, tr("No pack has been checked yet"));
    showResult(
        QStringLiteral("<p>%1</p>")
            .arg(coloredHtml(Token::TextMuted, tr("Choose a file with the ending .sanctum-evidence.tar. The same "
                                                  "without this program: sanctl evidence verify --key FINGERPRINT FILE")
                                                   .toHtmlEscaped())));
  }
  emit possibilitiesChanged();
}

}  // namespace console
