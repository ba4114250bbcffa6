#include "isns-server/ctl/net_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <csignal>

#include "shared/net/os_error.h"

namespace ctl {
namespace {

constexpr base::Duration kLongestTurn = std::chrono::seconds(60);

std::string secondsText(base::Duration duration) {
  std::string text = std::to_string(std::chrono::duration<double>(duration).count());
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " s";
}

// The address from which the kernel would send: connecting a UDP socket chooses it and sends nothing.
base::Result<isns::IpAddress> sourceTowards(const net::Address& server) {
  sockaddr_storage storage{};
  const socklen_t length = server.toSockaddr(storage);
  const net::UniqueFd fd(::socket(server.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
    return base::fail(net::osErrorText(errno));
  }
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0)
    return base::fail(net::osErrorText(errno));
  const auto address = net::Address::from(own);
  if (!address) return base::fail("no IP address leads there");
  return address->octets();
}

}  // namespace

class NetConnection::Peer final : public net::StreamOwner {
 public:
  enum class State : std::uint8_t { Connecting, Open, Gone };

  Peer(NetConnection& owner, std::string of)
      : session(owner.sessionSettings(isns::Transport::Stream)),
        stream(owner.loop_, *this),
        name(std::move(of)),
        trace_(owner.trace_, name) {}

  void flush() {
    for (const base::Bytes& bytes : session.takeOutput()) {
      trace_.sent(bytes);
      stream.write(bytes);
    }
  }

  // No more comes from the peer; `why` is for people.
  void drop(std::string why) {
    if (state == State::Gone) return;
    state = State::Gone;
    whyGone = std::move(why);
    stream.close();
    session.onClosed();
  }

  std::size_t onData(net::Stream&, base::ByteView bytes) override {
    const std::size_t used = session.onBytes(bytes, base::now());
    trace_.received(bytes.first(used));
    return used;
  }
  void onEof(net::Stream&) override { drop("it closed the connection"); }
  void onClosed(net::Stream&, const net::Closed& why) override { drop(why.text()); }
  void onConnected(net::Stream&) override { state = State::Open; }

  isns::ClientSession session;
  net::Stream stream;
  std::string name;
  State state = State::Connecting;
  std::string whyGone;

 private:
  MessageTrace trace_;
};

class NetConnection::Datagrams final : public net::DatagramOwner {
 public:
  // `server`: whose datagrams count, and where requests go; nothing for a port that takes notifications from anybody.
  Datagrams(NetConnection& owner, std::optional<net::Address> server)
      : session(owner.sessionSettings(isns::Transport::Datagram)),
        socket(owner.loop_, *this),
        owner_(owner),
        server_(server) {}

  void flush() {
    const net::Address* to = server_ ? &*server_ : peer_ ? &*peer_ : nullptr;
    for (const base::Bytes& bytes : session.takeOutput()) {
      if (to == nullptr) continue;
      MessageTrace(owner_.trace_, to->text()).sent(bytes);
      // What the kernel does not take is as lost as what the network loses: it is sent again.
      (void)socket.send(*to, bytes, local_);
    }
  }

  void onReceived(net::DatagramSocket&, const net::Received& message) override {
    if (server_ && message.peer != *server_) return;
    peer_ = message.peer;
    if (!server_) local_ = message.local;
    MessageTrace(owner_.trace_, message.peer.text()).received(message.bytes);
    session.onDatagram(message.bytes, base::now());
    flush();
    // What is wrong with a datagram ends with it.
    (void)owner_.take(session, message.peer.text());
  }

  isns::ClientSession session;
  net::DatagramSocket socket;

 private:
  NetConnection& owner_;
  std::optional<net::Address> server_;
  std::optional<net::Address> peer_;
  std::optional<net::Address> local_;
};

class NetConnection::Port final : public net::ListenerOwner {
 public:
  explicit Port(NetConnection& owner) : listener(owner.loop_, *this), owner_(owner) {}

  void onAccepted(net::Listener&, net::UniqueFd fd, const net::Address& peer) override {
    if (owner_.peers_.size() >= kMaxPeers) return;
    auto accepted = std::make_unique<Peer>(owner_, peer.text());
    accepted->state = Peer::State::Open;
    if (accepted->stream.accept(std::move(fd), peer)) owner_.peers_.push_back(std::move(accepted));
  }
  void onAcceptFailed(net::Listener&, const base::Error&) override {}  // tried again; the server repeats its message

  net::Listener listener;

