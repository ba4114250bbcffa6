#include "console-gui/canvas/matrix_canvas.h"

#include <QAccessible>
#include <QBuffer>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSvgGenerator>
#include <QToolTip>
#include <algorithm>

#include "console-gui/canvas/matrix_accessible.h"
#include "console-gui/canvas/plain_tips.h"

namespace console {
namespace {

int cellNear(int pixels) {
  int best = MatrixCanvas::kCells[0];
  for (const int size : MatrixCanvas::kCells) {
    if (std::abs(size - pixels) <= std::abs(best - pixels)) best = size;
  }
  return best;
}

int stepped(int cell, int steps) {
  constexpr auto& kSizes = MatrixCanvas::kCells;
  const auto at = std::ranges::find(kSizes, cell) - std::begin(kSizes);
  return kSizes[std::clamp<std::ptrdiff_t>(at + steps, 0, std::ssize(kSizes) - 1)];
}

std::size_t clampTo(std::size_t count, qsizetype at) {
  return static_cast<std::size_t>(std::clamp<qsizetype>(at, 0, static_cast<qsizetype>(count) - 1));
}

}  // namespace

MatrixCanvas::MatrixCanvas(Selection& selection, QWidget* parent) : QAbstractScrollArea(parent), selection_(selection) {
  registerMatrixAccessible();
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::StrongFocus);
  setLayoutDirection(Qt::LeftToRight);
  viewport()->setMouseTracking(true);
  setAccessibleName(tr("Access matrix: hosts and logical units"));
  setAccessibleDescription(tr("Arrows walk the cells, Enter asks why, Space opens and closes groups."));
  scene_.cell = 22;
  connect(&selection, &Selection::changed, this, &MatrixCanvas::showSelection);
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, viewport(), qOverload<>(&QWidget::update));
}

void MatrixCanvas::setGrid(AccessGridPtr grid) {
  san::ObjectRef row, column, topRow, topColumn;
  if (grid_ && scene_.current) {
    if (scene_.current->row < grid_->rows()) row = grid_->row(scene_.current->row).object;
    if (scene_.current->column < grid_->columns()) column = grid_->column(scene_.current->column).object;
  }
  const QPoint before(horizontalScrollBar()->value(), verticalScrollBar()->value());
  if (grid_ && !before.isNull()) {
    if (const auto at = rowAt(scene_.columnHeader)) topRow = grid_->row(*at).object;
    if (const auto at = columnAt(scene_.rowHeader)) topColumn = grid_->column(*at).object;
  }
  grid_ = std::move(grid);
  scene_.current.reset();
  scene_.hovered.reset();
  scene_.grid = grid_.get();
  marks_ = {};
  if (grid_) {
    const QLocale locale;
    scene_.corner = tr("%1 \u00d7 %2")
                        .arg(locale.toString(static_cast<qulonglong>(grid_->rows())),
                             locale.toString(static_cast<qulonglong>(grid_->columns())));
    layoutBars();
    // Where the place was is what was there.
    if (const auto at = grid_->rowOf(topRow))
      verticalScrollBar()->setValue(static_cast<int>(*at) * scene_.cell + before.y() % scene_.cell);
    if (const auto at = grid_->columnOf(topColumn))
      horizontalScrollBar()->setValue(static_cast<int>(*at) * scene_.cell + before.x() % scene_.cell);
    const auto sameRow = grid_->rowOf(row);
    const auto sameColumn = grid_->columnOf(column);
    if (sameRow && sameColumn) scene_.current = MatrixPlace{*sameRow, *sameColumn};
    showSelection();
  } else {
    layoutBars();
  }
  viewport()->update();
  QAccessibleTableModelChangeEvent reset(this, QAccessibleTableModelChangeEvent::ModelReset);
  QAccessible::updateAccessibility(&reset);
  emit scrolled();
}

void MatrixCanvas::setMarks(AccessMarks marks) {
  marks_ = std::move(marks);
  viewport()->update();
}

