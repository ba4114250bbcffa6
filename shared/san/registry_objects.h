// What the name server knows, as objects of the SAN model: entities, portals, nodes, portal groups, domains, sets.
//
// Immutable once a Snapshot holds them. An object states facts about itself alone: what refers to it is found through
// SanIndex (san_index.h). iFCP objects stand outside of this model (DESIGN section 5).
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "shared/base/ref.h"
#include "shared/base/shared_array.h"
#include "shared/isns/ip_text.h"
#include "shared/san/dated.h"
#include "shared/san/ids.h"
#include "shared/san/words.h"

namespace san {

struct Object : base::RefCounted {
  Id id = 0;
  Revision created = 0;
  Revision changed = 0;  // of the last change of a fact of its own

  Object() = default;
  Object(const Object&) = default;
  Object& operator=(const Object&) = default;
  virtual ~Object() = default;
};

struct Entity : Object {
  static constexpr Kind kKind = Kind::Entity;
  std::string name;  // the Entity Identifier
  Seconds registeredAt = 0;
};

// How a portal hangs on the network, as the agent of its machine sees it; an empty interface: no agent has said.
struct PortalNetwork {
  std::string interface;
  std::uint32_t vlan = 0;    // VLAN id; 0: none
  std::uint32_t mtu = 0;     // bytes
  std::uint32_t speed = 0;   // Mbit/s; 0: unknown
  std::uint32_t prefix = 0;  // bits of its address that are the subnet's; 0: unknown
  bool up = false;
  friend bool operator==(const PortalNetwork&, const PortalNetwork&) = default;
};

// Nodes and portals that are not registered stay while something else names them: a domain, a map, an observation.
struct Portal : Object {
  static constexpr Kind kKind = Kind::Portal;
  isns::PortalAddress address;
  std::string symbolicName;
  Link<Kind::Entity> entity;  // none: not registered
  std::string note;           // what stands on the port, as the administrator keeps it
  PortalNetwork network;      // seen, not stored
  [[nodiscard]] bool registered() const { return static_cast<bool>(entity); }
};

struct Node : Object {
  static constexpr Kind kKind = Kind::Node;
  std::string name;          // iSCSI name, normal spelling
  std::string symbolicName;  // the iSCSI Alias that it registered
  Link<Kind::Entity> entity;  // none: not registered
  bool initiator = false;
  bool target = false;
  bool control = false;   // sees everything (RFC 4171 2.4), as the configuration says
  Seconds lastSeen = 0;   // when its registration ended; 0 while it is registered, or not known
  std::string alias;      // the administrator's name for it
  Links<Kind::Label> labels;
  ChapDemand chap = ChapDemand::None;                // a target: at least this, whatever its domains demand
  Enforcement enforcement = Enforcement::Zoning;     // a target of ours: by what it is to decide
  Dated<Id> registeredDate;                          // by that entity
  Dated<bool> controlDate;
  [[nodiscard]] bool registered() const { return static_cast<bool>(entity); }
  [[nodiscard]] Id registeredBy() const { return entity.id; }
  // Since when it is registered, or is not, and is a control node, or is none, without a break.
  [[nodiscard]] Revision registeredSince() const { return registeredDate.of(entity.id, changed); }
  [[nodiscard]] Revision controlSince() const { return controlDate.of(control, changed); }
  void settle() {
    registeredDate = {entity.id, registeredSince()};
    controlDate = {control, controlSince()};
  }
};

struct PortalGroup : Object {
  static constexpr Kind kKind = Kind::PortalGroup;
  static constexpr std::uint32_t kNullTag = 0xffffffff;  // no access (RFC 4171 3.4)
  Link<Kind::Node> node;
  Link<Kind::Portal> portal;
  std::uint32_t tag = 1;
  [[nodiscard]] bool grantsAccess() const { return tag != kNullTag; }
};

// Members of a domain, a set or a host, each with the revision that brought it. Ascending by id.
struct Member {
  Id id = 0;
  Revision since = 0;
  friend bool operator==(const Member&, const Member&) = default;
};

template <Kind K>
class Members {
 public:
  static constexpr Kind kKind = K;
  [[nodiscard]] std::span<const Member> items() const { return list_.items(); }
  [[nodiscard]] std::size_t size() const { return list_.items().size(); }
  [[nodiscard]] bool empty() const { return list_.items().empty(); }
  // nullptr when it is no member.
  [[nodiscard]] const Member* find(Id id) const {
    const auto all = items();
    const auto at = std::ranges::lower_bound(all, id, {}, &Member::id);
    return at != all.end() && at->id == id ? &*at : nullptr;
  }
  [[nodiscard]] bool contains(Id id) const { return find(id) != nullptr; }
  template <class Visit>
  void forEach(Visit&& visit) const {
    for (const Member& one : items()) visit(one.id);
  }
  // `all` ascends by id.
  void assign(std::span<const Member> all) { list_ = base::SharedArray<Member>(all); }
  void insert(Id id, Revision since) {
    std::vector<Member> all(items().begin(), items().end());
    const auto at = std::ranges::lower_bound(all, id, {}, &Member::id);
    if (at != all.end() && at->id == id) return;
    all.insert(at, {id, since});
    assign(all);
  }
  // The revision of the last change that took a member out; 0: none has left, as far as is known.
  [[nodiscard]] Revision left() const { return left_; }
  void noteLeft(Revision revision) { left_ = revision; }

 private:
  base::SharedArray<Member> list_;
  Revision left_ = 0;
};

struct Domain : Object {
  static constexpr Kind kKind = Kind::Domain;
  static constexpr Id kDefault = 1;  // RFC 4171 2.2.2
  std::string name;                  // DD Symbolic Name
  Members<Kind::Node> nodes;
  Members<Kind::Portal> portals;
  std::uint32_t features = 0;  // DD Features (RFC 4171 6.11.2.9); bit 0: boot list
  ChapDemand chap = ChapDemand::None;
  bool md5Refused = false;  // CHAP with MD5 is not enough between its members
  Links<Kind::Label> labels;
  Revision unassignedSince = 0;  // since when it was in no set, when it was in none last; 0: not known
};

struct DomainSet : Object {
  static constexpr Kind kKind = Kind::DomainSet;
  std::string name;  // DDS Symbolic Name
  bool enabled = false;
  Revision enabledSince = 0;
  Members<Kind::Domain> domains;
};

}  // namespace san
