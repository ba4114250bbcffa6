// zone ...: makers of drafts about zones; those about zone sets are in api_zone_sets.cpp.
#include <algorithm>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/change_steps.h"
#include "isns-server/ctl/member_edits.h"
#include "isns-server/ctl/zone_edits.h"
#include "shared/ctl/views.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

std::string firstWords(std::string_view what, const Invocation& invocation) {
  return std::string(what) + " " + optionText(invocation, "NAME");
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
Outcome zoneRename(const Invocation& invocation, Context& context) {
  return draft(invocation, context, firstWords("Rename zone", invocation),
               {editJson("set", zoneRef(optionText(invocation, "NAME")), "name", optionText(invocation, "NEW"))});
}

namespace {

// A label that is not there is made by the same draft; a person is told, as it may be a slip.
Outcome changeLabels(const Invocation& invocation, Context& context, std::string_view op, std::string_view title) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string zone = zoneRef(optionText(invocation, "NAME"));
  Json::Array made, labels;
  for (const std::string_view text : invocation.all("LABEL")) {
    const std::string ref = withKind("label:", text);
    const std::string name(nameOfRef(ref));
    const auto known = session->ask({Route::GetObject, {"label", name}});
    if (known) {
      labels.push_back(editJson(op, zone, "labels", ref));
      continue;
    }
    if (op != "add" || known.error().exit != Exit::Empty) return base::fail(known.error());
    const std::string fresh = "label:+" + std::to_string(made.size());
    context.err << "There is no label " << name << " yet: it is made.\n";
    made.push_back(editJson("create", fresh));
    made.push_back(editJson("set", fresh, "name", name));
    labels.push_back(editJson(op, zone, "labels", fresh));
  }
  made.insert(made.end(), labels.begin(), labels.end());
  return draftAndFinish(invocation, context, *session, firstWords(title, invocation), std::move(made));
}

}  // namespace

Outcome zoneLabel(const Invocation& invocation, Context& context) {
  return changeLabels(invocation, context, "add", "Label zone");
}
Outcome zoneUnlabel(const Invocation& invocation, Context& context) {
  return changeLabels(invocation, context, "remove", "Take labels off zone");
}

}  // namespace ctl
