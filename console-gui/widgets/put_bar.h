// PutBar: the end of a window that makes a step of the draft: what it would be or why it does not go, and the two ways
// out: leave it, or put it into the draft. The UI thread.
#pragma once

#include <QWidget>

class QDialog;
class QLabel;
class QPushButton;

namespace console {

class PutBar : public QWidget {
  Q_OBJECT

 public:
  // "Leave" rejects the window.
  explicit PutBar(QDialog* window);
  // It goes: so many edits.
  void allow(int edits);
  // It does not; `shown`: what stands there.
  void refuse(const QString& why, const QString& shown);
  void refuse(const QString& why) { refuse(why, why); }

 signals:
  void put();

 private:
  QLabel* text_;
  QPushButton* put_;
};

}  // namespace console
