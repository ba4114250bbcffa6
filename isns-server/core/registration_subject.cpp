#include "isns-server/core/registration_subject.h"

#include <algorithm>

#include "shared/base/hex.h"
#include "shared/isns/ip_text.h"

namespace core {

using isns::Attribute;
using isns::Status;
namespace tag = isns::tag;

Index indexOf(const Transaction& tx, const ObjectSpec& object) {
  const Registry& registry = tx.registry();
  const auto index = [](const auto* found) { return found == nullptr ? Index{0} : found->index; };
  switch (object.type) {
    case ObjectType::Portal:
      return index(registry.findPortal(tx.state(), object.portal));
    case ObjectType::Node:
      return index(registry.findNode(tx.state(), object.text));
    case ObjectType::FcPort:
      return index(registry.findFcPort(tx.state(), object.wwn));
    case ObjectType::FcDevice:
      return index(registry.findFcDevice(tx.state(), object.wwn));
    default:
      return 0;
  }
}

std::string textOf(const ObjectSpec& object) {
  switch (object.type) {
    case ObjectType::Portal: {
      isns::PortalAddress at;
      std::ranges::copy(object.portal.ip(), at.ip.begin());
      at.port = object.portal.port();
      return isns::formatPortal(at);
    }
    case ObjectType::FcPort:
    case ObjectType::FcDevice:
      return base::hexText(object.wwn);
    default:
      return std::string(object.text);
  }
}

bool isKeyObject(const RegistrationSubject& about, const Transaction& tx, const ObjectSpec& object) {
  if (object.type != about.keyType) return false;
  const Index index = indexOf(tx, object);
  return index != 0 && index == about.keyIndex;
}

Index registeredEntityOf(const Transaction& tx, const ObjectSpec& object) {
  const Index index = indexOf(tx, object);
  if (index == 0) return 0;
  switch (object.type) {
    case ObjectType::Portal:
      return tx.get<Portal>(index)->entity;
    case ObjectType::Node:
      return tx.get<Node>(index)->entity;
    case ObjectType::FcPort:
      return tx.get<FcPort>(index)->entity;
    default:
      return 0;
  }
}

namespace {

bool isKeyGroup(const RegistrationSubject& about, const Transaction& tx, const GroupSpec& spec) {
  const PortalGroup& group = *tx.get<PortalGroup>(about.keyIndex);
  return tx.get<Node>(group.node)->name() == spec.node && PortalKey::of(*tx.get<Portal>(group.portal)) == spec.portal;
}

// The message key: nothing, an EID, or the key of an object that is there.
Status findKeyObject(const Request& request, const Transaction& tx, RegistrationSubject& about) {
  const auto key = request.key;
  if (key.empty()) return Status::Successful;
  const Registry& registry = tx.registry();
  const State& state = tx.state();
  const auto refer = [&](const auto* object) {
    if (object == nullptr) return Status::InvalidRegistration;
    about.keyType = object->kType;
    about.keyIndex = object->index;
    return Status::Successful;
  };
  const Attribute& first = key.front();
  switch (first.tag) {
    case tag::kEntityId: {
      if (key.size() != 1) return Status::InvalidRegistration;
      about.keyType = ObjectType::Entity;
      about.wantedEid = first.text();
      if (const Entity* entity = registry.findEntity(state, about.wantedEid);
          entity != nullptr && !about.wantedEid.empty()) {
        about.keyIndex = entity->index;
      }
      return Status::Successful;
    }
    case tag::kPortalIp:
      if (key.size() != 2 || key[1].tag != tag::kPortalPort || first.empty() || key[1].empty()) break;
      return refer(registry.findPortal(state, PortalKey::of(first.value, key[1].u32())));
    case tag::kIscsiName:
      if (key.size() != 1) break;
      return refer(registry.findNode(state, first.text()));
    case tag::kFcPortName:
      if (key.size() != 1) break;
      return refer(registry.findFcPort(state, first.value));
    case tag::kFcNodeName:
      if (key.size() != 1) break;
      return refer(registry.findFcDevice(state, first.value));
    case tag::kPgIndex:
      if (key.size() != 1 || first.empty()) break;
      return refer(state.get<PortalGroup>(first.u32()));
    case tag::kPgIscsiName: {
      const bool whole = key.size() == 3 && key[1].tag == tag::kPgPortalIp && key[2].tag == tag::kPgPortalPort;
      if (!whole || key[1].empty() || key[2].empty()) break;
      const Node* node = registry.findNode(state, first.text());
      const Portal* portal = registry.findPortal(state, PortalKey::of(key[1].value, key[2].u32()));
      if (node == nullptr || portal == nullptr) break;
      return refer(registry.findGroup(state, node->index, portal->index));
    }
    default:
      break;
  }
  return Status::InvalidRegistration;
}

// The entity that the message is about: named by the key, by the operating attributes, or by the key object.
Status findEntity(const Request& request, const Source& source, const Transaction& tx, const RegistrationSpec& spec,
                  RegistrationSubject& about) {
  const State& state = tx.state();
  switch (about.keyType) {
    case ObjectType::Portal:
      about.entity = state.get<Portal>(about.keyIndex)->entity;
      break;
    case ObjectType::Node:
      about.entity = state.get<Node>(about.keyIndex)->entity;
      break;
    case ObjectType::FcPort:
      about.entity = state.get<FcPort>(about.keyIndex)->entity;
      break;
    case ObjectType::FcDevice: {
      const base::IdSet& ports = state.get<FcDevice>(about.keyIndex)->ports;
      about.entity = ports.empty() ? 0 : state.get<FcPort>(ports.front())->entity;
      break;
    }
    case ObjectType::PortalGroup: {
      const PortalGroup& group = *state.get<PortalGroup>(about.keyIndex);
      about.entity = state.get<Node>(group.node)->entity;
      if (about.entity == 0) about.entity = state.get<Portal>(group.portal)->entity;
      break;
    }
    default:
      break;
  }
  const bool keyIsEntity = about.keyType == ObjectType::None || about.keyType == ObjectType::Entity;
  if (!keyIsEntity) {
    // Only a registered object may be the key, and only it and what is subordinate to it may follow.
    if (about.entity == 0) return Status::InvalidRegistration;
    const bool single = about.keyType == ObjectType::PortalGroup ? spec.objects.empty() : true;
    for (const ObjectSpec& object : spec.objects) {
      const bool device = about.keyType == ObjectType::FcPort && object.type == ObjectType::FcDevice;
      // Replacing, another object of the type may take the place of the key object; not of a device, which would have
      // no port, and nobody who takes it away.
      const bool fits = request.replace && about.keyType != ObjectType::FcDevice ? object.type == about.keyType
                                                                                 : isKeyObject(about, tx, object);
      if (!device && !fits) return Status::InvalidRegistration;
    }
    if (about.keyType == ObjectType::PortalGroup &&
        !std::all_of(spec.groups.begin(), spec.groups.end(),
                     [&](const GroupSpec& g) { return isKeyGroup(about, tx, g); })) {
      return Status::InvalidRegistration;
    }
    const bool empty = spec.objects.empty() && spec.groups.empty();
    return single && !empty ? Status::Successful : Status::InvalidRegistration;
  }
  if (const ObjectSpec* entity = spec.entity(); entity != nullptr && !entity->text.empty()) {
    if (!about.wantedEid.empty() && about.wantedEid != entity->text) return Status::InvalidRegistration;
    about.wantedEid = entity->text;
  }
  if (!about.wantedEid.empty()) {
    if (const Entity* entity = tx.registry().findEntity(state, about.wantedEid)) about.entity = entity->index;
  } else {
    // Neither key nor EID: a new entity, unless the source registers again what its own entity holds already. Clients
    // without an EID have no other way to repeat themselves.
    for (const ObjectSpec& object : spec.objects) {
      const Index holder = registeredEntityOf(tx, object);
      if (holder != 0 && holder == source.entity()) about.entity = holder;
    }
  }
  about.isNew = about.entity == 0;
  // Clients must not make identifiers in the server's name (6.2.1).
  if (about.isNew && about.wantedEid.starts_with(isns::kServerMadeEidPrefix)) return Status::InvalidRegistration;
  return Status::Successful;
}

}  // namespace

Status findSubject(const Request& request, const Source& source, const Transaction& tx, const RegistrationSpec& spec,
                   RegistrationSubject& about) {
  const Status status = findKeyObject(request, tx, about);
  return status == Status::Successful ? findEntity(request, source, tx, spec, about) : status;
}

// A portal group may be updated by its index alone (3.4, 6.5.5): key 52, then 52 again, and 51.
bool namesGroupByIndex(const Request& request) {
  return request.key.size() == 1 && request.key[0].tag == tag::kPgIndex && !request.key[0].empty() &&
         !request.operating.empty() &&
         std::all_of(request.operating.begin(), request.operating.end(),
                     [](const Attribute& a) { return a.tag == tag::kPgIndex || a.tag == tag::kPgTag; });
}

// The same as a whole object, 48 to 51. False where the operating attributes name another group, or no one tag.
bool sayWholeGroup(const Request& request, const Transaction& tx, const PortalGroup& group,
                   std::array<Attribute, 4>& out) {
  const Attribute* tagSaid = nullptr;
  for (const Attribute& a : request.operating) {
    if (a.tag == tag::kPgIndex && (a.empty() || a.u32() != group.index)) return false;
    if (a.tag != tag::kPgTag) continue;
    if (tagSaid != nullptr) return false;
    tagSaid = &a;
  }
  if (tagSaid == nullptr) return false;
  const isns::AttributeList& portal = tx.get<Portal>(group.portal)->attributes;
  const auto attribute = [](isns::Tag t, base::ByteView value) { return Attribute{t, value, isns::findAttribute(t)}; };
  out = {attribute(tag::kPgIscsiName, tx.get<Node>(group.node)->attributes.value(tag::kIscsiName)),
         attribute(tag::kPgPortalIp, portal.value(tag::kPortalIp)),
         attribute(tag::kPgPortalPort, portal.value(tag::kPortalPort)), *tagSaid};
  return true;
}

}  // namespace core
