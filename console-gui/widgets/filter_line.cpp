#include "console-gui/widgets/filter_line.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStyle>

#include "console-gui/canvas/icons.h"
#include "console-gui/widgets/page_parts.h"

namespace console {

FilterLine::FilterLine(ObjectFilter& filter, QWidget* parent)
    : QWidget(parent), filter_(filter), line_(new QLineEdit(this)), word_(plainLabel({}, this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kSpace);
  line_->setPlaceholderText(tr("Filter all pages, such as site:Zurich label:PCI or kind:host web*"));
  line_->setAccessibleName(tr("Filter of all pages"));
  line_->setClearButtonEnabled(true);
  line_->setMinimumWidth(260);
  line_->installEventFilter(this);
  word_->setProperty("role", QStringLiteral("muted"));
  row->addWidget(line_, 1);
  row->addWidget(word_);
  connect(line_, &QLineEdit::textChanged, this, [this](const QString& text) { filter_.setText(text); });
  connect(&filter, &ObjectFilter::changed, this, &FilterLine::refresh);
  refresh();
}

void FilterLine::focus() {
  line_->setFocus(Qt::ShortcutFocusReason);
  line_->selectAll();
}

bool FilterLine::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape && !line_->text().isEmpty()) {
    line_->clear();
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

void FilterLine::refresh() {
  if (line_->text() != filter_.text()) line_->setText(filter_.text());
  const char* state = "";
  QString word;
  switch (filter_.state()) {
    case ObjectFilter::State::Empty:
      break;
    case ObjectFilter::State::Holds:
      state = filter_.count() == 0 ? "wrong" : "holds";
      word = tr("%n objects", nullptr, static_cast<int>(filter_.count()));
      break;
    case ObjectFilter::State::Wrong:
      state = "wrong";
      word = tr("not a filter");
      break;
  }
  line_->setProperty("state", QString::fromLatin1(state));
  line_->style()->polish(line_);
  word_->setText(word);
  line_->setToolTip(filter_.message());
  line_->setAccessibleDescription(word + QStringLiteral(". ") + filter_.message());
  word_->setToolTip(filter_.message());
}

}  // namespace console
