#include "agent/target/pcap.h"

#include <algorithm>

namespace target {
namespace {

constexpr std::uint32_t kMagic = 0xa1b2c3d4;  // microseconds, the writer's byte order
constexpr std::uint32_t kRawIp = 101;         // LINKTYPE_RAW
constexpr std::size_t kIpHeader = 40;         // IPv6, for both families
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kMostOfAPdu = 65'000;  // what a packet holds beside its headers

void u16(base::Bytes& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}
void u32(base::Bytes& out, std::uint32_t value) {
  u16(out, static_cast<std::uint16_t>(value >> 16));
  u16(out, static_cast<std::uint16_t>(value));
}

// One PDU as one segment: at most kMostOfAPdu bytes of it are said to have been there.
void appendSegment(base::Bytes& out, const iscsi::PduTrace::Entry& entry, const net::Address& from,
                   const net::Address& to, std::uint32_t sequence, std::uint32_t acknowledged,
                   std::chrono::microseconds at) {
  const auto header = iscsi::BasicHeader::load(entry.bhs);
  const std::size_t data = header.dataSegmentLength + iscsi::paddingOf(header.dataSegmentLength);
  const std::size_t whole = std::min(iscsi::kBhsSize + header.ahsSize() + data, kMostOfAPdu);
  u32(out, static_cast<std::uint32_t>(at.count() / 1000000));
  u32(out, static_cast<std::uint32_t>(at.count() % 1000000));
  u32(out, static_cast<std::uint32_t>(kIpHeader + kTcpHeader + iscsi::kBhsSize));
  u32(out, static_cast<std::uint32_t>(kIpHeader + kTcpHeader + whole));
  u32(out, 0x60000000);
  u16(out, static_cast<std::uint16_t>(kTcpHeader + whole));
  out.push_back(6);   // TCP
  out.push_back(64);  // hops
  base::append(out, from.octets());
  base::append(out, to.octets());
  u16(out, from.port());
  u16(out, to.port());
  u32(out, sequence);
  u32(out, acknowledged);
  u16(out, 0x5018);  // 5 words, PSH and ACK
  u16(out, 0xffff);
  u32(out, 0);
  base::append(out, entry.bhs);
}

}  // namespace

void beginPcap(base::Bytes& out) {
  u32(out, kMagic);
  u16(out, 2);
  u16(out, 4);
  u32(out, 0);
  u32(out, 0);
  u32(out, 65535);
  u32(out, kRawIp);
}

void appendPcap(base::Bytes& out, const iscsi::PduTrace& trace, const net::Address& initiator,
                const net::Address& target, const base::Now& now) {
  std::uint32_t fromInitiator = 1;
  std::uint32_t fromTarget = 1;
  trace.forEach([&](const iscsi::PduTrace::Entry& entry) {
    const auto ago = std::chrono::duration_cast<std::chrono::microseconds>(now.mono - entry.when);
    const auto at = std::chrono::duration_cast<std::chrono::microseconds>(now.wall.time_since_epoch()) - ago;
    std::uint32_t& sequence = entry.sent ? fromTarget : fromInitiator;
    const std::uint32_t other = entry.sent ? fromInitiator : fromTarget;
    appendSegment(out, entry, entry.sent ? target : initiator, entry.sent ? initiator : target, sequence, other, at);
    const auto header = iscsi::BasicHeader::load(entry.bhs);
    const std::size_t data = header.dataSegmentLength + iscsi::paddingOf(header.dataSegmentLength);
    sequence += static_cast<std::uint32_t>(std::min(iscsi::kBhsSize + header.ahsSize() + data, kMostOfAPdu));
  });
}

}  // namespace target
