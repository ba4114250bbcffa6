// The tables of the SAN model in the store: one a kind, a column for each field that is stored there.
//
// Columns follow from the field tables (shared/san/fields.h), and from what objects tell of since when parts of them
// are as they are (since_rows.h), behind the fields that were there when the latter came. What the registry's tables
// hold already (isns-server/core/ schema.h) is not stored twice: of a node, an entity and a portal only the key and
// what is not the registration's; of a domain only what iSNS does not know; nothing of portal groups and sets. A node,
// entity or portal has a row here while a row of another kind refers to it (it is pinned), so that its id outlives the
// process. Sessions, discoveries, probes and held disks are not stored: agents tell of them again. Constant data, safe
// from any thread.
#pragma once

#include <span>
#include <vector>

#include "db/store/schema.h"
#include "shared/san/fields.h"
#include "shared/san/since_rows.h"

namespace manage {

// Tables 100 and up, by kind. A kind keeps its number for ever.
inline constexpr std::uint8_t kFirstModelTable = 100;
constexpr std::uint8_t tableOf(san::Kind kind) {
  return static_cast<std::uint8_t>(kFirstModelTable + static_cast<std::uint8_t>(kind));
}
// Kind::None for a table of somebody else.
constexpr san::Kind kindOf(std::uint8_t table) {
  const bool ours = table > kFirstModelTable && table < kFirstModelTable + san::kKinds;
  return ours ? static_cast<san::Kind>(table - kFirstModelTable) : san::Kind::None;
}

bool isStored(san::Kind kind);
// What stands in a column: one of the two.
struct StoredColumn {
  const san::FieldRow* field = nullptr;
  const san::SinceRow* since = nullptr;
};
// The columns of a kind. Before them stand `created` and `changed`.
std::span<const StoredColumn> storedColumns(san::Kind kind);
// Its fields that have a column, in the order of the columns.
std::span<const san::FieldRow* const> storedFields(san::Kind kind);

// Whether a column holds what the registry knows better: when a node was last seen, as of the row, which is not written
// again when its registration ends. A later time than the registry's is of before the registry kept it.
bool isOfRegistration(san::Kind kind, const san::FieldRow& field);

// Nodes, entities and portals, which have a row only while another row refers to them.
constexpr bool isPinnedKind(san::Kind kind) {
  return kind == san::Kind::Node || kind == san::Kind::Entity || kind == san::Kind::Portal;
}

// All tables of the server in the order in which they are loaded: pinned objects, so that the registry's find the ids that
// they had; the registry; the rest of the model; then `more`, the tables of other parts.
std::vector<store::Table> managedTables(std::span<const store::Table> registry, std::span<const store::Table> more);

}  // namespace manage
