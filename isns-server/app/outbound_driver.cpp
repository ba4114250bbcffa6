#include "isns-server/app/outbound_driver.h"

namespace app {

net::Address addressOf(const core::Endpoint& endpoint) { return {endpoint.ip, endpoint.port}; }

core::Endpoint endpointOf(const net::Address& address, bool udp) { return {address.octets(), address.port(), udp}; }

// One connection to a destination.
class OutboundDriver::Link final : private net::StreamOwner {
 public:
  Link(OutboundDriver& driver, std::uint32_t destination)
      : driver_(driver), destination_(destination), stream_(driver.inner_, *this, kOptions), assembler_(kLimits) {}

  base::Status connect(const net::Address& to) { return stream_.connect(to); }
  void write(base::ByteView bytes) { stream_.write(bytes); }
  void close() { stream_.close(); }

 private:
  // An acknowledgement is short; whoever sends more is no iSNS client.
  static constexpr net::StreamOptions kOptions{64 * 1024, 256 * 1024, 64 * 1024, 1024 * 1024, false};
  static constexpr isns::MessageAssembler::Limits kLimits{32 * 1024, 16};

  struct Sink {
    Link& link;
    bool onMessage(const isns::Message& message) {
      link.driver_.outbound_.onResponse(link.destination_, message, link.driver_.now());
      return true;
    }
    bool onFault(const isns::FramingFault& fault) { return fault.framingHolds; }
  };

  std::size_t onData(net::Stream&, base::ByteView bytes) override {
    const std::size_t used = assembler_.feed(bytes, Sink{*this});
    if (assembler_.framingLost()) lost();
    return used;
  }
  void onEof(net::Stream&) override { lost(); }
  void onClosed(net::Stream&, const net::Closed& why) override {
    if (why.reason == net::CloseReason::ConnectFailed) {
      driver_.outbound_.onConnectFailed(destination_, driver_.now());
    } else {
      driver_.outbound_.onClosed(destination_, driver_.now());
    }
    driver_.close(destination_);
  }
  void onConnected(net::Stream&) override { driver_.outbound_.onConnected(destination_, driver_.now()); }
  void lost() {
    stream_.close();
    driver_.outbound_.onClosed(destination_, driver_.now());
    driver_.close(destination_);
  }

  OutboundDriver& driver_;
  const std::uint32_t destination_;
  net::Stream stream_;
  isns::MessageAssembler assembler_;
};

OutboundDriver::OutboundDriver(net::Loop& loop, core::Outbound& outbound, SendDatagram sendDatagram, Sign sign,
                               Feed feed)
    : loop_(loop),
      outbound_(outbound),
      sendDatagram_(std::move(sendDatagram)),
      sign_(std::move(sign)),
      feed_(std::move(feed)),
      holdEnds_(loop.timers(), [] {}) {}

OutboundDriver::~OutboundDriver() = default;

base::Status OutboundDriver::start() { return watch_.open(loop_, inner_.fd(), EPOLLIN, *this); }

base::Now OutboundDriver::now() const { return {loop_.now(), base::wallNow()}; }

void OutboundDriver::close(std::uint32_t destination) {
  if (destination < links_.size() && links_[destination]) dead_.push_back(std::move(links_[destination]));
}

void OutboundDriver::connect(const core::OutboundAction& action, base::Now now) {
  if (action.destination >= links_.size()) links_.resize(action.destination + 1);
  close(action.destination);
  auto link = std::make_unique<Link>(*this, action.destination);
  if (auto status = link->connect(addressOf(action.endpoint)); !status) {
    outbound_.onConnectFailed(action.destination, now);
    return;
  }
  links_[action.destination] = std::move(link);
}

void OutboundDriver::onEvents(std::uint32_t events) { readable_ = readable_ || (events & EPOLLIN) != 0; }

void OutboundDriver::turnEnd(bool fed, bool clientsWait) {
  const bool may = pace_.mayRun(clientsWait, loop_.now());
  const bool more = readable_ || fed || outbound_.more() || inner_.mustTurn();
  // What is readable and may not be read would keep the loop turning.
  watch_.setInterest(may ? std::uint32_t{EPOLLIN} : 0);
  holdEnds_.startAt(may ? base::kNever : pace_.holdEnds());
  if (more && may) watch_.requestTurnEnd();
}

// The slice. It comes after the clients' streams, which have asked earlier in the turn.
void OutboundDriver::onTurnEnd() {
  bool more = true;
  pace_.begin(base::MonotonicClock::now());
  do {
    more = step();
  } while (pace_.goesOn(base::MonotonicClock::now()) && more);
  readable_ = false;
  // Another turn in any case: there may be a new deadline, or a change of the server's own.
  watch_.raise(more ? EPOLLIN : EPOLLPRI);
}

bool OutboundDriver::step() {
  bool more = inner_.runTurn({}, kEventsAStep) == kEventsAStep;
  more |= feed_();
  const base::Now now = this->now();
  outbound_.takeActions(kActionsAStep, now, actions_);
  for (const core::OutboundAction& action : actions_.list) act(action, now);
  dead_.clear();
  return more || outbound_.more() || inner_.mustTurn();
}

base::ByteView OutboundDriver::messageOf(const core::OutboundAction& action) const {
  const base::ByteView bytes = actions_.bytesOf(action);
  return action.sign ? sign_(bytes) : bytes;
}

void OutboundDriver::act(const core::OutboundAction& action, base::Now now) {
  using Kind = core::OutboundAction::Kind;
  Link* link = action.destination < links_.size() ? links_[action.destination].get() : nullptr;
  switch (action.kind) {
    case Kind::Connect:
      return connect(action, now);
    case Kind::SendTcp:
      if (link != nullptr) link->write(messageOf(action));
      return;
    case Kind::SendUdp:
      return sendDatagram_(addressOf(action.endpoint), messageOf(action));
    case Kind::Close:
      if (link != nullptr) link->close();
      return close(action.destination);
  }
}

}  // namespace app
