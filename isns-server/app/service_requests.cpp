// Service: connections, datagrams and their requests, up to the answer or to waiting for the store.
#include "isns-server/app/service.h"

namespace app {
namespace {

// Who a request says that it comes from (RFC 4171 5.6.1: the first attribute); empty where that is no name.
std::string_view sourceOf(base::ByteView payload) {
  isns::AttributeReader reader(payload);
  isns::Attribute first;
  return reader.next(first) && first.tag == isns::tag::kIscsiName ? first.text() : std::string_view();
}

}  // namespace

core::Disposition Service::answer(core::Session& session, const net::Address& peer, bool udp, session::Access access,
                                  const isns::Message& message, base::Bytes& out) {
  core::Arrival arrival;
  arrival.peer.address = peer.octets();
  arrival.peer.port = peer.port();
  arrival.peer.udp = udp;
  arrival.signAnswer = authenticator_.signsAnswerTo(message);
  const std::size_t start = out.size();
  const auto refuse = [&](isns::Status status) {
    if (status == isns::Status::SourceUnauthorized) noteRefusal(peer, message);
    return this->refuse(session, arrival, message, status, out);
  };
  if (message.isResponse()) return core::Disposition::Silent;
  if (!rates_.allow(arrival.peer.address, parts_.loop.now())) {
    parts_.log.write<Event::RequestRateExceeded>(
        now(), {{"peer", peer.text()}, {"max", config_.runtime.limits.requestsPerSource}});
    // A signature costs more than all that the limit saves.
    arrival.signAnswer = arrival.signAnswer && signedRefusals_.allow(arrival.peer.address, parts_.loop.now());
    return refuse(isns::Status::Busy);
  }
  if (session::accessNeeded(message.function) > access) {
    parts_.log.write<Event::AddressRefused>(now(), {{"peer", peer.text()},
                                                    {"access", access == session::Access::Query ? "query" : "register"},
                                                    {"function", isns::functionName(message.function)}});
    return refuse(isns::Status::SourceUnauthorized);
  }
  const session::AuthResult result = authenticator_.authenticate(message, wall_);
  if (result.verified()) arrival.peer.authenticatedSpi = result.spi;
  if (result.status != isns::Status::Successful) {
    parts_.log.write<Event::AuthenticationFailed>(
        now(), {{"peer", peer.text()}, {"spi", result.spi}, {"reason", session::authReasonText(result.reason)}});
    parts_.metrics.at<Metric::Malformed>(MalformedKind::Authentication).add();
    return refuse(result.status);
  }
  const auto [disposition, malformed, status] = server_.onMessage(session, arrival, message, now(), out);
  if (malformed == core::Malformed::Tlv) noteMalformed(peer, message.function, MalformedKind::Tlv, "TLV");
  if (malformed == core::Malformed::Order) {
    noteMalformed(peer, message.function, MalformedKind::Order, "order of attributes");
  }
  if (status == isns::Status::SourceUnauthorized) noteRefusal(peer, message);
  if (disposition == core::Disposition::Answered && arrival.signAnswer) sign(out, start);
  return disposition;
}

core::Disposition Service::refuse(core::Session& session, const core::Arrival& arrival, const isns::Message& message,
                                  isns::Status status, base::Bytes& out) {
  const std::size_t start = out.size();
  const core::Disposition disposition =
      server_.refuse(session, arrival, message.function, message.transactionId, status, out);
  if (disposition == core::Disposition::Answered && arrival.signAnswer) sign(out, start);
  return disposition;
}

void Service::sign(base::Bytes& out, std::size_t start) {
  if (authenticator_.canSign()) (void)authenticator_.sign(out, start, wall_);
}

base::ByteView Service::signedCopy(base::ByteView message) {
  scratch_.assign(message.begin(), message.end());
  sign(scratch_, 0);
  return scratch_;
}

void Service::noteRefusal(const net::Address& peer, const isns::Message& message) {
  if (trail_ == nullptr) return;
  const std::string address = peer.host();
  refusals_.note(address,
                 {address, std::string(sourceOf(message.payload)), {}, std::string(isns::functionName(message.function))},
                 parts_.loop.now());
}

void Service::noteMalformed(const net::Address& peer, std::uint16_t function, MalformedKind kind,
                            std::string_view what) {
  parts_.metrics.at<Metric::Malformed>(kind).add();
  if (kind == MalformedKind::TooLarge) {
    parts_.log.write<Event::MessageTooLarge>(now(),
                                             {{"peer", peer.text()}, {"max", config_.runtime.limits.messageSize}});
  } else {
    parts_.log.write<Event::MalformedMessage>(
        now(), {{"peer", peer.text()}, {"function", isns::functionName(function)}, {"kind", what}});
  }
}

void Service::noteFault(const net::Address& peer, const isns::FramingFault& fault) {
  const MalformedKind kind = fault.kind == isns::FaultKind::TooLong    ? MalformedKind::TooLarge
                             : fault.kind == isns::FaultKind::Sequence ? MalformedKind::Sequence
                                                                       : MalformedKind::Header;
  noteMalformed(peer, fault.header.function, kind, isns::faultName(fault.kind));
}

void Service::onRequest(Client& client, const isns::Message& message, base::Bytes& out) {
  (void)answer(client.session(), client.peer(), false, client.access(), message, out);
}

void Service::onFault(Client& client, const isns::FramingFault& fault, base::Bytes& out) {
  noteFault(client.peer(), fault);
  if (!fault.answerable()) return;
  core::Arrival arrival;
  arrival.peer.address = client.peer().octets();
  (void)server_.refuse(client.session(), arrival, fault.header.function, fault.header.transactionId, fault.status, out);
}

void Service::onEnded(Client& client, End why) {
  ended_.push_back(client.session().id);
  const auto source = perSource_.find(client.peer().octets());
  if (source != perSource_.end() && --source->second == 0) perSource_.erase(source);
  const ClosedBy by = why == End::Malformed     ? ClosedBy::Malformed
                      : why == End::TooLarge    ? ClosedBy::TooLarge
                      : why == End::Partial     ? ClosedBy::Partial
                      : why == End::Idle        ? ClosedBy::Idle
                      : why == End::AddressRule ? ClosedBy::AddressRule
                      : why == End::Error       ? ClosedBy::Error
                      : draining_               ? ClosedBy::Shutdown
                                                : ClosedBy::Peer;
  parts_.metrics.at<Metric::ConnectionsClosed>(by).add();
  parts_.metrics.at<Metric::ConnectionsOpen>().add(-1);
}

// A query's has its bound; that to a change repeats what the message said, with numbers that were given.
std::size_t Service::largestAnswer() const {
  return config_.runtime.limits.responseSize + 2 * config_.runtime.limits.messageSize;
}

void Service::onAccepted(net::Listener&, net::UniqueFd fd, const net::Address& peer) {
  const session::Access access = rules_->accessOf(peer.octets());
  const auto refuse = [&](RefusedBy by, std::string_view limit, std::uint64_t max) {
    parts_.metrics.at<Metric::ConnectionsRefused>(by).add();
    if (by == RefusedBy::AddressRule) {
      parts_.log.write<Event::AddressRefused>(now(), {{"peer", peer.text()}, {"access", "none"}});
    } else {
      parts_.log.write<Event::ConnectionRefused>(now(), {{"peer", peer.text()}, {"limit", limit}, {"max", max}});
    }
  };
  if (access == session::Access::None) return refuse(RefusedBy::AddressRule, {}, 0);
  if (clients_.size() >= config_.start.limits.connections) {
    return refuse(RefusedBy::Connections, "limits.connections", config_.start.limits.connections);
  }
  std::uint32_t& fromHere = perSource_[peer.octets()];
  if (fromHere >= config_.runtime.limits.connectionsPerSource) {
    return refuse(RefusedBy::PerSource, "limits.connections_per_source", config_.runtime.limits.connectionsPerSource);
  }
  const std::uint64_t id = nextSession_++;
  ClientHost& host = *this;
  Client::Limits limits;
  limits.message.maxMessage = config_.runtime.limits.messageSize;
  limits.output = config_.runtime.limits.outputQueue;
  limits.answer = largestAnswer();
  auto client = std::make_unique<Client>(parts_.loop, host, id, access, limits);
  if (auto status = client->accept(std::move(fd), peer); !status) {
    if (fromHere == 0) perSource_.erase(peer.octets());
    return;
  }
  ++fromHere;
  clients_.emplace(id, std::move(client));
  parts_.metrics.at<Metric::ConnectionsAccepted>().add();
  parts_.metrics.at<Metric::ConnectionsOpen>().add(1);
}

void Service::onAcceptFailed(net::Listener&, const base::Error& why) {
  parts_.metrics.at<Metric::ConnectionsRefused>(RefusedBy::Connections).add();
  parts_.log.write<Event::ConnectionRefused>(now(), {{"limit", why.text}});
}

void Service::onReceived(net::DatagramSocket& socket, const net::Received& received) {
  const session::Access access = rules_->accessOf(received.peer.octets());
  if (access == session::Access::None) {
    parts_.metrics.at<Metric::ConnectionsRefused>(RefusedBy::AddressRule).add();
    parts_.log.write<Event::AddressRefused>(now(), {{"peer", received.peer.text()}, {"access", "none"}});
    return;
  }
  if (received.truncated) return noteMalformed(received.peer, 0, MalformedKind::Header, "datagram-size");
  const isns::DatagramMessage datagram(received.bytes);
  if (datagram.message() && datagram.message()->isResponse()) {
    server_.outbound().onDatagram(endpointOf(received.peer, true), *datagram.message(), now());
    return;
  }
  if (!config_.start.listen.udp || draining_) return;
  const bool changes =
      datagram.message() && session::accessNeeded(datagram.message()->function) > session::Access::Query;
  const std::uint16_t transaction = changes ? datagram.message()->transactionId : std::uint16_t{0};
  const session::RepeatedRequests::Request request{received.peer.octets(), received.peer.port(), transaction,
                                                   received.bytes};
  if (changes) {
    if (const auto before = repeated_.answerTo(request, parts_.loop.now())) {
      if (!before->empty()) (void)socket.send(received.peer, *before, received.local);
      return;
    }
  }
  core::Session session{nextSession_++, 0};
  scratch_.clear();
  if (datagram.fault()) {
    noteFault(received.peer, *datagram.fault());
    if (!datagram.fault()->answerable()) return;
    const isns::PduHeader& header = datagram.fault()->header;
    (void)server_.refuse(session, {}, header.function, header.transactionId, datagram.fault()->status, scratch_);
  } else if (datagram.message()) {
    if (heldDatagrams_.size() >= kMaxHeldDatagrams) {
      const core::Arrival arrival{{}, authenticator_.signsAnswerTo(*datagram.message())};
      (void)refuse(session, arrival, *datagram.message(), isns::Status::Busy, scratch_);
    } else if (answer(session, received.peer, true, access, *datagram.message(), scratch_) == core::Disposition::Held) {
      heldDatagrams_.emplace(session.id, HeldDatagram{session, &socket, received.peer, received.local});
      if (changes) repeated_.begin(session.id, request, parts_.loop.now());
    }
  }
  if (!scratch_.empty()) (void)socket.send(received.peer, scratch_, received.local);
}

void Service::sendDatagram(const net::Address& to, base::ByteView bytes) {
  for (auto& socket : datagrams_) {
    if (socket->local().family() != to.family()) continue;
    (void)socket->send(to, bytes);  // a message that is lost is sent again
    return;
  }
}

}  // namespace app
