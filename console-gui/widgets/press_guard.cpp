#include "console-gui/widgets/press_guard.h"

#include <QApplication>
#include <QMouseEvent>
#include <QWidget>

namespace console {

// Of the application: what is inside comes and goes, and a menu or a drag may take the release away from it.
PressGuard::PressGuard(QWidget* inside) : QObject(inside), inside_(inside) { qApp->installEventFilter(this); }

bool PressGuard::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick) {
    auto* widget = qobject_cast<QWidget*>(watched);
    const bool here = widget != nullptr && (widget == inside_ || inside_->isAncestorOf(widget));
    if (here && static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton) down_ = true;
  } else if (event->type() == QEvent::MouseButtonRelease && down_) {
    down_ = false;
    QMetaObject::invokeMethod(this, &PressGuard::released, Qt::QueuedConnection);
  }
  return false;
}

}  // namespace console
