// Brings a server into the state that a measurement starts from.
//
// Failures are base::Result with the first answer that was not as expected. One thread.
#pragma once

#include "tests/bench/common/client.h"
#include "tests/bench/common/fleet.h"
#include "tests/bench/common/posix.h"

namespace bench {

// How to talk to a server.
struct Server {
  net::Address address;
  std::size_t window = Client::kWindow;
  bool hasSets = true;  // without domain sets (open-isns) every domain is active
};

base::Status fillHosts(const Server& server, Host first, Host count);

// A domain for each zone of these hosts; the domains are put into enabled domain sets.
base::Status makeZones(const Server& server, Host first, Host count);

// Waits until the server rightly answers a query of `source` for `subject`; gives the time of the answer.
base::Result<std::uint64_t> awaitHost(const Server& server, Host source, Host subject, double seconds);

// Sizes of the PDUs of one request and its answer.
struct PduSizes {
  std::size_t request = 0;
  std::size_t answer = 0;
};
struct Sizes {
  PduSizes registration;
  PduSizes keyed;
  PduSizes zone;
};
// Registers `spare`, a host that is not there yet, and asks for `present`, which is zoned.
base::Result<Sizes> probeSizes(const Server& server, Host present, Host spare);

}  // namespace bench