void MatrixCanvas::setCellSize(int pixels) {
  const bool seesCurrent = scene_.current && cells().intersects(cellRect(*scene_.current));
  setCellSize(pixels, seesCurrent ? cellRect(*scene_.current).center() : cells().center());
  if (seesCurrent) ensureVisible(*scene_.current);
}

void MatrixCanvas::setCellSize(int pixels, QPoint anchor) {
  const int size = cellNear(pixels);
  if (size == scene_.cell) return;
  const QPoint before = anchor - QPoint(scene_.rowHeader, scene_.columnHeader);
  const QPointF at = QPointF(before + port().offset) / scene_.cell;
  scene_.cell = size;
  layoutBars();
  horizontalScrollBar()->setValue(qRound(at.x() * size) - before.x());
  verticalScrollBar()->setValue(qRound(at.y() * size) - before.y());
  viewport()->update();
  emit scrolled();
}

void MatrixCanvas::zoom(int steps) { setCellSize(stepped(scene_.cell, steps)); }
void MatrixCanvas::zoom(int steps, QPoint anchor) { setCellSize(stepped(scene_.cell, steps), anchor); }

void MatrixCanvas::fit() {
  if (!grid_ || grid_->rows() == 0 || grid_->columns() == 0) return;
  const int wide = (viewport()->width() - scene_.rowHeader) / static_cast<int>(grid_->columns());
  const int high = (viewport()->height() - scene_.columnHeader) / static_cast<int>(grid_->rows());
  int best = kCells[0];
  for (const int size : kCells) {
    if (size <= std::min({wide, high, 28})) best = size;
  }
  setCellSize(best);
}

void MatrixCanvas::layoutBars() {
  const QSize view = viewport()->size();
  scene_.font = font();
  scene_.rowHeader = std::clamp(view.width() / 5, 96, 200);
  scene_.columnHeader = std::clamp(view.height() / 4, 64, 150);
  const auto range = [&](QScrollBar* bar, int length, std::size_t count) {
    const int room = std::max(1, length);
    bar->setRange(0, std::max(0, static_cast<int>(count) * scene_.cell + 1 - room));
    bar->setPageStep(room);
    bar->setSingleStep(scene_.cell);
  };
  range(horizontalScrollBar(), view.width() - scene_.rowHeader, grid_ ? grid_->columns() : 0);
  range(verticalScrollBar(), view.height() - scene_.columnHeader, grid_ ? grid_->rows() : 0);
}

MatrixPort MatrixCanvas::port() const {
  return {{horizontalScrollBar()->value(), verticalScrollBar()->value()}, viewport()->size()};
}

void MatrixCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(viewport());
  if (!grid_) {
    painter.fillRect(viewport()->rect(), theme()[Token::Panel]);
    return;
  }
  scene_.theme = &theme();
  scene_.marks = &marks_;
  scene_.focused = hasFocus();
  lastFrame_ = {};
  ++frames_;
  paintMatrix(painter, scene_, port(), &cache_, lastFrame_);
}

void MatrixCanvas::resizeEvent(QResizeEvent*) {
  layoutBars();
  emit scrolled();
}

void MatrixCanvas::scrollContentsBy(int, int) {
  viewport()->update();
  emit scrolled();
}

std::optional<std::size_t> MatrixCanvas::rowAt(int y) const {
  if (!grid_ || y < scene_.columnHeader) return std::nullopt;
  const auto row = static_cast<std::size_t>((y - scene_.columnHeader + verticalScrollBar()->value()) / scene_.cell);
  return row < grid_->rows() ? std::optional(row) : std::nullopt;
}
std::optional<std::size_t> MatrixCanvas::columnAt(int x) const {
  if (!grid_ || x < scene_.rowHeader) return std::nullopt;
  const auto column = static_cast<std::size_t>((x - scene_.rowHeader + horizontalScrollBar()->value()) / scene_.cell);
  return column < grid_->columns() ? std::optional(column) : std::nullopt;
}
std::optional<MatrixPlace> MatrixCanvas::placeAt(QPoint point) const {
  const auto row = rowAt(point.y());
  const auto column = columnAt(point.x());
  return row && column ? std::optional(MatrixPlace{*row, *column}) : std::nullopt;
}
QRect MatrixCanvas::cellRect(MatrixPlace place) const {
  return {scene_.rowHeader + static_cast<int>(place.column) * scene_.cell - horizontalScrollBar()->value(),
          scene_.columnHeader + static_cast<int>(place.row) * scene_.cell - verticalScrollBar()->value(), scene_.cell,
          scene_.cell};
}

