#include "isns-server/core/registration.h"

#include <algorithm>
#include <type_traits>
#include <array>

#include "isns-server/core/entity_period.h"

namespace core {
namespace {

using isns::Attribute;
using isns::Status;
namespace tag = isns::tag;

// Values that a client gets wrong although their length is right.
Status checkMeaning(const Attribute& a) {
  if (a.empty()) return Status::Successful;
  switch (a.tag) {
    case tag::kEntityProtocol:
      return a.u32() >= isns::entity_protocol::kNone && a.u32() <= isns::entity_protocol::kIfcp
                 ? Status::Successful
                 : Status::InvalidRegistration;
    case tag::kNodeType:
    case tag::kPortRole: {
      constexpr std::uint32_t kBits =
          isns::node_type::kTarget | isns::node_type::kInitiator | isns::node_type::kControl;
      return (a.u32() & ~kBits) == 0 ? Status::Successful : Status::InvalidRegistration;
    }
    case tag::kEsiPort:
    case tag::kScnPort:
      return (a.u32() & ~(isns::kUdpPortFlag | 0xffffU)) == 0 ? Status::Successful : Status::InvalidRegistration;
    default:
      return Status::Successful;
  }
}

// Appends TLVs to an arena: as AttributeWriter, for an answer that is put together of many.
class TlvList {
 public:
  explicit TlvList(base::ByteArena& out) : out_(out) { out_.clear(); }
  void delimiter() { copy(Attribute{tag::kDelimiter, {}, nullptr}); }
  void encoded(base::ByteView tlvs) { out_.append(tlvs); }
  void copy(const Attribute& a) {
    std::uint8_t* const at = out_.room(isns::kTlvHeaderSize + a.value.size());
    base::storeU32(at, a.tag);
    base::storeU32(at + 4, static_cast<std::uint32_t>(a.value.size()));
    if (!a.value.empty()) std::memcpy(at + isns::kTlvHeaderSize, a.value.data(), a.value.size());
    out_.taken(at + isns::kTlvHeaderSize + a.value.size());
  }

 private:
  base::ByteArena& out_;
};

class Registration {
 public:
  Registration(const Request& request, const Source& source, Transaction& transaction, Notes& notes,
               RegistrationSpec& spec)
      : request_(request),
        source_(source),
        tx_(transaction),
        policy_(transaction.policy()),
        notes_(notes),
        spec_(spec) {}

  Status run() {
    for (auto step : {&Registration::findKeyObject, &Registration::findEntity, &Registration::checkObjects,
                      &Registration::authorise, &Registration::makeEntity, &Registration::removeReplaced,
                      &Registration::applyObjects, &Registration::applyGroups, &Registration::checkEsi,
                      &Registration::settlePeriod, &Registration::checkScn}) {
      if (const Status status = (this->*step)(); status != Status::Successful) return status;
    }
    return Status::Successful;
  }

  void answer(isns::AttributeWriter& answer) const;

 private:
  Status findKeyObject();
  Status findEntity();
  Status checkObjects();
  Status authorise();
  Status makeEntity();
  Status removeReplaced();
  Status applyObjects();
  Status applyGroups();
  Status checkEsi();
  Status settlePeriod();
  Status checkScn();

  Status conflict() const { return source_.control ? Status::InvalidUpdate : Status::SourceUnauthorized; }
  Status applyObject(ObjectSpec& object);
  template <class T>
  Status applyType(const ObjectSpec& object, const Attribute& a);
  Status applyWwnnToken(const ObjectSpec& object, const Attribute& a);
  [[nodiscard]] bool isControl(const ObjectSpec& object) const;
  template <class T>
  void keepControlBit(const ObjectSpec& object);
  template <class T>
  Status applyAttributes(const ObjectSpec& object);
  template <class T>
  void resetAttributes(Index index);
  Status linkImplicitGroups();
  void assignWwnnToken(const ObjectSpec& object);
  [[nodiscard]] bool lists(ObjectType type, Index index) const;
  [[nodiscard]] bool isKeyObject(const ObjectSpec& object) const;
  [[nodiscard]] bool isKeyGroup(const GroupSpec& spec) const;
  [[nodiscard]] Index registeredEntityOf(const ObjectSpec& object) const;
  [[nodiscard]] std::span<const Attribute> attributesOf(const ObjectSpec& object) const {
    return std::span(spec_.attributes).subspan(object.first, object.last - object.first);
  }

