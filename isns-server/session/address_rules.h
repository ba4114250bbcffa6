// What an address may do at all, before anything is read: the first rule that holds the address decides.
//
// Pure; a value that any thread may read. Rules are tried in order, so their number is bounded: more than kMaxRules are
// not taken.
#pragma once

#include <cstdint>
#include <vector>

#include "shared/base/result.h"
#include "shared/isns/address_prefix.h"
#include "shared/isns/functions.h"

namespace session {

using isns::AddressPrefix;

// Each allows what the ones before it allow.
enum class Access : std::uint8_t {
  None,      // the connection is refused or closed, a datagram is dropped
  Query,     // read
  Register,  // and register, deregister, ask for SCNs
  Full,      // and change discovery domains and sets
};

struct AddressRule {
  AddressPrefix prefix;
  Access access = Access::None;
};

inline constexpr std::size_t kMaxRules = 4096;

class AddressRules {
 public:
  // `otherwise` is for addresses that no rule holds. Fails for more than kMaxRules rules.
  static base::Result<AddressRules> make(std::vector<AddressRule> rules, Access otherwise);

  [[nodiscard]] Access accessOf(const isns::IpAddress& address) const;

 private:
  AddressRules(std::vector<AddressRule> rules, Access otherwise) : rules_(std::move(rules)), otherwise_(otherwise) {}
  std::vector<AddressRule> rules_;
  Access otherwise_;
};

// The least access with which a message of this function may be sent. Responses, and functions that RFC 4171 does not
// define, need Query: the registry has its own answer to them.
Access accessNeeded(std::uint16_t function);

}  // namespace session
