#include "agent/app/host_targets.h"

#include <algorithm>
#include <utility>

namespace agent {

ChosenTargets chooseTargets(const registrar::Peers& peers, const std::set<std::string>& disks,
                            const std::set<std::string>& known, std::size_t most) {
  const auto rank = [&](const std::string& name) { return disks.contains(name) ? 0 : known.contains(name) ? 1 : 2; };
  ChosenTargets chosen;
  for (int turn = 0; turn <= 2; ++turn) {
    for (const registrar::Peer& peer : peers.list) {
      if (rank(peer.name) != turn) continue;
      if (chosen.named.size() == most) {
        ++chosen.leftOut;
        continue;
      }
      chosen.named.push_back(&peer);
      chosen.visible.insert(peer.name);
    }
  }
  if (peers.cut) {
    chosen.visible.insert(disks.begin(), disks.end());
    chosen.visible.insert(known.begin(), known.end());
  }
  return chosen;
}

std::vector<registrar::PeerPortal> choosePaths(const std::vector<registrar::PeerPortal>& portals,
                                               std::string_view reached, std::size_t most) {
  std::vector<registrar::PeerPortal> paths = portals;
  if (paths.size() <= most) return paths;
  const auto at = std::ranges::find_if(paths, [&](const auto& one) { return one.address.text() == reached; });
  const auto last = paths.begin() + static_cast<std::ptrdiff_t>(most) - 1;
  if (at != paths.end() && at > last) std::swap(*at, *last);
  paths.resize(most);
  return paths;
}

std::vector<std::string> textsOf(const std::vector<registrar::PeerPortal>& portals) {
  std::vector<std::string> texts;
  for (const registrar::PeerPortal& one : portals) texts.push_back(one.address.text());
  return texts;
}

std::vector<std::string> taggedTextsOf(const std::vector<registrar::PeerPortal>& portals) {
  std::vector<std::string> texts;
  for (const registrar::PeerPortal& one : portals) {
    texts.push_back(one.address.text() + "," + std::to_string(one.group));
  }
  return texts;
}

}  // namespace agent
