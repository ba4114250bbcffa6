#include "isns-server/app/audit_trail.h"

#include <limits>

#include "isns-server/manage/audit/log_rows.h"
#include "isns-server/manage/audit/log_walk.h"
#include "shared/base/hex.h"

namespace app {
namespace {

// All that can be read counts.
constexpr auto kAny = [](const auto&) { return true; };

// The end of a table: the last row, and the last one that can be read.
template <class T>
struct TableEnd {
  std::int64_t last = 0;  // 0: there is no row
  std::optional<T> read;
  std::int64_t lost = 0;  // the first row behind that one,
  std::string failure;    // and what is wrong with it; empty: the last row can be read
};

template <class T, class Counts = decltype(kAny)>
base::Result<TableEnd<T>> endOf(store::Store& store, std::uint8_t table, Counts counts = kAny) {
  TableEnd<T> end;
  store::RowFilter filter;
  filter.table = table;
  filter.newestFirst = true;
  filter.limit = 1;
  for (bool more = true; more;) {
    manage::LogRows<T> rows;
    const auto page = store.rows(filter, rows);
    if (!page) return base::fail(page.error().text);
    for (auto& row : rows.items) {
      if (end.last == 0) end.last = row.id;
      if (row.failure.empty() && counts(row.value)) {
        end.read = std::move(row.value);
        return end;
      }
      end.lost = row.id;
      end.failure = std::move(row.failure);
    }
    more = page->more && !rows.items.empty();
    if (more) filter.lastId = rows.items.back().id - 1;
    filter.limit = manage::LogWalk::kPage;  // in a log that is whole one row is enough
  }
  return end;
}

// What the check of the log finds in it too (LogWalk), and how the chain goes on.
std::string lostText(const TableEnd<evidence::SealedRecord>& end) {
  if (end.failure.empty()) return {};
  const std::string behind = end.read ? "record " + std::to_string(end.read->record.sequence) + ", whose hash is " +
                                            base::hexText(end.read->hash)
                                      : "the beginning";
  return evidence::rangeText(static_cast<std::uint64_t>(end.lost), static_cast<std::uint64_t>(end.last)) + ": " +
         manage::LogWalk::unreadableText(end.failure) +
         "; so it was when the server started, and what it wrote then is chained to " + behind;
}

}  // namespace

base::Result<std::optional<evidence::Fingerprint>> AuditTrail::signer(store::Store& store) {
  const auto end = endOf<evidence::AuditCheckpoint>(store, manage::kAuditCheckpointTable);
  if (!end) return base::fail(end.error());
  // One before it is no word for now: another key may have taken over since.
  if (!end->failure.empty() || !end->read || !evidence::isSigned(*end->read)) {
    return std::optional<evidence::Fingerprint>();
  }
  return std::optional(evidence::fingerprintOf(*end->read));
}

base::Result<std::optional<std::string>> AuditTrail::beganBy(store::Store& store) {
  store::RowFilter filter;
  filter.table = manage::kAuditRecordTable;
  filter.limit = 1;
  manage::LogRows<evidence::SealedRecord> rows;
  if (const auto page = store.rows(filter, rows); !page) return base::fail(page.error().text);
  if (rows.items.empty() || !rows.items[0].failure.empty()) return std::optional<std::string>();
  const evidence::SealedRecord& first = rows.items[0].value;
  const std::string& server = first.record.actor;
  if (evidence::linkHash(evidence::genesisHash(server), first.record) != first.hash)
    return std::optional<std::string>();
  return std::optional(server);
}

base::Result<std::unique_ptr<AuditTrail>> AuditTrail::open(store::Store& store, const std::string& serverId,
                                                            evidence::SigningKey key, base::Now now) {
  const auto records = endOf<evidence::SealedRecord>(store, manage::kAuditRecordTable);
  if (!records) return base::fail(records.error());
  const auto last = static_cast<std::uint64_t>(records->last);
  const auto vouches = [last, print = key.verifyingKey().fingerprint()](const evidence::AuditCheckpoint& one) {
    return one.sequence <= last && evidence::isSigned(one) && evidence::fingerprintOf(one) == print;
  };
  const auto checkpoints = endOf<evidence::AuditCheckpoint>(store, manage::kAuditCheckpointTable, vouches);
  if (!checkpoints) return base::fail(checkpoints.error());
  if (last == 0) {
    return std::unique_ptr<AuditTrail>(new AuditTrail(manage::AuditChain(serverId, {}), std::move(key), {}));
  }
  if (last >= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return base::fail("the audit log cannot go on: the number of its last record is " + std::to_string(records->last));
  }
  const std::uint64_t signedUpTo = checkpoints->read ? checkpoints->read->sequence : 0;
  manage::AuditChain chain(serverId, {}, last, records->read ? &*records->read : nullptr, signedUpTo, now.mono);
  // Whether the log had checkpoints shows also by one that cannot be read.
  return std::unique_ptr<AuditTrail>(new AuditTrail(std::move(chain), std::move(key),
                                                    {last, static_cast<std::uint64_t>(checkpoints->last),
                                                     signedUpTo < last ? signedUpTo + 1 : 0, lostText(*records)}));
}

AuditTrail::AuditTrail(manage::AuditChain chain, evidence::SigningKey key, AtStart atStart)
    : chain_(std::move(chain)),
      key_(std::move(key)),
      committed_{chain_.mark(), key_},
      inFlight_(committed_),
      atStart_(std::move(atStart)) {}

void AuditTrail::beginLog(std::uint64_t revision, base::Now now, std::vector<evidence::SealedRecord>& sealed) {
  if (chain_.mark().sequence != 0) return;
  ops::AuditRecord begun;
  begun.actor = chain_.serverId();
  begun.event = std::string(ops::eventRow(ops::AuditEvent::LogBegun).name);
  begun.details =
      ops::auditDetails<ops::AuditEvent::LogBegun>({{"key", base::hexText(key_.verifyingKey().fingerprint())}});
  begun.revision = revision;
  chain_.seal(std::move(begun), now, sealed);
}

// The first that is written at a start says which records no checkpoint vouched for: the one that is made now covers
// them, whoever has written them. Behind the records of that change: log.broken is to be the first (log_walk.h).
bool AuditTrail::tellUnsigned(std::uint64_t revision, base::Now now, std::vector<evidence::SealedRecord>& sealed) {
  const std::uint64_t from = atStart_.unsignedFrom;
  if (from == 0 || chain_.mark().signedUpTo >= from) return false;
  ops::AuditRecord record;
  record.actor = chain_.serverId();
  record.event = std::string(ops::eventRow(ops::AuditEvent::LogUnsigned).name);
  record.object = "audit-log";
  record.details = ops::auditDetails<ops::AuditEvent::LogUnsigned>({{"from", from}, {"to", atStart_.last}});
  record.revision = revision;
  chain_.seal(std::move(record), now, sealed);
  return true;
}

void AuditTrail::write(store::OpsWriter& ops, std::vector<ops::AuditRecord> records, std::uint64_t revision, base::Now now,
                       bool checkpoint) {
  std::vector<evidence::SealedRecord> sealed;
  beginLog(revision, now, sealed);
  for (ops::AuditRecord& record : records) {
    record.revision = revision;
    chain_.seal(std::move(record), now, sealed);
  }
  const bool told = tellUnsigned(revision, now, sealed);
  for (const evidence::SealedRecord& record : sealed) manage::writeRow(ops, record);
  const auto state = chain_.mark();
  const bool asked = told || ((checkpoint || signEach_) && state.signedUpTo < state.sequence);
  if (!asked && !chain_.checkpointDue(now.mono)) return;
  made_ = chain_.checkpoint(key_, now.wall);
  manage::writeRow(ops, *made_);
}

void AuditTrail::rotateKey(store::OpsWriter& ops, evidence::SigningKey next, ops::AuditRecord record,
                           std::uint64_t revision, base::Now now) {
  std::vector<evidence::SealedRecord> sealed;
  beginLog(revision, now, sealed);
  (void)tellUnsigned(revision, now, sealed);
  record.revision = revision;
  const auto change = chain_.rotateKey(key_, next, std::move(record), now, sealed);
  for (const evidence::SealedRecord& one : sealed) manage::writeRow(ops, one);
  manage::writeRow(ops, change.handOver);
  manage::writeRow(ops, change.first);
  key_ = std::move(next);
  made_ = change.first;
}

void AuditTrail::batchTaken() {
  inFlight_ = {chain_.mark(), key_};
  underWay_ = std::exchange(made_, std::nullopt);
}

void AuditTrail::batchEnded(bool committed) {
  if (committed) {
    committed_ = inFlight_;
    if (underWay_) durable_ = std::move(underWay_);
  } else {
    chain_.restore(committed_.chain);
    key_ = committed_.key;
    made_.reset();
  }
  underWay_.reset();
}

}  // namespace app
