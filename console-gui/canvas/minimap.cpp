#include "console-gui/canvas/minimap.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

namespace console {

Minimap::Minimap(TopologyCanvas& canvas, QWidget* parent) : QWidget(parent), canvas_(canvas) {
  setFixedSize(sizeHint());
  setFocusPolicy(Qt::NoFocus);
  setCursor(Qt::PointingHandCursor);
  setAccessibleName(tr("Overview of the topology"));
  setToolTip(tr("Click or drag to move what the canvas shows."));
  connect(&canvas, &TopologyCanvas::sceneChanged, this, &Minimap::renew);
  connect(&canvas, &TopologyCanvas::seenChanged, this, [this] { update(); });
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, &Minimap::renew);
}

void Minimap::renew() {
  dirty_ = true;
  update();
}

QRectF Minimap::frame() const {
  if (!canvas_.scene().topology) return {};
  const TopologyViewport& seen = canvas_.seen();
  const QRectF box(QPointF(whole_.x(seen.sceneX(0)), whole_.y(seen.sceneY(0))),
                   QPointF(whole_.x(seen.sceneX(seen.size.width())), whole_.y(seen.sceneY(seen.size.height()))));
  QRectF inside = box.intersected(QRectF(rect()).adjusted(1, 1, -1, -1));
  if (inside.height() < 4) inside.adjust(0, -2, 0, 2);
  return inside;
}

void Minimap::resizeEvent(QResizeEvent*) { renew(); }

void Minimap::paintEvent(QPaintEvent*) {
  const Theme& colors = theme();
  QPainter painter(this);
  if (!canvas_.scene().topology) return;
  if (std::exchange(dirty_, false)) {
    picture_ = QPixmap(size() * devicePixelRatioF());
    picture_.setDevicePixelRatio(devicePixelRatioF());
    const TopologyLayout& layout = canvas_.scene().topology->layout;
    // Its margins are smaller than the canvas's.
    whole_.size = QSizeF(size());
    const double wide = (width() - 16) / std::max<double>(layout.width, 1),
                 high = (height() - 16) / std::max<double>(layout.height, 1);
    whole_.scale = std::min(wide, high);
    whole_.scaleX = wide;
    whole_.offset = {(layout.width * whole_.scaleX - width()) / 2, (layout.height * whole_.scale - height()) / 2};
    QPainter inner(&picture_);
    TopologyPaintOptions options;
    options.font = font();
    paintTopology(inner, canvas_.scene(), whole_, options);
  }
  painter.drawPixmap(0, 0, picture_);
  painter.setPen(QPen(colors[Token::Line], 1));
  painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));  // whole also where a pixel is a broken number
  painter.setPen(QPen(colors[Token::Accent], 2));
  painter.drawRect(frame().adjusted(1, 1, -1, -1));
}

void Minimap::goTo(QPointF point) {
  if (canvas_.scene().topology) canvas_.center({whole_.sceneX(point.x()), whole_.sceneY(point.y())});
}

void Minimap::mousePressEvent(QMouseEvent* event) { goTo(event->position()); }

void Minimap::mouseMoveEvent(QMouseEvent* event) {
  if ((event->buttons() & Qt::LeftButton) != 0) goTo(event->position());
}

}  // namespace console
