#include "console-gui/widgets/why_panel.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "console-gui/canvas/state_mark.h"
#include "console-gui/model/cli_twin.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/focus_place.h"
#include "console-gui/widgets/object_links.h"
#include "console-gui/widgets/page_parts.h"
#include "console-gui/widgets/press_guard.h"

namespace console {
namespace {

// A mark of the matrix as a picture beside a title.
class MarkIcon : public QWidget {
 public:
  MarkIcon(const CellLook& look, QWidget* parent) : QWidget(parent), look_(look) { setFixedSize(28, 28); }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    paintMark(painter, rect(), look_, theme());
  }

 private:
  CellLook look_;
};

// A shape and a colour for each truth: never the colour alone.
QString truthMark(san::Truth truth) {
  const auto [sign, token] = truth == san::Truth::Yes  ? std::pair(QStringLiteral("\u2714"), Token::Good)
                             : truth == san::Truth::No ? std::pair(QStringLiteral("\u2716"), Token::Bad)
                                                       : std::pair(QStringLiteral("?"), Token::Unknown);
  return QStringLiteral("<span style='color:%1;font-weight:600'>%2</span>").arg(theme()[token].name(), sign);
}

QString mutedSpan(const QString& text) {
  return QStringLiteral("<span style='color:%1'>%2</span>").arg(theme()[Token::TextMuted].name(), text.toHtmlEscaped());
}

// The colour of an answer is that of its cell: what works against a rule is not good.
const char* stateOf(AccessState state) {
  switch (state) {
    case AccessState::Reachable:
      return "good";
    case AccessState::Violation:
    case AccessState::Missing:
      return "bad";
    case AccessState::Unapproved:
    case AccessState::PermittedOnly:
    case AccessState::VisibleOnly:
      return "warning";
    case AccessState::Unknown:
    case AccessState::EntryUnknown:
      return "unknown";
    case AccessState::None:
      return "";
  }
  return "";
}

}  // namespace

WhyPanel::WhyPanel(Workspace& workspace, QWidget* parent) : QScrollArea(parent), workspace_(workspace) {
  setFrameShape(QFrame::NoFrame);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName(tr("Why"));
  setFocusPolicy(Qt::NoFocus);
  auto* body = new QWidget(this);
  auto* outer = new QVBoxLayout(body);
  outer->setContentsMargins(0, 0, kSpace, 0);
  outer->setSpacing(kSpace);
  bar_ = new QWidget(body);
  auto* bar = new FlowLayout(bar_);
  applied_ = new QPushButton(tr("As applied"), bar_);
  applied_->setToolTip(tr("By what the agents reported that their targets do now."));
  desired_ = new QPushButton(tr("As wanted"), bar_);
  desired_->setToolTip(tr("By what administrators want there, also where it is not applied yet."));
  copy_ = new QPushButton(tr("Copy as command"), bar_);
  copy_->setToolTip(tr("Copies what asks the same on the command line."));
  auto* group = new QButtonGroup(bar_);
  for (QPushButton* button : {applied_, desired_}) {
    button->setCheckable(true);
    button->setProperty("role", QStringLiteral("segment"));
    group->addButton(button);
    bar->addWidget(button);
  }
  applied_->setChecked(true);
  bar->addStretch();
  bar->addWidget(copy_);
  outer->addWidget(bar_);
  content_ = new QWidget(body);
  layout_ = new QVBoxLayout(content_);
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(kSpace);
  outer->addWidget(content_);
  outer->addStretch();
  setWidget(body);
  press_ = new PressGuard(this);
  connect(press_, &PressGuard::released, this, [this] {
    if (due_) build();
  });
  connect(applied_, &QPushButton::clicked, this, [this] { setBasis(san::Basis::Applied); });
  connect(desired_, &QPushButton::clicked, this, [this] { setBasis(san::Basis::Desired); });
  connect(copy_, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(command()); });
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, &WhyPanel::build);
  connect(&workspace, &Workspace::statusChanged, this, [this] {
    if (answer_ && !task_.isBusy() && whyNoMend_ != workspace_.whyNoEdit()) build();
  });
  build();
}

