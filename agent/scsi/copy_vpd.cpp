// VPD page 8fh, Third-Party Copy (SPC-4 7.8.17, SBC-3 6.6.6): the descriptors in the order of their types.
#include "agent/scsi/copy_descriptors.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/opcodes.h"
#include "agent/scsi/vpd_pages.h"

namespace scsi {
namespace {

// Appends a descriptor: type, length, and what `body` writes, padded to four bytes.
template <class F>
void descriptor(base::Bytes& out, std::uint16_t type, F&& body) {
  const std::size_t at = out.size();
  base::ByteWriter writer(out);
  writer.u16(type);
  writer.u16(0);
  body(writer);
  writer.zeros((4 - (out.size() - at) % 4) % 4);
  base::storeU16(&out[at + 2], static_cast<std::uint16_t>(out.size() - at - 4));
}

void blockDeviceRodLimits(const TokenLimits& limits, std::uint32_t blockSize, base::ByteWriter& writer) {
  writer.zeros(6);
  writer.u16(limits.maxRanges);
  writer.u32(static_cast<std::uint32_t>(limits.maxTimeout.count()));
  writer.u32(static_cast<std::uint32_t>(limits.defaultTimeout.count()));
  writer.u64(limits.maxBytes / blockSize);
  writer.u64(CopyOperation::kPieceBytes / blockSize);
}

// Operation codes with their service actions, from the table of commands.
void supportedCommands(const Disk& disk, base::Bytes& out) {
  const std::size_t at = out.size();
  out.push_back(0);
  std::size_t countAt = 0;
  std::uint8_t opcode = 0;
  for (const OpcodeRow& row : opcodeTable()) {
    if (!row.has(flag::kCopy) || !disk.offers(row)) continue;
    if (row.opcode != opcode) {
      opcode = row.opcode;
      out.push_back(opcode);
      countAt = out.size();
      out.push_back(0);
    }
    ++out[countAt];
    out.push_back(static_cast<std::uint8_t>(row.serviceAction));
  }
  out[at] = static_cast<std::uint8_t>(out.size() - at - 1);
}

void parameterData(base::ByteWriter& writer) {
  writer.u32(0);
  writer.u16(kMaxCscds);
  writer.u16(kMaxCopySegments);
  writer.u32(kMaxDescriptorList);
  writer.u32(0);  // no inline data
  writer.zeros(12);
}

void rodTokenFeatures(const TokenLimits& limits, base::ByteWriter& writer) {
  constexpr std::uint16_t kBlockFeatures = 48;
  const auto most = static_cast<std::uint32_t>(limits.maxTimeout.count());
  writer.u8(0);      // REMOTE TOKENS 0h: tokens of other copy managers are not taken
  writer.zeros(11);
  writer.u32(1);     // MINIMUM TOKEN LIFETIME
  writer.u32(most);  // MAXIMUM TOKEN LIFETIME: without use
  writer.u32(most);
  writer.zeros(18);
  writer.u16(kBlockFeatures);
  writer.u16(0);     // of block devices
  writer.u16(kBlockFeatures - 4);
  writer.u16(0);
  writer.u16(0);     // no granularity of its own
  writer.u64(limits.maxBytes);
  writer.u64(CopyOperation::kPieceBytes);
  writer.u64(limits.maxBytes);              // to a token: nothing is moved
  writer.u64(CopyOperation::kPieceBytes);   // from a token
  writer.zeros(8);
}

void rodType(base::ByteWriter& writer, std::uint32_t type, std::uint8_t flags) {
  writer.u32(type);
  writer.u8(flags);
  writer.u8(0);
  writer.u16(0);
  writer.zeros(56);
}

void rodTypes(base::ByteWriter& writer) {
  constexpr std::uint8_t kTokenIn = 0x02;
  constexpr std::uint8_t kTokenOut = 0x01;
  writer.u16(0);
  writer.u16(2 * 64);
  rodType(writer, kRodChangeVulnerable, kTokenIn | kTokenOut);
  rodType(writer, kRodZero, kTokenIn);
}

void generalCopyOperations(base::ByteWriter& writer) {
  writer.u32(CopyManager::kMaxCopies);
  writer.u32(CopyManager::kMaxCopies);
  writer.u32(kMaxSegmentBytes);
  writer.zeros(2);  // granularities: 2^0
  writer.zeros(18);
}

}  // namespace

void appendThirdPartyCopy(Disk& disk, const Nexus&, base::Bytes& out) {
  const TokenLimits& limits = disk.copies().domain()->tokens().limits();
  using Writer = base::ByteWriter;
  descriptor(out, 0x0000, [&](Writer& w) { blockDeviceRodLimits(limits, disk.device().geometry().blockSize, w); });
  descriptor(out, 0x0001, [&](Writer&) { supportedCommands(disk, out); });
  descriptor(out, 0x0004, parameterData);
  descriptor(out, 0x0008, [](Writer& w) {
    w.u8(2);
    w.u8(kBlockToBlock);
    w.u8(kIdentificationCscd);
  });
  descriptor(out, 0x000c, [](Writer& w) {
    w.u16(2);
    w.u16(kOwnUnit);
  });
  descriptor(out, 0x0106, [&](Writer& w) { rodTokenFeatures(limits, w); });
  descriptor(out, 0x0108, rodTypes);
  descriptor(out, 0x8001, generalCopyOperations);
}

}  // namespace scsi
