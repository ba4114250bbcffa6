// The marks of the access matrix: for each state a shape and a colour, painted by one routine for screen, export and
// legend.
//
// Shapes differ by outline and filling, so they are told apart without colours; colours are tokens. From kSmallMark px
// on a shape is drawn, below it a plain square of the state's colour. Round it a ring: a session is there now. A
// corner: the draft changes it (gained: above, lost: below, another right: both). A bar through it: read-only. All in
// the colour of the unknown: the agents are silent, it was so. Paint routines work on any thread with a Theme of the
// caller's.
#pragma once

#include <QPainter>
#include <QWidget>
#include <unordered_map>

#include "console-gui/canvas/theme.h"
#include "console-gui/model/access_state.h"

namespace console {

inline constexpr int kSmallMark = 10;  // px

// The colour that stands for the state on a panel.
QColor stateColor(const Theme& theme, AccessState state);
// Into a square cell of the panel; what is below stays.
void paintMark(QPainter& painter, const QRectF& cell, const CellLook& look, const Theme& theme);

// Marks painted before, for a canvas that shows thousands. The UI thread. Bound: the looks there are, of one size.
class MarkCache {
 public:
  const QPixmap& mark(const CellLook& look, int size, double ratio, const Theme& theme);

 private:
  std::unordered_map<unsigned, QPixmap> marks_;
  int size_ = 0;
  double ratio_ = 0;
  const Theme* theme_ = nullptr;
};

// What the marks mean: a row of marks and words that wraps. Hovering tells more.
class StateLegend : public QWidget {
  Q_OBJECT

 public:
  explicit StateLegend(QWidget* parent = nullptr);
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;
  [[nodiscard]] bool hasHeightForWidth() const override { return true; }
  [[nodiscard]] int heightForWidth(int width) const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Entry {
    CellLook look;
    QString word;
    QString meaning;
  };
  // Places of the entries at that width, and the height of all.
  int arrange(int width, std::vector<QRect>* places) const;
  void fill();
  std::vector<Entry> entries_;
};

}  // namespace console
