// From records to a target::Setup: names in their normal spelling, presets of identities, every contradiction found.
//
// Pure functions. An error stands where its record stands: a line of the file, or the change that `sanctl agent` made.
#pragma once

#include <string_view>

#include "agent/app/config.h"
#include "agent/target/setup.h"

namespace agent {

// What makes the serial numbers of this agent differ from those of others: random bytes that it keeps.
struct Identity {
  base::Bytes seed;
};

// Appends to `errors`; where it did, the setup must not be used.
target::Setup buildSetup(const Objects& objects, const RuntimeConfig& runtime, const Identity& identity,
                         ConfigErrors& errors);

iscsi::AuthPolicy policyOf(Authentication authentication, const std::vector<std::string>& algorithms,
                           bool shortSecrets);

// The identity that a unit has where its record gives none: stable as long as the seed is.
std::string madeSerial(const Identity& identity, std::string_view unit);
base::Bytes madeNaa(const Identity& identity, std::string_view unit);

}  // namespace agent