void WhyPanel::setCell(const ViewPtr& view, HostAndUnit cell, const CellLook& look) {
  const bool same = view == view_ && cell == cell_;
  const bool looksSame = look == look_;
  view_ = view;
  cell_ = cell;
  look_ = look;
  if (!same) {
    ask();
  } else if (!looksSame && answer_ && !task_.isBusy()) {
    build();  // the matrix may know its cell later than the proof is there
  }
}

void WhyPanel::setBasis(san::Basis basis) {
  (basis == san::Basis::Applied ? applied_ : desired_)->setChecked(true);
  if (basis == basis_) return;
  basis_ = basis;
  ask();
}

QString WhyPanel::command() const {
  return view_ && cell_ ? reachCommand(view_->snapshot(), cell_.host, cell_.unit) : QString();
}

void WhyPanel::ask() {
  if (!view_ || !cell_) {
    task_.cancel();
    newest_ = nullptr;
    return build();
  }
  // What is shown stays until the answer is there: it takes a few milliseconds.
  task_.run([index = view_->index, basis = basis_, cell = cell_] { return whyOf(index, basis, cell.host, cell.unit); },
            [this](AccessWhyPtr answer) {
              newest_ = std::move(answer);
              build();
              emit answered();
            });
}

bool WhyPanel::mend(std::size_t which) {
  if (!answer_ || which >= answer_->why.mends.size() || answer_->why.mends[which].edits.empty()) return false;
  return workspace_.editOfPresent(deed(), answer_->why.mends[which].edits);
}

QString WhyPanel::deed() const {
  const san::Snapshot& snapshot = answer_->index->snapshot();
  return tr("Let %1 reach %2")
      .arg(titled(snapshot, answer_->why.host), titled(snapshot, {san::Kind::LogicalUnit, answer_->why.unit}));
}

void WhyPanel::clear() {
  while (QLayoutItem* item = layout_->takeAt(0)) {
    // Later: a button in it may be what led here.
    if (QWidget* widget = item->widget()) {
      widget->hide();
      widget->deleteLater();
    }
    delete item;
  }
}

void WhyPanel::build() {
  due_ = press_->isDown();
  if (due_) return;
  answer_ = newest_;
  const FocusPlace focus(*layout_);
  clear();
  addAll();
  focus.restore(*layout_);
}

void WhyPanel::addAll() {
  const bool any = answer_ != nullptr;
  bar_->setVisible(any);
  if (!any) {
    auto* title = plainLabel(tr("Why does a host reach a logical unit, or why not?"), content_);
    title->setProperty("role", QStringLiteral("heading"));
    title->setWordWrap(true);
    layout_->addWidget(title);
    layout_->addWidget(text(mutedSpan(
        tr("Choose a cell of the matrix, one host and one logical unit. The proof stands here: each layer with "
           "what it rests on, since when, and what would mend it."))));
    return;
  }
  addHead();
  addNotes();
  addBroken();
  addMends();
  addPaths();
}

QLabel* WhyPanel::text(const QString& html) {
  QLabel* label = linkLabel(content_);
  label->setText(html);
  connect(label, &QLabel::linkActivated, this, &WhyPanel::follow);
  return label;
}

QWidget* WhyPanel::card(const QString& title, QVBoxLayout*& inside) {
  auto* frame = new QFrame(content_);
  frame->setProperty("role", QStringLiteral("card"));
  inside = new QVBoxLayout(frame);
  inside->setContentsMargins(kSpace + 4, kSpace, kSpace + 4, kSpace);
  inside->setSpacing(kSpace / 2);
  if (!title.isEmpty()) {
    auto* head = plainLabel(title, frame);
    head->setWordWrap(true);
    QFont font = head->font();
    font.setBold(true);
    head->setFont(font);
    inside->addWidget(head);
  }
  layout_->addWidget(frame);
  return frame;
}

