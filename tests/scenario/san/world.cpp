#include "tests/scenario/san/world.h"

namespace sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const net::Address kServer = net::Address::v4(10, 0, 0, 1, 3205);

core::Policy policy() {
  core::Policy policy;
  core::ControlNode control;
  control.name = Administrator::kName;
  control.addresses.push_back({wireAddress(kServer).ip, 128});
  policy.controlNodes.push_back(control);
  return policy;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "nobody" : text;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

std::string other(const std::string& what, const std::vector<std::string>& is, const std::vector<std::string>& wanted) {
  return is == wanted ? std::string() : what + " is " + joined(is) + "; it should be " + joined(wanted);
}

}  // namespace

World::World(std::uint64_t seed) : chance(seed) {
  server = std::make_unique<NameServer>(network, chance, kServer, policy());
  timeline.add(*server);
  administrator = std::make_unique<Administrator>(network, kServer);
  timeline.add(*administrator);
}

net::Address World::freshAddress() { return net::Address::v4(10, 0, 1, ++addresses_, 0); }

Machine& World::add(Machine::Nature nature) {
  Machine::Watcher watcher;
  watcher.beginsDisk = [this](const Machine& host, const std::string& target) {
    if (administrator->lastZoned(host.nature().initiator, target) >= host.seesSince() - kAnswerAge) return;
    if (wrong_.empty()) wrong_ = host.nature().eid + " begins a disk of " + target + ", to which it is not zoned";
  };
  watcher.admits = [this](const Machine& target, const std::string& initiator) {
    if (administrator->lastZoned(initiator, target.nature().target) >= target.zoneSince() - kAnswerAge) return;
    if (wrong_.empty()) wrong_ = target.nature().target + " lets in " + initiator + ", which is not zoned to it";
  };
  machines.push_back(std::make_unique<Machine>(network, chance, std::move(nature), std::vector<net::Address>{kServer},
                                               std::move(watcher)));
  timeline.add(*machines.back());
  return *machines.back();
}

Machine& World::addHost(bool small) {
  const std::string number = std::to_string(machines.size());
  Machine::Nature nature;
  nature.eid = "host" + number;
  nature.addresses = {freshAddress()};
  if (!small && chance.oneIn(2)) nature.addresses.push_back(freshAddress());
  nature.initiator = "iqn.2026-01.example:host" + number;
  nature.esi = seconds(chance.oneIn(2) ? 20 : 0);
  return add(std::move(nature));
}

Machine& World::addTarget() {
  const std::string number = std::to_string(machines.size());
  Machine::Nature nature;
  nature.eid = "store" + number;
  nature.addresses = {freshAddress()};
  if (chance.oneIn(2)) nature.addresses.push_back(freshAddress());
  nature.target = "iqn.2026-01.example:store" + number;
  // A storage server may be a host of others.
  if (chance.oneIn(4)) nature.initiator = "iqn.2026-01.example:host-of-store" + number;
  nature.esi = seconds(chance.oneIn(2) ? 20 : 0);
  return add(std::move(nature));
}

StockHost& World::addStockHost() {
  stock.push_back(std::make_unique<StockHost>(network, freshAddress(),
                                              "iqn.2026-01.example:stock" + std::to_string(stock.size()), kServer));
  timeline.add(*stock.back());
  return *stock.back();
}

void World::boot() {
  server->start();
  for (const auto& machine : machines) {
    timeline.after(chance.between({}, seconds(5)), [one = machine.get()] { one->boot(); });
  }
  for (const auto& host : stock) host->boot();
}

// ---- zones

void World::zoneAnew() {
  Administrator::Domains domains;
  for (const auto& machine : machines) {
    if (machine->nature().target.empty()) continue;
    std::set<std::string>& domain = domains[static_cast<std::uint32_t>(domains.size() + 2)];
    domain.insert(machine->nature().target);
    for (const auto& host : machines) {
      if (!host->nature().initiator.empty() && chance.oneIn(2)) domain.insert(host->nature().initiator);
    }
    for (const auto& host : stock) {
      if (chance.oneIn(2)) domain.insert(host->name());
    }
  }
  administrator->want(std::move(domains));
}

