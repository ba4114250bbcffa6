#include "agent/iscsi/residual.h"

#include <algorithm>
#include <limits>

namespace iscsi {
namespace {

std::uint32_t saturated(std::uint64_t bytes) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, std::numeric_limits<std::uint32_t>::max()));
}

std::uint32_t smaller(std::uint32_t expected, std::uint64_t presented) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(expected, presented));
}

}  // namespace

Residual residualOf(std::uint32_t expected, std::uint64_t presented) {
  if (presented > expected) return {true, false, saturated(presented - expected)};
  if (presented < expected) return {false, true, static_cast<std::uint32_t>(expected - presented)};
  return {};
}

Residuals residualsOf(const TransferLengths& l) {
  Residuals result;
  if (l.read && l.write) {
    result.main = residualOf(l.expected, l.presentedOut);
    result.read = residualOf(l.expectedRead, l.presentedIn);
    result.out = smaller(l.expected, l.presentedOut);
    result.in = smaller(l.expectedRead, l.presentedIn);
  } else if (l.write) {
    // A CDB that reads has nothing to take: all that was expected is left over.
    result.main = residualOf(l.expected, l.presentedOut);
    result.out = smaller(l.expected, l.presentedOut);
  } else if (l.read) {
    result.main = residualOf(l.expected, l.presentedIn);
    result.in = smaller(l.expected, l.presentedIn);
  } else {
    result.main = residualOf(0, std::max(l.presentedOut, l.presentedIn));  // without flags nothing moves
  }
  return result;
}

}  // namespace iscsi
