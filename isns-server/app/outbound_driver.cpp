#include "isns-server/app/outbound_driver.h"

namespace app {

net::Address addressOf(const core::Endpoint& endpoint) { return {endpoint.ip, endpoint.port}; }

core::Endpoint endpointOf(const net::Address& address, bool udp) { return {address.octets(), address.port(), udp}; }

// One connection to a destination.
class OutboundDriver::Link final : private net::StreamOwner {
 public:
  Link(OutboundDriver& driver, std::uint32_t destination)
      : driver_(driver), destination_(destination), stream_(driver.loop_, *this, kOptions), assembler_(kLimits) {}

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
    driver_.moved_ = true;
    const std::size_t used = assembler_.feed(bytes, Sink{*this});
    if (assembler_.framingLost()) lost();
    return used;
  }
  void onEof(net::Stream&) override { lost(); }
  void onClosed(net::Stream&, const net::Closed& why) override {
    driver_.moved_ = true;
    if (why.reason == net::CloseReason::ConnectFailed) {
      driver_.outbound_.onConnectFailed(destination_, driver_.now());
    } else {
      driver_.outbound_.onClosed(destination_, driver_.now());
    }
    driver_.close(destination_);
  }
  void onConnected(net::Stream&) override {
    driver_.moved_ = true;
    driver_.outbound_.onConnected(destination_, driver_.now());
  }
  void lost() {
    driver_.moved_ = true;
    stream_.close();
    driver_.outbound_.onClosed(destination_, driver_.now());
    driver_.close(destination_);
  }

  OutboundDriver& driver_;
  const std::uint32_t destination_;
  net::Stream stream_;
  isns::MessageAssembler assembler_;
};

OutboundDriver::OutboundDriver(net::Loop& loop, core::Outbound& outbound, SendDatagram sendDatagram)
    : loop_(loop), outbound_(outbound), sendDatagram_(std::move(sendDatagram)) {}

OutboundDriver::~OutboundDriver() = default;

base::Now OutboundDriver::now() const { return {loop_.now(), base::wallNow()}; }

void OutboundDriver::close(std::uint32_t destination) {
  if (destination < links_.size() && links_[destination]) dead_.push_back(std::move(links_[destination]));
}

void OutboundDriver::connect(const core::OutboundAction& action, base::Now now) {
  if (action.destination >= links_.size()) links_.resize(action.destination + 1);
  close(action.destination);
  auto link = std::make_unique<Link>(*this, action.destination);
  if (auto status = link->connect(addressOf(action.endpoint)); !status) {
    moved_ = true;
    outbound_.onConnectFailed(action.destination, now);
    return;
  }
  links_[action.destination] = std::move(link);
}

bool OutboundDriver::runTurn(base::Now now) {
  dead_.clear();
  moved_ = false;
  outbound_.takeActions(kActionsATurn, now, actions_);
  for (const core::OutboundAction& action : actions_.list) {
    using Kind = core::OutboundAction::Kind;
    Link* link = action.destination < links_.size() ? links_[action.destination].get() : nullptr;
    switch (action.kind) {
      case Kind::Connect:
        connect(action, now);
        break;
      case Kind::SendTcp:
        if (link != nullptr) link->write(actions_.bytesOf(action));
        break;
      case Kind::SendUdp:
        sendDatagram_(addressOf(action.endpoint), actions_.bytesOf(action));
        break;
      case Kind::Close:
        if (link != nullptr) link->close();
        close(action.destination);
        break;
    }
  }
  dead_.clear();
  return outbound_.more();
}

}  // namespace app
