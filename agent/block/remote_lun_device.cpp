#include "agent/block/remote_lun_device.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "agent/block/request_check.h"

namespace block {
namespace {

using scsi::IoKind;
using scsi::IoResult;

IoResult resultOf(const initiator::SenseView& sense) {
  switch (sense.key) {
    case scsi::SenseKey::DataProtect:
      return sense.code() == scsi::Asc::SpaceAllocationFailedWriteProtect ? IoResult::NoSpace
                                                                          : IoResult::WriteProtected;
    case scsi::SenseKey::IllegalRequest:
      if (sense.code() == scsi::Asc::LbaOutOfRange) return IoResult::OutOfRange;
      return sense.code() == scsi::Asc::LogicalUnitNotSupported ? IoResult::Gone : IoResult::MediumError;
    case scsi::SenseKey::NotReady:
      return IoResult::Gone;
    default:
      return IoResult::MediumError;
  }
}

}  // namespace

RemoteLunDevice::RemoteLunDevice(std::unique_ptr<RemoteLunPaths> paths)
    : paths_(std::move(paths)),
      geometry_(paths_->facts().geometry),
      patience_(paths_->loop().timers(), [this] { onPatience(); }) {
  transfers_.reserve(kDepth);
  for (unsigned i = 0; i < kDepth; ++i) {
    transfers_.push_back(std::make_unique<RemoteLunTransfer>(static_cast<RemoteLunTransferOwner&>(*this)));
    idle_.push(*transfers_.back());
  }
  paths_->setOwner(*this);
  if (!paths_->usable()) awaitPath();
}

RemoteLunDevice::~RemoteLunDevice() {
  closing_ = true;
  paths_.reset();  // what is with the sessions ends here
  for (const auto& transfer : transfers_) {
    if (transfer->busy()) finish(*transfer, IoResult::Gone);
  }
  while (scsi::BlockRequest* request = waiting_.pop()) request->done(IoResult::Gone);
}

void RemoteLunDevice::submit(scsi::BlockRequest& request) {
  assert(wellFormed(request, geometry_));
  if (closing_ || paths_->dead()) return request.done(IoResult::Gone);
  if (const auto known = knownResult(request); known) return request.done(*known);
  if (hopeless()) return request.done(IoResult::Gone);
  request.submittedAt = paths_->loop().now();
  if (!waiting_.empty() || idle_.empty()) return waiting_.push(request);
  begin(request);
}

void RemoteLunDevice::begin(scsi::BlockRequest& request) {
  RemoteLunTransfer& transfer = *idle_.pop();
  transfer.begin(request);
  if (stalled_) transfer.wait.begin(waitsSince(request));
  startStep(transfer);
}

std::optional<IoResult> RemoteLunDevice::knownResult(const scsi::BlockRequest& request) const {
  if (request.kind == IoKind::Flush && !habits_.synchronizeCache) return IoResult::Ok;
  return verdict(request, geometry_);
}

void RemoteLunDevice::startStep(RemoteLunTransfer& transfer) {
  RemoteLunPath* const path = paths_->choose(transfer.foundBusy ? transfer.path : nullptr);
  if (path == nullptr || !transfer.prepare(path->link().facts(), habits_, bounces_)) return park(transfer);
  transfer.sent = true;
  transfer.path = path;
  transfer.silentAttempts = paths_->usableBesides(*path) ? 0 : initiator::ScsiRequest::kMaxSilent;
  transfer.began = base::MonotonicClock::now();
  transfer.busyTime = std::min<base::Duration>(kBusyOfAPath, transfer.wait.left(patience(), transfer.began));
  if (path->submit(transfer, transfer.began)) return;
  transfer.sent = false;
  transfer.release(bounces_, false);
  park(transfer);
}

void RemoteLunDevice::park(RemoteLunTransfer& transfer) {
  if (hopeless()) return finish(transfer, IoResult::Gone);
  if (!paths_->usable()) {
    const base::TimePoint now = paths_->loop().now();
    noteAway();
    beginWait(transfer, now);
    if (transfer.wait.left(patience(), now) <= base::Duration{}) return finish(transfer, IoResult::Gone);
  }
  parked_.push(transfer);
  if (away_) startPatience();
}

// `since`: when it came to wait, where the unit was well until then.
void RemoteLunDevice::beginWait(RemoteLunTransfer& transfer, base::TimePoint since) {
  if (!stalled_) stalled_ = since;
  transfer.wait.begin(waitsSince(transfer.request()));
}

void RemoteLunDevice::noteBusy(RemoteLunTransfer& transfer) {
  if (const auto since = transfer.busySince()) beginWait(transfer, *since);
}

// One that stands behind others waits as they do, and not for a unit that is only slow.
base::TimePoint RemoteLunDevice::waitsSince(const scsi::BlockRequest& request) const {
  return stalled_ ? std::max(request.submittedAt, *stalled_) : base::kNever;
}

void RemoteLunDevice::resume() {
  IntrusiveQueue<RemoteLunTransfer> now;
  now.take(parked_);
  while (RemoteLunTransfer* transfer = now.pop()) startStep(*transfer);
}

void RemoteLunDevice::stepEnded(RemoteLunTransfer& transfer) {
  const bool good = initiator::carriedOut(transfer.result) && !transfer.fellShort();
  transfer.sent = false;
  transfer.release(bounces_, good);
  if (closing_) return finish(transfer, IoResult::Gone);
  if (!good) noteBusy(transfer);
  if (transfer.result.outcome == iscsi::CommandOutcome::Recalled) return startStep(transfer);
  const base::TimePoint now = base::MonotonicClock::now();
  transfer.path->ended(transfer, good, now - transfer.began);
  if (good) {
    stalled_.reset();
    transfer.wait.end(now);
    transfer.foundBusy = false;
    if (transfer.advance()) return finish(transfer, IoResult::Ok);
    return startStep(transfer);
  }
  if (transfer.result.outcome == iscsi::CommandOutcome::SessionLost) return lostWith(transfer);
  if (const auto result = judge(transfer)) return finish(transfer, *result);
  startStep(transfer);
}

// Again from its start: what the unit had in its cache may be gone with it.
void RemoteLunDevice::lostWith(RemoteLunTransfer& transfer) {
  if (++transfer.losses > kMaxLosses) return finish(transfer, IoResult::MediumError);
  const bool doubted = transfer.changes();
  transfer.restart();
  if (!doubted) return startStep(transfer);
  if (hopeless()) return finish(transfer, IoResult::Gone);
  noteAway();
  beginWait(transfer, paths_->loop().now());
  doubted_.push(transfer);  // onPathDown() follows
}

std::optional<IoResult> RemoteLunDevice::judge(RemoteLunTransfer& transfer) {
  using iscsi::CommandOutcome;
  if (transfer.heldBack && ++transfer.losses <= kMaxLosses) return std::nullopt;
  switch (transfer.result.outcome) {
    case CommandOutcome::Completed:
      break;
    case CommandOutcome::TimedOut:  // and its target has confirmed the abort: nothing of it is in doubt
    case CommandOutcome::Aborted:
    case CommandOutcome::TargetFailure:
      if (!paths_->usableBesides(*transfer.path) || ++transfer.losses > kMaxLosses) return IoResult::MediumError;
      transfer.path->link().doubt();
      return std::nullopt;
    default:
      return IoResult::MediumError;
  }
  if (static_cast<scsi::Status>(transfer.result.status) == scsi::Status::ReservationConflict) return IoResult::Gone;
  const auto sense = initiator::readSense(transfer.result.sense());
  // Not executed. A port that changes its state of access is asked for that instead, below.
  if (initiator::isBusy(transfer.result) && !(sense && accessOf(sense->code()))) {
    transfer.foundBusy = true;
    if (transfer.wait.left(patience(), base::MonotonicClock::now()) > base::Duration{}) return std::nullopt;
    return IoResult::Gone;
  }
  if (!sense) return IoResult::MediumError;
  if (sense->key == scsi::SenseKey::UnitAttention) {
    // The link asks the unit what it is; a link that is not held has been told by another command.
    if (++transfer.losses > kMaxLosses) return IoResult::MediumError;
    return std::nullopt;
  }
  const bool unknown =
      sense->code() == scsi::Asc::InvalidCommandOperationCode || sense->code() == scsi::Asc::InvalidFieldInCdb;
  if (sense->key == scsi::SenseKey::IllegalRequest && unknown) {
    if (transfer.request().kind == IoKind::Discard) return IoResult::Ok;  // a hint
    if (transfer.sameZeroes()) {
      habits_.writeSame = false;
      return std::nullopt;
    }
    // Of the command alone: a field is the target's mistake, or ours, and no word about a cache.
    if (transfer.flushesAssumed() && sense->code() == scsi::Asc::InvalidCommandOperationCode) {
      habits_.synchronizeCache = false;
      return IoResult::Ok;
    }
  }
  const IoResult result = resultOf(*sense);
  if (result == IoResult::OutOfRange || result == IoResult::Gone) transfer.path->link().doubt();
  // Not executed: the port is not to be used now, and another one may be.
  const bool asleep = sense->key == scsi::SenseKey::NotReady && accessOf(sense->code()).has_value();
  if (asleep && ++transfer.losses <= kMaxLosses) return std::nullopt;
  return result;
}

void RemoteLunDevice::finish(RemoteLunTransfer& transfer, IoResult result) {
  scsi::BlockRequest& request = transfer.request();
  const std::uint64_t bytes = request.blocks * geometry_.blockSize;
  ++counters_.requests;
  if (result != IoResult::Ok) ++counters_.errors;
  if (result == IoResult::Ok && request.kind == IoKind::Read) counters_.bytesRead += bytes;
  if (result == IoResult::Ok && request.kind == IoKind::Write) counters_.bytesWritten += bytes;
  transfer.free();
  idle_.pushFront(transfer);
  request.done(result);
  if (closing_) return;
  beginWaiting();
  // A bounce buffer may have come back.
  if (paths_->usable() && !parked_.empty() && bounces_.hasOne()) startStep(*parked_.pop());
}

void RemoteLunDevice::beginWaiting() {
  while (scsi::BlockRequest* request = waiting_.front()) {
    if (!hopeless() && idle_.empty()) return;
    waiting_.pop();
    const auto known = knownResult(*request);  // the unit may be smaller now
    if (hopeless() || known) {
      request->done(hopeless() ? IoResult::Gone : *known);
      continue;
    }
    begin(*request);
  }
}

// ---- the paths

void RemoteLunDevice::onPathUp(RemoteLunPath& /*path*/) {
  reach_.back();
  patience_.cancel();
  expired_ = false;
  away_.reset();
  refused_.reset();
  habits_ = {};
  const scsi::Geometry& now = paths_->facts().geometry;
  const bool otherSize = now.blocks != geometry_.blocks;
  // The size changes in refresh(), when whoever serves the unit can tell of it.
  const std::uint64_t blocks = geometry_.blocks;
  geometry_ = now;
  geometry_.blocks = blocks;
  if (otherSize && attention_) attention_();
  resume();
  beginWaiting();
}

bool RemoteLunDevice::onPathDown(RemoteLunPath& path) {
  for (const auto& transfer : transfers_) {
    if (!transfer->busy() || !transfer->sent || transfer->path != &path) continue;
    transfer->sent = false;
    transfer->release(bounces_, false);
    noteBusy(*transfer);
    lostWith(*transfer);
  }
  bool doubted = false;
  for (const RemoteLunTransfer* each = doubted_.front(); each != nullptr; each = each->next) {
    doubted = doubted || each->path == &path;
  }
  return doubted;
}

void RemoteLunDevice::takeDoubted(const RemoteLunPath& path, IntrusiveQueue<RemoteLunTransfer>& to) {
  const auto ofPath = [&](const RemoteLunTransfer& each) { return each.path == &path; };
  while (RemoteLunTransfer* transfer = doubted_.popIf(ofPath)) to.push(*transfer);
}

void RemoteLunDevice::onPathCleared(RemoteLunPath& path) {
  // In front of what came later.
  IntrusiveQueue<RemoteLunTransfer> first;
  takeDoubted(path, first);
  first.take(parked_);
  parked_.take(first);
  if (paths_->usable()) resume();
}

void RemoteLunDevice::onFenceFailed(RemoteLunPath& path) {
  IntrusiveQueue<RemoteLunTransfer> now;
  takeDoubted(path, now);
  while (RemoteLunTransfer* transfer = now.pop()) finish(*transfer, IoResult::MediumError);
}

void RemoteLunDevice::onPathsChanged() {
  if (paths_->usable()) return;
  if (paths_->dead()) {
    reach_.lostForGood(paths_->state());
    return giveUp();
  }
  if (paths_->lost()) reach_.lost(paths_->state());
  awaitPath();
}

// By the first request that finds no path as well: the paths tell of it a turn later, and both have one beginning.
void RemoteLunDevice::noteAway() {
  if (!away_ && !paths_->usable()) away_ = paths_->loop().now();
}

void RemoteLunDevice::awaitPath() {
  const base::TimePoint now = paths_->loop().now();
  noteAway();
  if (!paths_->refused()) refused_.reset();
  if (paths_->refused() && !refused_) refused_ = now;
  if (expired_) return tellRefused();
  startPatience();
}

// With the unit that is away.
base::TimePoint RemoteLunDevice::patienceEnd() const {
  const base::TimePoint end = *away_ + patience();
  return refused_ ? std::min(end, *refused_ + paths_->parameters().times.refusedPatience) : end;
}

// Requests that have waited before, for a unit that was busy, do not wait as long for one that is away.
void RemoteLunDevice::startPatience() {
  base::TimePoint next = patienceEnd();
  for (const RemoteLunTransfer* each = parked_.front(); each != nullptr; each = each->next) {
    next = std::min(next, each->wait.deadline(patience()));
  }
  if (const scsi::BlockRequest* first = waiting_.front(); first != nullptr && stalled_) {
    next = std::min(next, waitsSince(*first) + patience());
  }
  patience_.startAt(next);
}

void RemoteLunDevice::onPatience() {
  const base::TimePoint now = paths_->loop().now();
  if (now >= patienceEnd()) return giveUp();
  IntrusiveQueue<RemoteLunTransfer> late;
  const auto isLate = [&](const RemoteLunTransfer& each) { return each.wait.deadline(patience()) <= now; };
  while (RemoteLunTransfer* transfer = parked_.popIf(isLate)) late.push(*transfer);
  IntrusiveQueue<scsi::BlockRequest> lateHere;
  const auto isLateHere = [&](const scsi::BlockRequest& each) { return waitsSince(each) + patience() <= now; };
  while (stalled_ && !waiting_.empty() && isLateHere(*waiting_.front())) lateHere.push(*waiting_.pop());
  startPatience();
  while (RemoteLunTransfer* transfer = late.pop()) finish(*transfer, IoResult::Gone);
  while (scsi::BlockRequest* request = lateHere.pop()) request->done(IoResult::Gone);
}

void RemoteLunDevice::tellRefused() {
  if (refused_) reach_.refused(paths_->state());
}

void RemoteLunDevice::giveUp() {
  expired_ = true;
  tellRefused();
  IntrusiveQueue<RemoteLunTransfer> now;
  now.take(parked_);
  now.take(doubted_);
  while (RemoteLunTransfer* transfer = now.pop()) finish(*transfer, IoResult::Gone);
  beginWaiting();
}

// ---- for administrators

std::string RemoteLunDevice::description() const {
  const RemoteLunParameters& parameters = paths_->parameters();
  const std::string& identity = paths_->facts().identity;
  std::string words = "iSCSI unit " + parameters.url.text() + " (" +
                      (identity.empty() ? "without a designator" : identity) + "), " +
                      std::to_string(geometry_.blocks * geometry_.blockSize) + " bytes, blocks of " +
                      std::to_string(geometry_.blockSize) + " bytes";
  words += geometry_.thin ? ", thin" : ", thick";
  if (geometry_.readOnly) words += ", read-only";
  if (const auto count = paths_->pathFacts().size(); count > 1) words += ", " + std::to_string(count) + " paths";
  return words + (paths_->usable() ? ", connected" : ", not connected: " + paths_->state());
}

base::Status RemoteLunDevice::resize(std::uint64_t blocks, Shrink /*shrink*/) {
  if (blocks == geometry_.blocks) return {};
  return base::fail(paths_->parameters().url.text() +
                    " gets its size from what provides it: change it at its target, and it is noticed here");
}

base::Result<bool> RemoteLunDevice::refresh() {
  const std::uint64_t blocks = paths_->facts().geometry.blocks;
  if (blocks == geometry_.blocks) return false;
  geometry_.blocks = blocks;
  return true;
}

}  // namespace block
