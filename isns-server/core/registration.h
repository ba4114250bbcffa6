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

}  // namespace core
