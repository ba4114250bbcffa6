// NbdTransmission: the client's end of NBD's transmission phase: commands to bytes, and replies to their ends.
//
// Sans-io. Output is views of headers and of the commands' own memory; input is placed right into that memory: wanted()
// says where the next bytes go, and what was read ahead of that is copied by onBytes(). Replies come in any order,
// simple or structured, and structured ones in any pieces. What breaks the rules is an Error after which the connection
// is of no use: then nothing more is written into any memory, and takeOpen() gives back what has not ended.
//
// One owner. It borrows a command from start() to ended(), which it calls once, from inside placed(), onBytes() or
// sent(); from there start() may be called. A command whose payload is still being sent ends only after that, whatever
// the server replies: its memory is the kernel's until then. Bound: `depth` commands. doc/proto.md, "Transmission".
#pragma once

#include <array>
#include <vector>

#include "agent/block/intrusive_queue.h"
#include "agent/block/nbd_coverage.h"
#include "agent/nbd/protocol.h"
#include "agent/block/segments.h"
#include "shared/base/bytes.h"
#include "shared/base/result.h"

namespace block {

// What a transmission keeps about a command.
struct NbdCommandState {
  std::array<std::uint8_t, nbd::kRequestSize> header;
  std::uint32_t slot = 0;
  bool headerSent = false;
  bool sent = false;
  bool replied = false;
  nbd::Error error = nbd::Error::Ok;
  NbdCoverage coverage;
};

class NbdCommand {
 public:
  nbd::Command command = nbd::Command::Read;
  std::uint16_t flags = 0;
  std::uint64_t offset = 0;  // bytes; 0 with Flush
  std::uint32_t length = 0;  // bytes; not 0, but with Flush
  SegmentCursor memory;      // Read fills it, Write sends it
  bool zeroes = false;       // with Write: zeroes are sent, and `memory` is not used

  NbdCommand* next = nullptr;  // the transmission's, from start() to ended() or takeOpen(); else the owner's

  NbdCommandState state;  // the transmission's too

  virtual void ended(nbd::Error error) = 0;

 protected:
  ~NbdCommand() = default;
};

class NbdTransmission {
 public:
  // 1 to 1024 commands.
  explicit NbdTransmission(unsigned depth);
  NbdTransmission(const NbdTransmission&) = delete;
  NbdTransmission& operator=(const NbdTransmission&) = delete;

  // A new connection, with nothing open.
  void begin(bool structured);

  [[nodiscard]] bool full() const { return freeSlots_.empty(); }
  [[nodiscard]] std::size_t open() const { return slots_.size() - freeSlots_.size(); }
  // Not while it is full.
  void start(NbdCommand& command);

  // What to send next, up to `out.size()` views; none where there is nothing.
  SegmentCursor::Described gather(std::span<iovec> out) const;
  void sent(std::size_t bytes);
  // Whether all that was begun to be sent has been sent.
  [[nodiscard]] bool betweenCommands() const { return sentOfFront_ == 0; }

  // Where the next bytes of input go, up to `out.size()` views; none where they are headers.
  SegmentCursor::Described wanted(std::span<iovec> out) const;
  base::Status placed(std::size_t bytes);
  base::Status onBytes(base::ByteView bytes);

  // All that has not ended, in the order of their start; the connection is gone, and they will not be told.
  void takeOpen(IntrusiveQueue<NbdCommand>& to);

 private:
  enum class Stage : std::uint8_t {
    Head,      // of a reply
    DataHead,  // of a content chunk: offset, and the size of a hole
    Data,
    ErrorBody,
  };
  struct Slot {
    NbdCommand* command = nullptr;
    std::uint64_t cookie = 0;
    std::uint64_t order = 0;
  };

  [[nodiscard]] std::size_t sizeOf(const NbdCommand& command) const;
  Slot* find(std::uint64_t cookie);
  void collect(Stage stage, std::size_t size);
  base::Status collected();
  base::Status head();
  base::Status simple();
  base::Status structured();
  base::Status errorHead(std::uint32_t length);
  base::Status errorBody();
  base::Status contentHead();
  base::Status hole(std::uint64_t offset);
  base::Status beginData(std::uint64_t offset, std::uint32_t size);
  base::Status chunkEnded();
  void reply(Slot& slot);
  void endIfOver(Slot& slot);

  bool structured_ = false;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> freeSlots_;
  std::uint64_t started_ = 0;

  IntrusiveQueue<NbdCommand> toSend_;
  std::size_t sentOfFront_ = 0;  // bytes
  SegmentCursor unsent_;         // of the front's payload

  Stage stage_ = Stage::Head;
  std::array<std::uint8_t, 32> input_;
  base::Bytes errorBody_;
  std::size_t needed_ = nbd::kSimpleReplySize;
  std::size_t have_ = 0;
  Slot* current_ = nullptr;  // whose reply is being read
  nbd::Chunk chunk_ = nbd::Chunk::None;
  bool last_ = false;         // of its chunks
  std::uint32_t length_ = 0;  // of the chunk
  SegmentCursor place_;
  std::size_t placeLeft_ = 0;  // bytes
};

}  // namespace block
