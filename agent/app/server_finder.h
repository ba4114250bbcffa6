// ServerFinder: which name servers the agent uses, and how it knows them (registrar::ServerSources has the order): its
// configuration, the desired state of the management server (then no other), DHCP, heartbeats, mDNS.
//
// What comes from the network is a hint: a server that does not answer as one is left for the next. One that is in use
// stays when heartbeats or announcements end, until it fails. The loop's thread; lease files are read by the disk
// worker. Errors: log events; what cannot be listened to is tried again at each look().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/app/config.h"
#include "agent/app/disk_worker.h"
#include "agent/app/log_events.h"
#include "agent/registrar/dhcp_servers.h"
#include "agent/registrar/heartbeat_listener.h"
#include "agent/registrar/mdns_browser.h"
#include "agent/registrar/server_sources.h"
#include "shared/base/json.h"

namespace agent {

// What a management server says of name servers.
struct ManagedNameServers {
  // These, and no others. Nothing: it names none, or there is no management server.
  std::optional<std::vector<net::Address>> list;
  // It has said something that was kept and cannot be opened: nobody knows whether it names some.
  bool lost = false;
};

class ServerFinder {
 public:
  // Borrowed. `found` hears of the list in its order whenever it may be another.
  struct Parts {
    net::Loop& loop;
    ops::Log& log;
    DiskWorker& worker;
    registrar::LeaseFolders leases;
    std::function<void(std::vector<net::Address>)> found;
  };
  explicit ServerFinder(Parts parts);

  // From now on; what a source that is off has found is forgotten.
  void use(const RuntimeConfig::Isns& config);
  // Nothing: the management server names none, or there is none.
  void setManaged(std::optional<std::vector<net::Address>> servers);
  // The server with which the agent is registered.
  void setInUse(std::optional<net::Address> server);
  // Looks after lease files, interfaces and daemons. Called now and then.
  void look();
  void stop();

  [[nodiscard]] bool managed() const { return sources_.managed(); }
  // "10.0.0.5:3205 (DHCP)", in their order.
  [[nodiscard]] base::Json view() const;
  [[nodiscard]] bool empty() const { return sources_.all().empty(); }
  [[nodiscard]] std::vector<net::Address> servers() const;

 private:
  [[nodiscard]] bool wants(bool key) const { return running_ && key && !managed(); }
  void apply();
  void lookForLeases();
  void lookForHeartbeats();
  void lookForMdns();
  void takeHeartbeats();
  void takeHints(registrar::Source source, std::vector<net::Address> servers, std::size_t leftOut);
  void tellLeftOut(registrar::Source source, std::size_t count);
  void trouble(registrar::Source source, const std::string& why);

  Parts parts_;
  RuntimeConfig::Isns config_;
  registrar::ServerSources sources_;
  registrar::HeartbeatListener heartbeats_;
  std::unique_ptr<registrar::MdnsBrowser> mdns_;  // while it is wanted
  registrar::MdnsBrowser::Found announced_;       // by mDNS
  std::vector<net::Address> leased_;              // as it was logged last
  std::vector<net::Address> groups_;              // of heartbeats, by DHCP
  std::optional<net::Address> inUse_;
  std::map<registrar::Source, std::string> troubles_;  // as they were told last
  std::map<registrar::Source, std::size_t> leftOut_;   // likewise
  bool asking_ = false;                                // the lease files
  bool running_ = false;
};

}  // namespace agent
