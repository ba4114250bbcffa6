// Persistent reservations of one logical unit as values (SPC-4 5.12): state, the transitions of PERSISTENT RESERVE OUT,
// and what the state leaves to each nexus.
//
// reserveOut() makes the next state from the present one and says who must hear of it; nothing is done until the caller
// takes the next state over, so that it can be persisted first. Bound: `maxRegistrations`; beyond it a registration
// ends with 55/04. Pure, one owner.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agent/scsi/nexus.h"
#include "agent/scsi/port_names.h"
#include "agent/scsi/sense.h"

namespace scsi {

enum class ReservationType : std::uint8_t {
  None = 0,
  WriteExclusive = 1,
  ExclusiveAccess = 3,
  WriteExclusiveRegistrantsOnly = 5,
  ExclusiveAccessRegistrantsOnly = 6,
  WriteExclusiveAllRegistrants = 7,
  ExclusiveAccessAllRegistrants = 8,
};

struct ReservationTypeRow {
  ReservationType type;
  bool readsForOthers;      // a nexus without registration may read
  bool registrantsAccess;   // registered nexuses may do all
  bool allAreHolders;
  std::uint16_t mask;       // in the PERSISTENT RESERVATION TYPE MASK of REPORT CAPABILITIES
};
std::span<const ReservationTypeRow> reservationTypes();
const ReservationTypeRow* findReservationType(std::uint8_t type);

struct Registration {
  NexusIdentity nexus;
  std::uint64_t key = 0;
  bool allTargetPorts = false;  // made with ALL_TG_PT
};

struct ReservationState {
  std::uint32_t generation = 0;
  bool persists = false;  // APTPL of the last successful registration
  std::vector<Registration> registrations;
  ReservationType type = ReservationType::None;
  NexusIdentity holder;   // not for types where all registrants are
  bool portsUnnamed = false;  // read from an image that has portal group tags for numbers: see Disk::renumberPorts()

  [[nodiscard]] const Registration* find(const NexusIdentity& nexus) const;
  [[nodiscard]] bool holds(const NexusIdentity& nexus) const;
  // Bits of Access.
  [[nodiscard]] std::uint8_t accessOf(const NexusIdentity& nexus) const;

  // For a StateStore; an image read back has generation 0, as after power on. Nothing from a malformed image. `names`:
  // its target ports are found again by their names; without, and where one has none, by their numbers.
  [[nodiscard]] base::Bytes image(const PortNames* names = nullptr) const;
  static std::optional<ReservationState> fromImage(base::ByteView image, PortNames* names = nullptr);
};

enum class ReserveAction : std::uint8_t {
  Register = 0,
  Reserve = 1,
  Release = 2,
  Clear = 3,
  Preempt = 4,
  PreemptAndAbort = 5,
  RegisterAndIgnore = 6,
  RegisterAndMove = 7,
};

struct ReserveOut {
  ReserveAction action = ReserveAction::Register;
  std::uint8_t scope = 0;
  std::uint8_t type = 0;
  std::uint64_t key = 0;
  std::uint64_t serviceActionKey = 0;
  bool persists = false;        // APTPL
  bool allTargetPorts = false;  // ALL_TG_PT
  bool unregister = false;      // UNREG
  std::vector<base::Bytes> transportIds;         // SPEC_I_PT, canonical
  std::optional<NexusIdentity> moveTo;           // REGISTER AND MOVE
  std::span<const std::uint16_t> targetPorts;    // the relative identifiers of all ports
  std::size_t maxRegistrations = 256;
};

struct ReserveOutcome {
  enum class Kind : std::uint8_t { Good, Conflict, Refused };
  Kind kind = Kind::Good;
  Sense sense;             // of Refused
  ReservationState next;   // of Good
  struct Attention {
    NexusIdentity nexus;
    UnitAttention what;
  };
  std::vector<Attention> attentions;
  std::vector<NexusIdentity> abortedNexuses;  // PREEMPT AND ABORT: their commands
};

ReserveOutcome reserveOut(const ReservationState& now, const NexusIdentity& self, const ReserveOut& request);

}  // namespace scsi
