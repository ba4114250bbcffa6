#include "agent/iscsi/login_pdu.h"

#include <algorithm>

#include "shared/base/bytes.h"

namespace iscsi {
namespace {

constexpr std::uint8_t kOpcodeMask = 0x3f;
constexpr std::uint8_t kImmediate = 0x40;  // a Login Request is always immediate (11.12)
constexpr std::uint8_t kTransit = 0x80;
constexpr std::uint8_t kContinue = 0x40;

// Byte 1 of both PDUs.
template <class Pdu>
void loadFlags(std::uint8_t flags, Pdu& pdu) {
  pdu.transit = (flags & kTransit) != 0;
  pdu.continues = (flags & kContinue) != 0;
  pdu.csg = static_cast<std::uint8_t>((flags >> 2) & 3);
  pdu.nsg = static_cast<std::uint8_t>(flags & 3);
}

template <class Pdu>
std::uint8_t flagsOf(const Pdu& pdu) {
  return static_cast<std::uint8_t>((pdu.transit ? kTransit : 0) | (pdu.continues ? kContinue : 0) |
                                   ((pdu.csg & 3) << 2) | (pdu.nsg & 3));
}

// Bytes 4 to 19 of both PDUs.
template <class Pdu>
void loadCommon(LoginHeaderView bytes, Pdu& pdu) {
  pdu.totalAhsLength = bytes[4];
  pdu.dataSegmentLength = base::loadU32(&bytes[4]) & 0xffffff;
  std::copy_n(bytes.begin() + 8, pdu.isid.size(), pdu.isid.begin());
  pdu.tsih = base::loadU16(&bytes[14]);
  pdu.initiatorTaskTag = base::loadU32(&bytes[16]);
}

template <class Pdu>
void storeCommon(LoginHeaderSpan out, const Pdu& pdu) {
  base::storeU32(&out[4], (std::uint32_t{pdu.totalAhsLength} << 24) | (pdu.dataSegmentLength & 0xffffff));
  std::copy(pdu.isid.begin(), pdu.isid.end(), out.begin() + 8);
  base::storeU16(&out[14], pdu.tsih);
  base::storeU32(&out[16], pdu.initiatorTaskTag);
}

}  // namespace

std::optional<LoginRequest> LoginRequest::decode(LoginHeaderView bytes) {
  if ((bytes[0] & kOpcodeMask) != kOpcode) return std::nullopt;
  LoginRequest pdu;
  loadFlags(bytes[1], pdu);
  pdu.versionMax = bytes[2];
  pdu.versionMin = bytes[3];
  loadCommon(bytes, pdu);
  pdu.cid = base::loadU16(&bytes[20]);
  pdu.cmdSn = base::loadU32(&bytes[24]);
  pdu.expStatSn = base::loadU32(&bytes[28]);
  return pdu;
}

void LoginRequest::encode(LoginHeaderSpan out) const {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  out[0] = kOpcode | kImmediate;
  out[1] = flagsOf(*this);
  out[2] = versionMax;
  out[3] = versionMin;
  storeCommon(out, *this);
  base::storeU16(&out[20], cid);
  base::storeU32(&out[24], cmdSn);
  base::storeU32(&out[28], expStatSn);
}

std::optional<LoginResponse> LoginResponse::decode(LoginHeaderView bytes) {
  if ((bytes[0] & kOpcodeMask) != kOpcode) return std::nullopt;
  LoginResponse pdu;
  loadFlags(bytes[1], pdu);
  pdu.versionMax = bytes[2];
  pdu.versionActive = bytes[3];
  loadCommon(bytes, pdu);
  pdu.statSn = base::loadU32(&bytes[24]);
  pdu.expCmdSn = base::loadU32(&bytes[28]);
  pdu.maxCmdSn = base::loadU32(&bytes[32]);
  pdu.status = static_cast<LoginStatus>(base::loadU16(&bytes[36]));
  return pdu;
}

void LoginResponse::encode(LoginHeaderSpan out) const {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  out[0] = kOpcode;
  out[1] = flagsOf(*this);
  out[2] = versionMax;
  out[3] = versionActive;
  storeCommon(out, *this);
  base::storeU32(&out[24], statSn);
  base::storeU32(&out[28], expCmdSn);
  base::storeU32(&out[32], maxCmdSn);
  base::storeU16(&out[36], static_cast<std::uint16_t>(status));
}

}  // namespace iscsi
