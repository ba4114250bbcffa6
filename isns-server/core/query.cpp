#include "isns-server/core/query.h"

#include <algorithm>
#include <bitset>
#include <memory_resource>
#include <utility>

#include "isns-server/core/asked.h"

namespace core {
namespace {

using isns::Attribute;
using isns::AttributeWriter;
using isns::Status;
namespace tag = isns::tag;

// Consecutive operating attributes of one object type.
struct Run {
  ObjectType type;
  std::span<const Attribute> attributes;
};

class Query {
 public:
  Query(const Request& request, const Source& source, const QueryContext& context, AttributeWriter& answer)
      : request_(request),
        context_(context),
        state_(context.state),
        sight_(context.state, context.policy, source),
        reader_(context.registry, context.state, context.contacts, answer.size() + context.maxResponse),
        answer_(answer),
        operating_(eachOnce(request.operating, asked_)) {}

  Status run() {
    ObjectType type = ObjectType::None;
    if (!request_.key.empty()) {
      if (const Status status = keyType(request_.key, type); status != Status::Successful) return status;
    }
    for (const Attribute& a : request_.key) answer_.copy(a);
    answer_.delimiter();
    splitRuns();
    if (request_.key.empty()) {
      if (operating_.empty()) {
        forEachObjectType([&]<class T>(T*) { writeEvery<T>(nullptr); });
      }
      for (const Run& run : runs_) {
        forEachObjectType([&]<class T>(T*) {
          if (T::kType == run.type) writeEvery<T>(&run);
        });
      }
      return finish();
    }
    forEachObjectType([&]<class T>(T*) {
      if (T::kType == type) answerKey<T>();
    });
    return finish();
  }

 private:
  Status finish() const { return tooLong() ? Status::Busy : Status::Successful; }
  [[nodiscard]] bool tooLong() const { return reader_.full(answer_); }

  // Virtual attributes are answered at once; attributes that are not known are left out.
  void splitRuns() {
    const auto all = operating_;
    for (std::size_t i = 0; i < all.size();) {
      if (all[i].row == nullptr) {
        ++i;
        continue;
      }
      if (all[i].row->role == isns::Role::NextIndex || all[i].row->object == ObjectType::Server) {
        reader_.writeVirtual(all[i], context_.policy.vendorOui, answer_);
        ++i;
        continue;
      }
      std::size_t end = i + 1;
      while (end < all.size() && all[end].row != nullptr && all[end].row->object == all[i].row->object &&
             all[end].row->role != isns::Role::NextIndex) {
        ++end;
      }
      runs_.push_back({all[i].row->object, all.subspan(i, end - i)});
      i = end;
    }
  }

  template <class T>
  void writeEvery(const Run* run) {
    sight_.forEach<T>(0, [&](const T& object) {
      emit(object, run);
      return !tooLong();
    });
  }

  template <class T>
  void answerKey() {
    bool exact = false;
    const T* one = findByKey<T>(context_.registry, state_, request_.key, exact);
    const auto answers = [&](const T& object) {
      return std::all_of(request_.key.begin(), request_.key.end(),
                         [&](const Attribute& a) { return a.empty() || reader_.matches(object, a); });
    };
    if (exact) {
      if (one != nullptr && isRegistered(*one) && sight_.sees(*one) && answers(*one)) answerFor(*one);
      return;
    }
    sight_.forEach<T>(0, [&](const T& object) {
      if (answers(object)) answerFor(object);
      return !tooLong();
    });
  }

  // Everything that was asked, for one object that the key matches.
  template <class T>
  void answerFor(const T& object) {
    if (operating_.empty()) {
      emit(object, nullptr);
      forEachObjectType([&]<class U>(U*) {
        if (U::kType != T::kType) related(object, U::kType, nullptr);
      });
      return;
    }
    for (const Run& run : runs_) {
      if (run.type == T::kType) {
        emit(object, &run);
      } else {
        related(object, run.type, &run);
      }
    }
  }

