#include "isns-server/app/audit_trail.h"

#include "shared/base/hex.h"

namespace app {
namespace {

// The newest row of a table, as `T`.
template <class T>
class Newest final : public store::RowSink {
 public:
  base::Status row(std::uint8_t, std::int64_t id, std::span<const store::Cell> cells) override {
    return manage::readRow(id, cells, found.emplace());
  }
  std::optional<T> found;
};

template <class T>
base::Result<std::optional<T>> newest(store::Store& store, std::uint8_t table) {
  Newest<T> sink;
  store::RowFilter filter;
  filter.table = table;
  filter.limit = 1;
  filter.newestFirst = true;
  if (auto read = store.rows(filter, sink); !read) return base::fail(read.error().text);
  return std::move(sink.found);
}

}  // namespace

base::Result<std::optional<evidence::Fingerprint>> AuditTrail::signer(store::Store& store) {
  const auto checkpoint = newest<evidence::AuditCheckpoint>(store, manage::kAuditCheckpointTable);
  if (!checkpoint) return base::fail(checkpoint.error());
  if (!*checkpoint || !evidence::isSigned(**checkpoint)) return std::optional<evidence::Fingerprint>();
  return std::optional(evidence::fingerprintOf(**checkpoint));
}

base::Result<std::unique_ptr<AuditTrail>> AuditTrail::open(store::Store& store, const std::string& serverId,
                                                            evidence::SigningKey key, base::Now now) {
  auto last = newest<evidence::SealedRecord>(store, manage::kAuditRecordTable);
  if (!last) return base::fail(last.error());
  auto checkpoint = newest<evidence::AuditCheckpoint>(store, manage::kAuditCheckpointTable);
  if (!checkpoint) return base::fail(checkpoint.error());
  if (!*last) {
    return std::unique_ptr<AuditTrail>(new AuditTrail(manage::AuditChain(serverId, {}), std::move(key)));
  }
  const std::uint64_t signedUpTo = *checkpoint ? (*checkpoint)->sequence : 0;
  return std::unique_ptr<AuditTrail>(
      new AuditTrail(manage::AuditChain(serverId, {}, **last, signedUpTo, now.mono), std::move(key)));
}

AuditTrail::AuditTrail(manage::AuditChain chain, evidence::SigningKey key)
    : chain_(std::move(chain)),
      key_(std::move(key)),
      committed_{chain_.mark(), key_},
      inFlight_(committed_),
      lastAtStart_(committed_.chain.sequence),
      signedAtStart_(committed_.chain.signedUpTo) {}

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

void AuditTrail::write(store::OpsWriter& ops, std::vector<ops::AuditRecord> records, std::uint64_t revision, base::Now now,
                       bool checkpoint) {
  std::vector<evidence::SealedRecord> sealed;
  beginLog(revision, now, sealed);
  for (ops::AuditRecord& record : records) {
    record.revision = revision;
    chain_.seal(std::move(record), now, sealed);
  }
  for (const evidence::SealedRecord& record : sealed) manage::writeRow(ops, record);
  const auto& state = chain_.mark();
  const bool asked = checkpoint && state.signedUpTo < state.sequence;
  if (!asked && !chain_.checkpointDue(now.mono)) return;
  made_ = chain_.checkpoint(key_, now.wall);
  manage::writeRow(ops, *made_);
}

void AuditTrail::rotateKey(store::OpsWriter& ops, evidence::SigningKey next, ops::AuditRecord record,
                           std::uint64_t revision, base::Now now) {
  std::vector<evidence::SealedRecord> sealed;
  beginLog(revision, now, sealed);
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
