// The main of the console's test programs: an application without a display, with one font, style and theme.
#include <gtest/gtest.h>

#include <QApplication>
#include <QFont>

#include "console-gui/canvas/theme.h"

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  testing::InitGoogleTest(&argc, argv);
  QApplication application(argc, argv);
  QApplication::setStyle(QStringLiteral("Fusion"));
  QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), 10));
  console::ThemeHolder::instance().set(console::ThemeKind::Light);
  return RUN_ALL_TESTS();
}
