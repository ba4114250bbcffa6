// A sentence of a clause, as errors are: "the token has ended" is "The token has ended." A pure function.
#pragma once

#include <string>

#include "shared/base/ascii_case.h"

namespace base {

inline std::string sentenceOf(std::string clause) {
  if (!clause.empty()) clause[0] = asciiUpper(clause[0]);
  return clause + ".";
}

}  // namespace base
