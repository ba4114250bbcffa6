#include "agent/registrar/isns_link.h"

#include <algorithm>

#include "shared/base/overloaded.h"

namespace registrar {
namespace {

constexpr int kPortTries = 20;

base::Now nowOf(const net::Loop& loop) { return {loop.now(), base::wallNow()}; }

// Up to a whole message of a server: the assembler takes PDUs one by one, and puts them together itself.
net::StreamOptions optionsOfServer() {
  net::StreamOptions options;
  options.maxInput = 2 * isns::kMaxPduSize;
  return options;
}

}  // namespace

// A connection that a server has made to tell something. What it asks is answered; what it tells goes to the registrar.
class IsnsLink::Notices final : private net::StreamOwner {
 public:
  explicit Notices(IsnsLink& link) : link_(link), stream_(link.loop_, *this, optionsOfServer()), session_({}) {}

  base::Status accept(net::UniqueFd fd, const net::Address& peer) {
    peer_ = peer;
    return stream_.accept(std::move(fd), peer);
  }

 private:
  std::size_t onData(net::Stream&, base::ByteView bytes) override {
    const base::Now now = nowOf(link_.loop_);
    const std::size_t used = session_.onBytes(bytes, now);
    for (base::Bytes& answer : session_.takeOutput()) stream_.write(std::move(answer));
    bool broken = false;
    for (const isns::ClientEvent& event : session_.takeEvents()) {
      if (const auto* scn = std::get_if<isns::ScnReceived>(&event)) link_.registrar_.onNotice(scn->notice, now);
      if (const auto* esi = std::get_if<isns::EsiReceived>(&event)) link_.registrar_.onInquiry(esi->notice, peer_);
      broken = broken || std::holds_alternative<isns::SessionBroken>(event);
    }
    IsnsLink& link = link_;
    if (broken) link.close(*this);
    link.act();
    return used;
  }
  void onEof(net::Stream&) override { link_.close(*this); }
  void onClosed(net::Stream&, const net::Closed&) override { link_.close(*this); }

  IsnsLink& link_;
  net::Stream stream_;
  net::Address peer_;
  isns::ClientSession session_;
};

IsnsLink::IsnsLink(net::Loop& loop, Hears hears, Timing timing)
    : loop_(loop),
      hears_(std::move(hears)),
      registrar_(timing),
      stream_(loop, *this, optionsOfServer()),
      timer_(loop.timers(),
             [this] {
               registrar_.onTimer(nowOf(loop_));
               act();
             }),
      listener4_(loop, *this),
      listener6_(loop, *this) {}

IsnsLink::~IsnsLink() = default;

// ---- What the owner wants ------------------------------------------------------------------------------------------

base::Status IsnsLink::listen(std::uint16_t port) {
  base::Status tried = tryPort(port);
  // The kernel gave a port that IPv6 has free; on IPv4 somebody may have it.
  for (int more = 0; more < kPortTries && port == 0 && !tried; ++more) tried = tryPort(0);
  return tried;
}

// On a host without IPv6 it is IPv4 alone.
base::Status IsnsLink::tryPort(std::uint16_t port) {
  listener6_.close();
  listener4_.close();
  const bool both = listener6_.listen(net::Address({}, port)).ok();
  if (both) port = listener6_.local().port();
  if (auto status = listener4_.listen(net::Address::v4(0, 0, 0, 0, port)); !status) {
    listener6_.close();
    return status;
  }
  noticePort_ = listener4_.local().port();
  return {};
}

void IsnsLink::setServers(std::vector<net::Address> servers) {
  registrar_.setServers(std::move(servers), nowOf(loop_));
  act();
}

void IsnsLink::setPresence(Presence presence) {
  registrar_.setPresence(std::move(presence), nowOf(loop_));
  act();
}

void IsnsLink::withdraw() {
  registrar_.withdraw(nowOf(loop_));
  act();
}

void IsnsLink::refresh() {
  registrar_.refresh(nowOf(loop_));
  act();
}

void IsnsLink::tryAgain() {
  registrar_.tryAgain(nowOf(loop_));
  act();
}

void IsnsLink::registerAnew() {
  registrar_.registerAnew(nowOf(loop_));
  act();
}

void IsnsLink::stop(Farewell farewell) {
  registrar_.stop(nowOf(loop_), farewell);
  act();
}

// ---- The registrar's wishes ----------------------------------------------------------------------------------------

// Carrying out one may bring others, and so may who hears an event.
void IsnsLink::act() {
  if (acting_) return;
  acting_ = true;
  for (;;) {
    const auto outputs = registrar_.takeOutputs();
    for (const Output& output : outputs) carryOut(output);
    const auto events = registrar_.takeEvents();
    for (const Event& event : events) hears_.event(event);
    if (outputs.empty() && events.empty()) break;
  }
  acting_ = false;
  timer_.startAt(registrar_.nextDeadline());
}

void IsnsLink::carryOut(const Output& output) {
  std::visit(base::Overloaded{[&](const Connect& to) {
                                stream_.close();
                                if (const auto status = stream_.connect(to.server); !status) {
                                  registrar_.onConnectionEnded(status.error().text, nowOf(loop_));
                                }
                              },
                              [&](const Send& send) { stream_.write(base::ByteView(send.bytes)); },
                              [&](const Close&) { stream_.close(); }},
             output);
}

// ---- The connection to the server ----------------------------------------------------------------------------------

void IsnsLink::onConnected(net::Stream&) {
  registrar_.onConnected(nowOf(loop_));
  act();
}

std::size_t IsnsLink::onData(net::Stream&, base::ByteView bytes) {
  const std::size_t used = registrar_.onBytes(bytes, nowOf(loop_));
  act();
  return used;
}

void IsnsLink::onEof(net::Stream&) {
  stream_.close();
  registrar_.onConnectionEnded("the server closed it", nowOf(loop_));
  act();
}

void IsnsLink::onClosed(net::Stream&, const net::Closed& why) {
  registrar_.onConnectionEnded(why.text(), nowOf(loop_));
  act();
}

// ---- Notices -------------------------------------------------------------------------------------------------------

void IsnsLink::onAccepted(net::Listener&, net::UniqueFd fd, const net::Address& peer) {
  if (!registrar_.isServer(peer)) return hears_.noticeRefused(peer);
  if (notices_.size() >= kMaxNoticeConnections) notices_.pop_front();
  auto notices = std::make_unique<Notices>(*this);
  if (!notices->accept(std::move(fd), peer)) return;
  notices_.push_back(std::move(notices));
}

void IsnsLink::close(const Notices& notices) {
  std::erase_if(notices_, [&](const auto& one) { return one.get() == &notices; });
}

}  // namespace registrar
