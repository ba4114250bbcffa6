// The edges of a topology, for topology_painter: gathered in batches a style, clipped to what is painted, dashed by
// hand.
//
// Lines are straight; where few are seen near by they are curves. Internal to the painter, whose rules hold.
#pragma once

#include "console-gui/canvas/topology_painter.h"

namespace console {

class TopologyEdges {
 public:
  TopologyEdges(const TopologyScene& scene, const TopologyViewport& viewport, const Theme& theme, const QRectF& part,
                PaintCounts& counts, std::optional<EdgeManner> manner = std::nullopt);

  void paint(QPainter& painter);
  // How many edges two groups are joined by, plus and cross of a draft: over lines and under nodes.
  void paintBadges(QPainter& painter, const QFont& font);
  // Of some edges alone, in one colour.
  void paintOnly(QPainter& painter, const std::vector<std::uint32_t>& edges, const QColor& color);

 private:
  static constexpr std::size_t kMostCurves = 220;  // edges that are seen
  static constexpr std::size_t kMostLines = 1500;  // beyond, what only passes by is a density, and nothing is dashed
  static constexpr std::size_t kMostBadges = 300;
  static constexpr double kBin = 8;       // pixels, of densities: of ends that are seen
  static constexpr double kFarBin = 128;  // of ends outside

  enum class Dash : std::uint8_t { Solid, Dashed, Dotted };
  struct Style {
    std::uint8_t order = 0;  // what is painted first
    QRgb color = 0;
    std::uint8_t width = 1;
    Dash dash = Dash::Solid;
    friend auto operator<=>(const Style&, const Style&) = default;
  };
  struct Batch {
    Style style;
    std::vector<QLineF> lines;
  };

  void find();
  [[nodiscard]] Style styleOf(std::uint32_t edge) const;
  [[nodiscard]] bool isPlain(std::uint32_t edge) const;
  [[nodiscard]] QLineF lineOf(std::uint32_t edge) const;
  [[nodiscard]] Batch& batchOf(const Style& style);
  void addEdge(std::uint32_t edge, bool curve);
  void addLine(Batch& batch, QLineF line, double& phase) const;
  [[nodiscard]] bool clip(QLineF& line) const;
  [[nodiscard]] bool isSeen(std::uint32_t node) const;
  void addDensity(const std::vector<std::uint32_t>& edges);
  void draw(QPainter& painter);

  const TopologyScene& scene_;
  const TopologyGraph& graph_;
  const TopologyLayout& layout_;
  const TopologyViewport& viewport_;
  const Theme& theme_;
  const QRectF part_;
  PaintCounts& counts_;
  std::vector<std::uint32_t> seen_;
  std::vector<Batch> batches_;
  std::optional<EdgeManner> wanted_;
  EdgeManner manner_ = EdgeManner::Lines;
};

}  // namespace console
