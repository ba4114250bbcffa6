#include "isns-server/manage/model/server_facts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace manage {
namespace {

using store::ColumnType;

constexpr std::array kFactsColumns{
    store::Column{"default_domain", ColumnType::Integer},
    store::Column{"default_domain_since", ColumnType::Integer},
    store::Column{"unassigned_domains_active", ColumnType::Integer},
    store::Column{"unassigned_domains_since", ColumnType::Integer},
    store::Column{"control_nodes", ColumnType::Text},  // lines of a revision, a space and an iSCSI name
};
constexpr std::array kFactsTables{store::Table{kFactsTable, "server_policy", kFactsColumns}};
constexpr std::int64_t kFactsRow = 1;

base::Status wrong(std::size_t column) {
  return base::fail("column " + std::string(kFactsColumns[column].name) + " of server_policy has a wrong value");
}

// False where a line is none of ours.
bool readControlNodes(std::string_view text, NotedFacts& noted) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    san::Revision since = 0;
    const auto [end, fault] = std::from_chars(line.data(), line.data() + line.size(), since);
    const auto digits = static_cast<std::size_t>(end - line.data());
    if (fault != std::errc() || digits + 1 >= line.size() || line[digits] != ' ') return false;
    noted.controlNodes.emplace(line.substr(digits + 1), since);
  }
  return true;
}

}  // namespace

NotedFacts::NotedFacts(const ServerFacts& facts)
    : defaultDomain(facts.defaultDomain), unassignedDomainsActive(facts.unassignedDomainsActive) {
  for (const std::string& name : facts.controlNodes) controlNodes.emplace(name, 0);
}

ServerFacts NotedFacts::facts() const {
  ServerFacts facts{defaultDomain, unassignedDomainsActive, {}};
  for (const auto& [name, since] : controlNodes) facts.controlNodes.insert(name);
  return facts;
}

NotedFacts NotedFacts::next(const ServerFacts& facts, san::Revision revision) const {
  NotedFacts made(facts);
  const auto since = [&](bool same, san::Revision before) { return same && before != 0 ? before : revision; };
  made.defaultDomainSince = since(defaultDomain == facts.defaultDomain, defaultDomainSince);
  made.unassignedDomainsSince = since(unassignedDomainsActive == facts.unassignedDomainsActive, unassignedDomainsSince);
  for (auto& [name, noted] : made.controlNodes) {
    const auto before = controlNodes.find(name);
    noted = since(before != controlNodes.end(), before == controlNodes.end() ? 0 : before->second);
  }
  return made;
}

std::span<const store::Table> factsTables() { return kFactsTables; }

void writeRow(store::OpsWriter& ops, const NotedFacts& noted) {
  std::string nodes;
  for (const auto& [name, since] : noted.controlNodes) nodes += std::to_string(since) + ' ' + name + '\n';
  ops.put(kFactsTable, kFactsRow);
  ops.integer(noted.defaultDomain ? 1 : 0);
  ops.integer(static_cast<std::int64_t>(noted.defaultDomainSince));
  ops.integer(noted.unassignedDomainsActive ? 1 : 0);
  ops.integer(static_cast<std::int64_t>(noted.unassignedDomainsSince));
  ops.text(nodes);
}

base::Status readRow(std::span<const store::Cell> cells, NotedFacts& noted) {
  if (cells.size() != kFactsColumns.size()) return base::fail("a row of server_policy has another number of columns");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].isNull() || !store::fits(cells[i], kFactsColumns[i].type)) return wrong(i);
  }
  noted.defaultDomain = cells[0].integer != 0;
  noted.defaultDomainSince = static_cast<san::Revision>(cells[1].integer);
  noted.unassignedDomainsActive = cells[2].integer != 0;
  noted.unassignedDomainsSince = static_cast<san::Revision>(cells[3].integer);
  noted.controlNodes.clear();
  return readControlNodes(cells[4].text(), noted) ? base::Status{} : wrong(4);
}

}  // namespace manage
