#include "agent/app/holder.h"

#include <algorithm>
#include <set>

#include "agent/block/store_spec.h"

namespace agent {
namespace {

const target::UnitSetup* findUnit(const target::Setup& setup, std::string_view id) {
  const auto at = std::find_if(setup.units.begin(), setup.units.end(),
                               [&](const target::UnitSetup& unit) { return unit.id == id; });
  return at == setup.units.end() ? nullptr : &*at;
}

bool runs(const target::Setup& setup, const target::UnitSetup& unit) {
  const target::UnitSetup* known = findUnit(setup, unit.id);
  return known != nullptr && known->sameStore(unit);
}

std::string placeOf(std::string_view store) {
  const auto spec = block::parseStoreSpec(store);
  return spec ? block::placeOf(*spec) : std::string();
}

// Units of these ids stay in the maps, and answer as becoming ready: a LUN that is gone is an error that hosts do not
// come back from, and so would be every restart while a store comes later.
template <class Ids>
void await(target::Setup& setup, const Ids& ids) {
  for (target::UnitSetup& unit : setup.units) {
    if (ids.contains(unit.id)) unit.store.clear();
  }
}

bool serves(const target::Setup& setup, std::string_view id) {
  const target::UnitSetup* unit = findUnit(setup, id);
  return unit != nullptr && !unit->awaited();
}

}  // namespace

target::Setup Holder::awaitingMissing(const target::Setup& wanted) const {
  target::Setup setup = wanted;
  await(setup, missing_);
  for (target::UnitSetup& unit : setup.units) {
    const auto renamed = renamed_.find(unit.id);
    if (renamed != renamed_.end() && renamed->second.store == unit.store) unit.store = renamed->second.running;
  }
  return setup;
}

// Closes the units whose place is to be opened anew and can be opened by one alone. False: there are none.
bool Holder::release(const target::Setup& next) {
  std::set<std::string> places;
  for (const target::UnitSetup& unit : next.units) {
    if (!runs(targets_.setup(), unit) && !block::isRemoteStore(unit.store)) places.insert(placeOf(unit.store));
  }
  places.erase("");
  std::set<std::string> going;
  for (const target::UnitSetup& unit : targets_.setup().units) {
    if (!unit.awaited() && !runs(next, unit) && places.contains(placeOf(unit.store))) going.insert(unit.id);
  }
  if (going.empty()) return false;
  target::Setup rest = targets_.setup();
  await(rest, going);
  return targets_.apply(std::move(rest)).ok();
}

// What was released is known to open; what does not all the same is tried again as any other unit.
void Holder::comeBack(const target::Setup& before) {
  if (targets_.apply(before)) return;
  if (leaveOut(before, Mode::LeaveOut, [this](const auto& unit) { return probe(unit); })) {
    (void)targets_.apply(awaitingMissing(wanted_));
  }
}

// What still has its place open may be an earlier life of the unit itself: nothing is to be done but to wait. A file
// keeps others out by its lock; a store behind a network lets all in, and a write that the earlier life still repeats
// would come over those of the next one.
base::Status Holder::isVacant(const target::UnitSetup& unit, const target::Setup& next) const {
  std::vector<std::string> open = targets_.storesLeaving();
  for (const target::UnitSetup& running : targets_.setup().units) {
    if (!running.awaited() && !runs(next, running)) open.push_back(running.store);
  }
  const std::string place = placeOf(unit.store);
  if (place.empty() || std::ranges::none_of(open, [&](const auto& store) { return placeOf(store) == place; }))
    return {};
  return base::fail("commands of before are not over there");
}

base::Status Holder::probe(const target::UnitSetup& unit) const {
  const base::Status vacant = isVacant(unit, targets_.setup());
  return vacant ? probe_(unit) : vacant;
}

template <class Check>
bool Holder::leaveOut(const target::Setup& setup, Mode mode, Check check) {
  bool found = false;
  for (const target::UnitSetup& unit : setup.units) {
    if (unit.awaited() || runs(targets_.setup(), unit)) continue;
    if (mode == Mode::Refuse && !block::isRemoteStore(unit.store)) continue;
    const base::Status status = check(unit);
    if (status) continue;
    found = true;
    missing_[unit.id] = status.error().text;
    hears_.failed(unit.id, status.error());
  }
  return found;
}

base::Status Holder::apply(target::Setup wanted, Mode mode) {
  const base::Status status = hold(std::move(wanted), mode);
  hears_.wants(wanted_);
  return status;
}

base::Status Holder::hold(target::Setup wanted, Mode mode) {
  const auto missingBefore = missing_;
  std::erase_if(missing_, [&](const auto& entry) {
    const target::UnitSetup* was = findUnit(wanted_, entry.first);
    const target::UnitSetup* is = findUnit(wanted, entry.first);
    return is == nullptr || was == nullptr || !is->sameStore(*was);
  });
  const target::Setup before = targets_.setup();
  target::Setup setup = awaitingMissing(wanted);
  hears_.settle();
  const bool released = release(setup);
  // What was released a moment ago may still be on its way out of a file: apply() waits for its lock.
  const auto behindNetwork = [&](const target::UnitSetup& unit) {
    return block::isRemoteStore(unit.store) ? isVacant(unit, setup) : base::Status{};
  };
  if (leaveOut(setup, mode, behindNetwork)) setup = awaitingMissing(wanted);
  auto status = targets_.apply(setup);
  if (!status && leaveOut(setup, mode, [this](const auto& unit) { return probe(unit); })) {
    status = targets_.apply(awaitingMissing(wanted));
  }
  if (!status) {
    missing_ = missingBefore;
    if (released) comeBack(before);
    return status;
  }
  std::erase_if(renamed_, [&](const auto& entry) {
    const target::UnitSetup* unit = findUnit(targets_.setup(), entry.first);
    return unit == nullptr || unit->store != entry.second.running;
  });
  wanted_ = std::move(wanted);
  tellDifference(before);
  return {};
}

bool Holder::retry() {
  const auto before = missing_;
  for (auto at = missing_.begin(); at != missing_.end();) {
    const target::UnitSetup* unit = findUnit(wanted_, at->first);
    const base::Status status = unit == nullptr ? base::Status() : probe(*unit);
    if (!status) at->second = status.error().text;
    at = status ? missing_.erase(at) : std::next(at);
  }
  if (missing_.size() == before.size()) return false;
  const target::Setup old = targets_.setup();
  if (auto status = targets_.apply(awaitingMissing(wanted_)); !status) {
    missing_ = before;
    return false;
  }
  tellDifference(old);
  return true;
}

base::Status Holder::resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink, std::string store) {
  const target::UnitSetup* running = findUnit(targets_.setup(), unit);
  if (running == nullptr || running->awaited())
    return base::fail("there is no unit \"" + std::string(unit) + "\" that is served");
  if (auto status = targets_.resize(unit, blocks, shrink); !status) return status;
  if (store != running->store) renamed_[std::string(unit)] = {std::move(store), running->store};
  return {};
}

void Holder::tellDifference(const target::Setup& before) {
  std::set<std::string_view> opened;
  for (const target::UnitSetup& unit : targets_.setup().units) {
    if (!unit.awaited() && !runs(before, unit)) opened.insert(unit.id);
  }
  for (const target::UnitSetup& unit : before.units) {
    if (!unit.awaited() && !serves(targets_.setup(), unit.id)) hears_.closed(unit.id);
  }
  if (opened.empty()) return;
  for (const target::UnitFacts& facts : targets_.units()) {
    if (opened.contains(facts.id)) hears_.opened(facts);
  }
}

}  // namespace agent
