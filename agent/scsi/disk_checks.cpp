// What stands between a command and its handler, in the order of SAM-5 5.3.3: unit attention, reservation, CDB, state.
#include <bit>

#include "agent/scsi/disk.h"

namespace scsi {
namespace {

constexpr std::uint8_t kPersistentReserveIn = 0x5e;
constexpr std::uint8_t kPersistentReserveOut = 0x5f;
constexpr std::uint8_t kFormatUnit = 0x04;
constexpr std::uint8_t kSanitize = 0x48;

bool allowsRemoval(base::ByteView cdb) { return (cdb[4] & 0x03) == 0; }
bool onlyStarts(base::ByteView cdb) { return (cdb[4] & 0xf1) == 0x01; }

Sense notReady(Asc asc) { return {SenseKey::NotReady, asc}; }

}  // namespace

bool Disk::offers(const OpcodeRow& row) const {
  if (row.has(flag::kThin) && !device_.geometry().thin) return false;
  if (row.has(flag::kRemovable) && !settings_.removable) return false;
  if (row.has(flag::kAlua) && !settings_.alua) return false;
  if (row.has(flag::kExplicitAlua) && !(settings_.alua && settings_.explicitAlua)) return false;
  if (row.has(flag::kCopy) && !copies_.offered()) return false;
  if (row.has(flag::kAtomic) && settings_.maxAtomicBlocks == 0) return false;
  return !row.has(flag::kStore) || store_ != nullptr;
}

bool Disk::writeProtected(const Nexus& nexus) const {
  return nexus.readOnly || modes_.softwareWriteProtect() || device_.geometry().readOnly;
}

bool Disk::mayRun(Command& command) {
  CommandWork& work = command.work();
  Nexus& nexus = *command.nexus;
  const bool known = work.row != nullptr && command.cdb.size() >= work.row->length && offers(*work.row);
  if (nexus.attentions.any() && !work.ofCopy && !(known && work.row->has(flag::kIgnoresAttention))) {
    complete(command, {SenseKey::UnitAttention, ascOf(*nexus.attentions.take())});
    return false;
  }
  // SPC-4 6.1: who it is (INQUIRY, REPORT LUNS) and how it is (REQUEST SENSE) it says all the same. What it can do, and
  // who has reserved it, is known with its store.
  if (awaited_ && !(known && work.row->has(flag::kIgnoresAttention))) {
    complete(command, notReady(Asc::BecomingReady));
    return false;
  }
  if (known && !reservationAllows(command, *work.row)) {
    complete(command, Status::ReservationConflict);
    return false;
  }
  std::optional<Sense> wrong = checkCdb(command, known ? work.row : nullptr);
  if (!wrong) wrong = stateRefuses(command, *work.row);
  if (wrong) complete(command, *wrong);
  return !wrong;
}

bool Disk::reservationAllows(const Command& command, const OpcodeRow& row) const {
  const Nexus& nexus = *command.nexus;
  const base::ByteView cdb = command.cdb;
  if (reservedBy != nullptr) {
    // SPC-2 5.5.1: the two kinds of reservation exclude each other, for the holder too.
    if (row.opcode == kPersistentReserveIn || row.opcode == kPersistentReserveOut) return false;
    const bool harmless = row.has(flag::kDespiteReserve) || (row.needs == Needs::Removal && allowsRemoval(cdb));
    if (reservedBy != &nexus && !harmless) return false;
  }
  const bool reads = (nexus.access & static_cast<std::uint8_t>(Access::Read)) != 0;
  const bool writes = (nexus.access & static_cast<std::uint8_t>(Access::Write)) != 0;
  switch (row.needs) {
    case Needs::Nothing:
    case Needs::ByHandler: return true;
    case Needs::Read: return reads;
    case Needs::Write: return writes;
    case Needs::StartStop: return writes || onlyStarts(cdb);
    case Needs::Removal: return writes || allowsRemoval(cdb);
  }
  return false;
}

// `row` is nullptr where the CDB is none that this disk offers.
std::optional<Sense> Disk::checkCdb(const Command& command, const OpcodeRow* row) const {
  const base::ByteView cdb = command.cdb;
  if (command.attribute == TaskAttribute::Aca) return Sense{SenseKey::IllegalRequest, Asc::InvalidMessageError};
  if (row == nullptr) {
    for (const OpcodeRow& other : cdb.empty() ? std::span<const OpcodeRow>() : rowsOf(cdb[0])) {
      if (offers(other)) return invalidFieldInCdb(1, std::uint8_t{4});  // a service action, or a CDB cut short
    }
    return Sense{SenseKey::IllegalRequest, Asc::InvalidCommandOperationCode};
  }
  for (std::size_t i = 1; i < row->length; ++i) {
    const auto wrong = static_cast<unsigned>(cdb[i] & ~row->usage[i]);
    if (wrong != 0) {
      return invalidFieldInCdb(static_cast<std::uint16_t>(i), static_cast<std::uint8_t>(std::bit_width(wrong) - 1));
    }
  }
  return std::nullopt;
}

// After a SANITIZE that failed all is refused that is refused while it runs; after a FORMAT UNIT what wants the medium
// (SBC-3 4.11.3, 5.2). Neither keeps out what mends it.
bool Disk::failureRefuses(const OpcodeRow& row) const {
  if (row.has(flag::kSanitizing) || row.opcode == kSanitize) return false;
  switch (background_.failed()) {
    case Background::Kind::None:
      return false;
    case Background::Kind::Sanitize:
      return true;
    case Background::Kind::Format:
      return row.has(flag::kMedium) && row.opcode != kFormatUnit;
  }
  return false;
}

std::optional<Sense> Disk::stateRefuses(const Command& command, const OpcodeRow& row) {
  if (settings_.alua) {
    const TargetPort* port = portOf(*command.nexus);
    for (const PortGroup& group : groups_) {
      if (port == nullptr || group.id != port->group) continue;
      if (group.state == AluaState::Standby && !row.has(flag::kStandby)) return notReady(Asc::TargetPortInStandbyState);
      if (group.state == AluaState::Transitioning && !row.has(flag::kUnavailable)) {
        return notReady(Asc::AsymmetricAccessStateTransition);
      }
      const bool away = group.state == AluaState::Unavailable || group.state == AluaState::Offline;
      if (away && !row.has(flag::kUnavailable)) return notReady(Asc::TargetPortInUnavailableState);
    }
  }
  if (background_.running() && !row.has(flag::kSanitizing)) return background_.inProgress();
  if (failureRefuses(row)) return background_.failure();
  if (row.has(flag::kMedium) && !mediumPresent_) return notReady(Asc::MediumNotPresent);
  const Nexus& nexus = *command.nexus;
  const bool forbidden = nexus.readOnly && row.has(flag::kManages);
  if (forbidden || (row.has(flag::kWrites) && writeProtected(nexus))) {
    return Sense{SenseKey::DataProtect, Asc::WriteProtected};
  }
  return std::nullopt;
}

}  // namespace scsi
