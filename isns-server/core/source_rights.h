// What the source of a request may do, as the administrator's settings and RFC 4171 2.4, 5.6.1 and 6.4.4 have it.
//
// Pure functions of what they are given; what they refuse or let through only by way of exception is in the notes.
#pragma once

#include "isns-server/core/policy.h"
#include "isns-server/core/request.h"
#include "isns-server/core/state.h"

namespace core {

// Whether a node may ask for these SCNs: the rules of SCNReg (5.6.5.5, 6.4.4), which an SCN bitmap in a DevAttrReg
// obeys too. `control`: the request comes from a control node.
isns::Status checkScnBitmap(const State& state, const Policy& policy, Index entity, std::uint32_t bitmap, bool control);

// True when the iSCSI name, or the WWPN of an FC port, is one of the administrator's control nodes (2.4).
bool isControlName(const Policy& policy, std::string_view name);
bool isControlPort(const Policy& policy, base::ByteView wwpn);

// True when the source may change objects of the entity (5.6.1), by the rules and the administrator's source check.
bool mayChange(const Source& source, Index entity, const State& state, const Policy& policy, Notes& notes);

// True when a node that is not registered may register itself into the entity, which has nodes: it comes by TCP from
// the address of one of the entity's portals, and so from the same host; signed, where that portal's client signs.
bool mayJoin(const Source& source, const Entity& entity, const State& state, const Policy& policy, Notes& notes);

// Whether names and EIDs of agents are used by whom they are accepted from (DESIGN 5a): who comes from one of the
// agent's addresses, a control node, and who signs as the agent's entity or as one of its nodes. Of a source: its own
// name or EID, and the entity that it is registered in with its nodes, whatever it asks for.
bool mayBeSource(const Source& source, const State& state, const Policy& policy, Notes& notes);
bool mayUseName(const Source& source, std::string_view iscsiName, const Policy& policy, Notes& notes);
bool mayUseEntity(const Source& source, std::string_view eid, const Policy& policy, Notes& notes);

}  // namespace core
