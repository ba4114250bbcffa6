#include "agent/scsi/disk.h"

#include <algorithm>
#include <utility>

#include "agent/scsi/transport_id.h"

namespace scsi {

Disk::Disk(BlockDevice& device, BufferPool& pool, UnitIdentity identity, DiskSettings settings, StateStore* store)
    : device_(device),
      pool_(pool),
      identity_(std::move(identity)),
      settings_(std::move(settings)),
      store_(store),
      modes_({device.geometry().volatileCache, device.geometry().thin && device.resources().has_value(),
              store != nullptr}),
      ranges_(tasks_),
      background_(*this),
      copies_(*this),
      capacity_(device.geometry().blocks),
      flushNews_(settings_.maxNexuses),
      saving_(makeSaving()) {
  ports_.ports.push_back({});
  if (settings_.alua) groups_.push_back({});
}

Disk::~Disk() { revokeTokens(); }

void Disk::revokeTokens() {
  if (tokens != 0) copies_.domain()->tokens().revoke(*this);
}

// A request to change blocks goes to the device: what was promised of them ends.
void Disk::noteWrite(const BlockRequest& request) {
  const bool changes = request.kind != IoKind::Read && request.kind != IoKind::Flush;
  if (changes) copies_.domain()->tokens().written(*this, {request.lba, request.blocks});
}

void Disk::setPortGroups(std::vector<PortGroup> groups) {
  groups.resize(std::min(groups.size(), kMaxPortGroups));
  groups_ = std::move(groups);
}

bool Disk::restore(StateKind kind, base::ByteView image) {
  if (kind == StateKind::Reservations) {
    std::optional<ReservationState> state = ReservationState::fromImage(image, portNames_);
    if (!state) return false;
    setReservations(state->persists ? std::move(*state) : ReservationState{});
    return true;
  }
  if (kind == StateKind::ModePages) return modes_.restore(image);
  if (kind == StateKind::Background) return background_.restore(image);
  base::ByteReader reader(image);
  base::Bytes texts[2];
  for (base::Bytes& text : texts) {
    const base::ByteView bytes = reader.bytes(reader.u16());
    text.assign(bytes.begin(), bytes.end());
  }
  if (reader.failed() || reader.remaining() != 0) return false;
  std::move(std::begin(texts), std::end(texts), std::begin(identifyingInformation));
  return true;
}

void Disk::renumberPorts(const std::function<std::uint16_t(std::uint16_t)>& numberNow) {
  ReservationState next = reservations_;
  next.portsUnnamed = false;
  for (Registration& r : next.registrations) r.nexus.relativeTargetPort = numberNow(r.nexus.relativeTargetPort);
  if (!next.holder.transportId.empty()) {
    next.holder.relativeTargetPort = numberNow(next.holder.relativeTargetPort);
  }
  setReservations(std::move(next));
}

bool Disk::setAluaState(std::uint16_t group, AluaState state) {
  const auto at = std::find_if(groups_.begin(), groups_.end(), [&](const PortGroup& g) { return g.id == group; });
  if (at == groups_.end()) return false;
  if (at->state == state) return true;
  at->state = state;
  at->status = AluaStatus::Implicit;
  establishAll(UnitAttention::AsymmetricAccessStateChanged);
  return true;
}

void Disk::capacityChanged() {
  const std::uint64_t before = std::exchange(capacity_, device_.geometry().blocks);
  if (capacity_ < before) revokeTokens();
  establishAll(UnitAttention::CapacityChanged);
}

void Disk::resourcesChanged() {
  const std::optional<Resources> resources = device_.resources();
  if (!resources) return;
  const std::uint64_t available = resources->available >> kThresholdExponent;
  const std::uint64_t used = resources->used >> kThresholdExponent;
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const Threshold threshold = modes_.threshold(i);
    const bool beyond = threshold.enabled && (i == 0 ? available <= threshold.sets : used >= threshold.sets);
    if (beyond && !crossed_[i]) establishAll(UnitAttention::ThinThreshold);
    crossed_[i] = beyond;
  }
}

void Disk::loadMedium() {
  if (mediumPresent_) return;
  mediumPresent_ = true;
  establishAll(UnitAttention::MediumMayHaveChanged);
}

void Disk::ejectMedium() {
  mediumPresent_ = false;
  revokeTokens();
}

base::TimePoint Disk::nextDeadline() const {
  if (background_.due() || !yielded_.empty()) return base::TimePoint::min();
  return std::min(copies_.nextDeadline(), flushOwed_);
}

void Disk::onTimer(base::Now now) {
  now_ = now;
  if (background_.due()) background_.step();
  resumeYielded();
  copies_.onTimer(now);
  if (now.mono >= flushOwed_) flushCache();
}

Nexus* Disk::attach(NexusIdentity identity) {
  if (nexuses_.size() >= settings_.maxNexuses) return nullptr;
  nexuses_.push_back(std::make_unique<Nexus>(std::move(identity)));
  Nexus& nexus = *nexuses_.back();
  nexus.attentions.establish(UnitAttention::PowerOnOrReset);
  nexus.flushes.emplace(flushNews_, initiatorNameIn(nexus.identity().transportId));
  refreshAccess(nexus);
  return &nexus;
}

