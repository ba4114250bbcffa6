// UnitIdentity: the names of a logical unit, for INQUIRY, VPD pages 80h and 83h, and copies that name it.
//
// Pure value, safe from any thread.
#pragma once

#include <string>

#include "shared/base/bytes.h"

namespace scsi {

struct UnitIdentity {
  std::string vendor = "SANCTUM";       // 8 ASCII characters
  std::string product = "VIRTUAL DISK"; // 16
  std::string revision = "0001";        // 4
  std::string serial;                   // unit serial number, VPD 80h
  base::Bytes naa;                      // 8 or 16 bytes; empty: none, and ESXi refuses the unit
  base::Bytes eui64;                    // 8, 12 or 16 bytes; empty: none
};

}  // namespace scsi
