// What RECEIVE COPY STATUS(LID4) says of a copy; RECEIVE ROD TOKEN INFORMATION begins with the same.
//
// Pure function, one owner.
#pragma once

#include "agent/scsi/copy_operation.h"

namespace scsi {

// Appends to an empty `out` the header of 32 bytes and the sense data, with AVAILABLE DATA set for both.
void appendCopyStatus4(const CopyOperation& copy, base::Bytes& out);

}  // namespace scsi
