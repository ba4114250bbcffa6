#include "agent/scsi/lun.h"

#include <algorithm>

namespace scsi {
namespace {

constexpr std::uint32_t kPeripheralEnd = 1U << 8;
constexpr std::uint32_t kFlatEnd = 1U << 14;
constexpr std::uint32_t kExtendedEnd = 1U << 24;
constexpr std::uint8_t kExtendedFlat = 0xd2;  // method 11b, length 01b, address method 2h (SAM-5 4.7.7.5)

bool zeroFrom(const std::array<std::uint8_t, 8>& bytes, std::size_t at) {
  return std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), [](auto b) { return b == 0; });
}

}  // namespace

std::optional<Lun> Lun::of(std::uint32_t number) {
  Lun lun;
  if (number < kPeripheralEnd) {
    lun.bytes[1] = static_cast<std::uint8_t>(number);
  } else if (number < kFlatEnd) {
    lun.bytes[0] = static_cast<std::uint8_t>(0x40 | (number >> 8));
    lun.bytes[1] = static_cast<std::uint8_t>(number);
  } else if (number < kExtendedEnd) {
    lun.bytes[0] = kExtendedFlat;
    lun.bytes[1] = static_cast<std::uint8_t>(number >> 16);
    lun.bytes[2] = static_cast<std::uint8_t>(number >> 8);
    lun.bytes[3] = static_cast<std::uint8_t>(number);
  } else {
    return std::nullopt;
  }
  return lun;
}

std::optional<std::uint32_t> Lun::number() const {
  switch (bytes[0] >> 6) {
    case 0:  // peripheral device addressing, bus identifier in the low six bits
      if (bytes[0] != 0 || !zeroFrom(bytes, 2)) return std::nullopt;
      return bytes[1];
    case 1:
      if (!zeroFrom(bytes, 2)) return std::nullopt;
      return (std::uint32_t{bytes[0]} & 0x3f) << 8 | bytes[1];
    case 3:
      if (bytes[0] != kExtendedFlat || !zeroFrom(bytes, 4)) return std::nullopt;
      return std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
    default:
      return std::nullopt;
  }
}

bool Lun::isReportLunsWellKnown() const { return bytes[0] == 0xc1 && bytes[1] == 0x01 && zeroFrom(bytes, 2); }

}  // namespace scsi
