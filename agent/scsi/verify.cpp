// VERIFY and WRITE AND VERIFY (SBC-3 5.37, 5.45): reads piece by piece and compares with what was sent.
//
// BYTCHK 00b: the blocks can be read. 01b: they are the data-out. 11b: each is the one block of data-out.
#include <algorithm>
#include <cstring>

#include "agent/scsi/block_io.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi {
namespace {

constexpr std::uint64_t kPieceBytes = 1U << 18;

enum ByteCheck : std::uint8_t { kMedium = 0, kCompare = 1, kReserved = 2, kCompareOne = 3 };
ByteCheck byteCheck(base::ByteView cdb) { return static_cast<ByteCheck>((cdb[1] >> 1) & 3); }

// Walks through a list of spans.
class Walk {
 public:
  Walk(Spans spans, std::uint64_t offset) : spans_(spans), offset_(offset) { skip(); }
  [[nodiscard]] std::span<std::uint8_t> piece() const {
    return spans_.empty() ? std::span<std::uint8_t>() : spans_[0].subspan(static_cast<std::size_t>(offset_));
  }
  void advance(std::uint64_t n) {
    offset_ += n;
    skip();
  }

 private:
  void skip() {
    while (!spans_.empty() && offset_ >= spans_[0].size()) {
      offset_ -= spans_[0].size();
      spans_ = spans_.subspan(1);
    }
  }
  Spans spans_;
  std::uint64_t offset_;
};

// Compares what was read at work().cursor; the offset of a difference within the data-out.
std::optional<std::uint64_t> compare(Command& command, Spans data, std::uint64_t blocks, std::uint32_t blockSize) {
  CommandWork& work = command.work();
  if (work.mode == kMedium) return std::nullopt;
  if (work.mode == kCompare) {
    const auto at = firstDifference(data, 0, command.dataOut, work.offset, blocks * blockSize);
    return at ? std::optional(work.offset + *at) : std::nullopt;
  }
  for (std::uint64_t i = 0; i < blocks; ++i) {
    if (const auto at = firstDifference(data, i * blockSize, command.dataOut, 0, blockSize)) return at;
  }
  return std::nullopt;
}

void verifyNext(Disk& disk, Command& command, IoResult);

// True: go on with the next piece.
bool checkPiece(Disk& disk, Command& command, Spans data, std::uint64_t blocks) {
  CommandWork& work = command.work();
  const std::uint32_t blockSize = disk.device().geometry().blockSize;
  if (const auto at = compare(command, data, blocks, blockSize)) {
    disk.complete(command, miscompare(*at));
    return false;
  }
  work.cursor += blocks;
  work.offset += blocks * blockSize;
  return true;
}

void pieceRead(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) {
    ++disk.counters().verifyErrors;
    return disk.completeIo(command, result, IoKind::Read);
  }
  CommandWork& work = command.work();
  if (checkPiece(disk, command, work.memory, work.io.blocks)) verifyNext(disk, command, IoResult::Ok);
}

void verifyNext(Disk& disk, Command& command, IoResult) {
  CommandWork& work = command.work();
  const std::uint32_t blockSize = disk.device().geometry().blockSize;
  const std::uint64_t most = std::max<std::uint64_t>(1, kPieceBytes / blockSize);
  std::uint64_t turn = 0;
  while (work.cursor < work.end) {
    if (turn >= Disk::kTurnBytes) return disk.yield(command, verifyNext);
    const BlockRange piece{work.cursor, std::min(most, work.end - work.cursor)};
    const std::optional<base::ByteView> view = disk.device().view(piece.lba, piece.blocks);
    if (!view) {
      submitRead(disk, command, piece, pieceRead);
      return;
    }
    const std::span<std::uint8_t> data = readOnly(*view);
    if (!checkPiece(disk, command, {&data, 1}, piece.blocks)) return;
    turn += work.mode == kMedium ? piece.blocks : piece.blocks * blockSize;  // memory that is there need not be read
  }
  disk.complete(command);
}

void verifyRange(Disk& disk, Command& command, IoResult) {
  CommandWork& work = command.work();
  work.cursor = work.range.lba;
  work.end = work.range.lba + work.range.blocks;
  work.offset = 0;
  work.mode = byteCheck(command.cdb);
  ++disk.counters().verifies;
  disk.counters().blocksVerified += work.range.blocks;
  verifyNext(disk, command, IoResult::Ok);
}

void verifyWritten(Disk& disk, Command& command, IoResult result) {
  if (result != IoResult::Ok) return disk.completeIo(command, result, IoKind::Write);
  verifyRange(disk, command, IoResult::Ok);
}

void writeThenVerify(Disk& disk, Command& command, IoResult) {
  const BlockRange range = command.work().range;
  ++disk.counters().writes;
  disk.counters().blocksWritten += range.blocks;
  submitWrite(disk, command, range, 0, verifyWritten);
  command.work().io.forceUnitAccess = true;  // it is the medium that is verified
}

}  // namespace

std::optional<std::uint64_t> firstDifference(Spans a, std::uint64_t aOffset, Spans b, std::uint64_t bOffset,
                                             std::uint64_t length) {
  Walk left(a, aOffset);
  Walk right(b, bOffset);
  for (std::uint64_t at = 0; at < length;) {
    const std::span<std::uint8_t> x = left.piece();
    const std::span<std::uint8_t> y = right.piece();
    const auto n = static_cast<std::size_t>(
        std::min<std::uint64_t>(length - at, std::min<std::uint64_t>(x.size(), y.size())));
    if (n == 0) return at;  // one of them is shorter
    if (std::memcmp(x.data(), y.data(), n) != 0) {
      return at + static_cast<std::uint64_t>(std::mismatch(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(n),
                                                           y.begin()).first - x.begin());
    }
    left.advance(n);
    right.advance(n);
    at += n;
  }
  return std::nullopt;
}

Sense miscompare(std::uint64_t offset) {
  Sense sense{SenseKey::Miscompare, Asc::MiscompareDuringVerify};
  sense.information = offset;
  return sense;
}

namespace handlers {

void verify(Disk& disk, Command& command) {
  BlockRange range = blockRange(*command.work().row, command.cdb);
  const ByteCheck check = byteCheck(command.cdb);
  if (check == kReserved) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{2}));
  if (check == kCompare ? !checkTransfer(disk, command, range) : !checkRange(disk, command, range)) return;
  if (check == kCompare) range.blocks = blocksSent(disk, command, range.blocks);
  if (check == kCompareOne && range.blocks != 0 && blocksSent(disk, command, 1) == 0) {
    return disk.complete(command, wrongDataLength());
  }
  if (range.blocks == 0) return disk.complete(command);
  disk.lockRange(command, range, false, verifyRange);
}

void writeAndVerify(Disk& disk, Command& command) {
  BlockRange range = blockRange(*command.work().row, command.cdb);
  if (byteCheck(command.cdb) > kCompare) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{2}));
  if (!checkTransfer(disk, command, range)) return;
  range.blocks = blocksSent(disk, command, range.blocks);
  if (range.blocks == 0) return disk.complete(command);
  disk.lockRange(command, range, false, writeThenVerify);
}

}  // namespace handlers
}  // namespace scsi
