#include "isns-server/core/schema.h"

#include <algorithm>
#include <string>
#include <vector>

namespace core {
namespace {

using isns::AttributeRow;
using isns::ValueKind;
using store::Cell;
using store::CellTag;
using store::ColumnType;

ColumnType columnType(ValueKind kind) {
  switch (kind) {
    case ValueKind::U32:
    case ValueKind::U64:
    case ValueKind::Bits:
    case ValueKind::Port:
      return ColumnType::Integer;
    case ValueKind::Text:
    case ValueKind::IscsiName:
    case ValueKind::Eid:
      return ColumnType::Text;
    case ValueKind::None:
    case ValueKind::Ip:
    case ValueKind::Wwn:
    case ValueKind::Opaque:
      return ColumnType::Blob;
  }
  return ColumnType::Blob;
}

// Attributes that an object keeps in its list: what clients register, and the registration timestamp. The keys of
// domains and sets are their row ids; those of portal groups are the keys of the two objects joined.
bool isStored(const AttributeRow& row) {
  if (row.tag == isns::tag::kTimestamp) return true;
  if (row.writer != isns::Writer::Client || row.tag == isns::tag::kPreferredId) return false;
  if (row.object == ObjectType::PortalGroup) return false;
  const bool numbered = row.object == ObjectType::Domain || row.object == ObjectType::DomainSet;
  return row.role == isns::Role::Plain || (row.role == isns::Role::Key && !numbered);
}

// The columns of one object type: links to its containers, revisions, attributes, vendor attributes, and facts that
// were added since.
struct ObjectTable {
  std::vector<store::Column> columns;
  struct AttributeColumn {
    isns::Tag tag;
    ColumnType type;
    const AttributeRow* row;
  };
  std::vector<AttributeColumn> attributes;  // those with a column, ascending by tag
  std::size_t links = 0;
  std::size_t added = 0;  // missing in rows of old changes

