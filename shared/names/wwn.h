// World wide names (8 bytes) and organisation identifiers (OUI, 3 bytes) as text: "50:06:01:60:3b:a0:1f:22".
//
// Written in lower case with colons; read in any case, with colons or dashes between all bytes or with nothing. Pure
// functions, safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "shared/base/result.h"

namespace names {

using Wwn = std::array<std::uint8_t, 8>;
using Oui = std::array<std::uint8_t, 3>;

base::Result<Wwn> parseWwn(std::string_view text);
base::Result<Oui> parseOui(std::string_view text);
std::string toText(const Wwn& wwn);

}  // namespace names
