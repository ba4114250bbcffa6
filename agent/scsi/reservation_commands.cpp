// RESERVE, RELEASE (SPC-2 7.21) and PERSISTENT RESERVE IN, OUT (SPC-4 6.15, 6.16): bytes to and from reservations.h.
#include <algorithm>

#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"
#include "agent/scsi/transport_id.h"

namespace scsi::handlers {
namespace {

// CRH one (SPC-4 5.12.3): what a registered nexus may ignore, since its persistent reservation stands for it. True
// after it ended the command.
bool handledByPersistentReservation(Disk& disk, Command& command) {
  const ReservationState& state = disk.reservations();
  if (state.registrations.empty()) return false;
  const Nexus& nexus = *command.nexus;
  const bool all = state.type != ReservationType::None && state.accessOf(nexus.identity()) == 3;
  const bool harmless = nexus.registered && (state.type == ReservationType::None || all);
  disk.complete(command, harmless ? Status::Good : Status::ReservationConflict);
  return true;
}

}  // namespace

void reserve(Disk& disk, Command& command) {
  if (handledByPersistentReservation(disk, command)) return;
  disk.reservedBy = command.nexus;
  disk.complete(command);
}

// From a nexus that does not hold it: no error, no effect.
void release(Disk& disk, Command& command) {
  if (handledByPersistentReservation(disk, command)) return;
  if (disk.reservedBy == command.nexus) disk.reservedBy = nullptr;
  disk.complete(command);
}

namespace {

void readKeys(const ReservationState& state, base::ByteWriter& writer) {
  for (const Registration& r : state.registrations) writer.u64(r.key);
}

void readReservation(const ReservationState& state, base::ByteWriter& writer) {
  if (state.type == ReservationType::None) return;
  const Registration* holder = state.find(state.holder);
  const bool all = findReservationType(static_cast<std::uint8_t>(state.type))->allAreHolders;
  writer.u64(all || holder == nullptr ? 0 : holder->key);
  writer.u32(0);
  writer.u8(0);
  writer.u8(static_cast<std::uint8_t>(state.type));
  writer.u16(0);
}

void readFullStatus(const ReservationState& state, base::ByteWriter& writer) {
  for (const Registration& r : state.registrations) {
    const bool holds = state.holds(r.nexus);
    writer.u64(r.key);
    writer.u32(0);
    writer.u8(static_cast<std::uint8_t>((r.allTargetPorts ? 0x02 : 0) | (holds ? 0x01 : 0)));
    writer.u8(holds ? static_cast<std::uint8_t>(state.type) : std::uint8_t{0});
    writer.u32(0);
    writer.u16(r.nexus.relativeTargetPort);
    writer.u32(static_cast<std::uint32_t>(r.nexus.transportId.size()));
    writer.bytes(r.nexus.transportId);
  }
}

void reportCapabilities(const Disk& disk, bool hasStore, base::ByteWriter& writer) {
  constexpr std::uint8_t kAlways = 0x10 | 0x08 | 0x04;  // CRH, SIP_C, ATP_C
  constexpr std::uint8_t kTypeMaskValid = 0x80;
  std::uint16_t mask = 0;
  for (const ReservationTypeRow& row : reservationTypes()) mask |= row.mask;
  writer.u16(8);
  writer.u8(static_cast<std::uint8_t>(kAlways | (hasStore ? 0x01 : 0)));                         // PTPL_C
  writer.u8(static_cast<std::uint8_t>(kTypeMaskValid | (disk.reservations().persists ? 1 : 0)));  // PTPL_A
  writer.u16(mask);
  writer.u16(0);
}

}  // namespace

void persistentReserveIn(Disk& disk, Command& command) {
  enum Action : std::uint8_t { kKeys = 0, kReservation = 1, kCapabilities = 2 };
  const std::uint8_t action = command.cdb[1] & 0x1f;
  const ReservationState& state = disk.reservations();
  base::Bytes& out = command.work().response;
  base::ByteWriter writer(out);
  if (action == kCapabilities) {
    reportCapabilities(disk, disk.store() != nullptr, writer);
  } else {
    writer.u32(state.generation);
    writer.u32(0);
    (action == kKeys ? readKeys : action == kReservation ? readReservation : readFullStatus)(state, writer);
    base::storeU32(&out[4], static_cast<std::uint32_t>(out.size() - 8));
  }
  disk.respond(command, base::loadU16(&command.cdb[7]));
}

namespace {

constexpr std::size_t kListSize = 24;

// What the parameter list says (SPC-4 6.16.3), or the reason why it is wrong.
class ReserveOutParser {
 public:
  ReserveOutParser(const Disk& disk, bool hasStore, base::ByteView cdb, base::ByteView list)
      : hasStore_(hasStore), list_(list) {
    request_.action = static_cast<ReserveAction>(cdb[1] & 0x1f);
    request_.scope = cdb[2] >> 4;
    request_.type = cdb[2] & 0x0f;
    for (const TargetPort& port : disk.ports().ports) ports_.push_back(port.relativeId);
    request_.targetPorts = ports_;
    request_.maxRegistrations = disk.settings().maxRegistrations;
  }

