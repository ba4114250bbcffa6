#include "console-gui/widgets/inspector.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "console-gui/canvas/theme.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/object_form.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/object_facts.h"
#include "console-gui/widgets/object_links.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

constexpr std::size_t kMostFindings = 8;

QString mutedSpan(const QString& text) {
  return QStringLiteral("<span style='color:%1'>%2</span>").arg(theme()[Token::TextMuted].name(), text.toHtmlEscaped());
}

Token severityToken(san::Severity severity) {
  if (severity >= san::Severity::High) return Token::Bad;
  return severity >= san::Severity::Low ? Token::Warning : Token::Unknown;
}

}  // namespace

Inspector::Inspector(Workspace& workspace, QWidget* parent) : QScrollArea(parent), workspace_(workspace) {
  setFrameShape(QFrame::NoFrame);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  setAccessibleName(tr("Inspector"));
  auto* body = new QWidget(this);
  auto* outer = new QVBoxLayout(body);
  outer->setContentsMargins(kSpace, kSpace, kSpace, kSpace);
  outer->setSpacing(kSpace);
  content_ = new QWidget(body);
  layout_ = new QVBoxLayout(content_);
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(kSpace);
  outer->addWidget(content_);
  historyTitle_ = plainLabel(tr("History"), body);
  historyTitle_->setProperty("role", QStringLiteral("heading"));
  outer->addWidget(historyTitle_);
  history_ = new HistoryView(body);
  outer->addWidget(history_);
  outer->addStretch();
  setWidget(body);
  connect(&workspace, &Workspace::shownChanged, this, &Inspector::refresh);
  connect(&workspace, &Workspace::sourceChanged, this, &Inspector::refresh);
  connect(&workspace.selection(), &Selection::changed, this, &Inspector::refresh);
  const auto anew = [this] {
    seen_ = nullptr;
    refresh();
  };
  connect(&workspace, &Workspace::wordsChanged, this, anew);
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, anew);
  connect(history_, &HistoryView::objectChosen, this,
          [this](san::ObjectRef ref) { workspace_.selection().select(ref); });
  connect(history_, &HistoryView::revisionChosen, this,
          [this](san::Revision revision) { workspace_.showPast(revision); });
  build();
}

void Inspector::showEvent(QShowEvent* event) {
  QScrollArea::showEvent(event);
  refresh();
}

void Inspector::refresh() {
  if (!isVisible()) return;
  const ViewPtr& view = workspace_.shown();
  const san::ObjectRef object = workspace_.selection().current();
  const HostAndUnit pair = view ? hostAndUnit(*view->index, workspace_.selection().objects()) : HostAndUnit{};
  if (view == seen_ && object == object_ && pair == pair_) return;
  // Of another object that did not change the texts stay as they are; a new View may change any of them.
  seen_ = view;
  object_ = object;
  pair_ = pair;
  build();
}

void Inspector::clear() {
  while (QLayoutItem* item = layout_->takeAt(0)) {
    if (QWidget* widget = item->widget()) {
      widget->hide();
      widget->deleteLater();  // a link in it may be what led here
    }
    delete item;
  }
}

void Inspector::build() {
  clear();
  const bool there = seen_ && object_ && seen_->snapshot().get(object_) != nullptr;
  historyTitle_->setVisible(there);
  history_->setVisible(there);
  if (!there) return addEmpty();
  addHead(*seen_);
  addWhy(*seen_);
  addHealth(*seen_);
  addFacts(*seen_);
  history_->setObject(seen_, object_);
}

QLabel* Inspector::text(const QString& html) {
  QLabel* label = linkLabel(content_);
  label->setText(html);
  connect(label, &QLabel::linkActivated, this, &Inspector::follow);
  return label;
}

QVBoxLayout* Inspector::section(const QString& title) {
  auto* head = plainLabel(title, content_);
  head->setProperty("role", QStringLiteral("heading"));
  layout_->addWidget(head);
  return layout_;
}

void Inspector::addEmpty() {
  const bool gone = seen_ && object_;
  auto* title = plainLabel(gone ? tr("It is not there") : tr("Nothing is selected"), content_);
  title->setProperty("role", QStringLiteral("heading"));
  layout_->addWidget(title);
  layout_->addWidget(text(mutedSpan(
      gone ? tr("The selected object is not part of the SAN at this revision.")
           : tr("Choose an object on a page, or find one with Ctrl+K. Its facts, health and history stand here."))));
}