void World::changeZones() {
  Administrator::Domains domains = administrator->wanted();
  std::vector<std::string> names;
  for (const auto& machine : machines) {
    for (const std::string& name : {machine->nature().initiator, machine->nature().target}) {
      if (!name.empty()) names.push_back(name);
    }
  }
  for (const auto& host : stock) names.push_back(host->name());
  for (auto& [id, members] : domains) {
    for (int changes = static_cast<int>(chance.below(3)); changes > 0; --changes) {
      const std::string& name = names[chance.below(static_cast<std::uint32_t>(names.size()))];
      if (members.erase(name) == 0) members.insert(name);
    }
  }
  administrator->want(std::move(domains));
}

// ---- what goes wrong

void World::say(const std::string& what) {
  log.push_back(std::to_string(std::chrono::duration_cast<milliseconds>(timeline.now().time_since_epoch()).count()) +
                " ms: " + what);
}

void World::later(base::Duration most, std::function<void()> what) {
  timeline.after(chance.between(milliseconds(10), most), [this, what = std::move(what), peace = peace_] {
    if (peace == peace_) what();
  });
}

void World::trouble(base::Duration span) {
  Weather weather;
  weather.lost = chance.below(300);
  weather.doubled = chance.below(200);
  weather.cut = chance.oneIn(2) ? chance.below(20) : 0;
  weather.most = chance.oneIn(3) ? base::Duration(seconds(1)) : base::Duration(milliseconds(20));
  network.setWeather(weather);
  for (const auto& machine : machines) machine->setClumsy(true);
  const base::TimePoint end = timeline.now() + span;
  while (timeline.now() < end && wrong_.empty()) {
    mischief();
    (void)run(chance.between(milliseconds(200), seconds(6)));
  }
}

void World::mischief() {
  Machine& machine = *machines[chance.below(static_cast<std::uint32_t>(machines.size()))];
  const net::Address where = chance.oneIn(4) ? kServer : machine.nature().addresses.front();
  switch (chance.below(14)) {
    case 0:
      say("the name server is restarted");
      server->stop();
      return later(seconds(10), [this] { server->start(); });
    case 1:
      say("the name server loses its memory");
      server->forget();
      administrator->begunAnew();
      return later(seconds(10), [this] { server->start(); });
    case 2:
      say("nobody hears " + where.host());
      network.silence(where, true);
      return later(seconds(40), [this, where] { network.silence(where, false); });
    case 3:
      say(where.host() + " is slow");
      network.slow(where, chance.between(milliseconds(100), seconds(8)));
      return later(seconds(20), [this, where] { network.slow(where, {}); });
    case 4:
      say("the store is full");
      server->breakStore(true);
      return later(seconds(10), [this] { server->breakStore(false); });
    case 5:
      say("the agent of " + machine.nature().eid + " is killed");
      machine.kill();
      return later(seconds(20), [&machine] { machine.boot(); });
    case 6:
      say("a disk's process of " + machine.nature().eid + " is killed");
      return machine.killDisk();
    case 7:
      say("the clock of " + machine.nature().eid + " jumps");
      machine.clock().ahead += chance.between({}, seconds(200));
      machine.clock().wallAhead += seconds(static_cast<int>(chance.below(20000)) - 10000);
      return;
    case 8:
      say("the clock of the name server jumps");
      server->clock().ahead += chance.between({}, seconds(100));
      server->clock().wallAhead += seconds(static_cast<int>(chance.below(20000)) - 10000);
      return;
    case 9:
      if (!machine.nature().target.empty()) machine.changeUnits();
      return;
    case 10:
      for (const auto& one : machines) one->useDisks();
      return;
    default:
      if (!zonesToo) return;
      say("zones change");
      return changeZones();
  }
}

