#include "console-gui/widgets/guided_tasks.h"

#include <QAbstractButton>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "console-gui/canvas/icons.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

constexpr int kMark = 20;

}  // namespace

// A line that is pressed: a mark and a title that may need two lines, which no push button has.
class TaskTitle : public QAbstractButton {
 public:
  TaskTitle(const QString& title, QWidget* parent) : QAbstractButton(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kSpace, kSpace - 2, kSpace, kSpace - 2);
    row->setSpacing(kSpace);
    mark_ = plainLabel({}, this);
    mark_->setFixedSize(kMark, kMark);
    row->addWidget(mark_, 0, Qt::AlignTop);
    title_ = plainLabel(title, this);
    title_->setWordWrap(true);
    row->addWidget(title_, 1);
    for (QLabel* label : {mark_, title_}) label->setAttribute(Qt::WA_TransparentForMouseEvents);
    setText(title);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setMinimumHeight(kHitSize);
  }
  void set(std::size_t number, bool done, bool open, const QString& spoken) {
    setChecked(open);
    QFont font = title_->font();
    font.setBold(open);
    title_->setFont(font);
    title_->setProperty("role", done && !open ? QStringLiteral("muted") : QString());
    title_->setStyleSheet({});  // the role is read anew
    mark_->setPixmap(done ? iconPixmap(Icon::Good, kMark, Token::Good, devicePixelRatioF()) : numberMark(number));
    setAccessibleName(spoken);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    if (!hasFocus() && !underMouse()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(underMouse() ? QBrush(theme()[Token::PanelRaised]) : QBrush(Qt::NoBrush));
    painter.setPen(hasFocus() ? QPen(theme()[Token::Focus], 2) : QPen(Qt::NoPen));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
  }

 private:
  QPixmap numberMark(std::size_t number) const {
    const qreal scale = devicePixelRatioF();
    QPixmap mark(QSize(kMark, kMark) * scale);
    mark.setDevicePixelRatio(scale);
    mark.fill(Qt::transparent);
    QPainter painter(&mark);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme()[Token::TextMuted], 1.5));
    painter.drawEllipse(QRectF(1, 1, kMark - 2, kMark - 2));
    QFont font = this->font();
    font.setPixelSize(11);
    painter.setFont(font);
    painter.drawText(QRectF(0, 0, kMark, kMark), Qt::AlignCenter, QString::number(number));
    return mark;
  }

  QLabel* mark_;
  QLabel* title_;
};

class TaskRow : public QWidget {
 public:
  TaskRow(const DemoTask& task, const QString& goText, std::function<void()> open, std::function<void()> go,
          QWidget* parent)
      : QWidget(parent) {
    auto* column = columnOf(this);
    column->setSpacing(0);
    title_ = new TaskTitle(task.title, this);
    QObject::connect(title_, &QAbstractButton::clicked, this, std::move(open));
    column->addWidget(title_);
    body_ = new QWidget(this);
    auto* inner = new QVBoxLayout(body_);
    inner->setContentsMargins(2 * kSpace + kMark, 0, kSpace, kSpace);
    inner->setSpacing(kSpace);
    hint_ = mutedLabel(task.hint, body_);
    hint_->setWordWrap(true);
    inner->addWidget(hint_);
    go_ = new QPushButton(goText, body_);
    go_->setAccessibleDescription(task.title);
    QObject::connect(go_, &QPushButton::clicked, this, std::move(go));
    inner->addWidget(go_, 0, Qt::AlignLeft);
    column->addWidget(body_);
  }
  void set(std::size_t number, bool done, bool open, const QString& spoken) {
    title_->set(number, done, open, spoken);
    body_->setVisible(open);
  }

 private:
  TaskTitle* title_;
  QWidget* body_;
  QLabel* hint_;
  QPushButton* go_;
};

GuidedTasks::GuidedTasks(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kSpace / 2, 0, kSpace, kSpace);
  column->setSpacing(kSpace / 2);
  progress_ = mutedLabel({}, this);
  progress_->setContentsMargins(kSpace, 0, kSpace, 0);
  progress_->setWordWrap(true);
  auto* top = new QHBoxLayout;
  top->addWidget(progress_, 1);
  auto* close = new QToolButton(this);
  close->setIcon(icon(Icon::Close));
  close->setAutoRaise(true);
  close->setMinimumSize(kHitSize, kHitSize);
  close->setFocusPolicy(Qt::StrongFocus);
  close->setAccessibleName(tr("Hide the tasks"));
  close->setToolTip(tr("Hide the tasks. The menu Help shows them again."));
  connect(close, &QToolButton::clicked, this, &GuidedTasks::closeWanted);
  top->addWidget(close, 0, Qt::AlignTop);
  column->addLayout(top);
  auto* scroll = new QScrollArea(this);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  list_ = new QWidget(scroll);
  columnOf(list_)->setSpacing(0);
  scroll->setWidget(list_);
  column->addWidget(scroll, 1);
  connect(&workspace_, &Workspace::presentChanged, this, &GuidedTasks::refresh);
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, &GuidedTasks::showRows);
}

void GuidedTasks::setTasks(std::vector<DemoTask> tasks) {
  qDeleteAll(std::exchange(rows_, {}));
  tasks_ = std::move(tasks);
  open_ = 0;
  auto* column = static_cast<QVBoxLayout*>(list_->layout());
  while (QLayoutItem* item = column->takeAt(0)) delete item;
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    rows_.push_back(new TaskRow(
        tasks_[i], tr("Take me there"), [this, i] { openTask(i); }, [this, i] { emit wanted(i); }, list_));
    column->addWidget(rows_.back());
  }
  column->addStretch(1);
  refresh();
}

QSize GuidedTasks::sizeHint() const {
  const int width = std::max(this->width(), 36 * kSpace);
  return {width, list_->heightForWidth(width - 3 * kSpace) + 2 * kHitSize};
}

std::size_t GuidedTasks::done() const {
  if (!workspace_.present()) return 0;
  const san::Snapshot& present = workspace_.present()->snapshot();
  return static_cast<std::size_t>(
      std::ranges::count_if(tasks_, [&](const DemoTask& task) { return task.done(present); }));
}

void GuidedTasks::openTask(std::size_t which) {
  open_ = which;
  showRows();
}

// The one that is open stays so while it is not done: what somebody reads does not jump.
void GuidedTasks::refresh() {
  if (workspace_.present() && open_ < tasks_.size()) {
    const san::Snapshot& present = workspace_.present()->snapshot();
    const auto undone = std::ranges::find_if(tasks_, [&](const DemoTask& task) { return !task.done(present); });
    if (tasks_[open_].done(present) && undone != tasks_.end())
      open_ = static_cast<std::size_t>(undone - tasks_.begin());
  }
  showRows();
}

void GuidedTasks::showRows() {
  const ViewPtr& view = workspace_.present();
  const std::size_t done = this->done();
  progress_->setText(!tasks_.empty() && done == tasks_.size()
                         ? tr("%1 of %2 done: nothing is left to mend. Go on as you like.").arg(done).arg(tasks_.size())
                         : tr("%1 of %2 done").arg(done).arg(tasks_.size()));
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const bool ticked = view && tasks_[i].done(view->snapshot());
    rows_[i]->set(i + 1, ticked, i == open_, ticked ? tr("%1. Done.").arg(tasks_[i].title) : tasks_[i].title);
  }
}

}  // namespace console
