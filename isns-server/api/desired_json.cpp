#include "isns-server/api/desired_json.h"

#include "shared/san/desired.h"
#include "shared/san/desired_bounds.h"

namespace api {

using base::Json;
using san::Kind;

Json listOf(const std::vector<std::string>& texts) { return Json::Array(texts.begin(), texts.end()); }

Json probesJson(const std::vector<manage::WantedProbe>& probes) {
  Json::Array all;
  for (const manage::WantedProbe& one : probes) {
    all.emplace_back(Json::Object{{"initiator", one.initiator},
                                  {"target", one.target},
                                  {"portals", listOf(one.portals)},
                                  {"expected", one.expected}});
  }
  return all;
}

namespace {

Json mapJson(const san::Snapshot& snapshot, const san::DesiredMap& map) {
  Json::Object json{{"unit", san::nameOf(snapshot, {Kind::LogicalUnit, map.unit})},
                    {"lun", map.lun},
                    {"right", san::wordOf(map.right)}};
  if (map.leavesAt != 0) json.push_back({"leaves_at", static_cast<std::uint64_t>(map.leavesAt)});
  return json;
}

// What an answer of desired states is made with. Secrets are those of the agent's own ends alone.
struct Handing {
  const credentials::CredentialKeeper& keeper;
  const mgmt::Identity& agent;
  SecretJson& secrets;
  const Warn& warn;
  std::string told{};  // of the credentials, for the audit record
  std::size_t room = san::DesiredBounds::kCredentials;

  void add(Json::Array& into, const credentials::Credential& credential, credentials::Side side,
           std::string_view node) {
    auto all = handOversJson(keeper, credential, side, node, agent, secrets);
    if (!all) return warn(std::string(node) + " is not given its secret: " + all.error().text);
    // One has two while its user name changes: the book does not count that.
    if (all->size() > room) {
      warn(std::string(node) +
           " is not given the secret of a credential under each of its user names: the agent "
           "would have more than " +
           std::to_string(san::DesiredBounds::kCredentials) + " of them.");
      all->resize(room);
    }
    room -= all->size();
    if (all->empty()) return;
    told.append(told.empty() ? "#" : " #").append(std::to_string(credential.object));
    told.append(" step ").append(std::to_string(credential.step));
    for (Json& one : *all) into.push_back(std::move(one));
  }
};

Json initiatorJson(const san::Snapshot& snapshot, std::string_view target, const san::DesiredInitiator& one,
                   Handing& handing) {
  Json::Array maps;
  for (const san::DesiredMap& map : one.maps) maps.push_back(mapJson(snapshot, map));
  Json::Array credentials;
  for (san::Id id : one.credentials) {
    const credentials::Credential* credential = handing.keeper.ofObject(id);
    if (credential != nullptr) handing.add(credentials, *credential, credentials::Side::Target, target);
  }
  return Json::Object{{"name", one.name},
                      {"chap", san::wordOf(one.chap)},
                      {"md5_refused", one.md5Refused},
                      {"maps", std::move(maps)},
                      {"credentials", std::move(credentials)}};
}

Json targetJson(const san::Snapshot& snapshot, const san::DesiredTarget& target, Handing& handing) {
  Json::Array initiators;
  const std::string name = san::nameOf(snapshot, {Kind::Node, target.target});
  for (const san::DesiredInitiator& one : target.initiators) {
    initiators.push_back(initiatorJson(snapshot, name, one, handing));
  }
  return Json::Object{{"target", name},
                      {"revision", target.revision},
                      {"enforcement", san::wordOf(target.enforcement)},
                      {"chap", san::wordOf(target.chap)},
                      {"initiators", std::move(initiators)}};
}

// Of the agent's initiators.
Json credentialsJson(const san::Snapshot& snapshot, Handing& handing) {
  Json::Array all;
  for (const std::string& node : handing.agent.nodes) {
    for (const credentials::Credential* one : handing.keeper.at(credentials::Side::Initiator, node)) {
      if (snapshot.get<san::Credential>(one->object) == nullptr) continue;
      handing.add(all, *one, credentials::Side::Initiator, node);
    }
  }
  return all;
}

}  // namespace

std::string addDesired(Json::Object& json, const credentials::CredentialKeeper& keeper, const mgmt::Identity& agent,
                       const manage::DesiredBook& book, const manage::DesiredBook::State& state, SecretJson& secrets,
                       const Warn& warn) {
  Handing handing{keeper, agent, secrets, warn};
  Json::Array targets;
  for (const san::DesiredTarget& target : state.targets) {
    targets.push_back(targetJson(book.snapshot(), target, handing));
  }
  json.push_back({"targets", std::move(targets)});
  Json::Array leaving;
  for (const manage::DesiredBook::Leaving& one : state.leaving) {
    leaving.emplace_back(Json::Object{{"initiator", one.initiator},
                                      {"target", one.target},
                                      {"unit", one.unit},
                                      {"lun", one.lun},
                                      {"leaves_at", static_cast<std::uint64_t>(one.leavesAt)}});
  }
  json.push_back({"leaving", std::move(leaving)});
  json.push_back({"credentials", credentialsJson(book.snapshot(), handing)});
  return std::move(handing.told);
}

std::vector<manage::DesiredBook::Step> handOverSteps(const credentials::CredentialKeeper& keeper,
                                                     const std::vector<std::string>& names,
                                                     const san::Snapshot& snapshot) {
  using credentials::Side;
  const mgmt::Identity agent{mgmt::PeerKind::Agent, {}, names, {}};
  std::vector<manage::DesiredBook::Step> steps;
  for (const std::string& node : names) {
    for (const Side side : {Side::Initiator, Side::Target}) {
      for (const credentials::Credential* one : keeper.at(side, node)) {
        if (snapshot.get<san::Credential>(one->object) == nullptr) continue;
        const auto over = credentials::handOverFor(*one, side, node, agent);
        if (over) steps.push_back({one->object, node, side == Side::Target, over->step});
      }
    }
  }
  return steps;
}

}  // namespace api
