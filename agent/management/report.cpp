#include "agent/management/report.h"

#include <algorithm>

#include "shared/base/json_reader.h"
#include "shared/base/plain_text.h"
#include "shared/mgmt/member_reader.h"

namespace management {
namespace {

using base::Json;

Json::Array namesJson(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

Json timeJson(std::int64_t seconds) { return static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0)); }

Json targetJson(const AppliedTarget& target) {
  Json::Array maps;
  for (const AppliedMap& map : target.maps) {
    maps.emplace_back(Json::Object{{"initiator", map.initiator.empty() ? Json() : Json(map.initiator)},
                                   {"unit", map.unit},
                                   {"lun", map.lun},
                                   {"right", san::wordOf(map.right)}});
  }
  Json::Object json{{"target", target.target},
                    {"desired", target.desired},
                    {"applied_at", timeJson(target.appliedAt)},
                    {"enforcement", san::wordOf(target.enforcement)},
                    {"chap", san::wordOf(target.chap)},
                    {"admitted", namesJson(target.admitted)},
                    {"maps", std::move(maps)}};
  if (target.glassBrokenAt != 0) {
    json.push_back({"glass_broken_at", timeJson(target.glassBrokenAt)});
    json.push_back({"glass_reason", target.glassReason});
  }
  const auto some = [&](const char* member, const std::vector<std::string>& initiators) {
    if (!initiators.empty()) json.push_back({member, namesJson(initiators)});
  };
  some("proves_nothing", target.provesNothing);
  some("proves_one_way", target.provesOneWay);
  some("proves_mutual", target.provesMutual);
  return json;
}

Json unitJson(const SeenUnit& unit) {
  Json::Array paths;
  for (const UnitPath& path : unit.paths) paths.emplace_back(Json::Object{{"target", path.target}, {"lun", path.lun}});
  return Json::Object{{"designator", unit.designator}, {"bytes", unit.bytes}, {"paths", std::move(paths)}};
}

Json sessionJson(const SeenSession& session) {
  Json::Object json{{"initiator", session.initiator},
                    {"target", session.target},
                    {"portal", session.portal},
                    {"since", timeJson(session.since)},
                    {"proof", san::wordOf(session.proof)},
                    {"connections", session.connections},
                    {"units", namesJson(session.units)}};
  if (session.used.credential != 0) {
    json.push_back({"credential", session.used.credential});
    json.push_back({"version", session.used.version});
    json.push_back({"mutual_version", session.used.mutualVersion});
  }
  json.push_back({"md5", session.used.md5});
  if (session.measured) {
    json.push_back({"latency", session.measured->latency});
    json.push_back({"errors", session.measured->errors});
  }
  return json;
}

Json portalJson(const SeenPortal& portal) {
  return Json::Object{{"portal", portal.portal}, {"interface", portal.interface}, {"vlan", portal.vlan},
                      {"mtu", portal.mtu},       {"speed", portal.speed},         {"prefix", portal.prefix},
                      {"up", portal.up}};
}

Json refusedJson(const RefusedLogin& login) {
  Json::Object json{
      {"initiator", login.initiator}, {"target", login.target}, {"reason", login.reason}, {"at", timeJson(login.at)}};
  if (login.probe) json.push_back({"probe", true});
  if (login.credential != 0) {
    json.push_back({"credential", login.credential});
    json.push_back({"version", login.version});
  }
  return json;
}

Json textOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json foundJson(const FoundPortal& found) {
  return Json::Object{
      {"asked", found.asked}, {"target", textOrNull(found.target)}, {"portal", textOrNull(found.portal)},
      {"tag", found.tag},     {"reason", textOrNull(found.reason)}, {"at", timeJson(found.at)}};
}

Json probeJson(const ProbeResult& probe) {
  return Json::Object{{"initiator", probe.initiator},
                      {"target", probe.target},
                      {"expected", probe.expected},
                      {"outcome", san::wordOf(probe.outcome)},
                      {"reason", textOrNull(probe.reason)},
                      {"units", namesJson(probe.units)},
                      {"at", timeJson(probe.at)}};
}

Json heldJson(const HeldDisk& held) {
  return Json::Object{{"initiator", held.initiator},
                      {"target", held.target},
                      {"lun", held.lun},
                      {"unit", textOrNull(held.unit)},
                      {"reason", textOrNull(held.reason)},
                      {"since", timeJson(held.since)}};
}

Json stepJson(const AppliedStep& step) { return Json::Object{{"credential", step.credential}, {"step", step.step}}; }

Json glassJson(const BrokenGlass& act) {
  return Json::Object{{"target", act.target},   {"initiator", act.initiator},
                      {"command", act.command}, {"reason", act.reason},
                      {"uid", act.uid},         {"at", timeJson(act.at)}};
}

template <class List>
void add(Json::Object& json, const char* name, const List& list, Json (*toJson)(const typename List::value_type&)) {
  Json::Array all;
  for (const auto& one : list) all.push_back(toJson(one));
  json.push_back({name, std::move(all)});
}

}  // namespace