  // One object, with the attributes of the run, or all where there is none. Each that is written looks at the bound first:
  // what is related to one object may be all that there is.
  template <class T>
  void emit(const T& object, const Run* run) {
    if (tooLong()) return;
    if (run == nullptr) {
      reader_.writeAll(object, answer_);
    } else {
      reader_.write(object, run->attributes, answer_);
    }
  }
  template <class T>
  void emitSeen(Index index, const Run* run) {
    const T* object = index == 0 ? nullptr : state_.get<T>(index);
    if (object != nullptr && isRegistered(*object) && sight_.sees(*object)) emit(*object, run);
  }
  template <class T>
  void emitAll(const base::IdSet& indexes, const Run* run) {
    indexes.visitWhile([&](Index i) {
      emitSeen<T>(i, run);
      return !tooLong();
    });
  }
  // Sets of several domains, each once.
  void emitSetsOf(const base::IdSet& domains, const Run* run) {
    base::IdSet sets;
    domains.forEach([&](Index d) {
      if (sight_.sees(*state_.get<Domain>(d))) {
        state_.get<Domain>(d)->sets.forEach([&](Index s) { sets.insert(s); });
      }
    });
    emitAll<DomainSet>(sets, run);
  }

  // ---- Objects of a type that are related to one (5.6.5.2): through containment, portal groups and domains ----

  // The ways to a node that the source may use. Portals and portal groups of one node are mostly asked for together.
  template <class Visit>
  void waysTo(const Node& node, Visit&& visit) {
    const std::span<const Way> ways = node.ways.items();
    const auto sees = [&](std::size_t i) { return sight_.seesThrough(node, ways[i].portal); };
    if (std::exchange(waysOf_, &node) != &node) {
      seen_.reset();
      for (std::size_t i = 0; i < std::min(ways.size(), seen_.size()); ++i) seen_[i] = sees(i);
    }
    for (std::size_t i = 0; i < ways.size(); ++i) {
      if (i < seen_.size() ? seen_[i] : sees(i)) visit(ways[i]);
    }
  }
  void emitPortal(const Way& way, const Run* run) {
    if (tooLong()) return;
    if (run == nullptr) return reader_.writeAll(*state_.get<Portal>(way.portal), answer_);
    reader_.writePortal(way, run->attributes, answer_);
  }
  void emitGroup(const Node& node, const Way& way, const Run* run) {
    if (tooLong()) return;
    if (run == nullptr) return reader_.writeAll(*state_.get<PortalGroup>(way.group), answer_);
    reader_.writeGroup(node, way, run->attributes, answer_);
  }

  void related(const Node& node, ObjectType type, const Run* run) {
    switch (type) {
      case ObjectType::Entity:
        return emit(*state_.get<Entity>(node.entity), run);
      case ObjectType::Portal:
        return waysTo(node, [&](const Way& way) { emitPortal(way, run); });
      case ObjectType::PortalGroup:
        return waysTo(node, [&](const Way& way) { emitGroup(node, way, run); });
      case ObjectType::Domain:
        return emitAll<Domain>(node.domains, run);
      case ObjectType::DomainSet:
        return emitSetsOf(node.domains, run);
      default:
        return;
    }
  }

  void related(const Entity& entity, ObjectType type, const Run* run) {
    switch (type) {
      case ObjectType::Portal:
        return emitAll<Portal>(entity.portals, run);
      case ObjectType::Node:
        return emitAll<Node>(entity.nodes, run);
      case ObjectType::PortalGroup:
        return entity.nodes.forEach([&](Index i) { emitAll<PortalGroup>(state_.get<Node>(i)->groups, run); });
      case ObjectType::FcPort:
        return emitAll<FcPort>(entity.fcPorts, run);
      case ObjectType::FcDevice: {
        base::IdSet devices;
        entity.fcPorts.forEach([&](Index i) {
          if (const Index device = state_.get<FcPort>(i)->device; device != 0) devices.insert(device);
        });
        return emitAll<FcDevice>(devices, run);
      }
      case ObjectType::Domain:
      case ObjectType::DomainSet: {
        base::IdSet domains;
        entity.nodes.forEach(
            [&](Index i) { state_.get<Node>(i)->domains.forEach([&](Index d) { domains.insert(d); }); });
        if (type == ObjectType::Domain) return emitAll<Domain>(domains, run);
        return emitSetsOf(domains, run);
      }
      default:
        return;
    }
  }

