// Targets, access rules and LUN maps by the control socket.
#include <algorithm>

#include "agent/app/config_forms.h"
#include "agent/app/control_commands.h"
#include "agent/app/record_text.h"

namespace agent {
namespace {

using control::Code;
using control::Refusal;
using base::Json;
using Order = Administrator::Order;

std::string initiatorOf(const control::Arguments& arguments) {
  return arguments.has("initiator") ? arguments.text("initiator") : "*";
}

std::string keyOfRule(const control::Arguments& arguments) {
  return accessKey(arguments.text("target"), initiatorOf(arguments), arguments.texts("addresses"));
}

std::string ruleText(const control::Arguments& arguments) {
  std::string text = "rule of " + arguments.text("target") + " for " + initiatorOf(arguments);
  for (const std::string& network : arguments.texts("addresses")) text += " from " + network;
  return text;
}

std::vector<target::LunMapping> lunsOf(const Record& rule) {
  std::vector<target::LunMapping> luns;
  for (const std::string& text : listAt(rule, AccessColumn::Luns)) luns.push_back(parseLunEntry(text).value());
  return luns;
}

void setLuns(Record& rule, std::vector<target::LunMapping> luns) {
  std::sort(luns.begin(), luns.end(), [](const auto& a, const auto& b) { return a.lun < b.lun; });
  std::vector<std::string> texts;
  for (const target::LunMapping& mapping : luns) texts.push_back(lunEntryText(mapping));
  at(rule, AccessColumn::Luns).value = std::move(texts);
}

}  // namespace

void ControlCommands::createTarget(const control::Arguments& arguments, const Answer& answer) {
  auto record = makeRecord(ObjectKind::Target, {{"name", arguments.text("name")}}, arguments.texts("settings"));
  if (!record) return answer(refuse(Code::Invalid, record.error().text));
  const std::string key = keyOf(ObjectKind::Target, *record);
  if (held(ObjectKind::Target, key) != nullptr) {
    return answer(refuse(Code::Exists, "there is a target \"" + key + "\" already"));
  }
  commit(changed(ObjectKind::Target, key, std::move(*record)), Order::ApplyThenSave,
         base::Json::Object{{"target", key}}, answer);
}

void ControlCommands::deleteTarget(const control::Arguments& arguments, const Answer& answer) {
  const std::string key = normalName(arguments.text("name"));
  if (held(ObjectKind::Target, key) == nullptr) {
    return answer(refuse(Code::NotFound, "there is no target \"" + key + "\""));
  }
  Overlay next = changed(ObjectKind::Target, key, std::nullopt);
  for (const Record& rule : parts_.administrator.effective().merged.objects[ObjectKind::Access]) {
    if (normalName(textAt(rule, AccessColumn::Target)) != key) continue;
    next =
        parts_.administrator.with(std::move(next), ObjectKind::Access, keyOf(ObjectKind::Access, rule), std::nullopt);
  }
  commit(std::move(next), Order::SaveThenApply, base::Json::Object{{"target", key}}, answer);
}

base::Result<Record> ControlCommands::newRule(const control::Arguments& arguments,
                                              const std::vector<std::string>& settings) const {
  return makeRecord(ObjectKind::Access,
                    {{"target", arguments.text("target")},
                     {"initiator", initiatorOf(arguments)},
                     {"addresses", listText(arguments.texts("addresses"))}},
                    settings);
}

void ControlCommands::allow(const control::Arguments& arguments, const Answer& answer) {
  const std::string key = keyOfRule(arguments);
  const Record* known = held(ObjectKind::Access, key);
  const auto settings = arguments.texts("settings");
  auto record = known == nullptr ? newRule(arguments, settings) : changeRecord(ObjectKind::Access, *known, settings);
  if (!record) return answer(refuse(Code::Invalid, record.error().text));
  if (keyOf(ObjectKind::Access, *record) != key) {
    return answer(refuse(Code::Invalid, "target, initiator and addresses have arguments of their own"));
  }
  if (held(ObjectKind::Target, normalName(arguments.text("target"))) == nullptr) {
    return answer(refuse(Code::NotFound, "there is no target \"" + arguments.text("target") + "\""));
  }
  commit(changed(ObjectKind::Access, key, std::move(*record)), Order::ApplyThenSave, base::Json::Object{{"rule", key}},
         answer);
}

void ControlCommands::deny(const control::Arguments& arguments, const Answer& answer) {
  const std::string key = keyOfRule(arguments);
  if (held(ObjectKind::Access, key) == nullptr) {
    return answer(refuse(Code::NotFound, "there is no " + ruleText(arguments)));
  }
  commit(changed(ObjectKind::Access, key, std::nullopt), Order::SaveThenApply, base::Json::Object{{"rule", key}},
         answer);
}

void ControlCommands::map(const control::Arguments& arguments, const Answer& answer) {
  const std::string unit = arguments.text("unit");
  if (held(ObjectKind::Unit, unit) == nullptr) {
    return answer(refuse(Code::NotFound, "there is no unit \"" + unit + "\""));
  }
  if (held(ObjectKind::Target, normalName(arguments.text("target"))) == nullptr) {
    return answer(refuse(Code::NotFound, "there is no target \"" + arguments.text("target") + "\""));
  }
  const std::string key = keyOfRule(arguments);
  const Record* known = held(ObjectKind::Access, key);
  auto rule = known == nullptr ? newRule(arguments, arguments.texts("settings"))
                               : changeRecord(ObjectKind::Access, *known, arguments.texts("settings"));
  if (!rule) return answer(refuse(Code::Invalid, rule.error().text));
  auto luns = lunsOf(*rule);
  const std::uint64_t lun = arguments.number("lun").value_or(lowestFreeLun(luns));
  for (const target::LunMapping& mapping : luns) {
    if (mapping.lun != lun) continue;
    return answer(refuse(Code::Exists, "LUN " + std::to_string(lun) + " of the " + ruleText(arguments) + " is \"" +
                                           mapping.unit + "\"; unmap it first"));
  }
  const target::LunMapping mapping{static_cast<std::uint32_t>(std::min<std::uint64_t>(lun, 0xffffffff)), unit,
                                   arguments.flag("read_only") ? target::Right::ReadOnly : target::Right::ReadWrite};
  if (const auto good = parseLunEntry(lunEntryText(mapping)); !good) {
    return answer(refuse(Code::Invalid, good.error().text));
  }
  luns.push_back(mapping);
  setLuns(*rule, std::move(luns));
  commit(changed(ObjectKind::Access, key, std::move(*rule)), Order::ApplyThenSave,
         base::Json::Object{{"rule", key}, {"lun", lun}, {"unit", unit}}, answer);
}

void ControlCommands::unmap(const control::Arguments& arguments, const Answer& answer) {
  if (arguments.has("lun") == arguments.has("unit")) {
    return answer(refuse(Code::Invalid, "name the LUN or the unit, one of them"));
  }
  const std::string key = keyOfRule(arguments);
  const Record* known = held(ObjectKind::Access, key);
  if (known == nullptr) return answer(refuse(Code::NotFound, "there is no " + ruleText(arguments)));
  Record rule = *known;
  auto luns = lunsOf(rule);
  const auto number = arguments.number("lun");
  const auto removed = std::erase_if(luns, [&](const target::LunMapping& mapping) {
    return number ? mapping.lun == *number : mapping.unit == arguments.text("unit");
  });
  if (removed == 0) {
    return answer(refuse(Code::NotFound, "the " + ruleText(arguments) + " has no such LUN"));
  }
  setLuns(rule, std::move(luns));
  commit(changed(ObjectKind::Access, key, std::move(rule)), Order::SaveThenApply,
         base::Json::Object{{"rule", key}, {"removed", std::uint64_t{removed}}}, answer);
}

}  // namespace agent
