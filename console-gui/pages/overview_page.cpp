#include "console-gui/pages/overview_page.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "console-gui/model/kind_words.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/page_parts.h"
#include "shared/san/rules.h"

namespace console {
namespace {

QStringList listOf(const std::vector<std::string_view>& rules) {
  QStringList list;
  for (const std::string_view rule : rules) list << QString::fromUtf8(rule.data(), static_cast<qsizetype>(rule.size()));
  return list;
}

QString linesOf(const std::vector<const san::Finding*>& findings) {
  QString lines;
  for (const san::Finding* finding : findings) {
    lines += QStringLiteral("<p style='margin:0 0 6px 0'><b>%1</b>&nbsp; %2</p>")
                 .arg(severityWord(finding->severity), sentence(finding->text).toHtmlEscaped());
  }
  return lines;
}

}  // namespace

OverviewPage::OverviewPage(Workspace& workspace, QWidget* parent) : Page(workspace, PageId::Overview, parent) {
  // In a small window the cards keep their words, and the page scrolls.
  auto* scroll = new QScrollArea(this);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  columnOf(this)->addWidget(scroll);
  auto* all = new QWidget(scroll);
  scroll->setWidget(all);
  auto* page = new QVBoxLayout(all);
  page->setContentsMargins(3 * kSpace, 2 * kSpace, 3 * kSpace, 2 * kSpace);
  page->setSpacing(2 * kSpace);

  auto* title = plainLabel(tr("Overview"), this);
  title->setProperty("role", QStringLiteral("title"));
  page->addWidget(title);

  auto* fresh = new FlowLayout;
  fresh->setSpacing(3 * kSpace);
  agents_ = new StateBadge(this);
  foreign_ = new StateBadge(this);
  age_ = new StateBadge(this);
  for (StateBadge* badge : {age_, agents_, foreign_}) fresh->addWidget(badge);
  fresh->addStretch();
  totals_ = plainLabel({}, this);
  totals_->setProperty("role", QStringLiteral("muted"));
  fresh->addWidget(totals_);
  page->addLayout(fresh);

  missing_ = card(tr("Is everything reachable that should be?"), tr("Show what is missing"));
  tooMuch_ = card(tr("Is anything reachable that should not be?"), tr("Show what is too much"));
  changed_ = card(tr("What has changed since I last looked?"), tr("Show the changes"));
  needs_ = card(tr("What else needs me?"), tr("Show these findings"));
  auto* grid = new QGridLayout;
  grid->setSpacing(2 * kSpace);
  grid->addWidget(missing_.frame, 0, 0);
  grid->addWidget(tooMuch_.frame, 0, 1);
  grid->addWidget(changed_.frame, 1, 0);
  grid->addWidget(needs_.frame, 1, 1);
  grid->setColumnStretch(0, 1);
  grid->setColumnStretch(1, 1);
  grid->setRowStretch(0, 1);
  grid->setRowStretch(1, 1);
  page->addLayout(grid, 1);

  connect(&workspace, &Workspace::statusChanged, this, [this] {
    if (!isVisible() || !this->workspace().shown()) return;
    // What is green is so of fresh data alone.
    wasOld_ == this->workspace().isOld() ? showAge() : refresh(this->workspace().shown());
  });
  connect(missing_.open, &QPushButton::clicked, this, [this] { emit rulesWanted(missingRules_); });
  connect(tooMuch_.open, &QPushButton::clicked, this, [this] { emit rulesWanted(tooMuchRules_); });
  connect(needs_.open, &QPushButton::clicked, this, [this] { emit rulesWanted(needsRules_); });
  connect(changed_.open, &QPushButton::clicked, this, [this, &workspace] {
    if (workspace.present()) emit seen(workspace.present()->revision());
    workspace.go(PageId::Activity);
  });
}

OverviewPage::Card OverviewPage::card(const QString& question, const QString& open) {
  Card made{};
  auto* frame = new QFrame(this);
  frame->setProperty("role", QStringLiteral("card"));
  auto* column = new QVBoxLayout(frame);
  column->setContentsMargins(2 * kSpace + 4, 2 * kSpace, 2 * kSpace + 4, 2 * kSpace);
  column->setSpacing(kSpace);
  made.frame = frame;
  made.question = plainLabel(question, frame);
  made.question->setProperty("role", QStringLiteral("heading"));
  made.question->setWordWrap(true);
  made.number = plainLabel(QStringLiteral("-"), frame);
  made.number->setProperty("role", QStringLiteral("number"));
  made.state = new StateBadge(frame);
  auto* row = new QHBoxLayout;
  row->setSpacing(kSpace + 4);
  row->addWidget(made.number);
  made.state->setWordWrap(true);
  row->addWidget(made.state, 1);
  made.proof = plainLabel({}, frame);
  made.proof->setWordWrap(true);
  made.proof->setTextFormat(Qt::RichText);
  made.proof->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  made.open = new QPushButton(open, frame);
  made.open->setProperty("role", QStringLiteral("link"));
  made.open->setAccessibleName(question + QStringLiteral(" ") + open);
  made.open->setAutoDefault(true);  // Enter follows a link, not Space alone
  column->addWidget(made.question);
  column->addLayout(row);
  column->addWidget(made.proof, 1);
  auto* link = new QHBoxLayout;
  link->setContentsMargins(-6, 0, 0, 0);  // its text stands below the others, the ring around it does not
  link->addWidget(made.open);
  link->addStretch(1);
  column->addLayout(link);
  return made;
}

void OverviewPage::show(Card& card, const OverviewAnswer& answer, const QString& good, const QString& bad) {
  card.number->setText(QLocale().toString(static_cast<qulonglong>(answer.count)));
  if (answer.count != 0) {
    card.state->set(Icon::Bad, Token::Bad, bad, answer.certain ? QString() : tr("There may be more: not everybody reports."));
  } else if (!answer.certain) {
    card.state->set(Icon::Unknown, Token::Unknown, tr("Nothing found, but not everything is known"),
                    tr("Not everybody reports, or not now: what they do is not known here."));
  } else {
    card.state->set(Icon::Good, Token::Good, good);
  }
  card.proof->setText(linesOf(answer.worst));
  card.open->setEnabled(answer.count != 0);
  card.open->setVisible(answer.count != 0);
}

// What came first is not live before the stream has told that nothing is missing.
void OverviewPage::showAge() {
  const LinkStatus link = workspace().source() ? workspace().source()->status() : LinkStatus{};
  const san::Snapshot& shown = workspace().shown()->snapshot();
  if (workspace().isPast()) {
    age_->set(Icon::Information, Token::Accent,
              tr("Revision %1, as of %2").arg(shown.revision).arg(timeText(shown.time)));
  } else if (link.state == LinkState::Live && link.oldSince == 0) {
    age_->set(Icon::Good, Token::Good, tr("Live, revision %1").arg(shown.revision));
  } else if (link.oldSince == 0) {
    age_->set(Icon::Unknown, Token::Unknown, tr("Not live yet, revision %1").arg(shown.revision));
  } else {
    age_->set(Icon::Warning, Token::Warning, tr("Not live: from %1").arg(timeText(link.oldSince)), sentence(link.why));
  }
}

// A SAN that is not as far yet is another one of that name, as of a server that was set up anew.
void OverviewPage::judgeLastSeen() {
  const ViewPtr& present = workspace().present();
  if (!present || lastSeen_ <= present->revision()) return;
  lastSeen_ = 0;
  emit seen(0);
}

void OverviewPage::refresh(const ViewPtr& view) {
  judgeLastSeen();
  const san::Seconds now = workspace().shownTime();
  OverviewFacts facts = overviewOf(*view, lastSeen_, now);
  wasOld_ = workspace().isOld();
  const bool old = wasOld_ && !workspace().isPast();
  if (old) facts.missing.certain = facts.tooMuch.certain = facts.needs.certain = false;
  const san::Snapshot& snapshot = view->snapshot();

  showAge();
  if (facts.agents == 0) {
    agents_->set(Icon::Unknown, Token::Unknown, tr("No agent is enrolled"), tr("What targets have applied and what hosts see is not known."));
  } else if (!facts.reportsKept) {
    agents_->set(Icon::Unknown, Token::Unknown, tr("%n agents", nullptr, static_cast<int>(facts.agents)),
                 tr("When they reported is kept of the present alone."));
  } else if (old && facts.reporting == facts.agents) {
    agents_->set(Icon::Unknown, Token::Unknown,
                 tr("All %n agents reported then", nullptr, static_cast<int>(facts.agents)),
                 tr("Who has reported since is not known here."));
  } else if (facts.reporting == facts.agents) {
    agents_->set(Icon::Good, Token::Good, tr("All %n agents report", nullptr, static_cast<int>(facts.agents)));
  } else {
    agents_->set(Icon::Warning, Token::Warning, tr("%1 of %2 agents report").arg(facts.reporting).arg(facts.agents),
                 tr("The oldest report is of %1, %2.")
                     .arg(titled(snapshot, {san::Kind::Agent, facts.oldestAgent}), agoText(facts.oldestReport, now)));
  }
  foreign_->setVisible(facts.foreignTargets != 0);
  foreign_->set(Icon::Unknown, Token::Unknown, tr("%n foreign targets", nullptr, static_cast<int>(facts.foreignTargets)),
                tr("Nobody reports what they let in."));
  const QStringList totals{counted(san::Kind::Host, facts.hosts),
                           tr("%n targets", nullptr, static_cast<int>(facts.targets)),
                           counted(san::Kind::LogicalUnit, facts.units), counted(san::Kind::Session, facts.sessions)};
  totals_->setText(totals.join(QStringLiteral(", ")));

  missingRules_ = listOf(facts.missing.rules);
  tooMuchRules_ = listOf(facts.tooMuch.rules);
  needsRules_ = listOf(facts.needs.rules);
  show(missing_, facts.missing, tr("Everything that was approved works"), tr("approved and not working, or with one path alone"));
  show(tooMuch_, facts.tooMuch, tr("Nothing beyond what was approved"), tr("without approval, or against a rule"));
  show(needs_, facts.needs, tr("Nothing that is high or critical"), tr("of severity high or critical"));

  changed_.number->setText(QLocale().toString(static_cast<qulonglong>(facts.changes.size())));
  changed_.state->set(facts.changes.empty() ? Icon::Good : Icon::Information, facts.changes.empty() ? Token::Good : Token::Accent,
                      facts.changes.empty() ? tr("No change set since revision %1").arg(lastSeen_) : tr("change sets"));
  QString lines;
  for (std::size_t i = 0; i < facts.changes.size() && i < 8; ++i) {
    const auto& change = *snapshot.get<san::ChangeSet>(facts.changes[i]);
    lines += QStringLiteral("<p style='margin:0 0 6px 0'><b>%1</b>&nbsp; %2 <span style='color:%3'>%4</span></p>")
                 .arg(change.author.empty() ? tr("by the wire") : QString::fromStdString(change.author).toHtmlEscaped(),
                      QString::fromStdString(change.reason).toHtmlEscaped(), theme()[Token::TextMuted].name(),
                      agoText(change.committedAt, now));
  }
  changed_.proof->setText(lines);
  changed_.open->setVisible(!facts.changes.empty());
}

}  // namespace console
