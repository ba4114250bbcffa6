#include "console-gui/widgets/notice_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <array>

#include "console-gui/canvas/icons.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

constexpr std::array kLevels{"information", "success", "warning", "fault"};
constexpr std::array kLevelIcons{Icon::Information, Icon::Good, Icon::Warning, Icon::Bad};

}  // namespace

NoticeStrip::NoticeStrip(Notices& notices, QWidget* parent) : QWidget(parent), notices_(notices), rows_(new QVBoxLayout(this)) {
  rows_->setContentsMargins(0, 0, 0, 0);
  rows_->setSpacing(kSpace / 2);
  connect(&notices, &Notices::changed, this, &NoticeStrip::rebuild);
  rebuild();
}

void NoticeStrip::rebuild() {
  while (QLayoutItem* item = rows_->takeAt(0)) {
    // A button of it may be what has brought us here.
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  for (std::size_t i = 0; i < notices_.all().size(); ++i) rows_->addWidget(strip(notices_.all()[i], i));
  setVisible(!notices_.all().empty());
}

QWidget* NoticeStrip::strip(const Notice& notice, std::size_t which) {
  const auto level = static_cast<std::size_t>(notice.level);
  auto* frame = new QFrame(this);
  frame->setProperty("role", QStringLiteral("strip"));
  frame->setProperty("level", QString::fromLatin1(kLevels[level]));
  frame->setAccessibleName(notice.title + QStringLiteral(". ") + notice.detail);
  auto* row = new QHBoxLayout(frame);
  row->setContentsMargins(kSpace + 4, kSpace, kSpace, kSpace);
  row->setSpacing(kSpace + 4);

  auto* mark = plainLabel({}, frame);
  mark->setPixmap(iconPixmap(kLevelIcons[level], 20, level == 0 ? Token::Accent : level == 1 ? Token::Good : level == 2 ? Token::Warning : Token::Bad));
  row->addWidget(mark, 0, Qt::AlignTop);
  auto* text =
      plainLabel(QStringLiteral("<b>%1</b>%2")
                     .arg(notice.title.toHtmlEscaped(),
                          notice.detail.isEmpty() ? QString() : QStringLiteral("<br>") + notice.detail.toHtmlEscaped()),
                 frame);
  text->setWordWrap(true);
  text->setTextFormat(Qt::RichText);
  row->addWidget(text, 1);
  if (!notice.action.isEmpty() && notice.act && notice.receiver) {
    auto* button = new QPushButton(notice.action, frame);
    connect(button, &QPushButton::clicked, notice.receiver, [act = notice.act] { act(); });
    connect(notice.receiver, &QObject::destroyed, button, &QWidget::hide);
    row->addWidget(button, 0, Qt::AlignVCenter);
  }
  auto* close = new QToolButton(frame);
  close->setIcon(icon(Icon::Close));
  close->setToolTip(tr("Close this message"));
  close->setAccessibleName(tr("Close this message: %1").arg(notice.title));
  connect(close, &QToolButton::clicked, this, [this, which] { notices_.close(which); });
  row->addWidget(close, 0, Qt::AlignTop);
  return frame;
}

}  // namespace console
