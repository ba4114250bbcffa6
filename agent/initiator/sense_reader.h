// Sense data as an initiator reads it, in fixed and in descriptor format (SPC-4 4.5). Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/scsi/sense.h"
#include "agent/scsi/status.h"
#include "shared/base/bytes.h"

namespace initiator {

struct SenseView {
  scsi::SenseKey key = scsi::SenseKey::NoSense;
  std::uint8_t asc = 0;
  std::uint8_t ascq = 0;
  std::optional<std::uint64_t> information;

  [[nodiscard]] scsi::Asc code() const { return static_cast<scsi::Asc>((asc << 8) | ascq); }
};

// Nothing where it is no sense data.
std::optional<SenseView> readSense(base::ByteView sense);

std::string_view senseKeyName(scsi::SenseKey key);
std::string_view statusName(std::uint8_t status);
// "ILLEGAL REQUEST 25/00 LOGICAL UNIT NOT SUPPORTED"
std::string describe(const SenseView& sense);

}  // namespace initiator
