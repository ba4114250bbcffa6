// timeNow(): what time it is, in seconds since 1970, for all that the console says of ages and terms.
//
// The system's clock; in pictures and tests a time that is fixed, so that they are the same tomorrow. Any thread.
#pragma once

#include <QDate>

#include "shared/san/ids.h"

namespace console {

san::Seconds timeNow();
// The day that it is here.
QDate today();
// 0: the clock's again.
void fixTime(san::Seconds now);

}  // namespace console
