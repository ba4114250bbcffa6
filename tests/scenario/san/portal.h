// What of iSCSI matters to a SAN: who is let in to a target, what units it shows, and that it may throw him out. Both
// ends on a simulated network, in lines of text; the protocol itself is tested elsewhere.
#pragma once

#include <list>

#include "agent/app/targets.h"
#include "agent/attach/unit_seen.h"
#include "tests/scenario/san/network.h"

namespace sim {

// A target server without sockets: holds the setup, admits by it, and judges its sessions anew when it changes.
class Portals final : public agent::Targets {
 public:
  using Admitted = std::function<void(const std::string& initiator)>;

  Portals(Network& network, std::vector<net::Address> addresses, Admitted admitted);
  ~Portals() override;

  std::vector<attach::UnitSeen> units_;  // of its one target
  // Initiators that have a session.
  [[nodiscard]] std::vector<std::string> initiators() const;

  base::Status apply(target::Setup setup) override;
  [[nodiscard]] const target::Setup& setup() const override { return setup_; }

  void onTurnEnd() override {}
  base::Status listen(const net::Address&, std::uint16_t) override { return {}; }
  base::Status resize(std::string_view, std::uint64_t, block::Shrink) override { return {}; }
  base::Status refreshSize(std::string_view) override { return {}; }
  [[nodiscard]] std::vector<target::PortalFacts> portals() const override { return {}; }
  [[nodiscard]] std::vector<target::SessionFacts> sessions() const override { return {}; }
  [[nodiscard]] std::vector<target::UnitFacts> units() const override { return {}; }
  [[nodiscard]] std::vector<std::string> storesLeaving() const override { return {}; }
  [[nodiscard]] target::ServerCounters counters() const override { return {}; }
  bool dropSession(std::uint64_t) override { return false; }
  void drain(base::Duration, std::function<void()> done) override { done(); }
  [[nodiscard]] base::Bytes trace(std::uint64_t) const override { return {}; }

 private:
  class Session;
  [[nodiscard]] bool admits(const Session& session) const;

  Network& network_;
  const std::vector<net::Address> addresses_;
  Admitted admitted_;
  target::Setup setup_;
  std::list<std::unique_ptr<Session>> sessions_;
};

// A session of a host. It ends by itself when an answer does not come in time.
class HostSession final : private SocketUser {
 public:
  static constexpr std::chrono::seconds kLogin{5};
  static constexpr std::chrono::seconds kCommand{10};

  // Called from the network; the session is not destroyed inside of them (Timeline::bury).
  struct Hears {
    std::function<void()> opened;
    std::function<void(std::vector<attach::UnitSeen>)> units;
    std::function<void(bool refused, bool made, const std::string& why)> ended;
  };
  HostSession(Network& network, Hears hears) : network_(network), hears_(std::move(hears)), socket_(network, *this) {}

  void open(const net::Address& from, const net::Address& portal, const std::string& initiator,
            const std::string& target);
  void look();
  // Logs out; `ended` follows.
  void close();
  // Nobody hears of it any more.
  void abandon();

 private:
  void onConnected() override;
  std::size_t onBytes(base::ByteView bytes) override;
  void onEnded(const std::string& why, bool connected) override;
  void expectWithin(base::Duration time);
  void end(bool refused, const std::string& why);

  Network& network_;
  Hears hears_;
  Socket socket_;
  std::string login_;
  bool made_ = false;
  bool over_ = false;
  std::shared_ptr<bool> waiting_;  // for an answer
  std::shared_ptr<bool> closing_;
};

}  // namespace sim
