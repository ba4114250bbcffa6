// The edits whose impact the bench measures, each on a SAN of syntheticSan(): what an administrator does at one place,
// and what reaches far. Deterministic; one thread.
#pragma once

#include <string>
#include <vector>

#include "shared/san/edit.h"
#include "tests/support/synthetic_san.h"

namespace bench {

struct NamedEdits {
  std::string name;  // of the figure: "impact_map_ms"
  std::vector<san::Edit> edits;
};

std::vector<NamedEdits> editsOf(const test::SyntheticSan& san);

}  // namespace bench
