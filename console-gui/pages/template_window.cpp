#include "console-gui/pages/template_window.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QListWidget>
#include <QSplitter>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "console-gui/model/sentences.h"
#include "console-gui/widgets/choice_box.h"
#include "console-gui/widgets/name_line.h"
#include "console-gui/widgets/page_parts.h"
#include "console-gui/widgets/put_bar.h"
#include "shared/san/change.h"
#include "shared/san/diff.h"
#include "shared/san/impact.h"

namespace console {
namespace {

constexpr std::size_t kMostLines = 500;  // of the difference that are shown

std::shared_ptr<const TemplateNames> namesIn(const san::Snapshot& san) {
  auto known = std::make_shared<TemplateNames>();
  known->index = std::make_shared<const san::SanIndex>(san);
  for (const TemplateRow& row : kTemplateTable) {
    for (const ChoiceOf what : {row.fromOf, row.toOf}) {
      KnownNames& names = known->names[static_cast<std::size_t>(what)];
      if (!names.isEmpty() || what == ChoiceOf::Nothing) continue;
      for (const san::ObjectRef ref : choices(what, *known->index)) names.add(san, ref);
      names.sort();
    }
  }
  return known;
}

TemplatePreview previewOf(ZoneTemplate which, const TemplateNames& known, const TemplateWish& wish) {
  TemplatePreview preview;
  preview.done = makeTemplate(which, *known.index, wish);
  if (!preview.done.fault.isEmpty()) return preview;
  const san::Snapshot& before = known.index->snapshot();
  auto applied = san::apply(before, preview.done.edits, san::Writer::ChangeSet, before.revision + 1, before.time);
  if (!applied) {
    preview.done.fault = sentence(applied.error().text);
    preview.done.edits.clear();
    return preview;
  }
  const san::SanIndex after(applied->snapshot);
  preview.lines = san::textLines(san::diff(before, after.snapshot()), before, after.snapshot());
  preview.sentences = san::sentencesOf(san::impact(*known.index, after), *known.index, after);
  return preview;
}

QString listHtml(const std::vector<QString>& lines) {
  QString html;
  for (const QString& line : lines)
    html += QStringLiteral("<div style='margin:2px 0'>%1</div>").arg(line.toHtmlEscaped());
  return html;
}

}  // namespace

TemplateWindow::TemplateWindow(Workspace& workspace, QWidget* parent) : QDialog(parent), workspace_(workspace) {
  auto* column = windowColumn(this, tr("Zone by a template"), {1040, 680});
  column->addWidget(panesOf(Qt::Horizontal, {{makeList(), 0, 250}, {makeForm(), 1, 760}}, this), 1);
  end_ = new PutBar(this);
  connect(end_, &PutBar::put, this, &TemplateWindow::putIntoDraft);
  column->addWidget(end_);

  connect(&workspace.draft(), &Draft::idsMoved, this, [this](const san::NewIds& moved) {
    const auto now = moved.find({san::Kind::DomainSet, set_->currentData().toUInt()});
    if (now == moved.end()) return;
    set_->setItemData(set_->currentIndex(), now->second ? QVariant(now->second.id) : QVariant());
  });
  connect(&workspace.draft(), &Draft::changed, this, &TemplateWindow::look);
  connect(&workspace, &Workspace::presentChanged, this, &TemplateWindow::followSan);
  connect(&workspace, &Workspace::statusChanged, this, [this] { showPreview(shown_); });
  connect(&workspace, &Workspace::sourceChanged, this, &QDialog::reject);
  list_->setCurrentRow(0);
  look();
}

QWidget* TemplateWindow::makeList() {
  list_ = new QListWidget(this);
  list_->setObjectName(QStringLiteral("templates"));
  list_->setAccessibleName(tr("Templates"));
  list_->setMinimumWidth(220);
  list_->setWordWrap(true);
  list_->setSpacing(kSpace / 4);
  for (const TemplateRow& row : kTemplateTable) {
    auto* item = new QListWidgetItem(templateText(row.title), list_);
    item->setToolTip(templateText(row.help));
    item->setSizeHint({0, kRowHeight});
  }
  connect(list_, &QListWidget::currentRowChanged, this, &TemplateWindow::showTemplate);
  return list_;
}

QWidget* TemplateWindow::makeForm() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  title_ = headingLabel({}, part);
  help_ = mutedLabel({}, part);
  help_->setWordWrap(true);
  column->addWidget(title_);
  column->addWidget(help_);
  auto* form = new QGridLayout;
  form->setHorizontalSpacing(2 * kSpace);
  form->setVerticalSpacing(kSpace);
  form->setColumnStretch(1, 1);
  from_ = makePart("from", part);
  to_ = makePart("to", part);
  setWord_ = plainLabel(tr("Zone set"), part);
  set_ = new QComboBox(part);
  set_->setObjectName(QStringLiteral("set"));
  set_->setAccessibleName(tr("Zone set that holds the new zones"));
  set_->setPlaceholderText(tr("Choose a zone set"));
  setWord_->setBuddy(set_);
  connect(set_, &QComboBox::activated, this, &TemplateWindow::preview);
  form->addWidget(from_.word, 0, 0);
  form->addWidget(from_.names, 0, 1);
  form->addWidget(to_.word, 1, 0);
  form->addWidget(to_.names, 1, 1);
  form->addWidget(setWord_, 2, 0);
  form->addWidget(set_, 2, 1, Qt::AlignLeft);
  column->addLayout(form);
  text_ = new QTextBrowser(part);
  text_->setObjectName(QStringLiteral("preview"));
  text_->setAccessibleName(tr("What it would change and do"));
  text_->setOpenLinks(false);
  text_->setTabChangesFocus(true);
  column->addWidget(text_, 1);
  return part;
}