void WhyPanel::addHead() {
  const san::Snapshot& snapshot = answer_->index->snapshot();
  QVBoxLayout* inside = nullptr;
  QWidget* frame = card({}, inside);
  auto* row = new QHBoxLayout;
  row->setSpacing(kSpace);
  row->addWidget(new MarkIcon(look_, frame), 0, Qt::AlignTop);
  auto* says = plainLabel(answerText(*answer_), frame);
  says->setProperty("role", QStringLiteral("heading"));
  says->setProperty("state", QString::fromLatin1(stateOf(look_.state)));
  says->setWordWrap(true);
  row->addWidget(says, 1);
  inside->addLayout(row);
  QStringList lines;
  lines << objectLink(snapshot, answer_->why.host) + QStringLiteral(" \u2192 ") +
               objectLink(snapshot, {san::Kind::LogicalUnit, answer_->why.unit});
  if (look_.state != AccessState::None) lines << lookWords(look_).toHtmlEscaped();
  lines << questionsText(*answer_).toHtmlEscaped();
  if (answer_->why.since != 0) {
    QString since =
        revisionLink(answer_->why.since) + QStringLiteral(" ") + mutedSpan(sinceText(*answer_, answer_->why.since));
    if (const auto at = answer_->changes.find(answer_->why.since); at != answer_->changes.end()) {
      since += QStringLiteral(" ") + objectLink({san::Kind::ChangeSet, at->second}, tr("by this change set"));
    }
    lines << since;
  }
  inside->addWidget(text(lines.join(QStringLiteral("<br>"))));
}

void WhyPanel::addNotes() {
  QStringList notes;
  const san::Cell& cell = answer_->why.cell;
  if (cell.observed) notes << tr("An agent sees it used now.");
  if (cell.pending) notes << tr("What is wanted is not applied at every target yet.");
  if (look_.old) notes << tr("Every agent that answers for it is silent: this is what they last reported.");
  if (cell.finds != san::Truth::Yes && cell.getsIn == san::Truth::Yes) {
    notes << tr("Zoning hides a target, it does not lock it: a host that knows the address gets in.");
  }
  if (notes.isEmpty()) return;
  QVBoxLayout* inside = nullptr;
  card({}, inside);
  inside->addWidget(text(notes.join(QStringLiteral("<br>"))));  // sentences of ours, without names
}

// The layers of a way, as rows of a table; facts with the revision since which they hold.
QString WhyPanel::layersHtml(const san::PathProof& path, bool brokenOnly) const {
  const san::Snapshot& snapshot = answer_->index->snapshot();
  QString html = QStringLiteral("<table cellspacing=0 cellpadding=2 width='100%'>");
  for (std::size_t i = 0; i < san::kLayers; ++i) {
    const auto layer = static_cast<san::Layer>(i);
    const san::LayerProof& proof = path.layer(layer);
    if (brokenOnly && proof.truth == san::Truth::Yes) continue;
    html += QStringLiteral("<tr><td width=18>%1</td><td style='white-space:nowrap'><b>%2</b>&nbsp;</td><td>")
                .arg(truthMark(proof.truth), layerWord(layer));
    QStringList facts;
    for (const san::ProofFact& fact : proof.facts) {
      QString line = linkedSentence(snapshot, fact.about, fact.text);
      if (fact.since != 0) line += QStringLiteral(" ") + revisionLink(fact.since);
      facts << line;
    }
    html += facts.isEmpty() ? mutedSpan(truthWord(proof.truth)) : facts.join(QStringLiteral("<br>"));
    html += QStringLiteral("</td></tr>");
  }
  return html + QStringLiteral("</table>");
}

void WhyPanel::addBroken() {
  if (answer_->why.cell.works == san::Truth::Yes || answer_->why.paths.empty()) return;
  QStringList layers;
  for (const san::Layer layer : answer_->why.brokenLayers) layers << layerWord(layer);
  QVBoxLayout* inside = nullptr;
  card(tr("It stops at: %1").arg(layers.join(QStringLiteral(", "))), inside);
  inside->addWidget(text(layersHtml(answer_->why.paths.front(), true)));
}

