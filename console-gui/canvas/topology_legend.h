// The legend of a topology: what its colours, shapes and lines stand for, always beside the canvas and in exports.
//
// The entries follow from the scene: values that occur, and only the lines that mean something there. The UI thread.
#pragma once

#include <QWidget>

#include "console-gui/canvas/topology_painter.h"

namespace console {

struct LegendEntry {
  enum class Sample : std::uint8_t { Mark, Line, Dashed, Dotted };
  Sample sample = Sample::Mark;
  Mark mark;  // of a line, its colour
  QString text;
};

std::vector<LegendEntry> topologyLegendOf(const TopologyScene& scene, const Theme& theme);
// From the painter's origin on, in rows; returns the height. painter: nullptr only measures.
double paintTopologyLegend(QPainter* painter, const std::vector<LegendEntry>& entries, double width, const QFont& font,
                           const Theme& theme);

class TopologyLegend : public QWidget {
  Q_OBJECT

 public:
  explicit TopologyLegend(QWidget* parent = nullptr);
  void setScene(const TopologyScene& scene);
  [[nodiscard]] const std::vector<LegendEntry>& entries() const { return entries_; }
  [[nodiscard]] bool hasHeightForWidth() const override { return true; }
  [[nodiscard]] int heightForWidth(int width) const override;
  [[nodiscard]] QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void renew();
  TopologyScene scene_;
  std::vector<LegendEntry> entries_;
};

}  // namespace console
