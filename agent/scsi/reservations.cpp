#include "agent/scsi/reservations.h"

#include <algorithm>

namespace scsi {
namespace {

using T = ReservationType;

// clang-format off
constexpr ReservationTypeRow kTypes[] = {
  // type                              others read  registrants  all hold  mask (SPC-4 table 241)
  {T::WriteExclusive,                  true,        false,       false,    0x0200},
  {T::ExclusiveAccess,                 false,       false,       false,    0x0800},
  {T::WriteExclusiveRegistrantsOnly,   true,        true,        false,    0x2000},
  {T::ExclusiveAccessRegistrantsOnly,  false,       true,        false,    0x4000},
  {T::WriteExclusiveAllRegistrants,    true,        true,        true,     0x8000},
  {T::ExclusiveAccessAllRegistrants,   false,       true,        true,     0x0001},
};
// clang-format on

constexpr std::uint8_t kImageVersion = 2;
constexpr std::uint8_t kUnnamedPorts = 1;  // the version before: portal group tags stood for relative identifiers
constexpr std::uint8_t kAccessRead = static_cast<std::uint8_t>(Access::Read);
constexpr std::uint8_t kAccessAll = static_cast<std::uint8_t>(Access::All);

using Kind = ReserveOutcome::Kind;

// One PERSISTENT RESERVE OUT on its way from `now` to outcome.next.
class Transition {
 public:
  Transition(const ReservationState& now, const NexusIdentity& self, const ReserveOut& request)
      : now_(now), self_(self), request_(request), mine_(now.find(self)) {
    out_.next = now;
  }

  ReserveOutcome run() {
    switch (request_.action) {
      case ReserveAction::Register: registerKey(false); break;
      case ReserveAction::RegisterAndIgnore: registerKey(true); break;
      case ReserveAction::RegisterAndMove: registerAndMove(); break;
      case ReserveAction::Reserve: if (keyMatches()) reserve(); break;
      case ReserveAction::Release: if (keyMatches()) release(); break;
      case ReserveAction::Clear: if (keyMatches()) clear(); break;
      case ReserveAction::Preempt:
      case ReserveAction::PreemptAndAbort: if (keyMatches()) preempt(); break;
    }
    return std::move(out_);
  }

 private:
  ReservationState& next() { return out_.next; }
  void conflict() { out_.kind = Kind::Conflict; }
  void refuse(const Sense& sense) {
    out_.kind = Kind::Refused;
    out_.sense = sense;
  }
  bool keyMatches() {
    if (mine_ != nullptr && mine_->key == request_.key) return true;
    conflict();
    return false;
  }
  // SCOPE 0 (logical unit) and a type that there is.
  bool typeIsGood() {
    if (request_.scope == 0 && findReservationType(request_.type) != nullptr) return true;
    refuse(invalidFieldInCdb(2));
    return false;
  }
  void tell(const NexusIdentity& nexus, UnitAttention what) {
    if (!(nexus == self_)) out_.attentions.push_back({nexus, what});
  }
  void tellAll(const std::vector<Registration>& registrations, UnitAttention what) {
    for (const Registration& r : registrations) tell(r.nexus, what);
  }

  // Adds or changes a registration; false when there is no room.
  bool put(const NexusIdentity& nexus, std::uint64_t key, bool allPorts) {
    auto& all = next().registrations;
    const auto at = std::find_if(all.begin(), all.end(), [&](const Registration& r) { return r.nexus == nexus; });
    if (at != all.end()) {
      at->key = key;
      at->allTargetPorts = allPorts;
      return true;
    }
    if (all.size() >= request_.maxRegistrations) {
      refuse({SenseKey::IllegalRequest, Asc::InsufficientRegistrationResources});
      return false;
    }
    all.push_back({nexus, key, allPorts});
    return true;
  }

  // SPC-4 5.12.7. The nexus, or its initiator port on all target ports, and what SPEC_I_PT names.
  void registerKey(bool ignoreExisting) {
    const std::uint64_t expected = mine_ == nullptr ? 0 : mine_->key;
    if (!ignoreExisting && request_.key != expected) return conflict();
    const bool named = !request_.transportIds.empty();
    if (named && (ignoreExisting || mine_ != nullptr)) return refuse(invalidFieldInParameterList(20, std::uint8_t{3}));
    if (request_.serviceActionKey == 0) {
      // "Do nothing except return GOOD status": neither APTPL nor PRGENERATION is touched.
      if (mine_ == nullptr) return;
      unregister(self_);
    } else if (!putPorts(self_.transportId) ||
               !std::all_of(request_.transportIds.begin(), request_.transportIds.end(),
                            [this](const base::Bytes& id) { return putPorts(id); })) {
      return;
    }
    next().persists = request_.persists;
    ++next().generation;
  }
  bool putPorts(const base::Bytes& transportId) {
    if (!request_.allTargetPorts) {
      return put({transportId, self_.relativeTargetPort}, request_.serviceActionKey, false);
    }
    return std::all_of(request_.targetPorts.begin(), request_.targetPorts.end(), [&](std::uint16_t port) {
      return put({transportId, port}, request_.serviceActionKey, true);
    });
  }

