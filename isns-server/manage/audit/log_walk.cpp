#include "isns-server/manage/audit/log_walk.h"

#include <algorithm>

#include "isns-server/manage/audit/log_rows.h"
#include "shared/base/hex.h"

namespace manage {
namespace {

// As LogHealth::tellsOf().
bool tells(const ops::AuditRecord& record, const evidence::LogHead& seen) {
  return evidence::isEvent(record, ops::AuditEvent::LogBroken) &&
         evidence::detailOf(record, "to") == std::to_string(seen.sequence) &&
         evidence::detailOf(record, "head") == base::hexText(seen.hash);
}

}  // namespace

bool LogHealth::tellsOf(const evidence::LogHead& seen) const {
  const auto isOf = [&](const evidence::LostRecords& lost) {
    return lost.to == seen.sequence && lost.head == base::hexText(seen.hash);
  };
  return std::ranges::any_of(open, isOf) || std::ranges::any_of(answered, isOf);
}

std::string LogHealth::sentence() const {
  if (intact()) return {};
  std::string text;
  std::uint64_t more = faultCount - faults.size();
  for (const auto* list : {&faults, &recorded}) {
    const std::size_t shown = std::min(list->size(), kMaxFaults);
    for (std::size_t i = 0; i < shown; ++i) text += (text.empty() ? "" : "; ") + (*list)[i];
    more += list->size() - shown;
  }
  if (more > 0) text += "; and " + std::to_string(more) + " more";
  return text;
}

// Before the record is taken. A server that told of an older database and ended before its witness could go on has
// written other records in the place of those that were lost. Whether that word counts shows when all is read.
void LogWalk::expectAt(std::int64_t id, const evidence::SealedRecord& sealed) {
  const bool there = seen_ && id == static_cast<std::int64_t>(seen_->sequence);
  if (excused_) {
    if (there && sealed.hash == seen_->hash) seen_.reset();
    return;
  }
  if (!seen_) return;
  excused_ = tells(sealed.record, *seen_);
  if (excused_ || id < static_cast<std::int64_t>(seen_->sequence)) return;
  verifier_.expect(*seen_);
  seen_.reset();
}

// The head is not in the log, and a record has said why; but perhaps one that anybody can have written (log.unsigned).
void LogWalk::judgeExcuse() {
  if (!seen_ || health_.tellsOf(*seen_)) return;
  ++health_.faultCount;
  const std::string last = evidence::rangeText(seen_->sequence, seen_->sequence);
  health_.faults.push_back(last +
                           " is not the one that was seen before, and no record that was signed in time says why");
}

void LogWalk::note(const ops::AuditRecord& record) {
  using Row = ops::AuditEvent;
  if (!evidence::isEvent(record, Row::LogBegun) && !evidence::isEvent(record, Row::LogKeyBegan)) return;
  if (evidence::detailOf(record, "key") == base::hexText(key_)) health_.keySince = record.time;
}

LogWalk::LogWalk(const std::string& serverId, const evidence::Fingerprint& key, std::optional<evidence::LogHead> seen)
    : verifier_(serverId, std::span(&key, 1)), key_(key), seen_(seen) {}

base::Result<std::vector<evidence::AuditCheckpoint>> LogWalk::checkpointsUpTo(store::HistoryReader& reader,
                                                                              std::int64_t last) {
  std::vector<evidence::AuditCheckpoint> all;
  store::RowFilter filter;
  filter.table = kAuditCheckpointTable;
  filter.lastId = last;
  filter.limit = kPage;
  for (bool more = true; more;) {
    filter.firstId = nextCheckpoint_;
    LogRows<evidence::AuditCheckpoint> rows;
    const auto page = reader.rows(filter, rows);
    if (!page) return base::fail(page.error().text);
    for (auto& item : rows.items) {
      nextCheckpoint_ = item.id + 1;
      // What does not read vouches for nothing; a later one does.
      if (item.failure.empty()) all.push_back(item.value);
    }
    more = page->more && !rows.items.empty();
  }
  return all;
}

base::Result<bool> LogWalk::step(store::HistoryReader& reader) {
  store::RowFilter filter;
  filter.table = kAuditRecordTable;
  filter.firstId = next_;
  filter.limit = kPage;
  LogRows<evidence::SealedRecord> rows;
  const auto page = reader.rows(filter, rows);
  if (!page) return base::fail(page.error().text);
  const bool more = page->more && !rows.items.empty();
  if (!rows.items.empty()) next_ = rows.items.back().id + 1;
  auto read = checkpointsUpTo(reader, more ? next_ - 1 : std::numeric_limits<std::int64_t>::max());
  if (!read) return base::fail(read.error().text);
  const std::size_t known = ahead_.size();
  auto checkpoints = std::exchange(ahead_, {});
  checkpoints.insert(checkpoints.end(), read->begin(), read->end());
  auto due = checkpoints.begin();
  for (auto& item : rows.items) {
    expectAt(item.id, item.value);
    if (!item.failure.empty()) {
      verifier_.unreadable(unreadableText(item.failure));
    } else {
      verifier_.record(item.value.record, item.value.hash);
      note(item.value.record);
    }
    for (; due != checkpoints.end() && static_cast<std::int64_t>(due->sequence) <= item.id; ++due) {
      verifier_.checkpoint(*due);
    }
  }
  if (more) return true;
  // What vouches for records behind the last one shows that they were there. But the log grows meanwhile: a checkpoint may
  // have come between the two readings, with its records, and the next page settles that.
  const std::size_t judged = static_cast<std::size_t>(due - checkpoints.begin());
  for (std::size_t i = judged; i < known; ++i) {
    const evidence::AuditCheckpoint& one = checkpoints[i];
    if (evidence::isSigned(one) && evidence::fingerprintOf(one) == key_) cut_ = evidence::LogHead{one.sequence, one.hash};
  }
  if (judged < known) return false;
  ahead_.assign(due, checkpoints.end());
  return !ahead_.empty();
}

LogHealth LogWalk::finish() {
  if (seen_ && !excused_) verifier_.expect(*seen_);
  const evidence::ChainReport report = verifier_.finish(cut_);
  health_.records = report.records;
  health_.faultCount = report.faultCount;
  for (const auto& fault : report.faults) {
    if (health_.faults.size() < LogHealth::kMaxFaults) health_.faults.push_back(fault.text);
  }
  if (report.verdict() == evidence::LogVerdict::Unsigned && report.records > 0) {
    health_.faultCount = 1;
    health_.faults.emplace_back("no checkpoint vouches for any record");
  }
  static_cast<evidence::Breaks&>(health_) = report.told;
  if (excused_) judgeExcuse();
  return health_;
}

}  // namespace manage
