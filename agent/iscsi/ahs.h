// Additional Header Segments: AHSLength (2), AHSType (1), content, padded to four bytes.
//
// Only a SCSI Command carries them: the part of a CDB beyond its 16th byte, and the read length of a bidirectional
// command. Readers give views into the PDU's header and allocate nothing. What a peer gets wrong is a FormatFault.
// RFC 7143 11.2.2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "agent/iscsi/format_fault.h"
#include "agent/iscsi/scsi_pdu.h"
#include "shared/base/bytes.h"
#include "shared/base/result.h"

namespace iscsi {

enum class AhsType : std::uint8_t { ExtendedCdb = 1, BidirectionalReadLength = 2 };

inline constexpr std::size_t kMaxCdb = 260;  // bytes, of a variable-length CDB (SPC-4 4.2.3)
// All AHS that a command can have: the spillover of the longest CDB and a read length.
inline constexpr std::size_t kMaxAhs = 4 + (kMaxCdb - 16) + 8;

// One segment as it stands.
struct AhsSegment {
  std::uint8_t type = 0;   // six bits; may be one that AhsType does not name
  base::ByteView content;  // AHSLength bytes, without padding; the first is reserved in both types
};

// Walks the segments of a header. next() returns false at the end and at the first segment whose length the rest does
// not hold; fault() tells which.
class AhsReader {
 public:
  explicit AhsReader(base::ByteView all) : rest_(all) {}

  bool next(AhsSegment& out);
  [[nodiscard]] std::optional<FormatFault> fault() const { return fault_; }

 private:
  base::ByteView rest_;
  std::optional<FormatFault> fault_;
};

struct CommandAhs {
  base::ByteView extendedCdb;  // from byte 16 of the CDB on; empty: the CDB ends in the BHS
  std::optional<std::uint32_t> bidirectionalReadLength;
};

// The AHS of a command, all TotalAHSLength words of it, checked against its R and W bits.
base::Result<CommandAhs, FormatFault> readCommandAhs(const ScsiCommand& command, base::ByteView all);

// Builds the AHS of a command in place.
class AhsBuilder {
 public:
  // The whole CDB, of 17 to kMaxCdb bytes; what the BHS holds of it is left out.
  void addExtendedCdb(base::ByteView cdb);
  void addBidirectionalReadLength(std::uint32_t length);

  [[nodiscard]] base::ByteView bytes() const { return {bytes_.data(), size_}; }
  [[nodiscard]] std::uint8_t totalAhsLength() const { return static_cast<std::uint8_t>(size_ / 4); }  // words

 private:
  std::array<std::uint8_t, kMaxAhs> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace iscsi
