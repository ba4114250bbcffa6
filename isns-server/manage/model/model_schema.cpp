#include "isns-server/manage/model/model_schema.h"

#include <array>
#include <string>

namespace manage {
namespace {

using san::FieldRow;
using san::FieldType;
using san::Kind;
using store::ColumnType;

// What the registry's tables hold, or what follows from a registration.
bool isElsewhere(Kind kind, const FieldRow& field) {
  if (kind == Kind::Domain) return field.name == "name" || field.name == "nodes" || field.name == "portals" || field.name == "features";
  if (isOfRegistration(kind, field)) return false;
  if (kind == Kind::Portal && field.writer == san::Writer::Agent) return true;  // in the present snapshot alone
  return field.writer == san::Writer::NameServer && !field.key;
}

ColumnType columnType(FieldType type) {
  switch (type) {
    case FieldType::Flag:
    case FieldType::Number:
    case FieldType::Duration:
    case FieldType::Time:
    case FieldType::Bytes:
    case FieldType::Ref:
      return ColumnType::Integer;
    case FieldType::Text:
    case FieldType::Choice:
    case FieldType::Address:
    case FieldType::Subnets:
    case FieldType::Refs:
    case FieldType::Accesses:
      return ColumnType::Text;
  }
  return ColumnType::Text;
}

// The last field before the columns that say since when: fields that came later stand behind these.
std::string_view lastBeforeSince(Kind kind) {
  return kind == Kind::AppliedTarget ? "proves_mutual"
         : kind == Kind::Credential  ? "lacked_by"
         : kind == Kind::Host        ? "labels"
                                     : "";
}

struct KindTable {
  std::string name;
  std::vector<const FieldRow*> fields;
  std::vector<StoredColumn> stored;
  std::vector<store::Column> columns;

  void takeField(const FieldRow& field) {
    fields.push_back(&field);
    stored.push_back({&field, nullptr});
    columns.push_back({field.name, columnType(field.type)});
  }
  void takeSince(const san::SinceRow& row) {
    stored.push_back({nullptr, &row});
    columns.push_back({row.name, row.list ? ColumnType::Text : ColumnType::Integer});
  }
};

const std::array<KindTable, san::kKinds>& kindTables() {
  static const auto all = [] {
    std::array<KindTable, san::kKinds> made;
    for (const san::KindRow& row : san::kKindTable) {
      if (!isStored(row.kind)) continue;
      KindTable& table = made[static_cast<std::size_t>(row.kind)];
      table.name = "san_" + std::string(row.name);
      for (char& c : table.name) c = c == '-' ? '_' : c;
      table.columns = {{"created", ColumnType::Integer}, {"changed", ColumnType::Integer}};
      for (const FieldRow& field : san::fieldsOf(row.kind)) {
        if (isElsewhere(row.kind, field)) continue;
        table.takeField(field);
        if (field.name != lastBeforeSince(row.kind)) continue;
        for (const san::SinceRow& since : san::sinceRowsOf(row.kind)) table.takeSince(since);
      }
    }
    return made;
  }();
  return all;
}

}  // namespace

bool isOfRegistration(Kind kind, const FieldRow& field) { return kind == Kind::Node && field.name == "last_seen"; }

bool isStored(Kind kind) {
  return kind != Kind::None && kind != Kind::PortalGroup && kind != Kind::DomainSet && kind != Kind::Session &&
         kind != Kind::Discovery && kind != Kind::Probe && kind != Kind::HeldDisk;
}

std::span<const StoredColumn> storedColumns(Kind kind) { return kindTables()[static_cast<std::size_t>(kind)].stored; }

std::span<const FieldRow* const> storedFields(Kind kind) { return kindTables()[static_cast<std::size_t>(kind)].fields; }

std::vector<store::Table> managedTables(std::span<const store::Table> registry, std::span<const store::Table> more) {
  std::vector<store::Table> all;
  const auto takeModel = [&](bool pinned) {
    for (const san::KindRow& row : san::kKindTable) {
      if (!isStored(row.kind) || isPinnedKind(row.kind) != pinned) continue;
      const KindTable& table = kindTables()[static_cast<std::size_t>(row.kind)];
      all.push_back({tableOf(row.kind), table.name, table.columns});
    }
  };
  takeModel(true);
  all.insert(all.end(), registry.begin(), registry.end());
  takeModel(false);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace manage
