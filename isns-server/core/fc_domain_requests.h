// RqstDomId, RlseDomId and GetDomId (RFC 4171 5.6.5.15 to 5.6.5.17): FC_DOMAIN_IDs 1 to 239 of a virtual fabric.
//
// On success the transaction holds the allocation and `answer` the Assigned_IDs; else the caller drops both. The client
// must be registered for ESI: an FC port whose device is the switch, or any entity with an ESI port at its address.
#pragma once

#include "isns-server/core/request.h"
#include "isns-server/core/transaction.h"

namespace core {

isns::Status requestDomainId(const Request& request, const Peer& peer, Transaction& transaction,
                             isns::AttributeWriter& answer);
isns::Status releaseDomainId(const Request& request, Transaction& transaction);
isns::Status listDomainIds(const Request& request, const State& state, isns::AttributeWriter& answer);

}  // namespace core