TemplateWindow::Part TemplateWindow::makePart(const char* name, QWidget* parent) {
  Part part;
  part.word = plainLabel({}, parent);
  part.names = new NameLine(parent);
  part.names->setObjectName(QString::fromLatin1(name));
  part.word->setBuddy(part.names);
  connect(part.names, &QLineEdit::textChanged, this, &TemplateWindow::preview);
  return part;
}

const TemplateRow& TemplateWindow::row() const {
  return kTemplateTable[static_cast<std::size_t>(std::max(list_->currentRow(), 0))];
}

void TemplateWindow::choose(ZoneTemplate which) { list_->setCurrentRow(static_cast<int>(which)); }

void TemplateWindow::showTemplate() {
  title_->setText(templateText(row().title));
  help_->setText(templateText(row().help));
  setWord_->setVisible(row().makesZones);
  set_->setVisible(row().makesZones);
  for (const auto& [part, text, what] :
       {std::tuple(&from_, row().from, row().fromOf), std::tuple(&to_, row().to, row().toOf)}) {
    part->word->setText(templateText(text));
    part->names->setAccessibleName(templateText(text));
    part->word->setVisible(what != ChoiceOf::Nothing);
    part->names->setVisible(what != ChoiceOf::Nothing);
    part->names->setSeveral(isSeveral(what));
  }
  showNames();
  fillFromSelection();
  preview();
}

void TemplateWindow::showNames() {
  from_.names->setKnown(known_ ? namesOf(row().fromOf).texts() : QStringList());
  to_.names->setKnown(known_ ? namesOf(row().toOf).texts() : QStringList());
}

void TemplateWindow::look() {
  if (!workspace_.present()) return;
  fresh_ = false;
  anew_ = true;
  naming_.cancel();
  previewing_.cancel();
  fillSets();
  name();
  showPreview(shown_);
}

void TemplateWindow::followSan() {
  if (!workspace_.present()) return;
  // A draft that is not empty stays on its base.
  if (!known_ || workspace_.draft().isEmpty()) {
    fillSets();
    name();
  }
  showPreview(shown_);
}

void TemplateWindow::name() {
  naming_.follow([san = workspace_.draft().result()] { return namesIn(san); },
                 [this](std::shared_ptr<const TemplateNames> known) {
                   known_ = std::move(known);
                   if (std::exchange(anew_, false)) return showTemplate();
                   showNames();
                   fillFromSelection() ? preview() : work();
                 });
}

void TemplateWindow::fillSets() {
  Choices enabled, others;
  workspace_.draft().result().table<san::DomainSet>().forEach([&](san::Id id, const san::DomainSet& one) {
    const QString name = QString::fromStdString(one.name);
    one.enabled ? enabled.emplace_back(name, id) : others.emplace_back(tr("%1 (not in force)").arg(name), id);
  });
  enabled.insert(enabled.end(), others.begin(), others.end());
  enabled.emplace_back(tr("None: the zones are not in force"), san::Id{0});
  fillChoices(set_, enabled);
}

