#include "console-gui/canvas/state_mark.h"

#include <QEvent>
#include <QHelpEvent>
#include <QToolTip>

namespace console {
namespace {

constexpr int kLegendMark = 18;
constexpr int kLegendGap = 2 * kSpace;

// The shape of a state in a square, in ink; paper is what is behind it.
void paintShape(QPainter& painter, const QRectF& box, AccessState state, const QColor& ink, const QColor& paper) {
  const double stroke = std::max(1.5, box.width() / 7);
  const QPointF center = box.center();
  const double half = box.width() / 2;
  const QRectF inner = box.adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2);
  const auto outline = [&] {
    painter.setPen(QPen(ink, stroke, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
  };
  const auto filled = [&] {
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
  };
  switch (state) {
    case AccessState::None:
      break;
    case AccessState::EntryUnknown:  // a dot
      filled();
      painter.drawEllipse(center, std::max(1.0, half / 4), std::max(1.0, half / 4));
      break;
    case AccessState::Reachable:  // a full square
      filled();
      painter.drawRoundedRect(box, half / 3, half / 3);
      break;
    case AccessState::VisibleOnly:  // an open diamond
      outline();
      painter.drawPolygon(QPolygonF{{center.x(), inner.top()},
                                    {inner.right(), center.y()},
                                    {center.x(), inner.bottom()},
                                    {inner.left(), center.y()}});
      break;
    case AccessState::Unknown: {  // a question mark
      QFont font = painter.font();
      font.setPixelSize(std::max(8, static_cast<int>(box.height() * 1.25)));
      font.setBold(true);
      painter.setFont(font);
      painter.setPen(ink);
      painter.drawText(box.adjusted(-half, -half, half, half), Qt::AlignCenter, QStringLiteral("?"));
      break;
    }
    case AccessState::PermittedOnly:  // half a square, cut from corner to corner
      outline();
      painter.drawRect(inner);
      filled();
      painter.drawPolygon(QPolygonF{box.topLeft(), box.bottomLeft(), box.bottomRight()});
      break;
    case AccessState::Missing:  // an open square
      outline();
      painter.drawRect(inner);
      break;
    case AccessState::Unapproved:  // a full triangle
      filled();
      painter.drawPolygon(QPolygonF{{center.x(), box.top()}, box.bottomRight(), box.bottomLeft()});
      break;
    case AccessState::Violation: {  // a full square with a cross
      filled();
      const QRectF large = box.adjusted(-half / 6, -half / 6, half / 6, half / 6);
      painter.drawRect(large);
      painter.setPen(QPen(paper, stroke, Qt::SolidLine, Qt::FlatCap));
      const QRectF cross = large.adjusted(stroke, stroke, -stroke, -stroke);
      painter.drawLine(cross.topLeft(), cross.bottomRight());
      painter.drawLine(cross.topRight(), cross.bottomLeft());
      break;
    }
  }
}

void paintCorners(QPainter& painter, const QRectF& cell, san::Turn turn, const Theme& theme) {
  const double side = std::max(4.0, cell.width() / 3.2);
  painter.setPen(Qt::NoPen);
  if (turn != san::Turn::Lost) {
    painter.setBrush(turn == san::Turn::Gained ? theme[Token::Added] : theme[Token::Accent]);
    painter.drawPolygon(
        QPolygonF{cell.topRight(), {cell.right() - side, cell.top()}, {cell.right(), cell.top() + side}});
  }
  if (turn != san::Turn::Gained) {
    painter.setBrush(turn == san::Turn::Lost ? theme[Token::Removed] : theme[Token::Accent]);
    painter.drawPolygon(
        QPolygonF{cell.bottomRight(), {cell.right() - side, cell.bottom()}, {cell.right(), cell.bottom() - side}});
  }
}

unsigned keyOf(const CellLook& look) {
  return static_cast<unsigned>(look.state) | (look.readOnly ? 16U : 0) | (look.session ? 32U : 0) |
         (look.old ? 64U : 0) | (look.changed ? 128U + 256U * static_cast<unsigned>(look.turn) : 0);
}

}  // namespace

QColor stateColor(const Theme& theme, AccessState state) {
  switch (state) {
    case AccessState::Reachable:
      return theme[Token::Good];
    case AccessState::Unapproved:
      return theme[Token::Warning];
    case AccessState::Violation:
      return theme[Token::Bad];
    case AccessState::Missing:
      return theme.series[0];
    case AccessState::PermittedOnly:
      return theme.series[6];
    case AccessState::VisibleOnly:
      return theme.series[3];
    default:
      return theme[Token::Unknown];
  }
}

void paintMark(QPainter& painter, const QRectF& cell, const CellLook& look, const Theme& theme) {
  const QColor ink = look.old ? theme[Token::Unknown] : stateColor(theme, look.state);
  if (cell.width() < kSmallMark) {
    if (look.state != AccessState::None) {
      const double gap = cell.width() > 4 ? 1 : 0;
      const bool faint = look.state == AccessState::EntryUnknown;
      painter.fillRect(
          faint ? QRectF(cell.center().x() - 0.5, cell.center().y() - 0.5, 1, 1) : cell.adjusted(0, 0, -gap, -gap),
          ink);
    }
    if (look.changed)
      painter.fillRect(QRectF(cell.right() - 2, cell.top(), 2, 2),
                       look.turn == san::Turn::Lost ? theme[Token::Removed] : theme[Token::Added]);
    return;
  }
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const double size = std::floor(cell.width() * 0.5);
  const QRectF box(cell.center().x() - size / 2, cell.center().y() - size / 2, size, size);
  paintShape(painter, box, look.state, ink, theme[Token::Panel]);
  if (look.readOnly) {  // a bar of paper through it
    const double bar = std::max(2.0, size / 4);
    painter.fillRect(QRectF(box.left() - 1, box.center().y() - bar / 2, box.width() + 2, bar), theme[Token::Panel]);
    painter.fillRect(QRectF(box.left(), box.center().y() - 0.5, box.width(), 1), ink);
  }
  if (look.session) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme[Token::EdgeStrong], std::max(1.0, cell.width() / 16)));
    const double radius = cell.width() * 0.42;
    painter.drawEllipse(cell.center(), radius, radius);
  }
  if (look.changed) paintCorners(painter, cell, look.turn, theme);
  painter.restore();
}

