#include "agent/app/break_glass.h"

#include <algorithm>
#include <iterator>

#include "agent/app/config_forms.h"
#include "agent/app/config_table.h"
#include "agent/app/control_views.h"
#include "agent/app/objects.h"
#include "agent/app/setup_builder.h"
#include "shared/base/hex.h"
#include "shared/base/json_reader.h"
#include "shared/base/plain_text.h"
#include "shared/mgmt/fingerprint.h"
#include "shared/mgmt/member_reader.h"

namespace agent {
namespace {

using base::Json;
using control::Code;
using control::Command;
using control::Refusal;

constexpr std::size_t kMaxText = 180;  // of a command, from which on no more is added

const target::AccessRule* ruleOf(const target::TargetSetup& target, std::string_view initiator) {
  const auto at = std::ranges::find(target.rules, initiator, &target::AccessRule::initiator);
  return at == target.rules.end() ? nullptr : &*at;
}

std::optional<Authentication> parseAuthentication(std::string_view word) {
  const auto at = std::ranges::find(kAuthentications, word);
  if (at == std::end(kAuthentications)) return std::nullopt;
  return static_cast<Authentication>(at - std::begin(kAuthentications));
}

// The one setting that counts here.
base::Status takeSettings(const std::vector<std::string>& settings, GlassRule& rule) {
  constexpr std::string_view kColumn = "authentication=";
  for (const std::string& one : settings) {
    const auto word = std::string_view(one).starts_with(kColumn)
                          ? parseAuthentication(std::string_view(one).substr(kColumn.size()))
                          : std::nullopt;
    if (!word) return base::fail("with --break-glass only --authentication none, chap or mutual can be set");
    rule.authentication = word;
  }
  return {};
}

base::Result<std::string, Refusal> map(const control::Arguments& arguments, const target::Setup& setup,
                                       GlassRule& rule) {
  const std::string unit = arguments.text("unit");
  if (std::ranges::find(setup.units, unit, &target::UnitSetup::id) == setup.units.end()) {
    return refuse(Code::NotFound, "there is no unit \"" + unit + "\"");
  }
  const std::uint64_t lun = arguments.number("lun").value_or(lowestFreeLun(rule.luns));
  if (lun > management::DesiredBounds::kLun) return refuse(Code::Invalid, "a LUN is a number from 0 to 16383");
  const auto taken = std::ranges::find(rule.luns, lun, &target::LunMapping::lun);
  if (taken != rule.luns.end()) {
    return refuse(Code::Exists, "LUN " + std::to_string(lun) + " is \"" + taken->unit + "\" there; unmap it first");
  }
  rule.luns.push_back({static_cast<std::uint32_t>(lun), unit,
                       arguments.flag("read_only") ? target::Right::ReadOnly : target::Right::ReadWrite});
  std::ranges::sort(rule.luns, {}, &target::LunMapping::lun);
  return "map " + lunEntryText(*std::ranges::find(rule.luns, lun, &target::LunMapping::lun));
}

base::Result<std::string, Refusal> unmap(const control::Arguments& arguments, GlassRule& rule) {
  if (arguments.has("lun") == arguments.has("unit")) {
    return refuse(Code::Invalid, "name the LUN or the unit, one of them");
  }
  const auto number = arguments.number("lun");
  std::string text = "unmap";
  const auto removed = std::erase_if(rule.luns, [&](const target::LunMapping& mapping) {
    const bool is = number ? mapping.lun == *number : mapping.unit == arguments.text("unit");
    if (is && text.size() < kMaxText) text += " " + lunEntryText(mapping);
    return is;
  });
  if (removed == 0) return refuse(Code::NotFound, rule.initiator + " has no such LUN there");
  return text;
}

base::Result<std::string, Refusal> carryOut(const GlassOrder& order, bool known, GlassRule& rule) {
  const control::Arguments& arguments = order.request.arguments;
  const bool takes = order.request.command == Command::Deny || order.request.command == Command::Unmap;
  if (takes && !(known && rule.admitted)) {
    return refuse(Code::NotFound, rule.target + " does not let " + rule.initiator + " in");
  }
  if (order.request.command == Command::Deny) {
    rule.admitted = false;
    rule.luns.clear();
    return std::string("deny");
  }
  if (order.request.command == Command::Unmap) return unmap(arguments, rule);
  if (auto set = takeSettings(arguments.texts("settings"), rule); !set) return refuse(Code::Invalid, set.error().text);
  rule.admitted = true;
  if (order.request.command == Command::Map) return map(arguments, order.inForce, rule);
  return rule.authentication
             ? "allow by " + std::string(kAuthentications[static_cast<std::size_t>(*rule.authentication)])
             : std::string("allow");
}

// Empty: it is one. It is asked for as the server and the file will read it.
std::string faultOf(std::string_view reason) {
  if (reason.empty()) return "a reason has 1 to 255 bytes";
  const std::string fault = base::plainTextFault(reason, BreakGlass::kMaxReason);
  return fault.empty() ? fault : "a reason " + fault;
}

}  // namespace

const GlassRule* BreakGlass::find(std::string_view target, std::string_view initiator) const {
  const auto at = std::ranges::find_if(
      rules, [&](const GlassRule& rule) { return rule.target == target && rule.initiator == initiator; });
  return at == rules.end() ? nullptr : &*at;
}

void BreakGlass::put(GlassRule rule) {
  std::erase_if(rules,
                [&](const GlassRule& one) { return one.target == rule.target && one.initiator == rule.initiator; });
  rules.push_back(std::move(rule));
}

std::string saidOf(const management::DesiredState& state, std::string_view target, std::string_view initiator) {
  if (state.lost()) return {};  // nobody knows what was said
  const management::DesiredTarget* desired = state.find(target);
  const management::DesiredInitiator* said = desired == nullptr ? nullptr : desired->find(initiator);
  if (said == nullptr) return "nothing";
  std::vector<std::string> maps;
  for (const management::DesiredMap& one : said->maps) {
    maps.push_back(std::to_string(one.lun) + " " + one.unit + " " + std::string(san::wordOf(one.right)) + "\n");
  }
  std::ranges::sort(maps);
  std::string text(san::wordOf(said->chap));
  for (const std::string& one : maps) text += "\n" + one;
  return base::hexText(mgmt::sha256(base::asBytes(text)).view());
}

std::vector<GlassRule> endOutdated(BreakGlass& glass, const management::DesiredState& state) {
  std::vector<GlassRule> ended;
  if (state.lost()) return ended;
  for (GlassRule& rule : glass.rules) {
    const std::string said = saidOf(state, rule.target, rule.initiator);
    if (rule.base.empty()) rule.base = said;
    if (rule.base != said) ended.push_back(rule);
  }
  std::erase_if(glass.rules, [&](const GlassRule& rule) { return std::ranges::find(ended, rule) != ended.end(); });
  return ended;
}

std::vector<GlassRule> endForeign(BreakGlass& glass, const std::vector<std::string>& nodes) {
  const auto foreign = [&nodes](const auto& one) { return !std::ranges::binary_search(nodes, one.target); };
  std::vector<GlassRule> ended;
  std::ranges::copy_if(glass.rules, std::back_inserter(ended), foreign);
  std::erase_if(glass.rules, foreign);
  std::erase_if(glass.untold, foreign);
  return ended;
}

base::Result<GlassRule, Refusal> breakGlass(const BreakGlass& before, const GlassOrder& order) {
  const control::Arguments& arguments = order.request.arguments;
  GlassRule rule;
  rule.target = normalName(arguments.text("target"));
  const auto target = std::ranges::find(order.inForce.targets, rule.target, &target::TargetSetup::name);
  if (target == order.inForce.targets.end())
    return refuse(Code::NotFound, "there is no target \"" + rule.target + "\"");
  const std::string initiator = arguments.text("initiator");
  if (initiator.empty() || initiator == "*" || !checkInitiator(initiator)) {
    return refuse(Code::Invalid, "name the initiator: with --break-glass one is let in, and not everybody");
  }
  if (!arguments.texts("addresses").empty()) return refuse(Code::Invalid, "with --break-glass name no addresses");
  if (const std::string fault = faultOf(arguments.text("break_glass")); !fault.empty()) {
    return refuse(Code::Invalid, fault);
  }
  rule.initiator = normalName(initiator);
  const GlassRule* kept = before.find(rule.target, rule.initiator);
  const bool full = before.untold.size() >= BreakGlass::kMaxUntold ||
                    (kept == nullptr && before.rules.size() >= BreakGlass::kMaxRules);
  if (full) return refuse(Code::Failed, "the server has not heard of too many of these yet: end some, or let it hear");
  if (kept != nullptr) rule = *kept;
  const target::AccessRule* known = ruleOf(*target, rule.initiator);
  if (known != nullptr) rule.luns = known->luns;
  auto done = carryOut(order, known != nullptr, rule);
  if (!done) return base::fail(done.error());
  rule.base = saidOf(order.state, rule.target, rule.initiator);
  rule.last = {rule.target, rule.initiator, std::move(*done), arguments.text("break_glass"), order.uid, order.at};
  return rule;
}

void applyGlass(const BreakGlass& glass, target::TargetSetup& target, const std::vector<target::UnitSetup>& units) {
  for (const GlassRule& rule : glass.rules) {
    if (rule.target != target.name) continue;
    auto at = std::ranges::find(target.rules, rule.initiator, &target::AccessRule::initiator);
    if (!rule.admitted) {
      if (at != target.rules.end()) target.rules.erase(at);
      continue;
    }
    const bool said = at != target.rules.end();
    if (!said) {
      at = target.rules.insert(at, target::AccessRule{});
      at->initiator = rule.initiator;
    }
    if (!said || rule.authentication) {
      at->policy =
          policyOf(rule.authentication.value_or(Authentication::Chap), {"SHA3-256", "SHA-256", "SHA-1", "MD5"}, false);
    }
    at->closed = false;
    at->luns.clear();
    for (const target::LunMapping& mapping : rule.luns) {
      const bool here = std::ranges::find(units, mapping.unit, &target::UnitSetup::id) != units.end();
      if (here) at->luns.push_back(mapping);
    }
  }
}

Json glassView(const GlassRule& rule) {
  std::string luns;
  for (const target::LunMapping& one : rule.luns) luns += (luns.empty() ? "" : " ") + lunEntryText(one);
  return rule.target + " for " + rule.initiator + ": " + (rule.admitted ? "LUNs " + luns : "kept out") + ", by uid " +
         std::to_string(rule.last.uid) + " at " + timeText(rule.last.at) + ": " + rule.last.reason;
}

// ---- The file ------------------------------------------------------------------------------------------------------

namespace {

Json actJson(const management::BrokenGlass& act) {
  return Json::Object{{"target", act.target},   {"initiator", act.initiator},
                      {"command", act.command}, {"reason", act.reason},
                      {"uid", act.uid},         {"at", static_cast<std::uint64_t>(act.at)}};
}

management::BrokenGlass readAct(const Json& json, const std::string& pointer, mgmt::MemberFault& fault) {
  const mgmt::MemberReader in(json, pointer, fault, {"target", "initiator", "command", "reason", "uid", "at"});
  return {in.text("target"),
          in.text("initiator"),
          in.text("command"),
          in.text("reason"),
          static_cast<std::uint32_t>(in.number("uid", 0xffffffff)),
          in.time("at")};
}

GlassRule readRule(const Json& json, const std::string& pointer, mgmt::MemberFault& fault) {
  const mgmt::MemberReader in(json, pointer, fault, {"admitted", "authentication", "luns", "base", "last"});
  GlassRule rule;
  const Json* last = json.find("last");
  rule.last = readAct(last == nullptr ? Json() : *last, in.at("last"), fault);
  rule.target = rule.last.target;
  rule.initiator = rule.last.initiator;
  rule.admitted = in.truth("admitted", true);
  rule.base = in.text("base", true);
  const std::string word = in.text("authentication", true);
  rule.authentication = parseAuthentication(word);
  if (!word.empty() && !rule.authentication) in.wrong(in.at("authentication"), "is no authentication");
  std::size_t left = mgmt::ReportLimits::kMaps;
  in.each("luns", left, [&](const Json& one, const std::string& where) {
    const auto mapping = one.text() == nullptr ? base::fail("is no text") : parseLunEntry(*one.text());
    if (!mapping) return in.wrong(where, mapping.error().text);
    rule.luns.push_back(*mapping);
  });
  return rule;
}

}  // namespace

std::string glassText(const BreakGlass& glass) {
  Json::Array rules;
  for (const GlassRule& rule : glass.rules) {
    Json::Array luns;
    for (const target::LunMapping& one : rule.luns) luns.emplace_back(lunEntryText(one));
    Json authentication;
    if (rule.authentication) authentication = kAuthentications[static_cast<std::size_t>(*rule.authentication)];
    rules.emplace_back(Json::Object{{"admitted", rule.admitted},
                                    {"authentication", std::move(authentication)},
                                    {"luns", std::move(luns)},
                                    {"base", rule.base.empty() ? Json() : Json(rule.base)},
                                    {"last", actJson(rule.last)}});
  }
  Json::Array untold;
  for (const management::BrokenGlass& act : glass.untold) untold.push_back(actJson(act));
  std::string text;
  Json(Json::Object{{"rules", std::move(rules)}, {"untold", std::move(untold)}}).writePretty(text);
  return text + "\n";
}

base::Result<BreakGlass> readGlass(std::string_view text) {
  const auto json = base::parseJson(text);
  if (!json) return base::fail(json.error());
  mgmt::MemberFault fault;
  const mgmt::MemberReader in(*json, "", fault, {"rules", "untold"});
  BreakGlass glass;
  std::size_t rules = BreakGlass::kMaxRules;
  in.each("rules", rules, [&](const Json& one, const std::string& where) { glass.put(readRule(one, where, fault)); });
  std::size_t untold = BreakGlass::kMaxUntold;
  in.each("untold", untold,
          [&](const Json& one, const std::string& where) { glass.untold.push_back(readAct(one, where, fault)); });
  if (fault) return base::fail(fault->pointer + " " + fault->text);
  return glass;
}

}  // namespace agent
