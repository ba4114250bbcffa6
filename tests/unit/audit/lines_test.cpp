#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/audit_world.h"

using namespace test;

namespace {

base::Result<evidence::AuditTextReport> verify(const AuditWorld& log, std::string_view text) {
  const evidence::Fingerprint trusted[] = {fingerprintOf(log.key)};
  const evidence::LogHead seen[] = {log.head()};
  return evidence::verifyAuditText(text, trusted, seen);
}

TEST(AuditText, AWholeExportIsIntact) {
  const AuditWorld log(10);
  const auto report = verify(log, log.text());
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_TRUE(report->intact()) << evidence::reportText(*report);
  EXPECT_EQ(report->signedUpTo, 8u);
}

TEST(AuditText, APartOfALogIsCheckedFromWhereItBegins) {
  const AuditWorld log(10);
  const auto report = verify(log, log.textFrom(7));
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_TRUE(report->intact()) << evidence::reportText(*report);
  EXPECT_EQ(report->records, 4u);
}

TEST(AuditText, ARecordThatTheServerCouldNotReadIsAFaultAndNamed) {
  const AuditWorld log(10);
  const std::string line = evidence::auditLine(log.records[4]) + "\n";
  std::string text = log.text();
  text.replace(text.find(line), line.size(), evidence::unreadableLine(5) + "\n");
  const auto report = verify(log, text);
  ASSERT_TRUE(report) << report.error().text;
  ASSERT_EQ(report->faultCount, 1u) << evidence::reportText(*report);
  EXPECT_EQ(report->faults[0].kind, evidence::ChainFaultKind::Unreadable);
  EXPECT_EQ(report->faults[0].sequence, 5u);
  EXPECT_EQ(report->faults[0].text, "record 5: the server could not read it (line 7)");
}

// Which record a byte of the text belongs to: the number of record lines up to it; 0 in the head line.
std::uint64_t recordAt(std::string_view text, std::size_t at) {
  std::uint64_t record = 0;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find('\n', begin);
    if (text.substr(begin).starts_with("{\"record\"")) ++record;
    if (at <= end) return record;
    begin = end + 1;
  }
}

TEST(AuditText, AnySingleChangedByteIsFoundAndTheRecordNamed) {
  const AuditWorld log(6);
  const std::string text = log.text();
  const std::size_t headEnd = text.find('\n');
  for (const unsigned flip : {0x01u, 0x20u, 0x80u}) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string changed = text;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ flip);
      const auto report = verify(log, changed);
      if (i <= headEnd) {
        ASSERT_TRUE(!report || !report->intact()) << i;
        continue;
      }
      ASSERT_TRUE(report) << report.error().text;
      ASSERT_FALSE(report->intact()) << "byte " << i;
      // A line end that is gone joins two lines: the second of them may be the one that is named.
      const std::uint64_t record = recordAt(text, i);
      const bool named = std::any_of(report->faults.begin(), report->faults.end(), [&](const auto& fault) {
        return fault.sequence <= record + (text[i] == '\n') && fault.last >= record;
      });
      ASSERT_TRUE(named) << "byte " << i << " of record " << record << "\n" << evidence::reportText(*report);
    }
  }
}

// What JSON would read the same.
TEST(AuditText, ALineCountsOnlyAsItIsWritten) {
  const AuditWorld log(2);
  const std::string text = log.text();
  const std::size_t begin = text.find("{\"record\"");
  for (std::size_t at = text.find(": ", begin); at != std::string::npos; at = text.find(": ", at + 1)) {
    std::string changed = text;
    changed[at + 1] = '\t';
    ASSERT_FALSE(verify(log, changed)->intact()) << at;
  }
}

