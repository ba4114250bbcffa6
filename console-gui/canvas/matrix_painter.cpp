#include "console-gui/canvas/matrix_painter.h"

#include <algorithm>

namespace console {
namespace {

constexpr int kPad = 6;
constexpr int kIndent = 14;  // of what stands under a group, and the room of its triangle

QColor softLine(const Theme& theme) {
  const QColor &a = theme[Token::Line], &b = theme[Token::Panel];
  if (theme.kind == ThemeKind::HighContrast) return QColor(0x50, 0x50, 0x50);
  return {(a.red() + 5 * b.red()) / 6, (a.green() + 5 * b.green()) / 6, (a.blue() + 5 * b.blue()) / 6};
}

struct Range {
  std::size_t first = 0, last = 0;  // last: behind it
};

class Matrix {
 public:
  Matrix(QPainter& painter, const MatrixScene& scene, const MatrixPort& port, MarkCache* cache,
         MatrixCounters& counters)
      : painter_(painter),
        scene_(scene),
        grid_(*scene.grid),
        theme_(*scene.theme),
        port_(port),
        cache_(cache),
        counters_(counters) {
    rows_ = visible(port.offset.y(), port.size.height() - scene.columnHeader, grid_.rows());
    columns_ = visible(port.offset.x(), port.size.width() - scene.rowHeader, grid_.columns());
    cells_ = QRect(scene.rowHeader, scene.columnHeader, std::max(0, port.size.width() - scene.rowHeader),
                   std::max(0, port.size.height() - scene.columnHeader));
  }

  void paint() {
    painter_.fillRect(QRect(QPoint(0, 0), port_.size), theme_[Token::Panel]);
    painter_.save();
    painter_.setClipRect(cells_);
    paintBands();
    paintLines();
    paintCells();
    paintCurrent();
    painter_.restore();
    paintRowLabels();
    paintColumnLabels();
    paintCorner();
  }

 private:
  [[nodiscard]] Range visible(int offset, int length, std::size_t count) const {
    if (length <= 0) return {};
    const auto first = static_cast<std::size_t>(std::max(0, offset / scene_.cell));
    const auto last = static_cast<std::size_t>(std::max(0, (offset + length + scene_.cell - 1) / scene_.cell));
    return {std::min(first, count), std::min(last, count)};
  }
  [[nodiscard]] int xOf(std::size_t column) const {
    return scene_.rowHeader + static_cast<int>(column) * scene_.cell - port_.offset.x();
  }
  [[nodiscard]] int yOf(std::size_t row) const {
    return scene_.columnHeader + static_cast<int>(row) * scene_.cell - port_.offset.y();
  }
  [[nodiscard]] int right() const { return std::min(port_.size.width(), xOf(columns_.last)); }
  [[nodiscard]] int bottom() const { return std::min(port_.size.height(), yOf(rows_.last)); }
  [[nodiscard]] bool isCurrentRow(std::size_t row) const { return scene_.current && scene_.current->row == row; }
  [[nodiscard]] bool isCurrentColumn(std::size_t column) const {
    return scene_.current && scene_.current->column == column;
  }
  [[nodiscard]] bool isHoveredRow(std::size_t row) const { return scene_.hovered && scene_.hovered->row == row; }
  [[nodiscard]] bool isHoveredColumn(std::size_t column) const {
    return scene_.hovered && scene_.hovered->column == column;
  }

