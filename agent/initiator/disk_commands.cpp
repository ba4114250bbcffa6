#include "agent/initiator/disk_commands.h"

#include <algorithm>

namespace initiator {
namespace {

void begin(ScsiRequest& request, std::uint8_t opcode, std::size_t size) {
  request.bytes = {};
  request.bytes[0] = opcode;
  request.setCdb(size);
  request.dataIn = {};
  request.dataOut = {};
}

// A CDB of 16 bytes with an address and a count.
void setRange16(ScsiRequest& request, std::uint8_t opcode, std::uint64_t block, std::uint32_t count) {
  begin(request, opcode, 16);
  base::storeU64(request.bytes.data() + 2, block);
  base::storeU32(request.bytes.data() + 10, count);
}

// READ or WRITE: 10 bytes where address and count fit, else 16.
void setTransfer(ScsiRequest& request, std::uint8_t ten, std::uint8_t sixteen, std::uint64_t block,
                 std::uint32_t count) {
  if (block <= 0xffffffff && count <= 0xffff) {
    begin(request, ten, 10);
    base::storeU32(request.bytes.data() + 2, static_cast<std::uint32_t>(block));
    base::storeU16(request.bytes.data() + 7, static_cast<std::uint16_t>(count));
    return;
  }
  setRange16(request, sixteen, block, count);
}

}  // namespace

void setTestUnitReady(ScsiRequest& request) { begin(request, 0x00, 6); }

void setInquiry(ScsiRequest& request, std::optional<std::uint8_t> page, std::span<std::uint8_t> in) {
  begin(request, 0x12, 6);
  request.bytes[1] = page ? 1 : 0;
  request.bytes[2] = page.value_or(0);
  base::storeU16(request.bytes.data() + 3, static_cast<std::uint16_t>(std::min<std::size_t>(in.size(), 0xffff)));
  request.dataIn = in;
}

void setReportLuns(ScsiRequest& request, std::span<std::uint8_t> in) {
  begin(request, 0xa0, 12);
  base::storeU32(request.bytes.data() + 6, static_cast<std::uint32_t>(in.size()));
  request.dataIn = in;
}

void setReportTargetPortGroups(ScsiRequest& request, std::span<std::uint8_t> in) {
  begin(request, 0xa3, 12);
  request.bytes[1] = 0x0a;
  base::storeU32(request.bytes.data() + 6, static_cast<std::uint32_t>(in.size()));
  request.dataIn = in;
}

void setReadCapacity10(ScsiRequest& request, std::span<std::uint8_t> in) {
  begin(request, 0x25, 10);
  request.dataIn = in;
}

void setReadCapacity16(ScsiRequest& request, std::span<std::uint8_t> in) {
  begin(request, 0x9e, 16);
  request.bytes[1] = 0x10;
  base::storeU32(request.bytes.data() + 10, static_cast<std::uint32_t>(in.size()));
  request.dataIn = in;
}

void setRead(ScsiRequest& request, std::uint64_t block, std::uint32_t count, std::span<std::uint8_t> in) {
  setTransfer(request, 0x28, 0x88, block, count);
  request.dataIn = in;
}

void setWrite(ScsiRequest& request, std::uint64_t block, std::uint32_t count, base::ByteView out) {
  setTransfer(request, 0x2a, 0x8a, block, count);
  request.dataOut = out;
}

void setRead16(ScsiRequest& request, std::uint64_t block, std::uint32_t count, std::span<std::uint8_t> in) {
  setRange16(request, 0x88, block, count);
  request.dataIn = in;
}

void setWrite16(ScsiRequest& request, std::uint64_t block, std::uint32_t count, base::ByteView out) {
  setRange16(request, 0x8a, block, count);
  request.dataOut = out;
}

void setForceUnitAccess(ScsiRequest& request) { request.bytes[1] |= 0x08; }

void setWriteSame16(ScsiRequest& request, std::uint64_t block, std::uint32_t count, bool unmap, base::ByteView out) {
  setRange16(request, 0x93, block, count);
  if (unmap) request.bytes[1] |= 0x08;
  request.dataOut = out;
}

void setUnmap(ScsiRequest& request, std::uint64_t block, std::uint32_t count, std::span<std::uint8_t, 24> list) {
  begin(request, 0x42, 10);
  base::storeU16(request.bytes.data() + 7, static_cast<std::uint16_t>(list.size()));
  std::fill(list.begin(), list.end(), std::uint8_t{0});
  base::storeU16(list.data(), static_cast<std::uint16_t>(list.size() - 2));
  base::storeU16(list.data() + 2, 16);
  base::storeU64(list.data() + 8, block);
  base::storeU32(list.data() + 16, count);
  request.dataOut = list;
}

void setModeSense6(ScsiRequest& request, std::uint8_t page, std::span<std::uint8_t> in) {
  begin(request, 0x1a, 6);
  request.bytes[1] = 0x08;  // DBD: no block descriptors
  request.bytes[2] = page;
  request.bytes[4] = static_cast<std::uint8_t>(std::min<std::size_t>(in.size(), 0xff));
  request.dataIn = in;
}

void setModeSense10(ScsiRequest& request, std::uint8_t page, std::span<std::uint8_t> in) {
  begin(request, 0x5a, 10);
  request.bytes[1] = 0x08;  // DBD
  request.bytes[2] = page;
  base::storeU16(request.bytes.data() + 7, static_cast<std::uint16_t>(std::min<std::size_t>(in.size(), 0xffff)));
  request.dataIn = in;
}

void setSynchronizeCache(ScsiRequest& request) { begin(request, 0x35, 10); }

std::optional<Capacity> readCapacity10(base::ByteView data) {
  if (data.size() < 8) return std::nullopt;
  const Capacity capacity{std::uint64_t{base::loadU32(data.data())} + 1, base::loadU32(data.data() + 4), false};
  return capacity.blockSize == 0 ? std::nullopt : std::optional(capacity);
}

std::optional<Capacity> readCapacity16(base::ByteView data) {
  if (data.size() < 12) return std::nullopt;
  const std::uint64_t last = base::loadU64(data.data());
  const Capacity capacity{last + 1, base::loadU32(data.data() + 8), data.size() > 14 && (data[14] & 0x80) != 0};
  // What cannot be counted in bytes is no disk that there is.
  if (capacity.blockSize == 0 || last >= UINT64_MAX / capacity.blockSize) return std::nullopt;
  return capacity;
}

std::vector<std::uint32_t> readLuns(base::ByteView data) {
  std::vector<std::uint32_t> luns;
  if (data.size() < 8) return luns;
  const std::size_t end = std::min<std::size_t>(data.size(), std::size_t{base::loadU32(data.data())} + 8);
  for (std::size_t at = 8; at + 8 <= end; at += 8) {
    scsi::Lun lun;
    std::copy_n(data.begin() + static_cast<std::ptrdiff_t>(at), 8, lun.bytes.begin());
    if (const auto number = lun.number()) luns.push_back(*number);
  }
  return luns;
}

}  // namespace initiator
