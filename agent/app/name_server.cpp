#include "agent/app/name_server.h"

#include <algorithm>
#include <utility>

#include "agent/app/control_views.h"
#include "agent/registrar/host_addresses.h"
#include "shared/base/overloaded.h"
#include "shared/files/atomic_file.h"
#include "shared/names/entity_id.h"
#include "shared/net/host_name.h"
#include "shared/net/listen_failure.h"
#include "shared/program/process.h"

namespace agent {

NameServer::NameServer(Parts parts)
    : parts_(std::move(parts)),
      link_(parts_.loop, {[this](const registrar::Event& event) { hear(event); },
                          [this](const net::Address& peer) {
                            parts_.log.write<Event::NoticeRefused>(base::now(), {{"peer", peer.host()}});
                          }}),
      finder_({parts_.loop, parts_.log, parts_.worker, parts_.leases,
               [this](std::vector<net::Address> servers) { link_.setServers(std::move(servers)); }}),
      lookAgain_(parts_.loop.timers(), [this] { look(); }) {}

base::Status NameServer::load(const RuntimeConfig::Isns& config) {
  config_ = config;
  const auto kept = files::readFile(parts_.zonesPath, kMaxZonesFile);
  if (!kept) return base::fail(kept.error());
  zonesKept_ = kept->has_value();
  parts_.targets.enforce(zonesCount());
  if (!zonesKept_) return {};
  auto zones = readZones(base::asText(**kept));
  if (!zones) {
    return base::fail(parts_.zonesPath + " cannot be read: " + zones.error().text +
                      ". Remove it to begin without; the name server is asked again");
  }
  parts_.targets.begin(std::move(*zones));
  return {};
}

base::Status NameServer::start(const StartConfig& start, const RuntimeConfig::Isns& config) {
  noticePort_ = start.isns.noticePort;
  if (wanted()) {
    if (auto listening = listen(); !listening) return listening;
  }
  started_ = true;
  parts_.targets.setApplied([this] { look(); });
  reload(config);
  return {};
}

base::Status NameServer::listen() {
  return net::listensFor("the port for notices of name servers", "isns.notice_port", link_.listen(noticePort_));
}

// Who began without a name server has no port for notices yet; one that is in use may be free later.
void NameServer::listenLate() {
  if (link_.noticePort() != 0) return;
  const auto listening = listen();
  const std::string why = listening ? std::string() : listening.error().text;
  if (why != std::exchange(deaf_, why) && !why.empty()) {
    parts_.log.write<Event::NotRegistrable>(base::now(), {{"why", why}});
  }
}

void NameServer::reload(const RuntimeConfig::Isns& config) {
  config_ = config;
  use();
}

void NameServer::useManaged(ManagedNameServers managed) {
  managedLost_ = managed.lost;
  finder_.setManaged(std::move(managed.list));
  if (started_) use();
}

// Where what the management server said was lost, it may have named the name servers that made the zones which are
// kept: they go on until it is heard again.
bool NameServer::zonesCount() const { return config_.enforceZones && (wanted() || (managedLost_ && zonesKept_)); }

void NameServer::use() {
  const bool count = zonesCount();
  parts_.targets.enforce(count);
  if (count && !zonesKept_) save();
  finder_.use(config_);
  look();
}

void NameServer::stop(registrar::Farewell farewell, std::function<void()> done) {
  lookAgain_.cancel();
  finder_.stop();
  started_ = false;
  if (ended_) return done();
  stopped_ = std::move(done);
  link_.stop(farewell);
}

// ---- What is registered --------------------------------------------------------------------------------------------

// In the spelling in which a name server keeps it; registrar::check() says what is wrong with what has none.
std::string NameServer::entity() const {
  std::string name = config_.entity.empty() ? net::hostName() : config_.entity;
  std::string scratch;
  const auto normal = names::normaliseEntityId(name, scratch);
  return normal ? std::string(*normal) : name;
}

registrar::Presence NameServer::presence() const {
  registrar::Presence presence;
  presence.eid = entity();
  presence.period = config_.period;
  presence.esiInterval = config_.esiInterval;
  presence.noticePort = link_.noticePort();
  std::vector<registrar::PortalPresence> portals;
  for (const target::PortalFacts& one : parts_.targets.portals()) portals.push_back({one.address, one.group});
  presence.portals = registrar::withoutWildcards(portals, registrar::hostAddresses());
  for (const target::TargetSetup& one : parts_.targets.setup().targets) {
    presence.nodes.push_back({one.name, registrar::Role::Target, one.alias, one.groups});
  }
  if (!parts_.initiator.empty()) {
    presence.nodes.push_back({parts_.initiator, registrar::Role::Initiator, net::hostName(), {}});
  }
  return presence;
}

std::vector<net::Address> NameServer::portals() const {
  std::vector<net::Address> addresses;
  if (!shown_) return addresses;
  for (const registrar::PortalPresence& one : shown_->portals) addresses.push_back(one.address);
  return addresses;
}

std::vector<net::Address> NameServer::addresses() const { return registrar::sourceAddresses(finder_.servers()); }

void NameServer::look() {
  if (!started_) return;
  if (!wanted()) return lookAgain_.cancel();
  lookAgain_.startAt(parts_.loop.now() + kLookAgain);
  listenLate();
  if (!unsavedWhy_.empty()) save();
  finder_.look();
  registrar::Presence now = presence();
  if (parts_.targets.forgetOthers()) save();
  if (shown_ == now) return refused_.clear();
  if (now.nodes.empty()) {  // an agent without nodes is nobody's business
    if (shown_) link_.withdraw();
    shown_.reset();
    return;
  }
  if (const auto good = registrar::check(now); !good) {
    if (refused_ != good.error().text) {
      parts_.log.write<Event::NotRegistrable>(base::now(), {{"why", good.error().text}});
    }
    refused_ = good.error().text;
    return;
  }
  refused_.clear();
  shown_ = now;
  link_.setPresence(std::move(now));
}

void NameServer::hear(const registrar::Event& event) {
  std::visit(
      base::Overloaded{
          [&](const registrar::Registered& registered) {
            registered_ = registered;
            finder_.setInUse(registered.server);
            since_ = base::wallNow();
            why_.clear();
            parts_.metrics.at<Metric::NameServerRegistered>().set(1);
            parts_.log.write<Event::Registered>(base::now(), {{"server", registered.server.text()},
                                                              {"entity", shown_ ? shown_->eid : ""},
                                                              {"nodes", shown_ ? shown_->nodes.size() : 0},
                                                              {"period", registered.period.count()}});
          },
          [&](const registrar::Unregistered& lost) {
            registered_.reset();
            finder_.setInUse(std::nullopt);
            since_ = base::wallNow();
            why_ = lost.server.text() + ": " + lost.why;
            parts_.metrics.at<Metric::NameServerRegistered>().set(0);
            parts_.log.write<Event::NotRegistered>(base::now(), {{"server", lost.server.text()}, {"why", lost.why}});
          },
          [&](const registrar::InquiriesUnheard& unheard) {
            const base::Duration again = link_.unheardInquiries()->again - parts_.loop.now();
            parts_.log.write<Event::InquiriesUnheard>(
                base::now(), {{"server", unheard.server.text()},
                              {"portals", program::joined(unheard.portals)},
                              {"again", std::chrono::ceil<std::chrono::seconds>(again).count()},
                              {"remedy", opening(unheard.server)}});
          },
          [&](const registrar::InquiriesHeard& heard) {
            parts_.log.write<Event::InquiriesHeard>(base::now(), {{"server", heard.server.text()}});
          },
          [&](const registrar::PeersSeen& seen) { see(seen); },
          [&](const registrar::PeersRefused& refused) {
            parts_.log.write<Event::PeersRefused>(
                base::now(), {{"server", refused.server.text()}, {"node", refused.node}, {"why", refused.why}});
          },
          [&](const registrar::Ended&) {
            registered_.reset();
            ended_ = true;
            parts_.metrics.at<Metric::NameServerRegistered>().set(0);
            if (const auto told = std::exchange(stopped_, nullptr)) told();
          }},
      event);
}

// ---- Zones ---------------------------------------------------------------------------------------------------------

void NameServer::see(const registrar::PeersSeen& seen) {
  if (seen.node == parts_.initiator) return parts_.initiatorSees(seen.peers);
  std::vector<std::string> names;
  for (const registrar::Peer& one : seen.peers.list) names.push_back(one.name);
  const auto before = parts_.targets.zones().find(seen.node);
  const std::vector<std::string> had =
      before == parts_.targets.zones().end() ? std::vector<std::string>{} : before->second;
  std::vector<std::string> common;
  std::ranges::set_intersection(had, names, std::back_inserter(common));
  const std::size_t has = names.size();
  const bool changed = had != names;
  if (!parts_.targets.setZone(seen.node, std::move(names))) return;
  save();
  if (!changed) return;  // nobody, and that was not known
  parts_.metrics.at<Metric::ZoneChanges>().add();
  parts_.log.write<Event::ZoneChanged>(base::now(), {{"target", seen.node},
                                                     {"initiators", has},
                                                     {"came", has - common.size()},
                                                     {"went", had.size() - common.size()}});
}

// One save at a time; what changes meanwhile is in the next.
void NameServer::save() {
  if (saving_) {
    saveAgain_ = true;
    return;
  }
  saving_ = true;
  saveAgain_ = false;
  auto job = [path = parts_.zonesPath, text = zonesText(parts_.targets.zones())]() -> base::Status {
    if (text.size() > kMaxZonesFile) {
      return base::fail("they are " + std::to_string(text.size()) + " bytes, and more than " +
                        std::to_string(kMaxZonesFile) + " are not kept");
    }
    return files::replaceFile(path, base::asBytes(text));
  };
  parts_.worker.submit(std::move(job), [this](const base::Status& status) {
    saving_ = false;
    if (status) zonesKept_ = true;
    const std::string why = status ? std::string() : status.error().text;  // look() tries again
    if (why != std::exchange(unsavedWhy_, why) && !why.empty()) {
      parts_.log.write<Event::ZonesNotSaved>(base::now(), {{"error", why}});
    }
    if (saveAgain_) save();
  });
}

// ---- What is told --------------------------------------------------------------------------------------------------

std::string NameServer::opening(const net::Address& server) const {
  return "open TCP port " + std::to_string(link_.noticePort()) + " of this machine for " + server.host();
}

base::Json NameServer::inquiriesView() const {
  const auto& unheard = link_.unheardInquiries();
  if (!unheard || !registered_) return base::Json("");
  const auto again = base::wallNow() + std::chrono::round<std::chrono::seconds>(unheard->again - parts_.loop.now());
  return base::Json("none come in to " + program::joined(unheard->portals) + ": " + opening(registered_->server) +
                    "; tried again " + (again > base::wallNow() ? "at " + timeText(base::unixSeconds(again)) : "now"));
}

base::Json NameServer::view() const {
  if (!wanted()) return base::Json("none is configured");
  if (registered_) return base::Json(registered_->server.text() + " since " + timeText(base::unixSeconds(since_)));
  if (!refused_.empty()) return base::Json("not registered: " + refused_);
  if (!why_.empty()) return base::Json("not registered since " + timeText(base::unixSeconds(since_)) + ": " + why_);
  if (finder_.empty()) return base::Json("none is found yet");
  return base::Json(shown_ ? "not registered yet" : "nothing is to be registered");
}

}  // namespace agent
