#include "tests/scenario/san/machine.h"

#include "agent/app/host_targets.h"
#include "shared/base/overloaded.h"

namespace sim {
namespace {

constexpr std::uint16_t kTargetPort = 3260;
constexpr std::uint16_t kHostPort = 860;
constexpr std::size_t kMaxTargets = 256;

std::string idOf(const attach::DiskKey& key) {
  return key.target + "/" + std::to_string(key.lun) + "/" + key.designator;
}

std::vector<net::Address> withPort(const std::vector<net::Address>& addresses, std::uint16_t port) {
  std::vector<net::Address> all;
  for (const net::Address& address : addresses) all.push_back(address.withPort(port));
  return all;
}

}  // namespace

Machine::Machine(Network& network, Chance& chance, Nature nature, std::vector<net::Address> servers, Watcher watcher)
    : network_(network),
      chance_(chance),
      nature_(std::move(nature)),
      servers_(std::move(servers)),
      watcher_(std::move(watcher)),
      clock_{&network.timeline()} {
  while (!nature_.target.empty() && unitsMade_ < 2) changeUnits();
}

// ---- life

void Machine::boot() {
  if (running()) return;
  ++life_;
  names_ = std::make_unique<NameClient>(network_, chance_, clock_, nature_.addresses,
                                        [this](const registrar::Event& event) { hear(event); });
  registrar::Presence presence;
  presence.eid = nature_.eid;
  presence.period = nature_.period;
  presence.esiInterval = nature_.esi;
  const bool target = !nature_.target.empty();
  for (const net::Address& address : withPort(nature_.addresses, target ? kTargetPort : kHostPort)) {
    presence.portals.push_back({address, 1});
  }
  if (target) {
    presence.nodes.push_back({nature_.target, registrar::Role::Target, "", {}});
    auto portals = std::make_unique<Portals>(network_, withPort(nature_.addresses, kTargetPort),
                                             [this](const std::string& name) { watcher_.admits(*this, name); });
    portals_ = portals.get();
    portals_->units_ = units_;
    targets_ = std::make_unique<agent::ZonedTargets>(std::move(portals));
    targets_->begin(zones_);
    targets_->enforce(true);
    target::Setup setup;
    setup.targets.emplace_back().name = nature_.target;
    setup.targets[0].rules.push_back({"*", {}, {}, {}});
    (void)targets_->apply(std::move(setup));
  }
  plan_ = std::make_unique<attach::DiskPlan>(idOf);
  if (!nature_.initiator.empty()) {
    presence.nodes.push_back({nature_.initiator, registrar::Role::Initiator, "", {}});
    for (const auto& [id, process] : processes_) {
      plan_->expect(id, process.key.designator);
      plan_->adopt(id, process.key, process.bytes, false, process.device, mono());
    }
    plan_->setHelper(true, mono());
    pump();
  }
  names_->begin(std::move(presence), servers_);
}

void Machine::kill() {
  ++life_;
  names_.reset();
  for (auto& [name, watched] : watched_) watched.session.reset();
  watched_.clear();
  targets_.reset();
  portals_ = nullptr;
  plan_.reset();
  sees_.reset();
}

void Machine::killDisk() {
  if (processes_.empty()) return;
  auto at = processes_.begin();
  std::advance(at, chance_.below(static_cast<std::uint32_t>(processes_.size())));
  const std::string id = at->first;
  processes_.erase(at);
  if (!running()) return;
  plan_->onLost(id, "killed", mono());
  pump();
}

void Machine::drop(std::unique_ptr<HostSession> session) {
  if (session == nullptr) return;
  session->abandon();
  network_.timeline().bury(std::move(session));
}

void Machine::changeUnits() {
  const std::uint32_t what = unitsMade_ < 2 ? 0 : chance_.below(3);
  if (what == 0 && units_.size() < 4) {
    const std::uint32_t number = unitsMade_++;
    units_.push_back({number, "naa." + nature_.eid + std::to_string(number), 1024, false});
  } else if (what == 1 && units_.size() > 1) {
    units_.erase(units_.begin() + chance_.below(static_cast<std::uint32_t>(units_.size())));
  } else if (!units_.empty()) {
    units_[chance_.below(static_cast<std::uint32_t>(units_.size()))].bytes += 1024;
  }
  if (portals_ != nullptr) portals_->units_ = units_;
}

// What the helper or a process takes its time for. An agent that is killed meanwhile does not hear of it.
void Machine::later(std::function<void()> what) {
  const base::Duration takes = chance_.between(std::chrono::milliseconds(1), std::chrono::milliseconds(300));
  network_.timeline().after(takes, [this, what = std::move(what), life = life_] {
    if (life == life_) what();
  });
}

// ---- time

base::TimePoint Machine::nextDeadline() const {
  if (!running()) return base::kNever;
  base::TimePoint next = std::min(names_->nextDeadline(), plan_->nextDeadline());
  for (const auto& [name, watched] : watched_) next = std::min(next, watched.plan.nextDeadline());
  return clock_.inWorld(next);
}

void Machine::onTimer() {
  const base::TimePoint now = mono();
  if (names_->nextDeadline() <= now) names_->onTimer();
  if (plan_->nextDeadline() <= now) {
    plan_->onTimer(now);
    pump();
  }
  for (auto& [name, watched] : watched_) {
    if (watched.plan.nextDeadline() > now) continue;
    watched.plan.onTimer(now);
    act(name);
  }
}

// ---- the name server

void Machine::hear(const registrar::Event& event) {
  std::visit(base::Overloaded{
                 [&](const registrar::Registered&) { lastWhy_.clear(); },
                 [&](const registrar::Unregistered& lost) {
                   lastWhy_ = lost.why;
                   if (lost.why.find("refused") != std::string::npos) ++refusals_;
                 },
                 [&](const registrar::PeersSeen& seen) {
                   if (seen.node == nature_.initiator) return see(seen.peers);
                   std::vector<std::string> names;
                   for (const registrar::Peer& one : seen.peers.list) names.push_back(one.name);
                   targets_->setZone(seen.node, names);
                   zones_ = targets_->zones();
                   zoneSince_ = network_.timeline().now();
                 },
                 [&](const registrar::InquiriesUnheard&) {},
                 [&](const registrar::InquiriesHeard&) {},
                 [&](const registrar::PeersRefused&) {},
                 [&](const registrar::Ended&) {},
             },
             event);
}

// As HostRole does it.
void Machine::see(const registrar::Peers& peers) {
  sees_.emplace();
  seesSince_ = network_.timeline().now();
  for (const registrar::Peer& one : peers.list) sees_->push_back(one.name);
  std::set<std::string> known, wanting;
  for (const auto& [name, watched] : watched_) known.insert(name);
  for (const auto& [id, disk] : plan_->disks()) wanting.insert(disk.key.target);
  agent::ChosenTargets chosen = agent::chooseTargets(peers, wanting, known, kMaxTargets);
  for (auto at = watched_.begin(); at != watched_.end();) {
    if (chosen.visible.contains(at->first)) {
      ++at;
      continue;
    }
    drop(std::move(at->second.session));
    at = watched_.erase(at);
  }
  for (const registrar::Peer* const peer : chosen.named) {
    const auto [at, fresh] = watched_.try_emplace(peer->name);
    at->second.portals.clear();
    for (const registrar::PeerPortal& one : peer->portals) at->second.portals.push_back(one.address.text());
    at->second.plan.setPortals(at->second.portals, mono());
    if (!fresh) at->second.plan.lookNow(mono());
    act(peer->name);
  }
  plan_->setVisible(std::move(chosen.visible), mono());
  pump();
}

// ---- what targets show

void Machine::act(const std::string& target) {
  for (;;) {
    const auto at = watched_.find(target);
    if (at == watched_.end()) return;
    const auto orders = at->second.plan.takeOrders();
    for (const attach::LookOrder& order : orders) carryOut(target, order);
    const auto events = at->second.plan.takeEvents();
    for (const attach::LookEvent& event : events) {
      if (std::holds_alternative<attach::SessionOpened>(event)) configureAll(target);
      const auto* const seen = std::get_if<attach::UnitsSeen>(&event);
      if (seen == nullptr) continue;
      plan_->setUnits(target, seen->units, mono());
      pump();
    }
    if (orders.empty() && events.empty()) return;
  }
}

void Machine::carryOut(const std::string& target, const attach::LookOrder& order) {
  Watched& watched = watched_.at(target);
  if (std::holds_alternative<attach::LookAtUnits>(order)) return watched.session->look();
  if (std::holds_alternative<attach::CloseSession>(order)) return watched.session->close();
  HostSession::Hears hears;
  hears.opened = [this, target] {
    watched_.at(target).plan.onOpened(mono());
    act(target);
  };
  hears.units = [this, target](std::vector<attach::UnitSeen> units) {
    watched_.at(target).plan.onUnits(std::move(units), mono());
    act(target);
  };
  hears.ended = [this, target](bool refused, bool made, const std::string& why) {
    Watched& one = watched_.at(target);
    network_.timeline().bury(std::move(one.session));
    one.plan.onEnded({refused, false, !refused, made, why}, mono());
    act(target);
  };
  watched.session = std::make_unique<HostSession>(network_, std::move(hears));
  const std::string& portal = std::get<attach::OpenSession>(order).portal;
  watched.session->open(nature_.addresses.front(), *net::Address::parse(portal), nature_.initiator, target);
}

// ---- disks

void Machine::pump() {
  if (pumping_) return;
  pumping_ = true;
  for (auto orders = plan_->takeOrders(); !orders.empty(); orders = plan_->takeOrders()) {
    for (const attach::DiskOrder& order : orders) carryOut(order);
  }
  pumping_ = false;
  (void)plan_->takeEvents();
}

void Machine::carryOut(const attach::DiskOrder& order) {
  const std::string id = std::visit([](const auto& one) { return one.id; }, order);
  const attach::Disk disk = *plan_->find(id);
  if (std::holds_alternative<attach::StartDisk>(order)) watcher_.beginsDisk(*this, disk.key.target);
  const auto end = [this, id](auto&& call) {
    later([this, id, call] {
      call(id, mono());
      pump();
    });
  };
  std::visit(base::Overloaded{
                 [&](const attach::StartDisk&) {
                   const std::string why = mishap();
                   if (why.empty()) processes_[id].key = disk.key;
                   end([this, why](const std::string& one, base::TimePoint now) {
                     plan_->onStarted(one, why, now);
                     // It may have ended before anybody has spoken with it.
                     if (why.empty() && !processes_.contains(one)) plan_->onLost(one, "killed", now);
                   });
                 },
                 [&](const attach::ConfigureDisk&) { configure(id); },
                 [&](const attach::AttachDisk&) {
                   const std::string why = mishap();
                   const auto process = processes_.find(id);
                   const std::string device = why.empty() ? "/dev/" + id : "";
                   if (process != processes_.end()) {
                     process->second.device = device;
                     process->second.deviceBytes = process->second.bytes;
                     const bool used = clumsy_ && chance_.oneIn(3);
                     if (used) process->second.usedUntil = network_.timeline().now() + std::chrono::seconds(20);
                   }
                   end([this, device, why](const std::string& one, base::TimePoint now) {
                     plan_->onAttached(one, device, why, now);
                   });
                 },
                 [&](const attach::ResizeDisk&) { resize(id); },
                 [](const attach::ProtectDisk&) {},  // the devices of the simulation know no protection
                 [](const attach::CheckDisk&) {},    // ... nor names
                 [&](const attach::DetachDisk&) {
                   const auto process = processes_.find(id);
                   const bool used =
                       process != processes_.end() && process->second.usedUntil > network_.timeline().now();
                   if (process != processes_.end() && !used) process->second.device.clear();
                   end([this, used](const std::string& one, base::TimePoint now) {
                     plan_->onDetached(one, used ? "in use" : "", used, now);
                   });
                 },
                 [&](const attach::StopDisk&) {
                   if (auto process = processes_.extract(id)) drop(std::move(process.mapped().session));
                   end([this](const std::string& one, base::TimePoint now) { plan_->onStopped(one, now); });
                 },
             },
             order);
}

// One of an earlier life is told when its target is known again.
void Machine::configure(const std::string& id) {
  const auto process = processes_.find(id);
  if (process == processes_.end()) return;
  const auto watched = watched_.find(process->second.key.target);
  if (watched != watched_.end()) process->second.portals = watched->second.portals;
  if (!process->second.session) return connect(id);
  if (!process->second.ready) return;
  later([this, id] {
    const auto same = processes_.find(id);  // or another one by now
    if (same == processes_.end() || !same->second.ready) return;
    plan_->onConfigured(id, "", mono(), same->second.bytes);
    pump();
  });
}

void Machine::configureAll(const std::string& target) {
  for (const auto& [id, disk] : plan_->disks()) {
    if (disk.key.target == target) configure(id);
  }
}

// A disk's process logs in, and again when it has lost its session. It does not need the agent.
void Machine::connect(const std::string& id) {
  const auto at = processes_.find(id);
  if (at == processes_.end() || at->second.portals.empty() || at->second.session) return;
  Process& process = at->second;
  HostSession::Hears hears;
  hears.opened = [this, id] { processes_.at(id).session->look(); };
  hears.units = [this, id](const std::vector<attach::UnitSeen>& units) { learn(id, units); };
  hears.ended = [this, id](bool, bool, const std::string&) {
    Process& one = processes_.at(id);
    one.ready = false;
    network_.timeline().bury(std::move(one.session));
    network_.timeline().after(std::chrono::seconds(1), [this, id] { connect(id); });
  };
  process.session = std::make_unique<HostSession>(network_, std::move(hears));
  const std::string& portal = process.portals[process.next++ % process.portals.size()];
  process.session->open(nature_.addresses.front(), *net::Address::parse(portal), nature_.initiator, process.key.target);
}

// As HostRole hears of it, where it runs.
void Machine::learn(const std::string& id, const std::vector<attach::UnitSeen>& units) {
  Process& process = processes_.at(id);
  const auto unit = std::ranges::find_if(units, [&](const attach::UnitSeen& one) {
    return one.lun == process.key.lun && one.designator == process.key.designator;
  });
  if (unit == units.end()) return;
  const bool news = std::exchange(process.bytes, unit->bytes) != unit->bytes || !process.ready;
  if (std::exchange(process.asksForDevice, false)) process.deviceBytes = process.bytes;
  process.ready = true;
  if (!running() || !news) return;
  plan_->onConfigured(id, "", mono(), process.bytes);
  const attach::Disk* const disk = plan_->find(id);
  const bool attached = disk != nullptr && disk->phase == attach::DiskPhase::Attached;
  if (attached && disk->bytes != process.bytes) resize(id);
  pump();
}

// A device that is told of another size asks its process, and that one its unit.
void Machine::resize(const std::string& id) {
  const auto at = processes_.find(id);
  if (at == processes_.end()) return;
  at->second.asksForDevice = true;
  if (at->second.ready) at->second.session->look();
}

void Machine::useDisks() {
  for (auto& [id, process] : processes_) {
    if (process.ready) process.session->look();
  }
}

// ---- what there is to know

const std::vector<std::string>& Machine::zone() const {
  static const std::vector<std::string> kNone;
  const auto at = zones_.find(nature_.target);
  return at == zones_.end() ? kNone : at->second;
}

std::vector<std::string> Machine::sessions() const {
  return portals_ == nullptr ? std::vector<std::string>{} : portals_->initiators();
}

}  // namespace sim
