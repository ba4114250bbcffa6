// The offsets and numbers of RFC 7143 that the load generator needs: its own, so that it does not share the mistakes of
// the code that it measures.
//
// Pure. RFC 7143 11.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bench::iscsi {

inline constexpr std::size_t kHeaderSize = 48;
inline constexpr std::size_t kDigestSize = 4;
inline constexpr std::uint32_t kNoTag = 0xffffffff;

enum Opcode : std::uint8_t {
  kNopOut = 0x00,
  kScsiCommand = 0x01,
  kLoginRequest = 0x03,
  kDataOut = 0x05,
  kLogoutRequest = 0x06,
  kNopIn = 0x20,
  kScsiResponse = 0x21,
  kLoginResponse = 0x23,
  kDataIn = 0x25,
  kLogoutResponse = 0x26,
  kR2t = 0x31,
  kAsync = 0x32,
  kReject = 0x3f,
};

inline constexpr std::uint8_t kImmediate = 0x40;  // byte 0
inline constexpr std::uint8_t kFinal = 0x80;      // byte 1 from here on
inline constexpr std::uint8_t kTransit = 0x80;    // Login
inline constexpr std::uint8_t kContinue = 0x40;   // Login
inline constexpr std::uint8_t kRead = 0x40;       // SCSI Command
inline constexpr std::uint8_t kWrite = 0x20;      // SCSI Command
inline constexpr std::uint8_t kSimple = 0x01;     // SCSI Command: task attribute
inline constexpr std::uint8_t kResidual = 0x06;   // SCSI Response and Data-In: overflow, underflow
inline constexpr std::uint8_t kStatus = 0x01;     // Data-In: with status

inline std::uint32_t load24(const std::uint8_t* p) {
  return (std::uint32_t{p[0]} << 16) | (std::uint32_t{p[1]} << 8) | p[2];
}
inline std::uint32_t load32(const std::uint8_t* p) { return (std::uint32_t{p[0]} << 24) | load24(p + 1); }
inline void store16(std::uint8_t* p, std::uint32_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
inline void store24(std::uint8_t* p, std::uint32_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 16);
  store16(p + 1, v);
}
inline void store32(std::uint8_t* p, std::uint32_t v) {
  store16(p, v >> 16);
  store16(p + 2, v);
}

// The fields of a header that most PDUs have.
inline std::uint8_t opcodeOf(const std::uint8_t* h) { return h[0] & 0x3f; }
inline std::size_t dataSizeOf(const std::uint8_t* h) { return load24(h + 5); }
inline std::uint32_t taskTagOf(const std::uint8_t* h) { return load32(h + 16); }
inline std::uint32_t transferTagOf(const std::uint8_t* h) { return load32(h + 20); }
inline std::uint32_t statSnOf(const std::uint8_t* h) { return load32(h + 24); }

// Serial numbers of 32 bits (RFC 1982).
inline bool atMost(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(b - a) >= 0; }

}  // namespace bench::iscsi