QRect MatrixCanvas::cells() const { return viewport()->rect().adjusted(scene_.rowHeader, scene_.columnHeader, 0, 0); }

QRectF MatrixCanvas::seen() const {
  const double cell = scene_.cell;
  return {horizontalScrollBar()->value() / cell, verticalScrollBar()->value() / cell,
          std::max(0, viewport()->width() - scene_.rowHeader) / cell,
          std::max(0, viewport()->height() - scene_.columnHeader) / cell};
}

void MatrixCanvas::scrollTo(QPointF center) {
  const QRectF now = seen();
  horizontalScrollBar()->setValue(static_cast<int>((center.x() - now.width() / 2) * scene_.cell));
  verticalScrollBar()->setValue(static_cast<int>((center.y() - now.height() / 2) * scene_.cell));
}

CellLook MatrixCanvas::lookAt(MatrixPlace place) const {
  CellLook look = grid_->look(place.row, place.column);
  if (const san::Turn* turn = marks_.find(place.row, place.column)) {
    look.changed = true;
    look.turn = *turn;
  }
  return look;
}

QString MatrixCanvas::wordsAt(MatrixPlace place) const {
  return grid_->wordsOf(place.row, place.column, lookAt(place));
}

void MatrixCanvas::ensureVisible(MatrixPlace place) {
  const auto bring = [&](QScrollBar* bar, std::size_t at) {
    const int begin = static_cast<int>(at) * scene_.cell;
    if (begin < bar->value()) bar->setValue(begin);
    if (begin + scene_.cell > bar->value() + bar->pageStep()) bar->setValue(begin + scene_.cell + 1 - bar->pageStep());
  };
  bring(verticalScrollBar(), place.row);
  bring(horizontalScrollBar(), place.column);
}

void MatrixCanvas::place(std::optional<MatrixPlace> place) {
  if (place == scene_.current) return;
  scene_.current = place;
  if (place) ensureVisible(*place);
  viewport()->update();
  if (place && hasFocus()) announceCell(*this, *place);
  emit currentChanged();
}

void MatrixCanvas::setCurrent(MatrixPlace at) {
  if (!grid_ || at.row >= grid_->rows() || at.column >= grid_->columns()) return;
  place(at);
  select();
}

void MatrixCanvas::select() {
  if (!scene_.current) return;
  const san::ObjectRef row = grid_->row(scene_.current->row).object;
  const san::ObjectRef column = grid_->column(scene_.current->column).object;
  std::vector<san::ObjectRef> objects;
  for (const san::ObjectRef ref : {row, column}) {
    if (ref) objects.push_back(ref);
  }
  selecting_ = true;
  selection_.set(std::move(objects), row ? row : column);
  selecting_ = false;
}

void MatrixCanvas::showSelection() {
  if (selecting_ || !grid_ || grid_->rows() == 0 || grid_->columns() == 0) return;
  std::optional<std::size_t> row, column;
  const auto take = [&](san::ObjectRef ref) {
    if (!row) row = grid_->rowOf(ref);
    if (!column) column = grid_->columnOf(ref);
    if (!row && ref.kind == san::Kind::Node) row = grid_->rowOf(grid_->facts()->index().hostOf(ref.id));
  };
  take(selection_.current());
  for (const san::ObjectRef ref : selection_.objects()) take(ref);
  if (!row && !column) return;
  const MatrixPlace before = scene_.current.value_or(MatrixPlace{});
  place(MatrixPlace{row.value_or(std::min(before.row, grid_->rows() - 1)),
                    column.value_or(std::min(before.column, grid_->columns() - 1))});
}

