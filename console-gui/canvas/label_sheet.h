// Label sheets: labels of cables on sheets as shops sell them, painted for the screen and for paper by one routine.
//
// A sheet is a row of the table, in millimetres. Labels are black on white whatever the theme is; the colour of the
// cable is a band and its word. Pure functions; the painter's thread.
#pragma once

#include <QPageSize>
#include <array>
#include <span>

#include "console-gui/model/cable_labels.h"

class QPainter;

namespace console {

struct LabelSheet {
  const char* name;  // context "Sheets"
  QPageSize::PageSizeId paper;
  double paperWidth, paperHeight;
  int columns, rows;
  double width, height;   // of a label
  double left, top;       // of the first one
  double pitchX, pitchY;  // from a label to the next
  [[nodiscard]] constexpr int labels() const { return columns * rows; }
};

// clang-format off
inline constexpr std::array<LabelSheet, 5> kLabelSheets{{
    {QT_TRANSLATE_NOOP("Sheets", "A4, 65 labels of 38.1 x 21.2 mm"), QPageSize::A4, 210, 297, 5, 13, 38.1, 21.2, 4.75, 10.7, 40.6, 21.2},
    {QT_TRANSLATE_NOOP("Sheets", "A4, 189 labels of 25.4 x 10 mm"), QPageSize::A4, 210, 297, 7, 27, 25.4, 10.0, 8.6, 13.5, 27.9, 10.0},
    {QT_TRANSLATE_NOOP("Sheets", "A4, 21 labels of 63.5 x 38.1 mm"), QPageSize::A4, 210, 297, 3, 7, 63.5, 38.1, 7.2, 15.1, 66.0, 38.1},
    {QT_TRANSLATE_NOOP("Sheets", "Letter, 80 labels of 44.5 x 12.7 mm"), QPageSize::Letter, 215.9, 279.4, 4, 20, 44.5, 12.7, 7.5, 12.7, 52.1, 12.7},
    {QT_TRANSLATE_NOOP("Sheets", "Letter, 30 labels of 66.7 x 25.4 mm"), QPageSize::Letter, 215.9, 279.4, 3, 10, 66.7, 25.4, 4.8, 12.7, 69.9, 25.4},
}};
// clang-format on

constexpr bool fitsItsPaper(const LabelSheet& sheet) {
  return sheet.left >= 0 && sheet.left + (sheet.columns - 1) * sheet.pitchX + sheet.width <= sheet.paperWidth &&
         sheet.top + (sheet.rows - 1) * sheet.pitchY + sheet.height <= sheet.paperHeight &&
         sheet.pitchX >= sheet.width && sheet.pitchY >= sheet.height;
}
static_assert([] {
  for (const LabelSheet& sheet : kLabelSheets) {
    if (!fitsItsPaper(sheet)) return false;
  }
  return true;
}());

// `skip`: labels of the first page that are used already.
int pagesOf(const LabelSheet& sheet, std::size_t labels, int skip);
// A page, from 0. `target`: the paper, in the painter's units. `edges`: thin lines where labels end, for the screen.
void paintSheet(QPainter& painter, const QRectF& target, const LabelSheet& sheet, std::span<const CableLabel> labels,
                int skip, int page, bool edges);
// All pages as PDF.
QByteArray sheetPdf(const LabelSheet& sheet, std::span<const CableLabel> labels, int skip, const QString& title);
// A line a label, for label printers: RFC 4180, with headings.
QByteArray labelCsv(std::span<const CableLabel> labels);

}  // namespace console
