#include "isns-server/core/registration.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <unordered_set>

#include "isns-server/core/registration_answer.h"
#include "isns-server/core/registration_grants.h"
#include "isns-server/core/registration_subject.h"
#include "isns-server/core/source_rights.h"

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
    for (auto step :
         {&Registration::findSubject, &Registration::checkGuards, &Registration::checkObjects, &Registration::authorise,
          &Registration::makeEntity, &Registration::removeReplaced, &Registration::applyObjects,
          &Registration::applyGroups, &Registration::grant, &Registration::checkScn}) {
      if (const Status status = (this->*step)(); status != Status::Successful) return status;
    }
    notes_.registered = about_.entity;
    notes_.replaced = replace_;
    return Status::Successful;
  }

  void answer(isns::AttributeWriter& answer) {
    answerRegistration(request_, tx_, {about_.entity, eidAssigned_, periodSet_}, spec_, answer);
  }

 private:
  Status findSubject() { return core::findSubject(request_, source_, tx_, spec_, about_); }
  Status checkGuards();
  Status checkObjects();
  Status authorise();
  Status makeEntity();
  Status removeReplaced();
  Status applyObjects();
  Status applyGroups();
  Status grant();
  Status checkScn();

  static constexpr std::size_t kMaxGroupsOfEntity = 16'384;
  static constexpr std::size_t kMaxPortalsOfEntity = 4096;
  [[nodiscard]] bool tooManyPortals() const;
  // A device that is also behind ports of another entity, which this gives, is not this one's to describe; else 0.
  [[nodiscard]] Index describesAnothers(const ObjectSpec& object) const;
  // An object that another entity has, which administrators look for in the log: its client only says that it was
  // refused.
  Status conflict(const ObjectSpec& object, Index holder);
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
  void resetAttributes(const ObjectSpec& object);
  Status linkImplicitGroups();
  void assignWwnnToken(const ObjectSpec& object);
  [[nodiscard]] bool replacesEntity() const {
    return request_.replace && about_.keyType == ObjectType::Entity && about_.keyIndex != 0;
  }
  // Of the objects that the message lists, those of the type that are there.
  [[nodiscard]] std::unordered_set<Index> listed(ObjectType type) const;
  void resetUnsaidTags();

  // Bytes that its attributes take at most in a list.
  [[nodiscard]] std::size_t sizeOf(const ObjectSpec& object) const {
    std::size_t size = 0;
    for (const Attribute& a : spec_.attributesOf(object)) size += isns::kTlvHeaderSize + a.value.size();
    return size;
  }

  const Request& request_;
  const Source& source_;
  Transaction& tx_;
  const Policy& policy_;
  Notes& notes_;
  RegistrationSpec& spec_;

  RegistrationSubject about_;
  bool replace_ = false;
  bool eidAssigned_ = false;
  bool periodSet_ = false;  // by the server
};

// Names and EIDs of agents are for their own machines to register, also where nobody has them now.
Status Registration::checkGuards() {
  const Entity* entity = tx_.get<Entity>(about_.entity);
  const std::string_view eid = entity == nullptr ? about_.wantedEid : entity->attributes.text(tag::kEntityId);
  bool allowed = mayUseEntity(source_, eid, policy_, notes_);
  for (const ObjectSpec& object : spec_.objects) {
    allowed = allowed && (object.type != ObjectType::Node || mayUseName(source_, object.text, policy_, notes_));
  }
  for (const GroupSpec& group : spec_.groups) {
    allowed = allowed && mayUseName(source_, group.node, policy_, notes_);
  }
  return allowed ? Status::Successful : Status::SourceUnauthorized;
}

Status Registration::checkObjects() {
  bool hasMember = false;
  bool afterFcPort = about_.keyType == ObjectType::FcDevice;
  for (const ObjectSpec& object : spec_.objects) {
    hasMember |= object.type != ObjectType::Entity;
    if (object.type == ObjectType::FcPort) afterFcPort = true;
    if (object.type == ObjectType::FcDevice && !afterFcPort) return Status::MessageFormatError;
    // Only whoever is a control node speaks for one (2.4): by its name alone anybody would be told of everything.
    const bool canControl = object.type == ObjectType::Node || object.type == ObjectType::FcPort;
    if (canControl && !source_.control && isControl(object)) {
      notes_.controlNodeRefused = true;
      return Status::SourceUnauthorized;
    }
    // Objects are never moved to another entity.
    const Index holder = registeredEntityOf(tx_, object);
    if (holder != 0 && holder != about_.entity) return conflict(object, holder);
    if (object.type == ObjectType::FcDevice && !source_.control) {
      if (const Index other = describesAnothers(object); other != 0) return conflict(object, other);
    }
    for (const Attribute& a : spec_.attributesOf(object)) {
      if (const Status status = checkMeaning(a); status != Status::Successful) return status;
    }
  }
  if (about_.isNew && !hasMember) return Status::InvalidRegistration;
  if (spec_.objects.empty() && spec_.groups.empty()) return Status::InvalidRegistration;
  const std::size_t worst = spec_.objects.size() + 2 * spec_.groups.size() + 1;
  return tx_.full(worst) || tooManyPortals() ? Status::Busy : Status::Successful;
}

