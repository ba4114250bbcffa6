// AgentKeeper: from which addresses the names and EIDs of agents are accepted.
#include <algorithm>

#include "isns-server/manage/agents/agent_keeper.h"
#include "shared/base/listed.h"
#include "shared/isns/ip_text.h"
#include "shared/names/entity_id.h"

namespace manage {
namespace {

// Of an interface of the server, where it is link-local ("fe80::1%2"): the name server is asked over the same one.
std::optional<isns::IpAddress> addressOf(std::string_view text) {
  return isns::parseIp(text.substr(0, text.find('%')));
}

core::NameGuards::Guard guardOf(const AgentFacts& facts, const keys::AddressRow& from) {
  core::NameGuards::Guard guard;
  std::string scratch;
  const auto eid = names::normaliseEntityId(facts.entity, scratch);
  guard.eid = eid ? std::string(*eid) : facts.entity;
  guard.names = facts.nodes;
  for (const std::string& text : from.reported) {
    if (const auto address = addressOf(text)) guard.addresses.push_back(*address);
  }
  if (const auto address = addressOf(from.peer)) guard.addresses.push_back(*address);
  return guard;
}

std::vector<std::string> allOf(const keys::AddressRow& row) {
  std::vector<std::string> all = row.reported;
  if (!row.peer.empty()) all.push_back(row.peer);
  return all;
}

}  // namespace

std::optional<Step> AgentKeeper::takeAddresses(const mgmt::Identity& agent, const AgentReport& report,
                                               const Actor& actor) {
  const auto before = addresses_.find(agent.name);
  keys::AddressRow next{agent.name, {}, {}};
  if (report.addresses) {
    next.reported = *report.addresses;
  } else if (before != addresses_.end()) {
    next.reported = before->second.known.reported;
  }
  if (next.reported.empty()) {
    if (before == addresses_.end()) return std::nullopt;
    auto step = forgetAddresses(agent.name);
    const AgentFacts* facts = find(agent.name);
    step->audit.push_back(agentRecord<ops::AuditEvent::AgentAddresses>(
        actor, facts == nullptr ? std::string() : facts->name, {{"addresses", ""}, {"count", 1}}));
    return step;
  }
  const auto peer = addressOf(actor.origin);
  const std::string from = peer ? isns::formatIp(*peer) : std::string();
  if (std::ranges::find(next.reported, from) == next.reported.end()) next.peer = from;
  if (before != addresses_.end() && before->second.known.reported == next.reported &&
      before->second.known.peer == next.peer) {
    return std::nullopt;
  }
  Step step;
  const std::int64_t row = before != addresses_.end() ? before->second.row : ++lastAddressRow_;
  step.rows = [row, next](store::OpsWriter& ops, std::uint64_t) { keys::writeRow(ops, row, next); };
  const AgentFacts* facts = find(agent.name);
  step.audit.push_back(agentRecord<ops::AuditEvent::AgentAddresses>(
      actor, facts == nullptr ? std::string() : facts->name, {{"addresses", base::listed(allOf(next))}, {"count", 1}}));
  step.committed = [this, row, next](std::uint64_t) {
    addresses_[next.entity] = {row, next};
    ++guardsVersion_;
  };
  return step;
}

std::optional<Step> AgentKeeper::forgetAddresses(const std::string& entity) {
  const auto known = addresses_.find(entity);
  if (known == addresses_.end()) return std::nullopt;
  Step step;
  step.rows = [row = known->second.row](store::OpsWriter& ops, std::uint64_t) { ops.erase(keys::kAddressTable, row); };
  step.committed = [this, entity](std::uint64_t) {
    addresses_.erase(entity);
    ++guardsVersion_;
  };
  return step;
}

std::shared_ptr<const core::NameGuards> AgentKeeper::guards() const {
  std::vector<core::NameGuards::Guard> all;
  for (const auto& [entity, from] : addresses_) {
    const AgentFacts* facts = find(entity);
    if (facts != nullptr && !facts->revoked) all.push_back(guardOf(*facts, from.known));
  }
  return std::make_shared<const core::NameGuards>(std::move(all));
}

}  // namespace manage