  void related(const Portal& portal, ObjectType type, const Run* run) {
    // A group that reaches into another entity is no way to its node (3.4), also for who sees everything.
    const auto groups = [&](auto&& visit) {
      portal.groups.forEach([&](Index i) {
        const PortalGroup& group = *state_.get<PortalGroup>(i);
        const bool leads = group.grantsAccess() && state_.get<Node>(group.node)->entity == portal.entity;
        if (leads && sight_.sees(group)) visit(group);
      });
    };
    switch (type) {
      case ObjectType::Entity:
        return emit(*state_.get<Entity>(portal.entity), run);
      case ObjectType::Node:
        return groups([&](const PortalGroup& group) { emitSeen<Node>(group.node, run); });
      case ObjectType::PortalGroup:
        return groups([&](const PortalGroup& group) { emit(group, run); });
      case ObjectType::FcPort:
        return emitAll<FcPort>(state_.get<Entity>(portal.entity)->fcPorts, run);
      case ObjectType::Domain:
        return emitAll<Domain>(portal.domains, run);
      case ObjectType::DomainSet:
        return emitSetsOf(portal.domains, run);
      default:
        return;
    }
  }

  void related(const PortalGroup& group, ObjectType type, const Run* run) {
    switch (type) {
      case ObjectType::Entity: {
        const Index entity = state_.get<Node>(group.node)->entity;
        return emitSeen<Entity>(entity != 0 ? entity : state_.get<Portal>(group.portal)->entity, run);
      }
      case ObjectType::Node:
        return emitSeen<Node>(group.node, run);
      case ObjectType::Portal:
        return emitSeen<Portal>(group.portal, run);
      default:
        return;
    }
  }

  void related(const FcPort& port, ObjectType type, const Run* run) {
    switch (type) {
      case ObjectType::Entity:
        return emit(*state_.get<Entity>(port.entity), run);
      case ObjectType::Portal:
        return state_.get<Entity>(port.entity)->portals.forEach([&](Index i) {
          const Portal& portal = *state_.get<Portal>(i);
          if (sight_.seesThrough(port, portal.index)) emit(portal, run);
        });
      case ObjectType::FcDevice:
        return emitSeen<FcDevice>(port.device, run);
      case ObjectType::Domain:
        return emitAll<Domain>(port.domains, run);
      case ObjectType::DomainSet:
        return emitSetsOf(port.domains, run);
      default:
        return;
    }
  }

  void related(const FcDevice& device, ObjectType type, const Run* run) {
    if (type == ObjectType::FcPort) emitAll<FcPort>(device.ports, run);
  }

  void related(const FcDomain& domain, ObjectType type, const Run* run) {
    if (type == ObjectType::Entity) emitSeen<Entity>(domain.entity, run);
  }

  void related(const Domain& domain, ObjectType type, const Run* run) {
    switch (type) {
      case ObjectType::Node:
        return emitAll<Node>(domain.nodes, run);
      case ObjectType::Portal:
        return emitAll<Portal>(domain.portals, run);
      case ObjectType::FcPort:
        return emitAll<FcPort>(domain.fcPorts, run);
      case ObjectType::DomainSet:
        return emitAll<DomainSet>(domain.sets, run);
      default:
        return;
    }
  }

  void related(const DomainSet& set, ObjectType type, const Run* run) {
    if (type == ObjectType::Domain) emitAll<Domain>(set.domains, run);
  }

