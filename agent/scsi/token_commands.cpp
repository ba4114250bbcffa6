// POPULATE TOKEN, WRITE USING TOKEN, RECEIVE ROD TOKEN INFORMATION, REPORT ALL ROD TOKENS (SBC-3 5.8, 5.46; SPC-4 6.26,
// 6.32): offloaded data transfer (ODX).
//
// A token is made while no write to its ranges is under way. It serves any initiator that has it and that sees its
// unit; who does not is told TOKEN UNKNOWN. The list of all tokens gives those of units that the nexus sees.
#include <algorithm>

#include "agent/scsi/copy_results.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi::handlers {
namespace {

constexpr std::size_t kPopulateHeader = 16;
constexpr std::size_t kWriteHeader = 536;
constexpr std::size_t kRangeDescriptor = 16;
constexpr std::uint8_t kImmediate = 0x01;
constexpr std::uint8_t kRodTypeValid = 0x02;  // POPULATE TOKEN
constexpr std::uint8_t kDeleteToken = 0x02;   // WRITE USING TOKEN

CopyDomain& domainOf(Disk& disk) { return *disk.copies().domain(); }
std::uint32_t listIdOf(const Command& command) { return base::loadU32(&command.cdb[6]); }

bool overlap(const std::vector<BlockRange>& ranges) {
  std::vector<BlockRange> sorted = ranges;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.lba < b.lba; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i - 1].overlaps(sorted[i])) return true;
  }
  return false;
}

// The block device range descriptors behind a header, whose last two bytes say how long they are.
std::optional<Sense> readRanges(Disk& disk, const base::Bytes& list, std::size_t header,
                                std::vector<BlockRange>& out) {
  const TokenLimits& limits = domainOf(disk).tokens().limits();
  const Geometry geometry = disk.device().geometry();
  const auto lengthAt = static_cast<std::uint16_t>(header - 2);
  const std::size_t length = base::loadU16(&list[lengthAt]);
  if (base::loadU16(list.data()) + 2U < header + length) return invalidFieldInParameterList(0);
  if (list.size() < header + length) return parameterListLengthError();
  if (length < kRangeDescriptor || length % kRangeDescriptor != 0) return invalidFieldInParameterList(lengthAt);
  if (length / kRangeDescriptor > limits.maxRanges) {
    return Sense{SenseKey::IllegalRequest, Asc::TooManySegmentDescriptors};
  }
  std::uint64_t bytes = 0;
  for (std::size_t at = header; at < header + length; at += kRangeDescriptor) {
    const BlockRange range{base::loadU64(&list[at]), base::loadU32(&list[at + 8])};
    if (range.lba > geometry.blocks || range.blocks > geometry.blocks - range.lba) return lbaOutOfRange();
    bytes += range.blocks * geometry.blockSize;
    if (range.blocks != 0) out.push_back(range);
  }
  if (bytes > limits.maxBytes || overlap(out)) return invalidFieldInParameterList(static_cast<std::uint16_t>(header));
  return std::nullopt;
}

// All ranges in one, for the lock.
BlockRange around(const std::vector<BlockRange>& ranges) {
  BlockRange all;
  for (const BlockRange& range : ranges) {
    const std::uint64_t end = std::max(all.lba + all.blocks, range.lba + range.blocks);
    all.lba = all.blocks == 0 ? range.lba : std::min(all.lba, range.lba);
    all.blocks = end - all.lba;
  }
  return all;
}

CopyOrder orderOf(const Command& command) {
  CopyOrder order;
  order.serviceAction = command.cdb[1] & 0x1f;
  order.listId = listIdOf(command);
  return order;
}

