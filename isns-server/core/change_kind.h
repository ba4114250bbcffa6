// What a stored change was (store::Change::kind): a request of RFC 4171 by its FUNCTION_ID, or the server's own doing.
#pragma once

#include <cstdint>
#include <string_view>

#include "shared/isns/functions.h"

namespace core::change_kind {

constexpr std::uint32_t of(isns::Function function) { return isns::idOf(function); }

inline constexpr std::uint32_t kEntityExpired = 0x10001;   // its registration period ended (6.2.6)
inline constexpr std::uint32_t kPortalSilent = 0x10002;    // it answered no ESI (5.6.5.13)
inline constexpr std::uint32_t kDefaultDomain = 0x10003;   // the default domain was made (2.2.2)
inline constexpr std::uint32_t kStoreRecovered = 0x10004;  // the first change after a time without a working store
inline constexpr std::uint32_t kManagement = 0x10005;      // a decision of the management server
inline constexpr std::uint32_t kRestored = 0x10006;        // the database was put back from a backup

inline constexpr std::uint32_t kPolicy = 0x10007;  // the configuration has another policy than was noted

inline constexpr std::string_view kOwnOrigin = "isns-server";  // store::Change::origin where no client made it

}  // namespace core::change_kind
