#include "agent/block/nbd_device.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "agent/block/request_check.h"

namespace block {

using scsi::IoKind;
using scsi::IoResult;

NbdDevice::NbdDevice(net::Loop& loop, const NbdOptions& options, std::unique_ptr<NbdConnection> connection,
                     const NbdExport& exported, const scsi::Geometry& geometry)
    : loop_(loop),
      options_(options),
      geometry_(geometry),
      blocksNow_(geometry.blocks),
      export_(exported),
      connection_(std::move(connection)),
      retry_(loop.timers(), [this] { tryAgain(); }),
      patience_(loop.timers(), [this] { losePatience(); }),
      pause_(options.times.firstPause),
      flush_(*this) {
  assert(options.depth >= 1 && options.depth <= 1024);
  connection_->setOwner(*this);
  transfers_.reserve(options.depth);
  for (unsigned i = 0; i < options.depth; ++i) {
    transfers_.push_back(std::make_unique<NbdTransfer>(static_cast<NbdTransferOwner&>(*this)));
    idle_.push(*transfers_.back());
  }
}

NbdDevice::~NbdDevice() {
  state_ = State::Closing;
  connection_->close();
  (void)takeBack();
  endAll();
}

// ---- requests

void NbdDevice::submit(scsi::BlockRequest& request) {
  assert(wellFormed(request, geometry_));
  if (state_ >= State::Away) return request.done(IoResult::Gone);
  if (const auto known = verdict(request, geometry_); known) return request.done(*known);
  if (request.kind == IoKind::Flush) {
    flushes_.push(request);
    return startFlush();
  }
  if (state_ != State::Online || !waiting_.empty() || idle_.empty()) return waiting_.push(request);
  begin(request);
}

void NbdDevice::begin(scsi::BlockRequest& request) {
  auto& transfer = static_cast<NbdTransfer&>(*idle_.pop());
  const bool changes = request.kind != IoKind::Read;
  transfer.begin(request, geometry_.blockSize, changes && (request.forceUnitAccess || options_.writeThrough));
  startStep(transfer);
}

void NbdDevice::startStep(NbdTransfer& transfer) {
  transfer.prepare(export_);
  connection_->transmission().start(transfer);
  connection_->outputReady();
}

void NbdDevice::commandEnded(NbdTransfer& transfer, nbd::Error error) {
  pause_ = options_.times.firstPause;
  if (error == nbd::Error::Shutdown) {
    transfer.rewind();
    again_.push(transfer);
    return serverStops();
  }
  if (error == nbd::Error::Ok) {
    transfer.advance();
    if (!transfer.complete() && state_ == State::Online) return startStep(transfer);
    if (!transfer.complete()) {
      transfer.rewind();
      again_.push(transfer);
      return stopWhenIdle();
    }
    if (transfer.forced() && !export_.has(nbd::kSendFua) && export_.has(nbd::kSendFlush)) {
      forced_.push(transfer);
      startFlush();
      return stopWhenIdle();
    }
    if (transfer.request().kind != IoKind::Read && !transfer.forced()) unflushed_ = true;
  }
  finish(transfer, nbd::resultOf(error));
  beginWaiting();
  stopWhenIdle();
}

void NbdDevice::finish(NbdTransfer& transfer, IoResult result) {
  idle_.pushFront(transfer);  // the next request finds it in the processor's cache
  transfer.request().done(result);
}

void NbdDevice::beginWaiting() {
  while (state_ == State::Online && !idle_.empty()) {
    scsi::BlockRequest* const request = waiting_.pop();
    if (request == nullptr) return;
    begin(*request);
  }
}

// ---- flushes

void NbdDevice::startFlush() {
  if (flushing_ || state_ != State::Online || (flushes_.empty() && forced_.empty())) return;
  flushesNow_.take(flushes_);
  forcedNow_.take(forced_);
  unflushedBefore_ = std::exchange(unflushed_, false);
  flushing_ = true;
  // A server that came back without a cache is taken at its word.
  if (!export_.has(nbd::kSendFlush)) return flushEnded(nbd::Error::Ok);
  connection_->transmission().start(flush_);
  connection_->outputReady();
}

void NbdDevice::flushEnded(nbd::Error error) {
  if (error == nbd::Error::Shutdown) {
    putBackFlushes();
    return serverStops();
  }
  pause_ = options_.times.firstPause;
  flushing_ = false;
  flushRewinds_ = 0;
  if (error != nbd::Error::Ok) unflushed_ |= unflushedBefore_;
  unflushedBefore_ = false;
  answerFlushes(nbd::resultOf(error));
  beginWaiting();
  startFlush();
  stopWhenIdle();
}

void NbdDevice::answerFlushes(IoResult result) {
  IntrusiveQueue<scsi::BlockRequest> answered;
  IntrusiveQueue<NbdCommand> written;
  answered.take(flushesNow_);
  written.take(forcedNow_);
  IoResult told = result;
  if (result == IoResult::Ok && cacheLost_ && !answered.empty()) {
    cacheLost_ = false;
    told = IoResult::MediumError;
    // Those that wait were asked for before anybody heard of the loss.
    answered.take(flushes_);
  }
  while (scsi::BlockRequest* request = answered.pop()) request->done(told);
  // Forced writes went over this connection, so what was lost before is not theirs.
  while (NbdCommand* command = written.pop()) finish(static_cast<NbdTransfer&>(*command), result);
}

// The running flush has not happened: what it was for goes in front of what waits.
void NbdDevice::putBackFlushes() {
  flushing_ = false;
  unflushed_ |= std::exchange(unflushedBefore_, false);
  flushesNow_.take(flushes_);
  flushes_.take(flushesNow_);
  forcedNow_.take(forced_);
  forced_.take(forcedNow_);
}

// ---- the connection

// "If the client receives NBD_ESHUTDOWN it must initiate a soft disconnect", and better so when nothing is open.
void NbdDevice::serverStops() {
  if (state_ == State::Online) {
    state_ = State::Stopping;
    why_ = "the server is being shut down";
    patience_.startAt(loop_.now() + options_.times.patience);
  }
  stopWhenIdle();
}

// From a timer: the connection is not closed under a call of its own.
void NbdDevice::stopWhenIdle() {
  if (state_ == State::Stopping && connection_->transmission().open() == 0) retry_.startAt(loop_.now());
}

void NbdDevice::onNbdLost(const std::string& why) { disconnected(why); }

void NbdDevice::disconnected(const std::string& why) {
  why_ = why;
  reach_.lost(why_);
  const bool doubted = takeBack();
  if (state_ == State::Online || state_ == State::Stopping) {
    state_ = State::Reconnecting;
    if (!patience_.started()) patience_.startAt(loop_.now() + options_.times.patience);
  }
  tryLater(doubted);
  pause_ = std::min(pause_ * 2, options_.times.longestPause);

  // Told last, as they may submit others.
  IntrusiveQueue<NbdCommand> tired;
  while (NbdCommand* command = again_.popIf(
             [](const NbdCommand& each) { return static_cast<const NbdTransfer&>(each).rewinds() > kMaxRewinds; })) {
    tired.push(*command);
  }
  IntrusiveQueue<scsi::BlockRequest> tiredFlushes;
  if (flushRewinds_ > kMaxRewinds) {
    flushRewinds_ = 0;
    tiredFlushes.take(flushes_);
  }
  while (NbdCommand* command = tired.pop()) finish(static_cast<NbdTransfer&>(*command), IoResult::MediumError);
  while (scsi::BlockRequest* request = tiredFlushes.pop()) request->done(IoResult::MediumError);
}

// Where the server may still carry out a change, no repetition and no newer one shall meet it there.
void NbdDevice::tryLater(bool doubted) {
  retry_.startAt(loop_.now() + (doubted ? std::max(pause_, options_.times.hold) : pause_));
}

// What was open on the connection that is gone will be sent anew; what was only in the server's cache may be lost. True
// where a change was among it.
bool NbdDevice::takeBack() {
  bool doubted = false;
  if (flushing_) {
    putBackFlushes();
    ++flushRewinds_;
  }
  cacheLost_ |= std::exchange(unflushed_, false);
  IntrusiveQueue<NbdCommand> open;
  connection_->transmission().takeOpen(open);
  open.take(forced_);
  while (NbdCommand* command = open.pop()) {
    if (command == &flush_) continue;
    auto& transfer = static_cast<NbdTransfer&>(*command);
    doubted = doubted || transfer.request().kind != IoKind::Read;
    transfer.rewind();
    again_.push(transfer);
  }
  return doubted;
}

void NbdDevice::tryAgain() {
  if (state_ == State::Stopping) {
    connection_->close();
    return disconnected(why_);
  }
  connection_->connect();
}

void NbdDevice::onNbdReady(const NbdExport& exported) {
  const auto geometry = nbdGeometry(exported, options_.readOnly, options_.writeThrough);
  if (std::string other = whyOther(geometry); !other.empty()) return condemn(std::move(other));
  export_ = exported;
  blocksNow_ = geometry->blocks;
  state_ = State::Online;
  why_.clear();
  reach_.back();
  patience_.cancel();
  while (NbdCommand* command = again_.pop()) startStep(static_cast<NbdTransfer&>(*command));
  beginWaiting();
  startFlush();
}

// Why this export is not the one that initiators know; nothing where it is.
std::string NbdDevice::whyOther(const base::Result<scsi::Geometry>& geometry) const {
  if (!geometry) return geometry.error().text;
  if (geometry->blockSize != geometry_.blockSize) {
    return "the export has blocks of " + std::to_string(geometry->blockSize) + " bytes now";
  }
  if (geometry->blocks < geometry_.blocks) {
    return "the export has only " + std::to_string(geometry->blocks * geometry->blockSize) + " bytes now";
  }
  if (geometry->volatileCache && !geometry_.volatileCache && !geometry_.readOnly) {
    return "the export has a volatile cache now, and had none";
  }
  return {};
}

void NbdDevice::condemn(std::string why) {
  state_ = State::Lost;
  why_ = std::move(why);
  reach_.lostForGood("lost for good: " + why_);
  patience_.cancel();
  connection_->close();
  endAll();
}

void NbdDevice::losePatience() {
  if (state_ == State::Stopping) {
    connection_->close();
    tryLater(takeBack());
  }
  state_ = State::Away;
  endAll();
}

// What is submitted from these calls ends at once, by the state.
void NbdDevice::endAll() {
  IntrusiveQueue<NbdCommand> open;
  open.take(again_);
  IntrusiveQueue<scsi::BlockRequest> requests;
  requests.take(waiting_);
  requests.take(flushes_);
  while (NbdCommand* command = open.pop()) finish(static_cast<NbdTransfer&>(*command), IoResult::Gone);
  while (scsi::BlockRequest* request = requests.pop()) request->done(IoResult::Gone);
}

// ---- for administrators

std::string NbdDevice::description() const {
  std::string words = "NBD export " + connection_->target().text() + ", " +
                      std::to_string(geometry_.blocks * geometry_.blockSize) + " bytes, blocks of " +
                      std::to_string(geometry_.blockSize) + " bytes";
  words += geometry_.thin ? ", thin" : ", thick";
  words += export_.structured ? ", structured replies" : ", simple replies";
  if (geometry_.readOnly) words += ", read-only";
  if (options_.writeThrough) words += ", write-through";
  if (state_ == State::Lost) return words + ", lost for good: " + why_;
  if (state_ != State::Online) words += ", not connected: " + why_;
  return words;
}

base::Status NbdDevice::resize(std::uint64_t blocks, Shrink) {
  if (blocks == geometry_.blocks) return {};
  return base::fail("an NBD export gets its size from what provides it: change it at the server of " +
                    connection_->target().text() +
                    "; once that has been connected to anew, \"sanctl agent unit resize\" "
                    "without a size takes it over");
}

base::Result<bool> NbdDevice::refresh() {
  if (state_ == State::Lost) return base::fail("the device is lost for good: " + why_);
  return std::exchange(geometry_.blocks, blocksNow_) != blocksNow_;
}

}  // namespace block
