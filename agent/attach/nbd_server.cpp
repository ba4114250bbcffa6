#include "agent/attach/nbd_server.h"

#include <algorithm>
#include <utility>

namespace attach {

NbdServer::NbdServer(net::Loop& loop, block::Device& device, scsi::FlushNews& news, std::string description,
                     NbdServerObserver& observer)
    : loop_(loop),
      device_(device),
      news_(news),
      description_(std::move(description)),
      observer_(observer),
      listener_(loop, *this),
      work_(loop.timers(), [this] { work(); }),
      farewell_(loop.timers(),
                [this] {
                  for (const auto& [id, peer] : peers_) peer->close("it did not read its last answers");
                }),
      look_(*this, &NbdServer::looked),
      lookLimit_(loop.timers(), [this] { admit(true); }),
      flush_(*this, &NbdServer::flushed) {
  flush_.kind = scsi::IoKind::Flush;
}

NbdServer::~NbdServer() {
  if (!block_.empty()) memory_.give(block_, share_);
}

base::Status NbdServer::listen(const std::string& path) { return listener_.listen(path, kMode); }

void NbdServer::onUnixAccepted(net::UnixListener&, net::UniqueFd fd) {
  const auto who = net::unixPeerOf(fd.get());
  if (!who) return;
  if (clients() >= kMaxClients) {
    return observer_.onClientRefused(*who, "there are " + std::to_string(kMaxClients) + " clients already");
  }
  arrivals_.push_back({std::move(fd), *who});
  look();
}

void NbdServer::look() {
  if (!lookLimit_.started()) lookLimit_.startAt(loop_.now() + kLook);
  if (looking_) return;
  const scsi::Geometry geometry = device_.geometry();
  if (block_.empty()) block_ = memory_.take(geometry.blockSize, share_);
  if (block_.empty() || geometry.blocks == 0) return admit(true);
  for (Arrival& arrival : arrivals_) arrival.looked = true;
  looking_ = true;
  look_.kind = scsi::IoKind::Read;
  look_.lba = 0;
  look_.blocks = 1;
  look_.memory = {&block_, 1};
  device_.submit(look_);
}

// Whatever came of it: who wants to use the device shall see that for himself.
void NbdServer::looked(scsi::IoResult) {
  looking_ = false;
  if (state_ == State::Serving) admit(false);
  work_.startAt(loop_.now());
}

void NbdServer::admit(bool all) {
  if (holdsBack()) return;  // work() looks anew for them
  std::vector<Arrival> rest;
  for (Arrival& arrival : std::exchange(arrivals_, {})) {
    if (all || arrival.looked) {
      admit(std::move(arrival));
    } else {
      rest.push_back(std::move(arrival));
    }
  }
  arrivals_ = std::move(rest);
  if (arrivals_.empty()) lookLimit_.cancel();
}

void NbdServer::admit(Arrival arrival) {
  (void)device_.refresh();
  NbdPeerOwner& self = *this;
  auto peer = std::make_unique<NbdPeer>(loop_, ++lastId_, arrival.who, nbdOfferOf(device_.geometry(), description_),
                                        device_, memory_, news_, self);
  if (auto accepted = peer->accept(std::move(arrival.fd)); !accepted) {
    return observer_.onClientRefused(arrival.who, accepted.error().text);
  }
  peers_.emplace(lastId_, std::move(peer));
}

void NbdServer::onPeerNews() {
  if (work_.started()) return;
  const bool hungry =
      std::any_of(peers_.begin(), peers_.end(), [](const auto& each) { return each.second->hungry(); });
  if (hungry || heldBack_ || state_ != State::Serving) work_.startAt(loop_.now());
}

bool NbdServer::holdsBack() {
  const bool holds =
      std::any_of(peers_.begin(), peers_.end(), [](const auto& each) { return each.second->leftRequests(); });
  heldBack_ = heldBack_ || holds;
  return holds;
}

void NbdServer::onPeerEnded(NbdPeer&) { work_.startAt(loop_.now()); }

void NbdServer::work() {
  for (auto at = peers_.begin(); at != peers_.end();) {
    const NbdPeer& peer = *at->second;
    if (!peer.ended()) {
      ++at;
      continue;
    }
    if (peer.ready() || peer.atFault()) observer_.onClientLeft(peer);
    at = peers_.erase(at);
  }
  const bool holds = holdsBack();
  const bool released = !holds && std::exchange(heldBack_, false);
  for (const auto& [id, peer] : peers_) {
    if (released || peer->hungry()) peer->wake();
  }
  if (!arrivals_.empty() && !holds) look();
  proceed();
}

void NbdServer::stop(std::function<void(scsi::IoResult flushed)> done) {
  if (state_ != State::Serving) return;
  done_ = std::move(done);
  state_ = State::Draining;
  listener_.close();
  arrivals_.clear();
  lookLimit_.cancel();
  for (const auto& [id, peer] : peers_) peer->stop();
  work_.startAt(loop_.now());
}

void NbdServer::abandon() {
  state_ = State::Stopped;
  listener_.close();
  arrivals_.clear();
  lookLimit_.cancel();
}

void NbdServer::proceed() {
  if (state_ == State::Draining) {
    const bool open =
        std::any_of(peers_.begin(), peers_.end(), [](const auto& each) { return each.second->open() > 0; });
    if (open || looking_) return;
    state_ = State::Flushing;
    device_.submit(flush_);
  } else if (state_ == State::Leaving && peers_.empty()) {
    state_ = State::Stopped;
    farewell_.cancel();
    done_(result_);
  }
}

void NbdServer::flushed(scsi::IoResult result) {
  result_ = result;
  state_ = State::Leaving;
  farewell_.startAt(loop_.now() + kFarewell);
  work_.startAt(loop_.now());
}

}  // namespace attach
