// Nexus: what a logical unit keeps for each I_T_L nexus (SAM-5 4.8, 5.14; SPC-4 5.12).
//
// The transport names the I_T nexus when it attaches a session to a logical unit (Disk::attach) and gets a Nexus, which
// the unit owns; it stays until Disk::detach and until the last command of it ended. Mode pages are shared by all
// nexuses (VPD page 87h says so), so none stand here. One owner, the unit's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/scsi/buffer_pool.h"
#include "agent/scsi/flush_news.h"
#include "agent/scsi/lun.h"
#include "agent/scsi/unit_attention.h"
#include "shared/base/bytes.h"

namespace scsi {

// Initiator port and target port. Two sessions with the same identity are one I_T nexus, at different times.
struct NexusIdentity {
  base::Bytes transportId;                // as iscsiTransportId() makes it
  std::uint16_t relativeTargetPort = 1;

  friend bool operator==(const NexusIdentity&, const NexusIdentity&) = default;
};

// What a reservation leaves to a nexus.
enum class Access : std::uint8_t { None = 0, Read = 1, Write = 2, All = 3 };

class Nexus {
 public:
  explicit Nexus(NexusIdentity identity) : identity_(std::move(identity)) {}
  Nexus(const Nexus&) = delete;
  Nexus& operator=(const Nexus&) = delete;

  [[nodiscard]] const NexusIdentity& identity() const { return identity_; }

  // What the transport sets, and may change between commands.
  bool readOnly = false;                       // its map lets it read only
  void* transport = nullptr;                   // what the transport knows it by; nobody else looks at it
  const std::vector<Lun>* luns = nullptr;      // its LUN map for REPORT LUNS; none: LUN 0 alone
  bool reportLunsUnit = false;                 // the transport answers for the REPORT LUNS well-known logical unit
  BufferShare* share = nullptr;  // of the memory for data-in, one for all units of a session; none: no rule
  std::uint8_t protocolLevel = 1;              // iSCSIProtocolLevel, for the version descriptor (RFC 7144 9.1)

  // The logical unit's.
  UnitAttentions attentions;
  std::uint8_t access = 3;        // bits of Access: what persistent reservations of others leave
  bool registered = false;        // has a registration
  bool preventsRemoval = false;
  bool leaving = false;           // detached; waits for its last command
  std::uint32_t commands = 0;     // in the task set
  base::Bytes echoBuffer;         // of WRITE BUFFER mode 0ah; empty: none written
  std::optional<FlushNews::Way> flushes;  // one of those of its initiator

 private:
  NexusIdentity identity_;
};

}  // namespace scsi
