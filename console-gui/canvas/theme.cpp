#include "console-gui/canvas/theme.h"

#include <QApplication>
#include <cmath>

namespace console {
namespace {

QColor rgb(unsigned value) { return QColor::fromRgb(value); }

}  // namespace

// In the order of Token. A change here is checked by the contrasts below.
const Theme& Theme::of(ThemeKind kind) {
  static const Theme light{ThemeKind::Light,
        {rgb(0xf4f5f7), rgb(0xffffff), rgb(0xeceff3), rgb(0x818a97), rgb(0x1a2029), rgb(0x525c6a),
         rgb(0x1f5fbf), rgb(0xffffff), rgb(0xdce8fa), rgb(0x1f5fbf), rgb(0x0f7043), rgb(0x5f6775),
         rgb(0x8a5200), rgb(0xb3261e), rgb(0xdff3e8), rgb(0xe8eaee), rgb(0xfdeed3), rgb(0xfbe2e0),
         rgb(0x0f7043), rgb(0xb3261e), rgb(0x7d8795), rgb(0x3d4754), rgb(0x5b3a8c), rgb(0xffffff)},
        {rgb(0x0072b2), rgb(0xb35900), rgb(0x007a5e), rgb(0xa64d79), rgb(0x2f7fb5), rgb(0x7a6a00),
         rgb(0x5e4fa2), rgb(0x4d5966)}};
  static const Theme dark{ThemeKind::Dark,
        {rgb(0x14181e), rgb(0x1c2229), rgb(0x262e37), rgb(0x6f7b89), rgb(0xe8ecf1), rgb(0xa6b0bd),
         rgb(0x6ea8fe), rgb(0x0d1420), rgb(0x233a5a), rgb(0x8fbcff), rgb(0x4cc38a), rgb(0xa3adba),
         rgb(0xf0b04d), rgb(0xff8a80), rgb(0x17382a), rgb(0x2c343e), rgb(0x40310f), rgb(0x4a2422),
         rgb(0x4cc38a), rgb(0xff8a80), rgb(0x74808e), rgb(0xc3ccd6), rgb(0xd0b3ff), rgb(0x1d1230)},
        {rgb(0x56b4e9), rgb(0xe69f00), rgb(0x2fc79a), rgb(0xe28fbf), rgb(0x8ec7f0), rgb(0xf0e442),
         rgb(0xb0a4f0), rgb(0xb7c0cb)}};
  static const Theme high{ThemeKind::HighContrast,
        {rgb(0x000000), rgb(0x000000), rgb(0x1a1a1a), rgb(0xffffff), rgb(0xffffff), rgb(0xe6e6e6),
         rgb(0xffe14d), rgb(0x000000), rgb(0x3a3300), rgb(0xffe14d), rgb(0x5dff9b), rgb(0xd0d0d0),
         rgb(0xffc04d), rgb(0xff9d94), rgb(0x00331a), rgb(0x2a2a2a), rgb(0x3d2b00), rgb(0x3d0f0c),
         rgb(0x5dff9b), rgb(0xff9d94), rgb(0xc8c8c8), rgb(0xffffff), rgb(0xe0c8ff), rgb(0x000000)},
        {rgb(0x66ccff), rgb(0xffb000), rgb(0x40ffb0), rgb(0xff9ad5), rgb(0xa0d8ff), rgb(0xfff04d),
         rgb(0xc8b8ff), rgb(0xe0e0e0)}};
  switch (kind) {
    case ThemeKind::Dark:
      return dark;
    case ThemeKind::HighContrast:
      return high;
    default:
      return light;
  }
}

const std::array<ContrastRow, 38> kContrasts{
    ContrastRow{Token::Text, Token::Window, kTextContrast},
    ContrastRow{Token::Text, Token::Panel, kTextContrast},
    ContrastRow{Token::Text, Token::PanelRaised, kTextContrast},
    ContrastRow{Token::Text, Token::AccentSoft, kTextContrast},
    ContrastRow{Token::Text, Token::GoodSoft, kTextContrast},
    ContrastRow{Token::Text, Token::UnknownSoft, kTextContrast},
    ContrastRow{Token::Text, Token::WarningSoft, kTextContrast},
    ContrastRow{Token::Text, Token::BadSoft, kTextContrast},
    ContrastRow{Token::TextMuted, Token::Window, kTextContrast},
    ContrastRow{Token::TextMuted, Token::Panel, kTextContrast},
    ContrastRow{Token::TextMuted, Token::PanelRaised, kTextContrast},
    ContrastRow{Token::Accent, Token::Window, kTextContrast},
    ContrastRow{Token::Accent, Token::Panel, kTextContrast},
    ContrastRow{Token::AccentText, Token::Accent, kTextContrast},
    ContrastRow{Token::PastText, Token::Past, kTextContrast},
    ContrastRow{Token::Good, Token::Window, kTextContrast},
    ContrastRow{Token::Good, Token::Panel, kTextContrast},
    ContrastRow{Token::Good, Token::GoodSoft, kTextContrast},
    ContrastRow{Token::Unknown, Token::Window, kTextContrast},
    ContrastRow{Token::Unknown, Token::Panel, kTextContrast},
    ContrastRow{Token::Unknown, Token::UnknownSoft, kTextContrast},
    ContrastRow{Token::Warning, Token::Window, kTextContrast},
    ContrastRow{Token::Warning, Token::Panel, kTextContrast},
    ContrastRow{Token::Warning, Token::WarningSoft, kTextContrast},
    ContrastRow{Token::Bad, Token::Window, kTextContrast},
    ContrastRow{Token::Bad, Token::Panel, kTextContrast},
    ContrastRow{Token::Bad, Token::BadSoft, kTextContrast},
    ContrastRow{Token::Added, Token::Panel, kTextContrast},
    ContrastRow{Token::Removed, Token::Panel, kTextContrast},
    ContrastRow{Token::Focus, Token::Window, kGraphicContrast},
    ContrastRow{Token::Focus, Token::Panel, kGraphicContrast},
    ContrastRow{Token::Focus, Token::PanelRaised, kGraphicContrast},
    ContrastRow{Token::Line, Token::Panel, kGraphicContrast},
    ContrastRow{Token::Line, Token::Window, kGraphicContrast},
    ContrastRow{Token::Edge, Token::Panel, kGraphicContrast},
    ContrastRow{Token::Edge, Token::Window, kGraphicContrast},
    ContrastRow{Token::EdgeStrong, Token::Panel, kGraphicContrast},
    ContrastRow{Token::EdgeStrong, Token::Window, kGraphicContrast}};

double contrastOf(const QColor& a, const QColor& b) {
  const auto luminance = [](const QColor& color) {
    const auto linear = [](double value) { return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
  };
  const double one = luminance(a) + 0.05;
  const double other = luminance(b) + 0.05;
  return std::max(one, other) / std::min(one, other);
}

QPalette Theme::palette() const {
  const Theme& my = *this;
  QPalette palette;
  palette.setColor(QPalette::Window, my[Token::Window]);
  palette.setColor(QPalette::WindowText, my[Token::Text]);
  palette.setColor(QPalette::Base, my[Token::Panel]);
  palette.setColor(QPalette::AlternateBase, my[Token::PanelRaised]);
  palette.setColor(QPalette::Text, my[Token::Text]);
  palette.setColor(QPalette::PlaceholderText, my[Token::TextMuted]);
  palette.setColor(QPalette::Button, my[Token::PanelRaised]);
  palette.setColor(QPalette::ButtonText, my[Token::Text]);
  palette.setColor(QPalette::BrightText, my[Token::Bad]);
  palette.setColor(QPalette::ToolTipBase, my[Token::PanelRaised]);
  palette.setColor(QPalette::ToolTipText, my[Token::Text]);
  palette.setColor(QPalette::Highlight, my[Token::Accent]);
  palette.setColor(QPalette::HighlightedText, my[Token::AccentText]);
  palette.setColor(QPalette::Link, my[Token::Accent]);
  palette.setColor(QPalette::LinkVisited, my[Token::Accent]);
  palette.setColor(QPalette::Light, my[Token::Panel]);
  palette.setColor(QPalette::Midlight, my[Token::PanelRaised]);
  palette.setColor(QPalette::Mid, my[Token::Line]);
  palette.setColor(QPalette::Dark, my[Token::Line]);
  palette.setColor(QPalette::Shadow, my[Token::EdgeStrong]);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, my[Token::TextMuted]);
  }
  palette.setColor(QPalette::Disabled, QPalette::Highlight, my[Token::PanelRaised]);
  palette.setColor(QPalette::Disabled, QPalette::HighlightedText, my[Token::Text]);
  return palette;
}

