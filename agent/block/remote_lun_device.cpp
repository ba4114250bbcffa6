#include "agent/block/remote_lun_device.h"

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

RemoteLunDevice::RemoteLunDevice(std::unique_ptr<RemoteLunLink> link)
    : link_(std::move(link)),
      geometry_(link_->facts().geometry),
      patience_(link_->loop().timers(), [this] { giveUp(); }) {
  transfers_.reserve(kDepth);
  for (unsigned i = 0; i < kDepth; ++i) {
    transfers_.push_back(std::make_unique<RemoteLunTransfer>(static_cast<RemoteLunTransferOwner&>(*this)));
    idle_.push(*transfers_.back());
  }
  link_->setOwner(*this);
  if (!link_->up()) awaitLink();
}

RemoteLunDevice::~RemoteLunDevice() {
  closing_ = true;
  link_.reset();  // what is with the session ends here
  for (const auto& transfer : transfers_) {
    if (transfer->busy()) finish(*transfer, IoResult::Gone);
  }
  while (scsi::BlockRequest* request = waiting_.pop()) request->done(IoResult::Gone);
}

void RemoteLunDevice::submit(scsi::BlockRequest& request) {
  assert(wellFormed(request, geometry_));
  if (closing_ || link_->dead()) return request.done(IoResult::Gone);
  if (const auto known = verdict(request, geometry_); known) return request.done(*known);
  if (hopeless()) return request.done(IoResult::Gone);
  if (!waiting_.empty() || idle_.empty()) return waiting_.push(request);
  RemoteLunTransfer& transfer = *idle_.pop();
  transfer.begin(request);
  startStep(transfer);
}

void RemoteLunDevice::startStep(RemoteLunTransfer& transfer) {
  if (!link_->up() || !transfer.prepare(link_->facts(), habits_, bounces_)) return park(transfer);
  transfer.sent = true;
  if (link_->submit(transfer)) return;
  transfer.sent = false;
  transfer.release(bounces_, false);
  park(transfer);
}

void RemoteLunDevice::park(RemoteLunTransfer& transfer) {
  if (hopeless()) return finish(transfer, IoResult::Gone);
  parked_.push(transfer);
}

void RemoteLunDevice::resume() {
  IntrusiveQueue<RemoteLunTransfer> now;
  now.take(parked_);
  while (RemoteLunTransfer* transfer = now.pop()) startStep(*transfer);
}

void RemoteLunDevice::stepEnded(RemoteLunTransfer& transfer) {
  const bool good = transfer.result.good() && !transfer.fellShort();
  transfer.sent = false;
  transfer.release(bounces_, good);
  if (closing_) return finish(transfer, IoResult::Gone);
  if (good) {
    if (transfer.advance(link_->facts())) return finish(transfer, IoResult::Ok);
    return startStep(transfer);
  }
  if (const auto result = judge(transfer)) return finish(transfer, *result);
  startStep(transfer);
}

std::optional<IoResult> RemoteLunDevice::judge(RemoteLunTransfer& transfer) {
  using iscsi::CommandOutcome;
  switch (transfer.result.outcome) {
    case CommandOutcome::SessionLost:
      if (++transfer.losses > kMaxLosses) return IoResult::MediumError;
      // From its start: what the unit had in its cache may be gone with it.
      transfer.restart();
      return std::nullopt;
    case CommandOutcome::Completed:
      break;
    default:
      return IoResult::MediumError;
  }
  const auto sense = initiator::readSense(transfer.result.sense());
  if (!sense) return transfer.result.good() ? IoResult::MediumError : IoResult::Gone;  // RESERVATION CONFLICT and such
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
  }
  const IoResult result = resultOf(*sense);
  if (result == IoResult::OutOfRange || result == IoResult::Gone) link_->doubt();
  return result;
}

void RemoteLunDevice::finish(RemoteLunTransfer& transfer, IoResult result) {
  scsi::BlockRequest& request = transfer.request();
  transfer.free();
  idle_.pushFront(transfer);
  request.done(result);
  if (closing_) return;
  beginWaiting();
  // A bounce buffer may have come back.
  if (link_->up() && !parked_.empty() && bounces_.hasOne()) startStep(*parked_.pop());
}

void RemoteLunDevice::beginWaiting() {
  while (scsi::BlockRequest* request = waiting_.front()) {
    if (!hopeless() && idle_.empty()) return;
    waiting_.pop();
    const auto known = verdict(*request, geometry_);  // the unit may be smaller now
    if (hopeless() || known) {
      request->done(hopeless() ? IoResult::Gone : *known);
      continue;
    }
    RemoteLunTransfer& transfer = *idle_.pop();
    transfer.begin(*request);
    startStep(transfer);
  }
}

// ---- the link

void RemoteLunDevice::onLinkUp() {
  reach_.back();
  patience_.cancel();
  expired_ = false;
  habits_ = {};
  const scsi::Geometry& now = link_->facts().geometry;
  const bool otherSize = now.blocks != geometry_.blocks;
  // The size changes in refresh(), when whoever serves the unit can tell of it.
  const std::uint64_t blocks = geometry_.blocks;
  geometry_ = now;
  geometry_.blocks = blocks;
  if (otherSize && attention_) attention_();
  resume();
  beginWaiting();
}

void RemoteLunDevice::onLinkHeld() { awaitLink(); }

void RemoteLunDevice::onLinkDown() {
  reach_.lost(link_->state(), link_->dead());
  awaitLink();
  for (const auto& transfer : transfers_) {
    if (!transfer->busy() || !transfer->sent) continue;
    transfer->sent = false;
    transfer->release(bounces_, false);
    transfer->restart();
    park(*transfer);
  }
  if (link_->dead()) giveUp();
}

void RemoteLunDevice::awaitLink() {
  if (!patience_.started() && !expired_) patience_.startAt(link_->loop().now() + link_->parameters().times.patience);
}

void RemoteLunDevice::giveUp() {
  expired_ = true;
  IntrusiveQueue<RemoteLunTransfer> now;
  now.take(parked_);
  while (RemoteLunTransfer* transfer = now.pop()) finish(*transfer, IoResult::Gone);
  beginWaiting();
}

// ---- for administrators

std::string RemoteLunDevice::description() const {
  const RemoteLunParameters& parameters = link_->parameters();
  std::string words = "iSCSI unit " + parameters.url.text() + " (" +
                      (link_->facts().identity.empty() ? "without a designator" : link_->facts().identity) + "), " +
                      std::to_string(geometry_.blocks * geometry_.blockSize) + " bytes, blocks of " +
                      std::to_string(geometry_.blockSize) + " bytes";
  words += geometry_.thin ? ", thin" : ", thick";
  if (geometry_.readOnly) words += ", read-only";
  return words + (link_->up() ? ", connected" : ", not connected: " + link_->state());
}

base::Status RemoteLunDevice::resize(std::uint64_t blocks, Shrink /*shrink*/) {
  if (blocks == geometry_.blocks) return {};
  return base::fail(link_->parameters().url.text() +
                    " gets its size from what provides it: change it at its target, and it is noticed here");
}

base::Result<bool> RemoteLunDevice::refresh() {
  const std::uint64_t blocks = link_->facts().geometry.blocks;
  if (blocks == geometry_.blocks) return false;
  geometry_.blocks = blocks;
  return true;
}

}  // namespace block
