// What an agent asks of a server's certificates before it gives anything away.
//
// At enrolment it has nothing but its token: the chain must hold a root that the token pins, and lead to it. Later it
// has the roots that it kept. Either way the leaf must be a server's, so that an agent with a certificate of the same
// authority cannot play the server. Names and addresses are not compared: the authority issues server certificates to
// its own server alone. Servers send their root within their chain, for the first of the two. Pure functions.
#pragma once

#include <span>
#include <vector>

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/mgmt/certificate.h"
#include "shared/mgmt/enrolment_token.h"

namespace mgmt {

// The root to keep. A failure says why the token stays unsent.
[[nodiscard]] base::Result<Certificate> checkServerForEnrolment(std::span<const Certificate> chain,
                                                                const EnrolmentToken& token, base::WallTime now);
[[nodiscard]] base::Status checkServer(std::span<const Certificate> chain, std::span<const Certificate> roots,
                                       base::WallTime now);

}  // namespace mgmt
