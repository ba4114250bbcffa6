// Task management functions of a session at the units of its map: who may have which, which units take part, and whose
// commands end besides its own (RFC 7143 11.5; SAM-5 7).
#include <algorithm>

#include "agent/target/session_units.h"

namespace target {
namespace {

scsi::TaskManagement functionOf(iscsi::TaskManagementFunction function) {
  using F = iscsi::TaskManagementFunction;
  switch (function) {
    case F::AbortTask:
      return scsi::TaskManagement::AbortTask;
    case F::AbortTaskSet:
      return scsi::TaskManagement::AbortTaskSet;
    case F::ClearAca:
      return scsi::TaskManagement::ClearAca;
    case F::ClearTaskSet:
      return scsi::TaskManagement::ClearTaskSet;
    case F::QueryTask:
      return scsi::TaskManagement::QueryTask;
    case F::QueryTaskSet:
      return scsi::TaskManagement::QueryTaskSet;
    case F::QueryAsynchronousEvent:
      return scsi::TaskManagement::QueryAsynchronousEvent;
    default:
      return scsi::TaskManagement::LogicalUnitReset;  // the target resets too: each unit of them
  }
}

iscsi::TaskManagementResponseCode codeOf(scsi::TaskManagementResponse response) {
  switch (response) {
    case scsi::TaskManagementResponse::Complete:
      return iscsi::TaskManagementResponseCode::FunctionComplete;
    case scsi::TaskManagementResponse::Succeeded:
      return iscsi::TaskManagementResponseCode::FunctionSucceeded;
    case scsi::TaskManagementResponse::NotSupported:
      break;
  }
  return iscsi::TaskManagementResponseCode::FunctionNotSupported;
}

}  // namespace

// A task management function on its way through one or more units; gone when the last has answered.
class SessionUnits::Function {
 public:
  Function(SessionUnits& units, iscsi::TargetTask& task) : units_(units), task_(task) {}

  // Connections of another session that hear when the unit has ended their tasks.
  void willTell(SessionUnits& session, const Unit& unit, std::uint64_t lun) {
    std::vector<iscsi::AsyncTarget> targets;
    session.session_.terminating(lun, targets);
    for (const iscsi::AsyncTarget& target : targets) told_.push_back({&session, &unit, target});
  }

  void start(const std::vector<Mapped*>& on, scsi::Command* referenced) {
    left_ = on.size() + 1;
    for (const Mapped* const mapped : on) {
      auto* const part = new Part(*this, mapped->unit);
      part->function = functionOf(task_.function().function);
      part->nexus = mapped->nexus;
      part->task = referenced;
      mapped->unit->began();
      mapped->unit->disk().manage(*part);
    }
    ended();
  }

 private:
  struct Part final : scsi::TaskManagementRequest {
    Part(Function& whole, Unit* on) : whole_(whole), unit_(on) {}
    void done(scsi::TaskManagementResponse response) override {
      Function& whole = whole_;
      whole.tell(*unit_);
      unit_->ended();
      delete this;
      whole.response_ = codeOf(response);
      whole.ended();
    }

   private:
    Function& whole_;
    Unit* unit_;
  };

  struct Told {
    const SessionUnits* session = nullptr;  // maybe gone by then: the unit knows who is there
    const Unit* unit = nullptr;
    iscsi::AsyncTarget target;
  };

  void tell(const Unit& unit) {
    for (const Told& one : told_) {
      if (one.unit != &unit) continue;
      for (SessionUnits* const session : unit.sessions()) {
        if (session == one.session) session->session_.tellTermination(one.target);
      }
    }
  }

  void ended() {
    if (--left_ != 0) return;
    SessionUnits& units = units_;
    iscsi::TargetTask& task = task_;
    const iscsi::TaskManagementResponseCode response = response_;
    delete this;
    units.session_.managed(task, response);
  }

  SessionUnits& units_;
  iscsi::TargetTask& task_;
  std::vector<Told> told_;
  std::size_t left_ = 0;
  iscsi::TaskManagementResponseCode response_ = iscsi::TaskManagementResponseCode::FunctionComplete;
};

void SessionUnits::otherLuns(std::uint64_t lun, std::vector<std::uint64_t>& out) const {
  const Mapped* const mapped = find(lun);
  if (mapped == nullptr) return;
  for (const Mapped& other : mapped_) {
    if (&other != mapped && other.unit == mapped->unit) out.push_back(other.wire);
  }
}

// Where a unit may only be read, what ends the commands of those who may write is not for its reader. The reset of a
// unit is all the same: the error handling of initiators in use ends in it. So whoever may write one unit may reset the
// target too, which is no more than the reset of each; whoever may write none goes over to a new session.
bool SessionUnits::mayManage(iscsi::TaskManagementFunction function, std::uint64_t lun) const {
  const iscsi::TaskManagementFunctionRow* const row = iscsi::findRow(function);
  const auto writes = [](const Mapped& mapped) { return mapped.unit != nullptr && !mapped.nexus->readOnly; };
  if (row != nullptr && row->scope == iscsi::TaskScope::Target) {
    return std::any_of(mapped_.begin(), mapped_.end(), writes);
  }
  const Mapped* const mapped = find(lun);
  return row == nullptr || row->scope != iscsi::TaskScope::TaskSet || mapped == nullptr || writes(*mapped);
}

void SessionUnits::manage(iscsi::TargetTask& function, iscsi::TargetTask* referenced) {
  const iscsi::TaskManagementFunctionRow* const row = iscsi::findRow(function.function().function);
  std::vector<Mapped*> on;
  if (row->scope == iscsi::TaskScope::Target) {
    for (Mapped& mapped : mapped_) {
      if (mapped.unit != nullptr) on.push_back(&mapped);  // not one that is being detached
    }
  } else if (Mapped* const mapped = find(function.lun)) {
    on.push_back(mapped);
    // The unit tells nexuses apart by LUN; of this session's commands it ends those at each.
    for (Mapped& other : mapped_) {
      const bool too = &other != mapped && other.unit == mapped->unit;
      if (too && row->scope == iscsi::TaskScope::NexusUnit) on.push_back(&other);
    }
  }
  const bool shared = row->scope == iscsi::TaskScope::TaskSet || row->scope == iscsi::TaskScope::LogicalUnit ||
                      row->scope == iscsi::TaskScope::Target;
  auto* const work = new Function(*this, function);
  if (shared) {
    for (const Mapped* const mapped : on) clearOthers(*mapped, *work, row->scope != iscsi::TaskScope::TaskSet);
  }
  auto* const command = referenced == nullptr ? nullptr : static_cast<UnitCommand*>(referenced->unit);
  work->start(on, command);
}

// Commands of other sessions on the unit whose data is still awaited. Their initiators hear of it as of those that the
// disk has: by status, or by a unit attention (SAM-5 5.6, 7.3). That of a reset the disk establishes for all.
void SessionUnits::clearOthers(const Mapped& mapped, Function& function, bool reset) {
  const bool tells = mapped.unit->disk().modePages().taskAbortedStatus();
  for (SessionUnits* const other : mapped.unit->sessions()) {
    if (other == this) continue;
    for (const Mapped& theirs : other->mapped_) {
      if (theirs.unit != mapped.unit) continue;
      function.willTell(*other, *mapped.unit, theirs.wire);
      const bool silent = other->session_.clearWaiting(theirs.wire, tells);
      if (silent && !reset) theirs.nexus->attentions.establish(scsi::UnitAttention::CommandsCleared);
    }
  }
}

}  // namespace target
