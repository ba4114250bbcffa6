#include "isns-server/manage/agents/agent_report.h"

#include <algorithm>
#include <set>

#include "shared/isns/ip_text.h"
#include "shared/mgmt/member_reader.h"
#include "shared/san/fields.h"

namespace manage {
namespace {

using base::Json;

using Fault = mgmt::MemberFault;
using Reader = mgmt::MemberReader;

struct Left {
  std::size_t targets = ReportLimits::kTargets;
  std::size_t units = ReportLimits::kUnits;
  std::size_t maps = ReportLimits::kMaps;
  std::size_t admitted = ReportLimits::kAdmitted;
  std::size_t demands = ReportLimits::kAdmitted;  // each is of one that is let in
  std::size_t sessions = ReportLimits::kSessions;
  std::size_t sessionUnits = ReportLimits::kSessionUnits;
  std::size_t portals = ReportLimits::kPortals;
  std::size_t refused = ReportLimits::kRefusedLogins;
  std::size_t credentials = ReportLimits::kCredentials;
  std::size_t brokenGlass = ReportLimits::kBreakGlass;
  std::size_t discoveries = ReportLimits::kDiscoveries;
  std::size_t probes = ReportLimits::kProbes;
  std::size_t probeUnits = ReportLimits::kProbeUnits;
  std::size_t heldDisks = ReportLimits::kHeldDisks;
  std::size_t addresses = ReportLimits::kAddresses;
};

ReportedTarget readTarget(const Json& json, const std::string& pointer, Fault& fault, Left& left) {
  const Reader in(json, pointer, fault,
                  {"target", "desired", "applied_at", "enforcement", "chap", "admitted", "maps", "glass_broken_at",
                   "glass_reason", "proves_nothing", "proves_one_way", "proves_mutual"});
  ReportedTarget target;
  target.target = in.text("target");
  target.desired = in.number("desired", ~std::uint64_t{0} >> 1);
  target.appliedAt = in.time("applied_at");
  target.enforcement = in.word<san::Enforcement>("enforcement");
  target.chap = in.word<san::ChapDemand>("chap");
  target.admitted = in.names("admitted", left.admitted);
  target.provesNothing = in.names("proves_nothing", left.demands);
  target.provesOneWay = in.names("proves_one_way", left.demands);
  target.provesMutual = in.names("proves_mutual", left.demands);
  if (in.has("glass_broken_at")) {
    target.glassBrokenAt = in.time("glass_broken_at");
    target.glassReason = in.text("glass_reason");
  }
  in.each("maps", left.maps, [&](const Json& one, const std::string& where) {
    const Reader map(one, where, fault, {"initiator", "unit", "lun", "right"});
    target.maps.push_back({map.text("initiator", true), map.text("unit"),
                           static_cast<std::uint32_t>(map.number("lun", san::kMaxLun)), map.word<san::Right>("right")});
  });
  return target;
}

ReportedUnit readUnit(const Json& json, const std::string& pointer, Fault& fault) {
  const Reader in(json, pointer, fault, {"designator", "bytes", "paths"});
  ReportedUnit unit{in.text("designator"), in.number("bytes", ~std::uint64_t{0} >> 1), {}};
  std::size_t left = ReportLimits::kPaths;
  in.each("paths", left, [&](const Json& one, const std::string& where) {
    const Reader path(one, where, fault, {"target", "lun"});
    unit.paths.push_back({path.text("target"), static_cast<std::uint32_t>(path.number("lun", san::kMaxLun))});
  });
  return unit;
}

CredentialProof readProof(const Reader& in) {
  constexpr std::uint64_t kMost = 0xffffffff;
  CredentialProof used;
  if (in.has("credential")) used.credential = static_cast<san::Id>(in.number("credential", kMost));
  if (in.has("version")) used.version = static_cast<std::uint32_t>(in.number("version", kMost));
  if (in.has("mutual_version")) used.mutualVersion = static_cast<std::uint32_t>(in.number("mutual_version", kMost));
  used.md5 = in.truth("md5");
  return used;
}

ReportedSession readSession(const Json& json, const std::string& pointer, Fault& fault, Left& left) {
  const Reader in(json, pointer, fault,
                  {"initiator", "target", "portal", "since", "proof", "path", "connections", "units", "credential",
                   "version", "mutual_version", "md5", "latency", "errors"});
  ReportedSession session;
  session.initiator = in.text("initiator");
  session.target = in.text("target");
  session.portal = in.text("portal");
  session.since = in.time("since");
  session.proof = in.word<san::Proof>("proof");
  if (in.has("path")) session.path = in.word<san::PathState>("path");
  if (in.has("connections"))
    session.connections = std::max(1U, static_cast<std::uint32_t>(in.number("connections", 0xffff)));
  if (in.has("units")) session.units = in.names("units", left.sessionUnits);
  session.used = readProof(in);
  if (in.has("latency")) session.latency = static_cast<std::uint32_t>(in.number("latency", 0xffffffff));
  if (in.has("errors")) session.errors = in.number("errors", ~std::uint64_t{0} >> 1);
  return session;
}

ReportedPortal readPortal(const Json& json, const std::string& pointer, Fault& fault) {
  const Reader in(json, pointer, fault, {"portal", "interface", "vlan", "mtu", "speed", "prefix", "up"});
  constexpr std::uint64_t kMost = 0xffffffff;
  const auto number = [&](std::string_view name, std::uint64_t max) {
    return static_cast<std::uint32_t>(in.number(name, max));
  };
  return {in.text("portal"),
          {in.text("interface"), number("vlan", 4094), number("mtu", kMost), number("speed", kMost),
           number("prefix", 128), in.truth("up", true)}};
}

ReportedDiscovery readDiscovery(const Json& json, const std::string& pointer, Fault& fault) {
  const Reader in(json, pointer, fault, {"asked", "target", "portal", "tag", "reason", "at"});
  ReportedDiscovery found;
  found.asked = in.text("asked");
  found.target = in.text("target", true);
  found.portal = in.text("portal", true);
  if (in.has("tag")) found.tag = static_cast<std::uint32_t>(in.number("tag", 0xffff));
  found.reason = in.text("reason", true);
  found.at = in.time("at");
  if (found.target.empty() != found.portal.empty()) in.wrong(pointer, "needs both of target and portal, or none");
  return found;
}

ReportedProbe readProbe(const Json& json, const std::string& pointer, Fault& fault, Left& left) {
  const Reader in(json, pointer, fault, {"initiator", "target", "expected", "outcome", "reason", "units", "at"});
  ReportedProbe probe;
  probe.initiator = in.text("initiator");
  probe.target = in.text("target");
  probe.expected = in.truth("expected", true);
  probe.outcome = in.word<san::ProbeOutcome>("outcome");
  probe.reason = in.text("reason", true);
  probe.units = in.names("units", left.probeUnits);
  probe.at = in.time("at");
  return probe;
}

ReportedHeldDisk readHeldDisk(const Json& json, const std::string& pointer, Fault& fault) {
  const Reader in(json, pointer, fault, {"initiator", "target", "lun", "unit", "reason", "since"});
  ReportedHeldDisk held;
  held.initiator = in.text("initiator");
  held.target = in.text("target");
  held.lun = static_cast<std::uint32_t>(in.number("lun", san::kMaxLun));
  held.unit = in.text("unit", true);
  held.reason = in.text("reason", true);
  held.since = in.time("since");
  return held;
}

// In one spelling, so that another one is no other address.
std::vector<std::string> readAddresses(const Reader& in, std::size_t& left) {
  std::vector<std::string> addresses = in.names("addresses", left);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto ip = isns::parseIp(addresses[i]);
    if (!ip) in.wrong(in.at("addresses") + "/" + std::to_string(i), "is no IP address");
    if (ip) addresses[i] = isns::formatIp(*ip);
  }
  return addresses;
}

AgentReport readReport(const Json& json, Fault& fault) {
  const Reader in(json, "", fault,
                  {"sequence", "full", "targets", "units", "sessions", "portals", "refused_logins", "credentials",
                   "break_glass", "discoveries", "probes", "held_disks", "addresses"});
  Left left;
  AgentReport report;
  report.sequence = in.number("sequence", ~std::uint64_t{0} >> 1);
  if (report.sequence == 0) in.wrong("/sequence", "begins with 1");
  report.full = in.truth("full");
  std::set<std::string> once;
  const auto onlyOnce = [&](const std::string& name, const std::string& pointer) {
    if (!once.insert(name).second) in.wrong(pointer, "is there twice");
  };
  if (in.has("targets")) report.targets.emplace();
  in.each("targets", left.targets, [&](const Json& one, const std::string& where) {
    report.targets->push_back(readTarget(one, where, fault, left));
    onlyOnce("target " + report.targets->back().target, where);
  });
  if (in.has("units")) report.units.emplace();
  in.each("units", left.units, [&](const Json& one, const std::string& where) {
    report.units->push_back(readUnit(one, where, fault));
    onlyOnce("unit " + report.units->back().designator, where);
  });
  if (in.has("sessions")) report.sessions.emplace();
  in.each("sessions", left.sessions, [&](const Json& one, const std::string& where) {
    report.sessions->push_back(readSession(one, where, fault, left));
  });
  if (in.has("portals")) report.portals.emplace();
  in.each("portals", left.portals, [&](const Json& one, const std::string& where) {
    report.portals->push_back(readPortal(one, where, fault));
    onlyOnce("portal " + report.portals->back().portal, where);
  });
  in.each("refused_logins", left.refused, [&](const Json& one, const std::string& where) {
    const Reader login(one, where, fault, {"initiator", "target", "reason", "at", "credential", "version", "probe"});
    report.refusedLogins.push_back({login.text("initiator"), login.text("target"), login.text("reason"),
                                    login.time("at"), readProof(login), login.truth("probe")});
  });
  if (in.has("discoveries")) report.discoveries.emplace();
  in.each("discoveries", left.discoveries, [&](const Json& one, const std::string& where) {
    report.discoveries->push_back(readDiscovery(one, where, fault));
    const ReportedDiscovery& found = report.discoveries->back();
    onlyOnce("discovery " + found.asked + " " + found.target + " " + found.portal, where);
  });
  if (in.has("probes")) report.probes.emplace();
  in.each("probes", left.probes, [&](const Json& one, const std::string& where) {
    report.probes->push_back(readProbe(one, where, fault, left));
    onlyOnce("probe " + report.probes->back().initiator + " " + report.probes->back().target, where);
  });
  // An agent that begins anew, or that knows no such list, holds what it says and nothing else.
  const Json* list = json.find("held_disks");
  const bool stays = list != nullptr && list->isNull();  // it does not know yet: what its earlier life has told stays
  if ((report.full || list != nullptr) && !stays) report.heldDisks.emplace();
  if (!stays)
    in.each("held_disks", left.heldDisks, [&](const Json& one, const std::string& where) {
      report.heldDisks->push_back(readHeldDisk(one, where, fault));
      const ReportedHeldDisk& held = report.heldDisks->back();
      onlyOnce("held " + held.initiator + " " + held.target + " " + std::to_string(held.lun) + " " + held.unit, where);
    });
  if (report.full || in.has("addresses")) report.addresses = readAddresses(in, left.addresses);
  in.each("credentials", left.credentials, [&](const Json& one, const std::string& where) {
    const Reader held(one, where, fault, {"credential", "step"});
    report.credentials.push_back({static_cast<san::Id>(held.number("credential", 0xffffffff)),
                                  static_cast<std::uint32_t>(held.number("step", 0xffffffff))});
  });
  in.each("break_glass", left.brokenGlass, [&](const Json& one, const std::string& where) {
    const Reader act(one, where, fault, {"target", "initiator", "command", "reason", "uid", "at"});
    report.brokenGlass.push_back({act.text("target"), act.text("initiator"), act.text("command"), act.text("reason"),
                                  static_cast<std::uint32_t>(act.number("uid", 0xffffffff)), act.time("at")});
  });
  if (report.full && (!report.targets || !report.units || !report.sessions)) {
    in.wrong("/full", "needs targets, units and sessions");
  }
  return report;
}

}  // namespace

