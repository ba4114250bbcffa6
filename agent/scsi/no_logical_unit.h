// What answers for a LUN behind which there is no logical unit (SPC-4 6.6.2, SAM-5 5.11.4).
//
// INQUIRY says so (peripheral qualifier 011b), REPORT LUNS gives the map, REQUEST SENSE gives 05 25/00 as data, and all
// else ends with it. The command ends inside the call, by done(). One owner, the transport's thread.
#pragma once

#include <vector>

#include "agent/scsi/command.h"

namespace scsi {

void executeWithoutLogicalUnit(Command& command, const std::vector<Lun>& luns);

}  // namespace scsi
