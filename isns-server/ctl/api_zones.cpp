// zone ..., map ...: makers of drafts.
#include <algorithm>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/change_steps.h"
#include "isns-server/ctl/member_edits.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/views.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

std::string zoneRef(std::string_view name) {
  return name.starts_with("domain:") ? std::string(name) : "domain:" + std::string(name);
}
std::string setRef(std::string_view name) {
  return name.starts_with("domain-set:") ? std::string(name) : "domain-set:" + std::string(name);
}

std::string firstWords(std::string_view what, const Invocation& invocation) {
  return std::string(what) + " " + optionText(invocation, "NAME");
}

Outcome draft(const Invocation& invocation, Context& context, const std::string& title, Json::Array edits) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  return draftAndFinish(invocation, context, *session, title, std::move(edits));
}

// Edits that name what has not registered, then those that add the members. With `op` remove nothing is named.
Asked<Json::Array> memberEdits(const Invocation& invocation, Context& context, ApiSession& session,
                               std::string_view op, const std::string& zone) {
  MemberEdits named(session, context);
  Json::Array members;
  for (const std::string_view text : invocation.all("MEMBER")) {
    const Member member = memberIn(text);
    std::string ref = std::string(member.kind) + ":" + member.name;
    if (op == "add") {
      auto found = named.refOf(member);
      if (!found) return base::fail(found.error());
      ref = std::move(*found);
    }
    members.push_back(editJson(op, zone, member.field, ref));
  }
  Json::Array edits = named.take();
  edits.insert(edits.end(), members.begin(), members.end());
  return edits;
}

Outcome changeMembers(const Invocation& invocation, Context& context, std::string_view op, std::string_view title) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  auto edits = memberEdits(invocation, context, *session, op, zoneRef(optionText(invocation, "NAME")));
  if (!edits) return base::fail(edits.error());
  return draftAndFinish(invocation, context, *session, firstWords(title, invocation), std::move(*edits));
}

Outcome switchSet(const Invocation& invocation, Context& context, bool on) {
  return draft(invocation, context,
               std::string(on ? "Enable" : "Disable") + " zone set " + optionText(invocation, "SET"),
               {editJson("set", setRef(optionText(invocation, "SET")), "enabled", on)});
}

// The set that a new zone goes to: that of --set, none with --no-set, else the only one that is enabled.
Asked<std::string> setForZone(const Invocation& invocation, ApiSession& session) {
  if (const auto name = invocation.one("--set")) return setRef(*name);
  if (invocation.has("--no-set") || invocation.has("--new-set")) return std::string{};
  const auto sets = listAll(session, "domain-sets", {}, {}, 1000);
  if (!sets) return base::fail(sets.error());
  std::string found;
  for (const Json& set : listOf(*sets, "items")) {
    if (!truthOf(set, "enabled")) continue;
    if (!found.empty()) {
      return base::fail(
          usageFailure("zone create", "several zone sets are enabled", "say which one with --set NAME, or --no-set"));
    }
    found = textOf(set, "ref");
  }
  return found;
}

}  // namespace

Outcome zoneList(const Invocation& invocation, Context& context) {
  return printKind(invocation, context, invocation.has("--sets") ? san::Kind::DomainSet : san::Kind::Domain,
                   optionText(invocation, "--filter"));
}

Outcome zoneShow(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = momentOption(invocation);
  if (!revision) return base::fail(revision.error());
  const std::string name = zoneRef(optionText(invocation, "NAME")).substr(std::string_view("domain:").size());
  const auto zone = session->ask({Route::GetObject, {"domain", name}, {{"revision", *revision}}});
  if (!zone) return base::fail(zone.error());
  const auto sets = listAll(*session, "domain-sets", {}, *revision, 100'000);
  if (!sets) return base::fail(sets.error());
  Json::Array within;
  bool active = false;
  for (const Json& set : listOf(*sets, "items")) {
    for (const Json& member : listOf(set, "domains")) {
      if (member.plain() != textOf(*zone, "ref")) continue;
      within.push_back(
          Json::Object{{"set", memberOf(set, "name")}, {"enabled", truthOf(set, "enabled") ? "yes" : "no"}});
      active = active || truthOf(set, "enabled");
    }
  }
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Json)
    return output.json(Json::Object{{"zone", *zone}, {"sets", std::move(within)}}), Outcome{};
  Sheet members{{{"member", "Member"}, {"kind", "Kind"}}, {}};
  for (const std::string_view field : {"nodes", "portals"}) {
    for (const Json& member : listOf(*zone, field)) {
      members.rows.push_back({Json(nameOfRef(member.plain())), Json(field.substr(0, field.size() - 1))});
    }
  }
  Sheet setSheet{{{"set", "Set"}, {"enabled", "Enabled", true}}, {}};
  for (const Json& set : within) setSheet.rows.push_back({memberOf(set, "set"), memberOf(set, "enabled")});
  Record about{{"name", "name", memberOf(*zone, "name")},
               {"id", "id", memberOf(*zone, "id")},
               {"active", "active",
                Json(active           ? "yes"
                     : within.empty() ? "in no set"
                                      : "no: its sets are disabled")},
               {"chap", "CHAP", memberOf(*zone, "chap")},
               {"changed", "changed at revision", memberOf(*zone, "changed")}};
  if (!listOf(*zone, "labels").empty()) about.push_back({"labels", "labels", memberOf(*zone, "labels")});
  output.report({{"zone", output.bold("Zone"), std::move(about)},
                 {"members", output.bold("Members"), std::move(members)},
                 {"sets", output.bold("Zone sets"), std::move(setSheet)}});
  return {};
}

