// The model as it was after the last change up to a revision, read from the stored history.
//
// Works on a HistoryReader alone, so on whatever thread may use that. Errors: RevisionGone where the revision is before
// what pruning has left, StoreFailed, Internal where a change cannot be applied. Cost: the rows that the history builds
// on, and all of its changes up to the revision.
#pragma once

#include "db/store/store.h"
#include "isns-server/manage/model/projection.h"
#include "shared/mgmt/problem.h"

namespace manage {

class PastModel {
 public:
  // `facts`: for a history that never noted any; where it did, what it noted first stands for the time before that.
  // `pins`: of the present model.
  PastModel(store::HistoryReader& reader, ServerFacts facts, Projection::Pins pins)
      : reader_(reader), facts_(std::move(facts)), pins_(std::move(pins)) {}

  [[nodiscard]] base::Result<san::Snapshot, mgmt::Problem> at(san::Revision revision);

 private:
  static constexpr std::size_t kPage = 10'000;  // changes

  static constexpr int kAttempts = 3;  // while pruning goes on at the same time

  [[nodiscard]] base::Result<ServerFacts, mgmt::Problem> firstNoted();
  // Nothing where pruning has overtaken the reading.
  [[nodiscard]] base::Result<std::optional<san::Snapshot>, mgmt::Problem> read(san::Revision revision,
                                                                               const ServerFacts& facts);

  store::HistoryReader& reader_;
  const ServerFacts facts_;
  const Projection::Pins pins_;
};

}  // namespace manage
