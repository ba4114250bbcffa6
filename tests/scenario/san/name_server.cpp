#include "tests/scenario/san/name_server.h"

#include <stdexcept>

#include "isns-server/core/store_loader.h"

namespace sim {

isns::PortalAddress wireAddress(const net::Address& address) {
  isns::PortalAddress portal;
  std::ranges::copy(address.octets(), portal.ip.begin());
  portal.port = address.port();
  return portal;
}

net::Address addressOf(const isns::IpAddress& ip, std::uint16_t port) {
  net::Address::Octets octets;
  std::ranges::copy(ip, octets.begin());
  return {octets, port};
}

// A connection that a client has made.
class NameServer::Client final : public SocketUser {
 public:
  Client(NameServer& server, std::uint64_t id, std::shared_ptr<Wire> wire, const net::Address& peer)
      : server_(server), socket(server.network_, *this), assembler_({}) {
    session_.id = id;
    arrival_.peer.address = wireAddress(peer).ip;
    arrival_.peer.port = peer.port();
    socket.accept(std::move(wire));
  }
  void release(base::ByteView bytes) {
    session_.release(bytes.size());
    socket.write(bytes);
  }

 private:
  std::size_t onBytes(base::ByteView bytes) override {
    struct Sink {
      Client& client;
      bool onMessage(const isns::Message& message) {
        client.server_.answer(client.session_, client.arrival_, message, client.out_);
        return true;
      }
      bool onFault(const isns::FramingFault& fault) {
        client.server_.refuse(client.session_, client.arrival_, fault, client.out_);
        return true;
      }
    } sink{*this};
    const std::size_t used = assembler_.feed(bytes, sink);
    socket.write(std::exchange(out_, {}));
    server_.turn();
    return used;
  }
  void onEnded(const std::string&, bool) override {
    const auto self = server_.clients_.find(session_.id);
    server_.network_.timeline().bury(std::move(self->second));
    server_.clients_.erase(self);
  }

  NameServer& server_;

 public:
  Socket socket;

 private:
  isns::MessageAssembler assembler_;
  core::Session session_;
  core::Arrival arrival_;
  base::Bytes out_;
};

// A connection that the server has made, for SCNs and ESIs.
class NameServer::Listener final : public SocketUser {
 public:
  Listener(NameServer& server, std::uint32_t number, const net::Address& to)
      : server_(server), number_(number), socket(server.network_, *this), assembler_({}) {
    socket.connect(server.address_.withPort(0), to);
  }

 private:
  void onConnected() override {
    server_.server_->outbound().onConnected(number_, server_.now());
    server_.turn();
  }
  std::size_t onBytes(base::ByteView bytes) override {
    struct Sink {
      NameServer& server;
      std::uint32_t number;
      bool onMessage(const isns::Message& message) {
        server.server_->outbound().onResponse(number, message, server.now());
        return true;
      }
      bool onFault(const isns::FramingFault&) { return true; }
    } sink{server_, number_};
    const std::size_t used = assembler_.feed(bytes, sink);
    server_.turn();
    return used;
  }
  void onEnded(const std::string&, bool connected) override {
    if (connected) {
      server_.server_->outbound().onClosed(number_, server_.now());
    } else {
      server_.server_->outbound().onConnectFailed(number_, server_.now());
    }
    server_.turn();
  }

  NameServer& server_;
  std::uint32_t number_;

 public:
  Socket socket;

