// Rail: the pages as a column of buttons at the left, of which one is chosen; a number on it says how much waits there.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

class QToolButton;
class QAction;
class QVBoxLayout;

namespace console {

class Rail : public QWidget {
  Q_OBJECT

 public:
  explicit Rail(QWidget* parent = nullptr);

  // In their order. The action's text, icon, tooltip and shortcut are the button's.
  void add(QAction* action);
  void choose(QAction* action);
  // 0: nothing.
  void setCount(QAction* action, std::size_t count);

 private:
  struct Entry {
    QAction* action;
    QToolButton* button;
  };
  void name(const Entry& entry, std::size_t count);
  QVBoxLayout* column_;
  std::vector<Entry> entries_;
};

}  // namespace console