void World::heal() {
  ++peace_;
  say("all trouble ends");
  network.heal();
  server->start();
  server->breakStore(false);
  for (const auto& machine : machines) {
    machine->setClumsy(false);
    machine->boot();
  }
}

// ---- time

std::string World::run(base::Duration span) {
  timeline.run(span, [this] { return wrong_.empty(); });
  if (timeline.stands()) wrong_ = "time does not go on: a deadline has passed, and nothing comes of it";
  return wrong_;
}

std::string World::settle(base::Duration patience) {
  const base::TimePoint begin = timeline.now();
  std::string why;
  do {
    if (!run(milliseconds(500)).empty()) return wrong_;
    why = whyNot();
    took = timeline.now() - begin;
  } while (!why.empty() && took < patience);
  return why;
}

std::string World::stayQuiet(base::Duration span) {
  const std::uint64_t before = server->state().revision;
  if (!run(span).empty()) return wrong_;
  if (const std::string why = whyNot(); !why.empty()) return why;
  const std::uint64_t changes = server->state().revision - before;
  return changes == 0 ? "" : std::to_string(changes) + " changes at the name server, and nobody asked for any";
}

// ---- what must hold

bool World::hasTwin(const Machine& machine) const {
  return !machine.nature().initiator.empty() && std::ranges::any_of(machines, [&](const auto& one) {
    return one.get() != &machine && one->nature().initiator == machine.nature().initiator;
  });
}

std::string World::whyNot() const {
  if (!administrator->done()) return "the administrator has not been answered yet";
  for (const auto& look : {&World::registeredOnce, &World::sight}) {
    if (const std::string why = (this->*look)(); !why.empty()) return why;
  }
  for (const auto& machine : machines) {
    if (hasTwin(*machine)) continue;
    if (const std::string why = disksOf(*machine); !why.empty()) return why;
  }
  return {};
}

// Entity, portals and nodes of every machine are there, once and as they are, and nothing else is.
std::string World::registeredOnce() const {
  const core::State& state = server->state();
  std::map<std::string, std::vector<std::string>> is, wanted;
  state.entities.forEach([&](core::Index, const core::Entity& entity) {
    std::vector<std::string>& what = is[std::string(entity.attributes.text(isns::tag::kEntityId))];
    entity.nodes.forEach([&](core::Index node) { what.emplace_back(state.nodes.get(node)->name()); });
    entity.portals.forEach([&](core::Index portal) {
      const auto key = core::PortalKey::of(*state.portals.get(portal));
      isns::IpAddress ip;
      std::ranges::copy(key.ip(), ip.begin());
      what.push_back(addressOf(ip, static_cast<std::uint16_t>(key.port())).text());
    });
    std::ranges::sort(what);
  });
  for (const auto& machine : machines) {
    if (hasTwin(*machine)) continue;
    const Machine::Nature& nature = machine->nature();
    if (!machine->registered()) return nature.eid + " is not registered: " + machine->lastWhy();
    std::vector<std::string>& what = wanted[nature.eid];
    for (const net::Address& one : nature.addresses) {
      what.push_back(one.withPort(nature.target.empty() ? 860 : 3260).text());
    }
    for (const std::string& name : {nature.initiator, nature.target}) {
      if (!name.empty()) what.push_back(name);
    }
  }
  for (const auto& host : stock) wanted[host->name()] = {host->name(), host->address().withPort(860).text()};
  for (auto& [eid, what] : wanted) {
    if (const std::string why = other("what is registered as " + eid, is[eid], sorted(what)); !why.empty()) return why;
  }
  const std::size_t twins =
      static_cast<std::size_t>(std::ranges::count_if(machines, [&](const auto& one) { return hasTwin(*one); }));
  const std::size_t entities = wanted.size() + (twins == 0 ? 0 : 1);
  if (is.size() != entities)
    return std::to_string(is.size()) + " entities; there should be " + std::to_string(entities);
  if (twins == 0) return {};
  const auto registered =
      std::ranges::count_if(machines, [&](const auto& one) { return hasTwin(*one) && one->registered(); });
  if (registered != 1) return std::to_string(registered) + " of the twins say that they are registered";
  for (const auto& machine : machines) {
    if (!hasTwin(*machine) || machine->registered()) continue;
    const bool told = machine->lastWhy().find("refused") != std::string::npos ||
                      machine->lastWhy().find("no two may have the same") != std::string::npos;
    if (!told) return "the other twin says only: " + machine->lastWhy();
  }
  return {};
}

