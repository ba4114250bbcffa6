#include "isns-server/core/registration_parser.h"

#include <algorithm>
#include <string>
#include <unordered_set>

namespace core {
namespace {

using isns::Attribute;
using isns::Status;
namespace tag = isns::tag;

class Parser {
 public:
  Parser(std::span<const Attribute> operating, RegistrationSpec& spec) : rest_(operating), spec_(spec) {}

  Status run() {
    while (!rest_.empty()) {
      const Attribute attribute = rest_.front();
      rest_ = rest_.subspan(1);
      if (const Status status = take(attribute); status != Status::Successful) return status;
    }
    return finishGroups();
  }

 private:
  Status take(const Attribute& a) {
    switch (a.tag) {
      case tag::kEntityId:
        return takeEntity(a);
      case tag::kPortalIp:
        return takePortal(a);
      case tag::kIscsiName:
        return takeNode(a);
      case tag::kFcPortName:
        return takeFc(a, ObjectType::FcPort);
      case tag::kFcNodeName:
        return takeFc(a, ObjectType::FcDevice);
      case tag::kPgTag:
        return takeGroupTag(a);
      case tag::kPgIscsiName:
        return takeGroupNode(a);
      case tag::kPgPortalIp:
        return takeGroupPortal(a);
      case tag::kPortalPort:
      case tag::kPgPortalPort:
        return Status::MessageFormatError;  // the address comes first, directly before
      default:
        return takeAttribute(a);
    }
  }

  ObjectSpec& begin(ObjectType type) {
    ObjectSpec& object = spec_.objects.emplace_back();
    object.type = type;
    object.first = object.last = spec_.attributes.size();
    return object;
  }
  [[nodiscard]] ObjectType current() const {
    return spec_.objects.empty() ? ObjectType::None : spec_.objects.back().type;
  }

  // An object may stand once in a message (5.6.5.1). A few are compared with each other, many by hash.
  Status once() {
    const std::size_t count = spec_.objects.size();
    const ObjectSpec& last = spec_.objects.back();
    if (count <= kFewObjects) {
      const auto same = [&](const ObjectSpec& o) {
        return o.type == last.type && base::equal(keyOf(o), keyOf(last));
      };
      const bool again = std::any_of(spec_.objects.begin(), spec_.objects.end() - 1, same);
      return again ? Status::InvalidRegistration : Status::Successful;
    }
    for (; seenUpTo_ < count; ++seenUpTo_) {
      const ObjectSpec& object = spec_.objects[seenUpTo_];
      std::string typed(1, static_cast<char>(object.type));
      typed += base::asText(keyOf(object));
      if (!seen_.insert(std::move(typed)).second) return Status::InvalidRegistration;
    }
    return Status::Successful;
  }
  static base::ByteView keyOf(const ObjectSpec& object) {
    if (object.type == ObjectType::Portal) return object.portal.bytes;
    if (object.type == ObjectType::Node || object.type == ObjectType::Entity) return base::asBytes(object.text);
    return object.wwn;
  }

  // Takes the port that must follow an address. Its upper bits are reserved but for the one of UDP (6.3.2).
  Status takePort(isns::Tag tag, std::uint32_t& port) {
    if (rest_.empty() || rest_.front().tag != tag || rest_.front().empty()) return Status::MessageFormatError;
    port = rest_.front().u32();
    rest_ = rest_.subspan(1);
    return (port & ~(isns::kUdpPortFlag | 0xffffU)) == 0 ? Status::Successful : Status::InvalidRegistration;
  }

  Status takeEntity(const Attribute& a) {
    if (spec_.entity() != nullptr) return Status::InvalidRegistration;                       // one entity a message
    if (!spec_.objects.empty() || !spec_.groups.empty()) return Status::MessageFormatError;  // it comes first
    begin(ObjectType::Entity).text = a.text();
    return Status::Successful;
  }

  Status takePortal(const Attribute& a) {
    std::uint32_t port = 0;
    if (a.empty()) return Status::InvalidRegistration;
    if (const Status status = takePort(tag::kPortalPort, port); status != Status::Successful) return status;
    if (const Status status = finishGroups(); status != Status::Successful) return status;
    const PortalKey key = PortalKey::of(a.value, port);
    begin(ObjectType::Portal).portal = key;
    return once();
  }

  Status takeNode(const Attribute& a) {
    if (a.empty() || a.text().empty()) return Status::InvalidRegistration;
    if (const Status status = finishGroups(); status != Status::Successful) return status;
    begin(ObjectType::Node).text = a.text();
    return once();
  }

