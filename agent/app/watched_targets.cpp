#include "agent/app/watched_targets.h"

#include <utility>

#include "agent/app/host_targets.h"

namespace agent {

std::vector<registrar::PeerPortal> WatchedTargets::Watched::paths() const {
  return choosePaths(portals, watch->portal(), kMaxPaths);
}

WatchedTargets::WatchedTargets(Parts parts, std::string initiator, Hears hears)
    : parts_(std::move(parts)),
      initiator_(std::move(initiator)),
      hears_(std::move(hears)),
      funeral_(parts_.loop.timers(), [this] { dead_.clear(); }) {}

std::set<std::string> WatchedTargets::see(const registrar::Peers& peers, const std::set<std::string>& disks) {
  std::set<std::string> visible = choose(peers, disks);
  peers_ = leftOut_ != 0 ? std::optional(peers) : std::nullopt;
  return visible;
}

std::optional<std::set<std::string>> WatchedTargets::seeAgain(const std::string& target,
                                                              const std::set<std::string>& disks) {
  if (!peers_ || targets_.contains(target)) return std::nullopt;
  return choose(*peers_, disks);
}

std::set<std::string> WatchedTargets::choose(const registrar::Peers& peers, const std::set<std::string>& disks) {
  std::set<std::string> known;
  for (const auto& [name, watched] : targets_) known.insert(name);
  ChosenTargets chosen = chooseTargets(peers, disks, known, kMaxTargets);
  for (const registrar::Peer* peer : chosen.named) watch(*peer);
  if (chosen.leftOut != std::exchange(leftOut_, chosen.leftOut) && chosen.leftOut != 0) {
    parts_.log.write<Event::HostTargetsLeftOut>(base::now(), {{"targets", chosen.leftOut}, {"most", kMaxTargets}});
  }
  for (auto at = targets_.begin(); at != targets_.end();) {
    if (chosen.visible.contains(at->first)) {
      ++at;
      continue;
    }
    dead_.push_back(std::move(at->second.watch));
    at = targets_.erase(at);
  }
  if (!dead_.empty()) funeral_.startAt(parts_.loop.now());
  return std::move(chosen.visible);
}

void WatchedTargets::watch(const registrar::Peer& peer) {
  const auto [at, fresh] = targets_.try_emplace(peer.name);
  Watched& watched = at->second;
  if (fresh) {
    watched.watch = std::make_unique<attach::TargetWatch>(parts_.loop, initiator_, peer.name, hearsOf(peer.name));
    watched.watch->setProofs(parts_.proofsFor(peer.name));
  }
  const bool other = !fresh && watched.portals != peer.portals;
  if (peer.portals.size() > kMaxPaths && peer.portals.size() != watched.portals.size()) {
    parts_.log.write<Event::HostPortalsLeftOut>(
        base::now(), {{"target", peer.name}, {"portals", peer.portals.size() - kMaxPaths}, {"most", kMaxPaths}});
  }
  watched.portals = peer.portals;
  watched.watch->setPortals(textsOf(watched.portals));
  // What the name server tells anew may be no news; what the target shows may be.
  if (!fresh) watched.watch->lookNow();
  if (other) hears_.reached(peer.name);
}

attach::TargetWatch::Hears WatchedTargets::hearsOf(const std::string& target) {
  attach::TargetWatch::Hears hears;
  hears.units = [this, target](std::vector<attach::UnitSeen> units) { hears_.units(target, std::move(units)); };
  hears.trouble = [this, target](const std::string& why) {
    parts_.log.write<Event::TargetTrouble>(base::now(), {{"target", target}, {"why", why}});
    hears_.changed();
  };
  hears.opened = [this, target] {
    const Watched* const watched = find(target);
    if (watched == nullptr) return;
    parts_.log.write<Event::TargetWatched>(base::now(), {{"target", target}, {"portal", watched->watch->portal()}});
    hears_.reached(target);
    hears_.changed();
  };
  hears.unproven = [this, target](const attach::LoginProof& proof, const std::string& why) {
    hears_.unproven(target, proof, why);
  };
  return hears;
}

void WatchedTargets::proofsChanged() {
  for (auto& [name, watched] : targets_) watched.watch->setProofs(parts_.proofsFor(name));
}

}  // namespace agent
