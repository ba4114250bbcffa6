// PortNames: what the target ports behind relative target port identifiers are called.
//
// Identifiers are good while the process lives; another start with another configuration may give others. What a
// StateStore keeps therefore names ports (RFC 7143 4.4.2: "iqn...,t,0x0001") and is read back by name. The owner of
// the unit implements it; it outlives the disk. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace scsi {

class PortNames {
 public:
  // Empty: there is none of that number.
  [[nodiscard]] virtual std::string nameOf(std::uint16_t number) const = 0;
  // The number of the port of this name, which gets one if it has none: `wanted`, if nothing else has it. 0: none left.
  virtual std::uint16_t numberOf(std::string_view name, std::uint16_t wanted) = 0;

 protected:
  ~PortNames() = default;
};

}  // namespace scsi
