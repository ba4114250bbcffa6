// A unit as a target shows it: what of it makes a disk of a host.
#pragma once

#include <cstdint>
#include <string>

namespace attach {

// Of a unit that has nothing to be told from others by.
inline constexpr std::string_view kUnnamed = "unnamed";

struct UnitSeen {
  std::uint32_t lun = 0;
  std::string designator;  // "naa.6001405...", or other words for one that has no such; never empty
  std::uint64_t bytes = 0;
  bool readOnly = false;

  friend bool operator==(const UnitSeen&, const UnitSeen&) = default;
};

}  // namespace attach
