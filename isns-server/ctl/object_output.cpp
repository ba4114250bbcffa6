#include "isns-server/ctl/object_output.h"

#include <algorithm>
#include <set>

#include "isns-server/ctl/fields.h"
#include "shared/isns/value_names.h"
#include "shared/isns/value_text.h"

namespace ctl {
namespace {

using isns::AttributeValue;
using isns::Object;
using isns::ObjectType;
using isns::Tag;
namespace tag = isns::tag;

constexpr ObjectColumn kEntity[] = {{"EID", tag::kEntityId},
                                    {"PROTOCOL", tag::kEntityProtocol},
                                    {"MANAGEMENT", tag::kManagementIp},
                                    {"PERIOD", tag::kRegistrationPeriod},
                                    {"LAST SEEN", tag::kTimestamp},
                                    {"INDEX", tag::kEntityIndex}};
constexpr ObjectColumn kPortal[] = {{"PORTAL", tag::kPortalIp},          {"NAME", tag::kPortalName},
                                    {"SCN PORT", tag::kScnPort},         {"ESI PORT", tag::kEsiPort},
                                    {"ESI INTERVAL", tag::kEsiInterval}, {"INDEX", tag::kPortalIndex}};
constexpr ObjectColumn kNode[] = {{"NAME", tag::kIscsiName},
                                  {"TYPE", tag::kNodeType},
                                  {"ALIAS", tag::kAlias},
                                  {"EVENTS", tag::kScnBitmap},
                                  {"INDEX", tag::kNodeIndex}};
constexpr ObjectColumn kPortalGroup[] = {
    {"NODE", tag::kPgIscsiName}, {"PORTAL", tag::kPgPortalIp}, {"TAG", tag::kPgTag}, {"INDEX", tag::kPgIndex}};
constexpr ObjectColumn kFcPort[] = {{"WWPN", tag::kFcPortName},
                                    {"TYPE", tag::kFcPortType},
                                    {"ROLE", tag::kPortRole},
                                    {"NAME", 67},
                                    {"FABRIC PORT", 68}};
constexpr ObjectColumn kFcDevice[] = {{"WWNN", tag::kFcNodeName}, {"NAME", 97}, {"IP", 98}, {"PROXY", 101}};
constexpr ObjectColumn kFcDomain[] = {
    {"FABRIC", tag::kVirtualFabricId}, {"ID", tag::kAssignedId}, {"SWITCH", tag::kSwitchName}};
constexpr ObjectColumn kDomain[] = {{"ID", tag::kDdId}, {"NAME", tag::kDdName}, {"FEATURES", tag::kDdFeatures}};
constexpr ObjectColumn kDomainSet[] = {{"ID", tag::kDdsId}, {"NAME", tag::kDdsName}, {"STATUS", tag::kDdsStatus}};
constexpr ObjectColumn kServer[] = {{"VENDOR", tag::kServerVendorOui}};

bool isRepeatable(Tag tag) {
  const isns::AttributeRow* row = isns::findAttribute(tag);
  return row != nullptr && row->role == isns::Role::Member;
}

// The port attribute that belongs to an address; 0 where the address stands alone.
Tag portOf(Tag ip) {
  const bool portal = ip == tag::kPortalIp || ip == tag::kPgPortalIp || ip == tag::kDdMemberPortalIp;
  return portal ? ip + 1 : 0;
}

Cell displayCell(const Object& object, Tag tag) {
  const Tag portTag = portOf(tag);
  if (portTag == 0) {
    // A set that is not enabled has no bit: a person reads "disabled".
    if (tag == tag::kDdsStatus && object.u32(tag) == 0U) return base::Json("disabled");
    return cellOf(object, tag);
  }
  const AttributeValue* ip = object.find(tag);
  const auto port = object.u32(portTag);
  if (ip == nullptr || !ip->ip() || !port) return cellOf(object, tag);
  return base::Json(isns::formatPortal({*ip->ip(), *port}));
}

}  // namespace

std::span<const ObjectColumn> columnsOf(ObjectType type) {
  switch (type) {
    case ObjectType::Entity:
      return kEntity;
    case ObjectType::Portal:
      return kPortal;
    case ObjectType::Node:
      return kNode;
    case ObjectType::PortalGroup:
      return kPortalGroup;
    case ObjectType::FcPort:
      return kFcPort;
    case ObjectType::FcDevice:
      return kFcDevice;
    case ObjectType::FcDomain:
      return kFcDomain;
    case ObjectType::Domain:
      return kDomain;
    case ObjectType::DomainSet:
      return kDomainSet;
    case ObjectType::Server:
      return kServer;
    case ObjectType::None:
      break;
  }
  return {};
}

base::Json jsonOf(const AttributeValue& attribute) {
  const isns::Attribute view = attribute.view();
  if (view.empty()) return {};
  if (view.row == nullptr || isns::checkValue(view) != isns::Status::Successful) return isns::formatValue(view);
  if (view.row->kind == isns::ValueKind::Bits) {
    base::Json::Array words;
    for (std::string& name : isns::bitNames(view.tag, view.u32())) words.emplace_back(std::move(name));
    return words;
  }
  const bool number = view.row->kind == isns::ValueKind::U32 && view.tag != tag::kVersionRange &&
                      !isns::valueName(view.tag, view.u32());
  if (number) return view.u32();
  return isns::formatValue(view);
}

Cell cellOf(const Object& object, Tag tag) {
  if (!isRepeatable(tag)) {
    const AttributeValue* found = object.find(tag);
    return found == nullptr ? Cell{} : Cell{jsonOf(*found)};
  }
  base::Json::Array values;
  for (const AttributeValue& attribute : object.attributes) {
    if (attribute.tag == tag) values.push_back(jsonOf(attribute));
  }
  return values.empty() ? Cell{} : Cell{base::Json(std::move(values))};
}

Sheet displaySheet(std::span<const Object> objects, std::span<const ObjectColumn> columns) {
  Sheet sheet;
  for (const ObjectColumn& column : columns)
    sheet.columns.push_back({fieldName(column.tag), std::string(column.header)});
  for (const Object& object : objects) {
    auto& row = sheet.rows.emplace_back();
    for (const ObjectColumn& column : columns) row.push_back(displayCell(object, column.tag));
  }
  return sheet;
}

Sheet fieldSheet(std::span<const Object> objects, std::span<const Tag> tags) {
  Sheet sheet;
  for (const Tag tag : tags) sheet.columns.push_back({fieldName(tag), fieldName(tag)});
  for (const Object& object : objects) {
    auto& row = sheet.rows.emplace_back();
    for (const Tag tag : tags) row.push_back(cellOf(object, tag));
  }
  return sheet;
}

std::vector<Tag> tagsIn(std::span<const Object> objects) {
  std::set<Tag> tags;
  for (const Object& object : objects) {
    for (const AttributeValue& attribute : object.attributes) tags.insert(attribute.tag);
  }
  return {tags.begin(), tags.end()};
}

void printObjects(Output& output, ObjectType type, std::span<const Object> objects, std::span<const Tag> tags,
                  bool chosen) {
  if (output.format() == Format::Table && !chosen) return output.sheet(displaySheet(objects, columnsOf(type)));
  output.sheet(fieldSheet(objects, tags));
}

Sheet sectionSheet(const Output& output, ObjectType type, std::span<const Object> objects) {
  if (output.format() != Format::Table) return fieldSheet(objects, tagsIn(objects));
  std::vector<ObjectColumn> columns;
  for (const ObjectColumn& column : columnsOf(type)) {
    const bool used = std::any_of(objects.begin(), objects.end(),
                                  [&](const Object& object) { return object.find(column.tag) != nullptr; });
    if (used) columns.push_back(column);
  }
  return displaySheet(objects, columns);
}

Record displayRecord(const Output& output, const Object& object) {
  Record record = recordOf(object);
  if (output.format() != Format::Table) return record;
  for (RecordField& field : record) {
    if (field.field == fieldName(tag::kDdsStatus)) field.value = displayCell(object, tag::kDdsStatus);
  }
  return record;
}

Record recordOf(const Object& object) {
  Record record;
  const Object all[] = {object};
  for (const Tag tag : tagsIn(all)) {
    const isns::AttributeRow* row = isns::findAttribute(tag);
    std::string header = row == nullptr || isns::isVendorTag(tag) ? fieldName(tag) : std::string(row->name);
    record.push_back({fieldName(tag), std::move(header), cellOf(object, tag)});
  }
  return record;
}

}  // namespace ctl
