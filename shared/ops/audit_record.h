// One record of the audit log: who did what to which object, when, from where, and how it ended.
//
// Its canonical bytes are what the hash chain is made over; there is one definition of them, here:
//
//   version u8 (1), sequence u64, revision u64, time i64 (seconds since 1970 UTC), actor kind u8, outcome u8,
//   actor, origin, event, object, code, ticket, reason: each a length u32 and that many bytes of UTF-8,
//   count of details u16, then for each its key and its value as texts.
//
// All numbers are big-endian. Equal records have equal bytes, and other records other bytes: every length is written.
// The JSON form holds the same, and no more is read from one than is written.
//
// Bounds: the limits below. bounded() cuts what is longer and says so in the text, since an audit record must never
// fail for what a stranger sent; readers refuse what is beyond the limits. Values, no thread of their own; pure.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/ops/audit_event.h"

namespace ops {

// Numbers stand in stored records and never change.
enum class ActorKind : std::uint8_t { Server = 0, Person = 1, Agent = 2, ControlNode = 3, Node = 4, Token = 5 };
inline constexpr std::string_view kActorKindWords[] = {"server", "person", "agent", "control-node", "node", "token"};
constexpr std::string_view word(ActorKind kind) { return kActorKindWords[static_cast<std::size_t>(kind)]; }

enum class AuditOutcome : std::uint8_t { Done = 0, Refused = 1 };
inline constexpr std::string_view kAuditOutcomeWords[] = {"done", "refused"};
constexpr std::string_view word(AuditOutcome outcome) { return kAuditOutcomeWords[static_cast<std::size_t>(outcome)]; }

inline constexpr std::size_t kMaxAuditName = 256;   // actor, origin, object, code, ticket, event, a detail's key
inline constexpr std::size_t kMaxAuditText = 2048;  // reason, a detail's value
inline constexpr std::size_t kMaxAuditDetails = 16;

struct AuditDetail {
  std::string key;
  std::string value;
  friend bool operator==(const AuditDetail&, const AuditDetail&) = default;
};

struct AuditRecord {
  std::uint64_t sequence = 0;  // from 1, without gaps; the order of the log, whatever the clock says
  std::uint64_t revision = 0;  // of the change that it belongs to, else the newest one at that time
  base::WallTime time{};
  ActorKind actorKind = ActorKind::Server;
  std::string actor;  // name of the person, "user/token", entity of the agent, iSCSI name of the node, id of the server
  std::string origin;  // address and port, "unix" for the local socket, empty for the server itself
  std::string event;   // name of a row of kAuditEvents; one that is not known here is kept as it is
  std::string object;  // what it was done to, as refText() writes it
  AuditOutcome outcome = AuditOutcome::Done;
  std::string code;  // why it was refused: a stable code of the API, or an iSNS status
  std::string ticket;
  std::string reason;
  std::vector<AuditDetail> details;

  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

// Details of event E; a key that its row does not list does not compile.
template <AuditEvent E>
std::vector<AuditDetail> auditDetails(std::initializer_list<EventField<E>> fields);

std::string detailText(const LogValue& value);

// The same record within the limits, as UTF-8 and without NUL.
AuditRecord bounded(AuditRecord record);
// What is beyond the limits, or nothing.
base::Status checkAuditRecord(const AuditRecord& record);

void appendCanonical(base::Bytes& out, const AuditRecord& record);
base::Bytes canonicalBytes(const AuditRecord& record);

// The list of details alone, in the same form: for a column of a store.
void appendDetails(base::Bytes& out, const std::vector<AuditDetail>& details);
std::optional<std::vector<AuditDetail>> readDetails(base::ByteView bytes);

base::Json toJson(const AuditRecord& record);
base::Result<AuditRecord> auditRecordFromJson(const base::Json& json);

template <AuditEvent E>
std::vector<AuditDetail> auditDetails(std::initializer_list<EventField<E>> fields) {
  std::vector<AuditDetail> details;
  for (const EventField<E>& field : fields) details.push_back({std::string(field.name.text), detailText(field.value)});
  return details;
}

}  // namespace ops
