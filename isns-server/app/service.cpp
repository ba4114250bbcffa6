#include "isns-server/app/service.h"

#include <sys/socket.h>
#include <unistd.h>

#include "isns-server/app/change_audit.h"
#include "isns-server/app/load_tee.h"
#include "isns-server/app/policy_from_config.h"
#include "isns-server/manage/audit/actor.h"
#include "isns-server/manage/changes/wire_changes.h"
#include "shared/net/listen_failure.h"

namespace app {

Service::Service(const Parts& parts, Config config)
    : parts_(parts),
      config_(std::move(config)),
      seed_(seedOfStart()),
      server_(policyOf(config_), optionsWithCompanion(), base::now()),
      outbound_(
          parts.loop, server_.outbound(),
          [this](const net::Address& to, base::ByteView bytes) { sendDatagram(to, bytes); },
          [this](base::ByteView message) { return signedCopy(message); },
          [this] {
            server_.settle(now());
            return server_.queueScns();
          }),
      rates_(rateSettingsOf(config_, seed_)),
      signedRefusals_(rateSettingsOf(config_, seed_)),
      authenticator_({}, nullptr, std::nullopt),
      wall_(base::wallNow()),
      timer_(parts.loop.timers(), [this] { onTimer(); }),
      sweepTimer_(parts.loop.timers(), [this] { sweep(); }),
      drainTimer_(parts.loop.timers(), [this] { parts_.loop.stop(); }),
      tellTimer_(parts.loop.timers(), [] {}),  // a turn
      again_(parts.loop.timers(), [] {}) {}

// A change of domains by iSNS is an automatic change set with its audit record, in the same change.
core::ServerOptions Service::optionsWithCompanion() {
  core::ServerOptions options = serverOptionsOf(config_, seed_);
  options.companion = [this](const core::ChangeNote& note, store::OpsWriter& ops) {
    if (trail_ == nullptr) return;
    const bool known = management_ != nullptr && manage::isWireChange(note.kind);
    manage::writeWireRecord(note, ops,
                            known ? management_->windowsAt(base::unixSeconds(note.time)) : san::WindowsHeld{});
    if (!manage::isWireChange(note.kind)) return;
    const auto& nodes = config_.runtime.controlNodes;
    const bool control = std::ranges::any_of(nodes, [&](const ControlNode& node) { return node.name == note.origin; });
    trail_->write(ops, {wireRecordOf(note, control)}, note.revision, now());
  };
  return options;
}

Service::~Service() {
  parts_.loop.setTurnEnd({});
  storeThread_.reset();  // commits what it was given; its last completion is not waited for
}

std::size_t Service::objects() const {
  std::size_t total = 0;
  core::forEachObjectType([&]<class T>(T*) { total += server_.snapshot().table<T>().size(); });
  return total;
}

// ---- Start, reload, end --------------------------------------------------------------------------------------------

base::Status Service::start(std::vector<net::PassedSocket> passed, bool keepRows) {
  if (auto status = load(keepRows); !status) return status;
  storeThread_ = std::make_unique<store::StoreThread>(parts_.store, [this](store::Completion completion) {
    // The post's task must be copyable, so the completion, which holds the batch, travels by pointer.
    auto carried = std::make_shared<store::Completion>(std::move(completion));
    parts_.loop.deliver([this, carried] { onCompletion(*carried); });
  });
  applyRuntime();
  noteFacts();  // before anything else of this start
  if (auto status = listen(std::move(passed)); !status) return status;
  const StartConfig::Heartbeat& beat = config_.start.heartbeat;
  if (beat.enabled && beat.address) {
    core::HeartbeatServer active;
    const net::Address own = beat.serverAddress.value_or(bound_.front());
    active.ip = own.octets();
    active.tcpPort = own.port();
    active.udpPort = config_.start.listen.udp ? own.port() : std::uint16_t{0};
    std::vector<core::HeartbeatServer> backups;
    for (const net::Address& backup : beat.backups) backups.push_back({backup.octets(), backup.port(), backup.port()});
    heartbeat_.emplace(active, std::move(backups), static_cast<std::uint32_t>(beat.interval.count()), base::now().mono);
    for (auto& socket : datagrams_) (void)socket->setBroadcast(true);
  }
  if (auto status = outbound_.start(); !status) return status;
  parts_.loop.setTurnEnd([this] { turnEnd(); });
  sweepTimer_.startAt(base::now().mono + kSweep);
  parts_.page.setNotReady({});
  syncMetrics();
  return {};
}

base::Status Service::load(bool keepRows) {
  const base::TimePoint begun = base::MonotonicClock::now();
  core::StoreLoader loader(server_, base::now);
  LoadTee tee(loader, keepRows);
  auto info = parts_.store.load(tee);
  if (!info) return base::fail(info.error().text);
  loaded_ = {tee.takeRows(), *info};
  storedFloor_ = tee.clockFloor();
  noted_ = tee.facts();
  clock_.emplace(keys::CertificateClock::afterStart(
      storedFloor_, info->revision == 0 ? std::nullopt : std::optional(storedFloor_), base::now()));
  auto lease = parts_.store.lease(store::LeaseAction::Acquire, "isns-server:" + std::to_string(::getpid()), {});
  if (!lease) return base::fail(lease.error().text);
  epoch_ = lease->epoch;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(base::MonotonicClock::now() - begun);
  parts_.log.write<Event::RegistryLoaded>(
      base::now(), {{"objects", objects()}, {"revision", info->revision}, {"milliseconds", took.count()}});
  return {};
}

base::Status Service::adopt(net::PassedSocket socket) {
  net::ListenerOwner& listenerOwner = *this;
  net::DatagramOwner& datagramOwner = *this;
  int type = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(socket.fd.get(), SOL_SOCKET, SO_TYPE, &type, &length) != 0) {
    return base::fail("systemd passed a descriptor that is no socket: " + socket.name);
  }
  if (type == SOCK_DGRAM) {
    datagrams_.push_back(std::make_unique<net::DatagramSocket>(parts_.loop, datagramOwner));
    return datagrams_.back()->adopt(std::move(socket.fd));
  }
  listeners_.push_back(std::make_unique<net::Listener>(parts_.loop, listenerOwner));
  if (auto status = listeners_.back()->adopt(std::move(socket.fd)); !status) return status;
  bound_.push_back(listeners_.back()->local());
  return {};
}

