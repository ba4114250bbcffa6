#include "isns-server/core/deregistration.h"

#include "isns-server/core/entity_period.h"
#include "isns-server/core/source_rights.h"

namespace core {
namespace {

using isns::Attribute;
using isns::Status;
namespace tag = isns::tag;

// An object as the message names it: by its key, for a portal with the port that follows, or by its index.
struct Name {
  Attribute first;
  const Attribute* port = nullptr;
  bool isThere = false;  // before anything was removed
};

class Deregistration {
 public:
  Deregistration(const Source& source, Transaction& transaction, Notes& notes)
      : source_(source), sourceEntity_(source.entity()), tx_(transaction), notes_(notes) {}

  Status run(std::span<const Attribute> objects, isns::AttributeWriter& answer) {
    if (const Status status = readNames(objects); status != Status::Successful) return status;
    for (const Name& name : names_) {
      const Status status = withObject(name, [&](const auto& object) { return remove(object); });
      if (status == Status::Successful) continue;
      // Nothing of the message is done, so all that it names and that is there was not deregistered (5.7.5.4).
      answer.delimiter();
      for (const Name& left : names_) {
        if (!left.isThere) continue;
        answer.copy(left.first);
        if (left.port != nullptr) answer.copy(*left.port);
      }
      return status;
    }
    return Status::Successful;
  }

 private:
  // A switch is no object of its own: it is what its FC_DOMAIN_IDs are allocated to (6.8.2).
  struct Switch {
    base::ByteView name;
  };

  Status readNames(std::span<const Attribute> objects) {
    for (std::size_t i = 0; i < objects.size(); ++i) {
      Name name{objects[i]};
      if (name.first.empty()) return Status::InvalidDeregistration;
      if (name.first.tag == tag::kPortalIp) {
        if (i + 1 == objects.size() || objects[i + 1].tag != tag::kPortalPort || objects[i + 1].empty()) {
          return Status::MessageFormatError;
        }
        name.port = &objects[++i];
      }
      const Status status = withObject(name, [&](const auto& object) {
        name.isThere = isThere(object);
        return Status::Successful;
      });
      if (status != Status::Successful) return status;
      names_.push_back(name);
    }
    return names_.empty() ? Status::InvalidDeregistration : Status::Successful;
  }

  // Calls `use` with the object, nullptr where there is none.
  template <class Use>
  Status withObject(const Name& name, Use&& use) const {
    const Registry& registry = tx_.registry();
    const State& state = tx_.state();
    const Attribute& a = name.first;
    switch (a.tag) {
      case tag::kEntityId:
        return use(registry.findEntity(state, a.text()));
      case tag::kEntityIndex:
        return use(state.get<Entity>(a.u32()));
      case tag::kPortalIp:
        return use(registry.findPortal(state, PortalKey::of(a.value, name.port->u32())));
      case tag::kPortalIndex:
        return use(state.get<Portal>(a.u32()));
      case tag::kIscsiName:
        return use(registry.findNode(state, a.text()));
      case tag::kNodeIndex:
        return use(state.get<Node>(a.u32()));
      case tag::kFcPortName:
        return use(registry.findFcPort(state, a.value));
      case tag::kFcNodeName:
        return use(registry.findFcDevice(state, a.value));
      case tag::kSwitchName:
        return use(Switch{a.value});
      default:
        return Status::InvalidDeregistration;
    }
  }

  template <class T>
  [[nodiscard]] bool isThere(const T* object) const {
    if constexpr (requires { object->registered(); }) return object != nullptr && object->registered();
    return object != nullptr;
  }
  [[nodiscard]] bool isThere(const Switch& it) const { return !idsOf(it).empty(); }

  // The right is judged by the entity that the source had when the request came: it may remove itself on the way.
  bool allowed(Index entity) {
    if (entity != 0 && entity == sourceEntity_) return true;
    return mayChange(source_, entity, tx_.state(), tx_.policy(), notes_);
  }

  Status remove(const Entity* entity) {
    if (entity == nullptr) return Status::Successful;
    if (!allowed(entity->index)) return Status::SourceUnauthorized;
    tx_.removeEntity(entity->index);
    return Status::Successful;
  }
  Status remove(const Portal* portal) {
    if (!isThere(portal)) return Status::Successful;
    const Index entity = portal->entity;
    if (!allowed(entity)) return Status::SourceUnauthorized;
    tx_.deregisterPortal(portal->index);
    tx_.removeEntityIfEmpty(entity);
    ensurePeriod(tx_, entity);
    return Status::Successful;
  }
  Status remove(const Node* node) {
    if (!isThere(node)) return Status::Successful;
    const Index entity = node->entity;
    if (!allowed(entity)) return Status::SourceUnauthorized;
    tx_.deregisterNode(node->index);
    tx_.removeEntityIfEmpty(entity);
    return Status::Successful;
  }
  Status remove(const FcPort* port) {
    if (!isThere(port)) return Status::Successful;
    const Index entity = port->entity;
    if (!allowed(entity)) return Status::SourceUnauthorized;
    tx_.deregisterFcPort(port->index);
    tx_.removeEntityIfEmpty(entity);
    return Status::Successful;
  }
  // A device goes with its ports; while one of them is registered it stays (5.6.5.4).
  Status remove(const FcDevice* device) {
    if (device == nullptr) return Status::Successful;
    const bool mine = device->ports.visitWhile([&](Index i) { return allowed(tx_.get<FcPort>(i)->entity); });
    if (!mine) return Status::SourceUnauthorized;
    return device->ports.empty() ? (tx_.removeFcDevice(device->index), Status::Successful)
                                 : Status::InvalidDeregistration;
  }
  // A switch gives back all its FC_DOMAIN_IDs (6.8.2).
  Status remove(const Switch& it) {
    const std::vector<Index> ids = idsOf(it);
    for (Index id : ids) {
      if (!allowed(tx_.get<FcDomain>(id)->entity)) return Status::SourceUnauthorized;
    }
    for (Index id : ids) tx_.removeFcDomain(id);
    return Status::Successful;
  }
  [[nodiscard]] std::vector<Index> idsOf(const Switch& it) const {
    std::vector<Index> ids;
    tx_.state().fcDomains.forEach([&](Index i, const FcDomain& domain) {
      if (base::equal(domain.attributes.value(tag::kSwitchName), it.name)) ids.push_back(i);
    });
    return ids;
  }

  const Source& source_;
  const Index sourceEntity_;
  Transaction& tx_;
  Notes& notes_;
  std::vector<Name> names_;
};

}  // namespace

isns::Status deregister(const Request& request, const Source& source, Transaction& transaction, Notes& notes,
                        isns::AttributeWriter& answer) {
  if (!request.key.empty() && request.delimited) return Status::InvalidDeregistration;  // there is no message key
  return Deregistration(source, transaction, notes).run(request.delimited ? request.operating : request.key, answer);
}

}  // namespace core
