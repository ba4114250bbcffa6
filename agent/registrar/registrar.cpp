#include "agent/registrar/registrar.h"

#include <algorithm>

namespace registrar {

// ---- What the owner wants ------------------------------------------------------------------------------------------

void Registrar::setServers(std::vector<net::Address> servers, base::Now now) {
  const bool used = phase_ != Phase::Idle && phase_ != Phase::Resting && !servers_.empty();
  if (servers.size() > kMaxServers) {
    if (used) {
      const auto mine = std::find(servers.begin() + kMaxServers, servers.end(), server());
      if (mine != servers.end()) servers[kMaxServers - 1] = *mine;
    }
    servers.resize(kMaxServers);
  }
  if (servers == servers_) return;
  const auto at = used ? std::ranges::find(servers, server()) : servers.end();
  const bool kept = used && at != servers.end();
  const std::size_t place = kept ? static_cast<std::size_t>(at - servers.begin()) : 0;
  if (phase_ == Phase::Leaving || ending_) {
    current_ = place;
    servers_ = std::move(servers);  // what leaves has its connection already
    return;
  }
  // One that has not got anywhere yet does not begin anew for every change of the list.
  const bool begins = phase_ == Phase::Idle || told_ || servers.empty();
  if (used && !kept) {
    if (told_) events_.emplace_back(Unregistered{server(), "it is no longer among the name servers to use"});
    leave();
  }
  const auto isNew = [&](const net::Address& one) { return std::ranges::find(servers_, one) == servers_.end(); };
  const auto found = std::ranges::find_if(servers, isNew) - servers.begin();
  servers_ = std::move(servers);
  current_ = place;
  if (kept) return;
  if (begins) return begin(now);
  goOn(static_cast<std::size_t>(found), now);
}

// Other servers came or went while none of them took the registration; `found` is the place of the first new one.
void Registrar::goOn(std::size_t found, base::Now now) {
  failed_ = servers_.size();  // a round is over
  if (found == servers_.size() || now.mono < newServerAt_) {
    if (phase_ != Phase::Resting) rest(now, base::Duration::zero());
    return;
  }
  --failed_;  // where this one fails too, it rests
  current_ = found;
  newServerAt_ = now.mono + timing_.firstRest;
  connect(now);
}

void Registrar::setPresence(Presence presence, base::Now now) {
  if (ending_) return;
  const bool renamed = presence_ && presence_->eid != presence.eid && phase_ != Phase::Idle;
  if (renamed && !yields_ && !former_) former_ = std::move(presence_);
  presence_ = std::move(presence);
  holder_.reset();
  yields_ = false;
  std::erase_if(seeing_, [&](const auto& seeing) { return presence_->find(seeing.first) == nullptr; });
  switch (phase_) {
    case Phase::Idle:
      return begin(now);
    case Phase::Registered:
    case Phase::Checking:
      registerNow(now);
      return drain(now);
    case Phase::Registering:
    case Phase::Noting:
    case Phase::Leaving:
      changed_ = true;
      return;
    default:
      return;
  }
}

void Registrar::withdraw(base::Now now) {
  if (ending_ || !presence_) return;
  changed_ = false;
  depart(now);
}

void Registrar::stop(base::Now now, Farewell farewell) {
  if (ending_) return;
  ending_ = true;
  if (farewell == Farewell::Stands) return departed(false, now);
  depart(now);
}

void Registrar::depart(base::Now now) {
  if (phase_ == Phase::Leaving) return;
  const std::optional<Presence> held = former_ ? std::exchange(former_, std::nullopt) : presence_;
  if (!session_ || !held || yields_) return departed(false, now);
  phase_ = Phase::Leaving;
  until_ = refreshAt_ = base::kNever;
  asked_.clear();  // what the answers would lead to is of no use any more
  isns::Request request = deregistration(*held);
  request.source = isns::nodeKey(held->nodes.front().name);
  if (!ask(request, {Asks::Leave, {}}, now)) return departed(false, now);
  drain(now);
}

// A new presence may have come meanwhile.
void Registrar::departed(bool deregistered, base::Now now) {
  const bool wanted = changed_;
  leave();
  holder_.reset();
  if (ending_) {
    phase_ = Phase::Ended;
    events_.emplace_back(Ended{deregistered});
    return;
  }
  if (!wanted) presence_.reset();
  begin(now);
}

void Registrar::refresh(base::Now now) {
  if (phase_ != Phase::Registered) return;
  refreshAt_ = now.mono + timing_.refresh;
  for (const NodePresence& node : presence_->nodes) askPeers(node, now);
  drain(now);
}

void Registrar::tryAgain(base::Now now) {
  if (phase_ == Phase::Resting) begin(now);
}

void Registrar::registerAnew(base::Now now) {
  if (yields_ || ending_) return;
  holder_.reset();  // whoever is not connected registers with the next connection
  if (phase_ == Phase::Noting) changed_ = true;
  if (phase_ != Phase::Registered && phase_ != Phase::Checking) return;
  registerNow(now);
  drain(now);
}

bool Registrar::isServer(const net::Address& address) const {
  return std::ranges::any_of(servers_, [&](const net::Address& one) { return one.octets() == address.octets(); });
}

// ---- One server after the other ------------------------------------------------------------------------------------

void Registrar::begin(base::Now now) {
  phase_ = Phase::Idle;
  until_ = refreshAt_ = base::kNever;
  failed_ = 0;
  restNext_ = timing_.firstRest;
  if (presence_ && !servers_.empty()) connect(now);
}

void Registrar::connect(base::Now now) {
  phase_ = Phase::Connecting;
  until_ = now.mono + timing_.answer;
  outputs_.emplace_back(Connect{server()});
}

void Registrar::onConnected(base::Now now) {
  if (phase_ != Phase::Connecting) return;
  isns::ClientSettings settings;
  settings.timeout = timing_.answer;
  session_.emplace(std::move(settings));
  if (watched_ != server()) watch_.begin();
  watched_ = server();
  if (holder_ == server() || yields_) {
    check(now);
  } else {
    registerNow(now);
  }
  drain(now);
}

void Registrar::onConnectionEnded(std::string why, base::Now now) {
  if (phase_ == Phase::Connecting) return fail("no connection: " + why, false, now);
  if (!session_) return;
  if (phase_ == Phase::Leaving) return departed(false, now);
  fail("the connection ended: " + why, false, now);
}

// A server that served for a while gets a second chance before the next one: it may just have been restarted.
void Registrar::fail(std::string why, bool refused, base::Now now) {
  if (phase_ == Phase::Leaving) return departed(false, now);
  const bool served = phase_ == Phase::Registered && now.mono - registeredAt_ >= timing_.firstRest;
  const bool first = failed_ == 0 && !served;
  if (told_ || first || refused) events_.emplace_back(Unregistered{server(), std::move(why)});
  leave();
  if (served) {  // only then: one that takes a registration and hangs up is as bad as one that does not
    failed_ = 0;
    restNext_ = timing_.firstRest;
    return connect(now);
  }
  if (refused) holder_.reset();
  ++failed_;
  current_ = (current_ + 1) % servers_.size();
  if (failed_ % servers_.size() != 0) return connect(now);
  rest(now, refused ? timing_.mostRest : base::Duration::zero());
}

void Registrar::rest(base::Now now, base::Duration least) {
  phase_ = Phase::Resting;
  until_ = now.mono + std::max(restNext_, least);
  restNext_ = std::min(restNext_ * 2, timing_.mostRest);
}

// No connection any more, and nothing on its way.
void Registrar::leave() {
  if (session_ || phase_ == Phase::Connecting) outputs_.emplace_back(Close{});
  session_.reset();
  asked_.clear();
  seeing_.clear();
  told_ = false;
  changed_ = false;
  withoutEsi_ = false;
  yieldTold_ = false;
  until_ = refreshAt_ = base::kNever;
}

}  // namespace registrar
