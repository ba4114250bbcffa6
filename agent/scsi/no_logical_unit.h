// What answers for a LUN behind which there is no logical unit (SPC-4 6.6.2, SAM-5 5.11.4), and for the REPORT LUNS
// well-known logical unit (SPC-4 8.2).
//
// No unit: INQUIRY says so (peripheral qualifier 011b), REPORT LUNS gives the map, REQUEST SENSE gives 05 25/00 as
// data, and all else ends with it. Well-known unit: INQUIRY gives device type 1eh, TEST UNIT READY is good, REQUEST
// SENSE has nothing to say, and all else is no command of it; it keeps no unit attentions. The command ends inside the
// call, by done(). One owner, the transport's thread.
#pragma once

#include <vector>

#include "agent/scsi/command.h"

namespace scsi {

// `wellKnown`: the list of LUNs has the well-known unit, where it is asked for.
void executeWithoutLogicalUnit(Command& command, const std::vector<Lun>& luns, bool wellKnown = false);
void executeReportLunsUnit(Command& command, const std::vector<Lun>& luns);

}  // namespace scsi