Status Registration::conflict(const ObjectSpec& object, Index holder) {
  if (source_.control) return Status::InvalidUpdate;
  notes_.sourceRefused = true;
  notes_.object = textOf(object);
  if (const Entity* entity = tx_.get<Entity>(holder)) notes_.owner = entity->attributes.text(tag::kEntityId);
  return Status::SourceUnauthorized;
}

Index Registration::describesAnothers(const ObjectSpec& object) const {
  const FcDevice* device = tx_.registry().findFcDevice(tx_.state(), object.wwn);
  if (device == nullptr) return 0;
  Index other = 0;
  device->ports.forEach([&](Index port) {
    if (const Index entity = tx_.get<FcPort>(port)->entity; entity != about_.entity) other = entity;
  });
  const auto attributes = spec_.attributesOf(object);
  const bool differs = std::any_of(attributes.begin(), attributes.end(), [&](const Attribute& a) {
    return !base::equal(device->attributes.value(a.tag), a.value);
  });
  return differs ? other : 0;
}

// Every node of an entity meets every portal of it: a short message could make millions of groups. And who asks about
// an entity is shown all its portals.
bool Registration::tooManyPortals() const {
  const Entity* entity = tx_.get<Entity>(about_.entity);
  const std::size_t nodesBefore = entity == nullptr ? 0 : entity->nodes.size();
  const std::size_t portalsBefore = entity == nullptr ? 0 : entity->portals.size();
  // Replaced, the entity has what the message lists.
  const bool anew = about_.isNew || replacesEntity();
  std::size_t nodes = anew ? 0 : nodesBefore;
  std::size_t portals = anew ? 0 : portalsBefore;
  for (const ObjectSpec& object : spec_.objects) {
    const bool joins = anew || registeredEntityOf(tx_, object) != about_.entity;
    if (object.type == ObjectType::Node && joins) ++nodes;
    if (object.type == ObjectType::Portal && joins) ++portals;
  }
  const std::size_t groups = nodes * portals;
  return (groups > nodesBefore * portalsBefore && groups > kMaxGroupsOfEntity) ||
         (portals > portalsBefore && portals > kMaxPortalsOfEntity);
}

Status Registration::authorise() {
  if (source_.control) return Status::Successful;
  bool allowed = !about_.isNew && source_.entity() == about_.entity;
  if (!allowed && !source_.registered()) {
    // A source that this message registers: in an entity of its own, in one that has lost all its nodes, or in that of
    // the host from which it comes.
    const Entity* entity = tx_.get<Entity>(about_.entity);
    const bool open = about_.isNew || (entity->nodes.empty() && entity->fcPorts.empty());
    const bool listed = std::any_of(spec_.objects.begin(), spec_.objects.end(), [&](const ObjectSpec& object) {
      return (object.type == ObjectType::Node && !source_.name.empty() && object.text == source_.name) ||
             (object.type == ObjectType::FcPort && base::equal(object.wwn, source_.attribute.value));
    });
    allowed = listed && (open || mayJoin(source_, *entity, tx_.state(), policy_, notes_));
  }
  return allowed || mayChange(source_, about_.entity, tx_.state(), policy_, notes_) ? Status::Successful
                                                                                    : Status::SourceUnauthorized;
}

