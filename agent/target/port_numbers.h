// PortNumbers: the relative target port identifiers of a server (SPC-4 7.8.6.2: 1 to ffffh), one for each portal group
// of each target.
//
// A unit may be reached through several targets, so the identifiers are those of the server and not of a target: two
// that differ are two target ports, and their I_T nexuses differ. A port gets the portal group tag as its number where
// that is free, else the lowest that is; it keeps it while the process lives, whatever setups come. Bound: 65,535
// ports; beyond it there is no number, and no session. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "agent/scsi/port_names.h"
#include "shared/base/hex.h"

namespace target {

class PortNumbers final : public scsi::PortNames {
 public:
  // The SCSI port name (RFC 7143 4.4.2): "iqn...,t,0x0001".
  static std::string nameOf(std::string_view target, std::uint16_t group) {
    std::string name = std::string(target) + ",t,0x";
    for (const int shift : {8, 0}) base::appendHex(name, static_cast<std::uint8_t>(group >> shift));
    return name;
  }
  // 0: none left.
  std::uint16_t of(std::string_view target, std::uint16_t group) { return numberOf(nameOf(target, group), group); }

  [[nodiscard]] std::string nameOf(std::uint16_t number) const override {
    const auto at = names_.find(number);
    return at == names_.end() ? std::string() : at->second;
  }
  std::uint16_t numberOf(std::string_view name, std::uint16_t wanted) override {
    const auto known = numbers_.find(name);
    if (known != numbers_.end()) return known->second;
    std::uint16_t number = wanted;
    if (number == 0 || names_.contains(number)) {
      while (lowest_ != 0 && names_.contains(lowest_)) ++lowest_;
      number = lowest_;
    }
    if (number == 0) return 0;
    names_.emplace(number, name);
    numbers_.emplace(name, number);
    return number;
  }

 private:
  std::map<std::uint16_t, std::string> names_;
  std::map<std::string, std::uint16_t, std::less<>> numbers_;
  std::uint16_t lowest_ = 1;  // none below is free; 0: none at all
};

}  // namespace target