 private:
  isns::MessageAssembler assembler_;
};

NameServer::NameServer(Network& network, Chance& chance, const net::Address& address, core::Policy policy)
    : network_(network),
      chance_(chance),
      address_(address),
      policy_(std::move(policy)),
      clock_{&network.timeline()},
      authenticator_({}, std::make_shared<session::PemKeyStore>(), std::nullopt),
      database_(std::make_shared<memory::MemoryDatabase>(core::schema())) {}

NameServer::~NameServer() { stop(); }

// ---- life

void NameServer::start() {
  if (running()) return;
  store_ = std::make_unique<memory::MemoryStore>(database_);
  core::ServerOptions options;
  options.seed = chance_.below(1000);
  options.random = [this] { return chance_.below(0xffffffff); };
  server_ = std::make_unique<core::Server>(policy_, std::move(options), now());
  core::StoreLoader loader(*server_, [this] { return now(); });
  if (auto loaded = store_->load(loader); !loaded) throw std::runtime_error(loaded.error().text);
  breakStore(false);
  auto lease = store_->lease(store::LeaseAction::Acquire, "simulation", {});
  if (!lease) throw std::runtime_error(lease.error().text);
  epoch_ = lease->epoch;
  network_.listen(address_, [this](std::shared_ptr<Wire> wire, const net::Address& peer) {
    const std::uint64_t id = ++sessions_;
    clients_.emplace(id, std::make_unique<Client>(*this, id, std::move(wire), peer));
  });
  network_.bind(address_, [this](const net::Address& from, base::ByteView bytes) { onDatagram(from, bytes); });
  turn();
}

void NameServer::stop() {
  ++life_;
  network_.leave(address_);
  clients_.clear();
  listeners_.clear();
  datagrams_.clear();
  server_.reset();
  store_.reset();
}

void NameServer::forget() {
  stop();
  database_ = std::make_shared<memory::MemoryDatabase>(core::schema());
}

void NameServer::breakStore(bool broken) {
  database_->setFailure(broken ? std::optional(store::Error{store::ErrorKind::Full, "the disk is full"})
                               : std::nullopt);
}

base::TimePoint NameServer::nextDeadline() const {
  return server_ ? clock_.inWorld(server_->nextDeadline()) : base::kNever;
}

void NameServer::onTimer() {
  server_->onTimer(now());
  turn();
}

// ---- messages

void NameServer::answer(core::Session& session, const core::Arrival& arrival, const isns::Message& message,
                        base::Bytes& out) {
  const isns::Status status = authenticator_.authenticate(message, now().wall).status;
  if (status == isns::Status::Successful) {
    (void)server_->onMessage(session, arrival, message, now(), out);
  } else {
    (void)server_->refuse(session, arrival, message.function, message.transactionId, status, out);
  }
}

void NameServer::refuse(core::Session& session, const core::Arrival& arrival, const isns::FramingFault& fault,
                        base::Bytes& out) {
  if (!fault.answerable()) return;
  (void)server_->refuse(session, arrival, fault.header.function, fault.header.transactionId, fault.status, out);
}

void NameServer::onDatagram(const net::Address& from, base::ByteView bytes) {
  const isns::DatagramMessage datagram(bytes);
  if (!datagram.message()) return;
  const isns::Message& message = *datagram.message();
  if ((message.function & isns::kResponseBit) != 0) {
    server_->outbound().onDatagram({wireAddress(from).ip, from.port(), true}, message, now());
    return turn();
  }
  core::Session session{++sessions_, 0};
  core::Arrival arrival;
  arrival.peer.address = wireAddress(from).ip;
  arrival.peer.port = from.port();
  arrival.peer.udp = true;
  base::Bytes out;
  answer(session, arrival, message, out);
  if (!out.empty()) network_.send(address_, from, out);
  if (session.held != 0) datagrams_[session.id] = from;
  turn();
}

// ---- what follows from them

void NameServer::turn() {
  do {
    submit();
    server_->settle(now());
  } while (deliver());
  (void)server_->takeNotices();
  (void)server_->takeUndeliverable();
}

void NameServer::submit() {
  std::optional<store::Batch> taken = server_->takeBatch();
  if (!taken) return;
  const auto batch = std::make_shared<store::Batch>(std::move(*taken));
  const base::Duration takes = chance_.between(std::chrono::microseconds(50), std::chrono::milliseconds(5));
  network_.timeline().after(takes, [this, batch, life = life_] {
    if (life == life_) commit(*batch);
  });
}

void NameServer::commit(store::Batch& batch) {
  const bool good = store_->commit(batch, epoch_).ok();
  server_->onCommitted(std::move(batch), good ? core::CommitResult::Committed : core::CommitResult::Failed, now());
  for (const core::Release& release : server_->releases().list) {
    const base::ByteView bytes = server_->releases().bytesOf(release);
    if (const auto client = clients_.find(release.session); client != clients_.end()) {
      client->second->release(bytes);
    } else if (const auto datagram = datagrams_.extract(release.session)) {
      network_.send(address_, datagram.mapped(), bytes);
    }
  }
  server_->released();
  turn();
}

bool NameServer::deliver() {
  const bool waiting = server_->queueScns();
  server_->outbound().takeActions(64, now(), actions_);
  for (const core::OutboundAction& action : actions_.list) {
    using Kind = core::OutboundAction::Kind;
    const net::Address to = addressOf(action.endpoint.ip, action.endpoint.port);
    const auto at = listeners_.find(action.destination);
    if (action.kind == Kind::SendUdp) {
      network_.send(address_, to, actions_.bytesOf(action));
    } else if (action.kind == Kind::SendTcp) {
      at->second->socket.write(actions_.bytesOf(action));
    } else {
      if (at != listeners_.end()) {
        at->second->socket.close();
        network_.timeline().bury(std::move(at->second));
        listeners_.erase(at);
      }
      if (action.kind != Kind::Connect) continue;
      listeners_.emplace(action.destination, std::make_unique<Listener>(*this, action.destination, to));
    }
  }
  return waiting || !actions_.list.empty() || server_->outbound().more();
}

}  // namespace sim