  std::optional<Sense> run() {
    if (list_.size() < kListSize) return parameterListLengthError();
    request_.key = base::loadU64(&list_[0]);
    request_.serviceActionKey = base::loadU64(&list_[8]);
    if (request_.action == ReserveAction::RegisterAndMove) return move();
    constexpr std::uint8_t kSpecifyInitiators = 0x08;
    constexpr std::uint8_t kAllTargetPorts = 0x04;
    constexpr std::uint8_t kPersists = 0x01;
    const std::uint8_t flags = list_[20];
    const bool registers =
        request_.action == ReserveAction::Register || request_.action == ReserveAction::RegisterAndIgnore;
    const bool named = request_.action == ReserveAction::Register && (flags & kSpecifyInitiators) != 0;
    if (!named && list_.size() != kListSize) return parameterListLengthError();
    // The flags are of registrations alone (SPC-4 6.16.2); of those, REGISTER AND IGNORE EXISTING KEY may not have it.
    if (registers && (flags & kSpecifyInitiators) != 0 && !named) {
      return invalidFieldInParameterList(20, std::uint8_t{3});
    }
    request_.allTargetPorts = registers && (flags & kAllTargetPorts) != 0;
    request_.persists = registers && (flags & kPersists) != 0;
    if (request_.persists && !hasStore_) return invalidFieldInParameterList(20, std::uint8_t{0});
    return named ? initiators() : std::nullopt;
  }
  [[nodiscard]] const ReserveOut& request() const { return request_; }

 private:
  // SPEC_I_PT: TRANSPORTID PARAMETER DATA LENGTH and TransportIDs of initiator ports.
  std::optional<Sense> initiators() {
    if (list_.size() < kListSize + 4) return parameterListLengthError();
    const std::size_t length = base::loadU32(&list_[24]);
    base::ByteView rest = list_.subspan(kListSize + 4);
    if (length != rest.size()) return parameterListLengthError();
    while (!rest.empty()) {
      const auto at = static_cast<std::uint16_t>(list_.size() - rest.size());
      const std::optional<std::size_t> size = transportIdSize(rest);
      if (!size || !namesInitiatorPort(rest)) return invalidFieldInParameterList(at);
      request_.transportIds.push_back(canonicalTransportId(rest.first(*size)));
      rest = rest.subspan(*size);
    }
    return std::nullopt;
  }

  // SPC-4 6.16.4.
  std::optional<Sense> move() {
    const std::size_t length = base::loadU32(&list_[20]);
    if (length != list_.size() - kListSize) return parameterListLengthError();
    request_.unregister = (list_[17] & 0x02) != 0;
    request_.persists = (list_[17] & 0x01) != 0;
    if (request_.persists && !hasStore_) return invalidFieldInParameterList(17, std::uint8_t{0});
    const base::ByteView id = list_.subspan(kListSize);
    if (transportIdSize(id) != length || !namesInitiatorPort(id)) return invalidFieldInParameterList(24);
    request_.moveTo = NexusIdentity{canonicalTransportId(id), base::loadU16(&list_[18])};
    return std::nullopt;
  }

  bool hasStore_;
  base::ByteView list_;
  std::vector<std::uint16_t> ports_;
  ReserveOut request_;
};

// The next state is the state now; those whom it touches hear of it.
void takeOver(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) {
    return disk.complete(command, {SenseKey::HardwareError, Asc::InternalTargetFailure});
  }
  ReserveOutcome outcome = std::move(disk.pendingReserve);
  disk.setReservations(std::move(outcome.next));
  for (const ReserveOutcome::Attention& a : outcome.attentions) disk.establish(a.nexus, a.what);
  disk.complete(command);
  disk.abortNexuses(outcome.abortedNexuses);
}

void reserveOutStep(Disk& disk, Command& command, IoResult) {
  if (disk.saving()) return disk.waitForSave(command, reserveOutStep);
  ReserveOutParser parser(disk, disk.store() != nullptr, command.cdb, command.work().parameters);
  if (const auto wrong = parser.run()) return disk.complete(command, *wrong);
  const ReservationState& now = disk.reservations();
  ReserveOutcome outcome = reserveOut(now, command.nexus->identity(), parser.request());
  if (outcome.kind == ReserveOutcome::Kind::Conflict) return disk.complete(command, Status::ReservationConflict);
  if (outcome.kind == ReserveOutcome::Kind::Refused) return disk.complete(command, outcome.sense);
  // Persist before GOOD; where APTPL ends, an image without reservations takes the place of the old one.
  const bool saves = now.persists || outcome.next.persists;
  disk.pendingReserve = std::move(outcome);
  if (!saves) return takeOver(disk, command, IoResult::Ok);
  const ReservationState& next = disk.pendingReserve.next;
  const base::Bytes image = next.persists ? next.image(disk.portNames()) : ReservationState{}.image();
  disk.save(command, StateKind::Reservations, image, takeOver);
}

}  // namespace

void persistentReserveOut(Disk& disk, Command& command) {
  if (!disk.parameterList(command, base::loadU32(&command.cdb[5]))) return;
  reserveOutStep(disk, command, IoResult::Ok);
}

}  // namespace scsi::handlers
