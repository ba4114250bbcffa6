// Login Request and Login Response: the header of 48 bytes (RFC 7143 11.12, 11.13).
//
// decode() reads what is there and checks the opcode alone: what a field may hold is judged by the login machines,
// which answer with a status. Reserved bits are ignored. encode() writes them as zero and the length of the data
// segment as it stands in the struct; the data segment follows, padded to four bytes, without digests (6.3). Pure
// values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "agent/iscsi/login_status.h"

namespace iscsi {

inline constexpr std::size_t kLoginHeaderSize = 48;
using LoginHeaderView = std::span<const std::uint8_t, kLoginHeaderSize>;
using LoginHeaderSpan = std::span<std::uint8_t, kLoginHeaderSize>;

// The initiator's part of a session's name (11.12.5).
using Isid = std::array<std::uint8_t, 6>;

// Stages of a login (11.12.3); 2 is reserved.
enum class Stage : std::uint8_t { Security = 0, Operational = 1, FullFeature = 3 };

inline constexpr std::uint8_t kIscsiVersion = 0;  // of RFC 7143 (11.12.4)

struct LoginRequest {
  static constexpr std::uint8_t kOpcode = 0x03;

  bool transit = false;    // T
  bool continues = false;  // C
  std::uint8_t csg = 0;    // as it stands on the wire, 0 to 3
  std::uint8_t nsg = 0;    // valid with T only
  std::uint8_t versionMax = kIscsiVersion;
  std::uint8_t versionMin = kIscsiVersion;
  std::uint8_t totalAhsLength = 0;      // words of four bytes; a login has none
  std::uint32_t dataSegmentLength = 0;  // bytes without padding
  Isid isid{};
  std::uint16_t tsih = 0;
  std::uint32_t initiatorTaskTag = 0;
  std::uint16_t cid = 0;
  std::uint32_t cmdSn = 0;
  std::uint32_t expStatSn = 0;

  static std::optional<LoginRequest> decode(LoginHeaderView bytes);
  void encode(LoginHeaderSpan out) const;
  friend bool operator==(const LoginRequest&, const LoginRequest&) = default;
};

struct LoginResponse {
  static constexpr std::uint8_t kOpcode = 0x23;

  bool transit = false;
  bool continues = false;
  std::uint8_t csg = 0;
  std::uint8_t nsg = 0;
  std::uint8_t versionMax = kIscsiVersion;
  std::uint8_t versionActive = kIscsiVersion;
  std::uint8_t totalAhsLength = 0;
  std::uint32_t dataSegmentLength = 0;
  Isid isid{};
  std::uint16_t tsih = 0;
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t statSn = 0;  // this and the next two are valid with status class 0 only
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
  LoginStatus status = LoginStatus::Success;  // may hold a code that no row of the table has

  static std::optional<LoginResponse> decode(LoginHeaderView bytes);
  void encode(LoginHeaderSpan out) const;
  friend bool operator==(const LoginResponse&, const LoginResponse&) = default;
};

}  // namespace iscsi
