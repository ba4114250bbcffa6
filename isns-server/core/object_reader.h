// Reads objects as queries do: writes their attributes, stored or computed, and compares them with asked-for values.
//
// Stored attributes are copied out as they are. Computed ones are: indexes, DD and DDS ids, the keys of portal groups
// (those of the node and the portal), the timestamp of an entity (its last contact, RFC 4171 6.2.4), members of a
// domain. Pure functions over a State.
#pragma once

#include <functional>
#include <span>

#include "isns-server/core/registry.h"
#include "shared/isns/tlv.h"

namespace core {

// Says when an entity was last heard of, in seconds since 1970; 0 when that is not known.
class ContactTimes {
 public:
  virtual ~ContactTimes() = default;
  [[nodiscard]] virtual std::uint64_t lastContact(Index entity) const = 0;
};

class ObjectReader {
 public:
  // Limit: a size of the answer beyond which it is full(). What is written at once is small but for the members of a
  // domain, and these end there.
  ObjectReader(const Registry& registry, const State& state, const ContactTimes& contacts, std::size_t limit)
      : registry_(registry), state_(state), contacts_(contacts), limit_(limit) {}

  [[nodiscard]] bool full(const isns::AttributeWriter& out) const { return out.size() > limit_; }

  // Writes the attributes asked for, in their order; what has no value is left out (5.6.5.2).
  template <class T>
  void write(const T& object, std::span<const isns::Attribute> asked, isns::AttributeWriter& out) const;
  // The same of the portal or the portal group that a way of the node tells of; the objects are read only for what it
  // does not tell.
  void writePortal(const Way& way, std::span<const isns::Attribute> asked, isns::AttributeWriter& out) const;
  void writeGroup(const Node& node, const Way& way, std::span<const isns::Attribute> asked,
                  isns::AttributeWriter& out) const;
  // Writes all attributes of the object, keys first.
  template <class T>
  void writeAll(const T& object, isns::AttributeWriter& out) const;
  // Writes the attributes that identify the object.
  template <class T>
  void writeKey(const T& object, isns::AttributeWriter& out) const;

  // Whether the object has the value. Of node types and port roles, all bits asked for must be set.
  template <class T>
  [[nodiscard]] bool matches(const T& object, const isns::Attribute& wanted) const;

  // Attributes of no object: the next indexes, the server's vendor.
  void writeVirtual(const isns::Attribute& asked, std::uint32_t vendorOui, isns::AttributeWriter& out) const;

 private:
  template <class T>
  void writeOne(const T& object, isns::Tag tag, isns::AttributeWriter& out) const;
  void writeComputed(const Entity& entity, isns::Tag tag, isns::AttributeWriter& out) const;
  void writeComputed(const Portal& portal, isns::Tag tag, isns::AttributeWriter& out) const;
  void writeComputed(const Node& node, isns::Tag tag, isns::AttributeWriter& out) const;
  void writeComputed(const PortalGroup& group, isns::Tag tag, isns::AttributeWriter& out) const;
  void writeComputed(const Domain& domain, isns::Tag tag, isns::AttributeWriter& out) const;
  void writeComputed(const DomainSet& set, isns::Tag tag, isns::AttributeWriter& out) const;
  void writeComputed(const Object&, isns::Tag, isns::AttributeWriter&) const {}
  void writeMembers(const Domain& domain, std::span<const isns::Attribute> asked, isns::AttributeWriter& out) const;

  const Registry& registry_;
  const State& state_;
  const ContactTimes& contacts_;
  const std::size_t limit_;
};

}  // namespace core
