#include "console-gui/pages/object_window.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/widgets/name_line.h"
#include "console-gui/widgets/object_facts.h"
#include "console-gui/widgets/page_parts.h"
#include "console-gui/widgets/put_bar.h"

namespace console {
namespace {

using san::FieldType;

// What stands in an empty line of the type.
QString exampleOf(FieldType type) {
  switch (type) {
    case FieldType::Time:
      return QStringLiteral("2026-12-24T08:00:00Z");
    case FieldType::Duration:
      return QStringLiteral("30m");
    case FieldType::Subnets:
      return QStringLiteral("10.0.0.0/24, fd00::/64");
    default:
      return {};
  }
}

}  // namespace

ObjectWindow::ObjectWindow(Workspace& workspace, QWidget* parent) : ObjectWindow(workspace, {}, parent) {}

ObjectWindow::ObjectWindow(Workspace& workspace, std::vector<san::ObjectRef> objects, QWidget* parent)
    : QDialog(parent), workspace_(workspace), objects_(std::move(objects)) {
  build();
  followDraft();
  connect(&workspace, &Workspace::presentChanged, this, &ObjectWindow::look);
  connect(&workspace, &Workspace::statusChanged, this, &ObjectWindow::judge);
  connect(&workspace, &Workspace::sourceChanged, this, &QDialog::reject);
  form_.kind = isNew() ? kMadeInForms.front() : objects_.front().kind;
  fill();
}

void ObjectWindow::build() {
  auto* column = windowColumn(this, objects_.empty() ? tr("New object") : tr("Edit"), {640, 620});
  if (objects_.empty()) {
    kind_ = new QComboBox(this);
    kind_->setObjectName(QStringLiteral("kind"));
    kind_->setAccessibleName(tr("Kind of the new object"));
    kind_->setMaxVisibleItems(static_cast<int>(kMadeInForms.size()));
    for (const san::Kind kind : kMadeInForms)
      kind_->addItem(asTitle(workspace_.kindName(kind)), static_cast<int>(kind));
    connect(kind_, &QComboBox::currentIndexChanged, this, [this] {
      form_.kind = static_cast<san::Kind>(kind_->currentData().toInt());
      fill();
    });
    column->addWidget(kind_);
  } else {
    title_ = headingLabel({}, this);
    title_->setWordWrap(true);
    column->addWidget(title_);
  }
  help_ = mutedLabel({}, this);
  help_->setWordWrap(true);
  column->addWidget(help_);
  area_ = new QScrollArea(this);
  area_->setWidgetResizable(true);
  area_->setFocusPolicy(Qt::NoFocus);  // what is in it has the stops
  area_->setFrameShape(QFrame::NoFrame);
  area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  column->addWidget(area_, 1);
  end_ = new PutBar(this);
  connect(end_, &PutBar::put, this, &ObjectWindow::putIntoDraft);
  column->addWidget(end_);
}

void ObjectWindow::choose(san::Kind kind) {
  if (kind_ != nullptr) kind_->setCurrentIndex(kind_->findData(static_cast<int>(kind)));
}

// The form of the kind, with nothing written in it.
void ObjectWindow::fill() {
  form_ = formOf(workspace_.draft().result(), form_.kind, objects_);
  help_->setText(asTitle(tableText(san::rowOf(form_.kind).doc)) + QLatin1Char('.'));
  rows_.assign(form_.fields.size(), {});
  auto* content = new QWidget(area_);
  auto* grid = new QGridLayout(content);
  grid->setContentsMargins(0, kSpace, kSpace, kSpace);
  grid->setHorizontalSpacing(2 * kSpace);
  grid->setVerticalSpacing(kSpace / 2);
  grid->setColumnStretch(1, 1);
  int line = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const san::FieldRow& field = *form_.fields[i].row;
    const QString name = asTitle(fieldWord(field.name));
    QWidget* editor = editorOf(i);
    editor->setParent(content);
    editor->setObjectName(QString::fromUtf8(field.name.data(), static_cast<qsizetype>(field.name.size())));
    editor->setAccessibleName(name);
    editor->setAccessibleDescription(tableText(field.doc));
    auto* word = plainLabel(name, content);
    word->setBuddy(editor);
    word->setMinimumHeight(kRowHeight);
    const QString meaning = asTitle(tableText(field.doc));
    rows_[i].fault = plainLabel({}, content);
    rows_[i].fault->setProperty("level", QStringLiteral("fault"));
    rows_[i].fault->setWordWrap(true);
    rows_[i].fault->setTextFormat(Qt::RichText);
    rows_[i].fault->hide();
    grid->addWidget(word, line, 0, Qt::AlignTop);
    grid->addWidget(editor, line++, 1);
    if (meaning != name) {
      auto* doc = mutedLabel(meaning, content);
      doc->setWordWrap(true);
      grid->addWidget(doc, line++, 1);
    }
    grid->addWidget(rows_[i].fault, line++, 1);
    grid->setRowMinimumHeight(line++, kSpace / 2);
  }
  grid->setRowStretch(line, 1);
  area_->setWidget(content);
  look();
  if (!rows_.empty() && kind_ == nullptr) rows_.front().editor->setFocus();
}