// What is selected stands where it fits, unless somebody has written something.
bool TemplateWindow::fillFromSelection() {
  if (!known_ || filled_) return false;
  QStringList from, to;
  std::vector<san::ObjectRef> objects = workspace_.selection().objects();
  // The one that was chosen first leads: it is the one that is copied.
  const san::ObjectRef current = workspace_.selection().current();
  std::stable_partition(objects.begin(), objects.end(), [&](san::ObjectRef one) { return one == current; });
  for (const san::ObjectRef ref : objects) {
    const QString name = QString::fromStdString(san::nameOf(known_->index->snapshot(), ref));
    if (canBeChosen(row().fromOf, *known_->index, ref) && (from.empty() || isSeveral(row().fromOf))) {
      from << name;
    } else if (canBeChosen(row().toOf, *known_->index, ref) && (to.empty() || isSeveral(row().toOf))) {
      to << name;
    }
  }
  const QSignalBlocker quietFrom(from_.names), quietTo(to_.names);
  const QStringList before{from_.names->text(), to_.names->text()};
  from_.names->setText(from.join(QStringLiteral(", ")));
  to_.names->setText(to.join(QStringLiteral(", ")));
  return before != QStringList{from_.names->text(), to_.names->text()};
}

void TemplateWindow::preview() {
  if (sender() == from_.names || sender() == to_.names) filled_ = true;
  shown_ = {};
  fresh_ = false;
  previewing_.cancel();
  work();
}

void TemplateWindow::work() {
  fault_.clear();
  if (!known_) return showPreview(shown_);
  QStringList faults;
  TemplateWish wish;
  wish.from = namesOf(row().fromOf).refsIn(from_.names->text(), faults);
  if (row().toOf != ChoiceOf::Nothing) wish.to = namesOf(row().toOf).refsIn(to_.names->text(), faults);
  if (row().makesZones) wish.set = san::ObjectRef{san::Kind::DomainSet, set_->currentData().toUInt()};
  if (wish.set.id == 0) wish.set = {};
  if (const QString why = whyNoSet(); !why.isEmpty()) faults << why;
  wish.firstNew = workspace_.draft().newObject(san::Kind::Domain).id;
  if (!faults.isEmpty()) {
    fault_ = faults.front();
    shown_ = {};
    fresh_ = false;
    previewing_.cancel();
    return showPreview(shown_);
  }
  previewing_.follow([which = row().id, known = known_, wish] { return previewOf(which, *known, wish); },
                     [this](TemplatePreview made) {
                       shown_ = std::move(made);
                       fresh_ = true;
                       showPreview(shown_);
                     });
  showPreview(shown_);
}

void TemplateWindow::showPreview(const TemplatePreview& preview) {
  const QString why = whyNot();
  why.isEmpty() ? end_->allow(static_cast<int>(preview.done.edits.size())) : end_->refuse(why);
  QString html;
  if (preview.done.edits.empty()) {
    html = coloredHtml(Token::TextMuted,
                       tr("What it would change and do stands here before anything is done.").toHtmlEscaped());
  } else {
    std::vector<QString> lines, effects, notes;
    for (const std::string& line : preview.lines) {
      if (lines.size() < kMostLines) lines.push_back(sentence(line));
    }
    if (preview.lines.size() > kMostLines)
      lines.push_back(tr("and %n more", nullptr, static_cast<int>(preview.lines.size() - kMostLines)));
    for (const std::string& line : preview.sentences) effects.push_back(sentence(line));
    if (effects.empty()) effects.push_back(tr("Nobody gains or loses a logical unit."));
    for (const QString& note : preview.done.notes) notes.push_back(note);
    html = sectionHtml(tr("What it does"), listHtml(effects));
    if (!notes.empty()) html += sectionHtml(tr("To know"), listHtml(notes));
    html += sectionHtml(tr("What it changes"), listHtml(lines));
  }
  // The same again would lose the place and what is marked.
  if (std::exchange(shownHtml_, html) != html) text_->setHtml(html);
}

QString TemplateWindow::whyNoSet() const {
  if (!row().makesZones || !isChoiceGone(set_)) return {};
  return tr("The zone set that was chosen is not there any more. Choose another one.");
}

QString TemplateWindow::whyNot() const {
  if (const QString why = workspace_.whyNoEdit(); !why.isEmpty()) return why;
  if (!fault_.isEmpty()) return fault_;
  if (const QString why = whyNoSet(); !why.isEmpty()) return why;
  if (!fresh_ || anew_) return tr("It is being worked out.");
  if (!shown_.done.fault.isEmpty()) return shown_.done.fault;
  return shown_.done.edits.empty() ? tr("There is nothing to do yet.") : QString();
}

void TemplateWindow::putIntoDraft() {
  if (!whyNot().isEmpty()) return;
  if (!workspace_.edit(shown_.done.deed, shown_.done.edits)) return;
  workspace_.go(PageId::Zoning);
  accept();
}

}  // namespace console
