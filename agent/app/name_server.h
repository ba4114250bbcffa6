// NameServer: what the agent has to do with name servers: it is registered as what it is, and its targets admit whom
// the name server shows them.
//
// Looks at targets and portals whenever a setup was applied, and at the addresses of the host every kLookAgain; what is
// registered follows. Where, says ServerFinder. What the server says of zones is saved, so that it holds
// over a restart without a server; without an answer ever, zones are empty. They are kept from when they count, so that
// a later start knows by their file that they did. The loop's thread. Errors: the port for notices at the start; else
// log events.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "agent/app/config.h"
#include "agent/app/disk_worker.h"
#include "agent/app/log_events.h"
#include "agent/app/metrics_table.h"
#include "agent/app/server_finder.h"
#include "agent/app/zoned_targets.h"
#include "agent/registrar/isns_link.h"
#include "shared/base/json.h"

namespace agent {

class NameServer {
 public:
  static constexpr std::chrono::seconds kLookAgain{30};
  // Borrowed.
  struct Parts {
    net::Loop& loop;
    ops::Log& log;
    ops::Metrics& metrics;
    ZonedTargets& targets;
    DiskWorker& worker;
    std::string zonesPath;
    registrar::LeaseFolders leases{};
    // This host's initiator, registered beside the targets, and who hears whom it sees; empty: none.
    std::string initiator{};
    std::function<void(const registrar::Peers&)> initiatorSees{};
  };
  explicit NameServer(Parts parts);

  // Before the first setup: what is kept of zones.
  base::Status load(const RuntimeConfig::Isns& config);
  // Portals are open.
  base::Status start(const StartConfig& start, const RuntimeConfig::Isns& config);
  // Another configuration; the setup is applied after it, or needs no other.
  void reload(const RuntimeConfig::Isns& config);
  void useManaged(ManagedNameServers managed);
  // Takes back the registration, or lets it stand; `done` when it is gone, or the server does not answer. Who calls it
  // again while it is on its way takes the place of the one before.
  void stop(registrar::Farewell farewell, std::function<void()> done);

  // Of what is registered, or on its way to be.
  [[nodiscard]] std::vector<net::Address> portals() const;
  // From which the agent may speak to name servers, those that it would use now first. Asks the kernel.
  [[nodiscard]] std::vector<net::Address> addresses() const;
  // A name server may take now what it has refused: it knows the addresses.
  void tryAgain() { link_.tryAgain(); }
  void registerAnew() { link_.registerAnew(); }
  [[nodiscard]] base::Json view() const;
  // Whether inquiries (ESI) come in, and what to do where they do not; else empty.
  [[nodiscard]] base::Json inquiriesView() const;
  // Those that are tried, in this order, and how each is known.
  [[nodiscard]] base::Json serversView() const { return finder_.view(); }

 private:
  [[nodiscard]] bool wanted() const { return config_.wanted() || finder_.managed(); }
  [[nodiscard]] bool zonesCount() const;
  base::Status listen();
  void listenLate();
  void use();
  void look();
  [[nodiscard]] std::string entity() const;
  [[nodiscard]] registrar::Presence presence() const;
  void hear(const registrar::Event& event);
  [[nodiscard]] std::string opening(const net::Address& server) const;
  void see(const registrar::PeersSeen& seen);
  void save();

  Parts parts_;
  RuntimeConfig::Isns config_;
  std::uint16_t noticePort_ = 0;  // that is wanted; 0: any
  registrar::IsnsLink link_;
  ServerFinder finder_;
  net::Timer lookAgain_;
  std::optional<registrar::Presence> shown_;  // what is registered, or on its way to be
  std::string refused_;                       // why it cannot be registered, as it was told last
  std::optional<registrar::Registered> registered_;
  base::WallTime since_{};
  std::string why_;  // it is not registered
  std::function<void()> stopped_;
  bool ended_ = false;
  bool started_ = false;
  bool managedLost_ = false;  // nobody knows whether the management server names some
  bool zonesKept_ = false;    // there is a file of them
  bool saving_ = false;
  bool saveAgain_ = false;
  std::string unsavedWhy_;  // the last save failed; as it was told
  std::string deaf_;        // why there is no port for notices, as it was told last
};

}  // namespace agent