void Inspector::addHead(const View& view) {
  const san::Snapshot& snapshot = view.snapshot();
  auto* kind = plainLabel(workspace_.kindName(object_.kind), content_);
  kind->setProperty("role", QStringLiteral("muted"));
  auto* title = plainLabel(titled(snapshot, object_), content_);
  title->setProperty("role", QStringLiteral("title"));
  title->setWordWrap(true);
  title->setTextInteractionFlags(Qt::TextSelectableByMouse);
  title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
  auto* names = new QVBoxLayout;
  names->setSpacing(0);
  auto* box = new QWidget(content_);
  box->setLayout(names);
  names->setContentsMargins(0, 0, 0, 0);
  names->addWidget(kind);
  auto* edit = new QPushButton(tr("Edit..."), box);
  allow(edit, whyNoForm(snapshot, std::span(&object_, 1)));
  connect(edit, &QPushButton::clicked, this, &Inspector::editAsked);
  auto* head = new QHBoxLayout;
  head->setSpacing(kSpace);
  head->addWidget(title, 1);
  head->addWidget(edit, 0, Qt::AlignTop);
  names->addLayout(head);
  const QString name = QString::fromStdString(san::nameOf(snapshot, object_));
  if (!name.isEmpty() && name != title->text()) names->addWidget(text(mutedSpan(name)));
  auto* row = new QHBoxLayout;
  row->setContentsMargins(0, kSpace / 2, 0, 0);
  row->setSpacing(kSpace);
  const auto copier = [&](const QString& label, const QString& what) {
    auto* button = new QPushButton(label, box);
    button->setToolTip(what);
    connect(button, &QPushButton::clicked, this, [what] { QGuiApplication::clipboard()->setText(what); });
    row->addWidget(button);
  };
  copier(tr("Copy name"), name.isEmpty() ? QString::fromStdString(san::refText(snapshot, object_)) : name);
  copier(tr("Copy as command"), showCommand(snapshot, object_));
  row->addStretch();
  names->addLayout(row);
  layout_->addWidget(box);
}

void Inspector::addHealth(const View& view) {
  section(tr("Health"));
  if (!view.findings) {
    layout_->addWidget(text(mutedSpan(tr("The rules have not been evaluated yet."))));
    return;
  }
  const auto found = findingsAbout(view, object_);
  if (found.empty()) {
    layout_->addWidget(
        text(mutedSpan(tr("No open finding is about it, as of revision %1.").arg(view.findingsRevision))));
    return;
  }
  QString html = QStringLiteral("<table cellspacing=0 cellpadding=3>");
  for (std::size_t i = 0; i < std::min(found.size(), kMostFindings); ++i) {
    const san::Finding& finding = *found[i];
    html += QStringLiteral(
                "<tr><td style='white-space:nowrap'><b style='color:%1'>%2</b></td><td>%3 <a href='finding:%4' "
                "style='color:%5;text-decoration:none'>%6</a></td></tr>")
                .arg(theme()[severityToken(finding.severity)].name(), severityWord(finding.severity),
                     sentence(finding.text).toHtmlEscaped())
                .arg(i)
                .arg(theme()[Token::Accent].name(),
                     QString::fromUtf8(finding.rule.data(), static_cast<qsizetype>(finding.rule.size())));
  }
  layout_->addWidget(text(html + QStringLiteral("</table>")));
  if (found.size() > kMostFindings) {
    layout_->addWidget(text(mutedSpan(tr("and %n more", nullptr, static_cast<int>(found.size() - kMostFindings)))));
  }
}

void Inspector::addWhy(const View& view) {
  if (!pair_) return;
  section(tr("Access"));
  const AccessWhyPtr answer = whyOf(view.index, san::Basis::Applied, pair_.host, pair_.unit);
  layout_->addWidget(
      text(answerText(*answer).toHtmlEscaped() + QStringLiteral("<br>") + mutedSpan(questionsText(*answer))));
  auto* button = new QPushButton(tr("Why?"), content_);
  button->setToolTip(tr("Opens the proof, layer by layer, and what would mend it."));
  connect(button, &QPushButton::clicked, this, &Inspector::whyAsked);
  layout_->addWidget(button, 0, Qt::AlignLeft);
}

void Inspector::addFacts(const View& view) {
  for (const FactSection& facts : factsOf(view, object_, workspace_.sanWords())) {
    if (facts.rows.empty()) continue;
    section(facts.title);
    QString html = QStringLiteral("<table cellspacing=0 cellpadding=3 width='100%'>");
    for (const FactRow& row : facts.rows) {
      QStringList values;
      if (!row.text.isEmpty()) values << row.text.toHtmlEscaped();
      for (const san::ObjectRef link : row.links) values << objectLink(view.snapshot(), link);
      if (row.more != 0) values << mutedSpan(tr("and %n more", nullptr, static_cast<int>(row.more)));
      html += QStringLiteral("<tr><td width='34%'>%1</td><td>%2</td></tr>")
                  .arg(mutedSpan(row.name), values.join(QStringLiteral(", ")));
    }
    layout_->addWidget(text(html + QStringLiteral("</table>")));
  }
}

void Inspector::follow(const QString& link) {
  if (const auto ref = objectOfLink(link)) return workspace_.selection().select(*ref);
  if (!link.startsWith(QStringLiteral("finding:")) || !seen_) return;
  const auto found = findingsAbout(*seen_, object_);
  const std::size_t which = link.mid(8).toULongLong();
  if (which < found.size()) {
    emit findingAsked(QString::fromUtf8(found[which]->rule.data(), static_cast<qsizetype>(found[which]->rule.size())),
                      found[which]->subject);
  }
}

}  // namespace console
