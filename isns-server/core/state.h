// State: everything that is registered, at one revision.
//
// A value with constant-time copies: the tables share what they have in common. The server keeps two, the one that
// requests work on and the one that the store has taken; readers on other threads get copies of the latter and keep
// them as long as they like. A State that somebody else also holds is never written.
#pragma once

#include "isns-server/core/objects.h"

namespace core {

template <class T>
using Table = base::PersistentTable<T>;

struct State {
  std::uint64_t revision = 0;  // of the last change that it holds
  Table<Entity> entities;
  Table<Portal> portals;
  Table<Node> nodes;
  Table<PortalGroup> groups;
  Table<FcPort> fcPorts;
  Table<FcDevice> fcDevices;
  Table<FcDomain> fcDomains;
  Table<Domain> domains;
  Table<DomainSet> sets;

  template <class T>
  [[nodiscard]] const Table<T>& table() const {
    return const_cast<State*>(this)->table<T>();
  }
  template <class T>
  [[nodiscard]] Table<T>& table() {
    if constexpr (std::is_same_v<T, Entity>) return entities;
    if constexpr (std::is_same_v<T, Portal>) return portals;
    if constexpr (std::is_same_v<T, Node>) return nodes;
    if constexpr (std::is_same_v<T, PortalGroup>) return groups;
    if constexpr (std::is_same_v<T, FcPort>) return fcPorts;
    if constexpr (std::is_same_v<T, FcDevice>) return fcDevices;
    if constexpr (std::is_same_v<T, FcDomain>) return fcDomains;
    if constexpr (std::is_same_v<T, Domain>) return domains;
    if constexpr (std::is_same_v<T, DomainSet>) return sets;
  }
  template <class T>
  [[nodiscard]] const T* get(Index index) const {
    return table<T>().get(index);
  }
};

// Calls visit with a null pointer of each object type in the order in which the store loads them: what contains comes
// before what is contained.
template <class Visit>
void forEachObjectType(Visit&& visit) {
  visit(static_cast<Entity*>(nullptr));
  visit(static_cast<Portal*>(nullptr));
  visit(static_cast<Node*>(nullptr));
  visit(static_cast<PortalGroup*>(nullptr));
  visit(static_cast<FcDevice*>(nullptr));
  visit(static_cast<FcPort*>(nullptr));
  visit(static_cast<FcDomain*>(nullptr));
  visit(static_cast<Domain*>(nullptr));
  visit(static_cast<DomainSet*>(nullptr));
}

}  // namespace core
