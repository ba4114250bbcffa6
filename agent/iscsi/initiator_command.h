// InitiatorCommand: one SCSI command as the user of an initiator session gives it, and what became of it.
//
// The object, its CDB and its data belong to the user; all of that stays where it is, and data to be sent unchanged,
// from submit() until onDone(), which comes exactly once. Data-in is written right into `dataIn`. One thread. What the
// target says is in `result`; nothing of it is looked at here. Lengths are bytes. RFC 7143 11.3, 11.4.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "agent/iscsi/bhs.h"
#include "agent/iscsi/codes.h"
#include "agent/iscsi/residual.h"
#include "shared/base/bytes.h"
#include "shared/base/clock.h"

namespace iscsi {

enum class CommandOutcome : std::uint8_t {
  Completed,      // the target answered: see status, sense and residual
  TargetFailure,  // the target answered with another response than "Command Completed at Target"
  Rejected,       // the target answered with a Reject
  TimedOut,       // no answer in time; it was aborted or the logical unit reset, as the target has confirmed
  Recalled,       // by recall(), before it was sent: the target has not carried it out
  Aborted,        // by cancel(), or by a reset of the logical unit that another command's silence made necessary
  SessionLost,    // the session ended, or could not be made again in time, or it may not be repeated: nothing tells
                  // whether the target has carried it out, or still will
};

struct CommandResult {
  static constexpr std::size_t kMaxSense = 252;  // SPC-4 6.39; what is longer is cut

  CommandOutcome outcome = CommandOutcome::SessionLost;
  std::uint8_t status = 0;  // SAM-5 5.3, with Completed
  ServiceResponse response = ServiceResponse::CommandCompleted;
  RejectReason reason = RejectReason::Reserved;  // with Rejected
  std::uint8_t repeats = 0;                      // how often it was sent again by another session
  Residual residual{};
  Residual readResidual{};      // of a bidirectional command
  std::uint32_t received = 0;   // bytes of dataIn that have come, without a hole
  std::uint16_t senseSize = 0;  // bytes
  std::array<std::uint8_t, kMaxSense> senseBytes;

  [[nodiscard]] base::ByteView sense() const { return {senseBytes.data(), senseSize}; }
  [[nodiscard]] bool good() const { return outcome == CommandOutcome::Completed && status == 0; }
};

class InitiatorCommand {
 public:
  InitiatorCommand() = default;
  virtual ~InitiatorCommand() = default;
  InitiatorCommand(const InitiatorCommand&) = delete;
  InitiatorCommand& operator=(const InitiatorCommand&) = delete;

  // The end. The command may be submitted again or destroyed from here; the session may not be destroyed.
  virtual void onDone() = 0;

  Lun lun{};
  TaskAttribute attribute = TaskAttribute::Simple;
  base::ByteView cdb;              // 1 to kMaxCdb bytes
  std::span<std::uint8_t> dataIn;  // room for what is read; both are given for a bidirectional command
  base::ByteView dataOut;          // what is written
  base::Duration timeout{};        // until the answer; 0: the session's
  bool mayRepeat = true;           // whether another session may send it again, not knowing whether it was executed
  CommandResult result;

 private:
  friend class InitiatorSession;
  static constexpr std::uint32_t kNoTask = 0xffffffff;
  std::uint32_t task_ = kNoTask;  // its tag while it is submitted
};

}  // namespace iscsi
