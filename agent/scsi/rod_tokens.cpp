#include "agent/scsi/rod_tokens.h"

#include <algorithm>

#include "agent/scsi/copy_descriptors.h"
#include "agent/scsi/designator.h"
#include "agent/scsi/disk.h"

namespace scsi {
namespace {

using State = RodToken::State;

// Offsets in a token (SPC-4 table 106; bytes 96 to 127 as SBC-3 says).
constexpr std::size_t kLengthAt = 6;
constexpr std::size_t kCreatorAt = 16;
constexpr std::size_t kByteCountAt = 56;  // the low half of sixteen bytes
constexpr std::size_t kBlockSizeAt = 96;
constexpr std::size_t kTargetAt = 128;
constexpr std::size_t kSecretAt = 256;
constexpr std::size_t kIdentifier = 8;    // bytes, at 8
constexpr std::size_t kSecret = 32;
constexpr std::size_t kCreatorDescriptor = 32;

// Takes as long wherever the first difference is.
bool sameBytes(base::ByteView a, base::ByteView b) {
  if (a.size() != b.size()) return false;
  std::uint8_t differs = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differs = static_cast<std::uint8_t>(differs | (a[i] ^ b[i]));
  return differs == 0;
}

}  // namespace

// The identifier is in the management token too, which others may see; the secret is not.
bool RodTokens::write(RodToken& token, const Disk& unit, const Nexus& by) {
  std::uint8_t* const out = token.bytes.data();
  base::storeU32(out, kRodChangeVulnerable);
  base::storeU16(out + kLengthAt, kRodTokenLength);
  if (!random_(std::span(token.bytes).subspan(8, kIdentifier))) return false;
  const base::Bytes creator = identificationDescriptor(unit.identity(), token.blockSize);
  std::copy_n(creator.begin(), kCreatorDescriptor, out + kCreatorAt);
  base::storeU64(out + kByteCountAt, token.blocks * token.blockSize);
  base::storeU32(out + kBlockSizeAt, token.blockSize);
  base::Bytes target;
  const std::string_view device = unit.deviceOf(by);
  if (!device.empty()) appendScsiNameString(target, Association::TargetDevice, device);
  std::copy_n(target.begin(), std::min(target.size(), kSecretAt - kTargetAt), out + kTargetAt);
  return random_(std::span(token.bytes).subspan(kSecretAt, kSecret));
}

RodToken* RodTokens::create(Disk& unit, const Nexus& by, std::vector<BlockRange> ranges, std::chrono::seconds timeout,
                            base::TimePoint now) {
  expire(now);
  if (tokens_.size() >= limits_.maxTokens) {
    const auto dead = std::find_if(tokens_.begin(), tokens_.end(),
                                   [](const RodToken& t) { return t.state != State::Live && t.users == 0; });
    if (dead == tokens_.end()) return nullptr;
    tokens_.erase(dead);
  }
  RodToken& token = tokens_.emplace_back();
  token.unit = &unit;
  token.blockSize = unit.device().geometry().blockSize;
  token.ranges = std::move(ranges);
  for (const BlockRange& range : token.ranges) token.blocks += range.blocks;
  token.timeout = timeout;
  token.lastUse = now;
  if (!write(token, unit, by)) {
    tokens_.pop_back();
    return nullptr;
  }
  ++unit.tokens;
  return &token;
}

RodToken* RodTokens::find(base::ByteView bytes, base::TimePoint now) {
  expire(now);
  for (RodToken& token : tokens_) {
    if (sameBytes(token.bytes, bytes)) return &token;
  }
  return nullptr;
}

void RodTokens::leave(RodToken& token, base::TimePoint now) {
  --token.users;
  token.lastUse = now;
}

void RodTokens::kill(RodToken& token, State why) {
  if (token.state != State::Live) return;
  token.state = why;
  --token.unit->tokens;
  token.unit = nullptr;
  token.ranges = {};
}

void RodTokens::written(Disk& unit, const BlockRange& range) {
  for (RodToken& token : tokens_) {
    if (token.unit != &unit) continue;
    const bool hit = std::any_of(token.ranges.begin(), token.ranges.end(),
                                 [&](const BlockRange& r) { return r.overlaps(range); });
    if (hit) kill(token, State::Revoked);
  }
}

void RodTokens::revoke(Disk& unit) {
  for (RodToken& token : tokens_) {
    if (token.unit == &unit) kill(token, State::Revoked);
  }
}

void RodTokens::expire(base::TimePoint now) {
  for (RodToken& token : tokens_) {
    if (token.state == State::Live && token.users == 0 && now - token.lastUse > token.timeout) {
      kill(token, State::Expired);
    }
  }
}

}  // namespace scsi