  // SPC-4 5.12.11.3: a reservation goes with its holder, or with the last registrant.
  void unregister(const NexusIdentity& nexus) {
    const bool held = now_.holds(nexus);
    std::erase_if(next().registrations, [&](const Registration& r) { return r.nexus == nexus; });
    if (!held) return;
    const ReservationTypeRow& row = *findReservationType(static_cast<std::uint8_t>(now_.type));
    if (row.allAreHolders && !next().registrations.empty()) return;
    next().type = T::None;
    if (row.registrantsAccess) tellAll(next().registrations, UnitAttention::ReservationsReleased);
  }

  void reserve() {
    if (!typeIsGood()) return;
    if (now_.type == T::None) {
      next().type = static_cast<T>(request_.type);
      next().holder = self_;
    } else if (!now_.holds(self_) || request_.type != static_cast<std::uint8_t>(now_.type)) {
      conflict();
    }
  }

  void release() {
    if (now_.type == T::None || !now_.holds(self_)) return;
    if (request_.scope != 0 || request_.type != static_cast<std::uint8_t>(now_.type)) {
      return refuse({SenseKey::IllegalRequest, Asc::InvalidReleaseOfPersistentReservation});
    }
    next().type = T::None;
    if (findReservationType(request_.type)->registrantsAccess) {
      tellAll(now_.registrations, UnitAttention::ReservationsReleased);
    }
  }

  void clear() {
    next().registrations.clear();
    next().type = T::None;
    ++next().generation;
    tellAll(now_.registrations, UnitAttention::ReservationsPreempted);
  }

  // SPC-4 5.12.11.2.2, table 64.
  void preempt() {
    const std::uint64_t victim = request_.serviceActionKey;
    const ReservationTypeRow* held = findReservationType(static_cast<std::uint8_t>(now_.type));
    const bool reservationToo =
        held != nullptr && (held->allAreHolders ? victim == 0 : now_.find(now_.holder)->key == victim);
    if (reservationToo) return preemptReservation(held->allAreHolders);
    if (victim == 0) return refuse(invalidFieldInParameterList(8));
    if (remove([victim](const Registration& r) { return r.key == victim; }) == 0) return conflict();
    // The last registrants of an all registrants reservation took it with them.
    if (held != nullptr && held->allAreHolders && next().registrations.empty()) next().type = T::None;
    ++next().generation;
  }
  void preemptReservation(bool everyOther) {
    if (!typeIsGood()) return;
    const std::uint64_t victim = request_.serviceActionKey;
    remove([&](const Registration& r) { return !(r.nexus == self_) && (everyOther || r.key == victim); });
    next().type = static_cast<T>(request_.type);
    next().holder = self_;
    ++next().generation;
    if (next().type != now_.type) tellAll(next().registrations, UnitAttention::ReservationsReleased);
  }
  template <class F>
  std::size_t remove(F&& matches) {
    for (const Registration& r : now_.registrations) {
      if (!matches(r)) continue;
      tell(r.nexus, UnitAttention::RegistrationsPreempted);
      const bool aborts = request_.action == ReserveAction::PreemptAndAbort && !(r.nexus == self_);
      if (aborts) out_.abortedNexuses.push_back(r.nexus);
    }
    return std::erase_if(next().registrations, matches);
  }

  // SPC-4 5.12.8.
  void registerAndMove() {
    if (!keyMatches()) return;
    const ReservationTypeRow* held = findReservationType(static_cast<std::uint8_t>(now_.type));
    if (held == nullptr || held->allAreHolders || !now_.holds(self_)) return conflict();
    if (request_.serviceActionKey == 0) return refuse(invalidFieldInParameterList(8));
    if (!request_.moveTo || *request_.moveTo == self_) return refuse(invalidFieldInParameterList(24));
    const auto& ports = request_.targetPorts;
    if (std::find(ports.begin(), ports.end(), request_.moveTo->relativeTargetPort) == ports.end()) {
      return refuse(invalidFieldInParameterList(18));
    }
    if (!put(*request_.moveTo, request_.serviceActionKey, false)) return;
    next().holder = *request_.moveTo;
    if (request_.unregister) {
      std::erase_if(next().registrations, [this](const Registration& r) { return r.nexus == self_; });
    }
    next().persists = request_.persists;
    ++next().generation;
  }

