// ServerFacts: what the model takes from the server's configuration, and how it stands in the store: one row, written
// when a start or a reload finds other facts than were noted last, so that a past revision is seen with those that held
// then.
//
// Values, safe from any thread. readRow() fails with a sentence that names the column.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "db/store/row_codec.h"
#include "db/store/schema.h"
#include "shared/base/result.h"
#include "shared/san/ids.h"

namespace manage {

struct ServerFacts {
  bool defaultDomain = false;
  bool unassignedDomainsActive = false;
  std::set<std::string, std::less<>> controlNodes;  // iSCSI names
  friend bool operator==(const ServerFacts&, const ServerFacts&) = default;
};

// Facts, each with the revision that noted it: it may have held before the first of them.
struct NotedFacts {
  bool defaultDomain = false;
  san::Revision defaultDomainSince = 0;
  bool unassignedDomainsActive = false;
  san::Revision unassignedDomainsSince = 0;
  std::map<std::string, san::Revision, std::less<>> controlNodes;

  NotedFacts() = default;
  // Of facts that nobody has noted.
  explicit NotedFacts(const ServerFacts& facts);
  [[nodiscard]] ServerFacts facts() const;
  // From `revision` on `facts` hold; what is as before keeps its revision.
  [[nodiscard]] NotedFacts next(const ServerFacts& facts, san::Revision revision) const;
  friend bool operator==(const NotedFacts&, const NotedFacts&) = default;
};

inline constexpr std::uint8_t kFactsTable = 91;
std::span<const store::Table> factsTables();  // the table, for managedTables()

void writeRow(store::OpsWriter& ops, const NotedFacts& noted);
base::Status readRow(std::span<const store::Cell> cells, NotedFacts& noted);

}  // namespace manage
