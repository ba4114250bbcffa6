#include "console-gui/widgets/put_bar.h"

#include <QDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "console-gui/widgets/page_parts.h"

namespace console {

PutBar::PutBar(QDialog* window) : QWidget(window) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kSpace);
  text_ = mutedLabel({}, this);
  text_->setObjectName(QStringLiteral("why"));
  text_->setWordWrap(true);
  row->addWidget(text_, 1);
  auto* leave = new QPushButton(tr("Leave"), this);
  leave->setAutoDefault(false);
  connect(leave, &QPushButton::clicked, window, &QDialog::reject);
  put_ = new QPushButton(tr("Put into the draft"), this);
  put_->setProperty("role", QStringLiteral("primary"));
  put_->setAutoDefault(false);
  connect(put_, &QPushButton::clicked, this, &PutBar::put);
  row->addWidget(leave);
  row->addWidget(put_);
}

void PutBar::allow(int edits) {
  console::allow(put_, {});
  text_->setText(tr("%n edit(s), as one step of the draft.", nullptr, edits));
}

void PutBar::refuse(const QString& why, const QString& shown) {
  console::allow(put_, why);
  text_->setText(shown);
}

}  // namespace console
