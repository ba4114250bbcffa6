#include "agent/block/file_device.h"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cassert>
#include <cerrno>
#include <limits>

#include "agent/block/file_extents.h"
#include "agent/block/io_error.h"
#include "agent/block/request_check.h"
#include "shared/net/os_error.h"

namespace block {
namespace {

using scsi::IoKind;
using scsi::IoResult;

scsi::Geometry geometryOf(const OpenFile& file, const FileOptions& options) {
  scsi::Geometry geometry;
  geometry.blocks = file.size / file.blockSize;
  geometry.blockSize = file.blockSize;
  geometry.physicalExponent = static_cast<std::uint8_t>(std::countr_zero(file.physicalBlock / file.blockSize));
  geometry.readOnly = file.readOnly;
  geometry.thin = file.thin;
  geometry.rotating = file.rotating;
  geometry.volatileCache = !file.readOnly && !options.writeThrough;
  return geometry;
}

}  // namespace

FileDevice::FileDevice(OpenFile file, Engine& engine, const FileOptions& options)
    : file_(std::move(file)),
      engine_(engine),
      options_(options),
      geometry_(geometryOf(file_, options)),
      flushes_(engine, file_.syncFd ? file_.syncFd.get() : file_.fd.get(), open_) {
  assert(options.depth >= 1 && options.depth <= 1024);
  transfers_.reserve(options.depth);
  for (unsigned i = 0; i < options.depth; ++i) {
    transfers_.push_back(std::make_unique<Transfer>(static_cast<TransferOwner&>(*this)));
    transfers_.back()->open = &open_;
    idle_.push(*transfers_.back());
  }
}

FileDevice::~FileDevice() {
  closing_ = true;
  engine_.drain(open_);
  while (scsi::BlockRequest* request = waiting_.pop()) request->done(IoResult::Gone);
  flushes_.abandon(IoResult::Gone);
}

void FileDevice::submit(scsi::BlockRequest& request) {
  assert(wellFormed(request, geometry_));
  if (closing_) return request.done(IoResult::Gone);
  if (const auto known = verdict(request, geometry_); known) return request.done(*known);
  if (request.kind == IoKind::Flush) return flushes_.add(request);
  if (doneAtOnce(request)) return;
  if (!waiting_.empty() || !canBegin(request)) return waiting_.push(request);
  begin(request);
}

// What waits for no disk needs no engine. It may pass those that wait: order is the owner's. What comes out short, or
// fails, goes to the engine as if nothing had been tried.
bool FileDevice::doneAtOnce(scsi::BlockRequest& request) {
  const std::optional<int> flags = inlineFlags(request);
  if (!flags) return false;
  const std::size_t size = request.blocks * geometry_.blockSize;
  const bool write = request.kind == IoKind::Write;
  std::array<iovec, Transfer::kMaxSegments> iovecs;
  const auto count = static_cast<int>(SegmentCursor(request.memory).describe(iovecs, size).count);
  const auto offset = static_cast<off_t>(request.lba * geometry_.blockSize);
  const ssize_t moved = write ? ::pwritev2(file_.fd.get(), iovecs.data(), count, offset, *flags)
                              : ::preadv2(file_.fd.get(), iovecs.data(), count, offset, *flags);
  if (moved < 0 && (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)) {
    (write ? inlineWrites_ : inlineReads_) = false;  // the file system cannot do that
  }
  if (moved < 0 || static_cast<std::size_t>(moved) != size) return false;
  request.done(IoResult::Ok);
  return true;
}

// How a request is tried inside submit(), or nothing where it is not. In memory durable means nothing.
std::optional<int> FileDevice::inlineFlags(const scsi::BlockRequest& request) const {
  const bool write = request.kind == IoKind::Write;
  if (!write && request.kind != IoKind::Read) return std::nullopt;
  const bool small =
      request.blocks * geometry_.blockSize <= options_.inlineMax && request.memory.size() <= Transfer::kMaxSegments;
  if (file_.direct || !small || !(write ? inlineWrites_ : inlineReads_)) return std::nullopt;
  if (file_.inMemory) return 0;
  return durable(request) ? std::nullopt : std::optional<int>(RWF_NOWAIT);
}

bool FileDevice::needsBounce(const scsi::BlockRequest& request) const {
  return file_.direct && (request.kind == IoKind::Read || request.kind == IoKind::Write) &&
         !aligned(request.memory, file_.memoryAlign, file_.ioAlign);
}

bool FileDevice::canBegin(const scsi::BlockRequest& request) const {
  return !idle_.empty() && (!needsBounce(request) || bounces_.hasOne());
}

void FileDevice::begin(scsi::BlockRequest& request) {
  std::uint8_t* bounce = nullptr;
  if (needsBounce(request)) {
    bounce = bounces_.take();
    if (bounce == nullptr) return request.done(IoResult::MediumError);  // the system has no memory
  }
  auto& transfer = static_cast<Transfer&>(*idle_.pop());
  transfer.begin(request, file_, bounce);
  startStep(transfer);
}

void FileDevice::startStep(Transfer& transfer) {
  const bool hole = transfer.request().mayUnmap && file_.thin && holesWork_;
  transfer.setZeroing(hole ? Zeroing::PunchHole : zeroing_);
  transfer.prepareStep();
  transfer.durable = transfer.action == Action::Write && dsyncWorks_ && durable(transfer.request());
  engine_.start(transfer);
}

bool FileDevice::durable(const scsi::BlockRequest& request) const {
  const bool changes = request.kind != IoKind::Read && request.kind != IoKind::Flush;
  return changes && (request.forceUnitAccess || options_.writeThrough);
}

void FileDevice::stepEnded(Transfer& transfer, int result) {
  if (result < 0) {
    const int error = -result;
    const bool again = (error == EAGAIN || error == EINTR) && transfer.mayRetry();
    if (again || doWithout(transfer, error)) return startStep(transfer);
    // A discard is a hint: what cannot be unmapped stays.
    const bool hint = transfer.request().kind == IoKind::Discard && error == EOPNOTSUPP;
    return finish(transfer, hint ? IoResult::Ok : resultOfError(transfer, error));
  }
  if (!transfer.advance(result)) return finish(transfer, resultAtEnd(transfer));
  if (!transfer.complete()) return startStep(transfer);
  finish(transfer, IoResult::Ok);
}

// Where a call is not known below, the next best one: true when the step is to be tried again.
bool FileDevice::doWithout(Transfer& transfer, int error) {
  if (error != EOPNOTSUPP && error != ENOSYS && error != ENODEV) return false;
  if (transfer.action == Action::Write && transfer.durable) {
    dsyncWorks_ = false;
    return true;
  }
  if (transfer.request().kind != IoKind::WriteZeroes || transfer.zeroing() == Zeroing::Write) return false;
  if (transfer.request().mayUnmap && transfer.zeroing() == Zeroing::PunchHole && holesWork_) {
    holesWork_ = false;
    return true;
  }
  // Others may have found out meanwhile.
  if (zeroing_ == transfer.zeroing()) {
    zeroing_ = zeroing_ == Zeroing::ZeroRange && file_.thin ? Zeroing::PunchHole : Zeroing::Write;
  }
  return true;
}

void FileDevice::finish(Transfer& transfer, IoResult result) {
  scsi::BlockRequest& request = transfer.request();
  // A write that the kernel did not make durable itself is so after the next sync.
  const bool sync = result == IoResult::Ok && durable(request) && !transfer.durable;
  if (transfer.bounce() != nullptr) bounces_.giveBack(transfer.bounce());
  idle_.pushFront(transfer);  // the next request finds it in the processor's cache
  if (sync) {
    flushes_.add(request);
  } else {
    request.done(result);
  }
  beginWaiting();
}

void FileDevice::beginWaiting() {
  while (scsi::BlockRequest* request = waiting_.front()) {
    if (!closing_ && !canBegin(*request)) return;
    waiting_.pop();
    const auto known = verdict(*request, geometry_);  // the device may be smaller now
    if (closing_ || known) {
      request->done(closing_ ? IoResult::Gone : *known);
    } else {
      begin(*request);
    }
  }
}

IoResult FileDevice::resultOfError(const Transfer& transfer, int error) const {
  // Behind its end a block device says so too.
  if (error == ENOSPC && resultAtEnd(transfer) == IoResult::OutOfRange) return IoResult::OutOfRange;
  return resultOf(error);
}

// Nothing was moved: because the file has become shorter, or because it is broken.
IoResult FileDevice::resultAtEnd(const Transfer& transfer) const {
  const scsi::BlockRequest& request = transfer.request();
  const auto size = sizeOf(file_);
  const bool beyond = size && (request.lba + request.blocks) * geometry_.blockSize > *size;
  return beyond ? IoResult::OutOfRange : IoResult::MediumError;
}

scsi::Extent FileDevice::extentAt(std::uint64_t lba) { return fileExtentAt(file_, lba, geometry_.blocks); }

std::string FileDevice::description() const {
  std::string words = file_.kind == FileKind::Regular ? "file " : "block device ";
  words += file_.path + ", " + std::to_string(geometry_.blocks * geometry_.blockSize) + " bytes, blocks of " +
           std::to_string(geometry_.blockSize) + " bytes";
  words += geometry_.thin ? ", thin" : ", thick";
  if (file_.direct) words += ", direct";
  if (geometry_.readOnly) words += ", read-only";
  if (options_.writeThrough) words += ", write-through";
  return words + ", by " + engine_.description();
}

base::Status FileDevice::resize(std::uint64_t blocks, Shrink shrink) {
  if (blocks == geometry_.blocks) return {};
  if (file_.readOnly) return base::fail("\"" + file_.path + "\" is read-only: it keeps its size");
  if (file_.kind == FileKind::BlockDevice) {
    return base::fail("\"" + file_.path +
                      "\" gets its size from what provides it: change it there, then \"sanctl agent unit "
                      "resize\" without a size takes it over");
  }
  if (blocks == 0 || blocks > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()) / geometry_.blockSize) {
    return base::fail("a device of " + std::to_string(blocks) + " blocks cannot be");
  }
  const std::uint64_t size = blocks * geometry_.blockSize;
  if (blocks < geometry_.blocks) {
    if (shrink == Shrink::Refuse) return base::fail("a smaller size loses what lies behind it: allow that explicitly");
    if (open_.operations > 0 || !flushes_.idle()) return base::fail("requests are open: shrink it when none is");
  }
  // A thick file has its blocks from the start, so that no write finds the file system full.
  if (!geometry_.thin && blocks > geometry_.blocks) {
    const std::uint64_t old = geometry_.blocks * geometry_.blockSize;
    if (::fallocate(file_.fd.get(), 0, static_cast<off_t>(old), static_cast<off_t>(size - old)) != 0 &&
        errno != EOPNOTSUPP) {
      const int error = errno;
      [[maybe_unused]] const int back = ::ftruncate(file_.fd.get(), static_cast<off_t>(old));
      return net::osFailure("cannot make \"" + file_.path + "\" larger", error);
    }
  }
  if (::ftruncate(file_.fd.get(), static_cast<off_t>(size)) != 0) {
    return net::osFailure("cannot give \"" + file_.path + "\" another size");
  }
  file_.size = size;
  geometry_.blocks = blocks;
  return {};
}

base::Result<bool> FileDevice::refresh() {
  const auto size = sizeOf(file_);
  if (!size) return base::fail(size.error());
  if (*size == file_.size) return false;
  if (*size == 0 || *size % geometry_.blockSize != 0) {
    return base::fail("\"" + file_.path + "\" has " + std::to_string(*size) +
                      " bytes now, which is not some blocks of " + std::to_string(geometry_.blockSize) +
                      ": it keeps the size that it had");
  }
  file_.size = *size;
  geometry_.blocks = *size / geometry_.blockSize;
  return true;
}

}  // namespace block
