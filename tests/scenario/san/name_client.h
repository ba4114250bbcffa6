// A registrar on a simulated network: its connection to the name server, and the port at which notices arrive. What
// registrar::IsnsLink does with sockets.
#pragma once

#include <list>

#include "agent/registrar/registrar.h"
#include "shared/isns/client_session.h"
#include "tests/scenario/san/network.h"

namespace sim {

class NameClient final : private SocketUser {
 public:
  static constexpr std::uint16_t kNoticePort = 4000;

  // `machine`: its addresses. Notices may come twice, and late.
  NameClient(Network& network, Chance& chance, const Clock& clock, std::vector<net::Address> machine,
             std::function<void(const registrar::Event&)> hear);
  ~NameClient();

  void begin(registrar::Presence presence, std::vector<net::Address> servers);
  void stop() {
    now([&](base::Now time) { registrar_.stop(time); });
  }
  void onTimer() {
    now([&](base::Now time) { registrar_.onTimer(time); });
  }
  [[nodiscard]] base::TimePoint nextDeadline() const { return registrar_.nextDeadline(); }
  [[nodiscard]] bool registered() const { return registrar_.registered(); }

 private:
  class Notices;

  template <class Call>
  void now(Call&& call) {
    call(clock_.now());
    act();
  }
  void act();
  void onNotice(const isns::ScnNotice& notice);
  void onConnected() override {
    now([&](base::Now time) { registrar_.onConnected(time); });
  }
  std::size_t onBytes(base::ByteView bytes) override;
  void onEnded(const std::string& why, bool connected) override;

  Network& network_;
  Chance& chance_;
  const Clock& clock_;
  const std::vector<net::Address> machine_;
  std::function<void(const registrar::Event&)> hear_;
  registrar::Registrar registrar_;
  Socket socket_;
  std::list<std::unique_ptr<Notices>> notices_;
  std::shared_ptr<bool> life_ = std::make_shared<bool>();
  bool acting_ = false;
};

}  // namespace sim
