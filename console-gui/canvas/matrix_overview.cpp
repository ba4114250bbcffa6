#include "console-gui/canvas/matrix_overview.h"

#include <QMouseEvent>
#include <algorithm>
#include <bit>

namespace console {
namespace {

// What can be seen from afar; EntryUnknown would cover the rest.
constexpr std::size_t kLeast = static_cast<std::size_t>(AccessState::Reachable);

// The highest state of each unit (by number) in some rows.
class Highest {
 public:
  Highest(const AccessGrid& grid, std::vector<std::uint8_t>& states) : grid_(grid), states_(states) {}
  void of(std::size_t first, std::size_t last) {
    const std::size_t words = grid_.facts()->words();
    for (std::size_t word = 0; word < words; ++word) {
      StateWords all;
      for (std::size_t row = first; row < last; ++row) all.join(grid_.words(row, word));
      const std::size_t begin = word * 64;
      const std::size_t end = std::min(begin + 64, states_.size());
      std::fill(states_.begin() + static_cast<std::ptrdiff_t>(begin),
                states_.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0});
      for (std::size_t state = kLeast; state < kAccessStates; ++state) {
        for (std::uint64_t bits = all.of[state]; bits != 0; bits &= bits - 1) {
          states_[begin + static_cast<std::size_t>(std::countr_zero(bits))] = static_cast<std::uint8_t>(state);
        }
      }
    }
  }

 private:
  const AccessGrid& grid_;
  std::vector<std::uint8_t>& states_;
};

}  // namespace

QImage overviewOf(const AccessGrid& grid, QSize size, const Theme& theme) {
  QImage image(size, QImage::Format_RGB32);
  image.fill(theme[Token::Panel]);
  if (grid.rows() == 0 || grid.columns() == 0 || size.isEmpty()) return image;
  std::array<QRgb, kAccessStates> colors{};
  for (std::size_t state = kLeast; state < kAccessStates; ++state)
    colors[state] = stateColor(theme, static_cast<AccessState>(state)).rgb();
  const auto high = static_cast<std::size_t>(size.height());
  const auto wide = static_cast<std::size_t>(size.width());
  std::vector<std::uint8_t> states(grid.facts()->units());
  std::vector<std::uint8_t> pixels(wide);
  Highest highest(grid, states);
  std::size_t doneFirst = 1, doneLast = 0;  // of the line before: where rows are few, lines repeat
  for (std::size_t y = 0; y < high; ++y) {
    const std::size_t first = y * grid.rows() / high;
    const std::size_t last = std::max(first + 1, (y + 1) * grid.rows() / high);
    if (first != doneFirst || last != doneLast) {
      highest.of(first, last);
      std::ranges::fill(pixels, std::uint8_t{0});
      for (std::size_t column = 0; column < grid.columns(); ++column) {
        const std::uint32_t one = grid.unitOf(column);
        std::uint8_t state = one == AccessGrid::kMany ? std::uint8_t{0} : states[one];
        if (one == AccessGrid::kMany) {
          for (const std::uint32_t unit : grid.column(column).members) state = std::max(state, states[unit]);
        }
        if (state == 0) continue;
        // Nothing is green whose agent is silent.
        if (grid.column(column).silent) state = static_cast<std::uint8_t>(AccessState::Unknown);
        const std::size_t from = column * wide / grid.columns();
        const std::size_t to = std::max(from + 1, (column + 1) * wide / grid.columns());
        for (std::size_t x = from; x < to; ++x) pixels[x] = std::max(pixels[x], state);
      }
      doneFirst = first;
      doneLast = last;
    }
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(static_cast<int>(y)));
    for (std::size_t x = 0; x < wide; ++x) {
      if (pixels[x] != 0) line[x] = colors[pixels[x]];
    }
  }
  return image;
}

MatrixOverview::MatrixOverview(MatrixCanvas& canvas, QWidget* parent) : QWidget(parent), canvas_(canvas) {
  setAccessibleName(tr("Overview of the access matrix"));
  setToolTip(tr("The whole matrix. Press to go there."));
  setCursor(Qt::PointingHandCursor);
  connect(&canvas, &MatrixCanvas::scrolled, this, qOverload<>(&QWidget::update));
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, &MatrixOverview::work);
}

void MatrixOverview::setGrid(AccessGridPtr grid) {
  grid_ = std::move(grid);
  work();
}

void MatrixOverview::work() {
  if (!grid_ || size().isEmpty()) {
    task_.cancel();
    image_ = {};
    update();
    return;
  }
  task_.run([grid = grid_, size = size(), theme = theme()] { return overviewOf(*grid, size, theme); },
            [this](QImage image) {
              image_ = std::move(image);
              update();
            });
}

QRectF MatrixOverview::frame() const {
  if (!grid_ || grid_->rows() == 0 || grid_->columns() == 0) return {};
  const QRectF cells = canvas_.seen();
  const double x = width() / static_cast<double>(grid_->columns());
  const double y = height() / static_cast<double>(grid_->rows());
  return QRectF(cells.x() * x, cells.y() * y, cells.width() * x, cells.height() * y)
      .intersected(QRectF(0, 0, width() - 1, height() - 1));
}

void MatrixOverview::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), theme()[Token::Panel]);
  if (!image_.isNull()) painter.drawImage(rect(), image_);
  painter.setPen(QPen(theme()[Token::Line], 0));
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
  QRectF seen = frame();
  if (seen.isEmpty()) return;
  if (seen.width() < 6) seen.setWidth(6);
  if (seen.height() < 6) seen.setHeight(6);
  painter.setPen(QPen(theme()[Token::Focus], 2));
  painter.drawRect(seen.adjusted(1, 1, -1, -1));
}

void MatrixOverview::resizeEvent(QResizeEvent*) { work(); }

void MatrixOverview::mousePressEvent(QMouseEvent* event) {
  if (!grid_ || event->button() != Qt::LeftButton || size().isEmpty()) return;
  canvas_.scrollTo({event->position().x() * static_cast<double>(grid_->columns()) / width(),
                    event->position().y() * static_cast<double>(grid_->rows()) / height()});
}
void MatrixOverview::mouseMoveEvent(QMouseEvent* event) {
  if (!event->buttons().testFlag(Qt::LeftButton) || !grid_ || size().isEmpty()) return;
  canvas_.scrollTo({event->position().x() * static_cast<double>(grid_->columns()) / width(),
                    event->position().y() * static_cast<double>(grid_->rows()) / height()});
}

}  // namespace console
