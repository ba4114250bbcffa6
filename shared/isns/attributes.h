// The attributes of RFC 4171 section 6 as one table.
//
// Codec, validation, the registry, the store's columns, names in JSON, `sanctl`, the reference page and the fuzz
// dictionary all read these rows; a new attribute is one row here and one test. Pure data, safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace isns {

using Tag = std::uint32_t;

// The kinds of object of RFC 4171 section 3. FcDomain is an FC_DOMAIN_ID allocated to a switch (section 6.8).
enum class ObjectType : std::uint8_t {
  None,
  Entity,
  Portal,
  Node,
  PortalGroup,
  FcPort,
  FcDevice,
  FcDomain,
  Domain,
  DomainSet,
  Server,
};
inline constexpr std::size_t kObjectTypes = 11;
std::string_view objectTypeName(ObjectType type);

// How the value bytes read. Every kind is big endian and padded to four bytes.
enum class ValueKind : std::uint8_t {
  None,       // no value: the delimiter
  U32,        // number
  U64,        // seconds since 1970, or a number
  Bits,       // 32 flags
  Ip,         // 16 bytes, IPv4 as IPv4-mapped IPv6
  Port,       // port number in the low 16 bits, 0x00010000 for UDP
  Text,       // UTF-8, NUL-terminated
  IscsiName,  // Text, normalised by the profile of RFC 3722
  Eid,        // Text, normalised by nameprep
  Wwn,        // 8 bytes
  Opaque,     // any bytes
};

enum class Role : std::uint8_t {
  Plain,
  Key,        // names the object, alone or with the neighbouring key tags
  Index,      // the server's number of the object
  NextIndex,  // virtual: the number that the next object will get
  Member,     // repeatable member of a discovery domain
};

// Who may set the value. Server: an attempt to register it is status 3.
enum class Writer : std::uint8_t { Client, Server };

struct AttributeRow {
  Tag tag;
  std::string_view name;   // as the RFC writes it
  std::string_view field;  // as JSON, SQL and sanctl write it
  ValueKind kind;
  std::uint16_t minLength;  // of the value in bytes; a length of 0 is always legal on the wire
  std::uint16_t maxLength;
  ObjectType object;
  Role role;
  Writer writer;
  std::string_view section;  // of RFC 4171
};

// All rows, ascending by tag.
std::span<const AttributeRow> attributeTable();

// The row of a tag; for a vendor tag the row of its range; nullptr for a tag that RFC 4171 leaves unassigned.
const AttributeRow* findAttribute(Tag tag);

// The row of a field name such as "node_type", or nullptr.
const AttributeRow* findAttributeByField(std::string_view field);

// Vendor-specific ranges (RFC 4171 6.10). Where 6.1 and 6.10.7-8 contradict each other (1025-1536), the text of
// 6.10 is followed, as open-isns does.
struct VendorRange {
  Tag first;
  Tag last;
  AttributeRow row;  // its tag is the first of the range
};
std::span<const VendorRange> vendorRanges();
inline bool isVendorTag(Tag tag) { return tag >= 257 && tag <= 2048; }

// True when `length` may be the length of a value of this attribute (0 is judged by the caller).
inline bool lengthFits(const AttributeRow& row, std::size_t length) {
  return length >= row.minLength && length <= row.maxLength && length % 4 == 0;
}