std::string brief(std::string_view text) { return base::plainText(text, mgmt::MemberReader::kMaxText); }

std::string reportText(std::uint64_t sequence, bool full, const Truth& now, const Truth& told,
                       const std::deque<RefusedLogin>& refused) {
  Json::Object json{{"sequence", sequence}, {"full", full}};
  if (full || now.targets != told.targets) add(json, "targets", now.targets, targetJson);
  if (full || now.units != told.units) add(json, "units", now.units, unitJson);
  if (full || now.sessions != told.sessions) add(json, "sessions", now.sessions, sessionJson);
  if (full || now.portals != told.portals) add(json, "portals", now.portals, portalJson);
  if (!now.credentials.empty() && (full || now.credentials != told.credentials)) {
    add(json, "credentials", now.credentials, stepJson);
  }
  // An agent that has nothing of it says nothing of it, but once, where it had.
  const auto news = [full](const auto& is, const auto& was) { return full ? !is.empty() : is != was; };
  if (news(now.discoveries, told.discoveries)) add(json, "discoveries", now.discoveries, foundJson);
  if (news(now.probes, told.probes)) add(json, "probes", now.probes, probeJson);
  if (!now.heldDisks) {
    if (full) json.push_back({"held_disks", {}});
  } else if (news(*now.heldDisks, told.heldDisks)) {
    add(json, "held_disks", *now.heldDisks, heldJson);
  }
  if (news(now.addresses, told.addresses)) json.push_back({"addresses", namesJson(now.addresses)});
  std::vector<BrokenGlass> broken;
  for (const BrokenGlass& act : now.brokenGlass) {
    if (std::ranges::find(told.brokenGlass, act) == told.brokenGlass.end()) broken.push_back(act);
  }
  if (!broken.empty()) add(json, "break_glass", broken, glassJson);
  if (!refused.empty()) add(json, "refused_logins", refused, refusedJson);
  std::string text;
  Json(std::move(json)).writeCompact(text);
  return text;
}

base::Result<ReportReceipt> readReceipt(std::string_view text) {
  const auto json = base::parseJson(text);
  if (!json) return base::fail(json.error());
  mgmt::MemberFault fault;
  const mgmt::MemberReader in(*json, "", fault, {"sequence", "revision", "taken", "full_wanted", "unknown"});
  ReportReceipt receipt;
  receipt.sequence = in.number("sequence", ~std::uint64_t{0} >> 1);
  receipt.taken = in.truth("taken", true);
  receipt.fullWanted = in.truth("full_wanted", true);
  std::size_t left = 64;
  receipt.someUnknown = !in.names("unknown", left).empty();
  if (fault) return base::fail(fault->pointer + " " + fault->text);
  return receipt;
}

}  // namespace management
