// Designation descriptors of VPD page 83h (SPC-4 7.8.6): who a logical unit, a target port and a target device are.
//
// Each function appends one whole descriptor. PROTOCOL IDENTIFIER 5 (iSCSI) stands with those of ports and devices.
// Pure, safe from any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "shared/base/bytes.h"

namespace scsi {

struct UnitIdentity;

enum class Association : std::uint8_t { LogicalUnit = 0, TargetPort = 1, TargetDevice = 2 };

inline constexpr std::uint8_t kProtocolIscsi = 5;

// 8 bytes (NAA 2, 3 or 5) or 16 (NAA 6).
void appendNaa(base::Bytes& out, Association association, base::ByteView naa);
// 8, 12 or 16 bytes.
void appendEui64(base::Bytes& out, Association association, base::ByteView eui);
// T10 VENDOR IDENTIFICATION, padded to 8, then what names the unit within that vendor. Cut to 255 bytes.
void appendT10Vendor(base::Bytes& out, std::string_view vendor, std::string_view id);
void appendRelativeTargetPort(base::Bytes& out, std::uint16_t relativeTargetPort);
void appendTargetPortGroup(base::Bytes& out, std::uint16_t group);
// NUL-terminated UTF-8, padded to a multiple of four. At most 255 bytes with its padding: names are at most 223.
void appendScsiNameString(base::Bytes& out, Association association, std::string_view name);

// What names a logical unit, best name first: NAA, EUI-64, T10 vendor.
void appendUnitDesignations(base::Bytes& out, const UnitIdentity& identity);

// NAA 3 (locally assigned) from any seed: stable, and as unique as 60 bits of a hash are.
base::Bytes naaLocallyAssigned(base::ByteView seed);

}  // namespace scsi
