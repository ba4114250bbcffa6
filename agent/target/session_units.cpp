#include "agent/target/session_units.h"

#include <algorithm>
#include <utility>

#include "agent/iscsi/serial.h"
#include "agent/iscsi/target_connection.h"
#include "agent/scsi/no_logical_unit.h"
#include "agent/scsi/transport_id.h"
#include "shared/base/clock.h"

namespace target {
namespace {

constexpr std::uint8_t kTestUnitReady = 0x00;
constexpr std::uint8_t kInquiry = 0x12;
constexpr std::uint8_t kReportLuns = 0xa0;

scsi::Lun lunOf(std::uint64_t wire) {
  scsi::Lun lun;
  base::storeU64(lun.bytes.data(), wire);
  return lun;
}

scsi::TaskAttribute attributeOf(iscsi::TaskAttribute attribute) {
  switch (attribute) {
    case iscsi::TaskAttribute::Ordered:
      return scsi::TaskAttribute::Ordered;
    case iscsi::TaskAttribute::HeadOfQueue:
      return scsi::TaskAttribute::HeadOfQueue;
    case iscsi::TaskAttribute::Untagged:
    case iscsi::TaskAttribute::Simple:
    case iscsi::TaskAttribute::Aca:
      break;
  }
  return scsi::TaskAttribute::Simple;
}

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

// Who a unit is to those who look it up in INQUIRY data; empty: it does not say.
std::string nameOf(const scsi::UnitIdentity& identity) {
  if (identity.serial.empty() && identity.naa.empty() && identity.eui64.empty()) return {};
  return identity.serial + '\n' + std::string(base::asText(identity.naa)) + '\n' +
         std::string(base::asText(identity.eui64));
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

void UnitCommand::done() { session->done(*this); }

SessionUnits::SessionUnits(iscsi::TargetSession& session, std::uint16_t relativePort, const UnitResources& resources)
    : session_(session), relativePort_(relativePort), resources_(resources) {}

SessionUnits::~SessionUnits() { leave(); }

// ---- The map -------------------------------------------------------------------------------------------------------

bool SessionUnits::map(const std::vector<Mapping>& wanted) {
  const bool first = !std::exchange(begun_, true);
  bool all = true;
  bool changed = false;
  // What goes, goes first, while those that stay are all in the map: a function of the session that waits for a command
  // which ends here goes on inside of it, and means them too.
  for (Mapped& mapped : mapped_) {
    const bool stays = std::any_of(wanted.begin(), wanted.end(), [&](const Mapping& mapping) {
      return mapping.lun == mapped.lun && mapping.unit == mapped.unit;
    });
    if (stays) continue;
    detach(mapped);
    changed = true;
  }
  std::vector<Mapped> next;
  for (const Mapping& mapping : wanted) {
    const auto known = std::find_if(mapped_.begin(), mapped_.end(), [&](const Mapped& mapped) {
      return mapped.lun == mapping.lun && mapped.unit == mapping.unit;
    });
    Mapped mapped;
    if (known != mapped_.end()) {
      mapped = std::exchange(*known, Mapped{});
    } else {
      mapped.lun = mapping.lun;
      mapped.wire = base::loadU64(scsi::Lun::of(mapping.lun)->bytes.data());
      mapped.unit = mapping.unit;
      const auto& login = session_.login();
      mapped.nexus = mapping.unit->disk().attach(
          {scsi::iscsiTransportId(login.initiatorName, login.isid), relativePort_});
      if (mapped.nexus == nullptr) {
        all = false;
        continue;
      }
      mapping.unit->add(*this);
      changed = true;
      const std::string who = nameOf(mapping.unit->disk().identity());
      const auto [shown, isNew] = shown_.try_emplace(mapping.lun, who);
      mapped.replaced = !isNew && (who.empty() || shown->second != who);
      shown->second = who;
      anyReplaced_ = anyReplaced_ || mapped.replaced;
    }
    // What it may do now stands in its mode parameters: bit WP (SPC-4 7.5.5, 5.14).
    if (std::exchange(mapped.nexus->readOnly, mapping.readOnly) != mapping.readOnly && known != mapped_.end()) {
      mapped.nexus->attentions.establish(scsi::UnitAttention::ModeParametersChanged);
    }
    mapped.nexus->luns = &luns_;
    mapped.nexus->transport = this;
    mapped.nexus->share = &dataIn_;
    mapped.nexus->reportLunsUnit = true;
    mapped.nexus->protocolLevel = static_cast<std::uint8_t>(session_.parameters().protocolLevel);
    next.push_back(mapped);
  }
  mapped_ = std::move(next);
  listLuns();
  if (changed && !first) {
    for (const Mapped& mapped : mapped_) mapped.nexus->attentions.establish(scsi::UnitAttention::ReportedLunsChanged);
  }
  return all;
}

void SessionUnits::unmap(Unit& unit) {
  for (Mapped& mapped : mapped_) {
    if (mapped.unit == &unit) detach(mapped);
  }
  std::erase_if(mapped_, [](const Mapped& mapped) { return mapped.unit == nullptr; });
  listLuns();
  for (const Mapped& mapped : mapped_) mapped.nexus->attentions.establish(scsi::UnitAttention::ReportedLunsChanged);
}

void SessionUnits::unitsOf(std::vector<scsi::CopyUnit>& out) const {
  for (const Mapped& mapped : mapped_) {
    if (mapped.unit != nullptr) out.push_back({&mapped.unit->disk(), mapped.nexus});
  }
}

void SessionUnits::lostWithConnection(std::uint64_t lun) {
  if (Mapped* const mapped = find(lun)) {
    mapped->nexus->attentions.establish(scsi::UnitAttention::CommandsClearedByIscsiEvent);
  }
}

void SessionUnits::leave() {
  for (Mapped& mapped : mapped_) detach(mapped);
  mapped_.clear();
}

// The disk ends its commands on the way; those that wait for data with the session end too.
void SessionUnits::detach(Mapped& mapped) {
  Unit& unit = *std::exchange(mapped.unit, nullptr);
  session_.clearWaiting(mapped.wire);
  const bool elsewhere =
      std::any_of(mapped_.begin(), mapped_.end(), [&](const Mapped& other) { return other.unit == &unit; });
  if (!elsewhere) unit.remove(*this);
  unit.disk().detach(*mapped.nexus);
}

void SessionUnits::listLuns() {
  luns_.clear();
  for (const Mapped& mapped : mapped_) luns_.push_back(*scsi::Lun::of(mapped.lun));
}

SessionUnits::Mapped* SessionUnits::find(std::uint64_t lun) {
  // One that is being detached is not there any more.
  for (Mapped& mapped : mapped_) {
    if (mapped.wire == lun && mapped.unit != nullptr) return &mapped;
  }
  const auto number = lunOf(lun).number();
  if (!number) return nullptr;
  for (Mapped& mapped : mapped_) {
    if (mapped.lun == *number && mapped.unit != nullptr) return &mapped;
  }
  return nullptr;
}

bool SessionUnits::hasUnit(std::uint64_t lun) const { return find(lun) != nullptr; }

// ---- Commands ------------------------------------------------------------------------------------------------------

bool SessionUnits::begin(iscsi::TargetTask& task, iscsi::UnitMoves& moves) {
  UnitCommand* const command = resources_.commands.take();
  command->session = this;
  command->task = &task;
  task.unit = command;
  const Mapped* const mapped = find(task.lun);
  command->unit = mapped == nullptr ? nullptr : mapped->unit;
  command->nexus = mapped == nullptr ? nullptr : mapped->nexus;
  if (mapped == nullptr) return true;
  const scsi::Transfer transfer = mapped->unit->disk().transferOf(task.cdb());
  moves.in = transfer.in;
  // What is longer is refused by the unit, from the CDB alone.
  moves.out = transfer.out > block::DataMemory::kLargest ? 0 : transfer.out;
  return true;
}

bool SessionUnits::reserve(iscsi::TargetTask& task, std::uint32_t bytes) {
  task.dataOut = resources_.memory.take(bytes, memory_);
  return !task.dataOut.empty();
}

void SessionUnits::execute(iscsi::TargetTask& task) {
  auto& command = static_cast<UnitCommand&>(*task.unit);
  const iscsi::ScsiCommand& request = task.command();
  command.cdb = task.cdb();
  command.attribute = attributeOf(request.attribute);
  command.data = task.dataOut;
  command.dataOut = task.dataOut.empty() ? std::span<const std::span<std::uint8_t>>{}
                                         : std::span<const std::span<std::uint8_t>>(&command.data, 1);
  command.announcedDataOut = request.write ? request.expectedDataTransferLength : 0;
  command.ownDataIn = task.link->parameters().dataDigest != iscsi::Digest::None;  // of that connection
  // The map may have changed since the header: the command of a unit that left is one for nobody.
  Mapped* const mapped = find(task.lun);
  if (mapped == nullptr || mapped->unit != command.unit || mapped->nexus != command.nexus) {
    command.unit = nullptr;
    command.nexus = nullptr;
  }
  if (command.unit == nullptr) {
    if (lunOf(task.lun).isReportLunsWellKnown()) return scsi::executeReportLunsUnit(command, luns_);
    return scsi::executeWithoutLogicalUnit(command, luns_, true);
  }
  if (mapped->replaced) meetReplaced(*mapped, task);
  command.unit->began();
  command.unit->disk().execute(command, resources_.clock.at(task.link->now()));
}

void SessionUnits::meetReplaced(Mapped& mapped, const iscsi::TargetTask& task) {
  const auto told = task.link == nullptr ? mapped.told.end() : mapped.told.find(task.link->cid());
  const bool knows = told != mapped.told.end() && iscsi::serialLess(told->second.statSn, task.command().expStatSn);
  // By this many initiators look whether the unit attentions are over, before they ask anything.
  if (knows && task.cdb()[0] == kTestUnitReady) return;
  if (!knows || task.cdb()[0] != kInquiry) {
    mapped.nexus->attentions.establish(scsi::UnitAttention::ReportedLunsChanged);
    return;
  }
  mapped.replaced = false;
  mapped.told.clear();
  anyReplaced_ = std::any_of(mapped_.begin(), mapped_.end(), [](const Mapped& other) { return other.replaced; });
}

// The status of this command is the next one of its connection, or one behind it.
void SessionUnits::noteTold(const iscsi::TargetTask& task, base::ByteView sense) {
  const bool lists = task.cdb()[0] == kReportLuns;
  const Mapped* const its = find(task.lun);
  for (Mapped& mapped : mapped_) {
    const bool refused = &mapped == its && scsi::keyOf(sense) == scsi::SenseKey::UnitAttention;
    if (!mapped.replaced || !(lists || refused)) continue;
    const Told now{task.link->nextStatSn(), refused};
    const auto [at, isNew] = mapped.told.try_emplace(task.link->cid(), now);
    if (!isNew && refused && !at->second.refused) at->second = now;
  }
}

void SessionUnits::done(UnitCommand& command) {
  iscsi::TargetTask& task = *command.task;
  const base::Duration took = base::MonotonicClock::now() - task.since;
  const std::uint64_t in = command.dataInLength();
  const auto count = [&](IoCounters& io) {
    ++io.commands;
    io.bytesIn += in;
    io.bytesOut += task.dataOut.size();
    if (command.status() == scsi::Status::CheckCondition) ++io.checkConditions;
    io.latency.add(took);
  };
  count(io_);
  Unit* const unit = command.unit;
  if (unit != nullptr) count(unit->io());
  if (anyReplaced_ && task.link != nullptr) noteTold(task, command.sense());
  iscsi::UnitAnswer answer;
  answer.status = static_cast<std::uint8_t>(command.status());
  answer.aborted = command.aborted();
  answer.sense = command.sense();
  answer.dataIn = command.dataIn();
  session_.completed(task, answer);
  if (unit != nullptr) unit->ended();
}

void SessionUnits::abort(iscsi::TargetTask& task) {
  auto& command = static_cast<UnitCommand&>(*task.unit);
  if (command.unit != nullptr) command.unit->disk().abort(command);
}

void SessionUnits::release(iscsi::TargetTask& task) {
  if (!task.dataOut.empty()) resources_.memory.give(std::exchange(task.dataOut, {}), memory_);
  if (task.unit == nullptr) return;
  resources_.commands.give(static_cast<UnitCommand*>(std::exchange(task.unit, nullptr)));
}

// ---- Task management -----------------------------------------------------------------------------------------------

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
