// The data segment of a SCSI Response and of an Asynchronous Message: SenseLength, sense data, and what follows it
// (response or event data). Views into the segment; nothing is copied. RFC 7143 11.4.7, 11.9.4.
#pragma once

#include <array>

#include "agent/iscsi/format_fault.h"
#include "shared/base/bytes.h"
#include "shared/base/result.h"

namespace iscsi {

struct SenseSegment {
  base::ByteView sense;
  base::ByteView rest;
};

// An empty segment is one without sense.
inline base::Result<SenseSegment, FormatFault> readSenseSegment(base::ByteView segment) {
  if (segment.empty()) return SenseSegment{};
  base::ByteReader reader(segment);
  const std::uint16_t length = reader.u16();
  const base::ByteView sense = reader.bytes(length);
  if (reader.failed()) return base::fail(FormatFault::SenseLength);
  return SenseSegment{sense, reader.rest()};
}

// What stands in front of so many bytes of sense data.
inline std::array<std::uint8_t, 2> senseLengthField(std::uint16_t length) {
  return {static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
}

}  // namespace iscsi
