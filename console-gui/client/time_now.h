// timeNow(): what time it is, in seconds since 1970, for all that the console says of ages and terms.
//
// What is compared with it are times of the server, so it is the server's clock where one has told its own
// (hearServerTime()), and this system's otherwise. In pictures and tests this system's is a time that is fixed, so that
// they are the same tomorrow. Any thread.
#pragma once

#include <QDate>

#include "shared/san/ids.h"

namespace console {

san::Seconds timeNow();
// The day that it is here.
QDate today();
// 0: the clock's again.
void fixTime(san::Seconds now);

// By how much the server's clock is ahead of this system's; 0: there is no server, or they agree.
san::Seconds clockOffset();
// As an answer of the server says that it is now, by a header in whole seconds that was some time on its way: what is
// no more than that is no difference. Whether clockOffset() is another one now.
bool hearServerTime(san::Seconds server);
void forgetServerTime();
// Beyond it people are told: what they read off their own clock does not fit to what is shown.
inline constexpr san::Seconds kLargeClockOffset = 60;

}  // namespace console
