#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/support/audit_world.h"

using namespace test;
using evidence::ChainFaultKind;

namespace {

// The one fault of a report; more or none is a failure.
evidence::ChainFault onlyFault(const evidence::ChainReport& report) {
  EXPECT_EQ(report.faultCount, 1u) << evidence::reportText(report);
  return report.faults.empty() ? evidence::ChainFault{ChainFaultKind::Changed, 0, 0, {}} : report.faults.front();
}

#define EXPECT_FAULT(report, kind_, sequence_)                         \
  {                                                                    \
    const evidence::ChainFault fault = onlyFault(report);              \
    EXPECT_EQ(fault.kind, ChainFaultKind::kind_) << fault.text;        \
    EXPECT_EQ(fault.sequence, std::uint64_t{sequence_}) << fault.text; \
  }

TEST(AuditChain, AWholeLogIsIntactAndSaysUpToWhereItIsSigned) {
  const AuditWorld log(10);
  const auto report = log.verify(log.head());
  EXPECT_TRUE(report.intact()) << evidence::reportText(report);
  EXPECT_EQ(report.records, 10u);
  EXPECT_EQ(report.signedUpTo, 8u);
  EXPECT_EQ(report.head, log.head());
}

TEST(AuditChain, TheGenesisIsBoundToTheServer) {
  const AuditWorld log(3);
  const evidence::Fingerprint trusted[] = {fingerprintOf(log.key)};
  EXPECT_FAULT(verifyChain("server-2", log.records, {}, trusted), Changed, 1u);
}

TEST(AuditChain, AnyChangedFieldOfARecordIsNamed) {
  const std::function<void(ops::AuditRecord&)> changes[] = {
      [](auto& r) { r.revision += 1; },
      [](auto& r) { r.time += std::chrono::seconds(1); },
      [](auto& r) { r.actorKind = ops::ActorKind::Agent; },
      [](auto& r) { r.actor = "bert"; },
      [](auto& r) { r.origin.clear(); },
      [](auto& r) { r.event = "change.confirm"; },
      [](auto& r) { r.object += "x"; },
      [](auto& r) { r.outcome = ops::AuditOutcome::Refused; },
      [](auto& r) { r.code = "x"; },
      [](auto& r) { r.ticket = "CHG-1"; },
      [](auto& r) { r.reason.pop_back(); },
      [](auto& r) { r.details[1].value = "9"; },
      [](auto& r) { std::swap(r.details[0], r.details[1]); },
      [](auto& r) { r.details.pop_back(); },
      [](auto& r) { r.sequence += 1; },
      [](auto& r) { r.sequence += 255; },
      [](auto& r) { r.sequence = 0; },
      // A text that moves over the border between two fields.
      [](auto& r) { r.ticket += r.reason[0], r.reason.erase(0, 1); },
  };
  for (std::size_t which = 0; which < std::size(changes); ++which) {
    for (std::size_t i = 0; i < 10; ++i) {
      AuditWorld log(10);
      const evidence::LogHead head = log.head();
      changes[which](log.records[i].record);
      SCOPED_TRACE("change " + std::to_string(which) + " of record " + std::to_string(i + 1));
      EXPECT_FAULT(log.verify(head), Changed, i + 1);
    }
  }
}

TEST(AuditChain, AnyChangedByteOfAHashIsNamed) {
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t byte = 0; byte < 32; ++byte) {
      AuditWorld log(10);
      const evidence::LogHead head = log.head();
      log.records[i].hash[byte] ^= 1;
      EXPECT_FAULT(log.verify(head), Changed, i + 1);
    }
  }
}

