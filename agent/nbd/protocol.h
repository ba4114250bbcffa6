// The numbers of the NBD protocol, one table a kind, with the words that errors use for them.
//
// Values; any thread. All integers on the wire are big-endian. Source: doc/proto.md of the NBD project, "Values".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/scsi/block_device.h"

namespace nbd {

// ---- handshake

inline constexpr std::uint64_t kServerMagic = 0x4E42444D41474943;  // "NBDMAGIC"
inline constexpr std::uint64_t kOptionMagic = 0x49484156454F5054;  // "IHAVEOPT"
inline constexpr std::uint64_t kOldstyleMagic = 0x0000420281861253;
inline constexpr std::uint64_t kOptionReplyMagic = 0x0003E889045565A9;

inline constexpr std::uint16_t kFixedNewstyle = 1U << 0;  // handshake flags, and client flags alike
inline constexpr std::uint16_t kNoZeroes = 1U << 1;

enum class Option : std::uint32_t {
  ExportName = 1,
  Abort = 2,
  List = 3,
  StartTls = 5,
  Info = 6,
  Go = 7,
  StructuredReply = 8,
};

inline constexpr std::uint32_t kReplyAck = 1;
inline constexpr std::uint32_t kReplyServer = 2;
inline constexpr std::uint32_t kReplyInfo = 3;
inline constexpr std::uint32_t kReplyErrorBit = 1U << 31;
enum class OptionError : std::uint32_t {
  Unsupported = kReplyErrorBit + 1,
  Policy,
  Invalid,
  Platform,
  TlsRequired,
  Unknown,
  Shutdown,
  BlockSizeRequired,
  TooBig,
};

enum class Info : std::uint16_t { Export = 0, Name = 1, Description = 2, BlockSize = 3 };

// ---- transmission flags

inline constexpr std::uint16_t kHasFlags = 1U << 0;
inline constexpr std::uint16_t kReadOnly = 1U << 1;
inline constexpr std::uint16_t kSendFlush = 1U << 2;
inline constexpr std::uint16_t kSendFua = 1U << 3;
inline constexpr std::uint16_t kRotational = 1U << 4;
inline constexpr std::uint16_t kSendTrim = 1U << 5;
inline constexpr std::uint16_t kSendWriteZeroes = 1U << 6;
inline constexpr std::uint16_t kSendDf = 1U << 7;
inline constexpr std::uint16_t kCanMultiConn = 1U << 8;
inline constexpr std::uint16_t kSendCache = 1U << 10;
inline constexpr std::uint16_t kSendFastZero = 1U << 11;

// ---- transmission

inline constexpr std::uint32_t kRequestMagic = 0x25609513;
inline constexpr std::uint32_t kSimpleReplyMagic = 0x67446698;
inline constexpr std::uint32_t kStructuredReplyMagic = 0x668E33EF;
inline constexpr std::size_t kRequestSize = 28;          // bytes, without the payload
inline constexpr std::size_t kSimpleReplySize = 16;      // bytes
inline constexpr std::size_t kStructuredReplySize = 20;  // bytes, without what its length counts

enum class Command : std::uint16_t {
  Read = 0,
  Write = 1,
  Disconnect = 2,
  Flush = 3,
  Trim = 4,
  Cache = 5,
  WriteZeroes = 6,
};

inline constexpr std::uint16_t kFua = 1U << 0;  // command flags
inline constexpr std::uint16_t kNoHole = 1U << 1;
inline constexpr std::uint16_t kDontFragment = 1U << 2;
inline constexpr std::uint16_t kFastZero = 1U << 4;

inline constexpr std::uint16_t kDone = 1U << 0;  // structured reply flags

inline constexpr std::uint16_t kChunkErrorBit = 1U << 15;
enum class Chunk : std::uint16_t {
  None = 0,
  OffsetData = 1,
  OffsetHole = 2,
  Error = kChunkErrorBit + 1,
  ErrorOffset = kChunkErrorBit + 2,
};

inline constexpr std::size_t kReservedZeroes = 124;  // behind an export's flags, where the client did not do without

inline constexpr std::size_t kMaxString = 4096;  // bytes of a text on the wire, "Conventions"

// Sizes that hold where the server tells none; "Size constraints".
inline constexpr std::uint32_t kDefaultMinimum = 1;
inline constexpr std::uint32_t kDefaultPreferred = 4096;
inline constexpr std::uint32_t kDefaultMaximum = 32U * 1024 * 1024;
inline constexpr std::uint32_t kLargestMinimum = 65'536;

enum class Error : std::uint32_t {
  Ok = 0,
  NotPermitted = 1,
  Io = 5,
  NoMemory = 12,
  Invalid = 22,
  NoSpace = 28,
  Overflow = 75,
  NotSupported = 95,
  Shutdown = 108,
};

// ---- words and meanings

// "NBD_OPT_GO"
std::string nameOf(Option option);
// "NBD_REP_ERR_POLICY", "reply 7"
std::string nameOfReply(std::uint32_t reply);
// "NBD_CMD_READ"
std::string nameOf(Command command);
// "NBD_ENOSPC", "error 7"
std::string nameOf(Error error);
// What it means to a device server. An error that no row names counts as NBD_EINVAL ("Error values").
scsi::IoResult resultOf(Error error);
// ... and what the result of a device is to a client. Beyond the end is NBD_ENOSPC for who writes, else NBD_EINVAL.
Error errorOf(scsi::IoResult result, bool writes);

}  // namespace nbd