void MatrixCanvas::keyPressEvent(QKeyEvent* event) {
  if (!grid_ || grid_->rows() == 0 || grid_->columns() == 0) return QAbstractScrollArea::keyPressEvent(event);
  const bool ends = event->modifiers().testFlag(Qt::ControlModifier);

  const MatrixPlace at = scene_.current.value_or(MatrixPlace{});
  const auto page = static_cast<qsizetype>(std::max(1, verticalScrollBar()->pageStep() / scene_.cell - 1));
  auto row = static_cast<qsizetype>(at.row), column = static_cast<qsizetype>(at.column);
  const bool first = !scene_.current;
  switch (event->key()) {
    case Qt::Key_Up:
      row -= first ? 0 : 1;
      break;
    case Qt::Key_Down:
      row += first ? 0 : 1;
      break;
    case Qt::Key_Left:
      column -= first ? 0 : 1;
      break;
    case Qt::Key_Right:
      column += first ? 0 : 1;
      break;
    case Qt::Key_PageUp:
      row -= page;
      break;
    case Qt::Key_PageDown:
      row += page;
      break;
    case Qt::Key_Home:
      column = 0;
      if (ends) row = 0;
      break;
    case Qt::Key_End:
      column = static_cast<qsizetype>(grid_->columns()) - 1;
      if (ends) row = static_cast<qsizetype>(grid_->rows()) - 1;
      break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (scene_.current) emit whyAsked();
      return;
    case Qt::Key_Space:
      if (scene_.current && grid_->row(at.row).group) emit groupToggled(true, grid_->row(at.row).object);
      if (scene_.current && grid_->column(at.column).group) emit groupToggled(false, grid_->column(at.column).object);
      return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoom(1);
    case Qt::Key_Minus:
      return zoom(-1);
    case Qt::Key_0:
      if (ends) return fit();
      [[fallthrough]];
    default:
      return QAbstractScrollArea::keyPressEvent(event);
  }
  setCurrent({clampTo(grid_->rows(), row), clampTo(grid_->columns(), column)});
}

void MatrixCanvas::focusInEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusInEvent(event);
  viewport()->update();
  if (grid_ && scene_.current) announceCell(*this, *scene_.current);
}
void MatrixCanvas::focusOutEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusOutEvent(event);
  viewport()->update();
}

void MatrixCanvas::press(QMouseEvent& event) {
  if (event.button() != Qt::LeftButton) return;
  const QPoint point = event.position().toPoint();
  if (const auto at = placeAt(point)) return setCurrent(*at);
  const MatrixPlace before = scene_.current.value_or(MatrixPlace{});
  if (point.x() < scene_.rowHeader) {
    const auto row = rowAt(point.y());
    if (!row) return;
    if (grid_->row(*row).group) {
      emit groupToggled(true, grid_->row(*row).object);
    } else {
      setCurrent({*row, before.column});
    }
  } else if (const auto column = columnAt(point.x())) {
    if (grid_->column(*column).group) {
      emit groupToggled(false, grid_->column(*column).object);
    } else {
      setCurrent({before.row, *column});
    }
  }
}

void MatrixCanvas::doublePress(QMouseEvent& event) {
  if (event.button() != Qt::LeftButton) return;
  const QPoint point = event.position().toPoint();
  const auto inspect = [&](const AccessLine& line) {
    if (line.object && !line.group) emit inspected(line.object);
  };
  const auto row = rowAt(point.y());
  const auto column = columnAt(point.x());
  if (row && column) {
    setCurrent({*row, *column});
    emit whyAsked();
  } else if (row) {
    inspect(grid_->row(*row));
  } else if (column) {
    inspect(grid_->column(*column));
  }
}

