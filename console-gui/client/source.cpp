#include "console-gui/client/source.h"

#include <algorithm>

namespace console {

bool Principal::may(std::string_view right) const { return std::ranges::find(rights, right) != rights.end(); }

}  // namespace console
