// Text Request and Text Response: the header of 48 bytes (RFC 7143 11.10, 11.11).
//
// decode() reads what is there and checks the opcode alone; what the flags and tags may be is for the session to judge.
// encode() writes reserved bits as zero and the length of the data segment as it stands in the struct. Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace iscsi {

inline constexpr std::size_t kTextHeaderSize = 48;
using TextHeaderView = std::span<const std::uint8_t, kTextHeaderSize>;
using TextHeaderSpan = std::span<std::uint8_t, kTextHeaderSize>;

inline constexpr std::uint32_t kNoTransferTag = 0xffffffff;  // a new request; nothing more to come

struct TextRequest {
  static constexpr std::uint8_t kOpcode = 0x04;

  bool immediate = false;               // I, the same all along a sequence
  bool final = false;                   // F
  bool continues = false;               // C
  std::uint8_t totalAhsLength = 0;      // words of four bytes; a text has none
  std::uint32_t dataSegmentLength = 0;  // bytes without padding
  std::uint64_t lun = 0;                // copied from the response that carried the tag
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t targetTransferTag = kNoTransferTag;
  std::uint32_t cmdSn = 0;
  std::uint32_t expStatSn = 0;

  static std::optional<TextRequest> decode(TextHeaderView bytes);
  void encode(TextHeaderSpan out) const;
  friend bool operator==(const TextRequest&, const TextRequest&) = default;
};

struct TextResponse {
  static constexpr std::uint8_t kOpcode = 0x24;

  bool final = false;
  bool continues = false;
  std::uint8_t totalAhsLength = 0;
  std::uint32_t dataSegmentLength = 0;
  std::uint64_t lun = 0;
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t targetTransferTag = kNoTransferTag;
  std::uint32_t statSn = 0;
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;

  static std::optional<TextResponse> decode(TextHeaderView bytes);
  void encode(TextHeaderSpan out) const;
  friend bool operator==(const TextResponse&, const TextResponse&) = default;
};

}  // namespace iscsi
