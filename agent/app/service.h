// Service: the running agent. It ties the target server to its configuration, saved changes, log and metrics.
//
// One thread, the loop's, but for the disk worker and HTTP threads, which reach it by posts. Errors at the start are
// sentences.
#pragma once

#include <memory>

#include "agent/app/administrator.h"
#include "agent/app/control_commands.h"
#include "agent/app/control_server.h"
#include "agent/app/credentials.h"
#include "agent/app/event_log.h"
#include "agent/app/inquiries.h"
#include "agent/app/host_role.h"
#include "agent/app/managed_credentials.h"
#include "agent/app/management.h"
#include "agent/app/name_server.h"
#include "agent/app/observers.h"
#include "agent/app/state_folder.h"
#include "agent/block/device_opener.h"
#include "agent/block/engine_choice.h"
#include "shared/net/loop.h"
#include "shared/net/timer.h"
#include "shared/program/locked_memory.h"
#include "shared/program/status_source.h"

namespace agent {

class Service final : private target::Observer {
 public:
  // Borrowed. `targets` gives the target server for an environment.
  using MakeTargets =
      std::function<std::unique_ptr<Targets>(const target::Environment& environment, const target::Limits& limits)>;
  struct Parts {
    net::Loop& loop;
    ops::Log& log;
    ops::Metrics& metrics;
    iscsi::RandomSource random;
    MakeTargets makeTargets;
    ConfigSource source;  // read again at a reload
    std::function<void(ops::LogFormat)> setLogFormat;
    std::string_view version;
  };
  Service(Parts parts, StateFolder state, Config config, Credentials credentials);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Opens units and portals. Then logins are taken.
  base::Status start();
  // Reads the configuration again and brings it into force; mistakes are logged and leave all as it was. `done` hears
  // what changed, or what is wrong.
  void reload(std::function<void(const control::Result&)> done);
  // Asks all sessions to log out, then stops the loop; at the latest after drain.grace.
  void stop(std::string_view reason);

  [[nodiscard]] std::vector<net::Address> portals() const;
  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] std::size_t targetCount() const { return targets_->setup().targets.size(); }
  [[nodiscard]] std::size_t unitCount() const { return target::openUnits(targets_->setup()); }
  [[nodiscard]] std::string notReady() const;
  // Everything that is counted, for a scraper.
  [[nodiscard]] std::string metricsText();

 private:
  // Units that could not be opened are tried again after the first of these, then after twice as long each time, at
  // last each kRetryUnits: what held a store is often gone in a moment.
  static constexpr std::chrono::milliseconds kFirstRetry{100};
  static constexpr std::chrono::seconds kRetryUnits{30};

  base::Status listen();
  void makeHost(const std::string& initiator);
  void makeInquiries(const std::string& initiator);
  base::Status openControl();
  void hold(Config config, Credentials credentials, std::string changes,
            const std::function<void(const control::Result&)>& done);
  void drain(std::string_view reason, base::Duration grace, std::function<void()> done);
  [[nodiscard]] base::Json::Object statusView() const;
  base::Status probe(const target::UnitSetup& unit);
  void onUnitGone() override;
  void retryUnits();
  void armRetry();
  void syncMetrics();

  Parts parts_;
  StateFolder state_;
  Config config_;
  program::LockedMemory secrets_;  // of the desired state
  Credentials credentials_;
  ManagedCredentials managedCredentials_;
  EventLog eventLog_;
  Observers observers_;
  DiskWorker worker_;
  StateFiles unitStates_;
  std::unique_ptr<block::Engine> engine_;
  std::unique_ptr<block::DeviceOpener> stores_;
  std::unique_ptr<ZonedTargets> targets_;
  std::unique_ptr<Management> management_;
  std::unique_ptr<HostRole> host_;
  std::unique_ptr<Inquiries> inquiries_;
  std::unique_ptr<NameServer> nameServer_;
  std::unique_ptr<Holder> holder_;
  std::unique_ptr<Administrator> administrator_;
  std::unique_ptr<ControlCommands> commands_;
  std::unique_ptr<ControlServer> control_;
  net::Timer retryTimer_;
  base::Duration retryPause_ = kFirstRetry;
  bool draining_ = false;
  std::vector<std::function<void()>> drained_;
  bool started_ = false;
  base::WallTime since_{};
  target::ServerCounters counted_;  // what the metrics have seen already
};

// The metrics and the health of a service for HTTP threads: they ask the loop, and wait for at most kPatience.
class ServiceStatus final : public program::StatusSource {
 public:
  static constexpr std::chrono::seconds kPatience{5};
  ServiceStatus(net::Loop& loop, Service& service) : loop_(loop), service_(service) {}

  [[nodiscard]] std::string notReady() const override;
  [[nodiscard]] std::string metricsText() const override;

 private:
  [[nodiscard]] std::optional<std::string> onLoop(std::function<std::string(Service&)> ask) const;
  net::Loop& loop_;
  Service& service_;
};

}  // namespace agent
