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

// READ or WRITE: 10 bytes where address and count fit, else 16.
void setTransfer(ScsiRequest& request, std::uint8_t ten, std::uint8_t sixteen, std::uint64_t block,
                 std::uint32_t count) {
  if (block <= 0xffffffff && count <= 0xffff) {
    begin(request, ten, 10);
    base::storeU32(request.bytes.data() + 2, static_cast<std::uint32_t>(block));
    base::storeU16(request.bytes.data() + 7, static_cast<std::uint16_t>(count));
    return;
  }
  begin(request, sixteen, 16);
  base::storeU64(request.bytes.data() + 2, block);
  base::storeU32(request.bytes.data() + 10, count);
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
