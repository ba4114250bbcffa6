#include "console-gui/widgets/inspector.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "console-gui/canvas/theme.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/object_form.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/focus_place.h"
#include "console-gui/widgets/object_facts.h"
#include "console-gui/widgets/object_links.h"
#include "console-gui/widgets/page_parts.h"
#include "console-gui/widgets/press_guard.h"

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
  press_ = new PressGuard(this);
  connect(press_, &PressGuard::released, this, &Inspector::refresh);
  connect(&workspace, &Workspace::shownChanged, this, &Inspector::refresh);
  connect(&workspace, &Workspace::sourceChanged, this, &Inspector::refresh);
  connect(&workspace.selection(), &Selection::changed, this, &Inspector::refresh);
  const auto anew = [this] {
    seen_ = nullptr;
    refresh();
  };
  connect(&workspace, &Workspace::wordsChanged, this, anew);
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, anew);
  // The draft may be held, or on another base.
  connect(&workspace.draft(), &Draft::changed, this, &Inspector::allowEdit);
  connect(&workspace, &Workspace::statusChanged, this, &Inspector::allowEdit);
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
  if (!isVisible() || press_->isDown()) return;
  const ViewPtr& view = workspace_.shown();
  const san::ObjectRef object = workspace_.selection().current();
  const HostAndUnit pair = view ? hostAndUnit(*view->index, workspace_.selection().objects()) : HostAndUnit{};
  if (view == seen_ && object == object_ && pair == pair_) return allowEdit();  // others are selected, too
  // Of another object that did not change the texts stay as they are; a new View may change any of them.
  seen_ = view;
  object_ = object;
  pair_ = pair;
  build();
  allowEdit();
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
  const bool there = seen_ && object_ && seen_->snapshot().get(object_) != nullptr;
  historyTitle_->setVisible(there);
  history_->setVisible(there);
  if (there) history_->setObject(seen_, object_);
  Parts parts = partsNow();
  if (parts == parts_) return;
  if (!changeTexts(parts)) {
    const FocusPlace focus(*layout_);
    clear();
    for (const Part& part : parts) add(part);
    focus.restore(*layout_);
  }
  parts_ = std::move(parts);
}

Inspector::Parts Inspector::partsNow() const {
  Parts parts;
  if (!seen_ || !object_ || seen_->snapshot().get(object_) == nullptr) {
    tellEmpty(parts);
    return parts;
  }
  tellHead(*seen_, parts);
  tellWhy(*seen_, parts);
  tellHealth(*seen_, parts);
  tellFacts(*seen_, parts);
  return parts;
}

bool Inspector::changeTexts(const Parts& parts) {
  if (parts.size() != parts_.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool isText = parts[i].what == Part::What::Text && parts_[i].what == Part::What::Text;
    if (!isText && !(parts[i] == parts_[i])) return false;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == parts_[i]) continue;
    static_cast<QLabel*>(layout_->itemAt(static_cast<int>(i))->widget())->setText(parts[i].words.front());
  }
  return true;
}

// One item of the layout each.
void Inspector::add(const Part& part) {
  switch (part.what) {
    case Part::What::Head:
      return addHead(part.words);
    case Part::What::Heading: {
      auto* head = plainLabel(part.words.front(), content_);
      head->setProperty("role", QStringLiteral("heading"));
      return layout_->addWidget(head);
    }
    case Part::What::Text:
      return layout_->addWidget(text(part.words.front()));
    case Part::What::Why: {
      auto* button = new QPushButton(tr("Why?"), content_);
      button->setToolTip(tr("Opens the proof, layer by layer, and what would mend it."));
      connect(button, &QPushButton::clicked, this, &Inspector::whyAsked);
      return layout_->addWidget(button, 0, Qt::AlignLeft);
    }
  }
}

QLabel* Inspector::text(const QString& html) {
  QLabel* label = linkLabel(content_);
  label->setText(html);
  connect(label, &QLabel::linkActivated, this, &Inspector::follow);
  return label;
}

void Inspector::tellEmpty(Parts& parts) const {
  const bool gone = seen_ && object_;
  parts.push_back({Part::What::Heading, {gone ? tr("It is not there") : tr("Nothing is selected")}});
  parts.push_back(
      {Part::What::Text,
       {mutedSpan(gone ? tr("The selected object is not part of the SAN at this revision.")
                       : tr("Choose an object on a page, or find one with Ctrl+K. Its facts, health and history stand "
                            "here."))}});
}