Outcome zoneCreate(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto set = setForZone(invocation, *session);
  if (!set) return base::fail(set.error());
  const std::string zone = "domain:+0";
  Json::Array edits{editJson("create", zone), editJson("set", zone, "name", optionText(invocation, "NAME"))};
  const auto members = memberEdits(invocation, context, *session, "add", zone);
  if (!members) return base::fail(members.error());
  edits.insert(edits.end(), members->begin(), members->end());
  if (!set->empty()) edits.push_back(editJson("add", *set, "domains", zone));
  if (const auto fresh = invocation.one("--new-set")) {
    const std::string made = "domain-set:+1";
    edits.push_back(editJson("create", made));
    edits.push_back(editJson("set", made, "name", *fresh));
    edits.push_back(editJson("set", made, "enabled", true));
    edits.push_back(editJson("add", made, "domains", zone));
  } else if (set->empty() && !invocation.has("--no-set")) {
    context.err << "No zone set is enabled, so the zone is in none and has no effect yet; --new-set NAME makes one.\n";
  }
  return draftAndFinish(invocation, context, *session, firstWords("Create zone", invocation), std::move(edits));
}

Outcome zoneAdd(const Invocation& invocation, Context& context) {
  return changeMembers(invocation, context, "add", "Add members to zone");
}
Outcome zoneRemove(const Invocation& invocation, Context& context) {
  return changeMembers(invocation, context, "remove", "Remove members of zone");
}
Outcome zoneDelete(const Invocation& invocation, Context& context) {
  return draft(invocation, context, firstWords("Delete zone", invocation),
               {editJson("erase", zoneRef(optionText(invocation, "NAME")))});
}
Outcome zoneEnable(const Invocation& invocation, Context& context) { return switchSet(invocation, context, true); }
Outcome zoneDisable(const Invocation& invocation, Context& context) { return switchSet(invocation, context, false); }

namespace {

// Whose a map is: a kind may be written in front.
std::string whoRef(std::string_view text) {
  for (const std::string_view kind : {"host:", "cluster:", "node:"}) {
    if (text.starts_with(kind)) return std::string(text);
  }
  const bool name = text.starts_with("iqn.") || text.starts_with("eui.") || text.starts_with("naa.");
  return (name ? "node:" : "host:") + std::string(text);
}
// A host that no administrator keeps is its entity: then the map is its one initiator's.
Asked<std::string> whoOf(ApiSession& session, Context& context, std::string_view text) {
  std::string who = whoRef(text);
  if (!who.starts_with("host:")) return who;
  const std::string name = who.substr(5);
  const auto host = session.ask({Route::GetObject, {"host", name}});
  if (host || host.error().exit != Exit::Empty) return who;
  const auto nodes = listAll(session, "nodes", "entity:\"" + name + "\" initiator:yes", {}, 2);
  if (!nodes || listOf(*nodes, "items").empty()) return base::fail(host.error());
  if (listOf(*nodes, "items").size() > 1) {
    return base::fail(usageFailure(name, "it has several initiators, and is no host that somebody keeps",
                                   "name one initiator, or make it a host: sanctl import csv, sanctl apply"));
  }
  who = textOf(listOf(*nodes, "items").front(), "ref");
  context.err << name << " is no host that somebody keeps: its initiator " << nameOfRef(who) << " gets it.\n";
  return who;
}
std::string withKind(std::string_view kind, std::string_view text) {
  return text.starts_with(kind) ? std::string(text) : std::string(kind) + std::string(text);
}

}  // namespace

Outcome mapList(const Invocation& invocation, Context& context) {
  return printKind(invocation, context, san::Kind::Map, optionText(invocation, "--filter"));
}

Outcome mapAdd(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto who = whoOf(*session, context, optionText(invocation, "WHO"));
  if (!who) return base::fail(who.error());
  const std::string map = "map:+0";
  Json::Array edits{editJson("create", map), editJson("set", map, "who", *who),
                    editJson("set", map, "target", withKind("node:", optionText(invocation, "TARGET"))),
                    editJson("set", map, "unit", withKind("logical-unit:", optionText(invocation, "LUN")))};
  if (const auto lun = invocation.one("--lun")) {
    std::uint64_t number = 0;
    for (const char c : *lun) {
      if (c < '0' || c > '9' || number > 16383)
        return base::fail(usageFailure("--lun", "\"" + std::string(*lun) + "\" is no LUN", "0 to 16383"));
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    edits.push_back(editJson("set", map, "lun", number));
  }
  if (invocation.has("--read-only")) edits.push_back(editJson("set", map, "right", "read-only"));
  return draftAndFinish(invocation, context, *session,
                        "Give " + std::string(nameOfRef(*who)) + " " + optionText(invocation, "LUN"),
                        std::move(edits));
}

Outcome mapRemove(const Invocation& invocation, Context& context) {
  return draft(invocation, context, "Remove map " + optionText(invocation, "MAP"),
               {editJson("erase", withKind("map:", optionText(invocation, "MAP")))});
}

}  // namespace ctl
