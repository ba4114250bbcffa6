// RodTokens: the ROD tokens of a copy domain (SPC-4 5.17.6, SBC-3 4.28): what ranges each stands for, and until when.
//
// A token is "point in time copy - change vulnerable": nothing is copied when it is made, and it is revoked by the
// first write to its ranges, so that whoever uses it gets the data of that moment or an error. Its identifier is 32
// random bytes from the owner's source. Possession is not enough: the user must also see the unit (CopyDomain).
//
// Bound: limits().maxTokens; tokens that are dead are kept while there is room, so that their users learn why. Beyond
// it, create() gives nullptr. One owner, the thread of the domain.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <span>
#include <vector>

#include "agent/scsi/command.h"
#include "shared/base/clock.h"

namespace scsi {

// Fills a span with bytes that nobody can guess; false: there are none, and no token is made.
using RandomBytes = std::function<bool(std::span<std::uint8_t>)>;

inline constexpr std::size_t kRodTokenSize = 512;
inline constexpr std::size_t kRodManagementTokenSize = 96;  // its front, which REPORT ALL ROD TOKENS gives
inline constexpr std::uint16_t kRodTokenLength = kRodTokenSize - 8;
inline constexpr std::uint32_t kRodChangeVulnerable = 0x00800001;
inline constexpr std::uint32_t kRodPointInTimeAny = 0x0080ffff;
inline constexpr std::uint32_t kRodZero = 0xffff0001;  // block device zero: it reads as zeroes, everybody knows it

struct TokenLimits {
  std::size_t maxTokens = 256;
  std::uint16_t maxRanges = 64;               // of one token, and of one write
  std::uint64_t maxBytes = std::uint64_t{1} << 32;
  std::chrono::seconds defaultTimeout{60};    // without use
  std::chrono::seconds maxTimeout{600};
};

struct RodToken {
  enum class State : std::uint8_t { Live, Revoked, Expired, Deleted };

  std::array<std::uint8_t, kRodTokenSize> bytes{};
  Disk* unit = nullptr;       // nullptr: dead, and the unit may be gone
  std::uint32_t blockSize = 512;
  std::vector<BlockRange> ranges;
  std::uint64_t blocks = 0;  // of all ranges
  State state = State::Live;
  std::uint32_t users = 0;   // copies that use it: it neither expires nor goes
  std::chrono::seconds timeout{0};
  base::TimePoint lastUse{};
};

class RodTokens {
 public:
  RodTokens(RandomBytes random, TokenLimits limits) : random_(std::move(random)), limits_(limits) {}

  [[nodiscard]] const TokenLimits& limits() const { return limits_; }
  // nullptr: there are as many as there may be, or no random bytes. The caller has checked the ranges against the unit
  // and the limits. It names the target through which `by` reaches the unit.
  RodToken* create(Disk& unit, const Nexus& by, std::vector<BlockRange> ranges, std::chrono::seconds timeout,
                   base::TimePoint now);
  // By all 512 bytes; also a dead one.
  RodToken* find(base::ByteView bytes, base::TimePoint now);
  // Counts a copy that uses it; leave() when it ended.
  void use(RodToken& token) { ++token.users; }
  void leave(RodToken& token, base::TimePoint now);
  void kill(RodToken& token, RodToken::State why);
  // A write to these blocks of the unit begins.
  void written(Disk& unit, const BlockRange& range);
  // All of the unit's: its medium changes as a whole, or it goes.
  void revoke(Disk& unit);
  // Those that live.
  template <class F>
  void forEach(base::TimePoint now, F&& visit) {
    expire(now);
    for (const RodToken& token : tokens_) {
      if (token.state == RodToken::State::Live) visit(token);
    }
  }

 private:
  void expire(base::TimePoint now);
  bool write(RodToken& token, const Disk& unit, const Nexus& by);

  RandomBytes random_;
  TokenLimits limits_;
  std::list<RodToken> tokens_;  // oldest first
};

}  // namespace scsi