void Inspector::tellHead(const View& view, Parts& parts) const {
  const san::Snapshot& snapshot = view.snapshot();
  const QString title = titled(snapshot, object_);
  const QString name = QString::fromStdString(san::nameOf(snapshot, object_));
  parts.push_back({Part::What::Head,
                   {workspace_.kindName(object_.kind), title, name == title ? QString() : name,
                    name.isEmpty() ? QString::fromStdString(san::refText(snapshot, object_)) : name,
                    showCommand(snapshot, object_)}});
}

// In the order of tellHead().
void Inspector::addHead(const QStringList& words) {
  auto* kind = plainLabel(words[0], content_);
  kind->setProperty("role", QStringLiteral("muted"));
  auto* title = plainLabel(words[1], content_);
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
  edit_ = new QPushButton(tr("Edit..."), box);
  connect(edit_, &QPushButton::clicked, this, [this] { emit editAsked(toEdit()); });
  auto* head = new QHBoxLayout;
  head->setSpacing(kSpace);
  head->addWidget(title, 1);
  head->addWidget(edit_, 0, Qt::AlignTop);
  names->addLayout(head);
  if (!words[2].isEmpty()) names->addWidget(text(mutedSpan(words[2])));
  auto* row = new QHBoxLayout;
  row->setContentsMargins(0, kSpace / 2, 0, 0);
  row->setSpacing(kSpace);
  const auto copier = [&](const QString& label, const QString& what) {
    auto* button = new QPushButton(label, box);
    button->setToolTip(what);
    connect(button, &QPushButton::clicked, this, [what] { QGuiApplication::clipboard()->setText(what); });
    row->addWidget(button);
  };
  copier(tr("Copy name"), words[3]);
  copier(tr("Copy as command"), words[4]);
  row->addStretch();
  names->addLayout(row);
  layout_->addWidget(box);
}

std::vector<san::ObjectRef> Inspector::toEdit() const {
  std::vector<san::ObjectRef> objects = workspace_.selection().objects();
  std::erase_if(objects, [this](san::ObjectRef one) { return one.kind != object_.kind; });
  // While somebody presses, another one may be selected than is shown.
  if (std::ranges::find(objects, object_) == objects.end()) return {object_};
  return objects;
}

void Inspector::allowEdit() {
  if (edit_ && isVisible()) allow(edit_, whyNoForm(workspace_, toEdit()));
}

void Inspector::tellHealth(const View& view, Parts& parts) const {
  parts.push_back({Part::What::Heading, {tr("Health")}});
  const auto say = [&](const QString& html) { parts.push_back({Part::What::Text, {html}}); };
  if (!view.findings) return say(mutedSpan(tr("The rules have not been evaluated yet.")));
  const auto found = findingsAbout(view, object_);
  if (found.empty())
    return say(mutedSpan(tr("No open finding is about it, as of revision %1.").arg(view.findingsRevision)));
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
  say(html + QStringLiteral("</table>"));
  if (found.size() > kMostFindings)
    say(mutedSpan(tr("and %n more", nullptr, static_cast<int>(found.size() - kMostFindings))));
}

void Inspector::tellWhy(const View& view, Parts& parts) const {
  if (!pair_) return;
  const AccessWhyPtr answer = whyOf(view.index, san::Basis::Applied, pair_.host, pair_.unit);
  parts.push_back({Part::What::Heading, {tr("Access")}});
  parts.push_back({Part::What::Text,
                   {answerText(*answer).toHtmlEscaped() + QStringLiteral("<br>") + mutedSpan(questionsText(*answer))}});
  parts.push_back({Part::What::Why, {}});
}

void Inspector::tellFacts(const View& view, Parts& parts) const {
  for (const FactSection& facts : factsOf(view, object_, workspace_.sanWords())) {
    if (facts.rows.empty()) continue;
    QString html = QStringLiteral("<table cellspacing=0 cellpadding=3 width='100%'>");
    for (const FactRow& row : facts.rows) {
      QStringList values;
      if (!row.text.isEmpty()) values << row.text.toHtmlEscaped();
      for (const san::ObjectRef link : row.links) values << objectLink(view.snapshot(), link);
      if (row.more != 0) values << mutedSpan(tr("and %n more", nullptr, static_cast<int>(row.more)));
      html += QStringLiteral("<tr><td width='34%'>%1</td><td>%2</td></tr>")
                  .arg(mutedSpan(row.name), values.join(QStringLiteral(", ")));
    }
    parts.push_back({Part::What::Heading, {facts.title}});
    parts.push_back({Part::What::Text, {html + QStringLiteral("</table>")}});
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
