#include "console-gui/widgets/draft_pane.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <utility>

#include "console-gui/client/tr.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

constexpr std::size_t kShownLines = 200;

QString listOf(const std::vector<std::string>& lines, std::size_t most) {
  QString html = QStringLiteral("<ul style='margin:0 0 0 -22px'>");
  for (std::size_t i = 0; i < lines.size() && i < most; ++i) {
    QString line = sentence(lines[i]).toHtmlEscaped();
    // What comes and what goes has its sign before its colour.
    if (line.startsWith(QLatin1Char('+'))) line = coloredHtml(Token::Added, line);
    if (line.startsWith(QLatin1Char('-'))) line = coloredHtml(Token::Removed, line);
    html += QStringLiteral("<li>%1</li>").arg(line);
  }
  if (lines.size() > most) html += QStringLiteral("<li>%1</li>").arg(console::tr("and %n more", nullptr, static_cast<int>(lines.size() - most)));
  return html + QStringLiteral("</ul>");
}

QString objectionsOf(const std::vector<san::Objection>& objections) {
  QString html;
  for (const san::Objection& one : objections) {
    const bool refuses = one.severity == san::Resistance::Refuse;
    const QString word = refuses ? DraftPane::tr("Refused") : one.severity == san::Resistance::NeedsReason ? DraftPane::tr("Needs a reason") : DraftPane::tr("Note");
    html += QStringLiteral("<p style='margin:0 0 4px 0'><b>%1</b>&nbsp; %2</p>")
                .arg(coloredHtml(refuses ? Token::Bad : Token::Warning, word), sentence(one.text).toHtmlEscaped());
  }
  return html;
}

QString countsOf(const san::FindingsImpact& findings) {
  const auto number = [](std::size_t count) { return static_cast<int>(count); };
  QStringList counts;
  if (!findings.appeared.empty()) counts << console::tr("%n new violations", nullptr, number(findings.appeared.size()));
  if (!findings.grown.empty()) counts << console::tr("%n worse", nullptr, number(findings.grown.size()));
  if (!findings.cleared.empty()) counts << console::tr("%n cleared", nullptr, number(findings.cleared.size()));
  return counts.isEmpty() ? console::tr("none") : counts.join(QStringLiteral(", "));
}

QString findingsOf(const san::FindingsImpact& findings) {
  QString html = QStringLiteral("<p style='margin:0 0 4px 0'>%1</p>").arg(countsOf(findings).toHtmlEscaped());
  const auto list = [&](const std::vector<const san::Finding*>& all, Token token, const QString& sign) {
    for (std::size_t i = 0; i < all.size() && i < 10; ++i) {
      html += QStringLiteral("<p style='margin:0 0 2px 0'>%1 %2</p>").arg(coloredHtml(token, sign), sentence(all[i]->text).toHtmlEscaped());
    }
  };
  list(findings.appeared, Token::Bad, DraftPane::tr("new"));
  list(findings.grown, Token::Warning, DraftPane::tr("worse"));
  list(findings.cleared, Token::Good, DraftPane::tr("cleared"));
  return html;
}

}  // namespace

DraftPane::DraftPane(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpace);
  auto* top = new FlowLayout;
  heading_ = plainLabel({}, this);
  heading_->setProperty("role", QStringLiteral("heading"));
  heading_->setMinimumHeight(kRowHeight);
  state_ = new StateBadge(this);
  top->addWidget(heading_);
  top->addStretch();
  top->addWidget(state_);
  column->addLayout(top);
  effect_ = new QTextBrowser(this);
  effect_->setAccessibleName(tr("What the draft changes and does"));
  effect_->setOpenLinks(false);
  column->addWidget(effect_, 1);
  rebase_ = new QPushButton(tr("Bring it onto the present SAN"), this);
  connect(rebase_, &QPushButton::clicked, this, &DraftPane::rebaseWanted);
  column->addWidget(rebase_, 0, Qt::AlignLeft);
  reason_ = new QLineEdit(this);
  reason_->setPlaceholderText(tr("Why this is to change"));
  reason_->setAccessibleName(tr("Reason of the change set"));
  ticket_ = new QLineEdit(this);
  ticket_->setPlaceholderText(tr("Ticket"));
  ticket_->setAccessibleName(tr("Ticket of the change set"));
  submit_ = new QPushButton(tr("Submit"), this);
  submit_->setProperty("role", QStringLiteral("primary"));
  auto* bottom = new QHBoxLayout;
  bottom->setSpacing(kSpace);
  bottom->addWidget(ticket_, 1);
  bottom->addWidget(submit_);
  column->addWidget(reason_);  // a sentence: it has the whole width
  column->addLayout(bottom);

  // Those of the window before.
  reason_->setText(workspace.submissionWords().reason);
  ticket_->setText(workspace.submissionWords().ticket);

  connect(submit_, &QPushButton::clicked, this, &DraftPane::submit);
  connect(reason_, &QLineEdit::returnPressed, this, &DraftPane::submit);
  connect(ticket_, &QLineEdit::returnPressed, this, &DraftPane::submit);
  connect(reason_, &QLineEdit::textChanged, this, [this](const QString& text) {
    workspace_.submissionWords().reason = text;
    refresh();
  });
  connect(ticket_, &QLineEdit::textChanged, this,
          [this](const QString& text) { workspace_.submissionWords().ticket = text; });
  connect(&workspace.draft(), &Draft::changed, this, &DraftPane::refresh);
  connect(&workspace.draft(), &Draft::effectChanged, this, &DraftPane::refresh);
  connect(&workspace.draft(), &Draft::heldChanged, this, &DraftPane::refresh);
  connect(&workspace, &Workspace::shownChanged, this, &DraftPane::refresh);
  connect(&workspace, &Workspace::sourceChanged, this, &DraftPane::forgetWords);
  refresh();
}

