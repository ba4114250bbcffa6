#include "isns-server/app/store_schema.h"

#include <cstdlib>
#include <vector>

#include "isns-server/core/schema.h"
#include "isns-server/manage/audit/audit_schema.h"
#include "isns-server/manage/changes/draft.h"
#include "isns-server/manage/credentials/credential_rows.h"
#include "isns-server/manage/keys/key_rows.h"
#include "isns-server/manage/model/model_schema.h"
#include "isns-server/manage/model/server_facts.h"
#include "isns-server/manage/people/people_rows.h"

namespace app {

const store::Schema& serverSchema() {
  static const std::vector<store::Table> tables = [] {
    std::vector<store::Table> more;
    for (const store::Schema* schema : {&keys::schema(), &credentials::schema(), &people::schema()}) {
      more.insert(more.end(), schema->tables.begin(), schema->tables.end());
    }
    for (const auto part : {manage::draftTables(), manage::factsTables()})
      more.insert(more.end(), part.begin(), part.end());
    for (store::Table table : manage::auditTables()) {
      table.loaded = false;
      more.push_back(table);
    }
    return manage::managedTables(core::schema().tables, more);
  }();
  static const store::Schema schema{tables};
  // Two parts that took one number would spoil the database.
  static const bool good = store::problem(schema).empty();
  if (!good) std::abort();
  return schema;
}

}  // namespace app