void Disk::detach(Nexus& nexus, Leaving why) {
  nexus.leaving = true;
  nexus.share = nullptr;  // what its commands have of it they give back; nobody takes more
  nexus.preventsRemoval = false;
  if (reservedBy == &nexus) reservedBy = nullptr;
  copies_.forget(nexus);
  ++nexus.commands;  // so that no end of a command erases it under our hands
  constexpr Told kTold[] = {Told::Nothing, Told::NoUnit, Told::NotReady};
  abortForLeaving(nexus, kTold[static_cast<std::size_t>(why)]);
  if (--nexus.commands == 0) erase(nexus);
}

void Disk::erase(Nexus& nexus) {
  std::erase_if(nexuses_, [&](const std::unique_ptr<Nexus>& n) { return n.get() == &nexus; });
}

Transfer Disk::transferOf(base::ByteView cdb) const {
  const OpcodeRow* row = findOpcode(cdb);
  const bool runs = row != nullptr && offers(*row) && (!awaited_ || row->has(flag::kIgnoresAttention));
  return runs ? scsi::transferOf(*row, cdb, device_.geometry().blockSize) : Transfer{};
}

std::uint64_t Disk::maxTransferBlocks() const {
  return std::min<std::uint64_t>(settings_.maxTransferBytes, pool_.capacity()) / device_.geometry().blockSize;
}

std::uint64_t Disk::maxWriteSameBlocks() const { return settings_.maxWriteSameBytes / device_.geometry().blockSize; }

const TargetPort* Disk::portOf(const Nexus& nexus) const {
  for (const TargetPort& port : ports_.ports) {
    if (port.relativeId == nexus.identity().relativeTargetPort) return &port;
  }
  return nullptr;
}

std::string_view Disk::deviceOf(const Nexus& nexus) const {
  const TargetPort* const port = portOf(nexus);
  return port == nullptr ? ports_.deviceName : deviceOf(*port);
}

void Disk::establishAll(UnitAttention attention, const Nexus* but) {
  for (const auto& nexus : nexuses_) {
    if (nexus.get() != but) nexus->attentions.establish(attention);
  }
}

void Disk::establish(const NexusIdentity& identity, UnitAttention attention) {
  for (const auto& nexus : nexuses_) {
    if (nexus->identity() == identity) nexus->attentions.establish(attention);
  }
}

void Disk::setReservations(ReservationState next) {
  reservations_ = std::move(next);
  for (const auto& nexus : nexuses_) refreshAccess(*nexus);
}

void Disk::refreshAccess(Nexus& nexus) const {
  nexus.access = reservations_.accessOf(nexus.identity());
  nexus.registered = reservations_.find(nexus.identity()) != nullptr;
}

bool Disk::removalPrevented() const {
  return std::any_of(nexuses_.begin(), nexuses_.end(), [](const auto& n) { return n->preventsRemoval; });
}

void Disk::complete(Command& command, Status status) {
  command.setStatus(status);
  command.work().completed = true;
}

void Disk::complete(Command& command, const Sense& sense) {
  command.setSense(sense, modes_.descriptorSense());
  command.work().dataIn.clear();
  command.work().completed = true;
}

void Disk::respond(Command& command, std::uint64_t allocationLength) {
  CommandWork& work = command.work();
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(allocationLength, work.response.size()));
  if (size != 0) work.dataIn.push_back(base::ByteView(work.response).first(size));
  complete(command);
}

void Disk::completeIo(Command& command, IoResult result, IoKind kind) {
  const bool reads = kind == IoKind::Read;
  ++(reads ? counters_.readErrors : counters_.writeErrors);
  switch (result) {
    case IoResult::Ok:
      break;
    case IoResult::MediumError: {
      Sense sense{SenseKey::MediumError, reads ? Asc::UnrecoveredReadError : Asc::WriteError};
      if (kind != IoKind::Flush) sense.information = command.work().io.lba;
      return complete(command, sense);
    }
    case IoResult::NoSpace:
      return complete(command, {SenseKey::DataProtect, Asc::SpaceAllocationFailedWriteProtect});
    case IoResult::WriteProtected:
      return complete(command, {SenseKey::DataProtect, Asc::WriteProtected});
    case IoResult::OutOfRange:
      return complete(command, lbaOutOfRange());
    case IoResult::Gone:
      break;
  }
  complete(command, {SenseKey::HardwareError, Asc::InternalTargetFailure});
}

void Disk::show(Command& command, base::ByteView view) {
  CommandWork& work = command.work();
  work.dataIn.push_back(view);
  if (std::exchange(work.shownBy, this) == nullptr) ++shown_;
}

bool Disk::takeMemory(Command& command, std::uint64_t bytes) {
  CommandWork& work = command.work();
  work.share = work.ofCopy ? nullptr : command.nexus->share;
  if (pool_.take(static_cast<std::size_t>(bytes), work.memory, work.share)) return true;
  complete(command, Status::TaskSetFull);
  return false;
}

bool Disk::parameterList(Command& command, std::uint64_t length) {
  CommandWork& work = command.work();
  if (length > command.dataOutLength() || length > kMaxParameterList) {
    complete(command, parameterListLengthError());
    return false;
  }
  work.parameters.resize(static_cast<std::size_t>(length));
  copyOut(command.dataOut, 0, work.parameters);
  return true;
}

}  // namespace scsi