void MatrixCanvas::hover(QPoint point) {
  std::optional<MatrixPlace> at = placeAt(point);
  if (at == scene_.hovered) return;
  scene_.hovered = at;
  viewport()->update();
}

bool MatrixCanvas::toolTip(QPoint point, QPoint global) {
  QString text;
  if (!grid_) return false;
  if (const auto at = placeAt(point)) {
    text = wordsAt(*at);
  } else if (point.x() < scene_.rowHeader) {
    if (const auto row = rowAt(point.y())) text = grid_->row(*row).title;
  } else if (const auto column = columnAt(point.x())) {
    text = grid_->column(*column).title;
    if (grid_->column(*column).silent) text += QStringLiteral("\n") + tr("Every agent that answers for it is silent.");
  }
  if (text.isEmpty()) return false;
  QToolTip::showText(global, plainTip(text), viewport());
  return true;
}

bool MatrixCanvas::viewportEvent(QEvent* event) {
  switch (event->type()) {
    case QEvent::MouseButtonPress:
      press(static_cast<QMouseEvent&>(*event));
      return true;
    case QEvent::MouseButtonDblClick:
      doublePress(static_cast<QMouseEvent&>(*event));
      return true;
    case QEvent::MouseMove:
      hover(static_cast<QMouseEvent&>(*event).position().toPoint());
      return true;
    case QEvent::Leave:
      hover({-1, -1});
      return true;
    case QEvent::ToolTip: {
      const auto& help = static_cast<QHelpEvent&>(*event);
      if (!toolTip(help.pos(), help.globalPos())) QToolTip::hideText();
      return true;
    }
    default:
      return QAbstractScrollArea::viewportEvent(event);
  }
}

void MatrixCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::FontChange) layoutBars();
  QAbstractScrollArea::changeEvent(event);
}

void MatrixCanvas::wheelEvent(QWheelEvent* event) {
  if (!event->modifiers().testFlag(Qt::ControlModifier)) return QAbstractScrollArea::wheelEvent(event);
  if (event->angleDelta().y() != 0) zoom(event->angleDelta().y() > 0 ? 1 : -1, event->position().toPoint());
  event->accept();
}

MatrixPicture MatrixCanvas::picture(const Theme& theme) const {
  MatrixPicture made{grid_, marks_, theme, scene_, port()};
  made.scene.grid = grid_.get();
  made.scene.current.reset();
  made.scene.hovered.reset();
  made.scene.rowHeader = 200;
  made.scene.columnHeader = 150;
  const QSize all = wholeSize(made.scene);
  if (all.width() <= kMostPixels && all.height() <= kMostPixels) made.port = {{}, all};
  return made;
}

void MatrixPicture::paint(QPainter& painter) const {
  MatrixScene mine = scene;
  mine.grid = grid.get();
  mine.marks = &marks;
  mine.theme = &theme;
  MatrixCounters counters;
  paintMatrix(painter, mine, port, nullptr, counters);
}

QImage MatrixPicture::image(double ratio) const {
  QImage image((QSizeF(port.size) * ratio).toSize(), QImage::Format_RGB32);
  if (image.isNull()) return image;
  image.setDevicePixelRatio(ratio);
  QPainter painter(&image);
  paint(painter);
  return image;
}

QByteArray MatrixPicture::png() const {
  QBuffer out;
  out.open(QIODevice::WriteOnly);
  if (const QImage made = image(); made.isNull() || !made.save(&out, "PNG")) return {};
  return out.data();
}

QByteArray MatrixPicture::svg(const QString& title) const {
  QBuffer out;
  QSvgGenerator generator;
  generator.setOutputDevice(&out);
  generator.setSize(port.size);
  generator.setViewBox(QRect(QPoint(0, 0), port.size));
  generator.setTitle(title);
  QPainter painter(&generator);
  paint(painter);
  painter.end();
  return out.data();
}

}  // namespace console
