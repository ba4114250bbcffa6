// What the management server reads of the stored history: the model as it was at a revision, and which one held at a
// time.
#include "isns-server/app/management.h"
#include "isns-server/manage/model/past_model.h"
#include "shared/base/time_text.h"

namespace app {

using mgmt::ProblemCode;

namespace {

class LastRevision final : public store::ChangeSink {
 public:
  bool change(const store::Change& change) override {
    revision = change.revision;
    return true;
  }
  san::Revision revision = 0;
};

}  // namespace

void Management::rebuild(san::Revision revision, std::function<void(const manage::Wanted<san::Snapshot>&)> done) {
  const auto give = [this, done](manage::Wanted<san::Snapshot> snapshot) {
    loop_->deliver([done, snapshot = std::move(snapshot)] { done(snapshot); });
  };
  manage::Projection::Pins pins;
  if (projection_) pins = projection_->pins();
  const bool reads = readings_.read([facts = options_.facts, pins, revision, give](store::HistoryReader& reader) {
    give(manage::PastModel(reader, facts, pins).at(revision));
  });
  if (!reads) give(problem(ProblemCode::Busy, {}));
}

void Management::revisionAt(base::WallTime time, std::function<void(const manage::Wanted<san::Revision>&)> done) {
  const auto give = [this, done](manage::Wanted<san::Revision> revision) {
    loop_->deliver([done, revision = std::move(revision)] { done(revision); });
  };
  const bool reads = readings_.read([time, give](store::HistoryReader& reader) {
    LastRevision last;
    store::HistoryFilter filter;
    filter.lastTime = base::unixSeconds(time);
    filter.limit = 1;
    const auto page = reader.history(filter, last);
    if (!page) return give(problem(ProblemCode::StoreFailed, page.error().text));
    if (last.revision == 0) {
      return give(problem(ProblemCode::RevisionGone, "The history has nothing up to " + base::timeText(time) + "."));
    }
    give(last.revision);
  });
  if (!reads) give(problem(ProblemCode::Busy, {}));
}

}  // namespace app
