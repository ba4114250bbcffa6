#include "isns-server/app/archive_reader.h"

#include <algorithm>

#include "isns-server/manage/audit/audit_schema.h"
#include "shared/base/hex.h"
#include "shared/evidence/audit_lines.h"

namespace app {

using mgmt::ProblemCode;

namespace {

constexpr std::size_t kPage = 1000;

// Rows of one of the two tables, as `T`.
template <class T>
class Rows final : public store::RowSink {
 public:
  base::Status row(std::uint8_t, std::int64_t id, std::span<const store::Cell> cells) override {
    return manage::readRow(id, cells, list.emplace_back());
  }
  std::vector<T> list;
};

// Calls take(row) for the rows of a table from `from` to `to`, or from `to` down, until it returns false.
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
    Rows<T> rows;
    const auto page = reader.rows(filter, rows);
    if (!page) return problem(ProblemCode::StoreFailed, page.error().text + ".");
    for (const T& row : rows.list) {
      if (!take(row)) return false;
    }
    if (!page->more || rows.list.empty()) return true;
    std::int64_t last = 0;
    if constexpr (std::is_same_v<T, evidence::SealedRecord>) {
      last = static_cast<std::int64_t>(rows.list.back().record.sequence);
    } else {
      last = static_cast<std::int64_t>(rows.list.back().sequence);
    }
    (newestFirst ? filter.lastId : filter.firstId) = newestFirst ? last - 1 : last + 1;
  }
}

manage::Wanted<api::AuditPage> pageOf(store::HistoryReader& reader, const api::AuditQuery& query) {
  api::AuditPage page;
  std::uint64_t seen = 0;
  const auto read = eachRow<evidence::SealedRecord>(
      reader, manage::kAuditRecordTable, query.from, query.to, [&](const evidence::SealedRecord& sealed) {
        const ops::AuditRecord& record = sealed.record;
        if (page.entries.size() == query.limit || ++seen > api::kMaxAuditScan) {
          page.next = record.sequence;
          return false;
        }
        if (!query.event.empty() && record.event != query.event) return true;
        if (!query.actor.empty() && record.actor != query.actor) return true;
        page.entries.push_back({record, base::hexText(sealed.hash)});
        return true;
      },
      query.newestFirst);
  if (!read) return base::Failure<mgmt::Problem>{read.error()};
  return page;
}

// The lines of a part of the log: its head, and behind each record the checkpoint that vouches for it.
manage::Wanted<std::string> linesOf(store::HistoryReader& reader, const std::string& serverId, std::uint64_t from, std::uint64_t to) {
  evidence::ChainStart start{from - 1, evidence::genesisHash(serverId)};
  if (from > 1) {
    bool found = false;
    const auto read = eachRow<evidence::SealedRecord>(reader, manage::kAuditRecordTable, from - 1, from - 1,
                                                      [&](const evidence::SealedRecord& sealed) {
                                                        start.hash = sealed.hash;
                                                        return found = true;
                                                      });
    if (!read) return base::Failure<mgmt::Problem>{read.error()};
    if (!found) return problem(ProblemCode::BadParameter, "The log has no record " + std::to_string(from) + ".");
  }
  std::vector<evidence::AuditCheckpoint> checkpoints;
  const auto signedOnes = eachRow<evidence::AuditCheckpoint>(
      reader, manage::kAuditCheckpointTable, from, to, [&](const evidence::AuditCheckpoint& checkpoint) {
        checkpoints.push_back(checkpoint);
        return checkpoints.size() < api::kMaxAuditExport;
      });
  if (!signedOnes) return base::Failure<mgmt::Problem>{signedOnes.error()};

  std::string text = evidence::auditHeadLine(serverId, start) + "\n";
  auto next = checkpoints.begin();
  std::uint64_t count = 0;
  const auto records = eachRow<evidence::SealedRecord>(
      reader, manage::kAuditRecordTable, from, to, [&](const evidence::SealedRecord& sealed) {
        if (++count > api::kMaxAuditExport) return false;
        text += evidence::auditLine(sealed) + "\n";
        for (; next != checkpoints.end() && next->sequence <= sealed.record.sequence; ++next) {
          text += evidence::auditLine(*next) + "\n";
        }
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
  store::RowFilter rows;
  rows.table = manage::kAuditRecordTable;
  rows.newestFirst = true;
  rows.limit = kPage;
  for (;;) {
    Rows<evidence::SealedRecord> sealed;
    const auto page = reader.rows(rows, sealed);
    if (!page) return problem(ProblemCode::StoreFailed, page.error().text + ".");
    for (const evidence::SealedRecord& one : sealed.list) {
      if (one.record.revision > cut) continue;
      facts->head = {one.record.sequence, one.hash};
      facts->headTime = one.record.time;
      return api::Archive::Facts(facts);
    }
    if (!page->more || sealed.list.empty()) return api::Archive::Facts(facts);
    rows.lastId = static_cast<std::int64_t>(sealed.list.back().record.sequence) - 1;
  }
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
