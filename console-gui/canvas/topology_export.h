// What of a topology leaves the console: pictures (PNG, SVG), the graph (dot), a table (CSV).
//
// Pictures are painted by the canvas's own routine, with headings and legend; what is seen, or everything. Dot and CSV
// hold the nodes that are shown: open ones, groups as one, without what the filter dims. CSV is RFC 4180 in UTF-8; a
// cell that a spreadsheet would take for a formula begins with an apostrophe. Same scene, same bytes. Any thread for
// dot, CSV and PNG of a theme of its own. Errors: a sentence; a file is written whole or not at all.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QStringList>

#include "console-gui/canvas/topology_painter.h"

namespace console {

enum class TopologyFormat : std::uint8_t { Png, Svg, Dot, Csv };
enum class TopologyArea : std::uint8_t { Seen, Whole };

struct TopologyPicture {
  TopologyScene scene;
  TopologyViewport seen;
  TopologyArea area = TopologyArea::Seen;
  QFont font;
  const Theme* theme = nullptr;  // nullptr: the one in use
};
// Of the longer side of a picture of everything; where it would be more, it is smaller.
inline constexpr double kMostPixels = 12'000;

QImage topologyImage(const TopologyPicture& picture, double ratio = 2);
QByteArray topologySvg(const TopologyPicture& picture, const QString& title);
QByteArray topologyDot(const TopologyScene& scene);
QByteArray topologyCsv(const TopologyScene& scene);

// Empty: done.
QString exportTopology(TopologyFormat format, const TopologyPicture& picture, const QString& path);
QString suffixOf(TopologyFormat format);

// A line of CSV with its end.
QByteArray csvLine(const QStringList& cells);

}  // namespace console
