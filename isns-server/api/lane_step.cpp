#include "isns-server/api/lane_step.h"

#include <memory>

#include "isns-server/manage/changes/commit_plan.h"

namespace api {
namespace {

base::Failure<mgmt::Problem> failure(mgmt::ProblemCode code, std::string text = {}) {
  return {mgmt::Problem{code, std::move(text), {}, {}}};
}

// The rows of what the editor has joined those of the step.
manage::Wanted<void> addRows(manage::Step& step, san::SnapshotEditor& editor, const manage::Projection& model) {
  const san::Snapshot& before = model.snapshot();
  auto after = editor.finish();
  if (!after) return failure(mgmt::ProblemCode::Internal, after.error().text);
  const san::Diff diff = san::diff(before, *after);
  auto plan = std::make_shared<manage::CommitPlan>(manage::planCommit(before, std::move(*after), diff, model));
  step.rows = [plan, rows = std::move(step.rows)](store::OpsWriter& ops, std::uint64_t revision) {
    if (rows) rows(ops, revision);
    manage::writeRows(*plan, ops, revision);
  };
  return {};
}

}  // namespace

void inLane(Desk& desk, LanePlan plan, LaneDone done) {
  auto turn = [&desk, plan = std::move(plan), done] {
    const LaneDone end = [&desk, done](const manage::Wanted<std::uint64_t>& outcome) {
      done(outcome);
      desk.lane.leave(outcome ? *outcome : 0);
    };
    const manage::Projection* model = desk.clerk.model();
    if (model == nullptr) return end(failure(mgmt::ProblemCode::NotReady));
    const san::Snapshot before = model->snapshot();
    san::SnapshotEditor editor(before, before.revision + 1, before.time);
    auto planned = plan(editor);
    if (!planned) return end(base::Failure<mgmt::Problem>{planned.error()});
    manage::Step& step = planned->step;
    if (planned->edited) {
      if (auto added = addRows(step, editor, *model); !added) {
        if (step.failed) step.failed();
        return end(base::Failure<mgmt::Problem>{added.error()});
      }
    }
    if (!step.rows && step.audit.empty()) return end(before.revision);
    desk.clerk.carryOut(std::move(step), end);
  };
  if (!desk.lane.enter(std::move(turn))) done(failure(mgmt::ProblemCode::Busy));
}

}  // namespace api
