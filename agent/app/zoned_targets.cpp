#include "agent/app/zoned_targets.h"

#include <algorithm>
#include <set>
#include <utility>

#include "shared/base/json_reader.h"

namespace agent {

bool ZonedTargets::setZone(std::string_view target, std::vector<std::string> initiators) {
  const auto at = zones_.find(target);
  if (at != zones_.end() && at->second == initiators) return false;
  zones_.insert_or_assign(std::string(target), std::move(initiators));
  if (enforced_) (void)again();
  return true;
}

bool ZonedTargets::forgetOthers() {
  std::set<std::string_view> there;
  for (const target::TargetSetup& one : setup().targets) there.insert(one.name);
  return std::erase_if(zones_, [&](const auto& zone) { return !there.contains(zone.first); }) != 0;
}

void ZonedTargets::enforce(bool on) {
  if (std::exchange(enforced_, on) != on) (void)again();
}

void ZonedTargets::fill(target::Setup& setup) const {
  for (target::TargetSetup& target : setup.targets) {
    target.zone.reset();
    if (!enforced_) continue;
    const auto at = zones_.find(target.name);
    target.zone = at == zones_.end() ? std::vector<std::string>{} : at->second;
  }
}

std::string zonesText(const Zones& zones) {
  base::Json::Array all;
  for (const auto& [target, initiators] : zones) {
    base::Json::Array list(initiators.begin(), initiators.end());
    all.emplace_back(base::Json::Object{{"target", target}, {"initiators", std::move(list)}});
  }
  std::string text;
  base::Json(base::Json::Object{{"zones", std::move(all)}}).writePretty(text);
  return text + "\n";
}

base::Result<Zones> readZones(std::string_view text) {
  const auto json = base::parseJson(text);
  if (!json) return base::fail(json.error());
  const base::Json* const all = json->find("zones");
  if (all == nullptr || all->array() == nullptr) return base::fail("there is no list \"zones\"");
  Zones zones;
  for (const base::Json& one : *all->array()) {
    const base::Json* const target = one.find("target");
    const base::Json* const initiators = one.find("initiators");
    const bool whole = target != nullptr && target->text() != nullptr && initiators != nullptr && initiators->array();
    if (!whole) return base::fail("an element of \"zones\" is not a target with its initiators");
    std::vector<std::string>& list = zones[*target->text()];
    for (const base::Json& name : *initiators->array()) {
      if (name.text() == nullptr) return base::fail("an initiator of " + *target->text() + " is no text");
      list.push_back(*name.text());
    }
    std::ranges::sort(list);
  }
  return zones;
}

}  // namespace agent