// One sheet for the whole program; widgets say what they are by the properties `role` and `state`.
QString Theme::styleSheet() const {
  QString sheet = QStringLiteral(R"(
* { outline: none; }
QMainWindow::separator { background: @window; width: 5px; height: 5px; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }
QFrame[role="card"], QFrame[role="strip"] { background: @panel; border: 1px solid @soft; border-radius: 8px; }
QFrame[role="strip"][level="warning"] { background: @warningSoft; border-color: @warning; }
QFrame[role="strip"][level="fault"] { background: @badSoft; border-color: @bad; }
QFrame[role="strip"][level="success"] { background: @goodSoft; border-color: @good; }
QFrame[role="strip"][level="information"] { background: @accentSoft; border-color: @accent; }
QFrame[role="past"] { background: @past; border: none; }
QFrame[role="past"] QLabel { color: @pastText; }
QLabel[role="title"] { font-size: 20px; font-weight: 600; }
QLabel[role="heading"] { font-size: 15px; font-weight: 600; }
QLabel[role="number"] { font-size: 30px; font-weight: 600; }
QLabel[role="muted"] { color: @muted; }
QLabel[state="good"] { color: @good; } QLabel[state="bad"] { color: @bad; }
QLabel[state="warning"] { color: @warning; } QLabel[state="unknown"] { color: @unknown; }
QPushButton { background: @panel; border: 1px solid @line; border-radius: 6px; padding: 5px 12px; min-height: 18px; }
QPushButton:hover { background: @raised; }
QPushButton:focus, QToolButton:focus { border: 2px solid @focus; padding: 4px 11px; }
QPushButton:checked { background: @accentSoft; border-color: @accent; }
QPushButton:disabled { color: @muted; border-color: @soft; background: @window; }
QPushButton[role="primary"] { background: @accent; color: @accentText; border-color: @accent; font-weight: 600; }
QPushButton[role="primary"]:disabled { background: @raised; color: @muted; border-color: @soft; }
QPushButton[role="danger"] { color: @bad; border-color: @bad; }
QPushButton[role="danger"]:disabled { color: @muted; border-color: @soft; }
QPushButton[role="link"] { background: transparent; border: 2px solid transparent; color: @accent; text-align: left; padding: 2px 4px; }
QPushButton[role="link"]:focus { border: 2px solid @focus; border-radius: 4px; padding: 2px 4px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px; }
QToolButton:hover { background: @raised; }
QToolButton:checked { background: @accentSoft; border-color: @accent; }
QToolButton:focus { padding: 4px; }
QToolButton[role="rail"] { border-radius: 8px; padding: 8px 4px; color: @muted; }
QToolButton[role="rail"]:checked { background: @accentSoft; border-color: transparent; color: @text; font-weight: 600; }
QListWidget::item:selected { background: @accentSoft; color: @text; }
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QComboBox, QDateTimeEdit {
  background: @panel; border: 1px solid @line; border-radius: 6px; padding: 4px 8px; min-height: 20px;
  selection-background-color: @accent; selection-color: @accentText; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QComboBox:focus { border: 2px solid @focus; padding: 3px 7px; }
QLineEdit[state="wrong"] { border-color: @bad; } QLineEdit[state="holds"] { border-color: @good; }
QAbstractItemView { background: @panel; border: 1px solid @soft; border-radius: 6px; alternate-background-color: @window;
  selection-background-color: @accentSoft; selection-color: @text; gridline-color: @soft; }
QAbstractItemView:focus { border: 2px solid @focus; }
QTreeView::item { padding: 4px 4px; } QListView::item { padding: 4px 8px; border: none; } QTableView::item { padding: 0 8px; border: none; }
QTextBrowser { border-color: @soft; }
QHeaderView { background: @raised; border: none; }
QHeaderView::section { background: @raised; color: @muted; border: none; border-bottom: 1px solid @soft; padding: 5px 8px; font-weight: 600; }
QDockWidget { titlebar-close-icon: none; font-weight: 600; }
QDockWidget::title { background: @window; padding: 6px 8px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/console/arrow-@kind.svg); width: 12px; height: 12px; }
QTabBar::tab { padding: 6px 12px; border: none; color: @muted; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; font-weight: 600; }
QTabBar::tab:focus { color: @accent; }
QTabWidget::pane { border: none; }
QStatusBar { background: @window; border-top: 1px solid @soft; }
QStatusBar::item { border: none; }
QMenu { background: @panel; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: @accentSoft; color: @text; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @soft; margin: 4px 8px; }
QScrollBar:vertical { background: transparent; width: 12px; } QScrollBar:horizontal { background: transparent; height: 12px; }
QScrollBar::handle { background: @soft; border-radius: 5px; min-width: 30px; min-height: 30px; margin: 1px; }
QScrollBar::handle:hover { background: @line; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QSplitter::handle { background: transparent; }
QProgressBar { border: 1px solid @soft; border-radius: 6px; text-align: center; background: @window; }
QProgressBar::chunk { background: @accent; border-radius: 5px; }
QGroupBox { border: 1px solid @soft; border-radius: 8px; margin-top: 18px; padding: 10px; }
QGroupBox::title { subcontrol-origin: margin; left: 4px; top: 0; font-weight: 600; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid @focus; border-radius: 4px; }
)");
  const auto mix = [&](Token a, Token b) {
    const QColor &x = (*this)[a], &y = (*this)[b];
    return QColor((x.red() + 3 * y.red()) / 4, (x.green() + 3 * y.green()) / 4, (x.blue() + 3 * y.blue()) / 4).name();
  };
  struct Word {
    const char* name;
    QString value;
  };
  const auto color = [&](Token token) { return (*this)[token].name(); };
  // Longer names first, as some begin with others.
  constexpr std::array kKinds{"light", "dark", "high-contrast"};
  const std::array words{Word{"@kind", QString::fromLatin1(kKinds[static_cast<std::size_t>(kind)])},
                         Word{"@accentText", color(Token::AccentText)}, Word{"@accentSoft", color(Token::AccentSoft)},
                         Word{"@accent", color(Token::Accent)},         Word{"@warningSoft", color(Token::WarningSoft)},
                         Word{"@warning", color(Token::Warning)},       Word{"@badSoft", color(Token::BadSoft)},
                         Word{"@bad", color(Token::Bad)},               Word{"@goodSoft", color(Token::GoodSoft)},
                         Word{"@good", color(Token::Good)},             Word{"@unknown", color(Token::Unknown)},
                         Word{"@window", color(Token::Window)},         Word{"@panel", color(Token::Panel)},
                         Word{"@raised", color(Token::PanelRaised)},    Word{"@line", color(Token::Line)},
                         Word{"@soft", kind == ThemeKind::HighContrast ? color(Token::Line) : mix(Token::Line, Token::Panel)},
                         Word{"@muted", color(Token::TextMuted)},       Word{"@text", color(Token::Text)},
                         Word{"@focus", color(Token::Focus)},           Word{"@pastText", color(Token::PastText)},
                         Word{"@past", color(Token::Past)}};
  for (const Word& word : words) sheet.replace(QLatin1String(word.name), word.value);
  return sheet;
}

ThemeHolder::ThemeHolder() : theme_(&Theme::of(ThemeKind::Light)) {}

ThemeHolder& ThemeHolder::instance() {
  static ThemeHolder holder;
  return holder;
}

void ThemeHolder::set(ThemeKind kind) {
  theme_ = &Theme::of(kind);
  QApplication::setPalette(theme_->palette());
  if (auto* application = qobject_cast<QApplication*>(QCoreApplication::instance())) application->setStyleSheet(theme_->styleSheet());
  emit changed();
}

}  // namespace console
