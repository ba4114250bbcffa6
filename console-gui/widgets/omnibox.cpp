#include "console-gui/widgets/omnibox.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "console-gui/canvas/theme.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

constexpr int kRow = 32;
constexpr int kHead = 26;
constexpr int kMostHeight = 460;

// Heads small and quiet; rows with the name, the name of the protocol behind it, and the kind or the shortcut at the
// end.
class OfferDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
    return {200, index.data(OmniboxModel::HeadRole).toBool() ? kHead : kRow};
  }
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    painter->save();
    const bool head = index.data(OmniboxModel::HeadRole).toBool();
    const bool chosen = option.state.testFlag(QStyle::State_Selected) && !head;
    const QRect row = option.rect.adjusted(4, 1, -4, -1);
    if (chosen) {
      painter->setRenderHint(QPainter::Antialiasing);
      painter->setPen(Qt::NoPen);
      painter->setBrush(theme()[Token::AccentSoft]);
      painter->drawRoundedRect(row, 6, 6);
      painter->fillRect(QRect(row.left(), row.top() + 6, 3, row.height() - 12), theme()[Token::Accent]);
    }
    QFont font = option.font;
    const QRect inside = row.adjusted(kSpace + 4, 0, -kSpace - 4, 0);
    const QString detail = index.data(OmniboxModel::DetailRole).toString();
    painter->setFont(font);
    painter->setPen(theme()[Token::TextMuted]);
    const int detailWidth = detail.isEmpty() ? 0 : painter->fontMetrics().horizontalAdvance(detail) + 2 * kSpace;
    painter->drawText(inside, Qt::AlignVCenter | Qt::AlignRight, detail);
    font.setBold(head);
    painter->setFont(font);
    if (!head) painter->setPen(theme()[Token::Text]);
    const QRect room = inside.adjusted(0, head ? 4 : 0, -detailWidth, 0);
    const QString text = painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, room.width());
    painter->drawText(room, Qt::AlignVCenter | Qt::AlignLeft, text);
    const int used = painter->fontMetrics().horizontalAdvance(text) + 2 * kSpace;
    if (!head && used + 40 < room.width()) {
      painter->setPen(theme()[Token::TextMuted]);
      const QRect rest = room.adjusted(used, 0, 0, 0);
      painter->drawText(rest, Qt::AlignVCenter | Qt::AlignLeft,
                        painter->fontMetrics().elidedText(index.data(OmniboxModel::HelpRole).toString(), Qt::ElideRight,
                                                          rest.width()));
    }
    painter->restore();
  }
};

}  // namespace

Omnibox::Omnibox(Workspace& workspace, QWidget* parent)
    : QLineEdit(parent),
      workspace_(workspace),
      popup_(new QFrame(this)),
      list_(new QListView(popup_)),
      message_(plainLabel({}, popup_)) {
  setPlaceholderText(tr("Find objects, commands; kind:host label:PCI filters   Ctrl+K"));
  setAccessibleName(tr("Find objects and commands"));
  setClearButtonEnabled(true);
  popup_->setProperty("role", QStringLiteral("card"));
  popup_->setFocusPolicy(Qt::NoFocus);
  auto* layout = new QVBoxLayout(popup_);
  layout->setContentsMargins(4, 6, 4, 6);
  layout->setSpacing(4);
  message_->setWordWrap(true);
  message_->setContentsMargins(kSpace, 0, kSpace, 0);
  layout->addWidget(message_);
  list_->setModel(&model_);
  list_->setItemDelegate(new OfferDelegate(list_));
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setStyleSheet(QStringLiteral("QListView { border: none; }"));
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setAccessibleName(tr("What was found"));
  layout->addWidget(list_, 1);
  popup_->hide();
  model_.setKindWords([this](san::Kind kind, bool plural) { return workspace_.kindName(kind, plural); });
  connect(this, &QLineEdit::textEdited, this, &Omnibox::typed);
  connect(this, &QLineEdit::textChanged, this, [this](const QString& text) {
    if (text.isEmpty() && !model_.text().isEmpty()) typed();  // the clear button
  });
  connect(list_, &QListView::clicked, this, [this](const QModelIndex& index) { take(index.row()); });
  connect(&workspace, &Workspace::shownChanged, this, [this] {
    if (isOpen()) model_.setView(workspace_.shown());
  });
  connect(&workspace, &Workspace::wordsChanged, this, [this] {
    model_.setKindWords([this](san::Kind kind, bool plural) { return workspace_.kindName(kind, plural); });
  });
  // What is offered changes with the SAN too: what was chosen stays so, or nothing is.
  connect(&model_, &QAbstractItemModel::modelReset, this, [this] {
    if (isOpen()) choose(model_.rowOf(chosen_));
  });
}

// The window may have deleted it already.
Omnibox::~Omnibox() { delete popup_; }

bool Omnibox::isOpen() const { return popup_ && popup_->isVisible(); }
int Omnibox::currentRow() const { return list_->currentIndex().isValid() ? list_->currentIndex().row() : -1; }

