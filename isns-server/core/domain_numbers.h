// The numbers that domains and domain sets may have (DD_ID, DDS_ID; RFC 4171 6.11.1 leaves them to client and server).
//
// In the edits of change sets the numbers above stand for objects that are being made (shared/san/edit.h). A domain
// with one of them could be shown and never be changed, so that none is made: a DDReg or DDSReg that asks for it gets
// status 3 (docs/adr/0004), and the server's own counting begins anew before it.
#pragma once

#include "isns-server/core/objects.h"

namespace core {

inline constexpr Index kMaxDomainNumber = 0xffefffff;

}  // namespace core
