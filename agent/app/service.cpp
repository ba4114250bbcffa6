#include "agent/app/service.h"

#include <unistd.h>

#include <algorithm>
#include <future>

#include "agent/app/config_table.h"
#include "agent/app/control_views.h"
#include "agent/app/facts_metrics.h"
#include "agent/app/host_proofs.h"
#include "agent/app/own_name.h"
#include "shared/base/clock.h"
#include "shared/net/listen_failure.h"
#include "shared/program/process.h"

namespace agent {

Service::Service(Parts parts, StateFolder state, Config config, Credentials credentials)
    : parts_(std::move(parts)),
      state_(std::move(state)),
      config_(std::move(config)),
      credentials_(std::move(credentials)),
      managedCredentials_(credentials_),
      eventLog_(parts_.log, parts_.metrics),
      worker_(parts_.loop),
      unitStates_(worker_, state_.unitsPath(),
                  [this](std::string_view unit, const base::Error& why) {
                    parts_.metrics.at<Metric::StateSaves>(SaveOutcome::Failed).add();
                    parts_.log.write<Event::StateSaveFailed>(base::now(), {{"unit", unit}, {"error", why.text}});
                  }),
      retryTimer_(parts_.loop.timers(), [this] {
        retryPause_ = std::min<base::Duration>(2 * retryPause_, kRetryUnits);
        retryUnits();
      }) {}

Service::~Service() {
  // Targets go after who hears of them.
  if (management_) observers_.remove(*management_);
}

base::Status Service::start() {
  parts_.log.setLevel(config_.runtime.log.level);
  auto engine = block::makeEngine(parts_.loop, config_.start.engine);
  if (!engine) return base::fail(engine.error());
  engine_ = std::move(*engine);
  parts_.log.write<Event::EngineChosen>(base::now(),
                                        {{"engine", engine_->description()}, {"reason", engine_->reason()}});
  auto name = initiatorNameOf(config_.start);
  if (!name) return base::fail(name.error());
  stores_ = std::make_unique<block::DeviceOpener>(parts_.loop, *engine_, *name);
  // At the start the rest of this function sees to what is missing.
  stores_->setChanged([this] {
    if (started_) retryUnits();
  });
  observers_.add(eventLog_);
  auto managed = std::make_unique<ManagedTargets>(parts_.makeTargets(
      {parts_.loop, *stores_, managedCredentials_, unitStates_, observers_, parts_.random}, config_.start.limits));
  managedCredentials_.follow([targets = managed.get()]() -> const Obeyed& { return targets->obeyed(); });
  management_ = std::make_unique<Management>(Management::Parts{
      parts_.loop, parts_.log, parts_.metrics, *managed, worker_, state_.managementPath(), parts_.random, &secrets_});
  management_->setRefuseAfter(config_.runtime.management.refuseAfter);
  if (auto known = management_->load(); !known) return known;
  observers_.add(*management_);
  observers_.add(*this);
  targets_ = std::make_unique<ZonedTargets>(std::move(managed));
  NameServer::Parts around{parts_.loop, parts_.log, parts_.metrics, *targets_, worker_, state_.zonesPath()};
  if (config_.start.host.enabled) {
    makeHost(*name);
    around.initiator = *name;
    around.initiatorSees = [this](const registrar::Peers& peers) { host_->see(peers); };
  }
  makeInquiries(*name);
  nameServer_ = std::make_unique<NameServer>(std::move(around));
  management_->setPortals([this] { return nameServer_->portals(); });
  management_->setAddresses({[this] { return nameServer_->addresses(); }, [this] { nameServer_->tryAgain(); }});
  management_->followRestores([this] { nameServer_->registerAnew(); });
  management_->follow([this](auto servers) { nameServer_->useManaged(std::move(servers)); });
  if (auto zones = nameServer_->load(config_.runtime.isns); !zones) return zones;
  parts_.loop.setTurnEnd([this] { targets_->onTurnEnd(); });
  Holder::Hears hears;
  hears.settle = [this] { worker_.settle(); };
  hears.opened = [this](const target::UnitFacts& unit) {
    parts_.log.write<Event::UnitOpened>(
        base::now(), {{"unit", unit.id}, {"store", unit.store}, {"bytes", unit.blocks * unit.blockSize}});
  };
  hears.closed = [this](std::string_view unit) { parts_.log.write<Event::UnitClosed>(base::now(), {{"unit", unit}}); };
  hears.failed = [this](std::string_view unit, const base::Error& why) {
    parts_.log.write<Event::UnitFailed>(base::now(), {{"unit", unit}, {"error", why.text}});
    retryPause_ = kFirstRetry;
    retryTimer_.startAt(parts_.loop.now() + retryPause_);
  };
  hears.wants = [this](const target::Setup& wanted) {
    std::vector<std::string_view> stores;
    for (const target::UnitSetup& unit : wanted.units) stores.push_back(unit.store);
    stores_->keep(stores);
  };
  holder_ = std::make_unique<Holder>(
      *targets_, [this](const target::UnitSetup& unit) { return probe(unit); }, std::move(hears));
  administrator_ = std::make_unique<Administrator>(
      Administrator::Parts{*holder_, worker_, parts_.log, parts_.metrics, state_.changesPath(), state_.identity()});
  auto overlay = Administrator::loadOverlay(state_.changesPath());
  if (!overlay) return base::fail(overlay.error());
  if (auto begun = administrator_->start(config_, std::move(*overlay)); !begun) return begun;
  if (auto listening = listen(); !listening) return listening;
  if (auto opened = openControl(); !opened) return opened;
  if (auto known = nameServer_->start(config_.start, config_.runtime.isns); !known) return known;
  management_->start();
  if (host_) host_->start();
  armRetry();
  started_ = true;
  since_ = base::wallNow();
  return {};
}

void Service::makeHost(const std::string& initiator) {
  HostRole::Parts parts{parts_.loop, parts_.log, parts_.metrics, {}, {}, {}};
  parts.proofsFor = [this, initiator](std::string_view target) {
    return hostProofs(management_->obeyed(), credentials_, initiator, target);
  };
  parts.changed = [this] { management_->hostChanged(); };
  parts.unproven = [this, initiator](const std::string& target, const attach::LoginProof& proof,
                                     const std::string& why) {
    management_->onProofRefused(initiator, target, proof.credential, proof.version, why);
  };
  host_ = std::make_unique<HostRole>(
      std::move(parts),
      HostRole::Settings{initiator, config_.start.host.helper, std::string(wordOf(config_.start.host.paths))});
  const auto leaves = [this] {
    const auto& state = management_->obeyed().state;
    host_->leaves(state ? state->leaving : std::vector<management::DesiredLeaving>());
  };
  management_->followHost({[this] { return host_->sessions(); }, [this] { return host_->heldDisks(); },
                           [this, leaves] {
                             host_->proofsChanged();
                             leaves();
                           }});
  leaves();
}

void Service::makeInquiries(const std::string& initiator) {
  Inquiries::Parts parts{parts_.loop, parts_.log, parts_.metrics, initiator, parts_.random, {}, {}, {}};
  if (config_.start.host.enabled) {
    parts.proofsFor = [this, initiator](std::string_view target) {
      return hostProofs(management_->obeyed(), credentials_, initiator, target);
    };
  }
  parts.discoveryProof = [this, initiator] { return discoveryProof(credentials_, initiator); };
  parts.changed = [this] { management_->hostChanged(); };
  inquiries_ = std::make_unique<Inquiries>(std::move(parts));
  inquiries_->setEvery(config_.runtime.management.discoverEvery, config_.runtime.host.probeEvery);
  management_->followFinder({[this](const management::Wanted& wanted) { inquiries_->want(wanted); },
                             [this](management::Truth& truth) { inquiries_->tell(truth); }});
}

base::Status Service::openControl() {
  if (!config_.start.control.enabled) return {};
  ControlHooks hooks;
  hooks.status = [this] { return statusView(); };
  hooks.metrics = [this] { return metricsText(); };
  hooks.reload = [this](auto done) { reload(std::move(done)); };
  hooks.drain = [this](std::optional<base::Duration> grace, std::function<void()> done) {
    drain("sanctl agent drain", grace.value_or(config_.runtime.drain.grace), std::move(done));
  };
  hooks.join = [this](std::string_view token, const std::vector<std::string>& servers, auto done) {
    management_->join(token, servers, std::move(done));
  };
  hooks.leave = [this](auto done) { management_->leave(std::move(done)); };
  hooks.disks = [this]() -> std::optional<base::Json> { return host_ ? std::optional(host_->view()) : std::nullopt; };
  hooks.probes = [this] { return inquiries_->view(); };
  hooks.managerOf = [this](std::string_view target) { return management_->managerOf(target); };
  hooks.breakGlass = [this](const control::Request& request, std::uint32_t uid, auto done) {
    management_->breakGlass(request, uid, std::move(done));
  };
  hooks.endBreakGlass = [this](const control::Request& request, std::uint32_t uid, auto done) {
    management_->endBreakGlass(request, uid, std::move(done));
  };
  hooks.brokenGlass = [this]() -> const std::vector<GlassRule>& { return management_->obeyed().glass.rules; };
  commands_ = std::make_unique<ControlCommands>(ControlCommands::Parts{
      *administrator_, *holder_, *targets_, unitStates_, worker_, parts_.log, parts_.metrics, hooks});
  control_ = std::make_unique<ControlServer>(
      parts_.loop,
      [this](std::string_view line, const ControlPeer& peer, ControlServer::Respond respond) {
        commands_->onLine(line, peer, std::move(respond));
      },
      [this](const ControlPeer& peer, std::string_view why) {
        parts_.log.write<Event::ControlRefused>(base::now(), {{"uid", peer.uid}, {"why", why}});
      });
  const auto& control = config_.start.control;
  if (auto listening = control_->listen(control.socket); !listening) return listening;
  if (control.group.empty()) return {};
  // Disks are served whether or not that group may look.
  if (auto given = control_->giveTo(control.group); !given) {
    parts_.log.write<Event::ControlGroupFailed>(base::now(), {{"group", control.group}, {"error", given.error().text}});
  }
  return {};
}

base::Json::Object Service::statusView() const {
  base::Json::Array portals;
  for (const net::Address& address : this->portals()) portals.emplace_back(address.text());
  base::Json::Object view{{"version", parts_.version},
                          {"pid", static_cast<std::uint64_t>(::getpid())},
                          {"since", timeText(base::unixSeconds(since_))},
                          {"ready", notReady().empty()},
                          {"not_ready", notReady()},
                          {"configuration", parts_.source.path},
                          {"state_folder", state_.path()},
                          {"engine", engine_->description()},
                          {"portals", std::move(portals)},
                          {"name_server", nameServer_->view()},
                          {"inquiries", nameServer_->inquiriesView()},
                          {"name_servers", nameServer_->serversView()}};
  for (base::JsonMember& one : management_->view()) view.push_back(std::move(one));
  return view;
}

base::Status Service::listen() {
  for (const target::PortalFacts& portal : config_.start.portals) {
    const auto listens = targets_->listen(portal.address, portal.group);
    if (!listens) return net::listensFor("the targets", "address of the [[portal]]", listens);
  }
  return {};
}

std::vector<net::Address> Service::portals() const {
  std::vector<net::Address> addresses;
  for (const target::PortalFacts& portal : targets_->portals()) addresses.push_back(portal.address);
  return addresses;
}

base::Status Service::probe(const target::UnitSetup& unit) {
  for (const scsi::StateKindRow& row : scsi::kStateKinds) {
    if (const auto kept = unitStates_.load(unit.id, row.kind); !kept) return base::fail(kept.error());
  }
  return stores_->check(unit.store);
}

// What waits for its store need not wait longer.
void Service::onUnitGone() {
  if (holder_ != nullptr && !holder_->missing().empty()) retryTimer_.startAt(parts_.loop.now());
}

void Service::retryUnits() {
  (void)holder_->retry();
  armRetry();
}

void Service::armRetry() {
  if (!holder_->missing().empty()) retryTimer_.startAt(parts_.loop.now() + retryPause_);
}

void Service::reload(std::function<void(const control::Result&)> done) {
  const auto refuse = [this, &done](const ConfigErrors& errors) {
    std::string text;
    for (const ops::ConfigError& error : errors) {
      parts_.log.write<Event::ConfigError>(base::now(), {{"where", ops::toText(error.at)}, {"error", error.text}});
      text += (text.empty() ? "" : "\n") + ops::toText(error);
    }
    done(base::fail(control::Refusal{control::Code::Invalid, std::move(text)}));
  };
  auto read = loadConfig(parts_.source);
  if (!read) return refuse(read.error());
  auto credentials = Credentials::load(read->chap, read->runtime.secrets);
  if (!credentials) return refuse(credentials.error());
  Reloaded reloaded = agent::reloaded(config_, std::move(*read));
  for (const program::FrozenChange& change : reloaded.frozen) {
    parts_.log.write<Event::RestartNeeded>(
        base::now(), {{"key", change.key}, {"running", change.running}, {"wanted", change.wanted}});
  }
  hold(std::move(reloaded.config), std::move(*credentials), program::joined(reloaded.changed), done);
}

void Service::hold(Config config, Credentials credentials, std::string changes,
                   const std::function<void(const control::Result&)>& done) {
  // A change that is under way comes first, so this may be later.
  auto shared = std::make_shared<Credentials>(std::move(credentials));
  administrator_->reload(
      config, [this, config, shared, changes = std::move(changes), done](const base::Status& status) {
        const std::string& path = parts_.source.path;
        if (!status) {
          parts_.log.write<Event::ConfigError>(base::now(), {{"where", path}, {"error", status.error().text}});
          return done(base::fail(control::Refusal{control::Code::Invalid, status.error().text}));
        }
        config_ = config;
        credentials_ = std::move(*shared);
        parts_.log.setLevel(config_.runtime.log.level);
        parts_.setLogFormat(config_.runtime.log.format);
        nameServer_->reload(config_.runtime.isns);
        management_->setRefuseAfter(config_.runtime.management.refuseAfter);
        inquiries_->setEvery(config_.runtime.management.discoverEvery, config_.runtime.host.probeEvery);
        if (host_) host_->proofsChanged();
        parts_.log.write<Event::Reloaded>(base::now(), {{"path", path}, {"changes", changes}});
        armRetry();
        done(base::Json(base::Json::Object{{"changes", changes}}));
      });
}

void Service::stop(std::string_view reason) {
  drain(reason, config_.runtime.drain.grace, [this] { parts_.loop.stop(); });
}

void Service::drain(std::string_view reason, base::Duration grace, std::function<void()> done) {
  draining_ = true;
  parts_.log.write<Event::Stopping>(base::now(), {{"reason", reason}, {"sessions", targets_->sessions().size()}});
  // Who asked before and who asks now hear of the same end.
  drained_.push_back(std::move(done));
  // The name server is told first, so that nobody new is sent here. Disks go on without this process, and a target
  // lets in only who is registered: with disks the registration stands.
  const bool stands = host_ && host_->mayHaveDisks();
  nameServer_->stop(stands ? registrar::Farewell::Stands : registrar::Farewell::Deregisters, [this, grace] {
    targets_->drain(grace, [this] {
      for (const auto& told : std::exchange(drained_, {})) told();
    });
  });
}

std::string Service::notReady() const {
  if (!started_) return "starting";
  if (draining_) return "stopping";
  std::string text;
  for (const auto& [unit, why] : holder_->missing()) {
    text += (text.empty() ? "units that cannot be opened: " : ", ") + unit;
  }
  return text;
}

void Service::syncMetrics() {
  ops::Metrics& m = parts_.metrics;
  const target::ServerCounters now = targets_->counters();
  m.at<Metric::ConnectionsOpen>().set(static_cast<std::int64_t>(now.connectionsNow));
  m.at<Metric::ConnectionsAccepted>().add(now.connectionsAccepted - counted_.connectionsAccepted);
  m.at<Metric::ConnectionFaults>().add(now.connectionFaults - counted_.connectionFaults);
  m.at<Metric::Rejects>().add(now.rejects - counted_.rejects);
  m.at<Metric::BudgetHits>(Budget::LoginsAtATime).add(now.loginsEvicted - counted_.loginsEvicted);
  m.at<Metric::BudgetHits>(Budget::LoginTime).add(now.loginsTimedOut - counted_.loginsTimedOut);
  m.at<Metric::BudgetHits>(Budget::FailedLogins).add(now.loginsHeldOff - counted_.loginsHeldOff);
  m.at<Metric::BudgetHits>(Budget::Memory).add(now.outOfMemory - counted_.outOfMemory);
  m.at<Metric::BudgetHits>(Budget::MemoryOfASession).add(now.outOfShare - counted_.outOfShare);
  counted_ = now;
  m.at<Metric::Targets>().set(static_cast<std::int64_t>(targets_->setup().targets.size()));
  m.at<Metric::Units>().set(static_cast<std::int64_t>(target::openUnits(targets_->setup())));
  m.at<Metric::UnitsFailed>().set(static_cast<std::int64_t>(holder_->missing().size()));
}

std::string Service::metricsText() {
  syncMetrics();
  Facts facts{targets_->units(), targets_->sessions(), {}, host_ ? host_->paths() : std::vector<PathSample>()};
  std::int64_t discovery = 0;
  for (const target::SessionFacts& session : facts.sessions) discovery += session.discovery ? 1 : 0;
  parts_.metrics.at<Metric::Sessions>(SessionKind::Discovery).set(discovery);
  parts_.metrics.at<Metric::Sessions>(SessionKind::Normal)
      .set(static_cast<std::int64_t>(facts.sessions.size()) - discovery);
  for (const target::TargetSetup& target : targets_->setup().targets) facts.targets.push_back(target.name);
  std::string text;
  parts_.metrics.writeText(text);
  writeFactsMetrics(text, facts, config_.runtime.metrics.sessions);
  return text;
}

std::optional<std::string> ServiceStatus::onLoop(std::function<std::string(Service&)> ask) const {
  auto answer = std::make_shared<std::promise<std::string>>();
  auto future = answer->get_future();
  const bool posted =
      loop_.post([&service = service_, answer, ask = std::move(ask)] { answer->set_value(ask(service)); });
  if (!posted || future.wait_for(kPatience) != std::future_status::ready) return std::nullopt;
  return future.get();
}

std::string ServiceStatus::notReady() const {
  return onLoop([](Service& service) { return service.notReady(); }).value_or("the agent does not answer");
}

std::string ServiceStatus::metricsText() const {
  return onLoop([](Service& service) { return service.metricsText(); }).value_or("");
}

}  // namespace agent