base::Status Service::listen(std::vector<net::PassedSocket> passed) {
  net::ListenerOwner& listenerOwner = *this;
  net::DatagramOwner& datagramOwner = *this;
  const auto failed = [&](const net::Address& address, const base::Status& status) {
    base::Status told = net::listensFor("the name server", "listen.addresses, listen.port", status);
    parts_.log.write<Event::ListenFailed>(base::now(), {{"address", address.text()}, {"error", told.error().text}});
    return told;
  };
  for (net::PassedSocket& socket : passed) {
    if (auto status = adopt(std::move(socket)); !status) return status;
  }
  const bool own = listeners_.empty();
  for (const net::Address& wanted : config_.start.listen.addresses) {
    net::Address address = wanted;
    if (own) {
      listeners_.push_back(std::make_unique<net::Listener>(parts_.loop, listenerOwner));
      if (auto status = listeners_.back()->listen(address); !status) {
        // A host without IPv6 still serves its other addresses.
        if (address.isAny() && !address.isV4() && !bound_.empty()) {
          listeners_.pop_back();
          continue;
        }
        return failed(address, status);
      }
      address = listeners_.back()->local();
      bound_.push_back(address);
    }
    // SCNs and ESIs go out by UDP even where no requests are taken by it.
    if (!own && !datagrams_.empty()) continue;
    datagrams_.push_back(std::make_unique<net::DatagramSocket>(parts_.loop, datagramOwner));
    const net::Address local = config_.start.listen.udp ? address : address.withPort(0);
    if (auto status = datagrams_.back()->open(local); !status) return failed(local, status);
  }
  return {};
}

