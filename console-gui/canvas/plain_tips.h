// PlainTips: every tooltip is a text, whatever stands in it. Names and reasons of strangers come to tooltips, and Qt
// takes a text with a tag in it for rich text.
//
// An application's event filter: it speaks for widgets, menus and the items of views. Who shows a tip by himself uses
// plainTip(). The UI thread; the owner (main window, test) ends it.
#pragma once

#include <QObject>
#include <QString>

namespace console {

// Shown as it stands.
QString plainTip(const QString& text);

class PlainTips : public QObject {
 public:
  explicit PlainTips(QObject* parent = nullptr);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace console
