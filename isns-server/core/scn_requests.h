// SCNReg, SCNDereg and SCNEvent (RFC 4171 5.6.5.5 to 5.6.5.7).
//
// SCNReg and SCNDereg change the node's SCN bitmap in the transaction. SCNEvent changes nothing and gives the event
// that the server then sends. The responses have no attributes.
#pragma once

#include "isns-server/core/request.h"
#include "isns-server/core/transaction.h"

namespace core {

isns::Status registerScn(const Request& request, const Source& source, Transaction& transaction, Notes& notes);
isns::Status deregisterScn(const Request& request, const Source& source, Transaction& transaction, Notes& notes);

// The storage node that an SCNEvent is about, and what it says happened.
struct RaisedEvent {
  Index node = 0;    // or
  Index fcPort = 0;
  std::uint32_t bitmap = 0;
};
isns::Status raiseEvent(const Request& request, const Source& source, const Registry& registry, const State& state,
                        const Policy& policy, Notes& notes, RaisedEvent& event);

}  // namespace core