QWidget* ObjectWindow::editorOf(std::size_t at) {
  const FormField& field = form_.fields[at];
  const auto written = [this, at] {
    if (filling_) return;
    rows_[at].written = true;
    judge();
  };
  QWidget* editor = nullptr;
  if (field.row->type == FieldType::Flag) {
    auto* box = new QCheckBox;
    connect(box, &QCheckBox::clicked, this, [box, written] {
      box->setTristate(false);
      written();
    });
    editor = box;
  } else if (field.row->type == FieldType::Choice) {
    auto* list = new QComboBox;
    for (const std::string_view word : field.row->words)
      list->addItem(tableText(word), QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size())));
    connect(list, &QComboBox::activated, this, written);
    editor = list;
  } else if (field.isLink()) {
    auto* names = new NameLine;
    names->setSeveral(field.row->type == FieldType::Refs);
    connect(names, &QLineEdit::textChanged, this, written);
    editor = names;
  } else {
    auto* text = new QLineEdit;
    text->setPlaceholderText(exampleOf(field.row->type));
    connect(text, &QLineEdit::textChanged, this, written);
    editor = text;
  }
  rows_[at].editor = editor;
  return editor;
}

void ObjectWindow::setText(std::size_t at) {
  const FormField& field = form_.fields[at];
  QWidget* editor = rows_[at].editor;
  if (auto* box = qobject_cast<QCheckBox*>(editor)) {
    box->setTristate(field.differs);
    box->setCheckState(field.differs                         ? Qt::PartiallyChecked
                       : field.text == QStringLiteral("yes") ? Qt::Checked
                                                             : Qt::Unchecked);
  } else if (auto* list = qobject_cast<QComboBox*>(editor)) {
    list->setCurrentIndex(field.differs ? -1 : list->findData(field.text));
    list->setPlaceholderText(tr("Several values"));
  } else if (auto* line = qobject_cast<QLineEdit*>(editor)) {
    line->setText(field.text);
    if (field.differs && field.row->type == FieldType::Refs) {
      line->setPlaceholderText(tr("Several values: +NAME adds to each, -NAME takes away"));
    } else if (field.differs) {
      line->setPlaceholderText(tr("Several values, which stay unless something is written here"));
    }
  }
}

QString ObjectWindow::textOf(std::size_t at) const {
  QWidget* editor = rows_[at].editor;
  if (auto* box = qobject_cast<QCheckBox*>(editor))
    return box->isChecked() ? QStringLiteral("yes") : QStringLiteral("no");
  if (auto* list = qobject_cast<QComboBox*>(editor)) return list->currentData().toString();
  return qobject_cast<QLineEdit*>(editor)->text();
}

std::vector<std::optional<QString>> ObjectWindow::texts() const {
  std::vector<std::optional<QString>> all(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].written) all[i] = textOf(i);
  }
  return all;
}

QString ObjectWindow::what() const {
  const san::Snapshot& san = workspace_.draft().result();
  const std::vector<san::ObjectRef>& objects = form_.objects;
  if (objects.size() > 1) return QStringLiteral("%1 %2").arg(objects.size()).arg(workspace_.kindName(form_.kind, true));
  if (!objects.empty())
    return QStringLiteral("%1 %2").arg(workspace_.kindName(form_.kind), titled(san, objects.front()));
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (form_.fields[i].row->name == "name" && !textOf(i).isEmpty())
      return QStringLiteral("%1 %2").arg(workspace_.kindName(form_.kind), textOf(i));
  }
  return workspace_.kindName(form_.kind);
}

