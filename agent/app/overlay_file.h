// The overlay as the text of a file: TOML by the columns of the configuration, with a checksum in its second line.
//
// Pure functions. A file that is damaged, or of a later version, is an Error that says what to do.
#pragma once

#include <string>
#include <string_view>

#include "agent/app/overlay.h"

namespace agent {

std::string writeOverlay(const Overlay& overlay);
// `name` stands in the error.
base::Result<Overlay> readOverlay(std::string_view text, const std::string& name);

}  // namespace agent
