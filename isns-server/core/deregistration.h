// DevDereg: removing entities, portals, nodes and FC objects (RFC 4171 5.6.5.4).
//
// On success the transaction holds the removals; the response has no attributes. On a failure nothing is removed, and
// `answer` lists what the message names and is still there (5.7.5.4). What is not there is no error.
#pragma once

#include "isns-server/core/request.h"
#include "isns-server/core/transaction.h"

namespace core {

isns::Status deregister(const Request& request, const Source& source, Transaction& transaction, Notes& notes,
                        isns::AttributeWriter& answer);

}  // namespace core
