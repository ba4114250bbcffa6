#include "agent/app/server_finder.h"

#include <algorithm>
#include <utility>

#include "agent/app/config_table.h"
#include "shared/isns/pdu.h"
#include "shared/program/process.h"

namespace agent {

using registrar::Source;

ServerFinder::ServerFinder(Parts parts)
    : parts_(std::move(parts)), heartbeats_(parts_.loop, [this] { takeHeartbeats(); }) {}

void ServerFinder::use(const RuntimeConfig::Isns& config) {
  config_ = config;
  running_ = true;
  (void)sources_.set(Source::Configured, config_.servers);
  apply();
  look();
}

void ServerFinder::setManaged(std::optional<std::vector<net::Address>> servers) {
  sources_.setManaged(std::move(servers));
  if (!running_) return;
  apply();
  look();
}

// Sources that are not wanted know nothing.
void ServerFinder::apply() {
  if (!wants(config_.dhcp)) {
    groups_.clear();
    leased_.clear();
    troubles_.erase(Source::Dhcp);
    leftOut_.erase(Source::Dhcp);
    (void)sources_.set(Source::Dhcp, {});
  }
  if (!wants(config_.heartbeat)) {
    heartbeats_.close();
    troubles_.erase(Source::Heartbeat);
    leftOut_.erase(Source::Heartbeat);
    (void)sources_.set(Source::Heartbeat, {});
  }
  if (!wants(config_.mdns)) {
    mdns_.reset();
    announced_ = {};
    troubles_.erase(Source::Mdns);
    leftOut_.erase(Source::Mdns);
    (void)sources_.set(Source::Mdns, {});
  }
  std::vector<net::Address> servers;
  for (const registrar::KnownServer& one : sources_.all()) servers.push_back(one.address);
  parts_.found(std::move(servers));
}

void ServerFinder::look() {
  if (!running_) return;
  lookForLeases();
  lookForHeartbeats();
  lookForMdns();
}

void ServerFinder::stop() {
  running_ = false;
  heartbeats_.close();
  mdns_.reset();
}

// ---- DHCP ----------------------------------------------------------------------------------------------------------

void ServerFinder::lookForLeases() {
  if (!wants(config_.dhcp) || asking_) return;
  asking_ = true;
  auto found = std::make_shared<registrar::Leased>();
  auto job = [found, folders = parts_.leases]() -> base::Status {
    *found = registrar::leasedServers(folders, isns::kDefaultPort, base::wallNow());
    return {};
  };
  parts_.worker.submit(std::move(job), [this, found](const base::Status&) {
    asking_ = false;
    if (!wants(config_.dhcp)) return;
    trouble(Source::Dhcp, found->unread);
    tellLeftOut(Source::Dhcp, found->leftOut);
    if (groups_ != found->groups) {
      groups_ = std::move(found->groups);
      lookForHeartbeats();
    }
    if (leased_ == found->servers) return;
    leased_ = found->servers;
    parts_.log.write<Event::ServersLeased>(base::now(), {{"servers", program::joined(leased_)}});
    (void)sources_.set(Source::Dhcp, std::move(found->servers));
    apply();
  });
}

// ---- Hints ---------------------------------------------------------------------------------------------------------

void ServerFinder::lookForHeartbeats() {
  if (!wants(config_.heartbeat)) return;
  std::vector<net::Address> groups = config_.heartbeatGroups;
  groups.insert(groups.end(), groups_.begin(), groups_.end());
  const auto listening = heartbeats_.listen(config_.heartbeatPort, groups);
  trouble(Source::Heartbeat, listening ? std::string() : listening.error().text);
}

void ServerFinder::takeHeartbeats() { takeHints(Source::Heartbeat, heartbeats_.servers(), heartbeats_.leftOut()); }

void ServerFinder::lookForMdns() {
  if (!wants(config_.mdns) || mdns_) return;
  mdns_ = std::make_unique<registrar::MdnsBrowser>(
      parts_.loop, registrar::MdnsBrowser::Hears{
                       [this](registrar::MdnsBrowser::Found found) {
                         trouble(Source::Mdns, {});
                         announced_ = std::move(found);
                         takeHints(Source::Mdns, announced_.servers, announced_.leftOut);
                       },
                       [this](const std::string& why) { trouble(Source::Mdns, "the avahi-daemon: " + why); }});
}

// `leftOut`: there was no room for so many others before.
void ServerFinder::takeHints(Source source, std::vector<net::Address> servers, std::size_t leftOut) {
  const bool known = std::ranges::any_of(
      sources_.all(), [&](const registrar::KnownServer& one) { return one.source == source && one.address == inUse_; });
  if (known) {  // in front: however many others are told of, it is not among those that there is no room for
    std::erase(servers, *inUse_);
    servers.insert(servers.begin(), *inUse_);
  }
  const auto change = sources_.set(source, std::move(servers));
  for (const net::Address& one : change.found) {
    parts_.log.write<Event::ServerFound>(base::now(), {{"server", one.text()}, {"source", wordOf(source)}});
  }
  for (const net::Address& one : change.lost) {
    parts_.log.write<Event::ServerLost>(base::now(), {{"server", one.text()}, {"source", wordOf(source)}});
  }
  tellLeftOut(source, leftOut + change.leftOut);
  apply();
}

void ServerFinder::tellLeftOut(Source source, std::size_t count) {
  if (count == std::exchange(leftOut_[source], count) || count == 0) return;
  parts_.log.write<Event::ServersLeftOut>(
      base::now(), {{"source", wordOf(source)}, {"servers", count}, {"most", registrar::ServerSources::kMaxOfASource}});
}

void ServerFinder::setInUse(std::optional<net::Address> server) {
  const bool left = inUse_ && inUse_ != server;
  inUse_ = std::move(server);
  if (!left || !running_) return;
  // What was kept for its sake may go now.
  if (wants(config_.heartbeat)) takeHeartbeats();
  if (wants(config_.mdns)) takeHints(Source::Mdns, announced_.servers, announced_.leftOut);
}

void ServerFinder::trouble(Source source, const std::string& why) {
  std::string& told = troubles_[source];
  if (told == why) return;
  told = why;
  if (why.empty()) return;
  parts_.log.write<Event::SourceUnavailable>(base::now(), {{"source", wordOf(source)}, {"why", why}});
}

std::vector<net::Address> ServerFinder::servers() const {
  std::vector<net::Address> all;
  for (const registrar::KnownServer& one : sources_.all()) all.push_back(one.address);
  return all;
}

base::Json ServerFinder::view() const {
  base::Json::Array all;
  for (const registrar::KnownServer& one : sources_.all()) {
    all.emplace_back(one.address.text() + " (" + std::string(wordOf(one.source)) + ")");
  }
  return all;
}

}  // namespace agent