  Status takeFc(const Attribute& a, ObjectType type) {
    if (a.empty()) return Status::InvalidRegistration;
    if (const Status status = finishGroups(); status != Status::Successful) return status;
    begin(type).wwn = a.value;
    return once();
  }

  Status takeAttribute(const Attribute& a) {
    if (a.row == nullptr) {
      return isns::isVendorTag(a.tag) ? Status::RegistrationFeatureNotSupported : Status::AttributeNotImplemented;
    }
    if (a.row->writer == isns::Writer::Server) return Status::InvalidRegistration;
    switch (a.row->object) {
      case ObjectType::Entity:
      case ObjectType::Portal:
      case ObjectType::Node:
      case ObjectType::FcPort:
      case ObjectType::FcDevice:
        break;
      default:
        return Status::InvalidRegistration;  // not an attribute of a device
    }
    if (a.row->object != current()) {
      if (a.row->object != ObjectType::Entity || current() == ObjectType::None) return Status::MessageFormatError;
      spec_.repeated.push_back(a);
      return Status::Successful;
    }
    if (const Status status = finishGroups(); status != Status::Successful) return status;
    spec_.attributes.push_back(a);
    spec_.objects.back().last = spec_.attributes.size();
    return Status::Successful;
  }

  // ---- Portal groups ----

  Status takeGroupTag(const Attribute& a) {
    const std::uint32_t value = a.empty() ? PortalGroup::kNullTag : a.u32();
    if (!a.empty() && value > 0xffff) return Status::InvalidRegistration;
    if (!wholeNode_.empty()) {
      if (wholeFirst_ == spec_.groups.size()) return Status::MessageFormatError;
      for (std::size_t i = wholeFirst_; i < spec_.groups.size(); ++i) spec_.groups[i].tag = value;
      wholeNode_ = {};
      return Status::Successful;
    }
    if (const Status status = finishGroups(); status != Status::Successful) return status;
    if (current() != ObjectType::Node && current() != ObjectType::Portal) return Status::MessageFormatError;
    tag_ = value;
    tagUsed_ = false;
    return Status::Successful;
  }

  Status takeGroupNode(const Attribute& a) {
    if (a.empty() || a.text().empty()) return Status::InvalidRegistration;
    if (tag_ && current() == ObjectType::Portal) {
      spec_.groups.push_back({a.text(), spec_.objects.back().portal, tag_});
      tagUsed_ = true;
      return Status::Successful;
    }
    if (const Status status = finishGroups(); status != Status::Successful) return status;
    wholeNode_ = a.text();
    wholeFirst_ = spec_.groups.size();
    return Status::Successful;
  }

  Status takeGroupPortal(const Attribute& a) {
    std::uint32_t port = 0;
    if (a.empty()) return Status::InvalidRegistration;
    if (const Status status = takePort(tag::kPgPortalPort, port); status != Status::Successful) return status;
    const PortalKey key = PortalKey::of(a.value, port);
    if (!wholeNode_.empty()) {
      spec_.groups.push_back({wholeNode_, key, std::nullopt});
    } else if (tag_ && current() == ObjectType::Node) {
      spec_.groups.push_back({spec_.objects.back().text, key, tag_});
      tagUsed_ = true;
    } else {
      return Status::MessageFormatError;
    }
    return Status::Successful;
  }

  // Ends a list of portal groups: a tag without a group, or a node without a portal, is out of order.
  Status finishGroups() {
    const bool dangling = (tag_ && !tagUsed_) || (!wholeNode_.empty() && wholeFirst_ == spec_.groups.size());
    tag_.reset();
    wholeNode_ = {};
    return dangling ? Status::MessageFormatError : Status::Successful;
  }

  std::span<const Attribute> rest_;
  RegistrationSpec& spec_;
  std::optional<std::uint32_t> tag_;  // said before its groups
  bool tagUsed_ = false;
  std::string_view wholeNode_;  // of a whole portal group object whose tag comes last
  std::size_t wholeFirst_ = 0;
  static constexpr std::size_t kFewObjects = 16;
  std::unordered_set<std::string> seen_;  // keys of the objects, with their type, where there are many
  std::size_t seenUpTo_ = 0;
};

}  // namespace

isns::Status parseRegistration(std::span<const isns::Attribute> operating, RegistrationSpec& spec) {
  spec.clear();
  return Parser(operating, spec).run();
}

}  // namespace core
