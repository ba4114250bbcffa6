#include "isns-server/app/archive_reader.h"

#include <limits>
#include <utility>

#include "isns-server/manage/audit/log_rows.h"
#include "shared/base/hex.h"
#include "shared/evidence/audit_lines.h"

namespace app {

using mgmt::ProblemCode;

namespace {

constexpr std::size_t kPage = 1000;

template <class T>
using Item = typename manage::LogRows<T>::Item;
using RecordItem = Item<evidence::SealedRecord>;
using CheckpointItem = Item<evidence::AuditCheckpoint>;

// Calls take(item) for the rows of a table from `from` to `to`, or from `to` down, until it returns false.
template <class T, class Take>
base::Result<bool, mgmt::Problem> eachRow(store::HistoryReader& reader, std::uint8_t table, std::uint64_t from,
                                          std::uint64_t to, Take&& take, bool newestFirst = false) {
  store::RowFilter filter;
  filter.table = table;
  filter.firstId = static_cast<std::int64_t>(from);
  filter.lastId = static_cast<std::int64_t>(to);
  filter.limit = kPage;
  filter.newestFirst = newestFirst;
  for (;;) {
    manage::LogRows<T> rows;
    const auto page = reader.rows(filter, rows);
    if (!page) return problem(ProblemCode::StoreFailed, page.error().text + ".");
    for (const Item<T>& item : rows.items) {
      if (!take(item)) return false;
    }
    if (!page->more || rows.items.empty()) return true;
    const std::int64_t last = rows.items.back().id;
    (newestFirst ? filter.lastId : filter.firstId) = newestFirst ? last - 1 : last + 1;
  }
}

// Records from `from` to `to`, or from `to` down.
template <class Take>
auto eachRecord(store::HistoryReader& reader, std::uint64_t from, std::uint64_t to, Take&& take,
                bool newestFirst = false) {
  return eachRow<evidence::SealedRecord>(reader, manage::kAuditRecordTable, from, to, std::forward<Take>(take),
                                         newestFirst);
}

// What a user did himself, and what his tokens did; or one of them alone, as "user/token".
bool isBy(const ops::AuditRecord& record, const std::string& actor) {
  if (record.actor == actor) return true;
  return record.actorKind == ops::ActorKind::Token && record.actor.starts_with(actor + "/");
}

manage::Wanted<api::AuditPage> pageOf(store::HistoryReader& reader, const api::AuditQuery& query) {
  api::AuditPage page;
  std::uint64_t seen = 0;
  const auto read = eachRecord(
      reader, query.from, query.to,
      [&](const RecordItem& item) {
        if (page.entries.size() == query.limit || ++seen > api::kMaxAuditScan) {
          page.next = static_cast<std::uint64_t>(item.id);
          return false;
        }
        const ops::AuditRecord& record = item.value.record;
        if (!item.failure.empty()) return true;  // the log is broken, and the record of that names it
        if (!query.event.empty() && record.event != query.event) return true;
        if (!query.actor.empty() && !isBy(record, query.actor)) return true;
        page.entries.push_back({record, base::hexText(item.value.hash)});
        return true;
      },
      query.newestFirst);
  if (!read) return base::Failure<mgmt::Problem>{read.error()};
  return page;
}

// What a part that begins at `from` goes on from: the record before it, or the last before it that can be read, so that
// the part has what cannot be read between them.
manage::Wanted<evidence::ChainStart> startOf(store::HistoryReader& reader, const std::string& serverId,
                                             std::uint64_t from) {
  evidence::ChainStart start{0, evidence::genesisHash(serverId)};
  if (from <= 1) return start;
  const auto none =
      eachRecord(reader, from - 1, std::numeric_limits<std::int64_t>::max(), [](const RecordItem&) { return false; });
  if (!none) return base::Failure<mgmt::Problem>{none.error()};
  if (*none) return problem(ProblemCode::BadParameter, "The log has no record " + std::to_string(from) + ".");
  const auto read = eachRecord(
      reader, 1, from - 1,
      [&](const RecordItem& item) {
        if (!item.failure.empty()) return true;
        start = {item.value.record.sequence, item.value.hash};
        return false;
      },
      true);
  if (!read) return base::Failure<mgmt::Problem>{read.error()};
  return start;
}

// The lines of a part of the log: its head, and behind each record the checkpoint that vouches for it.
manage::Wanted<std::string> linesOf(store::HistoryReader& reader, const std::string& serverId, std::uint64_t from,
                                    std::uint64_t to) {
  const auto start = startOf(reader, serverId, from);
  if (!start) return base::Failure<mgmt::Problem>{start.error()};
  from = start->sequence + 1;
  std::vector<evidence::AuditCheckpoint> checkpoints;
  const auto signedOnes = eachRow<evidence::AuditCheckpoint>(
      reader, manage::kAuditCheckpointTable, from, to, [&](const CheckpointItem& item) {
        if (item.failure.empty()) checkpoints.push_back(item.value);  // else it vouches for nothing; a later one does
        return checkpoints.size() < api::kMaxAuditExport;
      });
  if (!signedOnes) return base::Failure<mgmt::Problem>{signedOnes.error()};

  std::string text = evidence::auditHeadLine(serverId, *start) + "\n";
  auto next = checkpoints.begin();
  std::uint64_t count = 0;
  const auto records = eachRecord(reader, from, to, [&](const RecordItem& item) {
    if (++count > api::kMaxAuditExport) return false;
    const auto number = static_cast<std::uint64_t>(item.id);
    text += (item.failure.empty() ? evidence::auditLine(item.value) : evidence::unreadableLine(number)) + "\n";
    for (; next != checkpoints.end() && next->sequence <= number; ++next) text += evidence::auditLine(*next) + "\n";
    return true;
  });
  if (!records) return base::Failure<mgmt::Problem>{records.error()};
  if (!*records) {
    return problem(ProblemCode::LimitReached, "An export has at most " + std::to_string(api::kMaxAuditExport) +
                                                  " records: name from and to, and export the log in parts.");
  }
  return text;
}

class Times final : public store::ChangeSink {
 public:
  explicit Times(manage::RevisionTimes& times) : times_(times) {}
  bool change(const store::Change& change) override {
    times_.emplace_back(change.revision, base::WallTime(std::chrono::seconds(change.time)));
    return true;
  }