  void band(bool row, std::size_t at, Token token) {
    const QRect rect = row ? QRect(cells_.left(), yOf(at), right() - cells_.left(), scene_.cell)
                           : QRect(xOf(at), cells_.top(), scene_.cell, bottom() - cells_.top());
    painter_.fillRect(rect, theme_[token]);
  }
  // Heads of groups, the pointer's row and column, the current ones.
  void paintBands() {
    for (std::size_t row = rows_.first; row < rows_.last; ++row) {
      if (grid_.row(row).group) band(true, row, Token::PanelRaised);
    }
    for (std::size_t column = columns_.first; column < columns_.last; ++column) {
      if (grid_.column(column).group) band(false, column, Token::PanelRaised);
    }
    if (scene_.hovered) {
      if (scene_.hovered->row < grid_.rows()) band(true, scene_.hovered->row, Token::PanelRaised);
      if (scene_.hovered->column < grid_.columns()) band(false, scene_.hovered->column, Token::PanelRaised);
    }
    if (scene_.current) {
      if (scene_.current->row < grid_.rows()) band(true, scene_.current->row, Token::AccentSoft);
      if (scene_.current->column < grid_.columns()) band(false, scene_.current->column, Token::AccentSoft);
    }
  }
  void paintLines() {
    if (scene_.cell < kSmallMark) return;
    QVector<QLine> lines;
    for (std::size_t row = rows_.first; row <= rows_.last; ++row)
      lines.append(QLine(cells_.left(), yOf(row), right(), yOf(row)));
    for (std::size_t column = columns_.first; column <= columns_.last; ++column) {
      lines.append(QLine(xOf(column), cells_.top(), xOf(column), bottom()));
    }
    painter_.setPen(QPen(softLine(theme_), 0));
    painter_.drawLines(lines);
  }
  void paintCells() {
    for (std::size_t row = rows_.first; row < rows_.last; ++row) {
      counters_.cells += columns_.last - columns_.first;
      const auto changed = scene_.marks == nullptr ? std::span<const AccessMarks::Mark>{} : scene_.marks->inRow(row);
      grid_.eachLook(row, columns_.first, columns_.last, [&](std::size_t column, CellLook look) {
        // What is changed comes after.
        if (changed.empty() || scene_.marks->find(row, column) == nullptr) paintCell(row, column, look);
      });
      for (const AccessMarks::Mark& mark : changed) {
        if (mark.column() < columns_.first || mark.column() >= columns_.last) continue;
        CellLook look = grid_.look(row, mark.column());
        look.changed = true;
        look.turn = mark.turn;
        paintCell(row, mark.column(), look);
      }
    }
    painter_.setPen(Qt::NoPen);
    for (std::size_t state = 0; state < squares_.size(); ++state) {
      if (squares_[state].isEmpty()) continue;
      painter_.setBrush(state == kAccessStates ? theme_[Token::Unknown]
                                               : stateColor(theme_, static_cast<AccessState>(state)));
      painter_.drawRects(squares_[state]);
    }
  }
  void paintCell(std::size_t row, std::size_t column, const CellLook& look) {
    const int x = xOf(column), y = yOf(row);
    const bool small = scene_.cell < kSmallMark;
    ++counters_.marks;
    if (small && !look.changed && look.state != AccessState::EntryUnknown) {
      const int side = scene_.cell > 4 ? scene_.cell - 1 : scene_.cell;
      squares_[look.old ? kAccessStates : static_cast<std::size_t>(look.state)].append(QRect(x, y, side, side));
    } else if (small || cache_ == nullptr) {
      paintMark(painter_, QRectF(x, y, scene_.cell, scene_.cell), look, theme_);
    } else {
      painter_.drawPixmap(x, y, cache_->mark(look, scene_.cell, painter_.device()->devicePixelRatioF(), theme_));
    }
  }
  void paintCurrent() {
    if (!scene_.current || scene_.current->row >= grid_.rows() || scene_.current->column >= grid_.columns()) return;
    const QRect rect(xOf(scene_.current->column), yOf(scene_.current->row), scene_.cell + 1, scene_.cell + 1);
    painter_.setBrush(Qt::NoBrush);
    painter_.setPen(
        QPen(theme_[scene_.focused ? Token::Focus : Token::Line], 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter_.drawRect(rect);
  }

  void setText(const AccessLine& line, bool current, bool hovered) {
    QFont font = scene_.font;
    font.setBold(line.group || current);
    painter_.setFont(font);
    painter_.setPen(theme_[current || hovered || line.group ? Token::Text : Token::TextMuted]);
  }
  // Open or closed, pointing along the text.
  void triangle(QPointF at, bool collapsed) {
    painter_.setRenderHint(QPainter::Antialiasing);
    painter_.setBrush(theme_[Token::TextMuted]);
    const QPen pen = painter_.pen();
    painter_.setPen(Qt::NoPen);
    if (collapsed) {
      painter_.drawPolygon(QPolygonF{at + QPointF(-2, -4), at + QPointF(3, 0), at + QPointF(-2, 4)});
    } else {
      painter_.drawPolygon(QPolygonF{at + QPointF(-4, -2), at + QPointF(4, -2), at + QPointF(0, 3)});
    }
    painter_.setPen(pen);
    painter_.setRenderHint(QPainter::Antialiasing, false);
  }
  // A name along its line; a silent agent is said by a ring in front of it.
  void label(const AccessLine& line, const QRect& box) {
    ++counters_.labels;
    int left = box.left() + kPad;
    if (line.group) triangle(QPointF(left + 4, box.center().y() + 1), line.collapsed);
    if (line.group || line.grouped) left += kIndent;
    if (line.silent) {
      painter_.save();
      painter_.setRenderHint(QPainter::Antialiasing);
      painter_.setBrush(Qt::NoBrush);
      painter_.setPen(QPen(theme_[Token::Unknown], 1.5));
      painter_.drawEllipse(QPointF(left + 4, box.center().y() + 1), 3, 3);
      painter_.restore();
      left += 12;
    }
    const QRect text(left, box.top(), std::max(0, box.right() - left - kPad), box.height());
    painter_.drawText(text, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      painter_.fontMetrics().elidedText(line.title, Qt::ElideMiddle, text.width()));
  }
  void paintRowLabels() {
    const QRect header(0, scene_.columnHeader, scene_.rowHeader,
                       std::max(0, port_.size.height() - scene_.columnHeader));
    painter_.save();
    painter_.setClipRect(header);
    painter_.fillRect(header, theme_[Token::PanelRaised]);
    const std::size_t step = labelStep(scene_);
    const int high = static_cast<int>(step) * scene_.cell;
    const auto one = [&](std::size_t row, bool marked) {
      const QRect box(0, yOf(row) + scene_.cell / 2 - high / 2, scene_.rowHeader, high);
      if (marked) painter_.fillRect(box, theme_[isCurrentRow(row) ? Token::AccentSoft : Token::Panel]);
      setText(grid_.row(row), isCurrentRow(row), isHoveredRow(row));
      label(grid_.row(row), box);
    };
    for (std::size_t row = rows_.first; row < rows_.last; ++row) {
      if (row % step == 0) one(row, false);
    }
    for (std::size_t row = rows_.first; row < rows_.last; ++row) {
      if (isHoveredRow(row) || isCurrentRow(row)) one(row, true);
    }
    painter_.restore();
  }
  void paintColumnLabels() {
    const QRect header(scene_.rowHeader, 0, std::max(0, port_.size.width() - scene_.rowHeader), scene_.columnHeader);
    painter_.save();
    painter_.setClipRect(header);
    painter_.fillRect(header, theme_[Token::PanelRaised]);
    const std::size_t step = labelStep(scene_);
    const int wide = static_cast<int>(step) * scene_.cell;
    const auto one = [&](std::size_t column, bool marked) {
      painter_.save();
      // Upwards from the cells: x runs from the bottom of the header to its top.
      painter_.translate(xOf(column) + scene_.cell / 2 - wide / 2, scene_.columnHeader);
      painter_.rotate(-90);
      const QRect box(0, 0, scene_.columnHeader, wide);
      if (marked) painter_.fillRect(box, theme_[isCurrentColumn(column) ? Token::AccentSoft : Token::Panel]);
      setText(grid_.column(column), isCurrentColumn(column), isHoveredColumn(column));
      label(grid_.column(column), box);
      painter_.restore();
    };
    for (std::size_t column = columns_.first; column < columns_.last; ++column) {
      if (column % step == 0) one(column, false);
    }
    for (std::size_t column = columns_.first; column < columns_.last; ++column) {
      if (isHoveredColumn(column) || isCurrentColumn(column)) one(column, true);
    }
    painter_.restore();
  }
  void paintCorner() {
    const QRect corner(0, 0, scene_.rowHeader, scene_.columnHeader);
    painter_.fillRect(corner, theme_[Token::PanelRaised]);
    painter_.setFont(scene_.font);
    painter_.setPen(theme_[Token::TextMuted]);
    painter_.drawText(corner.adjusted(kPad + 2, kPad, -kPad, -kPad), Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap,
                      scene_.corner);
    painter_.setPen(QPen(softLine(theme_), 0));
    painter_.drawLine(scene_.rowHeader, 0, scene_.rowHeader, port_.size.height());
    painter_.drawLine(0, scene_.columnHeader, port_.size.width(), scene_.columnHeader);
  }

  QPainter& painter_;
  const MatrixScene& scene_;
  const AccessGrid& grid_;
  const Theme& theme_;
  const MatrixPort& port_;
  MarkCache* cache_;
  MatrixCounters& counters_;
  Range rows_, columns_;
  QRect cells_;
  // Small marks are plain squares: those of a colour are drawn together.
  std::array<QVector<QRect>, kAccessStates + 1> squares_;
};

}  // namespace

QSize wholeSize(const MatrixScene& scene) {
  return {scene.rowHeader + static_cast<int>(scene.grid->columns()) * scene.cell + 1,
          scene.columnHeader + static_cast<int>(scene.grid->rows()) * scene.cell + 1};
}

std::size_t labelStep(const MatrixScene& scene) {
  const int height = QFontMetrics(scene.font).height();
  return static_cast<std::size_t>(std::max(1, (height + scene.cell - 1) / scene.cell));
}

void paintMatrix(QPainter& painter, const MatrixScene& scene, const MatrixPort& port, MarkCache* cache,
                 MatrixCounters& counters) {
  painter.setLayoutDirection(Qt::LeftToRight);
  Matrix(painter, scene, port, cache, counters).paint();
}

}  // namespace console