  const ReservationState& now_;
  const NexusIdentity& self_;
  const ReserveOut& request_;
  const Registration* mine_;
  ReserveOutcome out_;
};

}  // namespace

ReserveOutcome reserveOut(const ReservationState& now, const NexusIdentity& self, const ReserveOut& request) {
  return Transition(now, self, request).run();
}

std::span<const ReservationTypeRow> reservationTypes() { return kTypes; }

const ReservationTypeRow* findReservationType(std::uint8_t type) {
  for (const ReservationTypeRow& row : kTypes) {
    if (static_cast<std::uint8_t>(row.type) == type) return &row;
  }
  return nullptr;
}

const Registration* ReservationState::find(const NexusIdentity& nexus) const {
  for (const Registration& r : registrations) {
    if (r.nexus == nexus) return &r;
  }
  return nullptr;
}

bool ReservationState::holds(const NexusIdentity& nexus) const {
  const ReservationTypeRow* row = findReservationType(static_cast<std::uint8_t>(type));
  if (row == nullptr) return false;
  return row->allAreHolders ? find(nexus) != nullptr : nexus == holder;
}

std::uint8_t ReservationState::accessOf(const NexusIdentity& nexus) const {
  const ReservationTypeRow* row = findReservationType(static_cast<std::uint8_t>(type));
  if (row == nullptr || holds(nexus) || (row->registrantsAccess && find(nexus) != nullptr)) return kAccessAll;
  return row->readsForOthers ? kAccessRead : 0;
}

// version, flags, type, 0, holder, count, registrations; a nexus is port(2) length(2) name length(2) TransportID.
base::Bytes ReservationState::image(const PortNames* names) const {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  const auto nexus = [&](const NexusIdentity& n) {
    const bool named = names != nullptr && !n.transportId.empty();
    const std::string name = named ? names->nameOf(n.relativeTargetPort) : std::string();
    writer.u16(n.relativeTargetPort);
    writer.u16(static_cast<std::uint16_t>(name.size()));
    writer.bytes(base::asBytes(name));
    writer.u16(static_cast<std::uint16_t>(n.transportId.size()));
    writer.bytes(n.transportId);
  };
  writer.u8(kImageVersion);
  writer.u8(persists ? 1 : 0);
  writer.u8(static_cast<std::uint8_t>(type));
  writer.u8(0);
  nexus(holder);
  writer.u32(static_cast<std::uint32_t>(registrations.size()));
  for (const Registration& r : registrations) {
    nexus(r.nexus);
    writer.u64(r.key);
    writer.u8(r.allTargetPorts ? 1 : 0);
  }
  return bytes;
}

std::optional<ReservationState> ReservationState::fromImage(base::ByteView image, PortNames* names) {
  base::ByteReader reader(image);
  ReservationState state;
  const auto nexus = [&] {
    NexusIdentity n;
    n.relativeTargetPort = reader.u16();
    if (!state.portsUnnamed) {
      const std::string_view name = base::asText(reader.bytes(reader.u16()));
      if (names != nullptr && !name.empty() && !reader.failed()) {
        n.relativeTargetPort = names->numberOf(name, n.relativeTargetPort);
      }
    }
    const base::ByteView id = reader.bytes(reader.u16());
    n.transportId.assign(id.begin(), id.end());
    return n;
  };
  const std::uint8_t version = reader.u8();
  if (version != kImageVersion && version != kUnnamedPorts) return std::nullopt;
  state.portsUnnamed = version == kUnnamedPorts;
  state.persists = (reader.u8() & 1) != 0;
  const std::uint8_t type = reader.u8();
  reader.u8();
  if (type != 0 && findReservationType(type) == nullptr) return std::nullopt;
  state.type = static_cast<T>(type);
  state.holder = nexus();
  const std::uint32_t count = reader.u32();
  for (std::uint32_t i = 0; i < count && !reader.failed(); ++i) {
    Registration r;
    r.nexus = nexus();
    r.key = reader.u64();
    r.allTargetPorts = reader.u8() != 0;
    state.registrations.push_back(std::move(r));
  }
  if (reader.failed() || reader.remaining() != 0) return std::nullopt;
  const ReservationTypeRow* row = findReservationType(type);
  const bool held = row == nullptr || (row->allAreHolders ? count != 0 : state.find(state.holder) != nullptr);
  return held ? std::optional(std::move(state)) : std::nullopt;
}

}  // namespace scsi