void ObjectWindow::followDraft() {
  connect(&workspace_.draft(), &Draft::idsMoved, this, &ObjectWindow::onIdsMoved);
  connect(&workspace_.draft(), &Draft::changed, this, &ObjectWindow::look);
}

// What is written here would become another object's: one that has another id now is followed, one that is none any
// more is let go.
void ObjectWindow::onIdsMoved(const san::NewIds& moved) {
  std::vector<san::ObjectRef> left;
  for (const san::ObjectRef one : objects_) {
    const auto at = moved.find(one);
    if (at == moved.end() || at->second) left.push_back(at == moved.end() ? one : at->second);
  }
  objects_ = std::move(left);
}

std::vector<san::ObjectRef> ObjectWindow::objectsThere() const {
  const san::Snapshot& san = workspace_.draft().result();
  std::vector<san::ObjectRef> there;
  for (const san::ObjectRef one : objects_) {
    if (one.kind == san::Kind::Settings || san.get(one) != nullptr) there.push_back(one);
  }
  return there;
}

// The SAN or the draft has moved: what is there may be something else, and what it can be joined to. Of what has gone
// the form is no more, and what somebody has written stays for the others.
void ObjectWindow::look() {
  if (!workspace_.present()) return;
  const san::Snapshot& san = workspace_.draft().result();
  const std::vector<san::ObjectRef> there = objectsThere();
  gone_ = !isNew() && there.empty();
  if (gone_) {
    naming_.cancel();
    return judge();
  }
  fresh_ = workspace_.draft().newObject(form_.kind);
  filling_ = true;
  const ObjectForm now = formOf(san, form_.kind, there);
  form_.objects = there;
  if (!isNew()) title_->setText(asTitle(what()));
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    // What is written is meant for what stood there when it was begun.
    if (rows_[i].written) continue;
    form_.fields[i] = now.fields[i];
    setText(i);
  }
  filling_ = false;
  naming_.run([san, form = form_] { return formNames(san, form); },
              [this](FormNames names) {
                names_ = std::move(names);
                for (std::size_t i = 0; i < rows_.size(); ++i) {
                  if (auto* line = qobject_cast<NameLine*>(rows_[i].editor))
                    line->setKnown(names_[form_.fields[i].row->name].texts());
                }
                judge();
              });
  judge();
}

void ObjectWindow::judge() {
  made_ = {};
  QString why = workspace_.whyNoEdit();
  if (why.isEmpty() && gone_) why = tr("It is not there any more.");
  if (why.isEmpty() && isBusy()) why = tr("It is being worked out.");
  if (why.isEmpty()) {
    made_ = formEdits(workspace_.draft().result(), form_, names_, texts(), fresh_);
    if (!made_.faults.empty()) {
      why = tr("%n field(s) cannot be so.", nullptr, static_cast<int>(made_.faults.size()));
    } else if (made_.edits.empty()) {
      why = isNew() ? tr("Nothing has been written yet.") : tr("Nothing has been changed yet.");
    }
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto fault = std::ranges::find(made_.faults, i, &FormFault::field);
    const bool wrong = fault != made_.faults.end();
    rows_[i].fault->setVisible(wrong);
    rows_[i].fault->setText(wrong ? coloredHtml(Token::Bad, fault->text.toHtmlEscaped()) : QString());
  }
  why.isEmpty() ? end_->allow(static_cast<int>(made_.edits.size())) : end_->refuse(why);
}

void ObjectWindow::putIntoDraft() {
  if (made_.edits.empty()) return;
  const QString deed = isNew() ? tr("Make %1").arg(what()) : tr("Change %1").arg(what());
  // The draft changes under it: this form is done then, unless the draft says why it does not go.
  disconnect(&workspace_.draft(), nullptr, this, nullptr);
  const QString fault = workspace_.draft().push(deed, made_.edits);
  if (fault.isEmpty()) return accept();
  followDraft();
  end_->refuse(fault);
}

}  // namespace console
