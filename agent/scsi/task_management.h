// Task management functions as a logical unit takes them from a transport (SAM-5 7).
//
// The transport derives from TaskManagementRequest, keeps it until done() and sees to what is its own: that commands of
// lower CmdSN were delivered before, and which functions it supports. done() comes when every affected command ended,
// inside Disk::manage() or later. Commands that it aborts end as Command says. One owner, the unit's thread.
#pragma once

#include <cstdint>

#include "agent/scsi/command.h"

namespace scsi {

enum class TaskManagement : std::uint8_t {
  AbortTask,
  AbortTaskSet,
  ClearAca,
  ClearTaskSet,
  LogicalUnitReset,
  QueryTask,
  QueryTaskSet,
  QueryAsynchronousEvent,
};

enum class TaskManagementResponse : std::uint8_t {
  Complete,
  Succeeded,     // QUERY functions: there is such a task, or an event
  NotSupported,  // CLEAR ACA: NORMACA is zero
};

class TaskManagementRequest {
 public:
  TaskManagement function = TaskManagement::AbortTask;
  Nexus* nexus = nullptr;
  Command* task = nullptr;  // ABORT TASK and QUERY TASK; nullptr: the transport knows of none

  virtual void done(TaskManagementResponse response) = 0;

  std::uint64_t before = 0;  // the unit's: commands up to this serial number are meant

 protected:
  ~TaskManagementRequest() = default;
};

}  // namespace scsi
