#include "agent/target/session_units.h"

#include <algorithm>
#include <utility>

#include "agent/iscsi/serial.h"
#include "agent/iscsi/target_connection.h"
#include "agent/scsi/no_logical_unit.h"
#include "agent/scsi/opcodes.h"
#include "agent/scsi/transport_id.h"
#include "shared/base/clock.h"

namespace target {
namespace {

constexpr std::uint8_t kTestUnitReady = 0x00;
constexpr std::uint8_t kInquiry = 0x12;
constexpr std::uint8_t kReportLuns = 0xa0;

// INQUIRY, REPORT LUNS, REQUEST SENSE: by these an initiator finds out.
bool passesAttention(base::ByteView cdb) {
  const scsi::OpcodeRow* const row = scsi::findOpcode(cdb);
  return row != nullptr && row->has(scsi::flag::kIgnoresAttention);
}

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

// Who a unit is to those who look it up in INQUIRY data; empty: it does not say.
std::string nameOf(const scsi::UnitIdentity& identity) {
  if (identity.serial.empty() && identity.naa.empty() && identity.eui64.empty()) return {};
  return identity.serial + '\n' + std::string(base::asText(identity.naa)) + '\n' +
         std::string(base::asText(identity.eui64));
}

// For commands of a unit that leaves before it has them. The sense stays, as the answers' views have to.
template <scsi::SenseKey Key, scsi::Asc Code>
iscsi::UnitAnswer refusal() {
  static const scsi::SenseBuffer sense = [] {
    scsi::SenseBuffer made{};
    static_cast<void>(scsi::encode({Key, Code}, false, made));
    return made;
  }();
  iscsi::UnitAnswer answer;
  answer.status = static_cast<std::uint8_t>(scsi::Status::CheckCondition);
  answer.sense = base::ByteView(sense).first(scsi::kFixedSenseSize);
  return answer;
}
iscsi::UnitAnswer noUnit() { return refusal<scsi::SenseKey::IllegalRequest, scsi::Asc::LogicalUnitNotSupported>(); }
iscsi::UnitAnswer notReady() { return refusal<scsi::SenseKey::NotReady, scsi::Asc::BecomingReady>(); }

}  // namespace

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
    detach(mapped, scsi::Disk::Leaving::Unmapped);
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
      mapped.serial = ++lastSerial_;
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

void SessionUnits::unmap(Unit& unit, bool comesBack) {
  using L = scsi::Disk::Leaving;
  for (Mapped& mapped : mapped_) {
    if (mapped.unit == &unit) detach(mapped, comesBack ? L::ComesBack : L::Unmapped);
  }
  std::erase_if(mapped_, [](const Mapped& mapped) { return mapped.unit == nullptr; });
  listLuns();
  for (const Mapped& mapped : mapped_) mapped.nexus->attentions.establish(scsi::UnitAttention::ReportedLunsChanged);
}

void SessionUnits::unitsOf(std::vector<scsi::CopyUnit>& out) const {
  for (const Mapped& mapped : mapped_) {
    const bool there = mapped.unit != nullptr && !mapped.unit->disk().awaited();
    if (there) out.push_back({&mapped.unit->disk(), mapped.nexus});
  }
}

void SessionUnits::lostWithConnection(std::uint64_t lun) {
  if (Mapped* const mapped = find(lun)) {
    mapped->nexus->attentions.establish(scsi::UnitAttention::CommandsClearedByIscsiEvent);
  }
}

void SessionUnits::leave() {
  for (Mapped& mapped : mapped_) detach(mapped, scsi::Disk::Leaving::NexusLost);
  mapped_.clear();
}

// The disk ends its commands on the way, the session those that wait for data. While it lives its initiator hears of
// each: without an answer it would wait, and then reset the whole target for it.
void SessionUnits::detach(Mapped& mapped, scsi::Disk::Leaving why) {
  using L = scsi::Disk::Leaving;
  Unit& unit = *std::exchange(mapped.unit, nullptr);
  if (why != L::NexusLost) session_.refuseWaiting(mapped.wire, why == L::ComesBack ? notReady() : noUnit());
  const bool elsewhere =
      std::any_of(mapped_.begin(), mapped_.end(), [&](const Mapped& other) { return other.unit == &unit; });
  if (!elsewhere) unit.remove(*this);
  unit.disk().detach(*mapped.nexus, why);
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
  command->mapping = mapped == nullptr ? 0 : mapped->serial;
  command->unasked = mapped != nullptr && mapped->replaced;
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
  Mapped* const mapped = find(task.lun);
  if (mapped == nullptr || !meant(*mapped, command)) {
    command.unit = nullptr;
    command.nexus = nullptr;
  }
  if (command.unit == nullptr) {
    if (lunOf(task.lun).isReportLunsWellKnown()) return scsi::executeReportLunsUnit(command, luns_);
    return scsi::executeWithoutLogicalUnit(command, luns_, true);
  }
  command.unit->began();
  if (mapped->replaced && !mayMeetReplaced(*mapped, task)) return refuse(*mapped, command);
  command.unit->disk().execute(command, resources_.clock.at(task.link->now()));
}

// The map may have changed since the header: the command of a unit that left is one for nobody. So is one that began
// before its initiator had asked who the next unit is, and is whole only now: nothing tells which of them it means.
bool SessionUnits::meant(const Mapped& mapped, const UnitCommand& command) {
  if (mapped.serial != command.mapping) return false;
  const bool harmless = passesAttention(command.cdb) || command.cdb[0] == kTestUnitReady;
  return !command.unasked || mapped.replaced || harmless;
}

bool SessionUnits::mayMeetReplaced(Mapped& mapped, const iscsi::TargetTask& task) {
  const auto told = task.link == nullptr ? mapped.told.end() : mapped.told.find(task.link->cid());
  const bool knows = told != mapped.told.end() && iscsi::serialLess(told->second.statSn, task.command().expStatSn);
  // By this many initiators look whether the unit attentions are over, before they ask anything.
  if (knows && task.cdb()[0] == kTestUnitReady) return true;
  if (!knows || task.cdb()[0] != kInquiry) {
    mapped.nexus->attentions.establish(scsi::UnitAttention::ReportedLunsChanged);
    return passesAttention(task.cdb());
  }
  mapped.replaced = false;
  mapped.told.clear();
  anyReplaced_ = std::any_of(mapped_.begin(), mapped_.end(), [](const Mapped& other) { return other.replaced; });
  return true;
}

// Here, and not at the disk: there it might have to wait for its turn, and the one condition that is established for
// all that wait ends only the first of them.
void SessionUnits::refuse(Mapped& mapped, UnitCommand& command) {
  const scsi::UnitAttention attention = *mapped.nexus->attentions.take();
  command.recycle();
  command.setSense({scsi::SenseKey::UnitAttention, scsi::ascOf(attention)},
                   mapped.unit->disk().modePages().descriptorSense());
  command.finished();
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

}  // namespace target
