// The answer to a DevAttrReg (RFC 4171 5.7.5.1): the key of the request, or the EID that the server chose; then what
// was asked for, in its order, with the values that hold now.
//
// The transaction holds the changes, the spec the objects with their indexes; its `answer` is memory for the call.
#pragma once

#include "isns-server/core/registration_parser.h"
#include "isns-server/core/request.h"
#include "isns-server/core/transaction.h"

namespace core {

// What a registration has come to.
struct Registered {
  Index entity = 0;
  bool eidAssigned = false;
  bool periodSet = false;  // by the server
};

void answerRegistration(const Request& request, const Transaction& transaction, const Registered& made,
                        RegistrationSpec& spec, isns::AttributeWriter& answer);

}  // namespace core
