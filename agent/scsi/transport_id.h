// TransportIDs (SPC-4 7.6.4) of initiator ports, as PERSISTENT RESERVE carries them. iSCSI's two forms only.
//
// An iSCSI initiator port is name + ",i,0x" + ISID (format 01b); the name alone (format 00b) is the device. Both are
// NUL-terminated and padded so that ADDITIONAL LENGTH is at least 20 and a multiple of 4. Two TransportIDs are one port
// if their bytes are equal after canonicalTransportId(). Pure, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "shared/base/bytes.h"

namespace scsi {

inline constexpr std::size_t kTransportIdHeader = 4;
inline constexpr std::size_t kMinTransportId = 24;

// Format 01b: the initiator port of a session.
base::Bytes iscsiTransportId(std::string_view initiatorName, std::span<const std::uint8_t, 6> isid);
// Format 00b: the initiator device.
base::Bytes iscsiTransportId(std::string_view initiatorName);

// How long the TransportID at the front of `bytes` is; nothing if it is cut off, of another protocol, or malformed.
std::optional<std::size_t> transportIdSize(base::ByteView bytes);
// iSCSI name of the initiator device, in either form. The input must have passed transportIdSize().
std::string_view initiatorNameIn(base::ByteView transportId);
// A port (format 01b), not only a device.
bool namesInitiatorPort(base::ByteView transportId);
// The same port in the form that iscsiTransportId() gives: ISID in lower case, least padding. The input must have
// passed transportIdSize().
base::Bytes canonicalTransportId(base::ByteView transportId);

}  // namespace scsi
