// ScnEvent: what one State Change Notification says about one object, encoded once and shared by all who are told
// (RFC 4171 5.6.5.8, 6.4.4, 6.6.12). Immutable; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "shared/base/bytes.h"
#include "shared/base/ref.h"

namespace core {

struct ScnEvent final : base::RefCounted {
  // DD_IDs and DDS_IDs together; what is beyond is left out, since the recipient looks for itself after any SCN.
  static constexpr std::size_t kMaxIds = 64;

  base::Bytes tlvs;                 // bitmap, name, DD_IDs, DDS_IDs
  std::uint32_t subjectPortal = 0;  // the portal that the event is about, or 0: it is not the one to deliver it to
  bool overflow = false;            // stands for events that were dropped

  // Name: the whole TLV of an iSCSI name or WWPN; empty for an event of a domain or set alone. The ids are for
  // management SCNs.
  static base::Ref<const ScnEvent> make(std::uint32_t bitmap, base::ByteView name, std::uint32_t subjectPortal = 0,
                                        std::span<const std::uint32_t> ddIds = {},
                                        std::span<const std::uint32_t> ddsIds = {});
  // OBJECT UPDATED about the recipient itself: "look again".
  static base::Ref<const ScnEvent> makeOverflow(base::ByteView recipientName);
};

}  // namespace core
