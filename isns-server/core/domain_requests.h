// DDReg, DDDereg, DDSReg and DDSDereg (RFC 4171 5.6.5.9 to 5.6.5.12): discovery domains and their sets.
//
// On success the transaction holds the changes and `answer` the attributes of the response; on any other status the
// caller drops both. Who may ask at all is judged here: control nodes, and others as the administrator allows (2.4).
#pragma once

#include "isns-server/core/request.h"
#include "isns-server/core/transaction.h"

namespace core {

isns::Status registerDomain(const Request& request, const Source& source, Transaction& transaction,
                            isns::AttributeWriter& answer);
isns::Status deregisterDomain(const Request& request, const Source& source, Transaction& transaction);
isns::Status registerSet(const Request& request, const Source& source, Transaction& transaction,
                         isns::AttributeWriter& answer);
isns::Status deregisterSet(const Request& request, const Source& source, Transaction& transaction);

// Makes the default domain and set, enabled, where the policy wants them and they are missing (2.2.2).
void ensureDefaultDomain(Transaction& transaction);

}  // namespace core