Status Registration::makeEntity() {
  replace_ = request_.replace && !about_.isNew && about_.keyIndex != 0;
  if (!about_.isNew) return Status::Successful;
  // Beside what it says, an entity always has a protocol, a period and a timestamp.
  constexpr std::size_t kAlways = 3 * isns::kTlvHeaderSize + 2 * sizeof(std::uint32_t) + sizeof(std::uint64_t);
  const ObjectSpec* said = spec_.entity();
  about_.entity = tx_.createEntity(about_.wantedEid, kAlways + (said == nullptr ? 0 : sizeOf(*said)));
  eidAssigned_ = about_.wantedEid.empty();
  const bool fibreChannel = std::any_of(spec_.objects.begin(), spec_.objects.end(),
                                        [](const ObjectSpec& o) { return o.type == ObjectType::FcPort; });
  tx_.alter<Entity>(about_.entity)
      .attributes.setU32(tag::kEntityProtocol,
                         fibreChannel ? isns::entity_protocol::kIfcp : isns::entity_protocol::kIscsi);
  return Status::Successful;
}

std::unordered_set<Index> Registration::listed(ObjectType type) const {
  std::unordered_set<Index> all;
  for (const ObjectSpec& object : spec_.objects) {
    if (object.type != type) continue;
    if (const Index index = indexOf(tx_, object); index != 0) all.insert(index);
  }
  return all;
}

// Replacing an entity removes what the message does not list again. What it lists is set back to its key by
// applyObject(), and so keeps its index and its memberships.
Status Registration::removeReplaced() {
  if (!replace_) return Status::Successful;
  if (about_.keyType != ObjectType::Entity) {
    if (std::any_of(spec_.objects.begin(), spec_.objects.end(),
                    [&](const auto& o) { return isKeyObject(about_, tx_, o); })) {
      return Status::Successful;
    }
    if (about_.keyType == ObjectType::Portal) tx_.deregisterPortal(about_.keyIndex);
    if (about_.keyType == ObjectType::Node) tx_.deregisterNode(about_.keyIndex);
    if (about_.keyType == ObjectType::FcPort) tx_.deregisterFcPort(about_.keyIndex);
    return Status::Successful;
  }
  const Entity entity = *tx_.get<Entity>(about_.entity);
  // With both its halves deregistered a portal group is gone, even where one half is registered again.
  const auto removeGroups = [&](const base::IdSet& groups) { groups.forEach([&](Index g) { tx_.removeGroup(g); }); };
  const auto nodes = listed(ObjectType::Node);
  entity.nodes.forEach([&](Index node) {
    if (nodes.contains(node)) return;
    removeGroups(base::IdSet(tx_.get<Node>(node)->groups));
    tx_.deregisterNode(node);
  });
  const auto portals = listed(ObjectType::Portal);
  entity.portals.forEach([&](Index portal) {
    if (portals.contains(portal)) return;
    removeGroups(base::IdSet(tx_.get<Portal>(portal)->groups));
    tx_.deregisterPortal(portal);
  });
  const auto fcPorts = listed(ObjectType::FcPort);
  entity.fcPorts.forEach([&](Index port) {
    if (!fcPorts.contains(port)) tx_.deregisterFcPort(port);
  });
  return Status::Successful;
}

// Erases the attributes that the object has and the message does not set again. An object stands once in a message.
template <class T>
void Registration::resetAttributes(const ObjectSpec& object) {
  std::vector<isns::Tag> gone;
  tx_.get<T>(object.index)->attributes.forEach([&](const Attribute& a) {
    const bool kept = a.row->role == isns::Role::Key || a.tag == tag::kWwnnToken || a.tag == tag::kTimestamp ||
                      a.tag == tag::kEntityProtocol;
    if (!kept) gone.push_back(a.tag);
  });
  for (const Attribute& a : spec_.attributesOf(object)) std::erase(gone, a.tag);
  for (isns::Tag t : gone) tx_.setAttribute<T>(object.index, t, {});
}

