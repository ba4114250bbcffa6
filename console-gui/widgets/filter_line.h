// FilterLine: the filter of all pages as a line: what it is (empty, holds, cannot be read) shows in its frame, a word and
// the parser's message. Esc clears it. The UI thread.
#pragma once

#include <QWidget>

#include "console-gui/model/object_filter.h"

class QLineEdit;
class QLabel;

namespace console {

class FilterLine : public QWidget {
  Q_OBJECT

 public:
  explicit FilterLine(ObjectFilter& filter, QWidget* parent = nullptr);
  void focus();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refresh();
  ObjectFilter& filter_;
  QLineEdit* line_;
  QLabel* word_;
};

}  // namespace console