TEST(AuditText, ALineThatIsDroppedDoubledOrSwappedIsFound) {
  const AuditWorld log(6);
  std::vector<std::string> lines;
  const std::string text = log.text();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  const auto joined = [](const std::vector<std::string>& all) {
    std::string out;
    for (const std::string& line : all) out += line + "\n";
    return out;
  };
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const bool isRecord = lines[i].starts_with("{\"record\"");
    auto dropped = lines;
    dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
    const auto report = verify(log, joined(dropped));
    ASSERT_TRUE(report);
    if (isRecord) {
      EXPECT_FALSE(report->intact()) << i;
    } else {
      EXPECT_LT(report->signedUpTo, 4u) << "without the checkpoint less is signed";
    }
    auto doubled = lines;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    if (isRecord) {
      EXPECT_FALSE(verify(log, joined(doubled))->intact()) << i;
    }
    if (i + 1 == lines.size() || !isRecord || !lines[i + 1].starts_with("{\"record\"")) continue;
    auto swapped = lines;
    std::swap(swapped[i], swapped[i + 1]);
    EXPECT_FALSE(verify(log, joined(swapped))->intact()) << i;
  }
}

TEST(AuditText, WhatIsNoLogIsRefused) {
  for (const std::string_view text : {"", "\n", "{}\n", "{\"log\": {}}\n", "nonsense"}) {
    const auto report = evidence::verifyAuditText(text, {});
    EXPECT_TRUE(!report || !report->intact()) << text;
  }
}

TEST(AuditText, ALogWithoutRecordsOrWithoutCheckpointsIsNotVerified) {
  const AuditWorld log(6);
  const evidence::Fingerprint trusted[] = {fingerprintOf(log.key)};
  const std::string head = log.text().substr(0, log.text().find('\n') + 1);
  const auto empty = evidence::verifyAuditText(head, trusted);
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->verdict(), evidence::LogVerdict::Unsigned);
  EXPECT_NE(evidence::reportText(*empty).find("result: NOT VERIFIED: there is no record"), std::string::npos);

  AuditWorld bare(6);
  bare.checkpoints.clear();
  const auto without = evidence::verifyAuditText(bare.text(), trusted);
  ASSERT_TRUE(without);
  EXPECT_EQ(without->verdict(), evidence::LogVerdict::Unsigned);
  EXPECT_NE(evidence::reportText(*without).find("result: NOT VERIFIED: the records are linked"), std::string::npos);

  const auto whole = evidence::verifyAuditText(log.text(), trusted);
  EXPECT_EQ(whole->verdict(), evidence::LogVerdict::Verified);
  EXPECT_EQ(whole->signer, trusted[0]);
  EXPECT_EQ(whole->serverId, AuditWorld::kServer);
}

TEST(AuditText, WithoutAFingerprintItIsIntactAndNotVerified) {
  AuditWorld log(6);
  const auto report = evidence::verifyAuditText(log.text(), {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->intact()) << evidence::reportText(*report);
  EXPECT_EQ(report->verdict(), evidence::LogVerdict::SignerUnknown);
  EXPECT_EQ(report->signer, fingerprintOf(log.key));
  // It is held to its own checkpoints all the same.
  log.checkpoints[0].hash[0] ^= 1;
  EXPECT_FALSE(evidence::verifyAuditText(log.text(), {})->intact());
}

TEST(AuditText, AHeadReadsBackAsItIsWritten) {
  const AuditWorld log(6);
  const std::string text = evidence::headText(log.head());
  EXPECT_EQ(evidence::parseHead(text), log.head());
  for (const std::string& wrong : {std::string(), text.substr(1), text + "0", "0" + text.substr(1), text.substr(0, 2), "x" + text}) {
    EXPECT_EQ(evidence::parseHead(wrong), std::nullopt) << wrong;
  }
  const std::string line = evidence::auditLine(log.checkpoints[0]);
  EXPECT_EQ(evidence::parseCheckpointLine(line), log.checkpoints[0]);
  EXPECT_EQ(evidence::parseCheckpointLine(line + " "), std::nullopt);
}

TEST(AuditText, TheReportTellsPeopleWhatIsWrong) {
  AuditWorld log(6);
  log.records[2].record.actor = "nobody";
  const std::string text = evidence::reportText(*verify(log, log.text()));
  EXPECT_NE(text.find("FAULT: record 3 was changed"), std::string::npos) << text;
  EXPECT_NE(text.find("records 5 to 6 are linked and not yet signed"), std::string::npos) << text;
  EXPECT_NE(text.find("result: NOT INTACT"), std::string::npos) << text;
}

}  // namespace
