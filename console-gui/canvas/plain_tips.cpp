#include "console-gui/canvas/plain_tips.h"

#include <QAbstractItemView>
#include <QAction>
#include <QCoreApplication>
#include <QHelpEvent>
#include <QMenu>
#include <QTextDocument>
#include <QToolTip>

namespace console {
namespace {

QString tipAt(const QWidget& widget, QPoint point) {
  const auto* view = qobject_cast<const QAbstractItemView*>(widget.parentWidget());
  if (view != nullptr && view->viewport() == &widget) return view->indexAt(point).data(Qt::ToolTipRole).toString();
  if (const auto* menu = qobject_cast<const QMenu*>(&widget)) {
    const QAction* action = menu->toolTipsVisible() ? menu->actionAt(point) : nullptr;
    return action == nullptr ? QString() : action->toolTip();
  }
  return widget.toolTip();
}

}  // namespace

QString plainTip(const QString& text) { return Qt::mightBeRichText(text) ? Qt::convertFromPlainText(text) : text; }

PlainTips::PlainTips(QObject* parent) : QObject(parent) { QCoreApplication::instance()->installEventFilter(this); }

bool PlainTips::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::ToolTip || !watched->isWidgetType()) return false;
  const auto& help = static_cast<const QHelpEvent&>(*event);
  auto* widget = static_cast<QWidget*>(watched);
  const QString text = tipAt(*widget, help.pos());
  if (!Qt::mightBeRichText(text)) return false;  // as it is shown anyway
  QToolTip::showText(help.globalPos(), plainTip(text), widget);
  return true;
}

}  // namespace console
