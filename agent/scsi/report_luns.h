// REPORT LUNS parameter data (SPC-4 6.33), for a logical unit and for a LUN without one.
//
// Pure function, safe from any thread.
#pragma once

#include <optional>
#include <vector>

#include "agent/scsi/lun.h"
#include "agent/scsi/sense.h"

namespace scsi {

// Appends the list that SELECT REPORT asks for; the reason where the CDB is wrong. `wellKnown`: the REPORT LUNS
// well-known logical unit is one of them (selects 01h and 02h). `luns` nullptr: LUN 0 alone.
std::optional<Sense> reportLuns(base::ByteView cdb, const std::vector<Lun>* luns, bool wellKnown, base::Bytes& out);

}  // namespace scsi
