#include "isns-server/core/source_rights.h"

#include <algorithm>

namespace core {

using isns::Status;
namespace tag = isns::tag;

bool isControlName(const Policy& policy, std::string_view name) {
  return !name.empty() && std::any_of(policy.controlNodes.begin(), policy.controlNodes.end(),
                                      [&](const ControlNode& node) { return node.name == name; });
}

bool isControlPort(const Policy& policy, base::ByteView wwpn) {
  return std::any_of(policy.controlNodes.begin(), policy.controlNodes.end(),
                     [&](const ControlNode& node) { return node.isPort(wwpn); });
}

bool mayChange(const Source& source, Index entity, const Policy& policy, Notes& notes) {
  if (source.control || (entity != 0 && source.entity() == entity)) return true;
  notes.sourceViolation |= policy.sourceCheck == SourceCheck::Log;
  notes.sourceRefused |= policy.sourceCheck == SourceCheck::Enforce;
  return policy.sourceCheck != SourceCheck::Enforce;
}

isns::Status checkScnBitmap(const State& state, const Policy& policy, Index entity, std::uint32_t bitmap,
                            bool control) {
  constexpr std::uint32_t kManagementOnly = isns::scn::kMemberAdded | isns::scn::kMemberRemoved;
  if (!policy.scnEnabled || (bitmap & ~isns::scn::kAllBits) != 0) return Status::ScnRegistrationRejected;
  const bool management = (bitmap & isns::scn::kManagement) != 0;
  if (management && !control) return Status::SourceUnauthorized;
  if (management && !policy.managementScn) return Status::ScnRegistrationRejected;
  if (!management && (bitmap & kManagementOnly) != 0) return Status::ScnRegistrationRejected;
  const Entity* holder = state.get<Entity>(entity);
  const bool noPort = holder == nullptr || holder->portals.visitWhile([&](Index index) {
    return state.get<Portal>(index)->attributes.u32Or(tag::kScnPort, 0) == 0;
  });
  return noPort ? Status::ScnRegistrationRejected : Status::Successful;
}

}  // namespace core
