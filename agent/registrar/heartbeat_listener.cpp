#include "agent/registrar/heartbeat_listener.h"

#include <net/if.h>

#include <algorithm>

#include "agent/registrar/interface_list.h"

namespace registrar {
namespace {

constexpr net::DatagramOptions kOptions{HeartbeatListener::kMaxMessage, 8, true};

// Indexes of interfaces that are up and can take multicasts.
std::set<unsigned> interfaces() {
  std::set<unsigned> found;
  const InterfaceList list;
  constexpr unsigned kWanted = IFF_UP | IFF_MULTICAST;
  for (const ifaddrs* one = list.first(); one != nullptr; one = one->ifa_next) {
    if ((one->ifa_flags & kWanted) != kWanted) continue;
    if (const unsigned index = ::if_nametoindex(one->ifa_name); index != 0) found.insert(index);
  }
  return found;
}

}  // namespace

HeartbeatListener::HeartbeatListener(net::Loop& loop, std::function<void()> changed)
    : loop_(loop),
      changed_(std::move(changed)),
      silence_(loop.timers(),
               [this] {
                 const bool other = table_.onTimer(loop_.now());
                 rearm();
                 if (other) changed_();
               }),
      v4_(loop, *this, kOptions),
      v6_(loop, *this, kOptions) {}

base::Status HeartbeatListener::listen(std::uint16_t port, const std::vector<net::Address>& groups) {
  const bool fewer = std::ranges::any_of(joined_, [&](const auto& one) {
    return std::ranges::none_of(groups, [&](const net::Address& group) { return group.host() == one.first; });
  });
  if (port_ != port || fewer) {
    const bool heard = !table_.servers().empty();
    close();
    if (heard) changed_();  // who is there is heard again
    if (auto opened = v4_.open(net::Address::v4(0, 0, 0, 0, port)); !opened) return opened;
    has6_ = static_cast<bool>(v6_.open(net::Address().withPort(port)));  // a machine may have no IPv6
    port_ = port;
  }
  base::Status joined;
  for (const net::Address& group : groups) {
    if (auto one = join(group); !one && joined) joined = std::move(one);
  }
  return joined;
}

// On every interface that is not a member; failed is who gets on none.
base::Status HeartbeatListener::join(const net::Address& group) {
  if (!group.isV4() && !has6_) return base::fail("no IPv6 for the group " + group.host());
  base::Status failed = base::fail("no interface takes multicasts for the group " + group.host());
  bool member = false;
  for (const unsigned interface : interfaces()) {
    const std::pair<std::string, unsigned> key{group.host(), interface};
    if (!joined_.contains(key)) {
      auto done = (group.isV4() ? v4_ : v6_).joinGroup(group, interface);
      if (!done) {
        failed = std::move(done);
        continue;
      }
      joined_.insert(key);
    }
    member = true;
  }
  return member ? base::Status{} : std::move(failed);
}

void HeartbeatListener::close() {
  v4_.close();
  v6_.close();
  has6_ = false;
  joined_.clear();
  port_ = 0;
  table_.clear();
  silence_.cancel();
}

void HeartbeatListener::onReceived(net::DatagramSocket&, const net::Received& message) {
  if (message.truncated) return;
  const bool other = table_.onDatagram(message.bytes, message.peer, loop_.now());
  rearm();
  if (other) changed_();
}

}  // namespace registrar
