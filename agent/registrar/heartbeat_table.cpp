#include "agent/registrar/heartbeat_table.h"

#include <algorithm>

#include "agent/registrar/server_sources.h"
#include "shared/isns/functions.h"
#include "shared/isns/pdu.h"

namespace registrar {
namespace {

net::Address readServer(base::ByteReader& reader) {
  net::Address::Octets octets{};
  const base::ByteView ip = reader.bytes(octets.size());
  std::ranges::copy(ip, octets.begin());
  const std::uint16_t tcp = reader.u16();
  (void)reader.u16();  // UDP
  return {octets, tcp};
}

// Of a beat from the network nobody's own address is taken.
bool isHint(const net::Address& server, const net::Address& peer) {
  return canBeAsked(server) || (server.isLoopback() && server.port() != 0 && peer.isLoopback());
}

}  // namespace

std::optional<HeartbeatSeen> readHeartbeat(base::ByteView datagram) {
  if (datagram.size() < isns::kPduHeaderSize) return std::nullopt;
  const isns::PduHeader header = isns::loadPduHeader(datagram.data());
  constexpr std::uint16_t kWhole = isns::flag::kFirst | isns::flag::kLast;
  if (header.version != isns::kVersion || header.function != isns::idOf(isns::Function::Heartbeat)) return std::nullopt;
  if ((header.flags & kWhole) != kWhole || header.length > datagram.size() - isns::kPduHeaderSize) return std::nullopt;
  base::ByteReader reader(datagram.subspan(isns::kPduHeaderSize, header.length));
  HeartbeatSeen seen;
  seen.active = readServer(reader);
  seen.interval = std::chrono::seconds(reader.u32());
  seen.counter = reader.u32();
  (void)reader.u16();  // reserved
  const std::uint16_t backups = reader.u16();
  for (std::uint16_t i = 0; i < backups && !reader.failed(); ++i) {
    const net::Address backup = readServer(reader);
    if (seen.backups.size() < HeartbeatTable::kMaxBackups) {
      seen.backups.push_back(backup);
    } else {
      ++seen.leftOut;
    }
  }
  if (reader.failed()) return std::nullopt;
  return seen;
}

// A server that beat before, or the one whose place it takes: of which it is a backup, and whose counter it goes on
// with.
HeartbeatTable::Group* HeartbeatTable::groupOf(const HeartbeatSeen& beat) {
  const auto known = std::ranges::find_if(groups_, [&](const Group& one) { return one.beat.active == beat.active; });
  if (known != groups_.end()) return &*known;
  const auto left = std::ranges::find_if(groups_, [&](const Group& one) {
    return beat.counter >= one.beat.counter &&
           std::ranges::find(one.beat.backups, beat.active) != one.beat.backups.end();
  });
  return left == groups_.end() ? nullptr : &*left;
}

bool HeartbeatTable::onDatagram(base::ByteView datagram, const net::Address& peer, base::TimePoint now) {
  auto beat = readHeartbeat(datagram);
  if (!beat || !isHint(beat->active, peer)) return false;
  std::erase_if(beat->backups, [&](const net::Address& one) { return !isHint(one, peer); });
  const auto interval = std::clamp<std::chrono::seconds>(beat->interval, std::chrono::seconds(1), kMaxInterval);
  const base::TimePoint until = now + interval * kSilent;
  Group* const group = groupOf(*beat);
  // Those that are known stay.
  if (group == nullptr && groups_.size() == kMaxGroups) return refuse(beat->active, until);
  std::erase_if(refused_, [&](const Refused& one) { return one.active == beat->active; });
  if (group != nullptr) {
    const bool same = sameServers(*group, *beat);
    *group = {std::move(*beat), until};
    return !same;
  }
  groups_.push_back({std::move(*beat), until});
  return true;
}

bool HeartbeatTable::refuse(const net::Address& active, base::TimePoint until) {
  if (const auto known = std::ranges::find(refused_, active, &Refused::active); known != refused_.end()) {
    known->until = until;
    return false;
  }
  if (refused_.size() == kMaxRefused) return false;
  refused_.push_back({active, until});
  return true;
}

bool HeartbeatTable::onTimer(base::TimePoint now) {
  const auto silent = [&](const auto& one) { return now >= one.until; };
  const std::size_t gone = std::erase_if(groups_, silent) + std::erase_if(refused_, silent);
  return gone != 0;
}

base::TimePoint HeartbeatTable::nextDeadline() const {
  base::TimePoint next = base::kNever;
  for (const Group& one : groups_) next = std::min(next, one.until);
  for (const Refused& one : refused_) next = std::min(next, one.until);
  return next;
}

std::vector<net::Address> HeartbeatTable::servers() const {
  std::vector<net::Address> all;
  const auto add = [&](const net::Address& one) {
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  };
  for (const Group& group : groups_) {
    add(group.beat.active);
    for (const net::Address& one : group.beat.backups) add(one);
  }
  return all;
}

std::size_t HeartbeatTable::leftOut() const {
  const std::vector<net::Address> used = servers();
  std::size_t others = 0;
  for (const Group& one : groups_) others += one.beat.leftOut;
  for (const Refused& one : refused_) {
    if (std::ranges::find(used, one.active) == used.end()) ++others;
  }
  return others;
}

}  // namespace registrar
