#include "isns-server/session/address_rules.h"

#include <algorithm>

namespace session {

base::Result<AddressRules> AddressRules::make(std::vector<AddressRule> rules, Access otherwise) {
  if (rules.size() > kMaxRules) return base::fail("at most " + std::to_string(kMaxRules) + " address rules are taken");
  const bool sound = std::all_of(rules.begin(), rules.end(), [](const auto& rule) { return rule.prefix.bits <= 128; });
  if (!sound) return base::fail("a prefix has at most 128 bits");
  return AddressRules(std::move(rules), otherwise);
}

Access AddressRules::accessOf(const isns::IpAddress& address) const {
  const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const auto& r) { return r.prefix.holds(address); });
  return rule == rules_.end() ? otherwise_ : rule->access;
}

Access accessNeeded(std::uint16_t function) {
  const isns::FunctionRow* row = isns::findFunction(function);
  if (row == nullptr || row->effect == isns::Effect::Reads) return Access::Query;
  switch (row->function) {
    case isns::Function::DDReg:
    case isns::Function::DDDereg:
    case isns::Function::DDSReg:
    case isns::Function::DDSDereg:
      return Access::Full;
    default:
      return Access::Register;
  }
}

}  // namespace session
