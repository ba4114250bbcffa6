// Command: one SCSI command on its way through a logical unit.
//
// A transport derives from it, one object a task, and keeps it until done(). Before Disk::execute() it sets the CDB,
// the nexus, the attribute and the data-out, which is complete then (or as much of it as the initiator announced); all
// that is pointed to stays until done(). done() comes exactly once, on the thread of the unit, inside execute() or
// later; it may destroy the command or execute others. A command that was aborted ends with aborted() true: nothing of
// it may go to the initiator; or with the status that its initiator is to hear of it (TAS, or a unit that left). The
// data-in segments stay good until recycle() or destruction: where they are views of the device, the disk is not idle()
// until then, so recycle() comes before the end of the disk, at its thread. After recycle() the object serves the next
// task without an allocation. One owner, the unit's thread. SAM-5 5.1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agent/scsi/block_device.h"
#include "agent/scsi/buffer_pool.h"
#include "agent/scsi/nexus.h"
#include "agent/scsi/sense.h"
#include "agent/scsi/status.h"

namespace scsi {

class Command;
class Disk;
struct OpcodeRow;

// What is done when a step of a command ended: I/O, waiting for a range, or for the store.
using Step = void (*)(Disk&, Command&, IoResult);

struct BlockRange {
  std::uint64_t lba = 0;
  std::uint64_t blocks = 0;
  [[nodiscard]] bool overlaps(const BlockRange& other) const {
    return blocks != 0 && other.blocks != 0 && lba < other.lba + other.blocks && other.lba < lba + blocks;
  }
};

// The unit's side of a command; the transport leaves it alone.
struct CommandWork {
  enum class State : std::uint8_t { Idle, Dormant, Running };
  enum class Lock : std::uint8_t { None, Waiting, Held };
  // What the initiator of an aborted command hears.
  enum class Told : std::uint8_t {
    Nothing,
    TaskAborted,  // TAS one
    NoUnit,       // the unit has left its map: LOGICAL UNIT NOT SUPPORTED
    NotReady,     // it comes back: in process of becoming ready
  };

  class Io final : public BlockRequest {
   public:
    void done(IoResult result) override;
    Command* command = nullptr;
    Disk* disk = nullptr;
  };

  Command* previous = nullptr;  // in the task set
  Command* next = nullptr;
  const OpcodeRow* row = nullptr;
  std::uint64_t serial = 0;
  State state = State::Idle;
  bool aborted = false;
  Told told = Told::Nothing;   // with `aborted`
  bool pumping = false;        // its steps are on the stack
  bool requested = false;      // `io` is to be submitted
  bool inFlight = false;       // the device or the store has not answered
  bool answered = false;       // `step` is due
  bool yielded = false;        // others have their turn first
  bool completed = false;
  bool ofCopy = false;         // a third-party copy issued it: beyond task order, and it meets no unit attention

  Step step = nullptr;
  IoResult result = IoResult::Ok;
  Io io;

  BlockRange range;            // what it reads or writes
  Lock lock = Lock::None;
  bool exclusive = false;

  // Scratch of handlers that take several steps.
  std::uint64_t cursor = 0;
  std::uint64_t end = 0;
  std::uint64_t offset = 0;
  std::uint32_t index = 0;
  std::uint8_t mode = 0;

  BufferPool* pool = nullptr;
  BufferShare* share = nullptr;                 // that the memory counts for; nullptr: for none
  std::vector<std::span<std::uint8_t>> memory;  // from the pool
  std::vector<std::span<std::uint8_t>> slices;  // parts of memory or data-out, for one request
  std::vector<base::ByteView> dataIn;
  Disk* shownBy = nullptr;                      // whose device's memory dataIn refers to
  base::Bytes response;                         // data-in that is built
  base::Bytes parameters;                       // data-out in one piece
};

class Command {
 public:
  Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // Set by the transport. The CDB is 6 to 260 bytes; zeros behind its length do no harm.
  base::ByteView cdb;
  Nexus* nexus = nullptr;
  TaskAttribute attribute = TaskAttribute::Simple;
  std::span<const std::span<std::uint8_t>> dataOut;
  // How many bytes the initiator said it would send, if the transport knows: commands that cannot do with another
  // length than their own (COMPARE AND WRITE, WRITE SAME) refuse it.
  std::optional<std::uint64_t> announcedDataOut;
  // Data-in must be memory of its own, not the store's, which a later write may change: digests are taken of it.
  bool ownDataIn = false;

  // Read in done() and after.
  [[nodiscard]] Status status() const { return status_; }
  [[nodiscard]] base::ByteView sense() const { return {sense_.data(), senseSize_}; }
  [[nodiscard]] std::span<const base::ByteView> dataIn() const { return work_.dataIn; }
  [[nodiscard]] std::uint64_t dataInLength() const;
  [[nodiscard]] bool aborted() const { return work_.aborted && work_.told == CommandWork::Told::Nothing; }

  // Gives memory back and forgets the answer. Not between execute() and done().
  void recycle();

  // For the device server.
  [[nodiscard]] CommandWork& work() { return work_; }
  [[nodiscard]] const CommandWork& work() const { return work_; }
  [[nodiscard]] std::uint64_t dataOutLength() const;
  void setStatus(Status status) {
    status_ = status;
    senseSize_ = 0;
  }
  void setSense(const Sense& sense, bool descriptorFormat);
  // A status with sense that was encoded before; at most kMaxSenseSize bytes of it are kept.
  void setEncoded(Status status, base::ByteView sense);
  void finished() { done(); }

 protected:
  virtual ~Command() { recycle(); }
  virtual void done() = 0;

 private:
  Status status_ = Status::Good;
  std::uint8_t senseSize_ = 0;
  SenseBuffer sense_{};
  CommandWork work_;
};

// The part [offset, offset + length) of a list of spans, appended to `out`. Less, if there is less.
void slice(std::span<const std::span<std::uint8_t>> spans, std::uint64_t offset, std::uint64_t length,
           std::vector<std::span<std::uint8_t>>& out);
// Copies what there is of that part.
void copyOut(std::span<const std::span<std::uint8_t>> spans, std::uint64_t offset, std::span<std::uint8_t> out);

}  // namespace scsi
