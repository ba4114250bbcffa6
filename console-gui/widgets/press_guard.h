// PressGuard: whether somebody presses the mouse inside of a widget just now.
//
// What he presses on must be there still when he lets go: a button that is made anew in between takes no click. So
// whoever makes its parts anew as the SAN moves waits for released(). The UI thread; `inside` is the parent.
#pragma once

#include <QObject>

class QWidget;

namespace console {

class PressGuard : public QObject {
  Q_OBJECT

 public:
  explicit PressGuard(QWidget* inside);
  [[nodiscard]] bool isDown() const { return down_; }

 signals:
  // Through the event loop: what was pressed has done its deed.
  void released();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* inside_;
  bool down_ = false;
};

}  // namespace console