// No write to the ranges is under way now, and each that comes revokes the token.
void makeToken(Disk& disk, Command& command, IoResult) {
  const base::Bytes& list = command.work().parameters;
  RodTokens& tokens = domainOf(disk).tokens();
  std::vector<BlockRange> ranges;
  if (const auto wrong = readRanges(disk, list, kPopulateHeader, ranges)) return disk.complete(command, *wrong);
  const std::uint32_t seconds = base::loadU32(&list[4]);
  const auto timeout = seconds == 0 ? tokens.limits().defaultTimeout : std::chrono::seconds(seconds);
  RodToken* const token = tokens.create(disk, *command.nexus, std::move(ranges), timeout, disk.now().mono);
  if (token == nullptr) {
    return disk.complete(command, {SenseKey::IllegalRequest, Asc::InsufficientResourcesToCreateRodToken});
  }
  CopyOperation* const copy = disk.copies().record(command, orderOf(command), token->blocks * token->blockSize);
  if (copy == nullptr) return tokens.kill(*token, RodToken::State::Deleted);
  copy->token.assign(token->bytes.begin(), token->bytes.end());
  disk.complete(command);
}

}  // namespace

void populateToken(Disk& disk, Command& command) {
  const TokenLimits& limits = domainOf(disk).tokens().limits();
  if (!disk.parameterList(command, base::loadU32(&command.cdb[10]))) return;
  const base::Bytes& list = command.work().parameters;
  if (list.size() < kPopulateHeader) return disk.complete(command, parameterListLengthError());
  std::vector<BlockRange> ranges;
  if (const auto wrong = readRanges(disk, list, kPopulateHeader, ranges)) return disk.complete(command, *wrong);
  if (base::loadU32(&list[4]) > static_cast<std::uint64_t>(limits.maxTimeout.count())) {
    return disk.complete(command, invalidFieldInParameterList(4));
  }
  const std::uint32_t type = base::loadU32(&list[8]);
  if ((list[2] & kRodTypeValid) != 0 && type != kRodChangeVulnerable && type != kRodPointInTimeAny) {
    return disk.complete(command, invalidFieldInParameterList(8));
  }
  disk.lockRange(command, around(ranges), true, makeToken);
}

namespace {

struct Source {
  RodToken* token = nullptr;  // nullptr: zeroes
  CopyUnit unit;
};

std::optional<Sense> findSource(Disk& disk, const Command& command, base::ByteView bytes, Source& source) {
  const auto refused = [](Asc asc) { return Sense{SenseKey::IllegalRequest, asc}; };
  const std::uint32_t type = base::loadU32(bytes.data());
  if (type != kRodZero && type != kRodChangeVulnerable) return refused(Asc::UnsupportedTokenType);
  if (base::loadU16(&bytes[6]) != kRodTokenLength) return refused(Asc::InvalidTokenLength);
  if (type == kRodZero) return std::nullopt;
  CopyDomain& domain = domainOf(disk);
  RodToken* const token = domain.tokens().find(bytes, disk.now().mono);
  if (token == nullptr) return refused(Asc::TokenUnknown);
  switch (token->state) {
    case RodToken::State::Revoked: return refused(Asc::TokenRevoked);
    case RodToken::State::Expired: return refused(Asc::TokenExpired);
    case RodToken::State::Deleted: return refused(Asc::TokenDeleted);
    case RodToken::State::Live: break;
  }
  source.token = token;
  source.unit = domain.viewOf(disk, *command.nexus, *token->unit);
  if (source.unit.disk == nullptr) return refused(Asc::TokenUnknown);
  return std::nullopt;
}

// Walks through the source's ranges and the destination's side by side. False: the ROD is shorter, or a range of one
// ends within a block of the other.
bool pairRanges(const Source& source, std::uint64_t skip, const CopyUnit& to, const std::vector<BlockRange>& ranges,
                std::vector<CopySegment>& out) {
  const std::uint64_t toSize = to.disk->device().geometry().blockSize;
  const std::uint64_t fromSize = source.token == nullptr ? toSize : source.token->blockSize;
  std::size_t i = 0;
  std::uint64_t used = skip;  // bytes of source range i
  for (const BlockRange& range : ranges) {
    std::uint64_t done = 0;
    while (done < range.blocks * toSize) {
      CopySegment segment;
      segment.to = to;
      segment.toLba = range.lba + done / toSize;
      segment.bytes = range.blocks * toSize - done;
      if (source.token != nullptr) {
        const std::vector<BlockRange>& from = source.token->ranges;
        while (i < from.size() && used >= from[i].blocks * fromSize) used -= from[i++].blocks * fromSize;
        if (i == from.size()) return false;
        segment.from = source.unit;
        segment.fromLba = from[i].lba + used / fromSize;
        segment.bytes = std::min(segment.bytes, from[i].blocks * fromSize - used);
        used += segment.bytes;
      }
      if (segment.bytes % toSize != 0 || segment.bytes % fromSize != 0) return false;
      done += segment.bytes;
      out.push_back(std::move(segment));
    }
  }
  return true;
}

}  // namespace

