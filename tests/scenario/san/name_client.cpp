#include "tests/scenario/san/name_client.h"

#include "shared/base/overloaded.h"

namespace sim {

// A connection that a server has made to tell something.
class NameClient::Notices final : public SocketUser {
 public:
  Notices(NameClient& client, std::shared_ptr<Wire> wire, net::Address peer)
      : client_(client), peer_(peer), session_({}), socket_(client.network_, *this) {
    socket_.accept(std::move(wire));
  }

 private:
  std::size_t onBytes(base::ByteView bytes) override {
    const std::size_t used = session_.onBytes(bytes, client_.clock_.now());
    for (const base::Bytes& answer : session_.takeOutput()) socket_.write(answer);
    for (const isns::ClientEvent& event : session_.takeEvents()) {
      if (const auto* scn = std::get_if<isns::ScnReceived>(&event)) client_.onNotice(scn->notice);
      if (const auto* esi = std::get_if<isns::EsiReceived>(&event)) client_.registrar_.onInquiry(esi->notice, peer_);
    }
    return used;
  }
  void onEnded(const std::string&, bool) override {
    auto& all = client_.notices_;
    const auto self = std::ranges::find_if(all, [this](const auto& one) { return one.get() == this; });
    client_.network_.timeline().bury(std::move(*self));
    all.erase(self);
  }

  NameClient& client_;
  const net::Address peer_;
  isns::ClientSession session_;
  Socket socket_;
};

NameClient::NameClient(Network& network, Chance& chance, const Clock& clock, std::vector<net::Address> machine,
                       std::function<void(const registrar::Event&)> hear)
    : network_(network),
      chance_(chance),
      clock_(clock),
      machine_(std::move(machine)),
      hear_(std::move(hear)),
      socket_(network, *this) {
  for (const net::Address& address : machine_) {
    network_.listen(address.withPort(kNoticePort), [this](std::shared_ptr<Wire> wire, const net::Address& peer) {
      if (registrar_.isServer(peer)) notices_.push_back(std::make_unique<Notices>(*this, std::move(wire), peer));
    });
  }
}

NameClient::~NameClient() {
  for (const net::Address& address : machine_) network_.leave(address.withPort(kNoticePort));
}

void NameClient::begin(registrar::Presence presence, std::vector<net::Address> servers) {
  presence.noticePort = kNoticePort;
  registrar_.setServers(std::move(servers), clock_.now());
  registrar_.setPresence(std::move(presence), clock_.now());
  act();
}

void NameClient::act() {
  if (acting_) return;
  acting_ = true;
  for (;;) {
    const auto outputs = registrar_.takeOutputs();
    for (const registrar::Output& output : outputs) {
      std::visit(base::Overloaded{
                     [&](const registrar::Connect& to) { socket_.connect(machine_.front(), to.server); },
                     [&](const registrar::Send& send) { socket_.write(send.bytes); },
                     [&](const registrar::Close&) { socket_.close(); },
                 },
                 output);
    }
    const auto events = registrar_.takeEvents();
    for (const registrar::Event& event : events) hear_(event);
    if (outputs.empty() && events.empty()) break;
  }
  acting_ = false;
}

// A notice that comes late may come after a newer one, and one whose answer was lost comes twice.
void NameClient::onNotice(const isns::ScnNotice& notice) {
  now([&](base::Now time) { registrar_.onNotice(notice, time); });
  if (!chance_.oneIn(4)) return;
  const base::Duration late = chance_.between({}, std::chrono::seconds(3));
  network_.timeline().after(late, [this, notice, life = std::weak_ptr<bool>(life_)] {
    if (!life.expired()) now([&](base::Now time) { registrar_.onNotice(notice, time); });
  });
}

std::size_t NameClient::onBytes(base::ByteView bytes) {
  std::size_t used = 0;
  now([&](base::Now time) { used = registrar_.onBytes(bytes, time); });
  return used;
}

void NameClient::onEnded(const std::string& why, bool) {
  now([&](base::Now time) { registrar_.onConnectionEnded(why, time); });
}

}  // namespace sim