std::vector<std::string> World::zonedTargets(const std::string& initiator) const {
  std::vector<std::string> names;
  for (const auto& machine : machines) {
    const std::string& target = machine->nature().target;
    if (!target.empty() && administrator->zoned(initiator, target)) names.push_back(target);
  }
  return sorted(std::move(names));
}

// Whom hosts and targets see.
std::string World::sight() const {
  for (const auto& machine : machines) {
    const Machine::Nature& nature = machine->nature();
    if (!nature.initiator.empty() && !hasTwin(*machine)) {
      if (!machine->sees()) return nature.eid + " was told of no targets";
      const std::string why = other("what " + nature.eid + " sees", *machine->sees(), zonedTargets(nature.initiator));
      if (!why.empty()) return why;
    }
    if (nature.target.empty()) continue;
    std::set<std::string> hosts;
    for (const auto& host : machines) {
      const std::string& name = host->nature().initiator;
      if (!name.empty() && administrator->zoned(name, nature.target)) hosts.insert(name);
    }
    for (const auto& host : stock) {
      if (administrator->zoned(host->name(), nature.target)) hosts.insert(host->name());
    }
    const std::vector<std::string> zone(hosts.begin(), hosts.end());
    if (const std::string why = other("the zone of " + nature.target, machine->zone(), zone); !why.empty()) return why;
    for (const std::string& name : machine->sessions()) {
      if (!hosts.contains(name)) return name + " has a session with " + nature.target + ", to which it is not zoned";
    }
  }
  for (const auto& host : stock) {
    if (!host->sees()) return host->name() + " was told of no targets";
    const std::string why = other("what " + host->name() + " sees", *host->sees(), zonedTargets(host->name()));
    if (!why.empty()) return why;
  }
  return {};
}

// A disk for each unit of each target that it is zoned to, served by a process of its own, and no other.
std::string World::disksOf(const Machine& host) const {
  const std::string& initiator = host.nature().initiator;
  if (initiator.empty()) return {};
  std::vector<std::string> is, served, wanted;
  for (const auto& [id, disk] : host.disks()) {
    const bool there = disk.phase == attach::DiskPhase::Attached;
    is.push_back(id + (there ? "" : " (" + std::string(attach::wordOf(disk.phase)) + ")") + " of " +
                 std::to_string(disk.bytes));
  }
  for (const auto& [id, process] : host.processes()) {
    served.push_back(id + (process.ready ? "" : " (without a session)") + " of " + std::to_string(process.deviceBytes));
  }
  for (const auto& machine : machines) {
    const std::string& target = machine->nature().target;
    if (target.empty() || !administrator->zoned(initiator, target)) continue;
    for (const attach::UnitSeen& unit : machine->units()) {
      wanted.push_back(target + "/" + std::to_string(unit.lun) + "/" + unit.designator + " of " +
                       std::to_string(unit.bytes));
    }
  }
  wanted = sorted(std::move(wanted));
  const std::string why = other("disks of " + host.nature().eid, sorted(std::move(is)), wanted);
  return why.empty() ? other("processes of " + host.nature().eid, sorted(std::move(served)), wanted) : why;
}

}  // namespace sim
