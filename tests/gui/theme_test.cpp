// Every pair of colours that the table says stands on each other, in every theme.
#include "console-gui/canvas/theme.h"

#include <gtest/gtest.h>

using namespace console;

namespace {

TEST(Theme, whatStandsOnWhatCanBeReadInEachTheme) {
  for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::HighContrast}) {
    const Theme& theme = Theme::of(kind);
    for (const ContrastRow& row : kContrasts) {
      EXPECT_GE(contrastOf(theme[row.above], theme[row.below]), row.atLeast)
          << "theme " << static_cast<int>(kind) << ": token " << static_cast<int>(row.above) << " on " << static_cast<int>(row.below);
    }
    for (const QColor& color : theme.series) EXPECT_GE(contrastOf(color, theme[Token::Panel]), kGraphicContrast) << color.name().toStdString();
  }
}

TEST(Theme, everyColourIsOpaqueAndTheSheetNamesNoneThatIsMissing) {
  for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::HighContrast}) {
    const Theme& theme = Theme::of(kind);
    for (const QColor& color : theme.colors) EXPECT_EQ(color.alpha(), 255);
    EXPECT_FALSE(theme.styleSheet().contains(QLatin1Char('@'))) << theme.styleSheet().section(QLatin1Char('@'), 1, 1).left(30).toStdString();
  }
}

TEST(Theme, contrastIsThatOfWcag) {
  EXPECT_NEAR(contrastOf(Qt::black, Qt::white), 21.0, 0.01);
  EXPECT_NEAR(contrastOf(QColor(0x77, 0x77, 0x77), Qt::white), 4.48, 0.01);
}

}  // namespace