namespace tag {
inline constexpr Tag kDelimiter = 0;
inline constexpr Tag kEntityId = 1;
inline constexpr Tag kEntityProtocol = 2;
inline constexpr Tag kManagementIp = 3;
inline constexpr Tag kTimestamp = 4;
inline constexpr Tag kVersionRange = 5;
inline constexpr Tag kRegistrationPeriod = 6;
inline constexpr Tag kEntityIndex = 7;
inline constexpr Tag kEntityNextIndex = 8;
inline constexpr Tag kPortalIp = 16;
inline constexpr Tag kPortalPort = 17;
inline constexpr Tag kPortalName = 18;
inline constexpr Tag kEsiInterval = 19;
inline constexpr Tag kEsiPort = 20;
inline constexpr Tag kPortalIndex = 22;
inline constexpr Tag kScnPort = 23;
inline constexpr Tag kPortalNextIndex = 24;
inline constexpr Tag kPortalSecurity = 27;
inline constexpr Tag kIscsiName = 32;
inline constexpr Tag kNodeType = 33;
inline constexpr Tag kAlias = 34;
inline constexpr Tag kScnBitmap = 35;
inline constexpr Tag kNodeIndex = 36;
inline constexpr Tag kWwnnToken = 37;
inline constexpr Tag kNodeNextIndex = 38;
inline constexpr Tag kAuthMethod = 42;
inline constexpr Tag kPgIscsiName = 48;
inline constexpr Tag kPgPortalIp = 49;
inline constexpr Tag kPgPortalPort = 50;
inline constexpr Tag kPgTag = 51;
inline constexpr Tag kPgIndex = 52;
inline constexpr Tag kPgNextIndex = 53;
inline constexpr Tag kFcPortName = 64;
inline constexpr Tag kFcPortType = 66;
inline constexpr Tag kFc4Types = 72;
inline constexpr Tag kIfcpScnBitmap = 75;
inline constexpr Tag kPortRole = 76;
inline constexpr Tag kPermanentPortName = 77;
inline constexpr Tag kFc4TypeCode = 95;
inline constexpr Tag kFcNodeName = 96;
inline constexpr Tag kSwitchName = 128;
inline constexpr Tag kPreferredId = 129;
inline constexpr Tag kAssignedId = 130;
inline constexpr Tag kVirtualFabricId = 131;
inline constexpr Tag kServerVendorOui = 256;
inline constexpr Tag kDdsId = 2049;
inline constexpr Tag kDdsName = 2050;
inline constexpr Tag kDdsStatus = 2051;
inline constexpr Tag kDdsNextId = 2052;
inline constexpr Tag kDdId = 2065;
inline constexpr Tag kDdName = 2066;
inline constexpr Tag kDdMemberNodeIndex = 2067;
inline constexpr Tag kDdMemberIscsiName = 2068;
inline constexpr Tag kDdMemberFcPortName = 2069;
inline constexpr Tag kDdMemberPortalIndex = 2070;
inline constexpr Tag kDdMemberPortalIp = 2071;
inline constexpr Tag kDdMemberPortalPort = 2072;
inline constexpr Tag kDdFeatures = 2078;
inline constexpr Tag kDdNextId = 2079;
}  // namespace tag

inline constexpr Tag kHighestTag = tag::kDdNextId;  // none beyond has a row

// Values with a meaning of their own.
namespace node_type {  // 6.4.2; Port Role (6.6.13) has the same bits
inline constexpr std::uint32_t kTarget = 1;
inline constexpr std::uint32_t kInitiator = 2;
inline constexpr std::uint32_t kControl = 4;
}  // namespace node_type

namespace scn {  // 6.4.4
inline constexpr std::uint32_t kMemberAdded = 0x01;
inline constexpr std::uint32_t kMemberRemoved = 0x02;
inline constexpr std::uint32_t kObjectUpdated = 0x04;
inline constexpr std::uint32_t kObjectAdded = 0x08;
inline constexpr std::uint32_t kObjectRemoved = 0x10;
inline constexpr std::uint32_t kManagement = 0x20;
inline constexpr std::uint32_t kTargetAndSelfOnly = 0x40;
inline constexpr std::uint32_t kInitiatorAndSelfOnly = 0x80;
inline constexpr std::uint32_t kAllBits = 0xff;
}  // namespace scn

inline constexpr std::uint32_t kUdpPortFlag = 0x00010000;  // 6.3.2, 6.3.5, 6.3.7
inline constexpr std::uint32_t kDdsEnabled = 1;            // 6.11.1.3
inline constexpr std::uint32_t kBootListFeature = 1;       // 6.11.2.9
inline constexpr std::uint32_t kDefaultDdId = 1;           // 6.11.2.1
inline constexpr std::uint32_t kDefaultDdsId = 1;          // 6.11.1.1
inline constexpr std::uint32_t kDefaultPgTag = 1;          // 6.5.4
inline constexpr std::string_view kServerMadeEidPrefix = "isns:";  // 6.2.1

namespace entity_protocol {  // 6.2.2
inline constexpr std::uint32_t kNone = 1;
inline constexpr std::uint32_t kIscsi = 2;
inline constexpr std::uint32_t kIfcp = 3;
}  // namespace entity_protocol

}  // namespace isns
