// The smallest changes after which a host reaches a logical unit in the desired state; for why() (why.h).
//
// They are found by looking at what each pair of an initiator and a target lacks, not by trying edits out, so that a
// proof costs no second index. Pure, safe from any thread.
#pragma once

#include "shared/san/why.h"

namespace san {

// Smallest first, at most kMaxMends; then sentences for what no change set can do. `index`'s desired state does not
// have the host reach the unit with certainty.
std::vector<Mend> mendsFor(const SanIndex& index, std::size_t host, Id unit);

}  // namespace san
