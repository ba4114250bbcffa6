// The text keys of RFC 7143 and 7144 as one table.
//
// Reading, checking, negotiating and the reference page all read these rows; a new key is one row here and one test. A
// key stands here as the documents define it, what this software does with it stands in negotiation.h. Pure data, safe
// from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace iscsi {

// Those that are negotiated or declared for I/O come first: negotiation.h keeps a place for each of them.
enum class Key : std::uint8_t {
  HeaderDigest,
  DataDigest,
  MaxConnections,
  InitialR2T,
  ImmediateData,
  MaxRecvDataSegmentLength,
  MaxBurstLength,
  FirstBurstLength,
  DefaultTime2Wait,
  DefaultTime2Retain,
  MaxOutstandingR2T,
  DataPduInOrder,
  DataSequenceInOrder,
  ErrorRecoveryLevel,
  TaskReporting,
  IscsiProtocolLevel,
  SessionType,
  InitiatorName,
  TargetName,
  InitiatorAlias,
  TargetAlias,
  TargetAddress,
  TargetPortalGroupTag,
  SendTargets,
  NodeArchitecture,
  AuthMethod,
  ChapA,
  ChapI,
  ChapC,
  ChapN,
  ChapR,
  KrbApReq,
  KrbApRep,
  SrpU,
  TargetAuth,
  SrpGroup,
  SrpA,
  SrpB,
  SrpS,
  SrpM,
  SrpHm,
  OFMarker,
  IFMarker,
  OFMarkInt,
  IFMarkInt,
};
inline constexpr std::size_t kNegotiableKeys = 16;
inline constexpr std::size_t kKeys = 45;
constexpr std::size_t indexOf(Key key) { return static_cast<std::size_t>(key); }

// How a value reads (6.1).
enum class ValueKind : std::uint8_t {
  Number,     // decimal or hexadecimal, within lowest and highest
  Boolean,    // Yes or No
  List,       // words separated by commas, the sender's order of preference; the answer is one of them
  Word,       // one word
  Name,       // an iSCSI name
  LocalName,  // any UTF-8
  Address,    // host[:port][,portal group tag]
  Binary,     // hexadecimal or base64
  Numbers,    // numbers separated by commas
};

// What makes one value of an offer and what the other end would like (13).
enum class ResultFunction : std::uint8_t {
  Minimum,
  Maximum,
  And,
  Or,
  FirstCommon,  // the first of the offer that the acceptor may use (6.2.1)
  Declare,      // no answer
  Step,         // belongs to a step of an authentication method or to SendTargets, which have rules of their own
  Refused,      // obsolete: whoever offers it gets Reject (13.25)
};

enum class Senders : std::uint8_t { Initiator = 1, Target = 2, Both = 3 };

// When a key may be sent (13).
enum class Use : std::uint8_t {
  LeadingOnly,      // LO: the login of a session's first connection
  InitializeOnly,   // IO: any login
  All,              // login and full feature phase
  FullFeatureOnly,  // FFPO
};

// In which stage of a login.
enum class Stages : std::uint8_t { Security, Operational, Any };

// Whether a discovery session has a use for it; where it has none the answer may be Irrelevant.
enum class Sessions : std::uint8_t { Normal, Both };

struct TextKeyRow {
  Key key;
  std::string_view name;
  ValueKind kind;
  std::string_view initial;  // the default as the RFC writes it; empty: none
  std::uint32_t lowest;      // of Number and Numbers; of Binary: bytes
  std::uint32_t highest;
  ResultFunction result;
  Senders senders;
  Use use;
  Stages stages;
  Sessions sessions;
  bool later;  // not in RFC 3720, so NotUnderstood is no protocol error of an older peer
  bool repeats;
  std::span<const std::string_view> words;  // what a List or Word may hold; others are ignored (List) or refused
  std::string_view section;                 // of RFC 7143
};

std::span<const TextKeyRow> textKeyTable();
const TextKeyRow& rowOf(Key key);
// The row of a key as it stands on the wire, or nullptr; keys are case sensitive (6.1).
const TextKeyRow* findTextKey(std::string_view name);

// The place of a word among those of a row.
std::optional<std::uint32_t> wordIndex(const TextKeyRow& row, std::string_view word);

constexpr bool maySend(const TextKeyRow& row, Senders who) {
  return (static_cast<std::uint8_t>(row.senders) & static_cast<std::uint8_t>(who)) != 0;
}

// Words of the RFC that have a meaning wherever they stand (6.2).
inline constexpr std::string_view kNone = "None";
inline constexpr std::string_view kReject = "Reject";
inline constexpr std::string_view kIrrelevant = "Irrelevant";
inline constexpr std::string_view kNotUnderstood = "NotUnderstood";
inline constexpr std::string_view kYes = "Yes";
inline constexpr std::string_view kNo = "No";
// Those that can be an answer but never an offer.
constexpr bool isReservedAnswer(std::string_view value) {
  return value == kReject || value == kIrrelevant || value == kNotUnderstood;
}

// Places in the words of their rows.
enum class Digest : std::uint8_t { None, Crc32c };
enum class TaskReporting : std::uint8_t { Rfc3720, ResponseFence, FastAbort };

}  // namespace iscsi