  // Bytes that its attributes take at most in a list.
  [[nodiscard]] std::size_t sizeOf(const ObjectSpec& object) const {
    std::size_t size = 0;
    for (const Attribute& a : attributesOf(object)) size += isns::kTlvHeaderSize + a.value.size();
    return size;
  }

  const Request& request_;
  const Source& source_;
  Transaction& tx_;
  const Policy& policy_;
  Notes& notes_;
  RegistrationSpec& spec_;

  ObjectType keyType_ = ObjectType::None;  // of the message key
  Index keyIndex_ = 0;                     // of the object that it names, 0 where there is none
  std::string_view wantedEid_;             // empty: the server chooses
  Index entity_ = 0;
  bool newEntity_ = false;
  bool replace_ = false;
  bool eidAssigned_ = false;
  bool periodSet_ = false;  // by the server
};

// The message key: nothing, an EID, or the key of an object that is there.
Status Registration::findKeyObject() {
  const auto key = request_.key;
  if (key.empty()) return Status::Successful;
  const Registry& registry = tx_.registry();
  const State& state = tx_.state();
  const auto refer = [&](const auto* object) {
    if (object == nullptr) return Status::InvalidRegistration;
    keyType_ = object->kType;
    keyIndex_ = object->index;
    return Status::Successful;
  };
  const Attribute& first = key.front();
  switch (first.tag) {
    case tag::kEntityId: {
      if (key.size() != 1) return Status::InvalidRegistration;
      keyType_ = ObjectType::Entity;
      wantedEid_ = first.text();
      if (const Entity* entity = registry.findEntity(state, wantedEid_); entity != nullptr && !wantedEid_.empty()) {
        keyIndex_ = entity->index;
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
Status Registration::findEntity() {
  const State& state = tx_.state();
  switch (keyType_) {
    case ObjectType::Portal:
      entity_ = state.get<Portal>(keyIndex_)->entity;
      break;
    case ObjectType::Node:
      entity_ = state.get<Node>(keyIndex_)->entity;
      break;
    case ObjectType::FcPort:
      entity_ = state.get<FcPort>(keyIndex_)->entity;
      break;
    case ObjectType::FcDevice: {
      const base::IdSet& ports = state.get<FcDevice>(keyIndex_)->ports;
      entity_ = ports.empty() ? 0 : state.get<FcPort>(ports.front())->entity;
      break;
    }
    case ObjectType::PortalGroup: {
      const PortalGroup& group = *state.get<PortalGroup>(keyIndex_);
      entity_ = state.get<Node>(group.node)->entity;
      if (entity_ == 0) entity_ = state.get<Portal>(group.portal)->entity;
      break;
    }
    default:
      break;
  }
  const bool keyIsEntity = keyType_ == ObjectType::None || keyType_ == ObjectType::Entity;
  if (!keyIsEntity) {
    // Only a registered object may be the key, and only it and what is subordinate to it may follow.
    if (entity_ == 0) return Status::InvalidRegistration;
    const bool single = keyType_ == ObjectType::PortalGroup ? spec_.objects.empty() : true;
    for (const ObjectSpec& object : spec_.objects) {
      const bool device = keyType_ == ObjectType::FcPort && object.type == ObjectType::FcDevice;
      // Replacing, another object of the type may take the place of the key object.
      const bool fits = request_.replace ? object.type == keyType_ : isKeyObject(object);
      if (!device && !fits) return Status::InvalidRegistration;
    }
    if (keyType_ == ObjectType::PortalGroup && !std::all_of(spec_.groups.begin(), spec_.groups.end(),
                                                            [&](const GroupSpec& g) { return isKeyGroup(g); })) {
      return Status::InvalidRegistration;
    }
    const bool empty = spec_.objects.empty() && spec_.groups.empty();
    return single && !empty ? Status::Successful : Status::InvalidRegistration;
  }
  if (const ObjectSpec* entity = spec_.entity(); entity != nullptr && !entity->text.empty()) {
    if (!wantedEid_.empty() && wantedEid_ != entity->text) return Status::InvalidRegistration;
    wantedEid_ = entity->text;
  }
  if (!wantedEid_.empty()) {
    if (const Entity* entity = tx_.registry().findEntity(state, wantedEid_)) entity_ = entity->index;
  } else {
    // Neither key nor EID: a new entity, unless the source registers again what its own entity holds already. Clients
    // without an EID have no other way to repeat themselves.
    for (const ObjectSpec& object : spec_.objects) {
      const Index holder = registeredEntityOf(object);
      if (holder != 0 && holder == source_.entity()) entity_ = holder;
    }
  }
  newEntity_ = entity_ == 0;
  // Clients must not make identifiers in the server's name (6.2.1).
  if (newEntity_ && wantedEid_.starts_with(isns::kServerMadeEidPrefix)) return Status::InvalidRegistration;
  return Status::Successful;
}

bool Registration::isKeyObject(const ObjectSpec& object) const {
  const Registry& registry = tx_.registry();
  const auto isKey = [&](const auto* found) { return found != nullptr && found->index == keyIndex_; };
  if (object.type != keyType_) return false;
  switch (object.type) {
    case ObjectType::Portal:
      return isKey(registry.findPortal(tx_.state(), object.portal));
    case ObjectType::Node:
      return isKey(registry.findNode(tx_.state(), object.text));
    case ObjectType::FcPort:
      return isKey(registry.findFcPort(tx_.state(), object.wwn));
    case ObjectType::FcDevice:
      return isKey(registry.findFcDevice(tx_.state(), object.wwn));
    default:
      return false;
  }
}

bool Registration::isKeyGroup(const GroupSpec& spec) const {
  const PortalGroup& group = *tx_.get<PortalGroup>(keyIndex_);
  return tx_.get<Node>(group.node)->name() == spec.node && PortalKey::of(*tx_.get<Portal>(group.portal)) == spec.portal;
}

Index Registration::registeredEntityOf(const ObjectSpec& object) const {
  const Registry& registry = tx_.registry();
  switch (object.type) {
    case ObjectType::Portal: {
      const Portal* portal = registry.findPortal(tx_.state(), object.portal);
      return portal == nullptr ? 0 : portal->entity;
    }
    case ObjectType::Node: {
      const Node* node = registry.findNode(tx_.state(), object.text);
      return node == nullptr ? 0 : node->entity;
    }
    case ObjectType::FcPort: {
      const FcPort* port = registry.findFcPort(tx_.state(), object.wwn);
      return port == nullptr ? 0 : port->entity;
    }
    default:
      return 0;
  }
}

Status Registration::checkObjects() {
  bool hasMember = false;
  bool afterFcPort = keyType_ == ObjectType::FcDevice;
  for (const ObjectSpec& object : spec_.objects) {
    hasMember |= object.type != ObjectType::Entity;
    if (object.type == ObjectType::FcPort) afterFcPort = true;
    if (object.type == ObjectType::FcDevice && !afterFcPort) return Status::MessageFormatError;
    // Objects are never moved to another entity.
    const Index holder = registeredEntityOf(object);
    if (holder != 0 && holder != entity_) return conflict();
    for (const Attribute& a : attributesOf(object)) {
      if (const Status status = checkMeaning(a); status != Status::Successful) return status;
    }
  }
  if (newEntity_ && !hasMember) return Status::InvalidRegistration;
  if (spec_.objects.empty() && spec_.groups.empty()) return Status::InvalidRegistration;
  const std::size_t worst = spec_.objects.size() + 2 * spec_.groups.size() + 1;
  return tx_.full(worst) ? Status::Busy : Status::Successful;
}

Status Registration::authorise() {
  if (source_.control) return Status::Successful;
  bool allowed = !newEntity_ && source_.entity() == entity_;
  if (!allowed && !source_.registered()) {
    // A source that this message registers, in an entity of its own or in one that has lost all its nodes.
    const Entity* entity = tx_.get<Entity>(entity_);
    const bool open = newEntity_ || (entity->nodes.empty() && entity->fcPorts.empty());
    const bool listed = std::any_of(spec_.objects.begin(), spec_.objects.end(), [&](const ObjectSpec& object) {
      return (object.type == ObjectType::Node && !source_.name.empty() && object.text == source_.name) ||
             (object.type == ObjectType::FcPort && base::equal(object.wwn, source_.attribute.value));
    });
    allowed = open && listed;
  }
  if (allowed) return Status::Successful;
  notes_.sourceViolation = policy_.sourceCheck == SourceCheck::Log;
  notes_.sourceRefused = policy_.sourceCheck == SourceCheck::Enforce;
  if (notes_.sourceRefused) return Status::SourceUnauthorized;
  return Status::Successful;
}

Status Registration::makeEntity() {
  replace_ = request_.replace && !newEntity_ && keyIndex_ != 0;
  if (!newEntity_) return Status::Successful;
  // Beside what it says, an entity always has a protocol, a period and a timestamp.
  constexpr std::size_t kAlways = 3 * isns::kTlvHeaderSize + 2 * sizeof(std::uint32_t) + sizeof(std::uint64_t);
  const ObjectSpec* said = spec_.entity();
  entity_ = tx_.createEntity(wantedEid_, kAlways + (said == nullptr ? 0 : sizeOf(*said)));
  eidAssigned_ = wantedEid_.empty();
  const bool fibreChannel = std::any_of(spec_.objects.begin(), spec_.objects.end(),
                                        [](const ObjectSpec& o) { return o.type == ObjectType::FcPort; });
  tx_.alter<Entity>(entity_).attributes.setU32(
      tag::kEntityProtocol, fibreChannel ? isns::entity_protocol::kIfcp : isns::entity_protocol::kIscsi);
  return Status::Successful;
}

bool Registration::lists(ObjectType type, Index index) const {
  return std::any_of(spec_.objects.begin(), spec_.objects.end(), [&](const ObjectSpec& object) {
    if (object.type != type) return false;
    switch (type) {
      case ObjectType::Node:
        return tx_.get<Node>(index)->name() == object.text;
      case ObjectType::Portal:
        return PortalKey::of(*tx_.get<Portal>(index)) == object.portal;
      case ObjectType::FcPort:
        return base::equal(tx_.get<FcPort>(index)->attributes.value(tag::kFcPortName), object.wwn);
      default:
        return false;
    }
  });
}

// Replacing an entity removes what the message does not list again. What it lists is set back to its key by
// applyObject(), and so keeps its index and its memberships.
Status Registration::removeReplaced() {
  if (!replace_) return Status::Successful;
  if (keyType_ != ObjectType::Entity) {
    if (std::any_of(spec_.objects.begin(), spec_.objects.end(), [&](const auto& o) { return isKeyObject(o); })) {
      return Status::Successful;
    }
    if (keyType_ == ObjectType::Portal) tx_.deregisterPortal(keyIndex_);
    if (keyType_ == ObjectType::Node) tx_.deregisterNode(keyIndex_);
    if (keyType_ == ObjectType::FcPort) tx_.deregisterFcPort(keyIndex_);
    return Status::Successful;
  }
  const Entity entity = *tx_.get<Entity>(entity_);
  // With both its halves deregistered a portal group is gone, even where one half is registered again.
  const auto removeGroups = [&](const base::IdSet& groups) { groups.forEach([&](Index g) { tx_.removeGroup(g); }); };
  entity.nodes.forEach([&](Index node) {
    if (lists(ObjectType::Node, node)) return;
    removeGroups(base::IdSet(tx_.get<Node>(node)->groups));
    tx_.deregisterNode(node);
  });
  entity.portals.forEach([&](Index portal) {
    if (lists(ObjectType::Portal, portal)) return;
    removeGroups(base::IdSet(tx_.get<Portal>(portal)->groups));
    tx_.deregisterPortal(portal);
  });
  entity.fcPorts.forEach([&](Index port) {
    if (!lists(ObjectType::FcPort, port)) tx_.deregisterFcPort(port);
  });
  return Status::Successful;
}

// Erases the attributes that the object has and the message does not set again.
template <class T>
void Registration::resetAttributes(Index index) {
  std::vector<isns::Tag> gone;
  tx_.get<T>(index)->attributes.forEach([&](const Attribute& a) {
    const bool kept = a.row->role == isns::Role::Key || a.tag == tag::kWwnnToken || a.tag == tag::kTimestamp ||
                      a.tag == tag::kEntityProtocol;
    if (!kept) gone.push_back(a.tag);
  });
  for (const ObjectSpec& object : spec_.objects) {
    if (object.type != T::kType || object.index != index) continue;
    for (const Attribute& a : attributesOf(object)) std::erase(gone, a.tag);
  }
  for (isns::Tag t : gone) tx_.setAttribute<T>(index, t, {});
}

template <class T>
Status Registration::applyAttributes(const ObjectSpec& object) {
  const bool wholeEntity = replace_ && keyType_ == ObjectType::Entity;
  if (!object.isNew && (wholeEntity || (replace_ && keyType_ == T::kType))) resetAttributes<T>(object.index);
  for (const Attribute& a : attributesOf(object)) {
    Status status = Status::Successful;
    switch (a.tag) {
      case tag::kNodeType:
      case tag::kPortRole:
        status = applyType<T>(object, a);
        break;
      case tag::kWwnnToken:
        status = applyWwnnToken(object, a);
        break;
      case tag::kRegistrationPeriod:
        break;  // settlePeriod
      default:
        // Stored as canonical text, whatever the padding was.
        if (a.row->kind == isns::ValueKind::Text && !a.empty()) {
          tx_.setText<T>(object.index, a.tag, a.text());
        } else {
          tx_.setAttribute<T>(object.index, a.tag, a.value);
        }
    }
    if (status != Status::Successful) return status;
  }
  return Status::Successful;
}

bool Registration::isControl(const ObjectSpec& object) const {
  return object.type == ObjectType::FcPort ? isControlPort(policy_, object.wwn) : isControlName(policy_, object.text);
}

// The type of a node or the role of an FC port. Only the administrator makes control nodes (6.4.2, 6.6.13); the bit
// follows from his list, whatever the client sends.
template <class T>
Status Registration::applyType(const ObjectSpec& object, const Attribute& a) {
  const bool control = isControl(object);
  std::uint32_t type = a.empty() ? 0 : a.u32();
  if ((type & isns::node_type::kControl) != 0 && !control) return Status::SourceUnauthorized;
  if (control) type |= isns::node_type::kControl;
  std::uint8_t value[4];
  base::storeU32(value, type);
  tx_.setAttribute<T>(object.index, a.tag, value);
  return Status::Successful;
}

// A control node that says no type, or takes it away, is one all the same.
template <class T>
void Registration::keepControlBit(const ObjectSpec& object) {
  const std::uint32_t type = tx_.get<T>(object.index)->type();
  if ((type & isns::node_type::kControl) != 0 || !isControl(object)) return;
  std::uint8_t value[4];
  base::storeU32(value, type | isns::node_type::kControl);
  tx_.setAttribute<T>(object.index, std::is_same_v<T, FcPort> ? tag::kPortRole : tag::kNodeType, value);
}

Status Registration::applyWwnnToken(const ObjectSpec& object, const Attribute& a) {
  if (!a.empty()) {
    const Node* holder = tx_.registry().findNodeByToken(tx_.state(), a.value);
    if ((holder != nullptr && holder->index != object.index) || a.u64() == 0) return Status::InvalidRegistration;
  }
  tx_.setWwnnToken(object.index, a.value);
  return Status::Successful;
}

// A name for the node in a Fibre Channel fabric, when it brings none (6.4.6): IEEE registered format, the
// administrator's OUI, and 36 bits that follow from the iSCSI name, so that the same name gets the same token always.
void Registration::assignWwnnToken(const ObjectSpec& object) {
  if (!policy_.assignWwnnToken || tx_.get<Node>(object.index)->attributes.has(tag::kWwnnToken)) return;
  for (std::uint64_t salt = 0;; ++salt) {
    const std::uint64_t hash = base::hashText(object.text, salt) & 0xfffffffffU;
    std::uint8_t token[8];
    base::storeU64(token, (std::uint64_t{5} << 60) | (std::uint64_t{policy_.wwnnOui & 0xffffffU} << 36) | hash);
    if (tx_.registry().findNodeByToken(tx_.state(), token) != nullptr) continue;
    return tx_.setWwnnToken(object.index, token);
  }
}

Status Registration::applyObject(ObjectSpec& object) {
  switch (object.type) {
    case ObjectType::Entity:
      object.index = entity_;
      return applyAttributes<Entity>(object);
    case ObjectType::Portal:
      object.index = tx_.ensurePortal(object.portal, sizeOf(object));
      object.isNew = !tx_.get<Portal>(object.index)->registered();
      tx_.registerPortal(object.index, entity_);
      return applyAttributes<Portal>(object);
    case ObjectType::Node:
      object.index = tx_.ensureNode(object.text, sizeOf(object));
      object.isNew = !tx_.get<Node>(object.index)->registered();
      tx_.registerNode(object.index, entity_);
      if (const Status status = applyAttributes<Node>(object); status != Status::Successful) return status;
      keepControlBit<Node>(object);
      assignWwnnToken(object);
      return Status::Successful;
    case ObjectType::FcPort:
      object.index = tx_.ensureFcPort(object.wwn);
      object.isNew = !tx_.get<FcPort>(object.index)->registered();
      tx_.registerFcPort(object.index, entity_);
      if (const Status status = applyAttributes<FcPort>(object); status != Status::Successful) return status;
      keepControlBit<FcPort>(object);
      return Status::Successful;
    case ObjectType::FcDevice:
      object.index = tx_.ensureFcDevice(object.wwn);
      return applyAttributes<FcDevice>(object);
    default:
      return Status::InvalidRegistration;
  }
}

Status Registration::applyObjects() {
  Index fcPort = keyType_ == ObjectType::FcPort ? keyIndex_ : 0;
  for (ObjectSpec& object : spec_.objects) {
    if (const Status status = applyObject(object); status != Status::Successful) return status;
    if (object.type == ObjectType::FcPort) fcPort = object.index;
    if (object.type == ObjectType::FcDevice && fcPort != 0) tx_.setDevice(fcPort, object.index);
  }
  // A replaced entity needs a node or a portal as a new one does.
  const Entity& entity = *tx_.get<Entity>(entity_);
  if (entity.nodes.empty() && entity.portals.empty() && entity.fcPorts.empty()) return Status::InvalidRegistration;
  for (const Attribute& a : spec_.repeated) {
    if (!base::equal(entity.attributes.value(a.tag), a.value)) return Status::MessageFormatError;
  }
  return Status::Successful;
}

Status Registration::applyGroups() {
  // Replaced objects get default tags again where the message says nothing (5.6.5.1).
  if (replace_ && keyType_ == ObjectType::Entity) {
    for (const ObjectSpec& object : spec_.objects) {
      if (object.type != ObjectType::Node || object.isNew) continue;
      const base::IdSet groups = tx_.get<Node>(object.index)->groups;
      groups.forEach([&](Index group) {
        const bool said = std::any_of(spec_.groups.begin(), spec_.groups.end(), [&](const GroupSpec& g) {
          return g.tag && g.node == object.text &&
                 g.portal == PortalKey::of(*tx_.get<Portal>(tx_.get<PortalGroup>(group)->portal));
        });
        if (!said) tx_.setGroupTag(group, isns::kDefaultPgTag);
      });
    }
  }
  for (const GroupSpec& spec : spec_.groups) {
    const Index node = tx_.ensureNode(spec.node);
    const Index portal = tx_.ensurePortal(spec.portal);
    const Index nodeEntity = tx_.get<Node>(node)->entity;
    const Index portalEntity = tx_.get<Portal>(portal)->entity;
    // Either half may be missing (6.5), but what is registered must be this entity's, and one half must be.
    if ((nodeEntity != 0 && nodeEntity != entity_) || (portalEntity != 0 && portalEntity != entity_)) return conflict();
    if (nodeEntity == 0 && portalEntity == 0) return Status::InvalidRegistration;
    const Index group = tx_.ensureGroup(node, portal);
    if (spec.tag) tx_.setGroupTag(group, *spec.tag);
  }
  return linkImplicitGroups();
}

// Every node of an entity meets every portal of it, with the default tag (6.5.4).
Status Registration::linkImplicitGroups() {
  for (const ObjectSpec& object : spec_.objects) {
    if (!object.isNew) continue;
    const Entity& entity = *tx_.get<Entity>(entity_);
    if (tx_.full(object.type == ObjectType::Node ? entity.portals.size() : entity.nodes.size())) return Status::Busy;
    if (object.type == ObjectType::Node) {
      entity.portals.forEach([&](Index portal) { tx_.ensureGroup(object.index, portal); });
    } else if (object.type == ObjectType::Portal) {
      entity.nodes.forEach([&](Index node) { tx_.ensureGroup(node, object.index); });
    }
  }
  return Status::Successful;
}

// ESI: asked for, and possible (6.3.4, 6.3.5). The interval may be changed by the server, which then returns it.
Status Registration::checkEsi() {
  bool asked = false;
  for (const ObjectSpec& object : spec_.objects) {
    if (object.type != ObjectType::Portal) continue;
    const Portal& portal = *tx_.get<Portal>(object.index);
    const std::uint32_t interval = portal.attributes.u32Or(tag::kEsiInterval, 0);
    if (interval == 0) continue;
    asked = true;
    if (!policy_.esiEnabled) return Status::EsiNotAvailable;
    const std::uint32_t granted = std::clamp(interval, policy_.esiMinInterval, policy_.esiMaxInterval);
    if (granted == interval) continue;
    std::uint8_t value[4];
    base::storeU32(value, granted);
    tx_.setAttribute<Portal>(object.index, tag::kEsiInterval, value);
  }
  if (!asked) return Status::Successful;
  const bool noPort = tx_.get<Entity>(entity_)->portals.visitWhile(
      [&](Index index) { return tx_.get<Portal>(index)->attributes.u32Or(tag::kEsiPort, 0) == 0; });
  return noPort ? Status::InvalidRegistration : Status::Successful;
}

// The registration period (6.2.6): never zero without ESI, and returned where the server chose it.
Status Registration::settlePeriod() {
  const Entity& entity = *tx_.get<Entity>(entity_);
  std::optional<std::uint32_t> wanted;
  if (const ObjectSpec* object = spec_.entity()) {
    for (const Attribute& a : attributesOf(*object)) {
      if (a.tag == tag::kRegistrationPeriod) wanted = a.empty() ? 0 : a.u32();
    }
  }
  const std::uint32_t now = entity.attributes.u32Or(tag::kRegistrationPeriod, 0);
  std::uint32_t period = wanted.value_or(now);
  if (period != 0) {
    period = std::clamp(period, policy_.minPeriod, policy_.maxPeriod);
  } else {
    // A node without portal and EID has come only to ask something, and often forgets to say goodbye.
    const bool transient = eidAssigned_ && entity.portals.empty();
    period = esiMonitored(tx_.state(), entity) ? 0 : transient ? policy_.transientPeriod : policy_.defaultPeriod;
  }
  periodSet_ = wanted ? *wanted != period : period != now;
  const auto stamp = [&] {
    std::uint8_t seconds[8];
    base::storeU64(seconds, static_cast<std::uint64_t>(base::unixSeconds(tx_.now().wall)));
    tx_.setAttribute<Entity>(entity_, tag::kTimestamp, seconds);
  };
  if (newEntity_) stamp();  // before what stands behind it
  std::uint8_t value[4];
  base::storeU32(value, period);
  tx_.setAttribute<Entity>(entity_, tag::kRegistrationPeriod, value);
  if (!newEntity_ && !tx_.empty()) stamp();
  return Status::Successful;
}

Status Registration::checkScn() {
  for (const ObjectSpec& object : spec_.objects) {
    if (object.type != ObjectType::Node && object.type != ObjectType::FcPort) continue;
    for (const Attribute& a : attributesOf(object)) {
      if ((a.tag != tag::kScnBitmap && a.tag != tag::kIfcpScnBitmap) || a.empty() || a.u32() == 0) continue;
      const bool control = source_.control || isControl(object);
      if (const Status status = checkScnBitmap(tx_.state(), policy_, entity_, a.u32(), control);
          status != Status::Successful) {
        return status;
      }
    }
  }
  return Status::Successful;
}

// The key of the request (or the assigned EID); then what was asked for, in its order, with the values that hold now.
void Registration::answer(isns::AttributeWriter& answer) const {
  TlvList out(spec_.answer);
  const Entity& entity = *tx_.get<Entity>(entity_);
  if (eidAssigned_) {
    out.encoded(entity.attributes.tlv(tag::kEntityId));
  } else {
    for (const Attribute& a : request_.key) out.copy(a);
  }
  out.delimiter();
  const bool saysEntity = spec_.entity() != nullptr;
  if (!saysEntity && (eidAssigned_ || periodSet_)) {
    out.encoded(entity.attributes.tlv(tag::kEntityId));
    if (periodSet_) out.encoded(entity.attributes.tlv(tag::kRegistrationPeriod));
  }
  bool inEntity = false;
  bool periodSaid = false;
  const auto closeEntity = [&] {
    if (inEntity && periodSet_ && !periodSaid) out.encoded(entity.attributes.tlv(tag::kRegistrationPeriod));
    inEntity = false;
  };
  // The object whose attributes follow: objects stand in the order of their keys in the message.
  std::size_t nextObject = 0;
  Index current = 0;
  for (const Attribute& a : request_.operating) {
    if (inEntity && a.row->role == isns::Role::Key) closeEntity();
    switch (a.tag) {
      case tag::kEntityId:
        ++nextObject;
        out.encoded(entity.attributes.tlv(tag::kEntityId));
        inEntity = true;
        break;
      case tag::kPortalIp:
      case tag::kIscsiName:
      case tag::kFcPortName:
      case tag::kFcNodeName:
        current = spec_.objects[nextObject++].index;
        out.copy(a);
        break;
      // Values that the server may have chosen differently.
      case tag::kRegistrationPeriod:
        out.encoded(entity.attributes.tlv(tag::kRegistrationPeriod));
        periodSaid = true;
        break;
      case tag::kEsiInterval:
        a.empty() ? out.copy(a) : out.encoded(tx_.get<Portal>(current)->attributes.tlv(tag::kEsiInterval));
        break;
      case tag::kNodeType:
        out.encoded(tx_.get<Node>(current)->attributes.tlv(tag::kNodeType));
        break;
      default:
        out.copy(a);
    }
  }
  closeEntity();
  answer.encoded(spec_.answer.view());
}

// A portal group may be updated by its index alone (3.4, 6.5.5): key 52, then 52 again, and 51.
bool namesGroupByIndex(const Request& request) {
  return request.key.size() == 1 && request.key[0].tag == tag::kPgIndex && !request.key[0].empty() &&
         !request.operating.empty() &&
         std::all_of(request.operating.begin(), request.operating.end(),
                     [](const Attribute& a) { return a.tag == tag::kPgIndex || a.tag == tag::kPgTag; });
}

// The same as a whole object, 48 to 51. False where the operating attributes name another group, or no one tag.
bool sayWholeGroup(const Request& request, const Transaction& tx, const PortalGroup& group, std::array<Attribute, 4>& out) {
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

}  // namespace

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

isns::Status registerAttributes(const Request& request, const Source& source, Transaction& transaction, Notes& notes,
                                RegistrationSpec& scratch, isns::AttributeWriter& answer) {
  std::array<Attribute, 4> whole;
  std::span<const Attribute> operating = request.operating;
  if (namesGroupByIndex(request)) {
    const PortalGroup* group = transaction.get<PortalGroup>(request.key[0].u32());
    if (group == nullptr || !sayWholeGroup(request, transaction, *group, whole)) return Status::InvalidRegistration;
    operating = whole;
  }
  if (const Status status = parseRegistration(operating, scratch); status != Status::Successful) return status;
  Registration registration(request, source, transaction, notes, scratch);
  const Status status = registration.run();
  if (status == Status::Successful) registration.answer(answer);
  return status;
}

}  // namespace core