void writeUsingToken(Disk& disk, Command& command) {
  constexpr std::size_t kOffsetAt = 8;
  constexpr std::size_t kTokenAt = 16;
  if (!disk.parameterList(command, base::loadU32(&command.cdb[10]))) return;
  const base::Bytes& list = command.work().parameters;
  if (list.size() < kWriteHeader) return disk.complete(command, parameterListLengthError());
  std::vector<BlockRange> ranges;
  if (const auto wrong = readRanges(disk, list, kWriteHeader, ranges)) return disk.complete(command, *wrong);
  Source source;
  if (const auto wrong = findSource(disk, command, base::ByteView(list).subspan(kTokenAt, kRodTokenSize), source)) {
    return disk.complete(command, *wrong);
  }
  const CopyUnit to{&disk, command.nexus};
  // OFFSET INTO ROD counts blocks of the ROD.
  const std::uint64_t offset = base::loadU64(&list[kOffsetAt]);
  if (source.token != nullptr && offset > source.token->blocks) {
    return disk.complete(command, invalidFieldInParameterList(kOffsetAt));
  }
  CopyOrder order = orderOf(command);
  order.immediate = (list[2] & kImmediate) != 0;
  order.token = source.token;
  order.deletesToken = (list[2] & kDeleteToken) != 0;
  const std::uint64_t skip = source.token == nullptr ? 0 : offset * source.token->blockSize;
  if (!pairRanges(source, skip, to, ranges, order.segments)) {
    return disk.complete(command, invalidFieldInParameterList(kWriteHeader - 2));
  }
  disk.copies().start(command, std::move(order));
}

void receiveRodTokenInformation(Disk& disk, Command& command) {
  CopyOperation* const copy = disk.copies().find(*command.nexus, base::loadU32(&command.cdb[2]));
  const bool known = copy != nullptr && !copy->statusTaken && copy->order().serviceAction >= 0x10;
  if (!known) return disk.complete(command, invalidFieldInCdb(2));
  base::Bytes& out = command.work().response;
  appendCopyStatus4(*copy, out);
  base::ByteWriter writer(out);
  writer.u32(copy->token.empty() ? 0 : static_cast<std::uint32_t>(2 + copy->token.size()));
  if (!copy->token.empty()) {
    writer.u16(0);
    writer.bytes(copy->token);
  }
  // Transfer counts of these commands are in blocks.
  constexpr std::uint8_t kBlocks = 0xf1;
  out[15] = kBlocks;
  base::storeU64(&out[16], copy->bytesDone() / disk.device().geometry().blockSize);
  base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 4));
  const std::uint32_t allocation = base::loadU32(&command.cdb[10]);
  if (copy->ended() && allocation >= out.size()) disk.copies().drop(*copy);
  disk.respond(command, allocation);
}

void reportAllRodTokens(Disk& disk, Command& command) {
  CopyDomain& domain = domainOf(disk);
  base::Bytes& out = command.work().response;
  base::ByteWriter writer(out);
  writer.zeros(8);
  domain.tokens().forEach(disk.now().mono, [&](const RodToken& token) {
    if (domain.viewOf(disk, *command.nexus, *token.unit).disk == nullptr) return;
    writer.bytes(base::ByteView(token.bytes).first(kRodManagementTokenSize));
  });
  base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 4));
  disk.respond(command, base::loadU32(&command.cdb[10]));
}

}  // namespace scsi::handlers
