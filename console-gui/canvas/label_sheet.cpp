#include "console-gui/canvas/label_sheet.h"

#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <algorithm>

#include "console-gui/canvas/topology_export.h"
#include "console-gui/canvas/topology_marks.h"
#include "console-gui/client/tr.h"

namespace console {
namespace {

// Labels are painted in tenths of a millimetre, where font sizes are whole numbers.
constexpr double kTenths = 10;
constexpr double kMargin = 15;
constexpr double kBand = 30;  // the cable's colour

// How far it came. The largest size up to `most` at which the text is not wider than the room; at least half of it, cut
// off there.
double paintLine(QPainter& painter, const QRectF& room, const QString& text, double most, bool bold) {
  if (text.isEmpty()) return room.left();
  QFont font = painter.font();
  font.setBold(bold);
  int size = std::max(1, static_cast<int>(most));
  font.setPixelSize(size);
  while (size > most / 2 && QFontMetricsF(font).horizontalAdvance(text) > room.width()) font.setPixelSize(--size);
  painter.setFont(font);
  const QString shown = QFontMetricsF(font).elidedText(text, Qt::ElideMiddle, room.width());
  painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, shown);
  return room.left() + QFontMetricsF(font).horizontalAdvance(shown);
}

void paintLabel(QPainter& painter, const QRectF& box, const CableLabel& label) {
  const Theme& paper = Theme::of(ThemeKind::Light);
  const QRectF inner = box.adjusted(kMargin, kMargin / 2, -kMargin, -kMargin / 2);
  const QRectF band(inner.left(), inner.top(), std::min(kBand, inner.width() / 8), inner.height());
  painter.setPen(QPen(Qt::black, 1, label.status == san::CableStatus::Connected ? Qt::SolidLine : Qt::DotLine));
  painter.setBrush(label.color.isEmpty() ? QBrush(Qt::NoBrush) : QBrush(cableColor(label.color, paper)));
  painter.drawRect(band);
  const QRectF text(band.right() + kMargin, inner.top(), inner.right() - band.right() - kMargin, inner.height());
  // The name is what one looks for: half as high again as the others.
  const double line = text.height() / 3.5;
  painter.setPen(Qt::black);
  const QRectF first(text.left(), text.top(), text.width(), 1.5 * line);
  const QString status = cableStatusWord(label.status);
  const double share = label.color.isEmpty() && status.isEmpty() ? 1 : 0.55;
  const double end = paintLine(painter, {first.left(), first.top(), first.width() * share, first.height()}, label.name,
                               1.2 * line, true);
  const QRectF beside = first.adjusted(end - first.left() + kMargin, 0, 0, 0);
  const double half = status.isEmpty() ? 0 : beside.height() / 2;
  paintLine(painter, beside.adjusted(0, 0, 0, -half), label.color, 0.7 * line, false);
  paintLine(painter, beside.adjusted(0, half, 0, 0), status, 0.7 * line, false);
  paintLine(painter, {text.left(), first.bottom(), text.width(), line}, label.here, 0.8 * line, false);
  paintLine(painter, {text.left(), first.bottom() + line, text.width(), line},
            label.there.isEmpty() ? QString() : QStringLiteral("\u2192 ") + label.there, 0.8 * line, false);
}

}  // namespace

int pagesOf(const LabelSheet& sheet, std::size_t labels, int skip) {
  const auto used = labels + static_cast<std::size_t>(skip);
  const auto each = static_cast<std::size_t>(sheet.labels());
  return static_cast<int>((used + each - 1) / each);
}

void paintSheet(QPainter& painter, const QRectF& target, const LabelSheet& sheet, std::span<const CableLabel> labels,
                int skip, int page, bool edges) {
  painter.save();
  painter.translate(target.topLeft());
  painter.scale(target.width() / sheet.paperWidth / kTenths, target.height() / sheet.paperHeight / kTenths);
  for (int place = 0; place < sheet.labels(); ++place) {
    const QRectF box((sheet.left + place % sheet.columns * sheet.pitchX) * kTenths,
                     (sheet.top + place / sheet.columns * sheet.pitchY) * kTenths, sheet.width * kTenths,
                     sheet.height * kTenths);
    if (edges) {
      painter.setPen(QPen(Theme::of(ThemeKind::Light)[Token::Line], 0));
      painter.setBrush(Qt::NoBrush);
      painter.drawRoundedRect(box, 10, 10);
    }
    const int at = page * sheet.labels() + place - skip;
    if (at >= 0 && static_cast<std::size_t>(at) < labels.size())
      paintLabel(painter, box, labels[static_cast<std::size_t>(at)]);
  }
  painter.restore();
}

QByteArray sheetPdf(const LabelSheet& sheet, std::span<const CableLabel> labels, int skip, const QString& title) {
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  {
    QPdfWriter writer(&buffer);
    writer.setPageSize(QPageSize(sheet.paper));
    writer.setPageMargins({});
    writer.setResolution(600);
    writer.setTitle(title);
    writer.setCreator(QStringLiteral("Sanctum"));
    QPainter painter(&writer);
    const int pages = pagesOf(sheet, labels.size(), skip);
    for (int page = 0; page < pages; ++page) {
      if (page > 0) writer.newPage();
      paintSheet(painter, QRectF(0, 0, writer.width(), writer.height()), sheet, labels, skip, page, false);
    }
  }
  return buffer.data();
}

QByteArray labelCsv(std::span<const CableLabel> labels) {
  QByteArray text = csvLine({QStringLiteral("name"), QStringLiteral("color"), QStringLiteral("here"),
                             QStringLiteral("there"), QStringLiteral("status")});
  for (const CableLabel& label : labels) {
    const std::string_view status = san::wordOf(label.status);
    text += csvLine({label.name, label.color, label.here, label.there,
                     QString::fromUtf8(status.data(), static_cast<qsizetype>(status.size()))});
  }
  return text;
}

}  // namespace console
