// zone set ..., zone enable, zone disable: makers of drafts about zone sets.
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/zone_edits.h"

namespace ctl {
namespace {

using base::Json;

std::string typedSet(const Invocation& invocation) { return setRef(optionText(invocation, "SET")); }
std::string titled(std::string_view what, const Invocation& invocation) {
  return std::string(what) + " zone set " + optionText(invocation, "SET");
}

Outcome switchSet(const Invocation& invocation, Context& context, bool on) {
  return draft(invocation, context, titled(on ? "Enable" : "Disable", invocation),
               {editJson("set", typedSet(invocation), "enabled", on)});
}

Json::Array zoneEdits(const Invocation& invocation, std::string_view op, const std::string& set) {
  Json::Array edits;
  for (const std::string_view zone : invocation.all("ZONE")) edits.push_back(editJson(op, set, "domains", zoneRef(zone)));
  return edits;
}

}  // namespace

Outcome zoneSetCreate(const Invocation& invocation, Context& context) {
  const std::string set = "domain-set:+0";
  Json::Array edits{editJson("create", set), editJson("set", set, "name", optionText(invocation, "SET"))};
  if (invocation.has("--enable")) edits.push_back(editJson("set", set, "enabled", true));
  Json::Array zones = zoneEdits(invocation, "add", set);
  edits.insert(edits.end(), zones.begin(), zones.end());
  return draft(invocation, context, titled("Create", invocation), std::move(edits));
}
Outcome zoneSetDelete(const Invocation& invocation, Context& context) {
  return draft(invocation, context, titled("Delete", invocation), {editJson("erase", typedSet(invocation))});
}
Outcome zoneSetRename(const Invocation& invocation, Context& context) {
  return draft(invocation, context, titled("Rename", invocation),
               {editJson("set", typedSet(invocation), "name", optionText(invocation, "NEW"))});
}
Outcome zoneSetAdd(const Invocation& invocation, Context& context) {
  return draft(invocation, context, titled("Add zones to", invocation),
               zoneEdits(invocation, "add", typedSet(invocation)));
}
Outcome zoneSetRemove(const Invocation& invocation, Context& context) {
  return draft(invocation, context, titled("Take zones out of", invocation),
               zoneEdits(invocation, "remove", typedSet(invocation)));
}
Outcome zoneEnable(const Invocation& invocation, Context& context) { return switchSet(invocation, context, true); }
Outcome zoneDisable(const Invocation& invocation, Context& context) { return switchSet(invocation, context, false); }

}  // namespace ctl
