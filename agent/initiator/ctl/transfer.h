// Transfer: moves or compares a range of bytes between two ends, each a logical unit or a file, with several chunks at
// a time.
//
// A chunk is read from the first end and then written to the second (or read from it too, and compared); logical units
// work on many chunks at once, files are read and written where they stand in the sequence. Files are used with
// blocking calls, as cat does. One thread: the loop's. Bound: `depth` chunks of `chunk` bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/initiator/disk_commands.h"
#include "shared/ctl/exit_codes.h"

namespace initiator_ctl {

// One end. Exactly one of the two is there.
struct TransferEnd {
  initiator::LogicalUnit* unit = nullptr;
  int fd = -1;
  std::uint32_t blockSize = 512;  // of the unit, bytes
  std::uint64_t offset = 0;       // of its first byte, a multiple of the block size
  std::string name;
};

struct TransferPlan {
  TransferEnd from;
  TransferEnd to;
  bool compare = false;                 // both are read
  bool pad = false;                     // the end of a file is filled with zeros to a whole block
  std::optional<std::uint64_t> length;  // bytes, or fewer where a file ends before; nothing: until the file ends
  bool whole = false;                   // it fails where the file that is read goes on behind `length`
  std::uint32_t chunk = 1U << 20;
  std::uint32_t depth = 8;
};

class Transfer {
 public:
  explicit Transfer(TransferPlan plan);
  ~Transfer();

  // Begins; then it goes on by itself while the loop turns.
  void start();
  // All is done, or it has failed and nothing of it is under way.
  [[nodiscard]] bool over() const { return active_ == 0 && (finished_ || failure_ || different_); }
  // Begins no more; what is under way ends.
  void stop() { finished_ = true; }

  [[nodiscard]] std::uint64_t done() const { return done_; }  // bytes
  [[nodiscard]] const std::optional<ctl::Failure>& failure() const { return failure_; }
  // The first byte that differs, counted from the beginning of the range.
  [[nodiscard]] std::optional<std::uint64_t> difference() const { return different_; }

 private:
  struct Chunk;

  void begin(Chunk& chunk);
  void checkEnd();
  bool readFile(Chunk& chunk, const TransferEnd& end, std::uint8_t* into, std::uint32_t& size);
  void readFrom(Chunk& chunk);
  void loaded(Chunk& chunk);
  void compared(Chunk& chunk);
  void deliverInOrder();
  bool writeFile(const Chunk& chunk);
  void finished(Chunk& chunk);
  void failed(Chunk& chunk, ctl::Failure failure);
  bool submit(Chunk& chunk, const TransferEnd& end, bool write);

  TransferPlan plan_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::uint64_t next_ = 0;       // the first byte that no chunk has
  std::uint64_t delivered_ = 0;  // to a file, in order
  std::uint64_t done_ = 0;
  std::size_t active_ = 0;
  bool finished_ = false;  // nothing more to begin
  std::optional<ctl::Failure> failure_;
  std::optional<std::uint64_t> different_;
};

}  // namespace initiator_ctl
