// shortTurns(): tells the scheduler that the calling thread wants little processor time at once, and soon.
//
// A thread that sleeps in fsync and works for a moment in between shares its processor with a loop that may be busy for
// long. With a short slice it runs as soon as it wakes (Linux 6.12 and later, EEVDF with custom slices); its share of
// the processor stays the same. Asks for no privilege; where the kernel knows no such thing, nothing changes.
#pragma once

namespace store {

void shortTurns();

}  // namespace store