 private:
  manage::RevisionTimes& times_;
};

manage::Wanted<api::Archive::Facts> factsOf(store::HistoryReader& reader, std::uint64_t cut) {
  auto facts = std::make_shared<api::EvidenceFacts>();
  Times times(facts->times);
  store::HistoryFilter filter;
  filter.lastRevision = cut;
  filter.newestFirst = false;
  filter.limit = 10'000;
  for (;;) {
    const auto page = reader.history(filter, times);
    if (!page) return problem(ProblemCode::StoreFailed, page.error().text + ".");
    if (!page->more) break;
    filter.firstRevision = facts->times.back().first + 1;
  }
  // From the end back to the cut.
  const auto read = eachRecord(
      reader, 1, std::numeric_limits<std::int64_t>::max(),
      [&](const RecordItem& item) {
        const ops::AuditRecord& record = item.value.record;
        if (!item.failure.empty() || record.revision > cut) return true;
        facts->head = {record.sequence, item.value.hash};
        facts->headTime = record.time;
        return false;
      },
      true);
  if (!read) return base::Failure<mgmt::Problem>{read.error()};
  return api::Archive::Facts(facts);
}

}  // namespace

template <class T, class Make>
void ArchiveReader::read(std::function<void(const manage::Wanted<T>&)> done, Make make) {
  auto give = [post = post_, done = std::move(done)](manage::Wanted<T> result) {
    post([done, result = std::make_shared<manage::Wanted<T>>(std::move(result))] { done(*result); });
  };
  const bool reads =
      readings_.read([give, make = std::move(make)](store::HistoryReader& reader) { give(make(reader)); });
  if (!reads) give(problem(ProblemCode::Busy, {}));
}

void ArchiveReader::listAudit(api::AuditQuery query, std::function<void(const manage::Wanted<api::AuditPage>&)> done) {
  read<api::AuditPage>(std::move(done), [query = std::move(query)](store::HistoryReader& reader) { return pageOf(reader, query); });
}

void ArchiveReader::exportAudit(std::uint64_t from, std::uint64_t to, std::function<void(const manage::Wanted<std::string>&)> done) {
  read<std::string>(std::move(done),
                    [id = serverId_, from, to](store::HistoryReader& reader) { return linesOf(reader, id, from, to); });
}

void ArchiveReader::evidenceFacts(std::uint64_t cut, std::function<void(const manage::Wanted<Facts>&)> done) {
  read<Facts>(std::move(done), [cut](store::HistoryReader& reader) { return factsOf(reader, cut); });
}

namespace {

LogGuard::Done handOver(api::Archive::Findings done) {
  return [done = std::move(done)](const manage::Wanted<manage::LogHealth>& health) {
    if (!health) return done(base::Failure<mgmt::Problem>{health.error()});
    done(api::LogFindings{health->sentence(), health->gaps, health->answered});
  };
}

}  // namespace

void ArchiveReader::checkLog(Findings done) { guard_.check(handOver(std::move(done))); }

void ArchiveReader::acceptRestore(ops::AuditRecord record, Findings done) {
  guard_.acceptRestore(std::move(record), handOver(std::move(done)));
}

}  // namespace app
