// Who sees whom (RFC 4171 2.2.2, 3.6, 5.6.1): storage nodes that share an active discovery domain, and what belongs to
// them. Pure functions over a State; control nodes see everything and are not asked here.
//
// An iSCSI node and an FC port are both storage nodes. `Viewer` is the one that looks: its domains decide.
#pragma once

#include <array>
#include <memory_resource>
#include <vector>

#include "isns-server/core/policy.h"
#include "isns-server/core/request.h"
#include "isns-server/core/state.h"

namespace core {

// A domain is active when one of its sets is enabled; in no set, as the administrator says.
bool isActive(const Policy& policy, const Domain& domain);

class Visibility {
 public:
  Visibility(const State& state, const Policy& policy, const Source& source);

  [[nodiscard]] bool everything() const { return everything_; }
  [[nodiscard]] bool sees(const Node& node) const;
  [[nodiscard]] bool sees(const FcPort& port) const;
  [[nodiscard]] bool sees(const Entity& entity) const;
  [[nodiscard]] bool sees(const Portal& portal) const;
  [[nodiscard]] bool sees(const PortalGroup& group) const;
  [[nodiscard]] bool sees(const FcDevice& device) const;
  [[nodiscard]] bool sees(const FcDomain& domain) const;
  [[nodiscard]] bool sees(const Domain& domain) const;
  [[nodiscard]] bool sees(const DomainSet& set) const;

  // The portal, by its index, as a way to this storage node of its entity: not, where each shared domain names portals of
  // the entity and this is none of them.
  [[nodiscard]] bool seesThrough(const Node& node, Index portal) const {
    return leadsTo(node.domains, node.entity, portal);
  }
  [[nodiscard]] bool seesThrough(const FcPort& port, Index portal) const {
    return leadsTo(port.domains, port.entity, portal);
  }

  // Registered objects of type T that are seen, ascending by index, from `first` on, until visit returns false. The
  // cost follows what is seen, not what is registered.
  template <class T, class Visit>
  void forEach(Index first, Visit&& visit) const;

 private:
  template <class T>
  [[nodiscard]] std::vector<Index> collect() const;
  [[nodiscard]] bool leadsTo(const base::IdSet& domains, Index entity, Index portal) const;
  [[nodiscard]] bool namesPortalsOf(std::size_t place, Index entity) const;

  const State& state_;
  bool everything_;
  const Node* node_;
  const FcPort* fcPort_;
  Index ownEntity_;
  // Domains of the viewer: a few, so that their list needs no memory from elsewhere.
  std::array<std::byte, 8 * sizeof(void*)> room_;
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
  std::pmr::vector<const Domain*> active_{&memory_};
  // Whether the active domain at this place names portals of an entity, of the entity that was asked about last:
  // queries ask portal by portal.
  struct Named {
    Index entity = 0;
    bool some = false;
  };
  mutable std::vector<Named> named_;
};

template <>
std::vector<Index> Visibility::collect<Node>() const;
template <>
std::vector<Index> Visibility::collect<FcPort>() const;
template <>
std::vector<Index> Visibility::collect<Entity>() const;
template <>
std::vector<Index> Visibility::collect<Portal>() const;
template <>
std::vector<Index> Visibility::collect<PortalGroup>() const;
template <>
std::vector<Index> Visibility::collect<FcDevice>() const;
template <>
std::vector<Index> Visibility::collect<FcDomain>() const;
template <>
std::vector<Index> Visibility::collect<Domain>() const;
template <>
std::vector<Index> Visibility::collect<DomainSet>() const;

// True for objects that are there in their own right, not as a placeholder for a membership.
inline bool isRegistered(const Node& o) { return o.registered(); }
inline bool isRegistered(const Portal& o) { return o.registered(); }
inline bool isRegistered(const FcPort& o) { return o.registered(); }
template <class T>
bool isRegistered(const T&) {
  return true;
}

template <class T, class Visit>
void Visibility::forEach(Index first, Visit&& visit) const {
  if (everything_) {
    state_.table<T>().forEachFrom(first, [&](Index, const T& o) { return !isRegistered(o) || visit(o); });
    return;
  }
  // One domain, the common zone: its members are in order already.
  if constexpr (std::is_same_v<T, Node>) {
    if (active_.size() == 1 && node_ != nullptr && active_[0]->nodes.contains(node_->index)) {
      (void)active_[0]->nodes.visitFrom(first, [&](Index at) {
        const Node& node = *state_.get<Node>(at);
        return !node.registered() || visit(node);
      });
      return;
    }
  }
  for (Index at : collect<T>()) {
    if (at >= first && !visit(*state_.get<T>(at))) return;
  }
}

}  // namespace core
