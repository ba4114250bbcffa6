// NameGuards: names and EIDs that are accepted from certain addresses alone (DESIGN 5a): those of enrolled agents, from
// the addresses that each agent reports.
//
// Whoever knows the agents makes the table and replaces it whole (Server::guardNames). What it does not have is not
// guarded: who is not enrolled, is revoked, or has never told his addresses. Names and EIDs in their normal spelling
// (RFC 4171 5.6.2), addresses as a peer's, IPv4 as IPv4-mapped IPv6. Where two guard one name or EID, the first does.
// It never changes: any thread may read it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "shared/isns/tlv.h"

namespace core {

class NameGuards {
 public:
  struct Guard {
    std::string eid;
    std::vector<std::string> names;  // iSCSI names
    std::vector<isns::IpAddress> addresses;

    [[nodiscard]] bool holds(const isns::IpAddress& address) const {
      return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
    }
  };

  NameGuards() = default;
  explicit NameGuards(std::vector<Guard> guards) : guards_(std::move(guards)) {
    for (const Guard& guard : guards_) {
      byEid_.emplace(guard.eid, &guard);
      for (const std::string& name : guard.names) byName_.emplace(name, &guard);
    }
  }
  NameGuards(const NameGuards&) = delete;
  NameGuards& operator=(const NameGuards&) = delete;

  [[nodiscard]] bool empty() const { return guards_.empty(); }
  // nullptr: it is not guarded.
  [[nodiscard]] const Guard* ofName(std::string_view name) const { return find(byName_, name); }
  [[nodiscard]] const Guard* ofEntity(std::string_view eid) const { return find(byEid_, eid); }

 private:
  using Table = std::unordered_map<std::string_view, const Guard*>;  // keys are the texts of guards_
  static const Guard* find(const Table& table, std::string_view key) {
    const auto at = table.find(key);
    return at == table.end() ? nullptr : at->second;
  }

  std::vector<Guard> guards_;
  Table byName_;
  Table byEid_;
};

}  // namespace core
