// Heartbeats (RFC 4171 5.6.5.14): anybody of the subnet can send them.
//
// Rules: what is taken has bounds; no address is among the servers at which nobody can be asked; each stands there
// once; who is silent is forgotten.
#include <algorithm>

#include "agent/registrar/heartbeat_table.h"
#include "agent/registrar/server_sources.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using registrar::HeartbeatTable;
  // Datagrams, each behind a byte with its length in units of 4.
  base::ByteView rest{data, size};
  const net::Address peer = net::Address::v4(10, 0, 0, 5, 3205);
  HeartbeatTable table;
  base::TimePoint now{};
  while (!rest.empty()) {
    const std::size_t length = std::min<std::size_t>(std::size_t{rest[0]} * 4, rest.size() - 1);
    const base::ByteView datagram = rest.subspan(1, length);
    rest = rest.subspan(1 + length);
    const auto before = table.servers();
    const std::size_t leftOut = table.leftOut();
    const bool changed = table.onDatagram(datagram, peer, now);
    fuzz::check(changed || (before == table.servers() && leftOut == table.leftOut()), "a change is told");
    auto servers = table.servers();
    fuzz::check(servers.size() <= HeartbeatTable::kMaxGroups * (1 + HeartbeatTable::kMaxBackups), "bounds");
    for (const net::Address& one : servers) {
      fuzz::check(registrar::canBeAsked(one), "an address of a host");
      fuzz::check(std::ranges::count(servers, one) == 1, "each once");
    }
    now += std::chrono::seconds(1);
    (void)table.onTimer(now);
  }
  (void)table.onTimer(now + HeartbeatTable::kMaxInterval * HeartbeatTable::kSilent);
  fuzz::check(table.servers().empty() && table.nextDeadline() == base::kNever, "who is silent is forgotten");
  return 0;
}
