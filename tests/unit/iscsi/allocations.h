// Counts the allocations of this test program, for what promises to make none.
#pragma once

#include <cstddef>

namespace iscsi_test {

std::size_t allocations();  // since the program began

}  // namespace iscsi_test
