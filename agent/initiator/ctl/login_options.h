// Whom to log in to, and how: from the URL, the options of `sanctl iscsi`, a file of credentials and the environment.
//
// A secret on the command line can be seen by all users of the machine, so it may stand in a file that only its owner
// can read (--credentials) or in the variables that libiscsi reads. What the URL says goes first, then the file, then
// the environment. Failures hold no byte of a secret.
#pragma once

#include "agent/initiator/session.h"
#include "agent/initiator/url.h"
#include "shared/ctl/context.h"
#include "shared/ctl/exit_codes.h"

namespace initiator_ctl {

struct Destination {
  initiator::Url url;
  initiator::SessionOptions options;
};

enum class Wanted : std::uint8_t {
  Portal,  // the URL need not name a target
  Target,
  Unit,  // a LUN as well; 0 where none is given
};

ctl::Asked<Destination> readDestination(std::string_view url, Wanted wanted, const ctl::Invocation& invocation,
                                        ctl::Context& context);

}  // namespace initiator_ctl
