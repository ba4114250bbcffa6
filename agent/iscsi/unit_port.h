// UnitPort: the logical units as one session reaches them, that is an I_T nexus with its LUN map.
//
// The session asks, at the header of a command, what its CDB moves and where its data goes; it executes the command
// when all data is here, and gives it back when the last byte of its answer was sent. The owner of the target
// implements it on top of agent/scsi. CDBs, data, status and sense are bytes here. One thread, that of the session.
// Answers come by TargetSession::completed() and managed(), inside the call or later, exactly once each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agent/iscsi/codes.h"
#include "shared/base/bytes.h"

namespace iscsi {

struct TargetTask;

// What a CDB moves by itself, in bytes.
struct UnitMoves {
  std::uint64_t out = 0;
  std::uint64_t in = 0;
};

// How a command ended. The views are good until UnitPort::release().
struct UnitAnswer {
  std::uint8_t status = 0;  // SAM-5 5.3
  bool aborted = false;     // nothing of it may go to the initiator
  base::ByteView sense;
  std::span<const base::ByteView> dataIn;
};

// The owner's part of a task: derive from it.
class UnitTask {
 protected:
  ~UnitTask() = default;
};

class UnitPort {
 public:
  virtual ~UnitPort() = default;

  // A command has come: sets task.unit and says what the CDB moves. False: no room, it ends with TASK SET FULL.
  [[nodiscard]] virtual bool begin(TargetTask& task, UnitMoves& moves) = 0;
  // Sets task.dataOut to memory of so many bytes, in one piece. False: there is none now.
  [[nodiscard]] virtual bool reserve(TargetTask& task, std::uint32_t bytes) = 0;
  // All data-out is in task.dataOut.
  virtual void execute(TargetTask& task) = 0;
  // Ends a command that was executed and is not completed; completed() then says "aborted".
  virtual void abort(TargetTask& task) = 0;
  // The task ends; what begin() and reserve() gave is free again.
  virtual void release(TargetTask& task) = 0;

  // A command for this LUN has ended with its connection while the session goes on: its nexus hears of it by a unit
  // attention (RFC 7143 11.14.5).
  virtual void lostWithConnection(std::uint64_t lun) = 0;

  // The session is closed: I_T nexus loss. Commands that are not completed yet still will be.
  virtual void leave() = 0;

  [[nodiscard]] virtual bool hasUnit(std::uint64_t lun) const = 0;
  // Adds the other LUNs at which this session has the logical unit of `lun`: it has one task set.
  virtual void otherLuns(std::uint64_t, std::vector<std::uint64_t>&) const {}
  // Whether the session may have a function that ends commands of others. False: response 6 (RFC 7143 11.6.1).
  [[nodiscard]] virtual bool mayManage(TaskManagementFunction, std::uint64_t) const { return true; }
  // A task management function that a logical unit takes part in; `referenced` with ABORT TASK. The commands that it
  // ends are completed as aborted before managed() comes.
  virtual void manage(TargetTask& function, TargetTask* referenced) = 0;
};

}  // namespace iscsi
