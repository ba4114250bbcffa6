#include "console-gui/widgets/ask_strip.h"

#include <QApplication>
#include <QDateEdit>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "console-gui/canvas/theme.h"
#include "console-gui/client/time_now.h"
#include "console-gui/model/workspace.h"
#include "console-gui/widgets/page_parts.h"

namespace console {

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
    if (!isHidden()) leave();
  });
  hide();
}

void AskStrip::ask(const QString& question, const QString& action, std::function<void(const QString&)> done,
                   const QString& proposed) {
  done_ = [done = std::move(done)](const QString& text, QDate) { done(text); };
  untilWord_->hide();
  until_->hide();
  open(question, action, proposed);
}

void AskStrip::askUntil(const QString& question, const QString& action, QDate proposed,
                        std::function<void(const QString&, QDate)> done) {
  done_ = std::move(done);
  until_->setMinimumDate(today().addDays(1));
  until_->setDate(proposed);
  untilWord_->show();
  until_->show();
  open(question, action, {});
}

void AskStrip::open(const QString& question, const QString& action, const QString& proposed) {
  if (!isVisible()) focusBefore_ = QApplication::focusWidget();
  question_->setText(question);
  text_->setAccessibleName(question);
  text_->setText(proposed);
  text_->selectAll();
  do_->setText(action);
  do_->setEnabled(!proposed.isEmpty());
  show();
  text_->setFocus(Qt::OtherFocusReason);
}

void AskStrip::carryOut() {
  const QString text = text_->text().trimmed();
  if (text.isEmpty() || !done_) return;
  const auto done = std::exchange(done_, nullptr);
  const QDate until = until_->date();
  leave();
  done(text, until);
}

void AskStrip::leave() {
  done_ = nullptr;
  hide();
  if (focusBefore_) focusBefore_->setFocus(Qt::OtherFocusReason);
}

void AskStrip::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return leave();
  QFrame::keyPressEvent(event);
}

}  // namespace console
