// The model as it was after the last change up to a revision, read from the stored history.
//
// Works on a HistoryReader alone, so on whatever thread may use that. Errors: RevisionGone where the history has been
// pruned, StoreFailed, Internal where a change cannot be applied. Cost: all changes up to the revision.
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

  [[nodiscard]] base::Result<ServerFacts, mgmt::Problem> firstNoted();

  store::HistoryReader& reader_;
  const ServerFacts facts_;
  const Projection::Pins pins_;
};

}  // namespace manage
