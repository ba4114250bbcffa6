// Answers of the management API that are problems (RFC 9457), as values. Pure functions.
#pragma once

#include "console-gui/client/source.h"
#include "shared/mgmt/problem.h"

namespace console {

// `body` may be anything: what is no problem of the API is told by its status.
Problem problemOf(int status, std::string_view body);
// One of the table of the API, as a server would say it.
Problem problemOf(mgmt::ProblemCode code, std::string detail);

// The same as a Result takes it.
base::Failure<Problem> refuse(mgmt::ProblemCode code, std::string detail);
// Nobody was reached.
Problem unreached(std::string detail);
// Who answers shows a certificate that somebody has to look at; nothing was sent.
Problem authorityRefused(std::string detail);
// The same: it is of another authority.
Problem anotherAuthority();
bool isAuthorityRefused(const Problem& problem);
// A source without a server does not do this.
Problem notHere(std::string detail);
// By whom was asked: the same again would be refused again.
bool isRefusal(const Problem& problem);
// What was asked may be done, though no answer says so: the answer is lost, or none of the API that says that nothing
// was changed.
bool mayHaveBeenDone(const Problem& problem);

}  // namespace console