TEST(AuditChain, AnyDroppedRecordIsNamed) {
  for (std::size_t i = 0; i < 10; ++i) {
    AuditWorld log(10);
    const evidence::LogHead head = log.head();
    log.records.erase(log.records.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FAULT(log.verify(head), Missing, i + 1);
  }
}

TEST(AuditChain, ADroppedEndIsShownByACheckpointOrByTheHead) {
  AuditWorld log(10);
  const evidence::LogHead head = log.head();
  log.records.resize(6);
  const auto byCheckpoint = log.verify();
  EXPECT_FAULT(byCheckpoint, Missing, 7u);
  EXPECT_EQ(byCheckpoint.faults[0].last, 8u);
  EXPECT_EQ(onlyFault(log.verify(head)).last, 10u);
}

TEST(AuditChain, ACheckpointFarBehindItsRecordIsMisplacedAlsoInALogWhoseRecordsAreOutOfOrder) {
  AuditWorld log(80, 80);  // with a checkpoint at the last of them
  while (log.records.size() < 200) log.seal(commitRecord(1000 + log.records.size()), at(1000));
  std::rotate(log.records.begin() + 19, log.records.begin() + 20, log.records.begin() + 80);  // the 20th behind the 80th
  const evidence::Fingerprint trusted[] = {fingerprintOf(log.key)};
  evidence::ChainVerifier verifier(AuditWorld::kServer, trusted);
  for (const auto& sealed : log.records) verifier.record(sealed.record, sealed.hash);
  verifier.checkpoint(log.checkpoints.front());
  const auto report = verifier.finish();
  ASSERT_EQ(report.faultCount, 2u) << evidence::reportText(report);
  EXPECT_EQ(report.faults[0].kind, ChainFaultKind::OutOfOrder);
  EXPECT_EQ(report.faults[1].kind, ChainFaultKind::Misplaced);
}

// The log of a server, cut with its checkpoints, is a whole log to who has seen nothing of it.
TEST(AuditChain, ALogThatDoesNotGoOnFromAHeadThatWasSeenIsNamed) {
  const AuditWorld log(10);
  const evidence::Fingerprint trusted[] = {fingerprintOf(log.key)};
  const auto check = [&](const AuditWorld& shown, std::vector<evidence::LogHead> seen, evidence::ChainStart start = {}) {
    if (start.sequence == 0) start.hash = evidence::genesisHash(AuditWorld::kServer);
    evidence::ChainVerifier verifier(start, trusted);
    for (const auto& head : seen) verifier.expect(head);
    for (const auto& sealed : shown.records) {
      if (sealed.record.sequence <= start.sequence) continue;
      verifier.record(sealed.record, sealed.hash);
      for (const auto& one : shown.checkpoints) {
        if (one.sequence == sealed.record.sequence) verifier.checkpoint(one);
      }
    }
    return verifier.finish();
  };
  const auto headAt = [&](std::size_t number) {
    return evidence::LogHead{number, log.records[number - 1].hash};
  };
  for (std::size_t seen = 1; seen <= 10; ++seen) {
    const auto report = check(log, {headAt(seen), headAt((seen + 1) / 2)});
    EXPECT_TRUE(report.intact()) << evidence::reportText(report);
    EXPECT_EQ(report.continues, seen);
  }
  AuditWorld cut(10);
  cut.records.resize(5);
  cut.checkpoints.resize(1);
  EXPECT_TRUE(check(cut, {headAt(5)}).intact());
  const auto missing = check(cut, {headAt(7), headAt(9), headAt(3)});
  EXPECT_FAULT(missing, Missing, 6u);
  EXPECT_EQ(missing.faults[0].last, 9u);

  AuditWorld other(5);  // goes on in another way, signed by the same key
  for (std::uint64_t i = 0; i < 5; ++i) other.seal(commitRecord(900 + i), at(20));
  other.sign(other.key);
  EXPECT_TRUE(check(other, {headAt(5)}).intact());
  const auto rewritten = check(other, {headAt(8)});
  EXPECT_FAULT(rewritten, Rewritten, 5u);
  EXPECT_EQ(rewritten.faults[0].last, 8u);

  // A part of the log shows nothing of what was before it.
  const evidence::ChainStart start{6, log.records[5].hash};
  EXPECT_EQ(check(log, {headAt(6)}, start).continues, 6u);
  EXPECT_FAULT(check(log, {headAt(5)}, start), NotCovered, 5u);
  EXPECT_FAULT(check(log, {evidence::LogHead{6, log.records[4].hash}}, start), Rewritten, 1u);
}

TEST(AuditChain, AnyDoubledRecordIsNamed) {
  for (std::size_t i = 0; i < 10; ++i) {
    AuditWorld log(10);
    const evidence::SealedRecord copy = log.records[i];
    log.records.insert(log.records.begin() + static_cast<std::ptrdiff_t>(i), copy);
    EXPECT_FAULT(log.verify(log.head()), Duplicate, i + 1);
  }
}

TEST(AuditChain, AnyTwoSwappedRecordsAreNamed) {
  for (std::size_t i = 0; i + 1 < 10; ++i) {
    AuditWorld log(10);
    const evidence::LogHead head = log.head();
    std::swap(log.records[i], log.records[i + 1]);
    EXPECT_FAULT(log.verify(head), OutOfOrder, i + 1);
  }
}

TEST(AuditChain, AHistoryWrittenAnewWithAllItsHashesIsCaughtByTheCheckpoint) {
  AuditWorld log(12);
  evidence::Digest hash = log.records[4].hash;
  log.records[5].record.actor = "nobody";
  for (std::size_t i = 5; i < 12; ++i) {
    hash = evidence::linkHash(hash, log.records[i].record);
    log.records[i].hash = hash;
  }
  const auto report = log.verify();
  ASSERT_GE(report.faults.size(), 1u);
  EXPECT_EQ(report.faults[0].kind, ChainFaultKind::Rewritten);
  EXPECT_EQ(report.faults[0].sequence, 5u);
  EXPECT_EQ(report.faults[0].last, 8u);
  EXPECT_EQ(report.signedUpTo, 4u);
}

TEST(AuditChain, AnyChangedByteOfACheckpointIsNamed) {
  AuditWorld log(8);
  const auto check = [&](auto change, std::uint64_t sequence) {
    std::vector<evidence::AuditCheckpoint> kept = log.checkpoints;
    change(log.checkpoints[0]);
    EXPECT_FAULT(log.verify(), WrongSignature, sequence);
    log.checkpoints = kept;
  };
  for (std::size_t byte = 0; byte < 32; ++byte) {
    check([&](auto& c) { c.hash[byte] ^= 4; }, 4);
    check([&](auto& c) { c.key[byte] ^= 4; }, 4);
  }
  for (std::size_t byte = 0; byte < 64; ++byte) {
    check([&](auto& c) { c.signature[byte] ^= 0x10; }, 4);
  }
  check([](auto& c) { c.time += std::chrono::seconds(1); }, 4);
  check([](auto& c) { c.sequence = 5; }, 5);
}

TEST(AuditChain, ACheckpointOfAStrangerIsNamed) {
  AuditWorld log(8);
  log.checkpoints[1] = evidence::signCheckpoint(keyOf(9), 8, log.records[7].hash, at(0).wall);
  const auto report = log.verify();
  EXPECT_FAULT(report, UnknownKey, 8u);
  EXPECT_EQ(report.signedUpTo, 4u);
}

TEST(AuditChain, TheOldKeyHandsOverToTheNewOne) {
  AuditWorld log(5);
  const evidence::SigningKey next = keyOf(2);
  log.rotate(log.key, next);
  EXPECT_EQ(log.records[5].record.event, "log.key-rotated");
  EXPECT_EQ(log.records[5].record.actor, "anna");
  EXPECT_EQ(log.records[6].record.event, "log.key-began");
  const evidence::Fingerprint newOnly[] = {fingerprintOf(next)};
  const auto byNew = [&] { return verifyChain(AuditWorld::kServer, log.records, log.checkpoints, newOnly); };
  EXPECT_TRUE(byNew().intact()) << "the new key vouches from the change on: " << evidence::reportText(byNew());
  EXPECT_EQ(byNew().signedUpTo, 7u);

  log.seal(commitRecord(201), at(7));
  log.sign(next);
  for (const auto& report : {log.verify(), byNew()}) {
    EXPECT_TRUE(report.intact()) << evidence::reportText(report);
    EXPECT_EQ(report.signedUpTo, 8u);
    EXPECT_EQ(report.signer, fingerprintOf(next));
  }
}

TEST(AuditChain, OneKeyAfterTheOtherIsKnownFromTheFirstOrTheLast) {
  AuditWorld log(5);
  log.rotate(log.key, keyOf(2));
  log.rotate(keyOf(2), keyOf(3));
  for (const std::uint8_t seed : std::initializer_list<std::uint8_t>{1, 2, 3}) {
    const evidence::Fingerprint trusted[] = {fingerprintOf(keyOf(seed))};
    const auto report = verifyChain(AuditWorld::kServer, log.records, log.checkpoints, trusted);
    EXPECT_TRUE(report.intact()) << int{seed} << ": " << evidence::reportText(report);
    EXPECT_EQ(report.signedUpTo, 9u);
  }
}

// Whoever can write the log and has no key of it.
TEST(AuditChain, AForgedHandOverIsRefused) {
  const evidence::SigningKey forger = keyOf(9);
  const auto refused = [&](const AuditWorld& log, std::uint64_t signedUpTo) {
    const auto report = log.verify();
    EXPECT_EQ(report.verdict(), evidence::LogVerdict::Damaged);
    EXPECT_EQ(report.signedUpTo, signedUpTo);
    EXPECT_EQ(report.signer, fingerprintOf(log.key));
    ASSERT_FALSE(report.faults.empty());
    EXPECT_NE(evidence::reportText(report).find("signed by an unknown key"), std::string::npos);
  };
  AuditWorld himself(5);
  himself.rotate(forger, forger);
  refused(himself, 4);

  AuditWorld unsigned_(5);
  unsigned_.rotate(unsigned_.key, forger);
  unsigned_.checkpoints[1] = evidence::signCheckpoint(forger, 6, unsigned_.records[5].hash, at(6).wall);
  refused(unsigned_, 4);

  // The old key signed, but not the record of the change.
  AuditWorld early(5);
  early.rotate(early.key, forger);
  early.checkpoints[1] = evidence::signCheckpoint(early.key, 5, early.records[4].hash, at(6).wall);
  refused(early, 5);

  // The log's key signed the record, which says that another key hands over.
  AuditWorld sneaked(5);
  sneaked.rotate(keyOf(8), forger);
  sneaked.checkpoints[1] = evidence::signCheckpoint(sneaked.key, 6, sneaked.records[5].hash, at(6).wall);
  refused(sneaked, 6);

  // It handed over, and to another one.
  AuditWorld other(5);
  other.rotate(other.key, keyOf(2));
  other.checkpoints[2] = evidence::signCheckpoint(forger, 7, other.records[6].hash, at(6).wall);
  refused(other, 6);
}

TEST(AuditChain, AKeyThatWasReplacedSignsNothingMore) {
  AuditWorld log(5);
  log.rotate(log.key, keyOf(2));
  log.seal(commitRecord(201), at(7));
  log.sign(log.key);
  EXPECT_FAULT(log.verify(), RetiredKey, 8u);
}

TEST(AuditChain, ARotationThatTheOldKeyDidNotSignHandsNothingOver) {
  AuditWorld log(5);
  (void)log.chain.rotateKey(log.key, keyOf(2), commitRecord(200), at(6), log.records);
  log.seal(commitRecord(201), at(7));
  log.sign(keyOf(2));
  EXPECT_FAULT(log.verify(), UnknownKey, 8u);
}

TEST(AuditChain, AClockThatGoesBackIsRecordedAndBreaksNoOrder) {
  AuditWorld log(4);
  log.seal(commitRecord(300), at(-100));
  log.seal(commitRecord(301), at(-99));
  ASSERT_EQ(log.records.size(), 7u);
  EXPECT_EQ(log.records[4].record.event, "clock.back");
  EXPECT_EQ(log.records[4].record.details[0].value, "2027-01-15T08:00:04Z");
  EXPECT_EQ(log.records[4].record.details[1].value, "2027-01-15T07:58:20Z");
  EXPECT_EQ(log.records[5].record.sequence, 6u);
  const auto report = log.verify();
  EXPECT_TRUE(report.intact());
  EXPECT_EQ(report.clockBack, std::vector<std::uint64_t>{5});
}

TEST(AuditChain, CheckpointsAreDueByNumberAndByTime) {
  manage::AuditChain chain("s", {3, std::chrono::seconds(60)});
  std::vector<evidence::SealedRecord> out;
  EXPECT_FALSE(chain.checkpointDue(at(1000).mono)) << "nothing waits for one";
  EXPECT_EQ(chain.nextDeadline(), base::kNever);
  chain.seal(commitRecord(1), at(10), out);
  EXPECT_EQ(chain.nextDeadline(), at(70).mono);
  EXPECT_FALSE(chain.checkpointDue(at(69).mono));
  EXPECT_TRUE(chain.checkpointDue(at(70).mono));
  chain.seal(commitRecord(2), at(20), out);
  EXPECT_FALSE(chain.checkpointDue(at(20).mono));
  chain.seal(commitRecord(3), at(21), out);
  EXPECT_TRUE(chain.checkpointDue(at(21).mono));
  (void)chain.checkpoint(keyOf(1), at(21).wall);
  EXPECT_FALSE(chain.checkpointDue(at(1000).mono));
}

TEST(AuditChain, WhatWasNotStoredIsTakenBack) {
  AuditWorld log(2);
  const manage::AuditChain::State before = log.chain.mark();
  std::vector<evidence::SealedRecord> lost;
  log.chain.seal(commitRecord(900), at(3), lost);
  log.chain.restore(before);
  log.seal(commitRecord(901), at(4));
  EXPECT_EQ(log.records.back().record.sequence, 3u);
  EXPECT_TRUE(log.verify().intact());
}

TEST(AuditChain, GoesOnWhereTheStoredLogEnds) {
  AuditWorld log(5);
  manage::AuditChain again("server-1", {4, std::chrono::seconds(60)}, 5, &log.records.back(), 4, at(100).mono);
  EXPECT_EQ(again.nextDeadline(), at(160).mono) << "record 5 waits for a checkpoint";
  again.seal(commitRecord(106), at(101), log.records);
  log.checkpoints.push_back(again.checkpoint(log.key, at(101).wall));
  EXPECT_TRUE(log.verify().intact());
  EXPECT_EQ(log.verify().signedUpTo, 6u);
}

TEST(AuditChain, ManyFaultsAreCountedAndTheFirstAreNamed) {
  AuditWorld log(300, 1000);
  for (auto& sealed : log.records) sealed.record.actor = "x";
  const auto report = log.verify();
  EXPECT_EQ(report.faultCount, 300u);
  EXPECT_EQ(report.faults.size(), evidence::ChainReport::kMaxFaults);
}

}  // namespace
