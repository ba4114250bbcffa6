// Commands to disks, put into a ScsiRequest, and their answers read (SPC-4, SBC-3). Pure functions.
//
// Addresses and counts are in blocks. Data buffers are the caller's, as in InitiatorCommand.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "agent/initiator/logical_unit.h"

namespace initiator {

void setTestUnitReady(ScsiRequest& request);
// Standard INQUIRY data, or a page of vital product data.
void setInquiry(ScsiRequest& request, std::optional<std::uint8_t> page, std::span<std::uint8_t> in);
void setReportLuns(ScsiRequest& request, std::span<std::uint8_t> in);
void setReportTargetPortGroups(ScsiRequest& request, std::span<std::uint8_t> in);
void setReadCapacity10(ScsiRequest& request, std::span<std::uint8_t> in);  // 8 bytes
void setReadCapacity16(ScsiRequest& request, std::span<std::uint8_t> in);  // 32 bytes
void setRead(ScsiRequest& request, std::uint64_t block, std::uint32_t count, std::span<std::uint8_t> in);
void setWrite(ScsiRequest& request, std::uint64_t block, std::uint32_t count, base::ByteView out);
// READ(16) and WRITE(16) whatever the address; the pair above takes READ(10) and WRITE(10) where those reach.
void setRead16(ScsiRequest& request, std::uint64_t block, std::uint32_t count, std::span<std::uint8_t> in);
void setWrite16(ScsiRequest& request, std::uint64_t block, std::uint32_t count, base::ByteView out);
// Of what setWrite() or setWrite16() made: FUA.
void setForceUnitAccess(ScsiRequest& request);
// One block of data for all blocks of the range.
void setWriteSame16(ScsiRequest& request, std::uint64_t block, std::uint32_t count, bool unmap, base::ByteView out);
// One range; `list` is the request's memory for the parameter list.
void setUnmap(ScsiRequest& request, std::uint64_t block, std::uint32_t count, std::span<std::uint8_t, 24> list);
void setModeSense6(ScsiRequest& request, std::uint8_t page, std::span<std::uint8_t> in);   // up to 255 bytes
void setModeSense10(ScsiRequest& request, std::uint8_t page, std::span<std::uint8_t> in);
void setSynchronizeCache(ScsiRequest& request);

struct Capacity {
  std::uint64_t blocks = 0;
  std::uint32_t blockSize = 0;  // bytes
  bool thin = false;

  [[nodiscard]] std::uint64_t bytes() const { return blocks * blockSize; }
};
// Nothing where the answer is too short or says what cannot be.
std::optional<Capacity> readCapacity10(base::ByteView data);
std::optional<Capacity> readCapacity16(base::ByteView data);
// The LUNs of single-level form; others are left out.
std::vector<std::uint32_t> readLuns(base::ByteView data);

}  // namespace initiator
