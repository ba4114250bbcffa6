#include "agent/iscsi/text_pdu.h"

#include <algorithm>

#include "shared/base/bytes.h"

namespace iscsi {
namespace {

constexpr std::uint8_t kOpcodeMask = 0x3f;
constexpr std::uint8_t kImmediate = 0x40;
constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kContinue = 0x40;

// Bytes 1 to 23 of both PDUs.
template <class Pdu>
void loadCommon(TextHeaderView bytes, Pdu& pdu) {
  pdu.final = (bytes[1] & kFinal) != 0;
  pdu.continues = (bytes[1] & kContinue) != 0;
  pdu.totalAhsLength = bytes[4];
  pdu.dataSegmentLength = base::loadU32(&bytes[4]) & 0xffffff;
  pdu.lun = base::loadU64(&bytes[8]);
  pdu.initiatorTaskTag = base::loadU32(&bytes[16]);
  pdu.targetTransferTag = base::loadU32(&bytes[20]);
}

template <class Pdu>
void storeCommon(TextHeaderSpan out, const Pdu& pdu) {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  out[0] = Pdu::kOpcode;
  out[1] = static_cast<std::uint8_t>((pdu.final ? kFinal : 0) | (pdu.continues ? kContinue : 0));
  base::storeU32(&out[4], (std::uint32_t{pdu.totalAhsLength} << 24) | (pdu.dataSegmentLength & 0xffffff));
  base::storeU64(&out[8], pdu.lun);
  base::storeU32(&out[16], pdu.initiatorTaskTag);
  base::storeU32(&out[20], pdu.targetTransferTag);
}

}  // namespace

std::optional<TextRequest> TextRequest::decode(TextHeaderView bytes) {
  if ((bytes[0] & kOpcodeMask) != kOpcode) return std::nullopt;
  TextRequest pdu;
  loadCommon(bytes, pdu);
  pdu.immediate = (bytes[0] & kImmediate) != 0;
  pdu.cmdSn = base::loadU32(&bytes[24]);
  pdu.expStatSn = base::loadU32(&bytes[28]);
  return pdu;
}

void TextRequest::encode(TextHeaderSpan out) const {
  storeCommon(out, *this);
  if (immediate) out[0] |= kImmediate;
  base::storeU32(&out[24], cmdSn);
  base::storeU32(&out[28], expStatSn);
}

std::optional<TextResponse> TextResponse::decode(TextHeaderView bytes) {
  if ((bytes[0] & kOpcodeMask) != kOpcode) return std::nullopt;
  TextResponse pdu;
  loadCommon(bytes, pdu);
  pdu.statSn = base::loadU32(&bytes[24]);
  pdu.expCmdSn = base::loadU32(&bytes[28]);
  pdu.maxCmdSn = base::loadU32(&bytes[32]);
  return pdu;
}

void TextResponse::encode(TextHeaderSpan out) const {
  storeCommon(out, *this);
  base::storeU32(&out[24], statSn);
  base::storeU32(&out[28], expCmdSn);
  base::storeU32(&out[32], maxCmdSn);
}

}  // namespace iscsi
