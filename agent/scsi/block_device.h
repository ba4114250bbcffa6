// BlockDevice: what holds the blocks of a logical unit, and the requests that a device server makes to it.
//
// agent/block implements it (memory, file, block device, null, remote LUN, NBD export); one contract suite runs against
// all. A device belongs to one thread, its owner's: submit() is called there, and a request ends there by one call of
// done(), inside submit() or later. Requests may end in another order than they began; the owner orders what must be
// ordered. Memory of a request belongs to whoever submits it and stays until done(). No exception crosses; what goes
// wrong is an IoResult. SBC-3 4.4 to 4.7 (medium, logical blocks, thin provisioning).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"

namespace scsi {

struct Geometry {
  std::uint64_t blocks = 0;           // logical blocks
  std::uint32_t blockSize = 512;      // bytes: 512 or 4096
  std::uint8_t physicalExponent = 0;  // a physical block is 2^n logical ones
  bool readOnly = false;
  bool thin = false;       // ranges may be unmapped, and then read as zeroes
  bool rotating = false;   // for VPD page b1
  bool volatileCache = false;  // a write that is done may be lost until a flush: WCE
};

enum class IoKind : std::uint8_t {
  Read,
  Write,
  WriteZeroes,  // the range reads as zeroes afterwards; it may stay mapped
  Discard,      // a hint: the range may be unmapped, and reads as zeroes where it was
  Flush,        // everything that was done before is durable
};

enum class IoResult : std::uint8_t {
  Ok,
  MediumError,     // the range cannot be read or written
  NoSpace,         // thin, and what holds it is full
  WriteProtected,
  OutOfRange,      // beyond the blocks that there are: it shrank
  Gone,            // the device is lost; nothing on it will succeed
};

// How a range is held, for GET LBA STATUS.
enum class Provisioning : std::uint8_t { Mapped, Deallocated };
struct Extent {
  std::uint64_t blocks = 0;  // from the block asked for on
  Provisioning state = Provisioning::Mapped;
};

// Logical blocks that hold something, and those that may still, for thin provisioning thresholds.
struct Resources {
  std::uint64_t used = 0;
  std::uint64_t available = 0;
};

// One request. The submitter derives from it, keeps it until done(), and makes no change to it in between.
class BlockRequest {
 public:
  IoKind kind = IoKind::Read;
  bool forceUnitAccess = false;                   // with all that changes blocks: durable before done(Ok)
  bool mayUnmap = false;                          // with WriteZeroes: what is thin may unmap instead, and needs no room
  std::uint64_t lba = 0;                          // first block
  std::uint64_t blocks = 0;                       // 0 with Flush
  std::span<const std::span<std::uint8_t>> memory;  // Read fills it, Write sends it; blocks * blockSize bytes in all

  // The device's, from submit() to done().
  BlockRequest* next = nullptr;   // links what waits there without allocation
  base::TimePoint submittedAt{};  // where what each has waited counts (block/remote_lun_device.h)

  virtual void done(IoResult result) = 0;

 protected:
  ~BlockRequest() = default;
};

class BlockDevice {
 public:
  virtual ~BlockDevice() = default;

  [[nodiscard]] virtual Geometry geometry() const = 0;
  // The range must lie within the geometry. May call done() before it returns.
  virtual void submit(BlockRequest& request) = 0;
  // The bytes of a range that lies in memory and in one piece; else nothing. Good until the device is destroyed; what
  // is written, unmapped or cut off later may be seen through it.
  [[nodiscard]] virtual std::optional<base::ByteView> view(std::uint64_t /*lba*/, std::uint64_t /*blocks*/) {
    return std::nullopt;
  }
  // Nothing where it is not known: then no thresholds are offered.
  [[nodiscard]] virtual std::optional<Resources> resources() { return std::nullopt; }
  // How the blocks from `lba` on are held; where nothing is known, all are mapped.
  [[nodiscard]] virtual Extent extentAt(std::uint64_t lba) { return {geometry().blocks - lba, Provisioning::Mapped}; }
};

}  // namespace scsi
