#include "agent/iscsi/ahs.h"

#include <algorithm>
#include <cassert>

namespace iscsi {
namespace {

constexpr std::size_t kPrefix = 3;  // AHSLength and AHSType
constexpr std::size_t kCdbInBhs = 16;
constexpr std::size_t kReadLengthContent = 5;  // the reserved byte and the length
constexpr std::uint8_t kTypeMask = 0x3f;

static_assert(kMaxAhs % 4 == 0 && kMaxAhs / 4 <= 0xff);

}  // namespace

bool AhsReader::next(AhsSegment& out) {
  if (rest_.empty() || fault_) return false;
  if (rest_.size() < kPrefix) {
    fault_ = FormatFault::AhsLength;
    return false;
  }
  const std::size_t length = base::loadU16(rest_.data());
  const std::size_t padded = kPrefix + length + paddingOf(kPrefix + length);
  if (padded > rest_.size()) {
    fault_ = FormatFault::AhsLength;
    return false;
  }
  out.type = rest_[2] & kTypeMask;
  out.content = rest_.subspan(kPrefix, length);
  rest_ = rest_.subspan(padded);
  return true;
}

base::Result<CommandAhs, FormatFault> readCommandAhs(const ScsiCommand& command, base::ByteView all) {
  CommandAhs ahs;
  AhsReader reader(all);
  for (AhsSegment segment; reader.next(segment);) {
    switch (static_cast<AhsType>(segment.type)) {
      case AhsType::ExtendedCdb:
        // A CDB of 17 bytes is the shortest that spills: the reserved byte and one of the CDB.
        if (segment.content.size() < 2 || segment.content.size() > 1 + kMaxCdb - kCdbInBhs) {
          return base::fail(FormatFault::AhsLength);
        }
        if (!ahs.extendedCdb.empty()) return base::fail(FormatFault::AhsRepeated);
        ahs.extendedCdb = segment.content.subspan(1);
        break;
      case AhsType::BidirectionalReadLength:
        if (segment.content.size() != kReadLengthContent) return base::fail(FormatFault::AhsLength);
        if (ahs.bidirectionalReadLength) return base::fail(FormatFault::AhsRepeated);
        ahs.bidirectionalReadLength = base::loadU32(segment.content.data() + 1);
        break;
      default:
        return base::fail(FormatFault::AhsType);
    }
  }
  if (reader.fault()) return base::fail(*reader.fault());
  if (command.read && command.write && !ahs.bidirectionalReadLength) {
    return base::fail(FormatFault::NoBidirectionalLength);
  }
  if (!command.read && !command.write && ahs.bidirectionalReadLength.value_or(0) != 0) {
    return base::fail(FormatFault::NoDirection);
  }
  return ahs;
}

void AhsBuilder::addExtendedCdb(base::ByteView cdb) {
  assert(cdb.size() > kCdbInBhs && cdb.size() <= kMaxCdb);
  const base::ByteView spillover = cdb.subspan(kCdbInBhs);
  const std::size_t size = kPrefix + 1 + spillover.size();
  assert(size_ + size + paddingOf(size) <= bytes_.size());
  std::uint8_t* at = bytes_.data() + size_;
  base::storeU16(at, static_cast<std::uint16_t>(1 + spillover.size()));
  at[2] = static_cast<std::uint8_t>(AhsType::ExtendedCdb);
  std::copy(spillover.begin(), spillover.end(), at + kPrefix + 1);
  size_ += size + paddingOf(size);
}

void AhsBuilder::addBidirectionalReadLength(std::uint32_t length) {
  assert(size_ + kPrefix + kReadLengthContent <= bytes_.size());
  std::uint8_t* at = bytes_.data() + size_;
  base::storeU16(at, kReadLengthContent);
  at[2] = static_cast<std::uint8_t>(AhsType::BidirectionalReadLength);
  base::storeU32(at + kPrefix + 1, length);
  size_ += kPrefix + kReadLengthContent;
}

}  // namespace iscsi