void WhyPanel::addMends() {
  const QString whyNot = whyNoMend_ = workspace_.whyNoEdit();
  for (std::size_t i = 0; i < answer_->why.mends.size(); ++i) {
    const san::ReachMend& mend = answer_->why.mends[i];
    QVBoxLayout* inside = nullptr;
    QWidget* frame = card(i == 0 ? tr("What would mend it") : QString(), inside);
    auto* says = plainLabel(sentence(mend.text), frame);
    says->setWordWrap(true);
    inside->addWidget(says);
    if (mend.edits.empty()) {
      inside->addWidget(text(mutedSpan(tr("No change set reaches that: somebody has to do it there."))));
      continue;
    }
    QStringList facts{tr("changes %n object(s)", nullptr, static_cast<int>(mend.objects))};
    if (mend.bystanders != 0) facts << tr("%n other node(s) are concerned", nullptr, static_cast<int>(mend.bystanders));
    facts << tr("then it works: %1").arg(truthWord(mend.result));
    inside->addWidget(text(mutedSpan(facts.join(QStringLiteral(" \u00b7 ")))));
    auto* row = new QHBoxLayout;
    auto* button = new QPushButton(tr("Mend as draft"), frame);
    button->setProperty("role", i == 0 ? QStringLiteral("primary") : QString());
    button->setEnabled(whyNot.isEmpty());
    button->setToolTip(whyNot.isEmpty() ? tr("Puts these edits into the draft: nothing happens before it is committed.")
                                        : whyNot);
    button->setAccessibleDescription(sentence(mend.text));
    connect(button, &QPushButton::clicked, this, [this, i] { (void)this->mend(i); });
    auto* copy = new QPushButton(tr("Copy as sanctl command"), frame);
    copy->setToolTip(tr("Copies the command that makes the same draft."));
    copy->setAccessibleDescription(sentence(mend.text));
    connect(copy, &QPushButton::clicked, this, [this, i] {
      QGuiApplication::clipboard()->setText(
          commandsFor(answer_->index->snapshot(), answer_->why.mends[i].edits, deed()));
    });
    row->addWidget(button);
    row->addWidget(copy);
    row->addStretch();
    inside->addLayout(row);
  }
}

void WhyPanel::addPaths() {
  const san::Snapshot& snapshot = answer_->index->snapshot();
  const auto& paths = answer_->why.paths;
  if (paths.empty()) {
    QVBoxLayout* inside = nullptr;
    card(tr("No path"), inside);
    inside->addWidget(text(mutedSpan(tr("Nothing joins the two: no zone, no map, no session."))));
    return;
  }
  for (std::size_t i = 0; i < paths.size(); ++i) {
    QVBoxLayout* inside = nullptr;
    card(paths.size() == 1 ? tr("The path") : tr("Path %1 of %2").arg(i + 1).arg(paths.size() + answer_->why.morePaths),
         inside);
    const san::Path& path = paths[i].path;
    QStringList tail{pathText(snapshot, path).toHtmlEscaped()};
    tail << mutedSpan(tr("%1, proven by %2").arg(rightWord(path.right), proofWord(path.proof)));
    if (paths[i].since != 0) tail << mutedSpan(sinceText(*answer_, paths[i].since));
    inside->addWidget(text(tail.join(QStringLiteral("<br>"))));
    inside->addWidget(text(layersHtml(paths[i], false)));
    if (path.session != 0) {
      inside->addWidget(text(truthMark(san::Truth::Yes) + QStringLiteral(" ") +
                             objectLink({san::Kind::Session, path.session}, tr("a session is there now"))));
    }
  }
  if (answer_->why.morePaths != 0) {
    layout_->addWidget(
        text(mutedSpan(tr("%n more path(s) are not shown.", nullptr, static_cast<int>(answer_->why.morePaths)))));
  }
}

void WhyPanel::follow(const QString& link) {
  if (const auto ref = objectOfLink(link)) workspace_.selection().select(*ref);
  if (const san::Revision revision = revisionOfLink(link); revision != 0) emit revisionChosen(revision);
}

}  // namespace console
