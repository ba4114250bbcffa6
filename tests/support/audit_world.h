// A small audit log for tests: records by an AuditChain with a fake clock, checkpoints by a key from a fixed seed.
#pragma once

#include <string>
#include <vector>

#include "isns-server/manage/audit/audit_chain.h"
#include "shared/evidence/audit_lines.h"
#include "shared/evidence/chain_verifier.h"

namespace test {

inline evidence::SigningKey keyOf(std::uint8_t seed) {
  const std::array<std::uint8_t, 32> bytes = [&] {
    std::array<std::uint8_t, 32> all{};
    all.fill(seed);
    return all;
  }();
  auto key = evidence::SigningKey::fromSeed(bytes);
  return std::move(*key);
}

inline evidence::Fingerprint fingerprintOf(const evidence::SigningKey& key) { return key.verifyingKey().fingerprint(); }

inline base::Now at(std::int64_t seconds) {
  return {base::TimePoint(std::chrono::seconds(seconds)),
          base::WallTime(std::chrono::seconds(1'800'000'000 + seconds))};
}

inline ops::AuditRecord commitRecord(std::uint64_t revision) {
  ops::AuditRecord record;
  record.revision = revision;
  record.actorKind = ops::ActorKind::Person;
  record.actor = "anna";
  record.origin = "192.0.2.7:51234";
  record.event = eventRow(ops::AuditEvent::ChangeCommit).name;
  record.object = "change:" + std::to_string(revision);
  record.ticket = "CHG-" + std::to_string(1000 + revision);
  record.reason = "Zugriff f\xc3\xbcr \"db1\"";
  record.details = ops::auditDetails<ops::AuditEvent::ChangeCommit>(
      {{"edits", 3}, {"gained", 2u}, {"lost", 0}, {"approval", "bert"}, {"origin", "console"}});
  return record;
}

// All of a log at once; `checkpoints` ascend.
inline evidence::ChainReport verifyChain(std::string_view serverId, std::span<const evidence::SealedRecord> records,
                                         std::span<const evidence::AuditCheckpoint> checkpoints,
                                         std::span<const evidence::Fingerprint> trusted,
                                         std::optional<evidence::LogHead> expected = std::nullopt) {
  evidence::ChainVerifier verifier(serverId, trusted);
  std::size_t next = 0;
  for (const evidence::SealedRecord& sealed : records) {
    verifier.record(sealed.record, sealed.hash);
    for (; next < checkpoints.size() && checkpoints[next].sequence <= verifier.lastSequence(); ++next) {
      verifier.checkpoint(checkpoints[next]);
    }
  }
  // What vouches for records behind the last one shows that they were there.
  std::optional<evidence::LogHead> head = expected;
  for (; next < checkpoints.size(); ++next) {
    const evidence::AuditCheckpoint& left = checkpoints[next];
    if (!evidence::isSigned(left)) {
      verifier.checkpoint(left);
    } else if (!head || left.sequence > head->sequence) {
      head = evidence::LogHead{left.sequence, left.hash};
    }
  }
  return verifier.finish(head);
}

struct AuditWorld {
  static constexpr std::string_view kServer = "server-1";

  // `count` records, a checkpoint behind every `every` of them.
  explicit AuditWorld(std::size_t count, std::size_t every = 4) {
    for (std::size_t i = 1; i <= count; ++i) {
      seal(commitRecord(100 + i), at(static_cast<std::int64_t>(i)));
      if (i % every == 0) sign(key);
    }
  }
  void seal(ops::AuditRecord record, base::Now now) { chain.seal(std::move(record), now, records); }
  void sign(const evidence::SigningKey& with) { checkpoints.push_back(chain.checkpoint(with, at(0).wall)); }

  void rotate(const evidence::SigningKey& old, const evidence::SigningKey& next) {
    const auto change = chain.rotateKey(old, next, commitRecord(200), at(6), records);
    checkpoints.push_back(change.handOver);
    checkpoints.push_back(change.first);
  }

  [[nodiscard]] evidence::ChainReport verify(std::optional<evidence::LogHead> head = std::nullopt) const {
    const evidence::Fingerprint trusted[] = {fingerprintOf(key)};
    return verifyChain(kServer, records, checkpoints, trusted, head);
  }
  [[nodiscard]] std::string text() const { return textFrom(1); }
  // An export that begins with this record.
  [[nodiscard]] std::string textFrom(std::size_t first) const {
    evidence::ChainStart start{0, evidence::genesisHash(kServer)};
    if (first > 1) start = {first - 1, records[first - 2].hash};
    std::string all = evidence::auditHeadLine(kServer, start) + "\n";
    std::size_t next = 0;
    while (next < checkpoints.size() && checkpoints[next].sequence < first) ++next;
    for (const evidence::SealedRecord& sealed : records) {
      if (sealed.record.sequence < first) continue;
      all += evidence::auditLine(sealed) + "\n";
      for (; next < checkpoints.size() && checkpoints[next].sequence == sealed.record.sequence; ++next) {
        all += evidence::auditLine(checkpoints[next]) + "\n";
      }
    }
    return all;
  }
  [[nodiscard]] evidence::LogHead head() const { return {records.back().record.sequence, records.back().hash}; }

  evidence::SigningKey key = keyOf(1);
  manage::AuditChain chain{std::string(kServer), {4, std::chrono::seconds(60)}};
  std::vector<evidence::SealedRecord> records;
  std::vector<evidence::AuditCheckpoint> checkpoints;
};

}  // namespace test
