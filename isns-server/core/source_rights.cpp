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

namespace {

using Guard = NameGuards::Guard;

bool accepts(const Guard* guard, const Source& source, const Policy& policy, Notes& notes) {
  if (guard == nullptr || source.control || policy.agentCheck == SourceCheck::Open) return true;
  if (guard->holds(source.address)) return true;
  const bool proven =
      !source.signer.empty() && (guard->eid == source.signer || source.guards->ofName(source.name) == guard);
  if (proven) return true;
  const bool enforced = policy.agentCheck == SourceCheck::Enforce;
  notes.agentViolation |= !enforced;
  notes.agentRefused |= enforced;
  notes.agent = guard->eid;
  return !enforced;
}

std::string_view eidOf(const State& state, Index entity) {
  const Entity* found = state.get<Entity>(entity);
  return found == nullptr ? std::string_view() : found->attributes.text(tag::kEntityId);
}

// Of an entity with its nodes: an agent may be registered under another EID than that of its certificate.
bool mayUseAll(const Source& source, Index entity, const State& state, const Policy& policy, Notes& notes) {
  if (source.guards->empty()) return true;
  if (!mayUseEntity(source, eidOf(state, entity), policy, notes)) return false;
  const Entity* found = state.get<Entity>(entity);
  return found == nullptr || found->nodes.visitWhile([&](Index node) {
    return mayUseName(source, state.get<Node>(node)->name(), policy, notes);
  });
}

}  // namespace

bool mayUseName(const Source& source, std::string_view iscsiName, const Policy& policy, Notes& notes) {
  return source.guards->empty() || accepts(source.guards->ofName(iscsiName), source, policy, notes);
}

bool mayUseEntity(const Source& source, std::string_view eid, const Policy& policy, Notes& notes) {
  return source.guards->empty() || accepts(source.guards->ofEntity(eid), source, policy, notes);
}

bool mayBeSource(const Source& source, const State& state, const Policy& policy, Notes& notes) {
  if (source.guards->empty()) return true;
  if (!source.name.empty() && !mayUseName(source, source.name, policy, notes)) return false;
  if (source.attribute.tag == tag::kEntityId && !mayUseEntity(source, source.attribute.text(), policy, notes)) {
    return false;
  }
  if (!source.registered()) return true;
  // Who was accepted by an agent's name need not be asked for the other names of that agent.
  const bool asAgent = !source.name.empty() && source.guards->ofName(source.name) != nullptr;
  return asAgent ? mayUseEntity(source, eidOf(state, source.entity()), policy, notes)
                 : mayUseAll(source, source.entity(), state, policy, notes);
}

bool mayChange(const Source& source, Index entity, const State& state, const Policy& policy, Notes& notes) {
  if (source.control || (entity != 0 && source.entity() == entity)) return true;
  if (!mayUseAll(source, entity, state, policy, notes)) return false;
  notes.owner = eidOf(state, entity);
  notes.sourceViolation |= policy.sourceCheck == SourceCheck::Log;
  notes.sourceRefused |= policy.sourceCheck == SourceCheck::Enforce;
  return policy.sourceCheck != SourceCheck::Enforce;
}

bool mayJoin(const Source& source, const Entity& entity, const State& state, const Policy& policy, Notes& notes) {
  if (source.udp) return false;  // anybody can forge its address
  const bool elsewhere = entity.portals.visitWhile([&](Index index) {
    const Portal& portal = *state.get<Portal>(index);
    return !base::equal(portal.attributes.value(tag::kPortalIp), source.address) ||
           (portal.signs && source.signer.empty());
  });
  return !elsewhere && mayUseAll(source, entity.index, state, policy, notes);
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
