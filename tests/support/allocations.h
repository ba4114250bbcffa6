// Counts the allocations of a test program that links allocations.cpp, for what promises to make none.
#pragma once

#include <cstddef>

namespace support {

std::size_t allocations();  // since the program began

}  // namespace support
