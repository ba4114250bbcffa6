// Transfer: one request of a file device on its way through the engine, in as many steps as it needs.
//
// A step moves what fits its iovecs, or its bounce buffer; what the kernel moved less is asked for again. A device has
// a fixed number of these and reuses them, so that nothing is allocated for a request. It knows bytes and steps; the
// device knows what results mean.
#pragma once

#include <array>

#include "agent/block/open_file.h"
#include "agent/block/operation.h"
#include "agent/block/segments.h"
#include "agent/scsi/block_device.h"

namespace block {

class Transfer;

// Who is told of a step's end.
class TransferOwner {
 public:
  virtual void stepEnded(Transfer& transfer, int result) = 0;

 protected:
  ~TransferOwner() = default;
};

// How a range is made to read as zeroes, best first; a device goes on to the next where the file system has no such
// call.
enum class Zeroing : std::uint8_t {
  ZeroRange,  // fallocate: the range stays mapped, and costs no writing
  PunchHole,  // fallocate: it becomes a hole
  Write,      // zeroes are written
};

class Transfer final : public Operation {
 public:
  static constexpr std::size_t kMaxSegments = 64;           // of a step
  static constexpr std::size_t kMaxStep = 64 * 1024 * 1024;  // bytes of a step

  explicit Transfer(TransferOwner& owner) : owner_(owner) {}

  // Takes a request on. `bounce` is the buffer to move its data through, or nullptr where its own memory will do.
  void begin(scsi::BlockRequest& request, const OpenFile& file, std::uint8_t* bounce);
  // For WriteZeroes, before each step.
  void setZeroing(Zeroing zeroing) { zeroing_ = zeroing; }
  [[nodiscard]] Zeroing zeroing() const { return zeroing_; }

  // Fills in the operation for what is left.
  void prepareStep();
  // What the step moved; false when it moved nothing, and so the file ends here.
  bool advance(int moved);
  [[nodiscard]] bool complete() const { return done_ == size_; }

  [[nodiscard]] scsi::BlockRequest& request() const { return *request_; }
  [[nodiscard]] std::uint8_t* bounce() const { return bounce_; }
  // Whether the same step may be tried once more, after EAGAIN or EINTR.
  [[nodiscard]] bool mayRetry() { return retries_++ < 16; }

 private:
  void ended(int outcome) override { owner_.stepEnded(*this, outcome); }
  void prepareZeroes();

  TransferOwner& owner_;
  scsi::BlockRequest* request_ = nullptr;
  SegmentCursor cursor_;
  std::uint8_t* bounce_ = nullptr;
  std::uint64_t start_ = 0;  // bytes, in the file
  std::uint64_t size_ = 0;   // bytes in all
  std::uint64_t done_ = 0;   // bytes, of them
  std::uint32_t ioAlign_ = 1;
  Zeroing zeroing_ = Zeroing::ZeroRange;
  unsigned retries_ = 0;
  std::array<iovec, kMaxSegments> iovecs_;
};

}  // namespace block
