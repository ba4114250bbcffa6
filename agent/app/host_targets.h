// Which of the targets that a name server names a host looks at, and by which of their portals its disks go.
//
// A name server may name more than a host can have, by mistake or to do harm: those whose disks the host has come
// first, then those that it looks at already, then the rest in the order of the answer, as long as there is room. An
// answer that is cut says nothing of who is missing in it. Pure.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/registrar/peers.h"

namespace agent {

struct ChosenTargets {
  std::vector<const registrar::Peer*> named;  // to be looked at, as they are named now
  std::set<std::string> visible;              // their names, and those of whom nothing is said
  std::size_t leftOut = 0;
};

// At most `most` are named. `disks`: targets of which there are disks; `known`: that are looked at.
ChosenTargets chooseTargets(const registrar::Peers& peers, const std::set<std::string>& disks,
                            const std::set<std::string>& known, std::size_t most);

// Which portals of a target its disks go over: at most `most`, the first ones. `reached`, "10.0.0.1:3260", is where the
// host is let in, or empty: it is among them where the target has it, as the others may be out of reach.
std::vector<registrar::PeerPortal> choosePaths(const std::vector<registrar::PeerPortal>& portals,
                                               std::string_view reached, std::size_t most);

// Portals as "10.0.0.1:3260"; and with their portal group tags, as open-iscsi wants to know them, "10.0.0.1:3260,1".
std::vector<std::string> textsOf(const std::vector<registrar::PeerPortal>& portals);
std::vector<std::string> taggedTextsOf(const std::vector<registrar::PeerPortal>& portals);

}  // namespace agent
