#include "isns-server/core/load_check.h"

#include <string>

namespace core {
namespace {

// Why an object cannot be there as it is; empty when it can.
std::string_view problem(const State& state, const Entity& entity) {
  if (entity.nodes.empty() && entity.portals.empty() && entity.fcPorts.empty()) return "it contains nothing";
  // Every node of an entity meets every portal of it (RFC 4171 6.5.4). No two groups join the same two, so to count them
  // is enough.
  std::size_t joined = 0;
  entity.nodes.forEach([&](Index node) {
    state.get<Node>(node)->groups.forEach([&](Index group) {
      if (state.get<Portal>(state.get<PortalGroup>(group)->portal)->entity == entity.index) ++joined;
    });
  });
  if (joined != entity.nodes.size() * entity.portals.size()) return "a node and a portal of it have no portal group";
  return {};
}

constexpr std::string_view kNobodyNames = "it is not registered, and nothing names it";

std::string_view problem(const State&, const Portal& portal) {
  return portal.registered() || !portal.groups.empty() || !portal.domains.empty() ? std::string_view() : kNobodyNames;
}
std::string_view problem(const State&, const Node& node) {
  return node.registered() || !node.groups.empty() || !node.domains.empty() ? std::string_view() : kNobodyNames;
}
std::string_view problem(const State&, const FcPort& port) {
  return port.registered() || !port.domains.empty() ? std::string_view() : kNobodyNames;
}
std::string_view problem(const State& state, const PortalGroup& group) {
  const bool needed = state.get<Node>(group.node)->registered() || state.get<Portal>(group.portal)->registered();
  return needed ? std::string_view() : "neither its node nor its portal is registered";
}
std::string_view problem(const State& state, const FcDomain& domain) {
  const bool known = domain.entity == 0 || state.get<Entity>(domain.entity) != nullptr;
  return known ? std::string_view() : "its entity is missing";
}
std::string_view problem(const State&, const Object&) { return {}; }

}  // namespace

base::Status checkLoaded(const State& state) {
  base::Status status;
  forEachObjectType([&]<class T>(T*) {
    state.table<T>().forEachFrom(0, [&](Index index, const T& object) {
      std::string_view text = problem(state, object);
      const bool later = object.created > state.revision || object.changed > state.revision;
      if (later) text = "it was changed after the last change that is recorded";
      if (!text.empty() && status) {
        status = base::fail("row " + std::to_string(index) + " of the table " +
                            std::string(isns::objectTypeName(T::kType)) + ": " + std::string(text));
      }
      return text.empty();
    });
  });
  return status;
}

}  // namespace core
