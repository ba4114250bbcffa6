// Reads the operating attributes of a DevAttrReg into the objects that they describe (RFC 4171 5.6.4, 5.6.5.1).
//
// Only the order and the shape are judged here; values and rights are registration.h's business. Portal groups are
// accepted in every form that clients send: after a node `51, (49,50)+`, after a portal `51, 48+` (RFC), whole objects
// `48,49,50,51` (open-isns) and `48,(49,50)+,51` (LIO's target-isns). Views live as long as the message.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "isns-server/core/objects.h"
#include "shared/base/byte_arena.h"
#include "shared/isns/tlv.h"

namespace core {

struct ObjectSpec {
  ObjectType type = ObjectType::None;
  std::string_view text{};  // key of an entity (may be empty: the server chooses) or of a node
  PortalKey portal{};       // key of a portal
  base::ByteView wwn{};     // key of an FC port or an FC device
  std::size_t first = 0;    // its non-key attributes: attributes[first, last)
  std::size_t last = 0;
  Index index = 0;     // filled in by the registration
  bool isNew = false;  // likewise: was not registered before
};

// One node-portal pair of a portal group. `object` is the object that it followed.
struct GroupSpec {
  std::string_view node{};
  PortalKey portal{};
  std::optional<std::uint32_t> tag;  // PortalGroup::kNullTag for NULL; nothing: not said
};

struct RegistrationSpec {
  std::vector<ObjectSpec> objects;
  std::vector<isns::Attribute> attributes;
  std::vector<GroupSpec> groups;
  // The same facts of the entity, said again among other objects (tgtd does): must equal what the entity has.
  std::vector<isns::Attribute> repeated;
  base::ByteArena answer;  // room for it

  void clear() {
    objects.clear();
    attributes.clear();
    groups.clear();
    repeated.clear();
  }
  [[nodiscard]] std::span<const isns::Attribute> attributesOf(const ObjectSpec& object) const {
    return std::span(attributes).subspan(object.first, object.last - object.first);
  }
  [[nodiscard]] const ObjectSpec* entity() const {
    return !objects.empty() && objects.front().type == ObjectType::Entity ? &objects.front() : nullptr;
  }
};

isns::Status parseRegistration(std::span<const isns::Attribute> operating, RegistrationSpec& spec);

}  // namespace core