  ObjectTable(ObjectType type, std::initializer_list<std::string_view> linkColumns,
              std::initializer_list<std::string_view> addedColumns = {})
      : links(linkColumns.size()), added(addedColumns.size()) {
    for (std::string_view name : linkColumns) columns.push_back({name, ColumnType::Integer});
    columns.push_back({"created", ColumnType::Integer});
    columns.push_back({"changed", ColumnType::Integer});
    for (const AttributeRow& row : isns::attributeTable()) {
      if (row.object != type || !isStored(row)) continue;
      columns.push_back({row.field, columnType(row.kind)});
      attributes.push_back({row.tag, columnType(row.kind), &row});
    }
    columns.push_back({"vendor", ColumnType::Blob});
    for (std::string_view name : addedColumns) columns.push_back({name, ColumnType::Integer});
  }
};

const ObjectTable& objectTable(ObjectType type) {
  static const ObjectTable entity(ObjectType::Entity, {});
  static const ObjectTable portal(ObjectType::Portal, {"entity"}, {"signs"});
  static const ObjectTable node(ObjectType::Node, {"entity"}, {"registered_since", "last_seen"});
  static const ObjectTable group(ObjectType::PortalGroup, {"node", "portal", "pg_tag"});
  static const ObjectTable device(ObjectType::FcDevice, {});
  static const ObjectTable fcPort(ObjectType::FcPort, {"entity", "device"});
  static const ObjectTable fcDomain(ObjectType::FcDomain, {"entity"});
  static const ObjectTable domain(ObjectType::Domain, {}, {"unassigned_since", "portals_left", "nodes_left"});
  static const ObjectTable set(ObjectType::DomainSet, {}, {"enabled_since", "domains_left"});
  switch (type) {
    case ObjectType::Portal:
      return portal;
    case ObjectType::Node:
      return node;
    case ObjectType::PortalGroup:
      return group;
    case ObjectType::FcDevice:
      return device;
    case ObjectType::FcPort:
      return fcPort;
    case ObjectType::FcDomain:
      return fcDomain;
    case ObjectType::Domain:
      return domain;
    case ObjectType::DomainSet:
      return set;
    default:
      return entity;
  }
}

void writeCell(store::OpsWriter& ops, ColumnType type, base::ByteView value) {
  if (value.empty()) return ops.null();
  switch (type) {
    case ColumnType::Integer:
      return ops.integer(value.size() == 8 ? static_cast<std::int64_t>(base::loadU64(value.data()))
                                           : std::int64_t{base::loadU32(value.data())});
    case ColumnType::Text: {
      const std::string_view all = base::asText(value);
      return ops.text(all.substr(0, all.find('\0')));
    }
    case ColumnType::Blob:
      return ops.blob(value);
  }
}

void writeObject(store::OpsWriter& ops, ObjectType type, const Object& object,
                 std::initializer_list<std::int64_t> links, std::initializer_list<std::int64_t> added = {}) {
  const ObjectTable& table = objectTable(type);
  ops.put(static_cast<std::uint8_t>(tableOf(type)), object.index);
  for (std::int64_t link : links) ops.integer(link);
  ops.integer(static_cast<std::int64_t>(object.created));
  ops.integer(static_cast<std::int64_t>(object.changed));
  // Both lists ascend by tag; what has no column of its own is a vendor attribute.
  auto column = table.attributes.begin();
  base::Bytes vendor;
  object.attributes.forEachValue([&](isns::Tag tag, base::ByteView value) {
    for (; column != table.attributes.end() && column->tag < tag; ++column) ops.null();
    if (column != table.attributes.end() && column->tag == tag) {
      writeCell(ops, column->type, value);
      ++column;
    } else {
      isns::AttributeWriter(vendor).raw(tag, value);
    }
  });
  for (; column != table.attributes.end(); ++column) ops.null();
  if (vendor.empty()) {
    ops.null();
  } else {
    ops.blob(vendor);
  }
  for (std::int64_t fact : added) ops.integer(fact);
}

bool fits32(std::int64_t value) { return value >= 0 && value <= 0xffffffff; }

base::Status wrongValue(const AttributeRow& row) {
  return base::fail("column " + std::string(row.field) + " has a value that is no " + std::string(row.name));
}

base::Status readCell(const AttributeRow& row, const Cell& cell, isns::AttributeList& attributes) {
  if (cell.isNull()) return {};
  if (!store::fits(cell, columnType(row.kind)))
    return base::fail("column " + std::string(row.field) + " has a value of another type");
  base::Bytes value;
  base::ByteWriter writer(value);
  switch (columnType(row.kind)) {
    case ColumnType::Integer:
      if (row.maxLength == 8) {
        writer.u64(static_cast<std::uint64_t>(cell.integer));
      } else {
        if (!fits32(cell.integer)) return wrongValue(row);
        writer.u32(static_cast<std::uint32_t>(cell.integer));
      }
      break;
    case ColumnType::Text:
      if (cell.text().find('\0') != std::string_view::npos) return wrongValue(row);
      writer.bytes(cell.bytes);
      writer.zeros(isns::paddedTextLength(cell.text()) - cell.bytes.size());
      break;
    case ColumnType::Blob:
      writer.bytes(cell.bytes);
      break;
  }
  isns::Attribute attribute{row.tag, value, &row};
  if (isns::checkValue(attribute) != isns::Status::Successful) return wrongValue(row);
  attributes.set(row.tag, value);
  return {};
}

base::Status readVendor(const Cell& cell, isns::AttributeList& attributes) {
  if (cell.isNull()) return {};
  isns::AttributeReader reader(cell.bytes);
  for (isns::Attribute attribute; reader.next(attribute);) {
    if (!isns::isVendorTag(attribute.tag)) return base::fail("column vendor holds an attribute that has another column");
    attributes.set(attribute.tag, attribute.value);
  }
  if (reader.status() != isns::Status::Successful) return base::fail("column vendor does not hold attributes");
  return {};
}

base::Status readObject(std::span<const Cell> cells, ObjectType type, Object& object,
                        std::initializer_list<Index*> links, std::initializer_list<std::int64_t*> added = {}) {
  const ObjectTable& table = objectTable(type);
  const std::size_t full = table.columns.size();
  // Rows of older versions, as the history has them, end before the columns that came later.
  if (cells.size() > full || cells.size() < full - table.added) {
    return base::fail("the row has another number of columns");
  }
  std::size_t at = 0;
  for (Index* link : links) {
    if (cells[at].isNull() || !fits32(cells[at].integer)) {
      return base::fail("column " + std::string(table.columns[at].name) + " is no index");
    }
    *link = static_cast<Index>(cells[at++].integer);
  }
  object.created = static_cast<std::uint64_t>(cells[at++].integer);
  object.changed = static_cast<std::uint64_t>(cells[at++].integer);
  std::size_t size = 0;
  for (const Cell& cell : cells.subspan(at)) {
    if (!cell.isNull()) size += isns::kTlvHeaderSize + std::max(isns::paddedTextLength(cell.text()), sizeof(std::uint64_t));
  }
  object.attributes.reserve(size);
  for (const ObjectTable::AttributeColumn& column : table.attributes) {
    if (auto status = readCell(*column.row, cells[at++], object.attributes); !status) return status;
  }
  if (auto status = readVendor(cells[at++], object.attributes); !status) return status;
  for (std::int64_t* fact : added) {
    *fact = at < cells.size() && !cells[at].isNull() ? cells[at].integer : 0;
    ++at;
  }
  return {};
}

}  // namespace

TableNumber tableOf(ObjectType type) {
  switch (type) {
    case ObjectType::Portal:
      return TableNumber::Portal;
    case ObjectType::Node:
      return TableNumber::Node;
    case ObjectType::PortalGroup:
      return TableNumber::PortalGroup;
    case ObjectType::FcDevice:
      return TableNumber::FcDevice;
    case ObjectType::FcPort:
      return TableNumber::FcPort;
    case ObjectType::FcDomain:
      return TableNumber::FcDomain;
    case ObjectType::Domain:
      return TableNumber::Domain;
    case ObjectType::DomainSet:
      return TableNumber::DomainSet;
    default:
      return TableNumber::Entity;
  }
}

const store::Schema& schema() {
  static constexpr store::Column kDomainNode[] = {
      {"domain", ColumnType::Integer}, {"node", ColumnType::Integer}, {"since", ColumnType::Integer}};
  static constexpr store::Column kDomainPortal[] = {
      {"domain", ColumnType::Integer}, {"portal", ColumnType::Integer}, {"since", ColumnType::Integer}};
  static constexpr store::Column kDomainFcPort[] = {
      {"domain", ColumnType::Integer}, {"fc_port", ColumnType::Integer}, {"since", ColumnType::Integer}};
  static constexpr store::Column kSetDomain[] = {
      {"domain_set", ColumnType::Integer}, {"domain", ColumnType::Integer}, {"since", ColumnType::Integer}};
  static constexpr store::Column kCounter[] = {{"reserved", ColumnType::Integer}};
  static constexpr store::Column kFormerNode[] = {
      {"number", ColumnType::Integer}, {"name", ColumnType::Text}, {"last_seen", ColumnType::Integer}};
  static const std::vector<store::Table> tables = [] {
    std::vector<store::Table> all;
    forEachObjectType([&]<class T>(T*) {
      all.push_back({static_cast<std::uint8_t>(tableOf(T::kType)), isns::objectTypeName(T::kType),
                     objectTable(T::kType).columns});
    });
    all.push_back({static_cast<std::uint8_t>(TableNumber::DomainNode), "domain_node", kDomainNode});
    all.push_back({static_cast<std::uint8_t>(TableNumber::DomainPortal), "domain_portal", kDomainPortal});
    all.push_back({static_cast<std::uint8_t>(TableNumber::DomainFcPort), "domain_fc_port", kDomainFcPort});
    all.push_back({static_cast<std::uint8_t>(TableNumber::SetDomain), "set_domain", kSetDomain});
    all.push_back({static_cast<std::uint8_t>(TableNumber::Counter), "counter", kCounter});
    all.push_back({static_cast<std::uint8_t>(TableNumber::FormerNode), "former_node", kFormerNode});
    return all;
  }();
  static const store::Schema schema{tables};
  return schema;
}

void writeRow(store::OpsWriter& ops, const Entity& o) { writeObject(ops, Entity::kType, o, {}); }
void writeRow(store::OpsWriter& ops, const Portal& o) { writeObject(ops, Portal::kType, o, {o.entity}, {o.signs}); }
void writeRow(store::OpsWriter& ops, const Node& o) {
  writeObject(ops, Node::kType, o, {o.entity}, {static_cast<std::int64_t>(o.registeredSince), o.lastSeen});
}
void writeRow(store::OpsWriter& ops, const PortalGroup& o) {
  writeObject(ops, PortalGroup::kType, o, {o.node, o.portal, o.tag});
}
void writeRow(store::OpsWriter& ops, const FcDevice& o) { writeObject(ops, FcDevice::kType, o, {}); }
void writeRow(store::OpsWriter& ops, const FcPort& o) { writeObject(ops, FcPort::kType, o, {o.entity, o.device}); }
void writeRow(store::OpsWriter& ops, const FcDomain& o) { writeObject(ops, FcDomain::kType, o, {o.entity}); }
void writeRow(store::OpsWriter& ops, const Domain& o) {
  writeObject(ops, Domain::kType, o, {},
              {static_cast<std::int64_t>(o.unassignedSince), static_cast<std::int64_t>(o.portalsLeft),
               static_cast<std::int64_t>(o.nodesLeft)});
}
void writeRow(store::OpsWriter& ops, const DomainSet& o) {
  writeObject(ops, DomainSet::kType, o, {},
              {static_cast<std::int64_t>(o.enabledSince), static_cast<std::int64_t>(o.domainsLeft)});
}
void writeRow(store::OpsWriter& ops, const FormerNode& o) {
  ops.put(static_cast<std::uint8_t>(TableNumber::FormerNode), formerNodeId(o.number));
  ops.integer(static_cast<std::int64_t>(o.number));
  ops.text(o.name);
  ops.integer(o.lastSeen);
}

using Cells = std::span<const Cell>;
base::Status readRow(Cells cells, Entity& o) { return readObject(cells, Entity::kType, o, {}); }
base::Status readRow(Cells cells, Portal& o) {
  std::int64_t signs = 0;
  auto status = readObject(cells, Portal::kType, o, {&o.entity}, {&signs});
  o.signs = signs != 0;
  return status;
}
base::Status readRow(Cells cells, Node& o) {
  std::int64_t since = 0;
  auto status = readObject(cells, Node::kType, o, {&o.entity}, {&since, &o.lastSeen});
  o.registeredSince = static_cast<std::uint64_t>(since);
  return status;
}
base::Status readRow(Cells cells, PortalGroup& o) {
  return readObject(cells, PortalGroup::kType, o, {&o.node, &o.portal, &o.tag});
}
base::Status readRow(Cells cells, FcDevice& o) { return readObject(cells, FcDevice::kType, o, {}); }
base::Status readRow(Cells cells, FcPort& o) { return readObject(cells, FcPort::kType, o, {&o.entity, &o.device}); }
base::Status readRow(Cells cells, FcDomain& o) { return readObject(cells, FcDomain::kType, o, {&o.entity}); }
base::Status readRow(Cells cells, Domain& o) {
  std::int64_t since = 0;
  std::int64_t left = 0;
  std::int64_t nodesLeft = 0;
  auto status = readObject(cells, Domain::kType, o, {}, {&since, &left, &nodesLeft});
  o.unassignedSince = static_cast<std::uint64_t>(since);
  o.portalsLeft = static_cast<std::uint64_t>(left);
  o.nodesLeft = static_cast<std::uint64_t>(nodesLeft);
  return status;
}
base::Status readRow(Cells cells, DomainSet& o) {
  std::int64_t since = 0;
  std::int64_t left = 0;
  auto status = readObject(cells, DomainSet::kType, o, {}, {&since, &left});
  // Of a version that did not tell: as old as the last change.
  o.enabledSince = !o.enabled() ? 0 : since != 0 ? static_cast<std::uint64_t>(since) : o.changed;
  o.domainsLeft = static_cast<std::uint64_t>(left);
  return status;
}
base::Status readRow(Cells cells, FormerNode& o) {
  if (cells.size() != 3) return base::fail("the row has another number of columns");
  if (cells[0].tag != CellTag::Integer || cells[0].integer <= 0) return base::fail("column number is none");
  if (cells[1].tag != CellTag::Text || cells[1].bytes.empty()) return base::fail("column name is no name");
  if (cells[2].tag != CellTag::Integer || cells[2].integer <= 0) return base::fail("column last_seen is no time");
  o = {static_cast<std::uint64_t>(cells[0].integer), std::string(cells[1].text()), cells[2].integer};
  return {};
}

}  // namespace core
