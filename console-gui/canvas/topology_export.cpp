#include "console-gui/canvas/topology_export.h"

#include <QBuffer>
#include <QSaveFile>
#include <QSvgGenerator>
#include <algorithm>

#include "console-gui/canvas/topology_legend.h"
#include "console-gui/client/tr.h"
#include "console-gui/model/topology_table.h"
#include "shared/base/csv_cell.h"

namespace console {
namespace {

constexpr double kMargin = 16;

struct Sheet {
  TopologyViewport viewport;
  std::vector<LegendEntry> legend;
  QSizeF size;
  double legendHeight = 0;
  const Theme* theme;
};

Sheet sheetOf(const TopologyPicture& picture) {
  Sheet sheet;
  sheet.theme = picture.theme != nullptr ? picture.theme : &theme();
  sheet.viewport = picture.seen;
  if (picture.area == TopologyArea::Whole) {
    const TopologyLayout& layout = picture.scene.topology->layout;
    TopologyViewport& whole = sheet.viewport;
    whole.scale = std::min(1.0, kMostPixels / (layout.height + 1.0));
    whole.scaleX = 1;
    whole.size = {layout.width + 2 * kSceneMargin, layout.height * whole.scale + 2 * kSceneMargin};
    whole.offset = {-kSceneMargin, -kSceneMargin};
  }
  sheet.legend = topologyLegendOf(picture.scene, *sheet.theme);
  sheet.legendHeight =
      paintTopologyLegend(nullptr, sheet.legend, sheet.viewport.size.width() - 2 * kMargin, picture.font, *sheet.theme);
  sheet.size = {sheet.viewport.size.width(),
                kHeadingHeight + sheet.viewport.size.height() + sheet.legendHeight + 2 * kMargin};
  return sheet;
}

void paintSheet(QPainter& painter, const TopologyPicture& picture, const Sheet& sheet) {
  painter.setLayoutDirection(Qt::LeftToRight);
  TopologyPaintOptions options;
  options.theme = sheet.theme;
  options.font = picture.font;
  painter.fillRect(QRectF(QPointF(0, 0), sheet.size), (*sheet.theme)[Token::Window]);
  paintTopologyHeadings(painter, picture.scene, sheet.viewport, options);
  painter.save();
  painter.translate(0, kHeadingHeight);
  paintTopology(painter, picture.scene, sheet.viewport, options);
  painter.translate(kMargin, sheet.viewport.size.height() + kMargin);
  paintTopologyLegend(&painter, sheet.legend, sheet.size.width() - 2 * kMargin, picture.font, *sheet.theme);
  painter.restore();
}

bool isShown(const TopologyScene& scene, std::uint32_t node) { return scene.isLit(node); }

QString dotQuoted(QString text) {
  text.replace(QLatin1Char('\\'), QLatin1String("\\\\"))
      .replace(QLatin1Char('"'), QLatin1String("\\\""))
      .replace(QLatin1Char('\n'), QLatin1String("\\n"));
  return QLatin1Char('"') + text + QLatin1Char('"');
}

QByteArray pngOf(const QImage& image) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

}  // namespace

QImage topologyImage(const TopologyPicture& picture, double ratio) {
  const Sheet sheet = sheetOf(picture);
  ratio = std::clamp(ratio, 0.1, std::max(1.0, kMostPixels / std::max(sheet.size.width(), sheet.size.height())));
  QImage image((sheet.size * ratio).toSize(), QImage::Format_RGB32);
  if (image.isNull()) return image;
  image.setDevicePixelRatio(ratio);
  QPainter painter(&image);
  paintSheet(painter, picture, sheet);
  return image;
}

QByteArray topologySvg(const TopologyPicture& picture, const QString& title) {
  const Sheet sheet = sheetOf(picture);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setTitle(title);
  generator.setResolution(96);
  generator.setSize(sheet.size.toSize());
  generator.setViewBox(QRectF(QPointF(0, 0), sheet.size));
  QPainter painter(&generator);
  paintSheet(painter, picture, sheet);
  painter.end();
  return bytes;
}

QByteArray topologyDot(const TopologyScene& scene) {
  const TopologyGraph& graph = scene.topology->graph;
  QString text = QStringLiteral("digraph san {\n  rankdir=LR;\n  node [shape=box];\n");
  for (std::size_t column = 0; column < kTopologyColumns; ++column) {
    text +=
        QStringLiteral("  { rank=same; // %1\n").arg(topologyColumnWord(TopologyColumn(column), true, scene.sanWords));
    for (const std::uint32_t node : scene.topology->layout.columns[column]) {
      if (!isShown(scene, node)) continue;
      const TopologyNode& own = graph.nodes[node];
      const QString label = own.key.group ? QStringLiteral("%1 (%2)").arg(own.title).arg(own.objects) : own.title;
      QString style;
      if (!own.registered || own.change == TopologyChange::Removed) style = QStringLiteral(", style=dashed");
      if (own.change == TopologyChange::Added) style = QStringLiteral(", style=bold");
      text += QStringLiteral("    n%1 [label=%2%3];\n").arg(node).arg(dotQuoted(label), style);
    }
    text += QStringLiteral("  }\n");
  }
  for (const TopologyEdge& edge : graph.edges) {
    if (!isShown(scene, edge.from) || !isShown(scene, edge.to)) continue;
    QStringList attributes;
    if (edge.count > 1) attributes << QStringLiteral("label=%1").arg(edge.count);
    if (edge.change == TopologyChange::Added) {
      attributes << QStringLiteral("style=bold") << QStringLiteral("color=darkgreen");
    } else if (edge.change == TopologyChange::Removed) {
      attributes << QStringLiteral("style=dashed") << QStringLiteral("color=red");
    } else if (edge.state != EdgeState::Live) {
      attributes << QStringLiteral("style=dotted");
    } else if (edge.way == EdgeWay::FabricB) {
      attributes << QStringLiteral("style=dashed");
    }
    text += QStringLiteral("  n%1 -> n%2").arg(edge.from).arg(edge.to);
    if (!attributes.isEmpty()) text += QStringLiteral(" [%1]").arg(attributes.join(QStringLiteral(", ")));
    text += QStringLiteral(";\n");
  }
  return (text + QStringLiteral("}\n")).toUtf8();
}

QByteArray csvLine(const QStringList& cells) {
  std::string line;
  for (const QString& cell : cells) {
    if (&cell != &cells.front()) line += ',';
    base::appendCsvCell(line, cell.toStdString());
  }
  return QByteArray::fromStdString(line + "\r\n");
}

QByteArray topologyCsv(const TopologyScene& scene) {
  const TopologyGraph& graph = scene.topology->graph;
  QStringList cells;
  for (int column = 0; column < TopologyTable::kColumns; ++column)
    cells << TopologyTable::headerOf(TopologyTable::Column(column), scene.sanWords);
  QByteArray bytes = csvLine(cells);
  for (std::uint32_t node = 0; node < graph.nodes.size(); ++node) {
    if (!isShown(scene, node)) continue;
    cells.clear();
    for (int column = 0; column < TopologyTable::kColumns; ++column) {
      cells << TopologyTable::textOf(graph, node, TopologyTable::Column(column), scene.sanWords);
    }
    bytes += csvLine(cells);
  }
  return bytes;
}

QString suffixOf(TopologyFormat format) {
  switch (format) {
    case TopologyFormat::Png:
      return QStringLiteral("png");
    case TopologyFormat::Svg:
      return QStringLiteral("svg");
    case TopologyFormat::Dot:
      return QStringLiteral("dot");
    default:
      return QStringLiteral("csv");
  }
}

QString exportTopology(TopologyFormat format, const TopologyPicture& picture, const QString& path) {
  QByteArray bytes;
  switch (format) {
    case TopologyFormat::Png:
      bytes = pngOf(topologyImage(picture));
      break;
    case TopologyFormat::Svg:
      bytes = topologySvg(picture, console::tr("Topology"));
      break;
    case TopologyFormat::Dot:
      bytes = topologyDot(picture.scene);
      break;
    case TopologyFormat::Csv:
      bytes = topologyCsv(picture.scene);
      break;
  }
  if (bytes.isEmpty())
    return console::tr("The picture is too large for the memory of this machine. Zoom in and export what is seen.");
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
    return console::tr("%1 was not written: %2. Choose another place, or make room there.").arg(path, file.errorString());
  }
  return {};
}

}  // namespace console
