#include "isns-server/manage/model/past_model.h"

#include "isns-server/core/change_kind.h"

namespace manage {
namespace {

using mgmt::ProblemCode;

class Replay final : public store::ChangeSink {
 public:
  explicit Replay(Projection& projection) : projection_(projection) {}
  bool change(const store::Change& change) override {
    failure = projection_.apply(change);
    return failure.ok();
  }
  base::Status failure;

 private:
  Projection& projection_;
};

class BaseRows final : public store::RowSink {
 public:
  explicit BaseRows(Projection& projection) : projection_(projection) {}
  base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override {
    return projection_.loadRow(table, id, cells);
  }

 private:
  Projection& projection_;
};

class FirstFacts final : public store::ChangeSink {
 public:
  bool change(const store::Change& change) override {
    store::OpsReader reader(change.ops);
    for (store::Op op; reader.next(op);) {
      if (op.table != kFactsTable || op.kind != store::OpKind::Put) continue;
      failure = readRow(op.cells, found.emplace());
    }
    return false;
  }
  base::Status failure;
  std::optional<NotedFacts> found;
};

}  // namespace

base::Result<ServerFacts, mgmt::Problem> PastModel::firstNoted() {
  FirstFacts first;
  store::HistoryFilter filter;
  filter.kind = core::change_kind::kPolicy;
  filter.newestFirst = false;
  filter.limit = 1;
  const auto page = reader_.history(filter, first);
  if (!page) return problem(ProblemCode::StoreFailed, page.error().text);
  if (!first.failure) return problem(ProblemCode::Internal, first.failure.error().text);
  return first.found ? first.found->facts() : facts_;
}

base::Result<san::Snapshot, mgmt::Problem> PastModel::at(san::Revision revision) {
  const auto facts = firstNoted();
  if (!facts) return base::fail(facts.error());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto found = read(revision, *facts);
    if (!found) return base::fail(found.error());
    if (*found) return **std::move(found);
  }
  return problem(ProblemCode::Busy, {});
}

// From what the history builds on, then its changes in pages.
base::Result<std::optional<san::Snapshot>, mgmt::Problem> PastModel::read(san::Revision revision,
                                                                          const ServerFacts& facts) {
  Projection past(0, facts);
  past.expect(pins_);
  BaseRows rows(past);
  const auto from = reader_.historyBase(rows);
  if (!from) return problem(ProblemCode::StoreFailed, from.error().text);
  if (revision < from->revision) {
    return problem(ProblemCode::RevisionGone,
                   "The history is whole since revision " + std::to_string(from->revision) + ".");
  }
  if (from->revision != 0) {
    if (auto whole = past.finishLoad(from->revision, from->time); !whole) {
      return problem(ProblemCode::Internal, whole.error().text);
    }
  }
  Replay replay(past);
  store::HistoryFilter filter;
  filter.lastRevision = revision;
  filter.newestFirst = false;
  filter.limit = kPage;
  for (;;) {
    filter.firstRevision = past.snapshot().revision + 1;
    const auto page = reader_.history(filter, replay);
    if (!page) return problem(ProblemCode::StoreFailed, page.error().text);
    if (!replay.failure) return problem(ProblemCode::Internal, replay.failure.error().text);
    if (page->completeSince >= filter.firstRevision) return std::optional<san::Snapshot>();
    if (page->more) continue;
    san::Snapshot found = past.snapshot();
    found.replayed = true;
    return std::optional(std::move(found));
  }
}

}  // namespace manage
