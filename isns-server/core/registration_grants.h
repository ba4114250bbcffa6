// What a registration asks for and the server decides: the interval of ESI messages and the registration period
// (RFC 4171 6.2.6, 6.3.4, 6.3.5). What was granted is in the transaction, and the answer says it.
#pragma once

#include "isns-server/core/registration_subject.h"

namespace core {

// A status other than Successful refuses the request.
isns::Status grantEsi(Transaction& transaction, const Policy& policy, const RegistrationSpec& spec,
                      const RegistrationSubject& about);
// After grantEsi(). True: the server chose the period.
bool grantPeriod(Transaction& transaction, const Policy& policy, const RegistrationSpec& spec,
                 const RegistrationSubject& about, bool eidAssigned);

}  // namespace core
