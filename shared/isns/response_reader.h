// What a peer answered or told, as values that outlive the message: the status, the attributes, the objects that they
// describe, and the events of a notification (RFC 4171 5.7, 5.6.5.8, 5.6.5.13).
//
// Reads what any server sends: only a payload whose TLVs cannot be told apart is malformed (an empty result). A value
// that does not fit its row is kept as it came. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/isns/ip_text.h"
#include "shared/isns/message.h"
#include "shared/isns/tlv.h"

namespace isns {

// One attribute with bytes of its own. The readers give nothing where the value has not the attribute's length.
struct AttributeValue {
  Tag tag = 0;
  base::Bytes value;

  [[nodiscard]] Attribute view() const { return {tag, value, findAttribute(tag)}; }
  [[nodiscard]] bool empty() const { return value.empty(); }
  [[nodiscard]] std::optional<std::uint32_t> u32() const;
  [[nodiscard]] std::optional<std::uint64_t> u64() const;
  [[nodiscard]] std::optional<IpAddress> ip() const;
  [[nodiscard]] std::string_view text() const { return view().text(); }

  friend bool operator==(const AttributeValue&, const AttributeValue&) = default;
};
using AttributeValues = std::vector<AttributeValue>;

// The TLVs of a payload, delimiters included; nothing where one runs past its end or has a length that is no multiple
// of 4 (5.3.1): its sender may have padded it without counting the padding, and sent back it would break our own PDU.
std::optional<AttributeValues> readAttributes(base::ByteView payload);

// The key tags of a kind of object, ascending: 16 and 17 of a Portal. Empty for ObjectType::None and Server.
std::span<const Tag> keyTags(ObjectType type);
// The tag of its index, 0 where it has none.
Tag indexTag(ObjectType type);

// One object as an answer described it: those of its attributes that the answer held, in its order.
struct Object {
  ObjectType type = ObjectType::None;
  AttributeValues attributes;

  [[nodiscard]] const AttributeValue* find(Tag tag) const;
  [[nodiscard]] std::string_view text(Tag tag) const;
  [[nodiscard]] std::optional<std::uint32_t> u32(Tag tag) const;
  // Whether all key attributes are here, each with a value.
  [[nodiscard]] bool hasKey() const;
  // The key attributes as TLVs, to be compared or sent back.
  [[nodiscard]] base::Bytes keyTlvs() const;
};

// The objects that a list of attributes describes. A new object begins where the kind of object changes, where the
// first key attribute comes again, and where an attribute comes again that an object has only once.
std::vector<Object> groupObjects(std::span<const AttributeValue> attributes);

// Objects with the same key as one, with the attributes of all; the order of the first mention stays. An answer to a
// query names an object as often as it is related to something else.
std::vector<Object> mergeObjects(std::vector<Object> objects);

struct Response {
  std::uint32_t status = 0;
  AttributeValues key;
  AttributeValues operating;

  [[nodiscard]] bool ok() const { return status == 0; }
  [[nodiscard]] const AttributeValue* find(Tag tag) const;  // first among the operating attributes, then in the key
};
std::optional<Response> readResponse(base::ByteView payload);

// One event of an SCN: what happened to which node, and through which domains and sets (management SCNs only).
struct ScnEvent {
  std::uint32_t bitmap = 0;
  AttributeValues sources;  // iSCSI names or FC port names; open-isns sends other keys too
  std::vector<std::uint32_t> domains;
  std::vector<std::uint32_t> sets;
};
struct ScnNotice {
  AttributeValue destination;
  std::optional<std::uint64_t> timestamp;  // seconds since 1970
  std::vector<ScnEvent> events;
};
std::optional<ScnNotice> readScn(base::ByteView payload);

struct EsiNotice {
  std::optional<std::uint64_t> timestamp;
  std::string eid;
  std::optional<PortalAddress> portal;
};
std::optional<EsiNotice> readEsi(base::ByteView payload);

}  // namespace isns
