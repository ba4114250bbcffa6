#include "console-gui/canvas/icons.h"

#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>


namespace console {
namespace {

struct IconRow {
  Icon icon;
  const char* paths;  // inside of <g>; COLOR is the colour
};

// A row a line, however long.
// clang-format off
constexpr std::array<IconRow, kIcons> kIconTable{{
    {Icon::Overview, R"(<rect x="3.5" y="3.5" width="7" height="9" rx="1.5"/><rect x="13.5" y="3.5" width="7" height="5" rx="1.5"/><rect x="3.5" y="15.5" width="7" height="5" rx="1.5"/><rect x="13.5" y="11.5" width="7" height="9" rx="1.5"/>)"},
    {Icon::Topology, R"(<circle cx="5" cy="6" r="2"/><circle cx="5" cy="18" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="19" cy="6" r="2"/><circle cx="19" cy="18" r="2"/><path d="M6.6 7.3 10.4 10.7M6.6 16.7 10.4 13.3M13.6 10.7 17.4 7.3M13.6 13.3 17.4 16.7"/>)"},
    {Icon::Access, R"(<rect x="3.5" y="3.5" width="17" height="17" rx="2"/><path d="M3.5 9.2h17M3.5 14.8h17M9.2 3.5v17M14.8 3.5v17"/><rect x="10.2" y="10.2" width="3.6" height="3.6" fill="COLOR" stroke="none"/>)"},
    {Icon::Zoning, R"(<circle cx="9" cy="10" r="5.8"/><circle cx="15" cy="14" r="5.8"/>)"},
    {Icon::Credentials, R"(<circle cx="8" cy="15" r="4.2"/><path d="M11 12 20 3.5M16.5 7l2.8 2.6M14 9.3l2 1.9"/>)"},
    {Icon::Findings, R"(<path d="M12 3.5 21 19.5H3Z"/><path d="M12 10v4.2"/><circle cx="12" cy="17" r=".6" fill="COLOR"/>)"},
    {Icon::Reports, R"(<path d="M6 3.5h8.5L18.5 7.5V20.5H6Z"/><path d="M14 3.5V8h4.5M9 12h6.5M9 15.5h6.5"/>)"},
    {Icon::Activity, R"(<path d="M3 12.5h4l2.5-7 4.5 13 2.5-6H21"/>)"},
    {Icon::Back, R"(<path d="M14.5 5 7.5 12l7 7"/>)"},
    {Icon::Forward, R"(<path d="M9.5 5l7 7-7 7"/>)"},
    {Icon::Close, R"(<path d="M6 6l12 12M18 6 6 18"/>)"},
    {Icon::Information, R"(<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5"/><circle cx="12" cy="7.8" r=".7" fill="COLOR"/>)"},
    {Icon::Good, R"(<circle cx="12" cy="12" r="8.5"/><path d="M8 12.3l2.8 2.8L16.2 9.3"/>)"},
    {Icon::Warning, R"(<path d="M12 3.5 21 19.5H3Z"/><path d="M12 10v4.2"/><circle cx="12" cy="17" r=".6" fill="COLOR"/>)"},
    {Icon::Bad, R"(<path d="M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3Z"/><path d="M9 9l6 6M15 9l-6 6"/>)"},
    {Icon::Unknown, R"(<circle cx="12" cy="12" r="8.5" stroke-dasharray="3 2.2"/><path d="M9.7 9.6a2.4 2.4 0 1 1 3.3 2.3c-.7.3-1 .8-1 1.6"/><circle cx="12" cy="16.3" r=".6" fill="COLOR"/>)"},
    {Icon::Undo, R"(<path d="M8.5 5 4.5 9l4 4"/><path d="M4.5 9H14a5.5 5.5 0 0 1 0 11h-4"/>)"},
    {Icon::Redo, R"(<path d="M15.5 5l4 4-4 4"/><path d="M19.5 9H10a5.5 5.5 0 0 0 0 11h4"/>)"},
    {Icon::Host, R"(<rect x="3.5" y="4.5" width="17" height="11.5" rx="1.5"/><path d="M8.5 20h7M12 16v4"/>)"},
    {Icon::Initiator, R"(<rect x="4" y="8" width="10" height="8" rx="1.5"/><path d="M14 12h6.5M17.5 9l3 3-3 3"/>)"},
    {Icon::Target, R"(<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="4.5"/><circle cx="12" cy="12" r="1" fill="COLOR"/>)"},
    {Icon::Portal, R"(<rect x="4.5" y="6" width="15" height="12" rx="1.5"/><path d="M8 14v-3.5M11 14v-3.5M14 14v-3.5M17 14v-3.5"/>)"},
    {Icon::Unit, R"(<ellipse cx="12" cy="6.2" rx="7.5" ry="2.8"/><path d="M4.5 6.2v11.6c0 1.5 3.4 2.8 7.5 2.8s7.5-1.3 7.5-2.8V6.2M4.5 12c0 1.5 3.4 2.8 7.5 2.8s7.5-1.3 7.5-2.8"/>)"},
    {Icon::Domain, R"(<circle cx="12" cy="12" r="8.5" stroke-dasharray="4 2.5"/><circle cx="9" cy="12" r="1.5" fill="COLOR"/><circle cx="15" cy="12" r="1.5" fill="COLOR"/>)"},
    {Icon::DomainSet, R"(<rect x="3.5" y="3.5" width="17" height="17" rx="3" stroke-dasharray="4 2.5"/><circle cx="9" cy="9.5" r="3"/><circle cx="15" cy="14.5" r="3"/>)"},
    {Icon::Key, R"(<circle cx="8" cy="15" r="4.2"/><path d="M11 12 20 3.5M16.5 7l2.8 2.6"/>)"},
    {Icon::Clock, R"(<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.5 2"/>)"},
    {Icon::Refresh, R"(<path d="M19.5 9A8 8 0 1 0 20 13.5"/><path d="M20 4.5V9.5h-5"/>)"},
    {Icon::Server, R"(<rect x="4" y="4" width="16" height="6.5" rx="1.5"/><rect x="4" y="13.5" width="16" height="6.5" rx="1.5"/><circle cx="7.5" cy="7.2" r=".8" fill="COLOR"/><circle cx="7.5" cy="16.7" r=".8" fill="COLOR"/>)"},
    {Icon::File, R"(<path d="M6 3.5h8.5L18.5 7.5V20.5H6Z"/><path d="M14 3.5V8h4.5"/>)"},
    {Icon::Play, R"(<path d="M8 5v14l11-7Z"/>)"},
}};
// clang-format on

constexpr bool iconsAreInOrder() {
  for (std::size_t i = 0; i < kIcons; ++i) {
    if (kIconTable[i].icon != static_cast<Icon>(i)) return false;
  }
  return true;
}
static_assert(iconsAreInOrder());

QByteArray svgOf(Icon which, const QColor& color) {
  QByteArray svg = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g fill="none" stroke="COLOR" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">)";
  svg += kIconTable[static_cast<std::size_t>(which)].paths;
  svg += "</g></svg>";
  svg.replace("COLOR", color.name().toLatin1());
  return svg;
}

// Takes its colour from the theme each time it is painted, so that a change of theme needs nobody's care.
class Engine : public QIconEngine {
 public:
  explicit Engine(Icon which) : which_(which) {}
  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    const Token token = mode == QIcon::Disabled ? Token::TextMuted : state == QIcon::On ? Token::Accent : Token::Text;
    QSvgRenderer renderer(svgOf(which_, theme()[token]));
    renderer.render(painter, QRectF(rect));
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap made(size);
    made.fill(Qt::transparent);
    QPainter painter(&made);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return made;
  }
  [[nodiscard]] QIconEngine* clone() const override { return new Engine(which_); }

