#include "shared/evidence/chain_verifier.h"

#include <algorithm>

#include "shared/base/hex.h"

namespace evidence {
namespace {

constexpr std::size_t kMaxUnknown = 1000;

std::string atText(const AuditCheckpoint& checkpoint) {
  return "the checkpoint at record " + std::to_string(checkpoint.sequence);
}

std::optional<Fingerprint> detailDigest(const ops::AuditRecord& record, std::string_view key) {
  for (const ops::AuditDetail& detail : record.details) {
    if (detail.key == key) return parseDigest(detail.value);
  }
  return std::nullopt;
}

}  // namespace

std::string rangeText(std::uint64_t first, std::uint64_t last) {
  return first == last ? "record " + std::to_string(first)
                       : "records " + std::to_string(first) + " to " + std::to_string(last);
}

ChainVerifier::ChainVerifier(const ChainStart& start, std::span<const Fingerprint> trusted)
    : last_(start.sequence), stored_(start.hash), computed_(start.hash), trusted_(trusted.begin(), trusted.end()) {
  report_.start = report_.head = {start.sequence, start.hash};
  report_.signerExpected = !trusted_.empty();
}

LogVerdict ChainReport::verdict() const {
  if (!intact()) return LogVerdict::Damaged;
  if (records == 0 || signedUpTo == 0) return LogVerdict::Unsigned;
  if (!told.recorded.empty()) return LogVerdict::Broken;
  if (!signerExpected) return LogVerdict::SignerUnknown;
  return isPart() && !startSeen ? LogVerdict::Part : LogVerdict::Verified;
}

// `last_` is where the log begins.
void ChainVerifier::expect(const LogHead& head) {
  if (head.sequence == 0) return;  // of a log without records
  if (head.sequence < last_) {
    return addFault(ChainFaultKind::NotCovered, head.sequence, head.sequence,
                    "the log begins behind " + rangeText(head.sequence, head.sequence) +
                        ", so that it does not show whether it goes on from that head");
  }
  const auto [at, fresh] = expected_.emplace(head.sequence, head.hash);
  if (!fresh && at->second != head.hash) {
    return addFault(ChainFaultKind::Rewritten, head.sequence, head.sequence,
                    "the heads that were given have two hashes of " + rangeText(head.sequence, head.sequence));
  }
  if (head.sequence == last_) checkExpected();
}

// The record that was taken last, against the head that it was once seen as.
void ChainVerifier::checkExpected() {
  const auto expected = expected_.find(last_);
  if (expected == expected_.end()) return;
  const Digest hash = expected->second;
  expected_.erase(expected);
  if (hash == stored_ || hash == computed_) {
    report_.continues = last_;
    report_.startSeen = report_.startSeen || last_ == report_.start.sequence;
  } else if (faultsUpTo_ != last_ || last_ == 0) {
    addFault(ChainFaultKind::Rewritten, report_.signedUpTo + 1, last_,
             rangeText(last_, last_) + " has another hash than the head that was given: this log does not go on from it");
  }
}

void ChainVerifier::addFault(ChainFaultKind kind, std::uint64_t sequence, std::uint64_t last, std::string text) {
  ++report_.faultCount;
  if (report_.faults.size() < ChainReport::kMaxFaults)
    report_.faults.push_back({kind, sequence, last, std::move(text)});
}

// True where the record is the next one but for its number: then the number is what was changed.
bool ChainVerifier::takeRenumbered(const ops::AuditRecord& record, const Digest& hash) {
  if (!known_) return false;
  ops::AuditRecord asNext = record;
  asNext.sequence = last_ + 1;
  if (linkHash(stored_, asNext) != hash) return false;
  addFault(ChainFaultKind::Changed, last_ + 1, last_ + 1,
           "record " + std::to_string(last_ + 1) + " was changed: its number reads " + std::to_string(record.sequence));
  ++last_;
  stored_ = computed_ = hash;
  faultsUpTo_ = last_;
  report_.head = {last_, hash};
  remember({last_, stored_, computed_});
  checkExpected();
  return true;
}

void ChainVerifier::remember(const Recent& one) {
  if (recent_.size() >= kRecent) recent_.pop_front();
  recent_.push_back(one);
}

const ChainVerifier::Recent* ChainVerifier::recent(std::uint64_t sequence) const {
  const auto found =
      std::find_if(recent_.rbegin(), recent_.rend(), [&](const Recent& one) { return one.sequence == sequence; });
  return found == recent_.rend() ? nullptr : &*found;
}

bool ChainVerifier::isMissing(std::uint64_t sequence) const {
  return std::any_of(missing_.begin(), missing_.end(),
                     [&](const Range& range) { return sequence >= range.first && sequence <= range.last; });
}

void ChainVerifier::takeEarlier(std::uint64_t sequence) {
  for (std::size_t i = 0; i < missing_.size(); ++i) {
    const Range range = missing_[i];
    if (sequence < range.first || sequence > range.last) continue;
    missing_.erase(missing_.begin() + static_cast<std::ptrdiff_t>(i));
    if (range.first < sequence) missing_.push_back({range.first, sequence - 1});
    if (sequence < range.last) missing_.push_back({sequence + 1, range.last});
    return addFault(
        ChainFaultKind::OutOfOrder, sequence, sequence,
        "record " + std::to_string(sequence) + " is out of order: it stands behind record " + std::to_string(last_));
  }
  addFault(ChainFaultKind::Duplicate, sequence, sequence,
           "record " + std::to_string(sequence) + " stands there once more, behind record " + std::to_string(last_));
}

void ChainVerifier::takeLater(std::uint64_t sequence) {
  const Range range{last_ + 1, sequence - 1};
  known_ = false;
  faultsUpTo_ = sequence - 1;
  if (missing_.size() < kMaxRanges) {
    missing_.push_back(range);
  } else {
    addFault(ChainFaultKind::Missing, range.first, range.last, rangeText(range.first, range.last) + " missing");
  }
}

void ChainVerifier::checkLink(const ops::AuditRecord& record, const Digest& hash) {
  if (!known_) {
    computed_ = hash;
    known_ = true;
    return;
  }
  const Digest byStored = linkHash(stored_, record);
  if (byStored == hash) {
    computed_ = hash;
    return;
  }
  // Where only the hash beside the record before was changed, that one is at fault and this one is not.
  const Digest byComputed = stored_ == computed_ ? byStored : linkHash(computed_, record);
  computed_ = byComputed;
  if (byComputed == hash) return;
  faultsUpTo_ = record.sequence;
  addFault(ChainFaultKind::Changed, record.sequence, record.sequence,
           "record " + std::to_string(record.sequence) + " was changed: it does not fit its hash");
}

void ChainVerifier::noteRotation(const ops::AuditRecord& record) {
  if (record.event != eventRow(ops::AuditEvent::LogKeyRotated).name) return;
  const auto previous = detailDigest(record, "previous");
  const auto next = detailDigest(record, "next");
  if (!previous || !next) return;
  rotation_ = Rotation{record.sequence, *previous, *next};
  earlier_.insert(*previous);
}

void ChainVerifier::record(const ops::AuditRecord& record, const Digest& hash) {
  ++report_.records;
  told_.note(record);
  settleUnreadable(record.sequence);
  if (record.sequence != last_ + 1) {
    if (takeRenumbered(record, hash)) return;
    if (record.sequence <= last_) {
      if (isMissing(record.sequence)) remember({record.sequence, hash, hash});
      return takeEarlier(record.sequence);
    }
    takeLater(record.sequence);
  }
  checkLink(record, hash);
  last_ = record.sequence;
  stored_ = hash;
  report_.head = {last_, hash};
  remember({last_, stored_, computed_});
  checkExpected();
  if (!first_ && record.time < lastTime_) {
    ++report_.clockBackCount;
    if (report_.clockBack.size() < ChainReport::kMaxClockJumps) report_.clockBack.push_back(last_);
  }
  first_ = false;
  lastTime_ = record.time;
  noteRotation(record);
}

void ChainVerifier::unreadable(std::string text) {
  if (unreadable_++ == 0) unreadableText_ = std::move(text);
}

// `next` is the number that a record or a checkpoint shows to be the next one.
void ChainVerifier::settleUnreadable(std::uint64_t next) {
  if (unreadable_ == 0) return;
  const bool lost = next > last_ + 1 && next - last_ - 1 <= unreadable_;
  const Range range = lost ? Range{last_ + 1, next - 1} : Range{last_, last_};
  addFault(ChainFaultKind::Unreadable, range.first, range.last,
           (lost ? "" : "behind ") + rangeText(range.first, range.last) + ": " + unreadableText_);
  unreadable_ = 0;
  if (!lost) return;
  last_ = range.last;
  known_ = false;
  faultsUpTo_ = last_;
}

bool ChainVerifier::isTrusted(const AuditCheckpoint& checkpoint, const Fingerprint& key) {
  if (const auto ended = retired_.find(key); ended != retired_.end() && checkpoint.sequence > ended->second) {
    addFault(ChainFaultKind::RetiredKey, checkpoint.sequence, checkpoint.sequence,
             atText(checkpoint) + " is signed by a key that record " + std::to_string(ended->second) + " had replaced");
    return false;
  }
  if (!report_.signerExpected && trusted_.empty()) trusted_.insert(key);
  if (trusted_.contains(key)) return true;
  if (unknown_.size() < kMaxUnknown) {
    unknown_.emplace_back(checkpoint.sequence, key);
  } else {
    addFault(ChainFaultKind::UnknownKey, checkpoint.sequence, checkpoint.sequence,
             atText(checkpoint) + " is signed by an unknown key");
  }
  return false;
}

void ChainVerifier::acceptTrusted(const AuditCheckpoint& checkpoint, const Fingerprint& key) {
  report_.signedUpTo = checkpoint.sequence;
  report_.signer = key;
  std::erase_if(unknown_, [&](const auto& entry) { return earlier_.contains(entry.second); });
  if (!rotation_) return;
  // The old key hands over by its checkpoint at the very record; a trusted new key has no need of that.
  if (key == rotation_->previous && checkpoint.sequence == rotation_->sequence) trusted_.insert(rotation_->next);
  retired_.emplace(rotation_->previous, rotation_->sequence);
  rotation_.reset();
}

void ChainVerifier::checkpoint(const AuditCheckpoint& checkpoint) {
  if (checkpoint.sequence > last_) settleUnreadable(checkpoint.sequence + 1);
  if (!isSigned(checkpoint)) {
    // Its number proves nothing, so it is named by where it stands.
    return addFault(ChainFaultKind::WrongSignature, last_, last_,
                    "the checkpoint behind record " + std::to_string(last_) + " has a wrong signature");
  }
  if (rotation_ && checkpoint.sequence > rotation_->sequence)
    retired_.emplace(rotation_->previous, rotation_->sequence);
  const Fingerprint key = fingerprintOf(checkpoint);
  if (!isTrusted(checkpoint, key)) return;
  const Recent* record = recent(checkpoint.sequence);
  if (record == nullptr) {
    if (isMissing(checkpoint.sequence) || checkpoint.sequence == faultsUpTo_) return;  // named already
    return addFault(ChainFaultKind::Misplaced, checkpoint.sequence, checkpoint.sequence,
                    atText(checkpoint) + " stands behind record " + std::to_string(last_));
  }
  if (checkpoint.hash != record->stored && checkpoint.hash != record->computed) {
    if (faultsUpTo_ > report_.signedUpTo) return;  // the record at fault is named already
    const std::uint64_t first = report_.signedUpTo + 1;
    return addFault(ChainFaultKind::Rewritten, first, checkpoint.sequence,
                    rangeText(first, checkpoint.sequence) +
                        ": at least one was changed together with all hashes behind it, since " + atText(checkpoint) +
                        " has another hash");
  }
  acceptTrusted(checkpoint, key);
}

// A head behind the last record, or at it.
void ChainVerifier::finishExpected(const LogHead& head) {
  if (head.sequence > last_) {
    addFault(ChainFaultKind::Missing, last_ + 1, head.sequence,
             rangeText(last_ + 1, head.sequence) + ": missing at the end");
  } else if (head.sequence == last_ && head.hash != stored_ && head.hash != computed_ &&
             faultsUpTo_ <= report_.signedUpTo) {
    addFault(ChainFaultKind::Rewritten, report_.signedUpTo + 1, last_,
             rangeText(report_.signedUpTo + 1, last_) + ": the log ends with another hash than expected");
  } else if (head.sequence == last_) {
    report_.continues = last_;
  }
}

ChainReport ChainVerifier::finish(std::optional<LogHead> expected) {
  // Of several heads behind the end the last one names all that is missing.
  if (!expected_.empty() && (!expected || expected->sequence < expected_.rbegin()->first)) {
    expected = LogHead{expected_.rbegin()->first, expected_.rbegin()->second};
    if (expected->sequence <= last_) expected.reset();  // within a range that is missing, which is named
  }
  settleUnreadable(expected ? expected->sequence + 1 : 0);
  for (const Range& range : missing_) {
    addFault(ChainFaultKind::Missing, range.first, range.last,
             rangeText(range.first, range.last) + (range.first == range.last ? " is missing" : " are missing"));
  }
  missing_.clear();
  for (const auto& [sequence, key] : unknown_) {
    addFault(
        ChainFaultKind::UnknownKey, sequence, sequence,
        "the checkpoint at record " + std::to_string(sequence) + " is signed by an unknown key, " + base::hexText(key));
  }
  unknown_.clear();
  if (expected) finishExpected(*expected);
  report_.told = told_.finish();
  return std::move(report_);
}

}  // namespace evidence
