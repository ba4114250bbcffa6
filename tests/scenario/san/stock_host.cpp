#include "tests/scenario/san/stock_host.h"

#include "agent/registrar/peers.h"

namespace sim {
namespace {

namespace tag = isns::tag;

isns::ClientSettings settings(const std::string& name) {
  isns::ClientSettings settings;
  settings.transport = isns::Transport::Datagram;
  settings.source = isns::nodeKey(name);
  return settings;
}

}  // namespace

StockHost::StockHost(Network& network, const net::Address& address, std::string name, const net::Address& server)
    : network_(network),
      address_(address.withPort(kPort)),
      name_(std::move(name)),
      server_(server),
      session_(settings(name_)) {
  network_.bind(address_, [this](const net::Address&, base::ByteView bytes) {
    session_.onDatagram(bytes, now());
    act();
  });
}

void StockHost::onTimer() {
  session_.onTimer(now());
  if (next_ <= network_.timeline().now()) {
    next_ = network_.timeline().now() + kAskAgain;
    if (registered_) {
      ask();
      const auto sent = session_.send(registrar::stillThere(presence().nodes.front()), now());
      if (sent) checked_ = *sent;
    } else {
      registerIt();
    }
  }
  act();
}

registrar::Presence StockHost::presence() const {
  return {name_, {{address_.withPort(860), 1}}, {{name_, registrar::Role::Initiator, {}, {}}}, {}, {}, 0};
}

void StockHost::registerIt() {
  isns::Registration whole;
  whole.replace = true;
  whole.key = isns::entityKey(name_);
  whole.entity.setText(tag::kEntityId, name_);
  whole.entity.setU32(tag::kEntityProtocol, isns::entity_protocol::kIscsi);
  whole.entity.setU32(tag::kRegistrationPeriod, 120);
  isns::AttributeList& portal = whole.portals.emplace_back();
  const isns::PortalAddress at = [&] {
    isns::PortalAddress wire;
    std::ranges::copy(address_.octets(), wire.ip.begin());
    wire.port = 860;
    return wire;
  }();
  portal.set(tag::kPortalIp, at.ip);
  portal.setU32(tag::kPortalPort, at.port);
  portal.setU32(tag::kScnPort, kPort | isns::kUdpPortFlag);
  portal.setU32(tag::kEsiInterval, 20);
  portal.setU32(tag::kEsiPort, kPort | isns::kUdpPortFlag);
  isns::AttributeList& node = whole.nodes.emplace_back().attributes;
  node.setText(tag::kIscsiName, name_);
  node.setU32(tag::kNodeType, isns::node_type::kInitiator);
  node.setU32(tag::kScnBitmap, isns::scn::kTargetAndSelfOnly | isns::scn::kObjectAdded | isns::scn::kObjectRemoved |
                                   isns::scn::kObjectUpdated);
  (void)session_.send(isns::registerObjects(whole), now());
}

void StockHost::ask() {
  if (asked_) {
    changed_ = true;
    return;
  }
  changed_ = false;
  const auto transaction = session_.send(registrar::peersQuery(presence().nodes.front()), now());
  if (transaction) asked_ = *transaction;
}

void StockHost::act() {
  for (const isns::ClientEvent& event : session_.takeEvents()) {
    if (const auto* answer = std::get_if<isns::Answer>(&event)) {
      answered(*answer);
    } else if (const auto* none = std::get_if<isns::NoAnswer>(&event)) {
      if (asked_ == none->transaction) asked_.reset();
      next_ = std::min(next_, network_.timeline().now() + std::chrono::seconds(1));
    } else if (std::holds_alternative<isns::ScnReceived>(event)) {
      ++notices_;
      if (registered_) ask();
    }
  }
  for (const base::Bytes& bytes : session_.takeOutput()) network_.send(address_, server_, bytes);
}

void StockHost::answered(const isns::Answer& answer) {
  if (answer.function == isns::Function::DevAttrReg) {
    registered_ = answer.response.ok();
    if (registered_) ask();
    return;
  }
  const registrar::Presence wanted = presence();
  if (checked_ == answer.transaction) {
    const auto standing = registrar::standingOf(wanted, wanted.nodes.front(), answer.response);
    if (registered_ && standing != registrar::Standing::Ours) registerIt();
    return;
  }
  if (asked_ != answer.transaction) return;
  asked_.reset();
  registered_ = answer.response.ok();  // else it was lost
  if (!registered_) return registerIt();
  sees_.emplace();
  const registrar::Peers peers = registrar::peersOf(wanted.nodes.front(), answer.response);
  for (const registrar::Peer& one : peers.list) sees_->push_back(one.name);
  if (changed_) ask();
}

}  // namespace sim
