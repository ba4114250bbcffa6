#include "isns-server/core/deregistration.h"

#include "isns-server/core/registration.h"

namespace core {
namespace {

using isns::Attribute;
using isns::Status;
namespace tag = isns::tag;

class Deregistration {
 public:
  Deregistration(const Source& source, Transaction& transaction, Notes& notes)
      : source_(source), sourceEntity_(source.entity()), tx_(transaction), notes_(notes) {}

  // Removes the object that `a` (and for a portal the port after it) names.
  Status remove(const Attribute& a, const Attribute* port) {
    const Registry& registry = tx_.registry();
    const State& state = tx_.state();
    switch (a.tag) {
      case tag::kEntityId:
        return removeEntity(registry.findEntity(state, a.text()));
      case tag::kEntityIndex:
        return removeEntity(state.get<Entity>(a.u32()));
      case tag::kPortalIp:
        return removePortal(registry.findPortal(state, PortalKey::of(a.value, port->u32())));
      case tag::kPortalIndex:
        return removePortal(state.get<Portal>(a.u32()));
      case tag::kIscsiName:
        return removeNode(registry.findNode(state, a.text()));
      case tag::kNodeIndex:
        return removeNode(state.get<Node>(a.u32()));
      case tag::kFcPortName:
        return removeFcPort(registry.findFcPort(state, a.value));
      case tag::kFcNodeName:
        return removeDevice(registry.findFcDevice(state, a.value));
      case tag::kSwitchName:
        return removeSwitch(a.value);
      default:
        return Status::InvalidDeregistration;
    }
  }

 private:
  // The right is judged by the entity that the source had when the request came: it may remove itself on the way.
  bool allowed(Index entity) {
    if (entity != 0 && entity == sourceEntity_) return true;
    return mayChange(source_, entity, tx_.policy(), notes_);
  }

  Status removeEntity(const Entity* entity) {
    if (entity == nullptr) return Status::Successful;
    if (!allowed(entity->index)) return Status::SourceUnauthorized;
    tx_.removeEntity(entity->index);
    return Status::Successful;
  }
  Status removePortal(const Portal* portal) {
    if (portal == nullptr || !portal->registered()) return Status::Successful;
    const Index entity = portal->entity;
    if (!allowed(entity)) return Status::SourceUnauthorized;
    tx_.deregisterPortal(portal->index);
    tx_.removeEntityIfEmpty(entity);
    return Status::Successful;
  }
  Status removeNode(const Node* node) {
    if (node == nullptr || !node->registered()) return Status::Successful;
    const Index entity = node->entity;
    if (!allowed(entity)) return Status::SourceUnauthorized;
    tx_.deregisterNode(node->index);
    tx_.removeEntityIfEmpty(entity);
    return Status::Successful;
  }
  Status removeFcPort(const FcPort* port) {
    if (port == nullptr || !port->registered()) return Status::Successful;
    const Index entity = port->entity;
    if (!allowed(entity)) return Status::SourceUnauthorized;
    tx_.deregisterFcPort(port->index);
    tx_.removeEntityIfEmpty(entity);
    return Status::Successful;
  }
  // A device goes with its ports; while one of them is registered it stays (5.6.5.4).
  Status removeDevice(const FcDevice* device) {
    if (device == nullptr) return Status::Successful;
    const bool mine = device->ports.visitWhile([&](Index i) { return allowed(tx_.get<FcPort>(i)->entity); });
    if (!mine) return Status::SourceUnauthorized;
    return device->ports.empty() ? (tx_.removeFcDevice(device->index), Status::Successful)
                                 : Status::InvalidDeregistration;
  }
  // A switch gives back all its FC_DOMAIN_IDs (6.8.2).
  Status removeSwitch(base::ByteView name) {
    std::vector<Index> ids;
    bool mine = true;
    tx_.state().fcDomains.forEach([&](Index i, const FcDomain& domain) {
      if (!base::equal(domain.attributes.value(tag::kSwitchName), name)) return;
      ids.push_back(i);
      mine = mine && allowed(domain.entity);
    });
    if (!mine) return Status::SourceUnauthorized;
    for (Index id : ids) tx_.removeFcDomain(id);
    return Status::Successful;
  }

  const Source& source_;
  const Index sourceEntity_;
  Transaction& tx_;
  Notes& notes_;
};

}  // namespace

isns::Status deregister(const Request& request, const Source& source, Transaction& transaction, Notes& notes,
                        isns::AttributeWriter& answer) {
  if (!request.key.empty() && request.delimited) return Status::InvalidDeregistration;  // there is no message key
  const auto objects = request.delimited ? request.operating : request.key;
  if (objects.empty()) return Status::InvalidDeregistration;
  // The source may be among what goes, so its rights are taken from a copy.
  Deregistration deregistration(source, transaction, notes);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const Attribute& a = objects[i];
    if (a.empty()) return Status::InvalidDeregistration;
    const Attribute* port = nullptr;
    if (a.tag == tag::kPortalIp) {
      if (i + 1 == objects.size() || objects[i + 1].tag != tag::kPortalPort || objects[i + 1].empty()) {
        return Status::MessageFormatError;
      }
      port = &objects[++i];
    }
    const Status status = deregistration.remove(a, port);
    if (status == Status::Successful) continue;
    if (status == Status::SourceUnauthorized) {
      answer.delimiter();
      answer.copy(a);
      if (port != nullptr) answer.copy(*port);
    }
    return status;
  }
  return Status::Successful;
}

}  // namespace core
