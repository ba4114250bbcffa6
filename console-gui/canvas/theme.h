// Theme: the colours of the console as tokens: what a colour is for, not what it is. Light, dark and high contrast.
//
// Every widget and canvas takes its colours from here; a test computes the contrast of each pair that the table says
// stands on each other (text 4.5:1, graphics 3:1). A state is never told by colour alone: shapes and words go with it
// (state_mark.h). All colours are opaque. The UI thread; worker threads paint with a copy.
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>
#include <array>

namespace console {

enum class Token : std::uint8_t {
  Window,        // behind everything
  Panel,         // a card, a dock, a table
  PanelRaised,   // a header, a hovered row
  Line,          // between things
  Text,
  TextMuted,     // what matters less
  Accent,        // what is chosen, links, the primary button
  AccentText,    // on Accent
  AccentSoft,    // behind chosen rows
  Focus,         // the ring
  Good,          // states, for graphics and for text on Panel
  Unknown,
  Warning,
  Bad,
  GoodSoft,      // behind a notice or a cell of that state
  UnknownSoft,
  WarningSoft,
  BadSoft,
  Added,         // of a draft
  Removed,
  Edge,          // lines of a canvas
  EdgeStrong,
  Past,          // the banner of the past
  PastText,
};
inline constexpr std::size_t kTokens = 24;

// Eight colours that people with any colour sight tell apart (Okabe and Ito), darkened or lightened for the theme; with
// the shape beside them they stand for values that are only different: labels, fabrics, sets.
inline constexpr std::size_t kSeriesColors = 8;

enum class ThemeKind : std::uint8_t { Light, Dark, HighContrast };

struct Theme {
  ThemeKind kind = ThemeKind::Light;
  std::array<QColor, kTokens> colors;
  std::array<QColor, kSeriesColors> series;

  [[nodiscard]] const QColor& operator[](Token token) const { return colors[static_cast<std::size_t>(token)]; }
  [[nodiscard]] QPalette palette() const;
  // What style sheets of our own widgets need beyond the palette.
  [[nodiscard]] QString styleSheet() const;

  static const Theme& of(ThemeKind kind);
};

// What stands on what, and how much they must differ: rows of a test.
struct ContrastRow {
  Token above;
  Token below;
  double atLeast;
};
inline constexpr double kTextContrast = 4.5;
inline constexpr double kGraphicContrast = 3.0;
extern const std::array<ContrastRow, 38> kContrasts;
// Relative luminance by WCAG 2.1.
double contrastOf(const QColor& a, const QColor& b);

// The one in use. Widgets repaint at changed().
class ThemeHolder : public QObject {
  Q_OBJECT

 public:
  static ThemeHolder& instance();
  [[nodiscard]] const Theme& theme() const { return *theme_; }
  void set(ThemeKind kind);

 signals:
  void changed();

 private:
  ThemeHolder();
  const Theme* theme_;
};
inline const Theme& theme() { return ThemeHolder::instance().theme(); }

// Sizes, in device-independent pixels.
inline constexpr int kSpace = 8;
inline constexpr int kRowHeight = 34;  // of a line with buttons
inline constexpr int kHitSize = 28;  // of what is pressed, at least 24

}  // namespace console
