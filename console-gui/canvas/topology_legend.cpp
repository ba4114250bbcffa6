#include "console-gui/canvas/topology_legend.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "console-gui/client/tr.h"
#include "console-gui/model/topology_table.h"

namespace console {
namespace {

using Sample = LegendEntry::Sample;
constexpr double kRow = 20, kMark = 10, kLine = 26, kGap = 18;

void addHealths(std::vector<LegendEntry>& entries, const TopologyGraph& graph, const Theme& theme) {
  std::array<bool, kHealths> seen{};
  for (const TopologyNode& node : graph.nodes) seen[static_cast<std::size_t>(node.health)] = true;
  for (std::size_t i = 0; i < kHealths; ++i) {
    if (seen[i]) entries.push_back({Sample::Mark, markOf(Health(i), theme), healthWord(Health(i))});
  }
}

void addValues(std::vector<LegendEntry>& entries, const TopologyGraph& graph, TopologyColor by, const Theme& theme) {
  const auto& values = valuesOf(graph, by);
  for (std::size_t i = 0; i < std::min(values.size(), kSeriesColors - 1); ++i)
    entries.push_back({Sample::Mark, markOf(i, theme), values[i].name});
  if (values.size() == kSeriesColors)
    entries.push_back({Sample::Mark, markOf(kSeriesColors - 1, theme), values.back().name});
  if (values.size() > kSeriesColors) {
    entries.push_back({Sample::Mark, markOf(kSeriesColors - 1, theme),
                       console::tr("%n others", nullptr, static_cast<int>(values.size() - kSeriesColors + 1))});
  }
  entries.push_back({Sample::Mark, markOfSeveral(theme), console::tr("several")});
  entries.push_back({Sample::Mark, markOfNone(theme), console::tr("none")});
}

}  // namespace

std::vector<LegendEntry> topologyLegendOf(const TopologyScene& scene, const Theme& theme) {
  std::vector<LegendEntry> entries;
  if (!scene.topology) return entries;
  const TopologyGraph& graph = scene.topology->graph;
  if (scene.colorBy == TopologyColor::Health) {
    addHealths(entries, graph, theme);
  } else {
    addValues(entries, graph, scene.colorBy, theme);
  }
  const auto line = [&](Sample sample, Token token, const QString& text) {
    entries.push_back({sample, {theme[token], Shape::Bar}, text});
  };
  if (scene.paths) {
    line(Sample::Line, Token::Accent, console::tr("path works"));
    line(Sample::Dashed, Token::Unknown, console::tr("not known"));
    line(Sample::Dotted, Token::Bad, console::tr("does not work"));
    entries.push_back({Sample::Mark, {theme[Token::Bad], Shape::Diamond}, console::tr("single point of failure")});
    return entries;
  }
  bool solid = false, dashed = false, inactive = false, cables = false;
  for (const TopologyEdge& edge : graph.edges) {
    solid = solid || edge.way == EdgeWay::FabricA;
    dashed = dashed || edge.way == EdgeWay::FabricB;
    inactive = inactive || edge.state == EdgeState::Inactive;
    cables = cables || edge.state == EdgeState::Planned || edge.state == EdgeState::Leaving;
  }
  std::vector<const TopologyValue*> fabrics;
  for (const TopologyValue& fabric : graph.fabrics) fabrics.push_back(&fabric);
  std::ranges::sort(fabrics, {}, &TopologyValue::name);
  for (const TopologyValue* fabric : fabrics) {
    if (fabric->way == EdgeWay::FabricA && solid) line(Sample::Line, Token::Edge, fabric->name);
    if (fabric->way == EdgeWay::FabricB && dashed) line(Sample::Dashed, Token::Edge, fabric->name);
  }
  if (inactive) line(Sample::Dotted, Token::Edge, console::tr("inactive"));
  if (cables) line(Sample::Dotted, Token::Warning, console::tr("cable planned or leaving"));
  if (graph.hasChanges) {
    line(Sample::Line, Token::Added, console::tr("added by the draft"));
    line(Sample::Dashed, Token::Removed, console::tr("removed by the draft"));
  }
  return entries;
}

double paintTopologyLegend(QPainter* painter, const std::vector<LegendEntry>& entries, double width, const QFont& base,
                           const Theme& theme) {
  QFont font = base;
  font.setPixelSize(12);
  const QFontMetricsF metrics(font);
  if (painter != nullptr) {
    painter->save();
    painter->setFont(font);
    painter->setRenderHint(QPainter::Antialiasing, true);
  }
  double x = 0, y = 0;
  for (const LegendEntry& entry : entries) {
    const double sample = entry.sample == Sample::Mark ? kMark : kLine;
    const QString text =
        metrics.elidedText(entry.text, Qt::ElideRight, std::max(40.0, std::min(220.0, width - sample - 6)));
    const double needed = sample + 6 + std::ceil(metrics.horizontalAdvance(text));
    if (x > 0 && x + needed > width) {
      x = 0;
      y += kRow;
    }
    if (painter != nullptr) {
      const double middle = y + kRow / 2;
      if (entry.sample == Sample::Mark) {
        paintMark(*painter, {x, middle - kMark / 2, kMark, kMark}, entry.mark);
      } else {
        QPen pen(entry.mark.color, 2);
        if (entry.sample != Sample::Line)
          pen.setDashPattern(entry.sample == Sample::Dashed ? QList<qreal>{4, 2.5} : QList<qreal>{1, 2});
        pen.setCapStyle(Qt::FlatCap);
        painter->setPen(pen);
        painter->drawLine(QPointF(x, middle), QPointF(x + kLine, middle));
      }
      painter->setPen(theme[Token::TextMuted]);
      painter->drawText(QRectF(x + sample + 6, y, needed, kRow), Qt::AlignVCenter | Qt::AlignLeft, text);
    }
    x += needed + kGap;
  }
  if (painter != nullptr) painter->restore();
  return entries.empty() ? 0 : y + kRow;
}

TopologyLegend::TopologyLegend(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  setLayoutDirection(Qt::LeftToRight);
  setAccessibleName(tr("Legend"));
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, &TopologyLegend::renew);
}

void TopologyLegend::setScene(const TopologyScene& scene) {
  scene_ = scene;
  renew();
}

void TopologyLegend::renew() {
  entries_ = topologyLegendOf(scene_, theme());
  QStringList words;
  for (const LegendEntry& entry : entries_) words << entry.text;
  setAccessibleDescription(words.join(QStringLiteral(", ")));
  updateGeometry();
  update();
}

int TopologyLegend::heightForWidth(int width) const {
  return static_cast<int>(paintTopologyLegend(nullptr, entries_, width, font(), theme()));
}

QSize TopologyLegend::sizeHint() const { return {400, heightForWidth(std::max(width(), 400))}; }

void TopologyLegend::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setLayoutDirection(Qt::LeftToRight);
  paintTopologyLegend(&painter, entries_, width(), font(), theme());
}

}  // namespace console
