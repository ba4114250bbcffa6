// Icons: the console's own pictures, drawn as SVG paths in one table and tinted with tokens of the theme.
//
// 24 x 24 units, strokes of 1.75 with round ends. An icon is never alone: the word stands beside it or in its accessible
// name. The UI thread.
#pragma once

#include <QIcon>
#include <QPixmap>

#include "console-gui/canvas/theme.h"
#include "shared/san/kinds.h"

namespace console {

enum class Icon : std::uint8_t {
  Overview,
  Topology,
  Access,
  Zoning,
  Credentials,
  Findings,
  Reports,
  Activity,
  Back,
  Forward,
  Close,
  Information,
  Good,
  Warning,
  Bad,
  Unknown,
  Undo,
  Redo,
  Host,
  Initiator,
  Target,
  Portal,
  Unit,
  Domain,
  DomainSet,
  Key,
  Clock,
  Refresh,
  Server,
  File,
  Play,
};
inline constexpr std::size_t kIcons = 31;

// In the theme that is set when it is painted: normal in Text, disabled in TextMuted, chosen in Accent.
QIcon icon(Icon which);
QPixmap iconPixmap(Icon which, int size, Token color, qreal scale = 1);
// The icon of a kind of object.
Icon iconOf(san::Kind kind);

}  // namespace console