std::string AgentReport::foreignName(const mgmt::Identity& agent) const {
  if (targets) {
    for (const ReportedTarget& one : *targets) {
      if (!agent.speaksFor(one.target)) return one.target;
    }
  }
  if (units) {
    for (const ReportedUnit& unit : *units) {
      for (const ReportedPath& path : unit.paths) {
        if (!agent.speaksFor(path.target)) return path.target;
      }
    }
  }
  if (sessions) {
    for (const ReportedSession& one : *sessions) {
      if (!agent.speaksFor(one.target) && !agent.speaksFor(one.initiator)) return one.target;
    }
  }
  for (const RefusedLogin& one : refusedLogins) {
    const bool tried = one.used.credential != 0 && agent.speaksFor(one.initiator);
    if (!tried && !agent.speaksFor(one.target)) return one.target;
  }
  for (const BrokenGlass& one : brokenGlass) {
    if (!agent.speaksFor(one.target)) return one.target;
  }
  if (probes) {
    for (const ReportedProbe& one : *probes) {
      if (!agent.speaksFor(one.initiator)) return one.initiator;
    }
  }
  if (heldDisks) {
    for (const ReportedHeldDisk& one : *heldDisks) {
      if (!agent.speaksFor(one.initiator)) return one.initiator;
    }
  }
  return {};
}

Wanted<AgentReport> parseReport(const Json& json) {
  Fault fault;
  AgentReport report = readReport(json, fault);
  if (!fault) return report;
  const std::string what = fault->pointer.empty() ? "The report" : fault->pointer;
  return base::Failure<mgmt::Problem>{
      mgmt::Problem{mgmt::ProblemCode::BadValue, what + " " + fault->text + ".", fault->pointer, {}}};
}

}  // namespace manage
