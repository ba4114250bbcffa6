#include "agent/app/control_views.h"

#include <algorithm>
#include <ctime>

#include "agent/app/config_forms.h"
#include "agent/app/event_log.h"
#include "shared/base/clock.h"
#include "shared/base/hex.h"

namespace agent {
namespace {

using base::Json;

std::string_view secretWord(iscsi::SecretMatch match) {
  switch (match) {
    case iscsi::SecretMatch::None:
      return "none";
    case iscsi::SecretMatch::Current:
      return "current";
    case iscsi::SecretMatch::Next:
      break;
  }
  return "next";
}

base::Json parametersView(const iscsi::Parameters& parameters) {
  base::Json::Object members;
  for (const iscsi::TextKeyRow& row : iscsi::textKeyTable().first(iscsi::kNegotiableKeys)) {
    const std::uint32_t value = iscsi::valueOf(parameters, row.key);
    base::Json shown(value);
    if (row.kind == iscsi::ValueKind::Boolean) shown = base::Json(value != 0);
    if (row.kind == iscsi::ValueKind::List && value < row.words.size()) shown = base::Json(row.words[value]);
    members.push_back({std::string(row.name), std::move(shown)});
  }
  return members;
}

void appendCounters(base::Json::Object& members, const target::IoCounters& io) {
  members.push_back({"commands", io.commands});
  members.push_back({"read_bytes", io.bytesIn});
  members.push_back({"written_bytes", io.bytesOut});
  members.push_back({"check_conditions", io.checkConditions});
  members.push_back({"latency_p50_us", latencyWithin(io.latency, 0.5)});
  members.push_back({"latency_p99_us", latencyWithin(io.latency, 0.99)});
}

base::Json textsOf(const std::vector<net::Network>& networks) {
  base::Json::Array texts;
  for (const net::Network& network : networks) texts.emplace_back(network.text());
  return texts;
}

std::string_view authenticationWord(const iscsi::AuthPolicy& policy) {
  if (policy.mutualRequired) return "mutual";
  return policy.noneAllowed ? "none" : "chap";
}

}  // namespace

std::uint64_t latencyWithin(const target::LatencyHistogram& latency, double share) {
  std::uint64_t all = 0;
  for (const std::uint64_t count : latency.counts) all += count;
  std::uint64_t seen = 0;
  for (std::size_t slot = 0; all != 0 && slot < latency.counts.size(); ++slot) {
    seen += latency.counts[slot];
    if (static_cast<double>(seen) >= share * static_cast<double>(all)) return std::uint64_t{1} << slot;
  }
  return 0;
}

std::string timeText(std::int64_t seconds) {
  if (seconds == 0) return "";
  const std::time_t time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

base::Json sessionView(const target::SessionFacts& session) {
  base::Json::Array connections;
  for (const target::ConnectionFacts& connection : session.connections) {
    connections.push_back(base::Json::Object{
        {"cid", std::uint32_t{connection.cid}}, {"peer", connection.peer.text()}, {"portal", connection.local.text()}});
  }
  base::Json::Object members{{"session", session.id},
                             {"initiator", session.initiator},
                             {"target", session.target},
                             {"kind", session.discovery ? "discovery" : "normal"},
                             {"isid", base::hexText(session.isid)},
                             {"tsih", std::uint32_t{session.tsih}},
                             {"portal_group", std::uint32_t{session.portalGroup}},
                             {"authentication", proofWord(session.identity.proof)},
                             {"chap_name", session.identity.chapName},
                             {"secret", secretWord(session.secret)},
                             {"since", timeText(base::unixSeconds(session.since))},
                             {"commands_now", session.commandsNow},
                             {"commands_max", session.commandsMax}};
  appendCounters(members, session.io);
  members.push_back({"digest_errors", session.digestErrors});
  members.push_back({"rejects", session.rejects});
  members.push_back({"task_management", session.taskManagement});
  members.push_back({"connections", std::move(connections)});
  members.push_back({"parameters", parametersView(session.parameters)});
  return members;
}

base::Json unitView(const target::UnitFacts& unit, const target::Setup& setup) {
  base::Json::Object members{{"unit", unit.id},
                       {"size", unit.blocks * unit.blockSize},
                       {"block_size", unit.blockSize},
                       {"store", unit.store},
                       {"read_only", unit.readOnly},
                       {"sessions", unit.nexuses},
                       {"registrations", unit.registrations}};
  const auto at = std::find_if(setup.units.begin(), setup.units.end(),
                               [&](const target::UnitSetup& one) { return one.id == unit.id; });
  if (at != setup.units.end()) {
    members.push_back({"serial", at->identity.serial});
    members.push_back({"naa", base::hexText(at->identity.naa)});
    members.push_back({"product", at->identity.product});
  }
  appendCounters(members, unit.io);
  return members;
}

base::Json portalView(const target::PortalFacts& portal) {
  return base::Json::Object{{"portal", portal.address.text()}, {"group", std::uint32_t{portal.group}}};
}

base::Json targetView(const target::TargetSetup& target, std::size_t sessions) {
  base::Json::Array groups;
  for (const std::uint16_t group : target.groups) groups.emplace_back(std::uint32_t{group});
  return base::Json::Object{{"target", target.name},
                      {"alias", target.alias},
                      {"groups", std::move(groups)},
                      {"rules", std::uint64_t{target.rules.size()}},
                      {"sessions", std::uint64_t{sessions}},
                      {"redirect", target.redirect}};
}

void appendAccessViews(base::Json::Array& out, const target::TargetSetup& target) {
  for (const target::AccessRule& rule : target.rules) {
    base::Json::Array luns;
    for (const target::LunMapping& mapping : rule.luns) luns.emplace_back(lunEntryText(mapping));
    base::Json::Array algorithms;
    for (const iscsi::ChapAlgorithm algorithm : rule.policy.algorithms.list()) {
      algorithms.emplace_back(iscsi::rowOf(algorithm).name);
    }
    out.push_back(base::Json::Object{{"target", target.name},
                               {"initiator", rule.initiator},
                               {"addresses", textsOf(rule.addresses)},
                               {"authentication", authenticationWord(rule.policy)},
                               {"algorithms", std::move(algorithms)},
                               {"luns", std::move(luns)}});
  }
}

base::Json heldView(const Held& held) {
  const bool live =
      held.standing == Standing::Added || held.standing == Standing::Changed || held.standing == Standing::Removed;
  return base::Json::Object{{"kind", wordOf(held.kind)},         {"key", held.key},
                      {"holds", live ? "change" : "file"}, {"standing", wordOf(held.standing)},
                      {"changed", timeText(held.time)},    {"why", held.why}};
}

base::Json heldView(const GlassRule& rule) {
  return base::Json::Object{{"kind", wordOf(ObjectKind::Access)},
                            {"key", accessKey(rule.target, rule.initiator, {})},
                            {"holds", "break-glass"},
                            {"standing", rule.admitted ? "changed" : "removed"},
                            {"changed", timeText(rule.last.at)},
                            {"why", rule.last.reason}};
}

}  // namespace agent
