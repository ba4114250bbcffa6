#include "isns-server/api/lane_step.h"

#include <memory>

#include "isns-server/manage/changes/commit_plan.h"

namespace api {
namespace {

// The rows of what the editor has joined those of the step.
manage::Wanted<void> addRows(manage::Step& step, san::SnapshotEditor& editor, const manage::Projection& model) {
  const san::Snapshot& before = model.snapshot();
  auto after = editor.finish();
  if (!after) return problem(mgmt::ProblemCode::Internal, after.error().text);
  const san::Diff diff = san::diff(before, *after);
  auto plan = std::make_shared<manage::CommitPlan>(manage::planCommit(before, std::move(*after), diff, model));
  step.rows = [plan, rows = std::move(step.rows)](store::OpsWriter& ops, std::uint64_t revision) {
    if (rows) rows(ops, revision);
    manage::writeRows(*plan, ops, revision);
  };
  return {};
}

}  // namespace

void inTurn(manage::ModelLane& lane, LaneTask task, LaneDone done) {
  auto turn = [&lane, task = std::move(task), done] {
    task([&lane, done](const manage::Wanted<std::uint64_t>& outcome) {
      done(outcome);
      lane.leave(outcome ? *outcome : 0);
    });
  };
  if (!lane.enter(std::move(turn))) done(problem(mgmt::ProblemCode::Busy));
}

void inLane(Desk& desk, LanePlan plan, LaneDone done) {
  auto task = [&desk, plan = std::move(plan)](const LaneDone& end) {
    const manage::Projection* model = desk.clerk.model();
    if (model == nullptr) return end(problem(mgmt::ProblemCode::NotReady));
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
  inTurn(desk.lane, std::move(task), std::move(done));
}

}  // namespace api
