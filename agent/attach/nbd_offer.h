// NbdOffer: what an export says of itself to a client.
//
// A value. A client gets that of the time of its handshake, and keeps it: NBD tells of no other size later. Trim is
// offered of what is thin. All connections see one device, and a flush of one covers what was answered on all: so
// several may be used together. doc/proto.md, "Transmission flags", "Size constraints".
#pragma once

#include <cstdint>
#include <string>

#include "agent/nbd/protocol.h"
#include "agent/scsi/block_device.h"

namespace attach {

struct NbdOffer {
  std::string name;         // as which it is listed; an empty name always means it too
  std::string description;  // for people; at most nbd::kMaxString bytes are told
  std::uint64_t size = 0;   // bytes
  std::uint16_t flags = 0;  // nbd::kHasFlags and those behind it; kSendDf counts with structured replies only
  std::uint32_t minimum = nbd::kDefaultMinimum;      // bytes; offsets and lengths are multiples
  std::uint32_t preferred = nbd::kDefaultPreferred;  // bytes
  std::uint32_t maximum = nbd::kDefaultMaximum;      // bytes of a payload

  [[nodiscard]] bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
};

NbdOffer nbdOfferOf(const scsi::Geometry& geometry, std::string description);

}  // namespace attach
