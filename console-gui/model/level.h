// Level: how a row stands, for the mark beside its word (widgets/level_delegate.h). Models give it under kLevelRole.
#pragma once

#include <Qt>

#include "shared/san/finding.h"

namespace console {

enum class Level : std::uint8_t { None, Good, Information, Waiting, Unknown, Warning, Bad };
inline constexpr int kLevelRole = Qt::UserRole + 100;

constexpr Level levelOf(san::Severity severity) {
  if (severity >= san::Severity::High) return Level::Bad;
  return severity == san::Severity::Medium ? Level::Warning : Level::Information;
}

}  // namespace console
