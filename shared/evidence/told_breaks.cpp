#include "shared/evidence/told_breaks.h"

#include <algorithm>

#include "shared/base/time_text.h"
#include "shared/base/whole_number.h"
#include "shared/evidence/chain_verifier.h"
#include "shared/ops/audit_event.h"

namespace evidence {
namespace {

std::uint64_t numberIn(const ops::AuditRecord& record, std::string_view key) {
  return base::wholeNumber<std::uint64_t>(detailOf(record, key)).value_or(0);
}

std::string recordText(std::uint64_t sequence) { return "record " + std::to_string(sequence); }

}  // namespace

std::string_view detailOf(const ops::AuditRecord& record, std::string_view key) {
  for (const ops::AuditDetail& detail : record.details) {
    if (detail.key == key) return detail.value;
  }
  return {};
}

bool isEvent(const ops::AuditRecord& record, ops::AuditEvent event) {
  return record.event == ops::eventRow(event).name;
}

void ToldBreaks::answer(const ops::AuditRecord& record) {
  const std::uint64_t broken = numberIn(record, "broken");
  const auto meant = std::ranges::find(told_, broken, &Told::sequence);
  if (meant == told_.end() || !meant->lost || !meant->answer.empty()) return;
  meant->answer = "records " + std::to_string(meant->lost->from) + " to " + std::to_string(meant->lost->to) +
                  " are lost (" + recordText(broken) + "): by " + recordText(record.sequence) + ", " + record.actor +
                  " said at " + base::timeText(record.time) +
                  " that an earlier database was put back: " + record.reason;
  meant->by = record.sequence;
}

// Such records make nothing better. What they say against the log stays said.
void ToldBreaks::noteUnsigned(const ops::AuditRecord& record) {
  const std::uint64_t from = numberIn(record, "from");
  const std::uint64_t to = numberIn(record, "to");
  const auto isWeak = [&](std::uint64_t sequence) { return sequence > 0 && sequence >= from && sequence <= to; };
  for (Told& told : told_) {
    if (!told.lost) continue;
    if (isWeak(told.by)) {
      told.text += "; " + recordText(told.by) + ", which was to answer it, had no signature when the server started";
      told.answer.clear();
      told.by = 0;
    }
    if (!isWeak(told.sequence)) continue;
    told.text += "; it had no signature when the server started, and no word answers it";
    told.answer.clear();
    told.lost.reset();
  }
  if (weak_.size() == kMaxTold) return;
  weak_.push_back(rangeText(from, to) + " had no signature when the server started at " + base::timeText(record.time) +
                  " (" + recordText(record.sequence) +
                  "): whoever could write to the database may have written or changed them");
}

void ToldBreaks::note(const ops::AuditRecord& record) {
  if (isEvent(record, ops::AuditEvent::LogRestored)) {
    if (record.outcome == ops::AuditOutcome::Done) answer(record);
    return;
  }
  if (isEvent(record, ops::AuditEvent::LogUnsigned)) return noteUnsigned(record);
  const bool broken = isEvent(record, ops::AuditEvent::LogBroken);
  if (!broken && !isEvent(record, ops::AuditEvent::LogUnwitnessed)) return;
  if (told_.size() == kMaxTold) {
    if (broken && more_.empty())
      more_ = recordText(record.sequence) + " and perhaps later ones say that the log was broken";
    return;
  }
  Told told{record.sequence, {}, std::nullopt, {}};
  if (broken) {
    told.text = recordText(record.sequence) + " says of an earlier check: " + record.reason;
    LostRecords lost{record.sequence, numberIn(record, "from"), numberIn(record, "to"),
                     std::string(detailOf(record, "head"))};
    if (lost.to > 0) told.lost = std::move(lost);
  } else {
    told.answer = "audit.head was missing at " + base::timeText(record.time) + " (" + recordText(record.sequence) +
                  "): whether records behind number " + std::string(detailOf(record, "last")) +
                  " were removed before that is not known";
  }
  told_.push_back(std::move(told));
}

Breaks ToldBreaks::finish() const {
  Breaks breaks;
  breaks.weak = weak_;
  if (!more_.empty()) breaks.recorded.push_back(more_);
  for (const Told& told : told_) {
    const bool open = told.answer.empty();
    (open ? breaks.recorded : breaks.gaps).push_back(open ? told.text : told.answer);
    if (told.lost) (open ? breaks.open : breaks.answered).push_back(*told.lost);
  }
  return breaks;
}

}  // namespace evidence