void DraftPane::beginSubmit() { reason_->setFocus(Qt::OtherFocusReason); }

void DraftPane::submit() {
  if (!submit_->isEnabled()) return;
  emit submitted(workspace_.draft().undo().undoText(), reason_->text().trimmed(), ticket_->text().trimmed());
}

void DraftPane::forgetWords() {
  reason_->clear();
  ticket_->clear();
}

void DraftPane::refresh() {
  const Draft& draft = workspace_.draft();
  const auto count = static_cast<int>(draft.edits().size());
  heading_->setText(count == 0 ? tr("No draft") : tr("Draft: %n edits", nullptr, count));
  rebase_->setVisible(!draft.stale().empty());
  const DraftEffectPtr& effect = draft.effect();
  const bool refused = effect && std::ranges::any_of(effect->objections, [](const san::Objection& one) { return one.severity == san::Resistance::Refuse; });
  const bool held = draft.isHeld();
  const bool ready = count != 0 && effect && !draft.isWorking() && !refused && draft.stale().empty() && !held;
  const QString why = workspace_.whyNoDeed("change.submit");
  reason_->setReadOnly(held);
  ticket_->setReadOnly(held);
  submit_->setEnabled(ready && !reason_->text().trimmed().isEmpty() && why.isEmpty());
  submit_->setToolTip(count == 0               ? tr("The draft is empty.")
                      : held                   ? draft.whyHeld()
                      : !why.isEmpty()         ? why
                      : !draft.stale().empty() ? tr("Others have changed what it touches.")
                      : refused                ? tr("Something stands against it: see above.")
                      : reason_->text().trimmed().isEmpty()
                          ? tr("Write why this is to change.")
                          : tr("Puts it forward; it takes effect when it is committed."));
  if (count == 0) {
    state_->set(Icon::Information, Token::TextMuted, tr("nothing is changed"));
    showEffect(
        QStringLiteral("<p style='color:%1'>%2</p>")
            .arg(theme()[Token::TextMuted].name(), tr("Drag initiators, hosts or targets onto a zone, or select some "
                                                      "and press New zone. What it would do shows here before anything "
                                                      "happens: which hosts gain or lose which logical units, whose "
                                                      "sessions it touches, and what the rules say.")));
    return;
  }
  if (held) {
    state_->set(Icon::Clock, Token::TextMuted, tr("being submitted"));
  } else if (!draft.stale().empty()) {
    state_->set(Icon::Warning, Token::Warning, tr("stale"), tr("Others have changed %n objects that it touches.", nullptr, static_cast<int>(draft.stale().size())));
  } else if (draft.isWorking() || !effect) {
    state_->set(Icon::Clock, Token::TextMuted, tr("working out what it does"));
  } else if (refused) {
    state_->set(Icon::Bad, Token::Bad, tr("would be refused"));
  } else {
    state_->set(Icon::Good, Token::Good, tr("can be submitted"));
  }
  if (!effect) return;
  QString html;
  if (!effect->objections.empty()) html += sectionHtml(tr("What stands against it"), objectionsOf(effect->objections));
  html += sectionHtml(tr("What it does"), effect->sentences.empty() ? QStringLiteral("<p>%1</p>").arg(tr("No host gains or loses anything."))
                                                                : listOf(effect->sentences, kShownLines));
  html += sectionHtml(tr("Findings"), findingsOf(effect->findings));
  html += sectionHtml(tr("What it changes"), listOf(effect->lines, kShownLines));
  showEffect(html);
}

void DraftPane::showEffect(const QString& html) {
  if (std::exchange(shown_, html) != html) effect_->setHtml(html);
}

}  // namespace console