void Omnibox::open() {
  if (!hasFocus()) {
    before_ = QApplication::focusWidget();
    setFocus(Qt::ShortcutFocusReason);
  }
  selectAll();
  model_.setView(workspace_.shown());
  // Over everything in the window, below the line.
  popup_->setParent(window());
  popup_->show();
  popup_->raise();
  showState();
  choose(model_.selectable(0, 1));
  place();
}

void Omnibox::close() {
  popup_->hide();
  const bool hadFocus = hasFocus();
  clear();
  model_.setText({});
  showState();
  if (hadFocus && before_) before_->setFocus(Qt::OtherFocusReason);
  before_ = nullptr;
}

void Omnibox::place() {
  if (!isOpen()) return;
  int rows = 12 + (message_->isHidden() ? 0 : message_->heightForWidth(std::max(400, width()) - 40) + 8);
  for (int row = 0; row < model_.rowCount() && rows < kMostHeight; ++row) {
    rows += model_.index(row).data(OmniboxModel::HeadRole).toBool() ? kHead : kRow;
  }
  const int wide = std::min(window()->width() - 2 * kSpace, std::max(520, width()));
  const QPoint below = mapTo(window(), QPoint(0, height() + 4));
  const int x = std::clamp(below.x(), kSpace, std::max(kSpace, window()->width() - wide - kSpace));
  popup_->setGeometry(
      x, below.y(), wide,
      std::min({std::max(rows + 8, 60), kMostHeight, std::max(60, window()->height() - below.y() - kSpace)}));
}

void Omnibox::typed() {
  if (!isOpen()) open();
  model_.setText(text());
  showState();
  choose(model_.selectable(0, 1));
  place();
}

void Omnibox::showState() {
  const auto state = model_.filterState();
  setProperty("state", state == ObjectFilter::State::Wrong   ? QStringLiteral("wrong")
                       : state == ObjectFilter::State::Holds ? QStringLiteral("holds")
                                                             : QString());
  repolish(this);
  QString says = model_.message();
  if (says.isEmpty() && model_.rowCount() == 0) {
    says = text().trimmed().isEmpty()
               ? tr("Type a name, an address, a label, or what you want to do.")
               : tr("Nothing has \u201c%1\u201d in a name, an address or a label.").arg(text().trimmed());
  }
  message_->setText(says);
  message_->setProperty("state", state == ObjectFilter::State::Wrong ? QStringLiteral("bad") : QString());
  message_->setProperty("role", QStringLiteral("muted"));
  repolish(message_);
  message_->setVisible(!says.isEmpty());
  list_->setVisible(model_.rowCount() > 0);
  setAccessibleDescription(says);
}

void Omnibox::choose(int row) {
  chosen_ = model_.choiceAt(row);
  list_->setCurrentIndex(row < 0 ? QModelIndex() : model_.index(row));
  if (row < 0) return;
  // The head of the first group stays in sight.
  list_->scrollTo(row <= 1 ? model_.index(0) : model_.index(row));
}

void Omnibox::take(int row) {
  const OmniboxModel::Choice choice = model_.choiceAt(row);
  if (choice.type == OmniboxModel::Choice::Type::None) return;
  model_.remember(choice);
  const QString typed = text().trimmed();
  close();
  switch (choice.type) {
    case OmniboxModel::Choice::Type::Object:
      workspace_.selection().select(choice.object);
      emit objectChosen(choice.object);
      break;
    case OmniboxModel::Choice::Type::Filter:
      workspace_.filter().setText(typed);
      break;
    case OmniboxModel::Choice::Type::Command:
      if (const auto run = model_.command(choice.command).run) run();
      break;
    default:
      break;
  }
}

void Omnibox::keyPressEvent(QKeyEvent* event) {
  const int row = currentRow();
  const auto step = [&](int by, int times) {
    int at = row;
    for (int i = 0; i < times; ++i) {
      const int next = model_.selectable(at + by, by);
      if (next < 0) break;
      at = next;
    }
    // Round from one end to the other, in single steps alone.
    if (at == row && times == 1) at = by > 0 ? model_.selectable(0, 1) : model_.selectable(model_.rowCount() - 1, -1);
    choose(at);
  };
  switch (event->key()) {
    case Qt::Key_Down:
      if (!isOpen()) return open();
      return step(1, 1);
    case Qt::Key_Up:
      return step(-1, 1);
    case Qt::Key_PageDown:
      return step(1, 8);
    case Qt::Key_PageUp:
      return step(-1, 8);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (isOpen()) take(row);
      return;
    case Qt::Key_Escape:
      return close();
    default:
      QLineEdit::keyPressEvent(event);
  }
}

void Omnibox::focusOutEvent(QFocusEvent* event) {
  QLineEdit::focusOutEvent(event);
  if (event->reason() != Qt::ActiveWindowFocusReason && event->reason() != Qt::PopupFocusReason && popup_)
    popup_->hide();
}

void Omnibox::resizeEvent(QResizeEvent* event) {
  QLineEdit::resizeEvent(event);
  place();
}

void Omnibox::mousePressEvent(QMouseEvent* event) {
  QLineEdit::mousePressEvent(event);
  if (!isOpen()) open();
}

}  // namespace console
