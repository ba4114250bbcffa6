// NameLine: a line for names of objects, completed from the middle of a name as one types; with commas between them
// where several are wanted. The UI thread.
#pragma once

#include <QLineEdit>

class QStringListModel;

namespace console {

class NameLine : public QLineEdit {
  Q_OBJECT

 public:
  explicit NameLine(QWidget* parent = nullptr);
  void setKnown(const QStringList& names);
  void setSeveral(bool several);

 private:
  QStringListModel* known_;
};

}  // namespace console
