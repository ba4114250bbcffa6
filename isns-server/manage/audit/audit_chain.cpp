#include "isns-server/manage/audit/audit_chain.h"

#include <cassert>

#include "shared/base/hex.h"
#include "shared/base/time_text.h"

namespace manage {

using ops::AuditEvent;

AuditChain::AuditChain(std::string serverId, CheckpointPolicy policy)
    : serverId_(std::move(serverId)), policy_(policy) {
  state_.hash = evidence::genesisHash(serverId_);
}

AuditChain::AuditChain(std::string serverId, CheckpointPolicy policy, std::uint64_t last,
                       const evidence::SealedRecord* read, std::uint64_t signedUpTo, base::TimePoint now)
    : AuditChain(std::move(serverId), policy) {
  state_.sequence = last;
  if (read != nullptr) {
    state_.hash = read->hash;
    state_.time = read->record.time;
  }
  state_.signedUpTo = signedUpTo;
  state_.unsignedSince = signedUpTo < last ? now : base::kNever;
}

void AuditChain::append(ops::AuditRecord record, base::Now now, std::vector<evidence::SealedRecord>& out) {
  record.sequence = state_.sequence + 1;
  record.time = now.wall;
  record = ops::bounded(std::move(record));
  state_.hash = evidence::linkHash(state_.hash, record);
  state_.sequence = record.sequence;
  state_.time = now.wall;
  if (state_.unsignedSince == base::kNever) state_.unsignedSince = now.mono;
  out.push_back({std::move(record), state_.hash});
}

void AuditChain::seal(ops::AuditRecord record, base::Now now, std::vector<evidence::SealedRecord>& out) {
  if (state_.sequence > 0 && now.wall < state_.time) {
    ops::AuditRecord clock;
    clock.revision = record.revision;
    clock.actor = serverId_;
    clock.event = eventRow(AuditEvent::ClockBack).name;
    clock.details = ops::auditDetails<AuditEvent::ClockBack>(
        {{"before", base::timeText(state_.time)}, {"after", base::timeText(now.wall)}});
    append(std::move(clock), now, out);
  }
  append(std::move(record), now, out);
}

bool AuditChain::checkpointDue(base::TimePoint now) const {
  return state_.sequence - state_.signedUpTo >= policy_.records || now >= nextDeadline();
}

base::TimePoint AuditChain::nextDeadline() const {
  return state_.unsignedSince == base::kNever ? base::kNever : state_.unsignedSince + policy_.period;
}

evidence::AuditCheckpoint AuditChain::checkpoint(const evidence::SigningKey& key, base::WallTime now) {
  assert(state_.sequence > 0);
  state_.signedUpTo = state_.sequence;
  state_.unsignedSince = base::kNever;
  return evidence::signCheckpoint(key, state_.sequence, state_.hash, now);
}

AuditChain::Change AuditChain::rotateKey(const evidence::SigningKey& old, const evidence::SigningKey& next,
                                         ops::AuditRecord record, base::Now now,
                                         std::vector<evidence::SealedRecord>& out) {
  const std::string nextPrint = base::hexText(next.verifyingKey().fingerprint());
  ops::AuditRecord began;
  began.revision = record.revision;
  began.actor = serverId_;
  began.event = eventRow(AuditEvent::LogKeyBegan).name;
  began.details = ops::auditDetails<AuditEvent::LogKeyBegan>({{"key", nextPrint}});
  record.event = eventRow(AuditEvent::LogKeyRotated).name;
  record.details = ops::auditDetails<AuditEvent::LogKeyRotated>(
      {{"previous", base::hexText(old.verifyingKey().fingerprint())}, {"next", nextPrint}});
  seal(std::move(record), now, out);
  const evidence::AuditCheckpoint handOver = checkpoint(old, now.wall);
  append(std::move(began), now, out);
  return {handOver, checkpoint(next, now.wall)};
}

}  // namespace manage
