#include "isns-server/ctl/member_edits.h"

#include "isns-server/ctl/change_steps.h"
#include "shared/isns/ip_text.h"
#include "shared/names/ports.h"

namespace ctl {
namespace {

bool beginsAsName(std::string_view text) {
  return text.starts_with("iqn.") || text.starts_with("eui.") || text.starts_with("naa.");
}

}  // namespace

Member memberIn(std::string_view text) {
  if (text.starts_with("node:")) return {"node", "nodes", std::string(text.substr(5))};
  const bool said = text.starts_with("portal:");
  if (said) text.remove_prefix(7);
  const auto portal = isns::parsePortal(text, said ? std::optional(names::kIscsiPort) : std::nullopt);
  if (portal && !beginsAsName(text)) return {"portal", "portals", isns::formatPortal(*portal)};
  if (said) return {"portal", "portals", std::string(text)};
  return {"node", "nodes", std::string(text)};
}

Asked<std::string> MemberEdits::refOf(const Member& member) {
  const std::string kind(member.kind);
  const auto known = session_.ask({mgmt::Route::GetObject, {kind, member.name}});
  if (known) return kind + ":" + member.name;
  const bool couldCome = member.kind == "portal" ? isns::parsePortal(member.name).has_value() : beginsAsName(member.name);
  if (known.error().exit != Exit::Empty || !couldCome) return base::fail(known.error());
  const std::string fresh = kind + ":+" + std::to_string(named_++);
  edits_.push_back(editJson("create", fresh));
  edits_.push_back(editJson("set", fresh, member.kind == "portal" ? "address" : "name", member.name));
  context_.err << member.name << " has not registered: it is named, and counts once it registers.\n";
  return fresh;
}

}  // namespace ctl