void Service::applyRuntime() {
  const RuntimeConfig& runtime = config_.runtime;
  parts_.log.setLevel(runtime.log.level);
  if (auto rules = addressRulesOf(config_)) rules_ = std::move(*rules);
  rates_.setRate(rateSettingsOf(config_, seed_));
  signedRefusals_.setRate(rateSettingsOf(config_, seed_));
  if (runtime.security.authentication == Authentication::Off) {
    return authenticator_.configure(authSettingsOf(config_), nullptr, std::nullopt);
  }
  FolderKeys folder = readKeyFolder(runtime.security.keyFolder);
  for (const std::string& problem : folder.problems) {
    const std::size_t colon = problem.find(": ");
    parts_.log.write<Event::KeyUnusable>(
        now(),
        {{"file", std::string_view(problem).substr(0, colon)},
         {"error", colon == std::string::npos ? std::string_view() : std::string_view(problem).substr(colon + 2)}});
  }
  // Clients do not lose their keys because a folder is away for a moment.
  if (!folder.whole && authenticator_.hasKeys()) return authenticator_.configure(authSettingsOf(config_));
  parts_.log.write<Event::KeysLoaded>(now(), {{"folder", runtime.security.keyFolder}, {"count", folder.keys->size()}});
  authenticator_.configure(authSettingsOf(config_), folder.keys, std::move(folder.identity));
}

void Service::reload(Config config) {
  config_ = std::move(config);
  applyRuntime();
  server_.setPolicy(policyOf(config_), now());
  noteFacts();
  server_.setOptions(serverOptionsOf(config_, seed_));
  for (auto& [id, client] : clients_) client->setLargestAnswer(largestAnswer());
  judgeClients();
}

// As at their accept, by the rules that hold now.
void Service::judgeClients() {
  std::vector<Client*> refused;
  for (auto& [id, client] : clients_) {
    client->setAccess(rules_->accessOf(client->peer().octets()));
    if (client->access() == session::Access::None) refused.push_back(client.get());
  }
  for (Client* client : refused) {
    parts_.log.write<Event::AddressRefused>(now(), {{"peer", client->peer().text()}, {"access", "none"}});
    client->close(End::AddressRule);
  }
}

void Service::drain(std::string_view reason) {
  if (std::exchange(draining_, true)) return;
  parts_.log.write<Event::Stopping>(now(), {{"reason", reason}});
  parts_.page.setNotReady("stopping");
  for (auto& listener : listeners_) listener->close();
  std::vector<Client*> all;
  for (auto& [id, client] : clients_) all.push_back(client.get());
  for (Client* client : all) client->drain();
  drainTimer_.startAt(parts_.loop.now() + kDrainTime);
  tellUntil_ = parts_.loop.now() + kTellTime;
  tellTimer_.startAt(tellUntil_);
  if (trail_ != nullptr) trail_->signEach();
  record(manage::auditOf<ops::AuditEvent::ServerStopped>(manage::serverActor(), {}, {{"reason", reason}}));
  finishDrain();
}

void Service::finishDrain() {
  if (!draining_ || !clients_.empty() || !heldDatagrams_.empty()) return;
  if (submitted_ != 0 || server_.waitingChanges() != 0) return;
  if (server_.scnRecipients() == 0 || parts_.loop.now() >= tellUntil_) parts_.loop.stop();
}

// ---- The management server's side ----------------------------------------------------------------------------------

bool Service::carryOut(core::ManagedChange change) {
  // The post's task must be copyable.
  auto carried = std::make_shared<core::ManagedChange>(std::move(change));
  return parts_.loop.post([this, carried] {
    const core::ManagedVerdict verdict = server_.onManagedChange(*carried, now());
    if (management_ != nullptr) management_->verdict(carried->ticket, verdict);
  });
}

bool Service::guardNames(std::shared_ptr<const core::NameGuards> guards) {
  return parts_.loop.post([this, guards = std::move(guards)] { server_.guardNames(guards); });
}

bool Service::lockDomains(base::IdSet domains, base::IdSet sets) {
  return parts_.loop.post([this, domains = std::move(domains), sets = std::move(sets)] { server_.lockDomains(domains, sets); });
}

bool Service::read(store::StoreThread::Reading reading) { return storeThread_ && storeThread_->read(std::move(reading)); }

}  // namespace app
