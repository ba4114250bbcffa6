#include "console-gui/widgets/ask_strip.h"

#include <QApplication>
#include <QDateEdit>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <algorithm>

#include "console-gui/canvas/theme.h"
#include "console-gui/client/time_now.h"
#include "console-gui/model/workspace.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

// Whoever types there would go on typing in another place.
bool isTyping(const QWidget* focus) { return focus != nullptr && focus->testAttribute(Qt::WA_InputMethodEnabled); }

}  // namespace

AskStrip::AskStrip(Workspace& workspace, QWidget* parent) : QFrame(parent) {
  setProperty("role", QStringLiteral("strip"));
  setProperty("level", QStringLiteral("information"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kSpace + 4, kSpace, kSpace, kSpace);
  row->setSpacing(kSpace);
  question_ = plainLabel({}, this);
  text_ = new QLineEdit(this);
  untilWord_ = plainLabel(tr("until"), this);
  until_ = new QDateEdit(this);
  until_->setDisplayFormat(QStringLiteral("yyyy-MM-dd"));
  until_->setCalendarPopup(true);
  until_->setAccessibleName(tr("The last day"));
  do_ = new QPushButton(this);
  do_->setProperty("role", QStringLiteral("primary"));
  auto* cancel = new QPushButton(tr("Cancel"), this);
  row->addWidget(question_);
  row->addWidget(text_, 1);
  row->addWidget(untilWord_);
  row->addWidget(until_);
  row->addWidget(do_);
  row->addWidget(cancel);
  connect(text_, &QLineEdit::returnPressed, this, &AskStrip::carryOut);
  connect(text_, &QLineEdit::textChanged, this,
          [this](const QString& text) { do_->setEnabled(!text.trimmed().isEmpty()); });
  connect(do_, &QPushButton::clicked, this, &AskStrip::carryOut);
  connect(cancel, &QPushButton::clicked, this, &AskStrip::leave);
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    waiting_.clear();
    close();
  });
  connect(&workspace.draft(), &Draft::idsMoved, this, [this](const san::NewIds& moved) {
    if (std::ranges::any_of(about_, [&](san::ObjectRef one) { return moved.contains(one); })) leave();
  });
  hide();
}

void AskStrip::ask(const QString& question, const QString& action, std::function<void(const QString&)> done,
                   const QString& proposed, std::vector<san::ObjectRef> about) {
  open({question,
        action,
        proposed,
        {},
        [done = std::move(done)](const QString& text, QDate) { done(text); },
        std::move(about)},
       true);
}

void AskStrip::askUntil(const QString& question, const QString& action, QDate proposed,
                        std::function<void(const QString&, QDate)> done) {
  open({question, action, {}, proposed, std::move(done)}, true);
}

void AskStrip::askWhenFree(const QString& question, const QString& action, std::function<void(const QString&)> done) {
  Question next{question, action, {}, {}, [done = std::move(done)](const QString& text, QDate) { done(text); }};
  if (isHidden()) return open(next, !isTyping(QApplication::focusWidget()));
  if (question_->text() == question) {
    done_ = std::move(next.done);  // of the newer answer
    return;
  }
  std::erase_if(waiting_, [&](const Question& one) { return one.text == question; });
  if (waiting_.size() == kMostWaiting) waiting_.pop_front();
  waiting_.push_back(std::move(next));
}

void AskStrip::open(const Question& question, bool takesFocus) {
  if (isHidden()) focusBefore_ = QApplication::focusWidget();
  done_ = question.done;
  about_ = question.about;
  if (question.until) {
    until_->setMinimumDate(today().addDays(1));
    until_->setDate(*question.until);
  }
  untilWord_->setVisible(question.until.has_value());
  until_->setVisible(question.until.has_value());
  question_->setText(question.text);
  text_->setAccessibleName(question.text);
  text_->setText(question.proposed);
  text_->selectAll();
  do_->setText(question.action);
  do_->setEnabled(!question.proposed.isEmpty());
  show();
  if (takesFocus) text_->setFocus(Qt::OtherFocusReason);
}

void AskStrip::openNext() {
  if (waiting_.empty() || !isHidden()) return;
  const Question next = std::move(waiting_.front());
  waiting_.pop_front();
  open(next, !isTyping(QApplication::focusWidget()));
}

void AskStrip::carryOut() {
  const QString text = text_->text().trimmed();
  if (text.isEmpty() || !done_) return;
  const auto done = std::exchange(done_, nullptr);
  const QDate until = until_->date();
  close();
  done(text, until);
  openNext();
}

void AskStrip::leave() {
  close();
  openNext();
}

void AskStrip::close() {
  done_ = nullptr;
  about_.clear();
  const bool focused = isAncestorOf(QApplication::focusWidget());
  hide();
  if (focused && focusBefore_) focusBefore_->setFocus(Qt::OtherFocusReason);
}

void AskStrip::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return leave();
  QFrame::keyPressEvent(event);
}

}  // namespace console