template <class T>
Status Registration::applyAttributes(const ObjectSpec& object) {
  if (!object.isNew && (replacesEntity() || (replace_ && about_.keyType == T::kType))) resetAttributes<T>(object);
  for (const Attribute& a : spec_.attributesOf(object)) {
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
        break;  // grantPeriod
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
      object.index = about_.entity;
      return applyAttributes<Entity>(object);
    case ObjectType::Portal:
      object.index = tx_.ensurePortal(object.portal, sizeOf(object));
      object.isNew = !tx_.get<Portal>(object.index)->registered();
      tx_.registerPortal(object.index, about_.entity, !source_.signer.empty());
      return applyAttributes<Portal>(object);
    case ObjectType::Node:
      object.index = tx_.ensureNode(object.text, sizeOf(object));
      object.isNew = !tx_.get<Node>(object.index)->registered();
      tx_.registerNode(object.index, about_.entity);
      if (const Status status = applyAttributes<Node>(object); status != Status::Successful) return status;
      keepControlBit<Node>(object);
      assignWwnnToken(object);
      return Status::Successful;
    case ObjectType::FcPort:
      object.index = tx_.ensureFcPort(object.wwn);
      object.isNew = !tx_.get<FcPort>(object.index)->registered();
      tx_.registerFcPort(object.index, about_.entity);
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
  Index fcPort = about_.keyType == ObjectType::FcPort ? about_.keyIndex : 0;
  for (ObjectSpec& object : spec_.objects) {
    if (const Status status = applyObject(object); status != Status::Successful) return status;
    if (object.type == ObjectType::FcPort) fcPort = object.index;
    if (object.type == ObjectType::FcDevice && fcPort != 0) tx_.setDevice(fcPort, object.index);
  }
  // A replaced entity needs a node or a portal as a new one does.
  const Entity& entity = *tx_.get<Entity>(about_.entity);
  if (entity.nodes.empty() && entity.portals.empty() && entity.fcPorts.empty()) return Status::InvalidRegistration;
  for (const Attribute& a : spec_.repeated) {
    if (!base::equal(entity.attributes.value(a.tag), a.value)) return Status::MessageFormatError;
  }
  return Status::Successful;
}

// Replaced objects get default tags again where the message says nothing (5.6.5.1).
void Registration::resetUnsaidTags() {
  std::unordered_set<Index> said;
  for (const GroupSpec& spec : spec_.groups) {
    const Node* node = spec.tag ? tx_.registry().findNode(tx_.state(), spec.node) : nullptr;
    const Portal* portal = node == nullptr ? nullptr : tx_.registry().findPortal(tx_.state(), spec.portal);
    const PortalGroup* group =
        portal == nullptr ? nullptr : tx_.registry().findGroup(tx_.state(), node->index, portal->index);
    if (group != nullptr) said.insert(group->index);
  }
  for (const ObjectSpec& object : spec_.objects) {
    if (object.type != ObjectType::Node || object.isNew) continue;
    const base::IdSet groups = tx_.get<Node>(object.index)->groups;
    groups.forEach([&](Index group) {
      if (!said.contains(group)) tx_.setGroupTag(group, isns::kDefaultPgTag);
    });
  }
}

Status Registration::applyGroups() {
  if (replacesEntity()) resetUnsaidTags();
  for (const GroupSpec& spec : spec_.groups) {
    const Index node = tx_.ensureNode(spec.node);
    const Index portal = tx_.ensurePortal(spec.portal);
    const Index nodeEntity = tx_.get<Node>(node)->entity;
    const Index portalEntity = tx_.get<Portal>(portal)->entity;
    // Either half may be missing (6.5), but what is registered must be this entity's, and one half must be.
    if (nodeEntity != 0 && nodeEntity != about_.entity) {
      return conflict({.type = ObjectType::Node, .text = spec.node}, nodeEntity);
    }
    if (portalEntity != 0 && portalEntity != about_.entity) {
      return conflict({.type = ObjectType::Portal, .portal = spec.portal}, portalEntity);
    }
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
    const Entity& entity = *tx_.get<Entity>(about_.entity);
    if (tx_.full(object.type == ObjectType::Node ? entity.portals.size() : entity.nodes.size())) return Status::Busy;
    if (object.type == ObjectType::Node) {
      entity.portals.forEach([&](Index portal) { tx_.ensureGroup(object.index, portal); });
    } else if (object.type == ObjectType::Portal) {
      entity.nodes.forEach([&](Index node) { tx_.ensureGroup(node, object.index); });
    }
  }
  return Status::Successful;
}

Status Registration::grant() {
  if (const Status status = grantEsi(tx_, policy_, spec_, about_); status != Status::Successful) return status;
  periodSet_ = grantPeriod(tx_, policy_, spec_, about_, eidAssigned_);
  return Status::Successful;
}

Status Registration::checkScn() {
  for (const ObjectSpec& object : spec_.objects) {
    if (object.type != ObjectType::Node && object.type != ObjectType::FcPort) continue;
    for (const Attribute& a : spec_.attributesOf(object)) {
      if ((a.tag != tag::kScnBitmap && a.tag != tag::kIfcpScnBitmap) || a.empty() || a.u32() == 0) continue;
      if (const Status status = checkScnBitmap(tx_.state(), policy_, about_.entity, a.u32(), source_.control);
          status != Status::Successful) {
        return status;
      }
    }
  }
  return Status::Successful;
}

}  // namespace

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