 private:
  Icon which_;
};

}  // namespace

QIcon icon(Icon which) { return QIcon(new Engine(which)); }

QPixmap iconPixmap(Icon which, int size, Token color, qreal scale) {
  QPixmap made(qRound(size * scale), qRound(size * scale));
  made.setDevicePixelRatio(scale);
  made.fill(Qt::transparent);
  QPainter painter(&made);
  QSvgRenderer renderer(svgOf(which, theme()[color]));
  renderer.render(&painter, QRectF(0, 0, size, size));
  return made;
}

Icon iconOf(san::Kind kind) {
  switch (kind) {
    case san::Kind::Host:
    case san::Kind::Cluster:
    case san::Kind::Site:
      return Icon::Host;
    case san::Kind::Node:
      return Icon::Initiator;
    case san::Kind::Entity:
    case san::Kind::Agent:
      return Icon::Server;
    case san::Kind::Portal:
    case san::Kind::PortalGroup:
    case san::Kind::Network:
    case san::Kind::Fabric:
    case san::Kind::Cable:
      return Icon::Portal;
    case san::Kind::LogicalUnit:
    case san::Kind::Map:
    case san::Kind::HeldDisk:
      return Icon::Unit;
    case san::Kind::Domain:
      return Icon::Domain;
    case san::Kind::DomainSet:
      return Icon::DomainSet;
    case san::Kind::Credential:
      return Icon::Key;
    case san::Kind::AppliedTarget:
      return Icon::Target;
    case san::Kind::Session:
      return Icon::Activity;
    default:
      return Icon::File;
  }
}

}  // namespace console
