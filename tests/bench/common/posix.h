// Plain sockets and the clock as the measuring programs need them: what is measured, shared/net's loop and streams,
// must not measure itself.
//
// Loopback only: nothing here is meant for another network. Failures are base::Result with the system's reason.
// Times are nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share. Safe from any thread.
#pragma once

#include <cstdint>

#include "shared/base/bytes.h"
#include "shared/base/result.h"
#include "shared/net/address.h"
#include "shared/net/unique_fd.h"

namespace bench {

std::uint64_t nowNs();
// User and system time of this process.
double cpuSeconds();

// Lets this process hold as many descriptors as it may; returns that number.
std::uint64_t raiseDescriptorLimit();

// A connected TCP socket without Nagle's delay; blocking until setNonBlocking.
base::Result<net::UniqueFd> connectTo(const net::Address& peer);
// A listening, non-blocking TCP socket on a free port, which `local` then holds.
base::Result<net::UniqueFd> listenOn(net::Address& local);
base::Status setNonBlocking(int fd);
base::Status setNoDelay(int fd);

// Sends everything on a blocking socket.
base::Status sendAll(int fd, base::ByteView bytes);

}  // namespace bench
