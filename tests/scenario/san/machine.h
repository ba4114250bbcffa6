// A machine with an agent on a simulated network: what registers it, what it does as a host and as a target. The agent
// may be killed and begun again at any moment; its disks' processes, and what it keeps on disk, stay.
#pragma once

#include "agent/app/zoned_targets.h"
#include "agent/attach/disk_plan.h"
#include "agent/attach/look_plan.h"
#include "tests/scenario/san/name_client.h"
#include "tests/scenario/san/portal.h"

namespace sim {

class Machine final : public Node {
 public:
  struct Nature {
    std::string eid;
    std::vector<net::Address> addresses;  // without ports
    std::string initiator;                // empty: it is no host
    std::string target;                   // empty: it has none
    std::chrono::seconds period{60};
    std::chrono::seconds esi{0};
  };
  // Who watches that nothing happens that must not.
  struct Watcher {
    std::function<void(const Machine& host, const std::string& target)> beginsDisk;
    std::function<void(const Machine& target, const std::string& initiator)> admits;
  };
  // A disk as the host has it: its process, and the device made of it.
  struct Process {
    attach::DiskKey key;
    std::uint64_t bytes = 0;  // of the unit, as it has heard last; 0: it has never had a session
    std::string device;
    std::uint64_t deviceBytes = 0;
    bool asksForDevice = false;  // which takes the size that it hears next
    bool ready = false;  // it has a session
    std::vector<std::string> portals;
    std::size_t next = 0;
    std::unique_ptr<HostSession> session;
    base::TimePoint usedUntil{};  // by a program
  };

  Machine(Network& network, Chance& chance, Nature nature, std::vector<net::Address> servers, Watcher watcher);
  ~Machine() { kill(); }

  void boot();
  void kill();
  [[nodiscard]] bool running() const { return names_ != nullptr; }
  // The process of one of its disks dies.
  void killDisk();
  // Programs read from its disks, and their processes hear what is new about the units.
  void useDisks();
  // Makes steps of disks fail now and then.
  void setClumsy(bool on) { clumsy_ = on; }
  // A unit comes, goes, or has another size.
  void changeUnits();

  [[nodiscard]] const Nature& nature() const { return nature_; }
  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] bool registered() const { return running() && names_->registered(); }
  [[nodiscard]] const std::string& lastWhy() const { return lastWhy_; }  // it was not registered
  [[nodiscard]] std::uint64_t refusals() const { return refusals_; }
  [[nodiscard]] const std::optional<std::vector<std::string>>& sees() const { return sees_; }
  [[nodiscard]] base::TimePoint seesSince() const { return seesSince_; }  // of the world: when it was told last
  [[nodiscard]] const std::vector<std::string>& zone() const;             // of its target
  [[nodiscard]] base::TimePoint zoneSince() const { return zoneSince_; }
  [[nodiscard]] const std::vector<attach::UnitSeen>& units() const { return units_; }
  [[nodiscard]] std::vector<std::string> sessions() const;  // of its target
  [[nodiscard]] const std::map<std::string, attach::Disk>& disks() const { return plan_->disks(); }
  [[nodiscard]] const std::map<std::string, Process>& processes() const { return processes_; }

  [[nodiscard]] base::TimePoint nextDeadline() const override;
  void onTimer() override;

 private:
  struct Watched {
    attach::LookPlan plan;
    std::vector<std::string> portals;
    std::unique_ptr<HostSession> session;
  };

  void hear(const registrar::Event& event);
  void see(const registrar::Peers& peers);
  void act(const std::string& target);
  void carryOut(const std::string& target, const attach::LookOrder& order);
  void pump();
  void carryOut(const attach::DiskOrder& order);
  void configure(const std::string& id);
  void configureAll(const std::string& target);
  void connect(const std::string& id);
  void learn(const std::string& id, const std::vector<attach::UnitSeen>& units);
  void resize(const std::string& id);
  void drop(std::unique_ptr<HostSession> session);
  void later(std::function<void()> what);
  [[nodiscard]] std::string mishap() { return clumsy_ && chance_.oneIn(5) ? "it fails" : ""; }
  [[nodiscard]] base::TimePoint mono() const { return clock_.now().mono; }

  Network& network_;
  Chance& chance_;
  const Nature nature_;
  const std::vector<net::Address> servers_;
  const Watcher watcher_;
  Clock clock_;
  bool clumsy_ = false;
  std::uint64_t life_ = 0;
  std::string lastWhy_;
  std::uint64_t refusals_ = 0;
  // On disk, or processes of their own.
  agent::Zones zones_;
  base::TimePoint zoneSince_{};
  std::vector<attach::UnitSeen> units_;
  std::map<std::string, Process> processes_;
  std::uint32_t unitsMade_ = 0;
  // Of the agent's process.
  std::unique_ptr<NameClient> names_;
  Portals* portals_ = nullptr;
  std::unique_ptr<agent::ZonedTargets> targets_;
  std::map<std::string, Watched> watched_;
  std::unique_ptr<attach::DiskPlan> plan_;
  std::optional<std::vector<std::string>> sees_;
  base::TimePoint seesSince_{};
  bool pumping_ = false;
};

}  // namespace sim
