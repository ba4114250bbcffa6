// A state in a line: its mark, its word, and behind it what there is to say. For headers, tables and the status bar.
#pragma once

#include <QWidget>

#include "console-gui/canvas/icons.h"

class QLabel;

namespace console {

class StateBadge : public QWidget {
 public:
  explicit StateBadge(QWidget* parent = nullptr);
  void setWordWrap(bool yes);
  // Where there is little room its text is cut off; the tooltip is to say the same.
  void setMayShrink();
  void set(Icon mark, Token color, const QString& text, const QString& more = {});

 private:
  QLabel* mark_;
  QLabel* text_;
};

}  // namespace console
