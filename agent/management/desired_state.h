// DesiredState: what the management server wants an agent to apply, read strictly from the answer of GET /agent/desired
// (docs/design/agents-api.md): unknown members, missing ones, and what is beyond the bounds are refused whole.
// A second map at one LUN of an initiator is left out alone, so that what is taken away elsewhere is taken away.
//
// Values. Secrets lie in the memory that the reader is given (locked, in an agent); reading wipes them in the JSON.
// Names are as the server writes them, in their normal spelling. Errors name a place and never a value.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"
#include "shared/net/address.h"
#include "shared/san/desired_bounds.h"
#include "shared/san/ids.h"
#include "shared/san/words.h"

namespace management {

using san::DesiredBounds;

struct VersionedSecret {
  std::uint32_t version = 0;
  base::Secret secret;
};
using Secrets = std::pmr::vector<VersionedSecret>;

// What one end holds of a credential.
struct HandOver {
  explicit HandOver(std::pmr::memory_resource* memory) : accept(memory), answer(memory) {}

  std::uint32_t credential = 0;  // its number
  std::uint32_t step = 0;        // to be told when it holds here
  std::string userName;
  bool mutual = false;
  std::string mutualUserName;  // empty: the target's name
  Secrets accept;              // what the peer must prove itself with, any of them
  Secrets answer;              // what this end proves itself with, in the order in which it is tried
  bool answerAsPeer = false;   // with the version that the peer has just used, instead
  // Of the agent's initiators alone:
  std::string initiator;
  std::string target;  // empty: each that has none of its own
  bool prove = false;  // a login with the first of `answer` is waited for
};

struct DesiredMap {
  std::string unit;  // designator
  std::uint32_t lun = 0;
  san::Right right = san::Right::ReadOnly;
  san::Seconds leavesAt = 0;  // until when, at least, where it is about to be taken away; 0: it stays
};

// A logical unit that an initiator of this agent may only read, and loses at that time or later.
struct DesiredLeaving {
  std::string initiator;
  std::string target;
  std::string unit;  // designator
  std::uint32_t lun = 0;
  san::Seconds leavesAt = 0;
};

struct DesiredInitiator {
  std::string name;
  san::ChapDemand chap = san::ChapDemand::None;
  bool md5Refused = false;
  std::vector<DesiredMap> maps;  // no LUN twice
  std::vector<HandOver> credentials;
};

struct DesiredTarget {
  std::string target;
  std::uint64_t revision = 0;
  san::Enforcement enforcement = san::Enforcement::Zoning;
  san::ChapDemand chap = san::ChapDemand::None;
  std::vector<DesiredInitiator> initiators;  // no name twice

  [[nodiscard]] const DesiredInitiator* find(std::string_view initiator) const;
};

struct DesiredState {
  std::uint64_t revision = 0;
  std::vector<DesiredTarget> targets;  // no target twice
  std::vector<HandOver> credentials;   // of the agent's initiators
  std::vector<DesiredLeaving> leaving;    // what they are about to lose
  std::vector<net::Address> nameServers;  // that are used, and no others, in this order; none: the agent's own

  [[nodiscard]] const DesiredTarget* find(std::string_view target) const;
  // It stands for one that was kept and cannot be opened: nobody knows what the server has said. Revisions of the
  // server begin with 1.
  [[nodiscard]] bool lost() const { return revision == 0; }
};

// A login that one of the agent's initiators is to try, for evidence.
struct WantedProbe {
  std::string initiator;
  std::string target;
  std::vector<std::string> portals;  // "10.0.0.1:3260"
  bool expected = false;             // to be let in, as the server sees it
  friend bool operator==(const WantedProbe&, const WantedProbe&) = default;
};

// What the server wants found out. No part of the state: it comes with each answer, and is not kept.
struct Wanted {
  std::vector<std::string> discover;  // portals to be asked for their targets: "10.0.0.9:3260"
  std::vector<WantedProbe> probes;
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

struct DesiredAnswer {
  std::uint64_t revision = 0;
  std::string authority;              // fingerprint of the root that issues now
  std::vector<net::Address> nameServers;  // of the state, said also without one
  Wanted wanted;
  std::optional<DesiredState> state;  // nothing: the agent has this revision
  std::string leftOut;  // maps of the state that cannot be: an initiator has another one at the same LUN; empty: none
};

// `memory` is borrowed by what is read.
[[nodiscard]] base::Result<DesiredAnswer> readDesired(base::Json json, std::pmr::memory_resource* memory);
// The same from a text, which its owner wipes.
[[nodiscard]] base::Result<DesiredAnswer> readDesiredText(std::string_view text, std::pmr::memory_resource* memory);

}  // namespace management
