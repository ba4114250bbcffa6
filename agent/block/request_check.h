// What every device says of a request before it does anything about it.
#pragma once

#include <cstddef>
#include <optional>

#include "agent/scsi/block_device.h"

namespace block {

inline bool liesWithin(const scsi::BlockRequest& request, const scsi::Geometry& geometry) {
  return request.lba <= geometry.blocks && request.blocks <= geometry.blocks - request.lba;
}

// Bytes of its memory; what a Read or Write moves.
inline std::size_t memorySize(const scsi::BlockRequest& request) {
  std::size_t bytes = 0;
  for (const auto segment : request.memory) bytes += segment.size();
  return bytes;
}

// For assert(): whoever submits checks the range against the geometry first, and brings memory for the whole range.
inline bool wellFormed(const scsi::BlockRequest& request, const scsi::Geometry& geometry) {
  const bool moves = request.kind == scsi::IoKind::Read || request.kind == scsi::IoKind::Write;
  return liesWithin(request, geometry) && (!moves || memorySize(request) == request.blocks * geometry.blockSize);
}

// The result of a request that needs no work; nothing where there is work to do.
inline std::optional<scsi::IoResult> verdict(const scsi::BlockRequest& request, const scsi::Geometry& geometry) {
  if (request.kind == scsi::IoKind::Flush) {
    return geometry.volatileCache ? std::nullopt : std::optional(scsi::IoResult::Ok);
  }
  if (!liesWithin(request, geometry)) return scsi::IoResult::OutOfRange;
  if (geometry.readOnly && request.kind != scsi::IoKind::Read) return scsi::IoResult::WriteProtected;
  if (request.blocks == 0) return scsi::IoResult::Ok;
  if (request.kind == scsi::IoKind::Discard && !geometry.thin) return scsi::IoResult::Ok;
  return std::nullopt;
}

}  // namespace block