const QPixmap& MarkCache::mark(const CellLook& look, int size, double ratio, const Theme& theme) {
  if (size != size_ || ratio != ratio_ || &theme != theme_) {
    marks_.clear();
    size_ = size;
    ratio_ = ratio;
    theme_ = &theme;
  }
  QPixmap& pixmap = marks_[keyOf(look)];
  if (pixmap.isNull()) {
    pixmap = QPixmap(QSizeF(size * ratio, size * ratio).toSize());
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintMark(painter, QRectF(0, 0, size, size), look, theme);
  }
  return pixmap;
}

StateLegend::StateLegend(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  setAccessibleName(tr("Legend of the access matrix"));
  fill();
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, qOverload<>(&QWidget::update));
}

void StateLegend::fill() {
  entries_.clear();
  for (const AccessState state : kLegendStates) entries_.push_back({{state}, accessWord(state), accessMeaning(state)});
  CellLook look{AccessState::Reachable};
  look.readOnly = true;
  entries_.push_back({look, tr("read-only"), tr("A bar through a mark: the host may read and not write.")});
  look = {AccessState::Reachable};
  look.session = true;
  entries_.push_back({look, tr("in use now"), tr("A ring: an agent sees a session to it.")});
  look = {AccessState::Reachable};
  look.changed = true;
  entries_.push_back({look, tr("gained"), tr("A corner above: the draft gives it, or it came between two revisions.")});
  look.state = AccessState::None;
  look.turn = san::Turn::Lost;
  entries_.push_back(
      {look, tr("lost"), tr("A corner below: the draft takes it away, or it went between two revisions.")});
  look = {AccessState::Reachable};
  look.old = true;
  entries_.push_back({look, tr("agent silent"),
                      tr("Grey: every agent that answers for it is silent; it was so when they last reported.")});
  QStringList words;
  for (const Entry& entry : entries_) words << entry.word;
  setAccessibleDescription(words.join(QStringLiteral(", ")));
}

int StateLegend::arrange(int width, std::vector<QRect>* places) const {
  const QFontMetrics metrics(font());
  const int height = std::max(kLegendMark, metrics.height()) + 4;
  int x = 0, y = 0;
  for (const Entry& entry : entries_) {
    const int wide = kLegendMark + 6 + metrics.horizontalAdvance(entry.word);
    if (x > 0 && x + wide > width) {
      x = 0;
      y += height;
    }
    if (places != nullptr) places->emplace_back(x, y, wide, height);
    x += wide + kLegendGap;
  }
  return y + height;
}

QSize StateLegend::sizeHint() const { return {640, arrange(640, nullptr)}; }
QSize StateLegend::minimumSizeHint() const { return {160, std::max(kLegendMark, fontMetrics().height()) + 4}; }
int StateLegend::heightForWidth(int width) const { return arrange(width, nullptr); }

void StateLegend::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  std::vector<QRect> places;
  arrange(width(), &places);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const QRect& place = places[i];
    const QRect mark(place.left(), place.top() + (place.height() - kLegendMark) / 2, kLegendMark, kLegendMark);
    paintMark(painter, mark, entries_[i].look, theme());
    painter.setPen(theme()[Token::TextMuted]);
    painter.drawText(place.adjusted(kLegendMark + 6, 0, 4, 0), Qt::AlignVCenter | Qt::AlignLeft, entries_[i].word);
  }
}

bool StateLegend::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    std::vector<QRect> places;
    arrange(width(), &places);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (!places[i].contains(help->pos())) continue;
      QToolTip::showText(help->globalPos(), entries_[i].meaning, this, places[i]);
      return true;
    }
    QToolTip::hideText();
    return true;
  }
  if (event->type() == QEvent::LanguageChange) {
    fill();
    updateGeometry();
    update();
  }
  return QWidget::event(event);
}

}  // namespace console
