// The eight bytes of a LOGICAL UNIT NUMBER (SAM-5 4.7): single-level forms only.
//
// Numbers below 256 are written by peripheral device addressing, below 16384 by flat space addressing, below 2^24 by
// extended flat space addressing; all three are read, whatever the number. Pure values, safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace scsi {

struct Lun {
  std::array<std::uint8_t, 8> bytes{};

  // The shortest form of `number`; nothing from 2^24 on.
  static std::optional<Lun> of(std::uint32_t number);
  // The number where the bytes are a single-level LUN; nothing for a well-known logical unit, a bus other than 0, a
  // second level, or an addressing method that SAM-5 leaves open.
  [[nodiscard]] std::optional<std::uint32_t> number() const;
  static Lun reportLunsWellKnown() { return {{0xc1, 0x01}}; }
  // The REPORT LUNS well-known logical unit, c1 01.
  [[nodiscard]] bool isReportLunsWellKnown() const;

  friend bool operator==(const Lun&, const Lun&) = default;
};

}  // namespace scsi
