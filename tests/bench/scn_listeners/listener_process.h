// One process that listens for a part of the nodes and answers their state change notifications.
//
// It notes on the board when each one was complete, before it answers. Single-threaded; made by fork, ends when the
// coordinator's end of the control socket closes. RFC 4171 5.6.5.8, 5.7.5.8.
#pragma once

#include <cstdint>

#include "shared/net/unique_fd.h"
#include "tests/bench/common/fleet.h"
#include "tests/bench/scn_listeners/board.h"

namespace bench {

struct ListenerPart {
  std::uint32_t first = 0;  // listeners first, first + 1, ... of the board
  std::uint32_t count = 0;
  Host firstHost = 0;  // the host of listener 0 of the board
  net::Address server;
};

// What the coordinator may write into the control socket; the process answers each with one byte: the command itself
// when it is done, kFailed when not.
inline constexpr char kListen = 'l';
// Each node opens a connection of its own to the server and registers for notifications there.
inline constexpr char kRegister = 'r';
inline constexpr char kFailed = '!';

// Does not return.
[[noreturn]] void runListenerProcess(Board& board, const ListenerPart& part, net::UniqueFd control);

}  // namespace bench
