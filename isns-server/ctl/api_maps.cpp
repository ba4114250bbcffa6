// map ...: makers of drafts about who gets which logical unit.
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/zone_edits.h"
#include "shared/base/whole_number.h"
#include "shared/ctl/views.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

// A value of a condition of a filter (docs/reference/filter.md), in quotes.
std::string filterText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

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
  const auto nodes = listAll(session, "nodes", "entity:" + filterText(name) + " initiator:yes", {}, 2);
  if (!nodes || listOf(*nodes, "items").empty()) return base::fail(host.error());
  if (listOf(*nodes, "items").size() > 1) {
    return base::fail(usageFailure(name, "it has several initiators, and is no host that somebody keeps",
                                   "name one initiator, or make it a host: sanctl import csv, sanctl apply"));
  }
  who = textOf(listOf(*nodes, "items").front(), "ref");
  context.err << name << " is no host that somebody keeps: its initiator " << nameOfRef(who) << " gets it.\n";
  return who;
}

// A logical unit by its designator or its place, which are its names, or by the name that administrators gave it, as
// reach takes it.
Asked<std::string> unitOf(ApiSession& session, std::string_view text) {
  const std::string ref = withKind("logical-unit:", text);
  const std::string name(nameOfRef(ref));
  const auto unit = session.ask({Route::GetObject, {"logical-unit", name}});
  if (unit) return ref;
  if (unit.error().exit != Exit::Empty) return base::fail(unit.error());
  const auto named = listAll(session, "logical-units", "name=" + filterText(name), {}, 2);
  if (!named) return base::fail(named.error());
  const auto& found = listOf(*named, "items");
  if (found.size() == 1) return textOf(found.front(), "ref");
  if (found.empty()) {
    return base::fail(Failure{Exit::Empty, name, "no logical unit has that name or designator, or stands at that place",
                              "sanctl list logical-units shows all"});
  }
  return base::fail(usageFailure(name, "several logical units have that name", "give the designator"));
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
  const auto unit = unitOf(*session, optionText(invocation, "LUN"));
  if (!unit) return base::fail(unit.error());
  const std::string map = "map:+0";
  Json::Array edits{editJson("create", map), editJson("set", map, "who", *who),
                    editJson("set", map, "target", withKind("node:", optionText(invocation, "TARGET"))),
                    editJson("set", map, "unit", *unit)};
  if (const auto lun = invocation.one("--lun")) {
    const auto number = base::wholeNumber<std::uint64_t>(*lun);
    if (!number || *number > 16383)
      return base::fail(usageFailure("--lun", "\"" + std::string(*lun) + "\" is no LUN", "0 to 16383"));
    edits.push_back(editJson("set", map, "lun", *number));
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
