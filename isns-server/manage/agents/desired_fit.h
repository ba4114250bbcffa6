// fit(): what an agent is to apply, cut to what it takes (shared/san/desired_bounds.h).
//
// Change sets that ask for more are refused; a registration, an agent's report or rows of an older version may still
// bring it about. An agent refuses a state that is too large whole, what it takes away too, so the newest of what is
// given stays out instead. Whoever is left out is not let in, or gets nothing. Pure. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "shared/san/desired.h"

namespace manage {

struct LeftOut {
  std::size_t initiators = 0;
  std::size_t maps = 0;
  std::size_t credentials = 0;
  std::size_t leaving = 0;
  [[nodiscard]] bool any() const { return initiators + maps + credentials + leaving != 0; }
  // "2 maps, 1 credential"; empty: nothing.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

// `had`: what the agent has been told last, ascending as `targets`: who has something keeps it. Of the rest those with
// the lower number, which were known earlier. `ownCredentials`: of its initiators, which count too.
LeftOut fit(std::vector<san::DesiredTarget>& targets, const std::vector<san::DesiredTarget>& had,
            std::size_t ownCredentials);

}  // namespace manage
