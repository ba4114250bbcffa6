#include "tests/bench/isns_load/setup.h"

#include <poll.h>

#include <algorithm>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t kZonesInSet = 100;
constexpr int kRetryMs = 1;

base::Status makeSets(Client& client, std::uint32_t firstSet, const std::vector<std::uint32_t>& domains) {
  const std::span<const std::uint32_t> all(domains);
  const std::size_t sets = (all.size() + kZonesInSet - 1) / kZonesInSet;
  return client.exchange(sets, [&](base::Bytes& out, std::size_t i, std::uint16_t xid) {
    const std::size_t from = i * kZonesInSet;
    const std::size_t count = std::min(kZonesInSet, all.size() - from);
    appendDomainSet(out, firstSet + static_cast<std::uint32_t>(i), all.subspan(from, count), xid);
  });
}

base::Status askFor(Client& client, Host source, Host subject) {
  std::string wrong;
  const base::Status asked = client.exchange(
      1, [&](base::Bytes& out, std::size_t, std::uint16_t xid) { appendKeyedQuery(out, source, subject, xid); },
      [&](std::size_t, base::ByteView pdu) { wrong = checkPaths(pdu, std::span(&subject, 1)); });
  if (!asked) return asked;
  if (!wrong.empty()) return base::fail(wrong);
  return {};
}

}  // namespace

base::Status fillHosts(const Server& server, Host first, Host count) {
  base::Result<Client> client = Client::connect(server.address, server.window);
  if (!client) return base::fail(client.error());
  return client->exchange(count, [first](base::Bytes& out, std::size_t i, std::uint16_t xid) {
    appendRegister(out, first + static_cast<Host>(i), xid);
  });
}

base::Status makeZones(const Server& server, Host first, Host count) {
  base::Result<Client> client = Client::connect(server.address, server.window);
  if (!client) return base::fail(client.error());
  const std::uint32_t firstZone = zoneOf(first);
  std::vector<std::uint32_t> domains(count / kZoneSize);
  const auto append = [&](base::Bytes& out, std::size_t i, std::uint16_t xid) {
    const std::uint32_t zone = firstZone + static_cast<std::uint32_t>(i);
    appendDomain(out, 0, zone, zone * kZoneSize, kZoneSize, xid);
  };
  const base::Status made = client->exchange(
      domains.size(), append, [&](std::size_t i, base::ByteView pdu) { domains[i] = findU32(pdu, isns::tag::kDdId); });
  if (!made) return made;
  if (std::find(domains.begin(), domains.end(), 0U) != domains.end()) return base::fail("a DDReg answer has no DD_ID");
  return server.hasSets ? makeSets(*client, firstZone, domains) : base::Status();
}

base::Result<std::uint64_t> awaitHost(const Server& server, Host source, Host subject, double seconds) {
  const std::uint64_t end = nowNs() + static_cast<std::uint64_t>(seconds * 1e9);
  base::Status asked;
  do {
    base::Result<Client> client = Client::connect(server.address, server.window);
    asked = client ? askFor(*client, source, subject) : base::Status(base::fail(client.error()));
    if (asked) return nowNs();
    poll(nullptr, 0, kRetryMs);
  } while (nowNs() < end);
  return base::fail(asked.error());
}

base::Result<Sizes> probeSizes(const Server& server, Host present, Host spare) {
  base::Result<Client> client = Client::connect(server.address, server.window);
  if (!client) return base::fail(client.error());
  const Host initiator = initiatorOf(present);
  PduSizes sizes[3];
  const auto append = [&](base::Bytes& out, std::size_t i, std::uint16_t xid) {
    const std::size_t before = out.size();
    if (i == 0) appendRegister(out, spare, xid);
    if (i == 1) appendKeyedQuery(out, initiator, present, xid);
    if (i == 2) appendZoneQuery(out, initiator, xid);
    sizes[i].request = out.size() - before;
  };
  const base::Status done =
      client->exchange(3, append, [&](std::size_t i, base::ByteView pdu) { sizes[i].answer = pdu.size(); });
  if (!done) return base::fail(done.error());
  return Sizes{sizes[0], sizes[1], sizes[2]};
}

}  // namespace bench
