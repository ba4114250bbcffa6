// A SAN in simulated time: a name server, machines with agents, an administrator who zones, and what may go wrong
// between them. Everything follows from the seed.
//
// What must hold at every moment is checked as it happens: no host begins a disk of, and no target lets in, whom the
// zoning does not join, by an answer of the name server that is no older than kAnswerAge. What must hold in the end is
// whyNot().
#pragma once

#include "tests/scenario/san/administrator.h"
#include "tests/scenario/san/machine.h"
#include "tests/scenario/san/name_server.h"
#include "tests/scenario/san/stock_host.h"

namespace sim {

class World {
 public:
  // A question for peers is given up after 5 s; what the answer says was true some time before.
  static constexpr std::chrono::seconds kAnswerAge{6};

  explicit World(std::uint64_t seed);

  Machine& addHost(bool small = false);
  Machine& addTarget();
  Machine& add(Machine::Nature nature);
  StockHost& addStockHost();
  void boot();

  // Other domains; about as many as there are targets.
  void zoneAnew();
  // Each host of a domain, or each target, may leave one, and others come.
  void changeZones();
  // Trouble of all kinds for so long; heal() ends what is left of it.
  void trouble(base::Duration span);
  void heal();

  // Time passes; the first thing that must not be, or nothing.
  std::string run(base::Duration span);
  // Until all is as it should be, and how long that took; what is not, where it does not come about.
  std::string settle(base::Duration patience);
  // Nothing changes any more at the name server.
  std::string stayQuiet(base::Duration span);

  // What is not as it should be; empty: all is. Twins are machines with one iSCSI name: one of them is registered.
  [[nodiscard]] std::string whyNot() const;

  Chance chance;
  Timeline timeline;
  Network network{timeline, chance};
  std::unique_ptr<NameServer> server;
  std::unique_ptr<Administrator> administrator;
  std::vector<std::unique_ptr<Machine>> machines;
  std::vector<std::unique_ptr<StockHost>> stock;
  base::Duration took{};
  bool zonesToo = true;          // among the trouble
  std::vector<std::string> log;  // of what went wrong, for people

 private:
  [[nodiscard]] net::Address freshAddress();
  void mischief();
  void say(const std::string& what);
  void later(base::Duration most, std::function<void()> what);
  [[nodiscard]] std::string registeredOnce() const;
  [[nodiscard]] std::string sight() const;
  [[nodiscard]] std::string disksOf(const Machine& host) const;
  [[nodiscard]] std::vector<std::string> zonedTargets(const std::string& initiator) const;
  [[nodiscard]] bool hasTwin(const Machine& machine) const;

  std::uint8_t addresses_ = 0;
  std::string wrong_;
  std::uint64_t peace_ = 0;  // so that no mischief outlasts heal()
};

}  // namespace sim
