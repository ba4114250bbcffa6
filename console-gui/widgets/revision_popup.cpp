#include "console-gui/widgets/revision_popup.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "console-gui/model/access_time.h"
#include "console-gui/widgets/page_parts.h"

namespace console {

RevisionPopup::RevisionPopup(Workspace& workspace, const QString& what, std::function<void(san::Revision)> done,
                             QWidget* parent)
    : QFrame(parent, Qt::Popup), workspace_(workspace), done_(std::move(done)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setProperty("role", QStringLiteral("card"));
  setObjectName(QStringLiteral("revisionPopup"));
  auto* layout = new QVBoxLayout(this);
  line_ = new QLineEdit(this);
  line_->setPlaceholderText(tr("120, or 2026-11-20 10:00"));
  line_->setAccessibleName(what);
  line_->setMinimumWidth(300);
  says_ = mutedLabel(tr("A revision, or a time: then the last change that was committed by it."), this);
  says_->setWordWrap(true);
  auto* go = new QPushButton(tr("Show"), this);
  go->setProperty("role", QStringLiteral("primary"));
  for (QWidget* one : std::initializer_list<QWidget*>{headingLabel(what, this), line_, says_, go})
    layout->addWidget(one);
  connect(line_, &QLineEdit::returnPressed, this, &RevisionPopup::take);
  connect(go, &QPushButton::clicked, this, &RevisionPopup::take);
  connect(&workspace, &Workspace::sourceChanged, this, &QWidget::close);
}

void RevisionPopup::showBelow(const QWidget& widget) {
  adjustSize();
  move(widget.mapToGlobal(QPoint(0, widget.height() + 4)));
  show();
  line_->setFocus();
}

void RevisionPopup::take() {
  if (!workspace_.present()) return;
  const auto revision = revisionMeant(workspace_.present()->snapshot(), line_->text());
  if (revision) {
    close();
    done_(*revision);
    return;
  }
  says_->setText(revision.error());
  says_->setProperty("state", QStringLiteral("bad"));
  line_->setProperty("state", QStringLiteral("wrong"));
  repolish(says_);
  repolish(line_);
}

}  // namespace console
