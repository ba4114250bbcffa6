// DevAttrReg: registering and updating entities, portals, nodes, portal groups and FC objects (RFC 4171 5.6.5.1).
//
// One call, one request: on success the transaction holds the changes and `answer` the key and operating attributes of
// the response (5.7.5.1); on any other status the caller drops both. Memory of `scratch` is kept between calls.
#pragma once

#include "isns-server/core/registration_parser.h"
#include "isns-server/core/request.h"
#include "isns-server/core/transaction.h"

namespace core {

isns::Status registerAttributes(const Request& request, const Source& source, Transaction& transaction, Notes& notes,
                                RegistrationSpec& scratch, isns::AttributeWriter& answer);

// Whether a node may ask for these SCNs: the rules of SCNReg (5.6.5.5, 6.4.4), which an SCN bitmap in a DevAttrReg
// obeys too. `control`: the request comes from a control node.
isns::Status checkScnBitmap(const State& state, const Policy& policy, Index entity, std::uint32_t bitmap, bool control);

// True when the iSCSI name, or the WWPN of an FC port, is one of the administrator's control nodes (2.4).
bool isControlName(const Policy& policy, std::string_view name);
bool isControlPort(const Policy& policy, base::ByteView wwpn);

// True when the source may change objects of the entity (5.6.1), by the rules and the administrator's source check.
bool mayChange(const Source& source, Index entity, const Policy& policy, Notes& notes);

}  // namespace core
