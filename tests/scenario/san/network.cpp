#include "tests/scenario/san/network.h"

#include <utility>

namespace sim {

// ---- sockets

void Socket::connect(const net::Address& from, const net::Address& to) {
  close();
  wire_ = std::make_shared<Wire>();
  side_ = 0;
  wire_->ends[0] = this;
  wire_->addresses[0] = from;
  wire_->addresses[1] = to;
  network_.begin(wire_);
}

void Socket::accept(std::shared_ptr<Wire> wire) {
  close();
  wire_ = std::move(wire);
  side_ = 1;
  wire_->ends[1] = this;
}

void Socket::write(base::ByteView bytes) {
  if (!wire_ || !wire_->there) return;
  const int to = 1 - side_;
  while (!bytes.empty()) {
    const auto most = static_cast<std::uint32_t>(bytes.size());
    // Mostly whole messages, sometimes any pieces.
    const std::size_t size = network_.chance_.oneIn(4) ? 1 + network_.chance_.below(most) : most;
    wire_->flying[to].emplace_back(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    bytes = bytes.subspan(size);
  }
  network_.move(wire_, to);
}

void Socket::close() {
  if (!wire_) return;
  const auto wire = std::exchange(wire_, nullptr);
  input_.clear();
  wire->ends[side_] = nullptr;
  wire->flying[side_].clear();
  wire->closed[1 - side_] = true;
  if (wire->there) network_.move(wire, 1 - side_);
}

// ---- connections

base::Duration Network::delay(const net::Address& a, const net::Address& b) {
  base::Duration all = chance_.between(weather_.least, weather_.most);
  if (a.host() == b.host()) return all;
  for (const net::Address* const one : {&a, &b}) {
    if (const auto slow = slow_.find(one->host()); slow != slow_.end()) all += slow->second;
  }
  return all;
}

void Network::begin(const std::shared_ptr<Wire>& wire) {
  timeline_.after(delay(wire->addresses[0], wire->addresses[1]), [this, wire] {
    if (wire->ends[0] == nullptr) return;
    if (!hears(wire->addresses[0], wire->addresses[1])) {
      timeline_.after(kTryAgain, [this, wire] { begin(wire); });
      return;
    }
    const auto listener = listeners_.find(wire->addresses[1].text());
    if (listener == listeners_.end()) return end(*wire, 0, "refused");
    wire->there = true;
    const Accept accept = listener->second;
    accept(wire, wire->addresses[0]);
    if (wire->ends[0] == nullptr) return;
    if (wire->ends[1] == nullptr) return end(*wire, 0, "closed at once");
    wire->ends[0]->user_.onConnected();
  });
}

void Network::move(const std::shared_ptr<Wire>& wire, int to) {
  if (wire->moving[to]) return;
  wire->moving[to] = true;
  timeline_.after(delay(wire->addresses[0], wire->addresses[1]), [this, wire, to] {
    wire->moving[to] = false;
    arrive(wire, to);
  });
}

void Network::arrive(const std::shared_ptr<Wire>& wire, int to) {
  Socket* const end = wire->ends[to];
  if (end == nullptr) return;
  if (!hears(wire->addresses[0], wire->addresses[1])) {
    wire->moving[to] = true;
    timeline_.after(kTryAgain, [this, wire, to] {
      wire->moving[to] = false;
      arrive(wire, to);
    });
    return;
  }
  if (wire->flying[to].empty()) {
    if (wire->closed[to]) this->end(*wire, to, "closed by the other end");
    return;
  }
  base::Bytes piece = std::move(wire->flying[to].front());
  wire->flying[to].pop_front();
  const bool cut = weather_.cut != 0 && chance_.perMille(weather_.cut);
  if (cut) piece.resize(chance_.below(static_cast<std::uint32_t>(piece.size())));
  base::append(end->input_, piece);
  if (!piece.empty()) {
    // The view stays good whatever the user does with the socket.
    base::Bytes input = std::exchange(end->input_, {});
    const std::size_t used = end->user_.onBytes(input);
    if (wire->ends[to] == end && end->wire_ == wire) {
      input.erase(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(used));
      end->input_ = std::move(input);
    }
  }
  if (cut) {
    ++cuts_;
    for (const int side : {0, 1}) this->end(*wire, side, "reset");
    return;
  }
  if (wire->ends[to] != nullptr && (!wire->flying[to].empty() || wire->closed[to])) move(wire, to);
}

void Network::end(Wire& wire, int side, const std::string& why) {
  Socket* const socket = std::exchange(wire.ends[side], nullptr);
  if (socket == nullptr) return;
  wire.flying[side].clear();
  socket->wire_.reset();
  socket->input_.clear();
  socket->user_.onEnded(why, wire.there);
}

// ---- datagrams

void Network::send(const net::Address& from, const net::Address& to, base::ByteView bytes) {
  int times = chance_.perMille(weather_.lost) ? 0 : 1;
  if (chance_.perMille(weather_.doubled)) ++times;
  for (; times > 0; --times) {
    timeline_.after(delay(from, to), [this, from, to, copy = base::Bytes(bytes.begin(), bytes.end())] {
      const auto port = ports_.find(to.text());
      if (port == ports_.end() || !hears(from, to)) return;
      const Hear hear = port->second;
      hear(from, copy);
    });
  }
}

}  // namespace sim