  const Request& request_;
  const QueryContext& context_;
  const State& state_;
  const Visibility sight_;
  const ObjectReader reader_;
  AttributeWriter& answer_;
  std::vector<Attribute> asked_;
  const std::span<const Attribute> operating_;
  std::array<std::byte, 8 * sizeof(Run)> room_;
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
  std::pmr::vector<Run> runs_{&memory_};
  const Node* waysOf_ = nullptr;
  std::bitset<64> seen_;  // which of its first ways the source may use
};

}  // namespace

isns::Status keyType(std::span<const Attribute> key, ObjectType& type) {
  type = ObjectType::None;
  if (repeats(key)) return Status::InvalidQuery;
  for (const Attribute& a : key) {
    if (a.row == nullptr) return Status::AttributeNotImplemented;
    const bool searchable = a.row->role != isns::Role::NextIndex && a.row->role != isns::Role::Member &&
                            a.row->object != ObjectType::Server;
    if (!searchable || (type != ObjectType::None && type != a.row->object)) return Status::InvalidQuery;
    type = a.row->object;
  }
  return Status::Successful;
}

const Attribute* valueIn(std::span<const Attribute> key, isns::Tag t) {
  const auto at = std::find_if(key.begin(), key.end(), [&](const Attribute& a) { return a.tag == t && !a.empty(); });
  return at == key.end() ? nullptr : &*at;
}

template <class T>
const T* findByKey(const Registry& registry, const State& state, std::span<const Attribute> key, bool& exact) {
  exact = false;
  const auto hit = [&](const T* object) {
    exact = true;
    return object;
  };
  for (const Attribute& a : key) {
    if (!a.empty() && a.row->role == isns::Role::Index) return hit(state.get<T>(a.u32()));
  }
  if constexpr (std::is_same_v<T, Entity>) {
    if (const Attribute* a = valueIn(key, tag::kEntityId)) return hit(registry.findEntity(state, a->text()));
  } else if constexpr (std::is_same_v<T, Portal>) {
    const Attribute* ip = valueIn(key, tag::kPortalIp);
    const Attribute* port = valueIn(key, tag::kPortalPort);
    if (ip != nullptr && port != nullptr) return hit(registry.findPortal(state, PortalKey::of(ip->value, port->u32())));
  } else if constexpr (std::is_same_v<T, Node>) {
    if (const Attribute* a = valueIn(key, tag::kIscsiName)) return hit(registry.findNode(state, a->text()));
  } else if constexpr (std::is_same_v<T, PortalGroup>) {
    const Attribute* name = valueIn(key, tag::kPgIscsiName);
    const Attribute* ip = valueIn(key, tag::kPgPortalIp);
    const Attribute* port = valueIn(key, tag::kPgPortalPort);
    if (name != nullptr && ip != nullptr && port != nullptr) {
      const Node* node = registry.findNode(state, name->text());
      const Portal* portal = registry.findPortal(state, PortalKey::of(ip->value, port->u32()));
      if (node == nullptr || portal == nullptr) return hit(nullptr);
      return hit(registry.findGroup(state, node->index, portal->index));
    }
  } else if constexpr (std::is_same_v<T, FcPort>) {
    if (const Attribute* a = valueIn(key, tag::kFcPortName)) return hit(registry.findFcPort(state, a->value));
  } else if constexpr (std::is_same_v<T, FcDevice>) {
    if (const Attribute* a = valueIn(key, tag::kFcNodeName)) return hit(registry.findFcDevice(state, a->value));
  } else if constexpr (std::is_same_v<T, Domain>) {
    if (const Attribute* a = valueIn(key, tag::kDdId)) return hit(state.get<Domain>(a->u32()));
  } else if constexpr (std::is_same_v<T, DomainSet>) {
    if (const Attribute* a = valueIn(key, tag::kDdsId)) return hit(state.get<DomainSet>(a->u32()));
  }
  return nullptr;
}

isns::Status queryAttributes(const Request& request, const Source& source, const QueryContext& context,
                             AttributeWriter& answer) {
  // Server attributes are asked with the source's own name as the key (6.9), whether or not it is registered.
  const bool onlyVirtual =
      !request.operating.empty() &&
      std::all_of(request.operating.begin(), request.operating.end(), [](const Attribute& a) {
        return a.row != nullptr && (a.row->object == ObjectType::Server || a.row->role == isns::Role::NextIndex);
      });
  if (!source.registered() && !source.control && !onlyVirtual &&
      context.policy.unknownSource == UnknownSource::Reject) {
    return Status::SourceUnknown;
  }
  return Query(request, source, context, answer).run();
}

template const Entity* findByKey(const Registry&, const State&, std::span<const Attribute>, bool&);
template const Portal* findByKey(const Registry&, const State&, std::span<const Attribute>, bool&);
template const Node* findByKey(const Registry&, const State&, std::span<const Attribute>, bool&);
template const PortalGroup* findByKey(const Registry&, const State&, std::span<const Attribute>, bool&);
template const FcPort* findByKey(const Registry&, const State&, std::span<const Attribute>, bool&);
template const FcDevice* findByKey(const Registry&, const State&, std::span<const Attribute>, bool&);
template const Domain* findByKey(const Registry&, const State&, std::span<const Attribute>, bool&);
template const DomainSet* findByKey(const Registry&, const State&, std::span<const Attribute>, bool&);
template const FcDomain* findByKey(const Registry&, const State&, std::span<const Attribute>, bool&);

}  // namespace core