 private:
  NetConnection& owner_;
};

NetConnection::NetConnection(ServerSettings settings, isns::MessageSigner signer, std::ostream* trace, LookUp lookUp)
    : settings_(std::move(settings)), signer_(std::move(signer)), trace_(trace), lookUp_(std::move(lookUp)) {}

NetConnection::~NetConnection() = default;

isns::ClientSettings NetConnection::sessionSettings(isns::Transport transport) const {
  isns::ClientSettings session;
  session.transport = transport;
  session.source = settings_.source;
  session.timeout = settings_.timeout;
  session.signer = signer_;
  return session;
}

std::string NetConnection::server() const { return reached_ ? reached_->text() : settings_.server; }

Failure NetConnection::cannotReach(const std::string& why) const {
  return {Exit::Connect, "cannot connect to " + settings_.server, why,
          "is an iSNS server there? --server names another"};
}

Failure NetConnection::silent(const isns::NoAnswer& answer) const {
  const std::string what = "no answer from " + server();
  switch (answer.why) {
    case isns::Silence::Timeout:
      return {Exit::Timeout, what, "nothing came within " + secondsText(settings_.timeout),
              "--timeout gives it longer"};
    case isns::Silence::Closed:
      return {Exit::Connect, what, server_ ? server_->whyGone : "", "it may not take this message, or be stopping"};
    case isns::Silence::Malformed:
      break;
  }
  return {Exit::Malformed, "the answer of " + server() + " cannot be read", answer.detail, "--verbose shows what came"};
}

Outcome NetConnection::resolve() {
  if (!addresses_.empty()) return {};
  auto found = lookUp_(settings_.server, isns::kDefaultPort);
  if (!found) return base::fail(cannotReach(found.error().text));
  addresses_ = std::move(*found);
  return {};
}

// A silent address has its share of what is left of the time, so that those behind it are tried too.
template <class TryOne>
Outcome NetConnection::tryAddresses(const TryOne& tryOne) {
  if (const Outcome resolved = resolve(); !resolved) return resolved;
  const base::TimePoint deadline = base::now().mono + settings_.timeout;
  Outcome last;
  for (auto address = addresses_.begin(); address != addresses_.end(); ++address) {
    const base::TimePoint now = base::now().mono;
    last = tryOne(*address, now + (deadline - now) / (addresses_.end() - address));
    if (last) {
      reached_ = *address;
      std::rotate(addresses_.begin(), address, address + 1);  // the first the next time
      return last;
    }
  }
  return last;
}

Outcome NetConnection::connect() {
  return tryAddresses([&](const net::Address& address, base::TimePoint until) { return connectTo(address, until); });
}

Outcome NetConnection::connectTo(const net::Address& address, base::TimePoint deadline) {
  server_ = std::make_unique<Peer>(*this, address.text());
  if (const base::Status started = server_->stream.connect(address); !started) {
    return base::fail(cannotReach(started.error().text));
  }
  while (server_->state == Peer::State::Connecting) {
    if (base::now().mono >= deadline) {
      server_.reset();
      return base::fail(cannotReach("no connection within " + secondsText(settings_.timeout)));
    }
    turn(deadline);
  }
  if (server_->state == Peer::State::Gone) return base::fail(cannotReach(server_->whyGone));
  return {};
}

Outcome NetConnection::reach() {
  const Outcome reached = tryAddresses([&](const net::Address& address, base::TimePoint until) -> Outcome {
    if (addresses_.size() == 1) return openDatagrams(address);
    if (const auto own = sourceTowards(address); !own) return base::fail(cannotReach(own.error().text));
    if (const Outcome opened = openDatagrams(address); !opened) return opened;
    return greet(until);
  });
  if (!reached) datagrams_.reset();
  return reached;
}

// Whatever it answers shows that it is the one.
Outcome NetConnection::greet(base::TimePoint deadline) {
  answers_.clear();
  const auto transaction = datagrams_->session.send(harmlessQuestion(settings_.source), base::now());
  if (!transaction) return base::fail(Failure{Exit::Local, "cannot send the request", transaction.error().text, ""});
  datagrams_->flush();
  while (answers_.empty() && base::now().mono < deadline) turn(deadline);
  const isns::NoAnswer* none = answers_.empty() ? nullptr : std::get_if<isns::NoAnswer>(&answers_.front());
  if (answers_.empty() || (none != nullptr && none->why == isns::Silence::Timeout))
    return base::fail(silent({0, {}, isns::Silence::Timeout, {}}));
  return {};
}

Outcome NetConnection::openDatagrams(const net::Address& address) {
  datagrams_ = std::make_unique<Datagrams>(*this, address);
  const net::Address any = address.isV4() ? net::Address::v4(0, 0, 0, 0, 0) : net::Address();
  if (const base::Status opened = datagrams_->socket.open(any); !opened) {
    return base::fail(Failure{Exit::Local, "cannot open a UDP socket", opened.error().text, ""});
  }
  return {};
}

void NetConnection::turn(base::TimePoint until) {
  base::TimePoint next = until;
  if (server_) next = std::min(next, server_->session.nextDeadline());
  if (datagrams_) next = std::min(next, datagrams_->session.nextDeadline());
  const base::TimePoint now = base::now().mono;
  loop_.runTurn(next <= now ? base::Duration{} : std::min<base::Duration>(next - now, kLongestTurn));
  if (server_) {
    server_->session.onTimer(base::now());
    if (const auto broken = take(server_->session, server_->name)) {
      answers_.emplace_back(isns::NoAnswer{0, {}, isns::Silence::Malformed, *broken});
      server_->drop("its answer cannot be read");
    }
    server_->flush();
  }
  if (datagrams_) {
    datagrams_->session.onTimer(base::now());
    (void)take(datagrams_->session, server());
    datagrams_->flush();
  }
  for (const auto& peer : peers_) {
    if (const auto broken = take(peer->session, peer->name)) peer->drop(*broken);
    peer->flush();
  }
  std::erase_if(peers_, [](const auto& peer) { return peer->state == Peer::State::Gone; });
}

std::optional<std::string> NetConnection::take(isns::ClientSession& session, const std::string& peer) {
  std::optional<std::string> broken;
  for (isns::ClientEvent& event : session.takeEvents()) {
    if (auto* scn = std::get_if<isns::ScnReceived>(&event)) {
      notices_.push_back({peer, std::move(scn->notice)});
    } else if (auto* esi = std::get_if<isns::EsiReceived>(&event)) {
      notices_.push_back({peer, std::move(esi->notice)});
    } else if (auto* end = std::get_if<isns::SessionBroken>(&event)) {
      broken = std::move(end->reason);
    } else {
      answers_.push_back(std::move(event));
    }
  }
  while (notices_.size() > kMaxNotices) notices_.pop_front();
  return broken;
}

Asked<isns::Response> NetConnection::ask(const isns::Request& request) {
  if (settings_.udp && !datagrams_) {
    if (const Outcome reached = reach(); !reached) return base::fail(reached.error());
  }
  if (!settings_.udp && (!server_ || server_->state == Peer::State::Gone)) {
    if (const Outcome connected = connect(); !connected) return base::fail(connected.error());
  }
  answers_.clear();
  isns::ClientSession& session = settings_.udp ? datagrams_->session : server_->session;
  const auto transaction = session.send(request, base::now());
  if (!transaction) return base::fail(Failure{Exit::Local, "cannot send the request", transaction.error().text, ""});
  settings_.udp ? datagrams_->flush() : server_->flush();
  while (answers_.empty()) turn(base::kNever);
  isns::ClientEvent& event = answers_.front();
  if (auto* answer = std::get_if<isns::Answer>(&event)) return std::move(answer->response);
  const isns::NoAnswer& silence = std::get<isns::NoAnswer>(event);
  return base::fail(silent(silence));
}

Asked<isns::IpAddress> NetConnection::localAddress() {
  if (const Outcome resolved = resolve(); !resolved) return base::fail(resolved.error());
  // Which of several is the server's shows who answers.
  if (!reached_ && addresses_.size() > 1) {
    if (const Outcome found = settings_.udp ? reach() : connect(); !found) return base::fail(found.error());
  }
  const auto address = sourceTowards(reached_ ? *reached_ : addresses_.front());
  if (!address) return base::fail(cannotReach(address.error().text));
  return *address;
}

Asked<std::uint32_t> NetConnection::listen(const isns::PortalAddress& address) {
  // Also where the terminal is closed, and where nobody reads what is printed.
  signals_ = std::make_unique<net::Signals>(loop_, std::initializer_list<int>{SIGINT, SIGTERM, SIGHUP, SIGPIPE},
                                            [this](int) { interrupted_ = true; });
  const net::Address at(address.ip, static_cast<std::uint16_t>(address.port & 0xffff));
  const bool udp = (address.port & isns::kUdpPortFlag) != 0;
  base::Status opened;
  if (udp) {
    datagramPort_ = std::make_unique<Datagrams>(*this, std::nullopt);
    opened = datagramPort_->socket.open(at);
  } else {
    port_ = std::make_unique<Port>(*this);
    opened = port_->listener.listen(at);
  }
  if (!opened)
    return base::fail(
        Failure{Exit::Local, "cannot listen for notifications", opened.error().text, "--listen names another address"});
  const std::uint16_t port = udp ? datagramPort_->socket.local().port() : port_->listener.local().port();
  return port | (udp ? isns::kUdpPortFlag : 0U);
}

std::optional<Notice> NetConnection::nextNotice(base::TimePoint until) {
  while (notices_.empty()) {
    if (interrupted_ || base::now().mono >= until) return std::nullopt;
    turn(until);
  }
  Notice notice = std::move(notices_.front());
  notices_.pop_front();
  return notice;
}

}  // namespace ctl
