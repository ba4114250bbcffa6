#include "shared/evidence/audit_lines.h"

#include <algorithm>

#include "shared/base/hex.h"
#include "shared/base/json_reader.h"
#include "shared/base/plural.h"
#include "shared/base/time_text.h"
#include "shared/base/whole_number.h"

namespace evidence {
namespace {

std::string compact(const base::Json& json) {
  std::string text;
  json.writeCompact(text);
  return text;
}

// Bytes from hexadecimal digits into an array of exactly that size.
template <std::size_t N>
bool readHex(const base::Json* json, std::array<std::uint8_t, N>& bytes) {
  if (json == nullptr || json->text() == nullptr || json->text()->size() != 2 * N) return false;
  for (std::size_t i = 0; i < N; i += 32) {
    const auto part = parseDigest(std::string_view(*json->text()).substr(2 * i, 64));
    if (!part) return false;
    std::copy(part->begin(), part->end(), bytes.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return true;
}

bool readNumber(const base::Json* json, std::uint64_t& number) {
  if (json == nullptr || json->number() == nullptr) return false;
  number = *json->number();
  return true;
}

std::optional<SealedRecord> sealedFrom(const base::Json& json) {
  const base::Json* record = json.find("record");
  SealedRecord sealed;
  if (record == nullptr || !readHex(json.find("hash"), sealed.hash)) return std::nullopt;
  auto read = ops::auditRecordFromJson(*record);
  if (!read) return std::nullopt;
  sealed.record = std::move(*read);
  return sealed;
}

std::optional<AuditCheckpoint> checkpointFrom(const base::Json& json) {
  const base::Json* body = json.find("checkpoint");
  if (body == nullptr) return std::nullopt;
  AuditCheckpoint checkpoint;
  const base::Json* time = body->find("time");
  const auto when = time != nullptr && time->text() != nullptr ? base::parseTime(*time->text()) : std::nullopt;
  if (!when || !readNumber(body->find("sequence"), checkpoint.sequence) ||
      !readHex(body->find("hash"), checkpoint.hash) || !readHex(body->find("key"), checkpoint.key) ||
      !readHex(body->find("signature"), checkpoint.signature)) {
    return std::nullopt;
  }
  checkpoint.time = *when;
  return checkpoint;
}

}  // namespace

std::string auditHeadLine(std::string_view serverId, const ChainStart& start) {
  return compact(base::Json::Object{{"log", base::Json::Object{{"format", "sanctum-audit"},
                                                               {"version", std::uint64_t{1}},
                                                               {"server", serverId},
                                                               {"after", start.sequence},
                                                               {"previous", base::hexText(start.hash)}}}});
}

std::string auditLine(const SealedRecord& sealed) {
  return compact(base::Json::Object{{"record", ops::toJson(sealed.record)}, {"hash", base::hexText(sealed.hash)}});
}

std::string auditLine(const AuditCheckpoint& checkpoint) {
  return compact(
      base::Json::Object{{"checkpoint", base::Json::Object{{"sequence", checkpoint.sequence},
                                                           {"hash", base::hexText(checkpoint.hash)},
                                                           {"time", base::timeText(checkpoint.time)},
                                                           {"key", base::hexText(checkpoint.key)},
                                                           {"signature", base::hexText(checkpoint.signature)}}}});
}

std::string unreadableLine(std::uint64_t sequence) { return compact(base::Json::Object{{"unreadable", sequence}}); }

base::Status AuditLineVerifier::head(std::string_view text) {
  auto json = base::parseJson(text);
  const base::Json* log = json ? json->find("log") : nullptr;
  const base::Json* server = log != nullptr ? log->find("server") : nullptr;
  ChainStart start;
  if (server == nullptr || server->text() == nullptr || !readNumber(log->find("after"), start.sequence) ||
      !readHex(log->find("previous"), start.hash) || auditHeadLine(*server->text(), start) != text) {
    return base::fail("the first line is not the head of an audit log of version 1");
  }
  if (start.sequence == 0 && start.hash != genesisHash(*server->text())) {
    return base::fail("the first line is changed: the genesis hash is not that of server " + *server->text());
  }
  serverId_ = *server->text();
  chain_.emplace(start, trusted_);
  for (const LogHead& head : seen_) chain_->expect(head);
  return {};
}

base::Status AuditLineVerifier::line(std::string_view text) {
  ++lines_;
  if (text.size() > kMaxAuditLine) text = text.substr(0, kMaxAuditLine);  // reads as nothing, and is at fault
  if (!chain_) return head(text);
  const auto json = base::parseJson(text);
  if (json) {
    if (const auto sealed = sealedFrom(*json); sealed && auditLine(*sealed) == text) {
      chain_->record(sealed->record, sealed->hash);
      return {};
    }
    if (const auto checkpoint = checkpointFrom(*json); checkpoint && auditLine(*checkpoint) == text) {
      chain_->checkpoint(*checkpoint);
      return {};
    }
    if (std::uint64_t sequence = 0;
        readNumber(json->find("unreadable"), sequence) && unreadableLine(sequence) == text) {
      chain_->unreadable("the server could not read it (line " + std::to_string(lines_) + ")");
      return {};
    }
  }
  chain_->unreadable("line " + std::to_string(lines_) + " is not as an audit log has it");
  return {};
}

ChainReport AuditLineVerifier::finish(std::optional<LogHead> expected) {
  if (chain_) return chain_->finish(expected);
  ChainReport report;
  report.faultCount = 1;
  report.faults.push_back({ChainFaultKind::Unreadable, 0, 0, "there is no audit log"});
  return report;
}

std::string headText(const LogHead& head) { return std::to_string(head.sequence) + ":" + base::hexText(head.hash); }

std::optional<LogHead> parseHead(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto sequence = base::wholeNumber<decltype(LogHead::sequence)>(text.substr(0, colon));
  const auto hash = parseDigest(text.substr(colon + 1));
  if (!sequence || *sequence == 0 || !hash) return std::nullopt;
  LogHead head;
  head.sequence = *sequence;
  head.hash = *hash;
  return head;
}

std::optional<AuditCheckpoint> parseCheckpointLine(std::string_view text) {
  const auto json = base::parseJson(text);
  if (!json) return std::nullopt;
  auto checkpoint = checkpointFrom(*json);
  if (!checkpoint || auditLine(*checkpoint) != text) return std::nullopt;
  return checkpoint;
}

base::Result<AuditTextReport> verifyAuditText(std::string_view text, std::span<const Fingerprint> trusted,
                                              std::span<const LogHead> seen) {
  AuditLineVerifier verifier(trusted, seen);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (auto status = verifier.line(text.substr(0, end)); !status) return base::fail(status.error());
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  AuditTextReport report{verifier.finish(), verifier.serverId()};
  return report;
}

namespace {

std::string_view verdictText(const ChainReport& report) {
  switch (report.verdict()) {
    case LogVerdict::Verified:
      return "VERIFIED: intact, and signed by a key that was expected";
    case LogVerdict::SignerUnknown:
      return "NOT VERIFIED: intact, signer unknown; name the fingerprint of the server's key to verify the signer";
    case LogVerdict::Unsigned:
      return report.records == 0 ? "NOT VERIFIED: there is no record"
                                 : "NOT VERIFIED: the records are linked, and no checkpoint vouches for any of them";
    case LogVerdict::Part:
      return "NOT VERIFIED AS A WHOLE: intact, and signed by a key that was expected, but it begins within the log; "
             "check "
             "the part before it, and give the head of that";
    case LogVerdict::Broken:
      return "NOT VERIFIED: intact as it stands, but it says that it was broken before, and nobody has answered that "
             "(audit restored)";
    case LogVerdict::Damaged:
      break;
  }
  return "NOT INTACT";
}

}  // namespace

std::string reportText(const ChainReport& report) {
  std::string text = "audit log: " + std::to_string(report.records) +
                     std::string(base::plural(report.records, " record", " records")) + ", up to record " +
                     std::to_string(report.head.sequence) + "\n";
  text += "head: " + headText(report.head) + "\n";
  if (report.isPart()) {
    text += "begins: at record " + std::to_string(report.start.sequence + 1) + ", behind " + headText(report.start) +
            (report.startSeen ? ", which is a head that was given\n"
                              : "; what records before it say is not shown, nor whether they tell of a break\n");
  }
  if (report.signedUpTo == 0) {
    text += "signature: none that counts\n";
  } else {
    text += "signature: up to record " + std::to_string(report.signedUpTo) + ", by key " +
            base::hexText(report.signer.value_or(Fingerprint{})) + "\n";
    if (report.signedUpTo < report.head.sequence) {
      text += "  records " + std::to_string(report.signedUpTo + 1) + " to " + std::to_string(report.head.sequence) +
              " are linked and not yet signed\n";
    }
  }
  if (report.continues > 0) {
    text += "continues: record " + std::to_string(report.continues) + " is the head that was given\n";
  }
  if (report.clockBackCount > 0) {
    text += "clock: went back " + std::to_string(report.clockBackCount) +
            std::string(base::plural(report.clockBackCount, " time", " times")) + ", first at record " +
            std::to_string(report.clockBack.front()) + "; the order of records is that of their numbers\n";
  }
  for (const std::string& gap : report.told.gaps) text += "gap: " + gap + "\n";
  for (const std::string& one : report.told.weak) text += "unsigned: " + one + "\n";
  for (const std::string& one : report.told.recorded) text += "BROKEN: " + one + "\n";
  for (const ChainFault& fault : report.faults) text += "FAULT: " + fault.text + "\n";
  if (report.faultCount > report.faults.size()) {
    text += "and " + std::to_string(report.faultCount - report.faults.size()) + " more\n";
  }
  return text + "result: " + std::string(verdictText(report)) + "\n";
}

}  // namespace evidence
